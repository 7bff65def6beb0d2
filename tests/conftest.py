"""What all tests share."""

import os
import sys

import pytest

from tests.films import make_films

# One quiet thread pool per process: the machines that run the tests are small and shared.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    """A folder of two small films, of which one borrows from the other, and a broken file."""
    return make_films(tmp_path_factory.mktemp("library"))


@pytest.fixture(autouse=True)
def _own_workspace(tmp_path, monkeypatch):
    """No test writes to the workspace of the person who runs it."""
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path / "workspace"))


@pytest.fixture(autouse=True)
def _same_main():
    """Put back the main module: Streamlit's test runner leaves its script there, which new processes would then run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main

"""A processed project that is made up: twelve films, some of which share stretches, and the dashboard run on it."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.made_up.project import Shared, make
from vrd_core.store import Store

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
COUNTS = [90, 60, 75, 40, 120, 50, 1, 64]
SHARED = (
    Shared(0, 10, 1, 30, 20),
    Shared(0, 50, 2, 5, 12, deviating=(6,)),
    Shared(4, 100, 5, 0, 8),
    Shared(2, 40, 3, 20, 9),
    Shared(4, 20, 7, 33, 15),
    Shared(0, 12, 4, 60, 9),
)
AWKWARD = "films/<b>*Long*</b> $name$ :red[x] " + "of a film that never ends " * 3 + "1.mp4"


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A workspace with one project of eight films and six planted stretches, in two views."""
    folder = tmp_path_factory.mktemp("workspace")
    names = [f"{'archive' if n % 2 == 0 else 'films'}/film {n}.mp4" for n in range(len(COUNTS))]
    names[3] = AWKWARD
    with Store(folder) as store:
        make(store, "Planted", COUNTS, SHARED, names=names, layer="other", seed=5)
        make(store, "Planted", COUNTS, SHARED, names=names)
    return folder


@pytest.fixture
def here(workspace, monkeypatch):
    """Point the dashboard at that workspace."""
    monkeypatch.setenv("VRD_WORKSPACE", str(workspace))
    return workspace


@pytest.fixture(autouse=True)
def _fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def view(here):
    """The view that was made last."""
    from dashboard.shell import data

    project = data.projects()[0]
    return data.open_view(project, data.view_choices(project)[0])


@pytest.fixture
def open_page(here):
    """Run the dashboard on a page, with what is in the URL."""

    def run(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        app.switch_page(f"../pages/{page}.py").run()
        assert not app.exception, app.exception
        return app

    return run

"""Importing the package is light, and its public names are complete."""

import subprocess
import sys
from pathlib import Path

import vrd_core

HEAVY = ("tensorflow", "keras", "faiss", "streamlit", "pandas")


def _imports(code):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return {name for name in HEAVY if name in done.stdout.split()}


def test_import_loads_nothing_heavy():
    assert _imports("import vrd_core") == set()


def test_every_public_name_can_be_had_without_anything_heavy():
    assert _imports("import vrd_core\nfor n in vrd_core.__all__: getattr(vrd_core, n)") == set()


def test_packages_load_nothing_heavy_before_there_is_something_to_compute():
    assert _imports("from vrd_core import fingerprints, frames, media, neighbours, project") == set()


def test_all_is_sorted():
    assert vrd_core.__all__ == sorted(vrd_core.__all__)


def test_a_wrong_name_is_no_attribute():
    assert not hasattr(vrd_core, "Projekt")


def test_every_error_of_the_project_has_one_root():
    from vrd_core import errors

    classes = [c for c in vars(errors).values() if isinstance(c, type) and c is not errors.VRDError]
    assert classes
    assert all(issubclass(c, errors.VRDError) for c in classes)
    assert all(c.__name__ in errors.__doc__ for c in classes)

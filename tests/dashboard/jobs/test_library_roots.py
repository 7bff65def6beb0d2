"""Which folders may be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dashboard.media import roots as library_roots
from dashboard.media.roots import OutsideRootsError, allowed, roots, subfolders
from vrd_core.store import Store


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRD_LIBRARY_ROOTS", raising=False)
    monkeypatch.setattr(library_roots, "bound_to_localhost", lambda: True)


@pytest.fixture
def open_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRD_LIBRARY_ROOTS", raising=False)
    monkeypatch.setattr(library_roots, "bound_to_localhost", lambda: False)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("[::1]", True),
        (None, False),
        ("", False),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("localhost.example.org", False),
    ],
)
def test_bound_to_localhost(monkeypatch: pytest.MonkeyPatch, address: str | None, expected: bool) -> None:
    monkeypatch.setattr("streamlit.get_option", lambda _: address)
    assert library_roots.bound_to_localhost() is expected


@pytest.mark.usefixtures("local")
def test_unset_on_this_computer_everything(store: Store, tmp_path: Path) -> None:
    assert allowed(tmp_path, store.root) == tmp_path.resolve()
    assert "every folder" in library_roots.hint(store.root)


@pytest.mark.usefixtures("open_to_all")
def test_unset_and_open_to_others_only_the_workspaces_own(store: Store, tmp_path: Path) -> None:
    own = store.root / "uploads" / "films"
    own.mkdir(parents=True)
    assert allowed(own, store.root) == own.resolve()
    for path in (tmp_path, store.root, store.root / "projects", Path("/")):
        with pytest.raises(OutsideRootsError, match="VRD_LIBRARY_ROOTS"):
            allowed(path, store.root)


def test_several_roots(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", os.pathsep.join([str(tmp_path / "one"), str(tmp_path / "two"), ""]))
    assert roots(store.root)[:2] == (tmp_path / "one", tmp_path / "two")
    assert allowed(tmp_path / "two", store.root)
    with pytest.raises(OutsideRootsError):
        allowed(tmp_path / "three", store.root)
    # Not even where the name only begins like a root's.
    (tmp_path / "one-more").mkdir()
    with pytest.raises(OutsideRootsError):
        allowed(tmp_path / "one-more", store.root)


@pytest.mark.parametrize(
    "path", ["inside/../../secret", "link", "link/film.mp4", "no such", "", "a\0b", "~nobody-here/x"]
)
def test_ways_out(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    root = tmp_path / "root"
    (root / "inside").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/film.mp4").touch()
    (root / "link").symlink_to(tmp_path / "secret")
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(root))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutsideRootsError):
        allowed(path if path.startswith("~") or not path else f"{root}/{path}", store.root)


def test_root_that_is_itself_a_link(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk/films").mkdir(parents=True)
    (tmp_path / "films").symlink_to(tmp_path / "disk/films")
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path / "films"))
    assert allowed(tmp_path / "films", store.root) == tmp_path / "disk/films"


def test_within(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path))
    assert allowed(tmp_path / "a", store.root, within=tmp_path)
    with pytest.raises(OutsideRootsError):
        allowed(tmp_path / "a", store.root, within=tmp_path / "b")


def test_subfolders(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Zebra", "apple", ".hidden"):
        (tmp_path / "root" / name).mkdir(parents=True)
    (tmp_path / "root/file.mp4").touch()
    (tmp_path / "root/link").symlink_to("/etc")
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path / "root"))
    assert [p.name for p in subfolders(tmp_path / "root", store.root)] == ["apple", "Zebra"]
    with pytest.raises(OutsideRootsError):
        list(subfolders(tmp_path, store.root))

"""Uploads: plain names, limits, nothing overwritten, whole files or none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from dashboard.videos import new_project
from dashboard.videos.new_project import safe_name, save_uploads
from vrd_core.errors import ProjectError, StoreError
from vrd_core.store import Store


class File(io.BytesIO):
    """A file as the uploader hands it over."""

    def __init__(self, name: str, content: bytes = b"film", size: int | None = None) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content) if size is None else size


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("film.mp4", "film.mp4"),
        ("Ärger (1931).MP4", "Ärger (1931).MP4"),
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("C:\\films\\a.avi", "a.avi"),
        ("<img src=x>.mp4", "_img src_x_.mp4"),
        ("a\0b\nc.mp4", "a_b_c.mp4"),
        (".hidden.mp4", "hidden.mp4"),
        ("...", "video"),
        ("", "video"),
        ("-rf.mp4", "-rf.mp4"),
        ("$(x);`y`.mp4", "_(x)__y_.mp4"),
    ],
)
def test_names(given: str, expected: str) -> None:
    assert safe_name(given) == expected


def test_long_names_fit_a_file_system() -> None:
    name = safe_name("ä" * 400 + ".mp4")
    assert len(name.encode()) <= 204
    assert name.endswith(".mp4")


def test_nothing_is_overwritten(store: Store) -> None:
    folder = store.root / "uploads/p"
    written = save_uploads([File("a.mp4", b"1"), File("x/a.mp4", b"2"), File("a.mp4", b"3")], folder, store)
    assert [p.name for p in written] == ["a.mp4", "a (2).mp4", "a (3).mp4"]
    assert [p.read_bytes() for p in written] == [b"1", b"2", b"3"]
    assert sorted(p.name for p in folder.iterdir()) == ["a (2).mp4", "a (3).mp4", "a.mp4"]


@pytest.mark.parametrize("name", ["a.txt", "a.py", "a.html", "a", "mp4", "a.mp4.exe"])
def test_only_films(store: Store, name: str) -> None:
    with pytest.raises(ProjectError, match="neither a video nor a picture"):
        save_uploads([File(name)], store.root / "uploads/p", store)


def test_share_of_a_project(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_project, "UPLOAD_LIMIT", 10)
    folder: Path = store.root / "uploads/p"
    save_uploads([File("a.mp4", b"123456")], folder, store)
    with pytest.raises(StoreError, match="folder of the library"):
        save_uploads([File("b.mp4", b"123456")], folder, store)


def test_full_disk(store: Store) -> None:
    with pytest.raises(StoreError):
        save_uploads([File("a.mp4", size=10**18)], store.root / "uploads/p", store)

"""What a folder holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.clips import clip
from vrd_core.errors import Cancelled, MediaError, ProjectError
from vrd_core.frames.extract import extract_frames
from vrd_core.media import library
from vrd_core.media.library import scan_library
from vrd_core.settings import FrameSettings
from vrd_core.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "workspace") as store:
        yield store


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("films") / "film.mp4", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    return tmp_path / "films"


def put(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(source, target))


def test_names_and_collections(folder: Path, film: Path, store: Store) -> None:
    for name in ("b.mp4", "newsreels/1938/a.mp4", "newsreels/c.mkv", "television/a.mp4"):
        put(film, folder / name)
    found = scan_library(folder, store)
    assert [(v.name, v.collection) for v in found.videos] == [
        ("b.mp4", ""),
        ("newsreels/1938/a.mp4", "newsreels"),
        ("newsreels/c.mkv", "newsreels"),
        ("television/a.mp4", "television"),
    ]
    assert found.root == folder
    assert found.videos[0].path == folder / "b.mp4"
    assert found.videos[0].media.width == 128
    assert found.problems == ()


def test_one_name_in_two_folders_is_two_videos(folder: Path, film: Path, store: Store) -> None:
    """Fault 10 of the original toolkit: they merged into one."""
    put(film, folder / "one/reel.mp4")
    clip(put(film, folder / "two/reel.mp4"), 2, first=500)
    one, two = scan_library(folder, store).videos
    assert (one.name, two.name) == ("one/reel.mp4", "two/reel.mp4")
    made = [extract_frames(v.path, v.content_id, FrameSettings(), store) for v in (one, two)]
    assert made[0].key != made[1].key
    assert [f.count for f in made] == [1, 2]


def test_an_exact_copy_stays_a_video_and_shares_its_frames(folder: Path, film: Path, store: Store) -> None:
    put(film, folder / "a.mp4")
    put(film, folder / "copy of a.mp4")
    one, two = scan_library(folder, store).videos
    assert one.content_id == two.content_id


def test_whatever_its_ending(folder: Path, film: Path, store: Store) -> None:
    put(film, folder / "tape 7")
    put(film, folder / "tape.8")
    put(film, folder / "tape.xyz")
    Image.new("RGB", (90, 60), "red").save(folder / "photo.JPG")
    found = scan_library(folder, store)
    assert [(v.name, v.media.still) for v in found.videos] == [
        ("photo.JPG", True),
        ("tape 7", False),
        ("tape.8", False),
        ("tape.xyz", False),
    ]


def test_what_is_left_out(folder: Path, film: Path, store: Store) -> None:
    put(film, folder / ".hidden.mp4")
    put(film, folder / ".cache/a.mp4")
    for name in ("notes.txt", "table.csv", "film.srt", "paper.pdf", "letter.docx", "sound.mp3", "Makefile", "odd.xyz"):
        (folder / name).write_text("Words, words, words.\n")
    assert scan_library(folder, store) == library.Library(folder, (), ())


def test_problems_are_named_with_their_reason(folder: Path, film: Path, store: Store) -> None:
    put(film, folder / "good.mp4")
    (folder / "empty.mp4").touch()
    (folder / "words.mkv").write_text("Words, words, words.\n" * 20)
    (folder / "list.avi").write_text("ffconcat version 1.0\nfile good.mp4\n")
    (folder / "half.mp4").write_bytes(film.read_bytes()[:3000])
    found = scan_library(folder, store)
    assert [v.name for v in found.videos] == ["good.mp4"]
    assert [(p.name, p.reason) for p in found.problems] == [
        ("empty.mp4", "empty"),
        ("half.mp4", "damaged"),
        ("list.avi", "refused"),
        ("words.mkv", "damaged"),
    ]
    assert all(p.name in p.message and p.reason in MediaError.REASONS for p in found.problems)


def test_links_that_leave_the_folder(folder: Path, film: Path, store: Store) -> None:
    put(film, folder / "a/real.mp4")
    (folder / "inside.mp4").symlink_to("a/real.mp4")
    (folder / "outside.mp4").symlink_to(film)
    (folder / "outside").symlink_to(film.parent)
    (folder / "nowhere.mp4").symlink_to("gone.mp4")
    found = scan_library(folder, store)
    assert [v.name for v in found.videos] == ["a/real.mp4", "inside.mp4"]
    assert [(p.name, p.reason) for p in found.problems] == [
        ("nowhere.mp4", "missing"),
        ("outside", "refused"),
        ("outside.mp4", "refused"),
    ]
    assert all(p.name in p.message for p in found.problems)


def test_a_damaged_film_is_named_whatever_its_ending(folder: Path, film: Path, store: Store) -> None:
    for name in ("half.3gpp", "half.mod", "half", "half.backup"):
        (folder / name).write_bytes(film.read_bytes()[:3000])
    found = scan_library(folder, store)
    assert [(p.name, p.reason) for p in found.problems] == [
        ("half", "damaged"),
        ("half.3gpp", "damaged"),
        ("half.backup", "damaged"),
        ("half.mod", "damaged"),
    ]
    assert scan_library(folder, store) == found


def test_a_name_that_is_no_text(folder: Path, film: Path, store: Store) -> None:
    try:
        shutil.copy(film, os.fsencode(folder) + b"/caf\xe9.mp4")
    except OSError:
        pytest.skip("This file system only takes names in UTF-8.")
    found = scan_library(folder, store)
    assert [(p.name, p.reason) for p in found.problems] == [("caf?.mp4", "refused")]


def test_a_second_scan_asks_nothing(folder: Path, film: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(film, folder / "a.mp4")
    (folder / "empty.mp4").touch()
    first = scan_library(folder, store)

    def never(*_: object) -> None:
        raise AssertionError("A file that has not changed was opened again.")

    with monkeypatch.context() as patch:
        patch.setattr(library, "probe", never)
        patch.setattr(library, "content_id", never)
        assert scan_library(folder, store) == first
    clip(folder / "a.mp4", 2, first=100)
    assert scan_library(folder, store).videos[0].content_id != first.videos[0].content_id


def test_the_workspace_is_no_part_of_the_library(tmp_path: Path, film: Path, store: Store) -> None:
    put(film, tmp_path / "a.mp4")
    put(film, store.root / "jobs/left.mp4")
    assert [v.name for v in scan_library(tmp_path, store).videos] == ["a.mp4"]


def test_progress_and_cancelling(folder: Path, film: Path, store: Store) -> None:
    for k in range(3):
        put(film, folder / f"{k}.mp4")
    seen: list[tuple[str, float, float, str]] = []
    scan_library(folder, store, lambda *said: seen.append(said))
    assert [said[:3] for said in seen] == [("scan", 1, 3), ("scan", 2, 3), ("scan", 3, 3)]

    def stop(*_: object) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        scan_library(folder, store, stop)


def test_no_such_folder(tmp_path: Path, store: Store) -> None:
    with pytest.raises(ProjectError, match="no folder"):
        scan_library(tmp_path / "none", store)


def test_looking_for_videos_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; import vrd_core.media.library; "
        "print({'tensorflow', 'faiss', 'pandas', 'streamlit', 'PIL', 'numpy'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert said.stdout.strip() == "set()"

"""Which files browsers play as they are, and the copy of those that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.media.browser_copy import browser_plays, main, make_playable, open_playable, plays
from tests.dashboard.jobs.conftest import H264, film
from vrd_core.errors import Cancelled, MediaError
from vrd_core.frames.extract import extract_frames
from vrd_core.media.info import content_id
from vrd_core.media.probe import probe
from vrd_core.settings import FrameSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("kind", "expected"), [("mp4", True), ("webm", True), ("avi", False), ("mkv", False), ("ten", False)]
)
def test_which_files_browsers_play(films: dict[str, Path], kind: str, expected: bool) -> None:
    assert browser_plays(films[kind], probe(films[kind])) is expected


def test_answer_is_remembered_until_the_file_changes(store: Store, tmp_path: Path, films: dict[str, Path]) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(films["mp4"].read_bytes())
    assert plays(path, store)
    path.write_bytes(films["ten"].read_bytes())
    assert not plays(path, store)
    path.unlink()
    assert not plays(path, store)


@pytest.mark.parametrize("kind", ["avi", "ten", "mkv"])
def test_copy_is_what_browsers_play(store: Store, films: dict[str, Path], kind: str) -> None:
    heard: list[tuple[str, float, float]] = []
    content = content_id(films[kind])
    assert open_playable(store, content) is None
    make_playable(films[kind], content, store, progress=lambda s, d, t, _: heard.append((s, d, t)))
    copy = open_playable(store, content)
    assert copy is not None
    info = probe(copy)
    assert browser_plays(copy, info)
    assert not info.has_audio
    assert info.duration == pytest.approx(3, abs=0.11)
    assert {s for s, _, _ in heard} == {"playable"}
    assert all(d <= t for _, d, t in heard)
    # Faststart: the table of contents stands before the pictures.
    data = copy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_copy_runs_on_the_clock_of_the_frames(store: Store, tmp_path: Path) -> None:
    # The picture begins half a second late; a player shows the first picture until then, and so do the frames.
    late = film(tmp_path / "late.mkv", "-c:v", "mpeg4", "-q:v", "2", "-output_ts_offset", "0.5")
    copied = make_playable(late, content_id(late), store).path / "video.mp4"
    settings = FrameSettings(fps=2)
    ours = extract_frames(late, content_id(late), settings, store)
    theirs = extract_frames(copied, content_id(copied), settings, store)
    assert abs(ours.count - theirs.count) <= 1
    for k in range(min(ours.count, theirs.count)):
        difference = (
            sum(
                abs(a - b)
                for a, b in zip(
                    ours.image(k).resize((16, 12)).convert("L").tobytes(),
                    theirs.image(k).resize((16, 12)).convert("L").tobytes(),
                    strict=True,
                )
            )
            / 192
        )
        assert difference < 6


def test_odd_sizes(store: Store, tmp_path: Path) -> None:
    odd = film(tmp_path / "odd.avi", "-c:v", "mpeg4", size="161x91")
    info = probe(make_playable(odd, content_id(odd), store).path / "video.mp4")
    assert (info.width % 2, info.height % 2) == (0, 0)


def test_cancelled_copy_leaves_nothing(store: Store, films: dict[str, Path]) -> None:
    def stop(*_: object) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        make_playable(films["avi"], content_id(films["avi"]), store, progress=stop)
    assert open_playable(store, content_id(films["avi"])) is None
    assert not list((store.root / "tmp").iterdir())


def test_damaged_file(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 5000)
    with pytest.raises(MediaError, match="damaged"):
        make_playable(broken, content_id(broken), store)
    assert main(["--workspace", str(store.root), str(broken)]) == 1
    assert "damaged" in capsys.readouterr().out


def test_command(store: Store, films: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--workspace", str(store.root), str(films["avi"])]) == 0
    assert '"event": "done"' in capsys.readouterr().out
    assert open_playable(store, content_id(films["avi"]))


def test_long_gops_are_cut_short(store: Store, tmp_path: Path) -> None:
    """A scrubber needs key frames: at least one a second."""
    long = film(tmp_path / "long.mkv", *H264, "-g", "300", seconds=5)
    copied = make_playable(long, content_id(long), store).path / "video.mp4"
    assert b"stss" in copied.read_bytes()

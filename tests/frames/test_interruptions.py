"""Cancelled, killed, hung, changed under our hands, wanted twice: whole artefacts or none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.clips import clip, encode, read_number
from vrd_core.errors import Cancelled, FFmpegError, MediaError
from vrd_core.frames import decoder
from vrd_core.frames import extract as step
from vrd_core.frames.extract import Frames, extract_frames, frames_key, open_frames
from vrd_core.media.info import content_id
from vrd_core.media.probe import probe
from vrd_core.settings import FrameSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow

Extract = Callable[..., Frames]
ROOT = Path(__file__).parents[2]

SLEEPING = [sys.executable, "-c", "import time; time.sleep(60)"]

PROGRAM = """
import sys, time
from vrd_core.frames.extract import extract_frames
from vrd_core.media.info import content_id
from vrd_core.settings import FrameSettings
from vrd_core.store import Store

def progress(step, done, total, detail):
    print(step, done, total, flush=True)
    time.sleep(float(sys.argv[3]))

frames = extract_frames(sys.argv[1], content_id(sys.argv[1]), FrameSettings(), Store(sys.argv[2]), progress=progress)
print("made", frames.count, flush=True)
"""


def start(film: Path, workspace: Path, pause: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(film), str(workspace), str(pause)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
    )


def ffmpegs(process: int) -> list[psutil.Process]:
    """Return the ffmpeg processes that a process started and that still run."""
    return [
        child
        for child in psutil.Process(process).children(recursive=True)
        if "ffmpeg" in child.name() and child.status() != psutil.STATUS_ZOMBIE
    ]


def test_progress_counts_frames(tmp_path: Path, store: Store) -> None:
    path = clip(tmp_path / "film.mp4", 4)
    seen: list[tuple[str, float, float, str]] = []
    extract_frames(
        path, content_id(path), FrameSettings(), store, detail="a/film.mp4", progress=lambda *said: seen.append(said)
    )
    assert {(s, d) for s, _, _, d in seen} == {("frames", "a/film.mp4")}
    assert [done for _, done, _, _ in seen] == sorted(done for _, done, _, _ in seen)
    assert seen[-1][1:3] == (4, pytest.approx(4, abs=0.1))


def test_cancelled_ends_ffmpeg_at_once_and_leaves_nothing(tmp_path: Path, store: Store) -> None:
    path = clip(tmp_path / "film.mp4", 30, size=(640, 480))

    def progress(step: str, done: float, total: float, detail: str) -> None:
        if done >= 2:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        extract_frames(path, content_id(path), FrameSettings(), store, progress=progress)
    assert ffmpegs(os.getpid()) == []
    assert list((store.root / "tmp").iterdir()) == []
    assert open_frames(store, frames_key(content_id(path), FrameSettings())) is None


def test_cancelled_while_no_picture_comes(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clip(tmp_path / "film.mp4", 2)
    monkeypatch.setattr(decoder, "read_arguments", lambda *_, **__: SLEEPING)
    calls = 0

    def progress(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise Cancelled("Stopped.")

    began = time.monotonic()
    with pytest.raises(Cancelled):
        extract_frames(path, content_id(path), FrameSettings(), store, progress=progress)
    assert time.monotonic() - began < 10


def test_ffmpeg_that_hangs_is_given_up(tmp_path: Path, extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clip(tmp_path / "film.mp4", 2)
    monkeypatch.setattr(decoder, "read_arguments", lambda *_, **__: SLEEPING)
    monkeypatch.setattr(decoder, "STALL_SECONDS", 0.3)
    with pytest.raises(MediaError) as error:
        extract(path)
    assert error.value.reason == "too long to read"


def test_ffmpeg_that_does_not_start(tmp_path: Path, extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clip(tmp_path / "film.mp4", 2)
    monkeypatch.setattr(decoder, "read_arguments", lambda *_, **__: [str(tmp_path / "none")])
    with pytest.raises(FFmpegError, match="does not start"):
        extract(path)


def test_a_lot_of_complaints_do_not_stop_it(tmp_path: Path) -> None:
    path = clip(tmp_path / "film.mp4", 1)
    noise = "import sys; sys.stderr.write('[x] [error] bad\\n' * 200000); sys.stdout.buffer.write(bytes(12))"
    reader = decoder.Decoder(path, probe(path), fps=1, size=(2, 2), log=tmp_path / "log")
    reader._arguments = [sys.executable, "-c", noise]
    with reader:
        assert [len(p) for p in reader] == [12]
    assert (reader.returncode, reader.errors()[0]) == (0, "bad")


def test_a_clock_that_is_damaged(tmp_path: Path, extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step, "LONGEST_HOURS", 3 / 3600)
    with pytest.raises(MediaError) as error:
        extract(clip(tmp_path / "film.mp4", 6))
    assert error.value.reason == "too long to read"


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, store: Store) -> None:
    path = clip(tmp_path / "film.ts", 4)

    def progress(step: str, done: float, total: float, detail: str) -> None:
        if done == 2:
            with open(path, "ab") as file:
                file.write(b"more")

    with pytest.raises(MediaError, match="changed"):
        extract_frames(path, content_id(path), FrameSettings(), store, progress=progress)
    assert list((store.root / "artefacts").glob("*/*")) == []


def test_a_killed_extraction_is_repaired(tmp_path: Path) -> None:
    """Fault 10 of the original toolkit: what an interrupted run had left was taken for the whole film."""
    film = clip(tmp_path / "film.mp4", 20)
    process = start(film, tmp_path / "workspace", 0.05)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("frames 5"):
            break
    [ffmpeg] = ffmpegs(process.pid)
    process.kill()
    process.wait()
    process.stdout.close()
    with Store(tmp_path / "workspace") as store:
        assert list(store.entries("frames")) == []
        frames = extract_frames(film, content_id(film), FrameSettings(), store)
        assert frames.count == 20
        assert [read_number(frames.image(k)) for k in (0, 19)] == [0, 475]
        assert list((store.root / "tmp").iterdir()) == []
    _, alive = psutil.wait_procs([ffmpeg], timeout=10)
    assert not alive, "ffmpeg outlived its killed parent"


def test_two_processes_that_want_the_same_decode_once(tmp_path: Path) -> None:
    film = clip(tmp_path / "film.mp4", 6)
    first = start(film, tmp_path / "workspace", 0.3)
    assert first.stdout is not None
    assert first.stdout.readline().startswith("frames 0")
    second = start(film, tmp_path / "workspace", 0.0)
    said, _ = second.communicate(timeout=60)
    first.communicate(timeout=60)
    assert said == "made 6\n", "the second process decoded for itself"
    assert (first.returncode, second.returncode) == (0, 0)


def test_the_same_bytes_again(tmp_path: Path) -> None:
    film = encode(
        tmp_path / "film.mp4",
        (np.random.default_rng(k).integers(0, 256, (96, 128, 3), dtype=np.uint8) for k in range(60)),
        fps=10,
    )
    made = []
    for name in ("one", "two"):
        with Store(tmp_path / name) as store:
            frames = extract_frames(film, content_id(film), FrameSettings(), store)
            made.append({p.name: p.read_bytes() for p in frames.path.iterdir() if p.name != "manifest.json"})
    assert made[0] == made[1]

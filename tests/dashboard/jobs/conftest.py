"""Small real films in a library, and a workspace beside it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from vrd_core.media.ffmpeg import ffmpeg_exe
from vrd_core.project.project import Project
from vrd_core.store import Store


def film(path: Path, *options: str, seconds: float = 3, size: str = "160x120", start: int = 0) -> Path:
    """Draw a film whose picture changes all the time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            ffmpeg_exe(),
            "-nostdin",
            "-loglevel",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            f"testsrc=size={size}:rate=10:duration={seconds}",
            "-vf",
            f"hue=h={start}",
            *options,
            str(path),
        ],
        check=True,
    )
    return path


H264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Films by what they are, for tests that only read them."""
    folder = tmp_path_factory.mktemp("films")
    return {
        "mp4": film(folder / "library/a/plain.mp4", *H264),
        "avi": film(folder / "library/b/old.avi", "-c:v", "mpeg4"),
        "webm": film(folder / "library/b/web.webm", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "200k"),
        "mkv": film(folder / "library/b/box.mkv", *H264),
        "ten": film(folder / "library/b/ten bit.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p10le"),
        "outside": film(folder / "elsewhere/secret.mp4", *H264, start=90),
    }


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty workspace, which the dashboard takes for its own."""
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path / "workspace"))
    with Store() as store:
        yield store


@pytest.fixture
def library(films: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the films, released as a library root."""
    root = films["mp4"].parent.parent
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(root))
    return root


@pytest.fixture
def project(store: Store, library: Path) -> Project:
    """A project over the films."""
    return Project.open("Ärger & <b>Co</b>", videos=library, store=store)

"""Which ffmpeg is used: the forced one, else the system's, else the wheel's, which also stands by for an old one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest
from PIL import Image

from tests.clips import numbered
from vrd_core.cli.main import main
from vrd_core.errors import FFmpegError
from vrd_core.media import ffmpeg
from vrd_core.media.ffmpeg import ANIMATED_WEBP, ffmpeg_exe, ffmpeg_version, wheel_ffmpeg

SYSTEM = "system's ffmpeg"


@pytest.fixture(autouse=True)
def nothing_forced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("VRD_FFMPEG", raising=False)
    wheel_ffmpeg.cache_clear()
    yield
    wheel_ffmpeg.cache_clear()
    ffmpeg._reads.cache_clear()


def system(monkeypatch: pytest.MonkeyPatch, demuxers: str) -> None:
    """Let the system have an ffmpeg that lists these formats."""
    answer = ffmpeg._answer
    monkeypatch.setattr(shutil, "which", lambda name: SYSTEM if name == "ffmpeg" else None)
    monkeypatch.setattr(ffmpeg, "_answer", lambda exe, *asked: demuxers if exe == SYSTEM else answer(exe, *asked))


def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", missing)


def test_no_ffmpeg_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    no_wheel(monkeypatch)
    with pytest.raises(FFmpegError, match="pip install imageio-ffmpeg"):
        ffmpeg_exe()


def test_a_system_ffmpeg_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    system(monkeypatch, "")
    assert ffmpeg_exe() == ffmpeg_exe("matroska,webm") == SYSTEM


def test_the_wheel_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert ffmpeg_exe() == imageio_ffmpeg.get_ffmpeg_exe()


def test_the_wheel_reads_what_the_system_is_too_old_for(monkeypatch: pytest.MonkeyPatch) -> None:
    system(monkeypatch, " D  webp_pipe       piped webp sequence\n")
    assert ffmpeg_exe(ANIMATED_WEBP) == imageio_ffmpeg.get_ffmpeg_exe()
    assert ffmpeg_exe("webp_pipe") == SYSTEM


def test_a_new_system_reads_it_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    system(monkeypatch, " D   webp_anim       Animated WebP\n")
    assert ffmpeg_exe(ANIMATED_WEBP) == SYSTEM


def test_an_old_system_without_the_wheel_is_still_used(monkeypatch: pytest.MonkeyPatch) -> None:
    system(monkeypatch, "")
    no_wheel(monkeypatch)
    assert ffmpeg_exe(ANIMATED_WEBP) == SYSTEM


def test_one_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = imageio_ffmpeg.get_ffmpeg_exe()
    monkeypatch.setenv("VRD_FFMPEG", sys.executable)
    assert ffmpeg_exe() == ffmpeg_exe(ANIMATED_WEBP) == sys.executable
    monkeypatch.setenv("VRD_FFMPEG", "wheel")
    assert ffmpeg_exe() == wheel


def test_what_is_forced_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VRD_FFMPEG", str(tmp_path / "none"))
    with pytest.raises(FFmpegError, match=r"VRD_FFMPEG must be the path .* Received: .*none"):
        ffmpeg_exe()


def test_the_version_is_read() -> None:
    version = ffmpeg_version(wheel_ffmpeg())
    assert any(letter.isdigit() for letter in version)
    assert " " not in version


def test_the_probe_command_says_which(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (Image.fromarray(numbered(k)) for k in range(2))
    first.save(tmp_path / "moving.webp", save_all=True, append_images=[second], duration=500)
    wheel = wheel_ffmpeg()
    system(monkeypatch, "ffmpeg version 4.2-old Copyright")
    assert main(["probe", os.fspath(tmp_path / "moving.webp")]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head == f"ffmpeg 4.2-old: {SYSTEM}"
    assert "webp_anim" in row
    assert row.endswith(f"read by ffmpeg {ffmpeg_version(wheel)}: {wheel}")

"""Which ffmpeg is used, and what of an old one is left to another."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.clips import clip, numbered
from vrd_core.cli.main import main
from vrd_core.errors import FFmpegError, MediaError
from vrd_core.media.ffmpeg import ffmpeg_exe, ffmpeg_version, ffmpegs, read_arguments
from vrd_core.media.probe import probe


@pytest.fixture
def no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VRD_FFMPEG", raising=False)


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An ffmpeg on the path that knows neither animated WebP nor AV1, as that of Debian 12 or an older one."""
    real = ffmpeg_exe()
    script = tmp_path / "old" / "ffmpeg"
    script.parent.mkdir()
    hidden = f'"{real}" "$@" | sed "/ av1 /d; / webp_anim /d"; exit'
    script.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *-demuxers|*-codecs) {hidden};; *moving.webp) echo "Invalid data" >&2; exit 1;; esac\n'
        f'exec "{real}" "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=":")
    monkeypatch.delenv("VRD_FFMPEG", raising=False)
    return str(script)


@pytest.mark.usefixtures("no_wish")
def test_no_ffmpeg_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    import imageio_ffmpeg

    def missing() -> str:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", missing)
    with pytest.raises(FFmpegError, match="pip install imageio-ffmpeg"):
        ffmpeg_exe()


@pytest.mark.usefixtures("no_wish")
def test_a_system_ffmpeg_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\n")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg_exe() == str(tmp_path / "ffmpeg")
    assert len(ffmpegs()) == 2
    for wanted in ("system", str(tmp_path / "ffmpeg")):
        monkeypatch.setenv("VRD_FFMPEG", wanted)
        assert ffmpegs() == (str(tmp_path / "ffmpeg"),)
    monkeypatch.setenv("VRD_FFMPEG", "wheel")
    assert "imageio_ffmpeg" in ffmpeg_exe()


def test_a_wish_that_cannot_be_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRD_FFMPEG", "/nowhere/ffmpeg")
    with pytest.raises(FFmpegError, match=r"'system', 'wheel' or the path .* Received: '/nowhere/ffmpeg'"):
        ffmpeg_exe()


def test_what_an_old_one_cannot_read_the_other_reads(old: str, tmp_path: Path) -> None:
    first, *others = (Image.fromarray(numbered(k)) for k in range(3))
    first.save(tmp_path / "moving.webp", save_all=True, append_images=others, duration=500)
    info = probe(tmp_path / "moving.webp")
    assert (info.container, info.width) == ("webp_anim", 128)
    assert ffmpeg_exe() == old
    assert ffmpeg_exe(info) != old
    assert read_arguments(tmp_path / "moving.webp", info)[0] == ffmpeg_exe(info)


def test_a_codec_that_an_old_one_lacks(old: str, tmp_path: Path) -> None:
    info = probe(clip(tmp_path / "film.mp4", 1))
    assert ffmpeg_exe(info) == old
    assert ffmpeg_exe(replace(info, codec="av1")) != old


def test_a_file_that_none_can_read_is_told_in_the_words_of_the_first(old: str, tmp_path: Path) -> None:
    (tmp_path / "odd.mp4").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(MediaError, match=r"odd\.mp4 .*Invalid data found"):
        probe(tmp_path / "odd.mp4")


def test_probe_says_which_was_used(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, *others = (Image.fromarray(numbered(k)) for k in range(3))
    first.save(tmp_path / "moving.webp", save_all=True, append_images=others, duration=500)
    clip(tmp_path / "film.mp4", 1)
    assert main(["probe", str(tmp_path / "film.mp4"), str(tmp_path / "moving.webp")]) == 0
    usual, film, moving = capsys.readouterr().out.splitlines()
    assert usual == f"ffmpeg {ffmpeg_version(old)}: {old}"
    assert "read by" not in film
    assert f"read by ffmpeg {ffmpeg_version(ffmpegs()[1])}: {ffmpegs()[1]}" in moving


def test_the_version_of_the_one_in_use() -> None:
    assert ffmpeg_version(ffmpeg_exe())[0] in "n0123456789N"
    assert ffmpeg_version(str(shutil.which("true"))) == "unknown"

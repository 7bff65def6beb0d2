"""What a probe says of real files, made here, and in which words it refuses the others."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.clips import clip, numbered, run_ffmpeg, turned
from vrd_core.errors import MediaError
from vrd_core.media import ffmpeg
from vrd_core.media import probe as module
from vrd_core.media.info import content_id
from vrd_core.media.probe import probe

FORMATS = {
    "h264.mp4": ("libx264", [], "h264"),
    "hevc.mkv": ("libx265", ["-x265-params", "log-level=error"], "hevc"),
    "vp9.webm": ("libvpx-vp9", ["-deadline", "realtime", "-cpu-used", "8"], "vp9"),
    "mpeg1.mpg": ("mpeg1video", [], "mpeg1video"),
    "mjpeg.avi": ("mjpeg", ["-pix_fmt", "yuvj420p"], "mjpeg"),
    "colours.gif": ("gif", [], "gif"),
}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("films") / "film.mp4", 3)


@pytest.mark.parametrize("name", FORMATS)
def test_formats(tmp_path: Path, name: str) -> None:
    codec, options, said = FORMATS[name]
    path = clip(tmp_path / name, 1, codec=codec, options=options)
    info = probe(path)
    assert (info.codec, info.width, info.height, info.still, info.has_audio) == (said, 128, 96, False, False)
    if name != "mpeg1.mpg":  # of a short one ffmpeg can only guess how long it is
        assert info.duration == pytest.approx(1, abs=0.1)
    assert info.fps == pytest.approx(25)
    assert info.bytes == path.stat().st_size


@pytest.mark.parametrize(
    ("ending", "size"),
    [("jpg", (90, 60)), ("png", (61, 33)), ("tiff", (90, 60)), ("webp", (90, 60)), ("bmp", (90, 60))],
)
def test_stills(tmp_path: Path, ending: str, size: tuple[int, int]) -> None:
    Image.new("RGB", size, "teal").save(tmp_path / f"still.{ending}")
    info = probe(tmp_path / f"still.{ending}")
    assert (info.still, info.width, info.height, info.duration, info.fps) == (True, *size, None, None)


def test_a_still_is_turned_as_its_exif_record_asks(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (90, 60)).save(tmp_path / "phone.jpg", exif=exif)
    info = probe(tmp_path / "phone.jpg")
    assert (info.width, info.height, info.rotation) == (60, 90, 270)


@pytest.mark.parametrize(("ending", "still"), [("gif", False), ("png", False), ("webp", False)])
def test_an_animated_picture_is_a_video(tmp_path: Path, ending: str, still: bool) -> None:
    first, *others = (Image.fromarray(numbered(k)) for k in range(3))
    first.save(tmp_path / f"moving.{ending}", save_all=True, append_images=others, duration=500)
    assert probe(tmp_path / f"moving.{ending}").still is still


def test_a_gif_of_one_picture_is_a_still(tmp_path: Path) -> None:
    Image.fromarray(numbered(1)).save(tmp_path / "one.gif")
    assert probe(tmp_path / "one.gif").still


def test_content_counts_and_not_the_name(tmp_path: Path, film: Path) -> None:
    (tmp_path / "film.jpg").write_bytes(film.read_bytes())
    Image.new("RGB", (90, 60)).save(tmp_path / "still.png")
    (tmp_path / "still.mp4").write_bytes((tmp_path / "still.png").read_bytes())
    assert not probe(tmp_path / "film.jpg").still
    assert probe(tmp_path / "still.mp4").still


def test_rotation_swaps_width_and_height(tmp_path: Path, film: Path) -> None:
    info = probe(turned(film, tmp_path / "turned.mp4"))
    assert (info.width, info.height, info.rotation) == (96, 128, 90)


@pytest.mark.parametrize("how", [["-c:v", "libx264", "-vf", "setsar=16/11"], ["-c", "copy", "-aspect", "186:96"]])
def test_pixels_that_are_not_square(tmp_path: Path, film: Path, how: list[str]) -> None:
    run_ffmpeg("-i", film, *how, tmp_path / "wide.mp4")
    info = probe(tmp_path / "wide.mp4")
    assert (info.width, info.height) == (186, 96)


def test_sound_beside_the_picture(tmp_path: Path, film: Path) -> None:
    run_ffmpeg("-i", film, "-f", "lavfi", "-t", "3", "-i", "sine", "-c:v", "copy", tmp_path / "talking.mp4")
    assert probe(tmp_path / "talking.mp4").has_audio


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"Not a film at all, only words.\n" * 40, "damaged"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "refused"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", "refused"),
        (b"[playlist]\nFile1=/etc/passwd\n", "refused"),
        (b"<?xml version='1.0'?><MPD></MPD>", "refused"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n", "refused"),
        (b"\0" * 5000, "damaged"),
    ],
)
def test_what_is_no_video(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "odd.mp4").write_bytes(content)
    with pytest.raises(MediaError, match=r"odd\.mp4") as error:
        probe(tmp_path / "odd.mp4")
    assert error.value.reason == reason


def test_formats_that_open_other_files_are_not_on_the_list() -> None:
    allowed = set(ffmpeg.FORMATS.split(","))
    assert not allowed & {
        "concat",
        "hls",
        "dash",
        "image2",
        "image2pipe",
        "sdp",
        "rtsp",
        "lavfi",
        "ffmetadata",
        "imf",
        "webm_dash_manifest",
        "avisynth",
        "vapoursynth",
        "svg_pipe",
        "tty",
        "libgme",
        "bluray",
    }


def test_the_whitelist_itself_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, film: Path) -> None:
    (tmp_path / "list.mp4").write_text(f"ffconcat version 1.0\nfile '{film}'\n")
    monkeypatch.setattr(module, "_PLAYLIST", re.compile(rb"never"))
    with pytest.raises(MediaError) as error:
        probe(tmp_path / "list.mp4")
    assert error.value.reason == "refused"


def test_only_sound(tmp_path: Path) -> None:
    run_ffmpeg("-f", "lavfi", "-t", "1", "-i", "sine", tmp_path / "sound.mp4")
    with pytest.raises(MediaError, match="only sound") as error:
        probe(tmp_path / "sound.mp4")
    assert error.value.reason == "no picture"


def test_a_cover_picture_is_not_a_video(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "cover.jpg")
    run_ffmpeg(
        "-f",
        "lavfi",
        "-t",
        "1",
        "-i",
        "sine",
        "-i",
        tmp_path / "cover.jpg",
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-disposition:v",
        "attached_pic",
        tmp_path / "song.mp3",
    )
    with pytest.raises(MediaError, match="cover") as error:
        probe(tmp_path / "song.mp3")
    assert error.value.reason == "no picture"


def test_a_film_without_its_table_of_contents(tmp_path: Path, film: Path) -> None:
    whole = film.read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError, match="cut short") as error:
        probe(tmp_path / "half.mp4")
    assert error.value.reason == "damaged"


def test_pictures_that_are_too_large(tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "MAX_PIXELS", 5000)
    with pytest.raises(MediaError, match="megapixels") as error:
        probe(film)
    assert error.value.reason == "refused"


def test_a_decompression_bomb(tmp_path: Path) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 20_000, 14_000, 1, 0, 0, 0, 0)
    (tmp_path / "bomb.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + b"\0\0\0\0IEND\xaeB`\x82"
    )
    with pytest.raises(MediaError, match="megapixels") as error:
        probe(tmp_path / "bomb.png")
    assert error.value.reason == "refused"


def test_missing_and_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.mp4", tmp_path):
        with pytest.raises(MediaError) as error:
            probe(path)
        assert error.value.reason == "missing"


@pytest.mark.parametrize(
    "name",
    [
        "with space.mp4",
        'it\'s "quoted".mp4',
        "-y.mp4",
        "журнал № 7 ☂.mp4",
        "a:b|c%03d.mp4",
        "concat:x.mp4",
        "new\nline.mp4",
    ],
)
def test_odd_names(tmp_path: Path, film: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_bytes(film.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert probe(name).width == 128
    assert content_id(name) == content_id(film)


def test_content_id_names_the_content(tmp_path: Path, film: Path) -> None:
    large = np.random.default_rng(0).integers(0, 256, 5_000_000, dtype=np.uint8)
    (tmp_path / "a").write_bytes(large.tobytes())
    large[-1] ^= 1
    (tmp_path / "b").write_bytes(large.tobytes())
    (tmp_path / "c").write_bytes(large.tobytes() + b"x")
    names = {content_id(tmp_path / name) for name in "abc"} | {content_id(film)}
    assert len(names) == 4
    assert all(len(name) == 32 for name in names)


def test_a_probe_that_hangs(tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("VRD_FFMPEG", str(slow))
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.2)
    with pytest.raises(MediaError) as error:
        probe(film)
    assert error.value.reason == "too long to read"


def test_the_track_marked_as_default(tmp_path: Path, film: Path) -> None:
    large = clip(tmp_path / "large.mp4", 1, size=(256, 192))
    marks = ["-disposition:v:0", "default", "-disposition:v:1", "0"]
    for ending in ("mp4", "mkv"):
        angles = tmp_path / f"angles.{ending}"
        run_ffmpeg("-i", film, "-i", large, "-map", "0", "-map", "1", "-c", "copy", *marks, angles)
        assert (probe(angles).stream, probe(angles).width) == (0, 128)


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv"])
def test_sound_that_outlasts_the_picture(tmp_path: Path, film: Path, ending: str) -> None:
    sound = ["-f", "lavfi", "-t", "9", "-i", "sine", "-c:a", "aac"]
    run_ffmpeg("-i", film, *sound, "-c:v", "copy", tmp_path / f"talking.{ending}")
    assert probe(tmp_path / f"talking.{ending}").duration == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize(("ending", "delay"), [("mp4", 5), ("mkv", 5), ("ts", 0), ("mpg", 0)])
def test_a_clock_that_starts_late(tmp_path: Path, film: Path, ending: str, delay: float) -> None:
    """Browsers show MP4 and Matroska on the file's own clock; the others they do not play."""
    coded = ["-c:v", "mpeg1video"] if ending == "mpg" else ["-c", "copy"]
    run_ffmpeg("-i", film, *coded, "-output_ts_offset", "5", tmp_path / f"late.{ending}")
    info = probe(tmp_path / f"late.{ending}")
    assert info.delay == pytest.approx(delay, abs=0.001)
    assert info.duration == pytest.approx(delay + 3, abs=0.3)


def test_a_clock_that_starts_out_of_reach(tmp_path: Path, film: Path) -> None:
    run_ffmpeg("-i", film, "-c", "copy", "-output_ts_offset", "36000", tmp_path / "recorded.mkv")
    assert probe(tmp_path / "recorded.mkv").start == pytest.approx(36000)
    assert probe(tmp_path / "recorded.mkv").delay == 0


def test_what_older_and_newer_versions_of_ffmpeg_print() -> None:
    said = """Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'x.mp4':
  Metadata:
    title           : Stream #0:7: Video: h264, yuv420p, 9x9
  Duration: 01:02:03.50, start: -0.040000, bitrate: 166 kb/s
    Stream #0:0(und): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, stereo, fltp, 128 kb/s (default)
    Stream #0:1(und): Video: mjpeg, yuvj420p(pc), 600x600 [SAR 1:1 DAR 1:1], 90k tbr, 90k tbn (attached pic)
    Stream #0:2[0x3](eng): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 720x576 [SAR 16:15 DAR 4:3], 25 fps
    Metadata:
      rotate          : 90
    Side data:
      displaymatrix: rotation of -90.00 degrees
"""
    info = module._parse(Path("x.mp4"), 1, b"", said)
    assert (info.duration, info.width, info.height, info.fps, info.rotation) == (3723.5, 576, 768, 25.0, 90)
    assert (info.stream, info.start, info.has_audio) == (2, -0.04, True)

"""Frame k is what a player shows at second k / fps, whatever the file is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.clips import clip, numbered, read_number, run_ffmpeg, turned
from vrd_core.errors import MediaError
from vrd_core.frames.extract import Frames

pytestmark = pytest.mark.slow

Extract = Callable[..., Frames]


def numbers(frames: Frames) -> list[int]:
    return [read_number(frames.image(k)) for k in range(frames.count)]


def grainy(picture: np.ndarray) -> np.ndarray:
    """Add grain, so that a clip has a size worth damaging."""
    return (picture + np.random.default_rng(0).integers(-12, 13, picture.shape)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("h264.mp4", "libx264", []),
        ("b-frames.mkv", "libx264", ["-bf", "3", "-g", "50", "-preset", "medium"]),
        ("hevc.mkv", "libx265", ["-x265-params", "log-level=error"]),
        ("vp9.webm", "libvpx-vp9", ["-deadline", "realtime", "-cpu-used", "8"]),
        ("mpeg1.mpg", "mpeg1video", ["-q:v", "4"]),
        ("mjpeg.avi", "mjpeg", ["-pix_fmt", "yuvj420p"]),
        ("stream.ts", "libx264", []),
        ("colours.gif", "gif", []),
    ],
)
def test_formats(tmp_path: Path, extract: Extract, name: str, codec: str, options: list[str]) -> None:
    frames = extract(clip(tmp_path / name, 3, codec=codec, options=options))
    assert numbers(frames) == [0, 25, 50]
    assert frames.seconds.tolist() == [0.0, 1.0, 2.0]
    assert frames.size == (128, 96)
    assert frames.warning is None


@pytest.mark.parametrize(
    ("fps", "expected"),
    [(0.1, [0]), (0.5, [0, 50, 100]), (25, list(range(103))), (2, [0, 13, 25, 38, 50, 63, 75, 88, 100])],
)
def test_rates(tmp_path: Path, extract: Extract, fps: float, expected: list[int]) -> None:
    frames = extract(clip(tmp_path / "film.mp4", 4.12), fps=fps)
    if fps == 2:  # half a second falls between two pictures: the one that is still shown, or the one that comes
        assert np.abs(np.subtract(numbers(frames), expected)).max() <= 1
    else:
        assert numbers(frames) == expected
    assert frames.seconds[-1] == pytest.approx((frames.count - 1) / fps)


def test_ntsc_rate_does_not_drift(tmp_path: Path, extract: Extract) -> None:
    frames = extract(clip(tmp_path / "ntsc.mp4", 40, fps=30000 / 1001))
    for k, number in enumerate(numbers(frames)):
        assert number / (30000 / 1001) == pytest.approx(k, abs=1 / 29)


def test_variable_frame_rate_repeats_the_held_picture(tmp_path: Path, extract: Extract) -> None:
    clip(tmp_path / "steady.mp4", 4)
    # Pictures 26 to 79 are missing: the player holds number 25 until second 3.2.
    run_ffmpeg(
        "-i",
        tmp_path / "steady.mp4",
        "-vf",
        "select='not(between(n,26,79))'",
        "-fps_mode",
        "vfr",
        tmp_path / "held.mp4",
    )
    assert numbers(extract(tmp_path / "held.mp4")) == [0, 25, 25, 25]


def test_a_late_start(tmp_path: Path, extract: Extract) -> None:
    clip(tmp_path / "film.mp4", 3)
    run_ffmpeg(
        "-itsoffset",
        "0.6",
        "-i",
        tmp_path / "film.mp4",
        "-f",
        "lavfi",
        "-t",
        "3.6",
        "-i",
        "sine",
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-c:a",
        "flac",
        tmp_path / "late.mkv",
    )
    # Sound begins at 0 and the picture at 0.6: at 1 s the player shows picture 10; the first one stands for second 0.
    assert numbers(extract(tmp_path / "late.mkv")) == [0, 10, 35, 60]


def test_half_a_second(tmp_path: Path, extract: Extract) -> None:
    assert numbers(extract(clip(tmp_path / "short.mp4", 0.5))) == [0]


def test_one_picture_of_film(tmp_path: Path, extract: Extract) -> None:
    assert numbers(extract(clip(tmp_path / "one.mp4", 0.04, first=7), fps=0.1)) == [7]


def test_odd_sizes(tmp_path: Path, extract: Extract) -> None:
    frames = extract(clip(tmp_path / "odd.mkv", 2, size=(131, 97), codec="ffv1"))
    assert frames.size == (131, 97)
    assert numbers(frames) == [0, 25]


def test_rotation(tmp_path: Path, extract: Extract) -> None:
    # Filmed sideways, with the note that turns it upright again.
    clip(tmp_path / "sideways.mp4", 2, draw=lambda p: np.rot90(p, -1))
    frames = extract(turned(tmp_path / "sideways.mp4", tmp_path / "upright.mp4"))
    assert frames.size == (128, 96)
    assert numbers(frames) == [0, 25]


def test_pixels_that_are_not_square(tmp_path: Path, extract: Extract) -> None:
    def circle(picture: np.ndarray) -> np.ndarray:
        image = Image.new("RGB", (128, 96))
        ImageDraw.Draw(image).ellipse((44, 18, 84, 78), fill="white")  # a circle, if pixels are 3 : 2
        return np.asarray(image)

    frames = extract(clip(tmp_path / "anamorphic.mp4", 1, draw=circle, options=["-vf", "setsar=3/2"]))
    assert frames.size == (192, 96)
    seen = np.asarray(frames.image(0).convert("L")) > 128
    assert np.ptp(np.flatnonzero(seen.any(axis=0))) == pytest.approx(np.ptp(np.flatnonzero(seen.any(axis=1))), abs=3)


def test_large_films_shrink_and_small_ones_stay(tmp_path: Path, extract: Extract) -> None:
    large = clip(tmp_path / "large.mp4", 1, size=(1280, 720))
    assert extract(large).size == (683, 384)
    assert extract(large, short_side=100).size == (178, 100)
    assert extract(clip(tmp_path / "tall.mp4", 1, size=(480, 800))).size == (384, 640)


@pytest.mark.parametrize("ending", ["jpg", "png", "tiff", "webp", "bmp", "gif"])
def test_stills(tmp_path: Path, extract: Extract, ending: str) -> None:
    Image.fromarray(numbered(4711, (800, 600))).save(tmp_path / f"still.{ending}")
    frames = extract(tmp_path / f"still.{ending}", fps=5)
    assert numbers(frames) == [4711]
    assert (frames.size, frames.duration, frames.seconds.tolist()) == ((512, 384), 0.0, [0.0])


def test_a_still_turned_by_exif(tmp_path: Path, extract: Extract) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(numbered(5, (200, 150)))).save(tmp_path / "phone.jpg", exif=exif)
    frames = extract(tmp_path / "phone.jpg")
    assert frames.size == (200, 150)
    assert numbers(frames) == [5]


def test_a_still_of_sixteen_bits(tmp_path: Path, extract: Extract) -> None:
    deep = numbered(99, (200, 150))[:, :, 0].astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "scan.tiff")
    assert numbers(extract(tmp_path / "scan.tiff")) == [99]


def test_transparency_lies_on_white(tmp_path: Path, extract: Extract) -> None:
    Image.new("RGBA", (64, 48), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert np.asarray(extract(tmp_path / "clear.png").image(0)).min() > 250


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_an_animated_picture(tmp_path: Path, extract: Extract, ending: str) -> None:
    first, *others = (Image.fromarray(numbered(k)) for k in range(4))
    first.save(tmp_path / f"moving.{ending}", save_all=True, append_images=others, duration=1000, loop=0)
    assert numbers(extract(tmp_path / f"moving.{ending}")) == [0, 1, 2, 3]


@pytest.mark.parametrize("ending", ["mkv", "mpg", "ts", "avi"])
def test_cut_short_gives_what_is_there(tmp_path: Path, extract: Extract, ending: str) -> None:
    codec = {"mpg": "mpeg1video", "avi": "mpeg4"}.get(ending, "libx264")
    whole = clip(tmp_path / f"whole.{ending}", 10, codec=codec, draw=grainy).read_bytes()
    (tmp_path / f"half.{ending}").write_bytes(whole[: len(whole) // 2])
    frames = extract(tmp_path / f"half.{ending}")
    assert 3 <= frames.count <= 6
    assert numbers(frames)[:3] == [0, 25, 50]
    assert frames.warning
    assert frames.duration <= 6


def test_a_still_that_is_cut_short(tmp_path: Path, extract: Extract) -> None:
    Image.fromarray(numbered(1, (400, 300))).save(tmp_path / "whole.jpg")
    whole = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError, match="damaged"):
        extract(tmp_path / "half.jpg")


def test_damage_in_the_middle(tmp_path: Path, extract: Extract) -> None:
    whole = bytearray(clip(tmp_path / "whole.ts", 6, draw=grainy).read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 3000] = bytes(3000)
    (tmp_path / "scratched.ts").write_bytes(whole)
    frames = extract(tmp_path / "scratched.ts")
    assert frames.count >= 5
    assert "damaged" in str(frames.warning)


@pytest.mark.parametrize("name", ["with space.mp4", 'it\'s "quoted".mp4', "-y.mp4", "журнал ☂.mp4", "a:b|c%03d.mp4"])
def test_odd_names(tmp_path: Path, extract: Extract, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clip(tmp_path / name, 1)
    monkeypatch.chdir(tmp_path)
    assert numbers(extract(Path(name))) == [0]


def test_the_picture_among_several_streams(tmp_path: Path, extract: Extract) -> None:
    small, film = clip(tmp_path / "small.mp4", 2, size=(64, 48), first=900), clip(tmp_path / "film.mp4", 2)
    run_ffmpeg(
        "-i",
        small,
        "-i",
        film,
        "-f",
        "lavfi",
        "-t",
        "2",
        "-i",
        "sine",
        "-map",
        "2",
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "copy",
        "-c:a",
        "flac",
        tmp_path / "several.mkv",
    )
    assert numbers(extract(tmp_path / "several.mkv")) == [0, 25]


def test_frames_follow_the_clock_of_the_player(tmp_path: Path, extract: Extract) -> None:
    """Seen in Chromium: what starts at 5 s in MP4 and WebM is shown from 5 s, the first picture until then."""
    clip(tmp_path / "film.mp4", 3)
    run_ffmpeg("-i", tmp_path / "film.mp4", "-c", "copy", "-output_ts_offset", "5", tmp_path / "late.mp4")
    frames = extract(tmp_path / "late.mp4")
    assert numbers(frames) == [0] * 6 + [25, 50]
    assert (frames.duration, frames.warning) == (pytest.approx(8, abs=0.05), None)


def test_sound_before_zero_moves_no_picture(tmp_path: Path, extract: Extract) -> None:
    clip(tmp_path / "film.mp4", 3)
    # Sound that begins 0.3 s before zero, as encoders with a run-up leave it: ffmpeg would call that moment 0.
    sound = ["-itsoffset", "-0.3", "-f", "lavfi", "-t", "3.3", "-i", "sine", "-c:a", "flac"]
    run_ffmpeg(
        "-i", tmp_path / "film.mp4", *sound, "-c:v", "copy", "-avoid_negative_ts", "disabled", tmp_path / "early.mkv"
    )
    assert numbers(extract(tmp_path / "early.mkv")) == [0, 25, 50]


def test_sound_that_outlasts_the_picture_is_no_damage(tmp_path: Path, extract: Extract) -> None:
    clip(tmp_path / "film.mp4", 3)
    sound = ["-f", "lavfi", "-t", "20", "-i", "sine", "-c:a", "aac"]
    run_ffmpeg("-i", tmp_path / "film.mp4", *sound, "-c:v", "copy", tmp_path / "talking.mp4")
    frames = extract(tmp_path / "talking.mp4")
    assert (frames.duration, frames.warning) == (pytest.approx(3, abs=0.05), None)


def test_a_larger_track_that_is_not_shown(tmp_path: Path, extract: Extract) -> None:
    shown, other = clip(tmp_path / "shown.mp4", 2), clip(tmp_path / "other.mp4", 2, size=(256, 192), first=900)
    marks = ["-disposition:v:0", "default", "-disposition:v:1", "0"]
    run_ffmpeg("-i", shown, "-i", other, "-map", "0", "-map", "1", "-c", "copy", *marks, tmp_path / "angles.mp4")
    assert numbers(extract(tmp_path / "angles.mp4")) == [0, 25]

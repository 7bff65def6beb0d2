"""What step 1 leaves in the store, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.clips import clip, encode, numbered, read_number
from tests.frames.scenes import framed, landscape
from vrd_core.frames.extract import Frames, extract_frames, frames_key, open_frames
from vrd_core.media.info import content_id
from vrd_core.settings import FrameSettings
from vrd_core.store import Store

Extract = Callable[..., Frames]


def test_all_stills_lie_in_one_file(tmp_path: Path, extract: Extract) -> None:
    frames = extract(clip(tmp_path / "film.mp4", 5))
    assert sorted(p.name for p in frames.path.iterdir()) == [
        "boxes.npy",
        "frames.bin",
        "luma.npy",
        "manifest.json",
        "offsets.npy",
    ]
    assert frames.jpeg(2)[:2] == b"\xff\xd8"
    assert sum(len(frames.jpeg(k)) for k in range(5)) == (frames.path / "frames.bin").stat().st_size


def test_what_is_said_of_each_frame(tmp_path: Path, extract: Extract, store: Store) -> None:
    path = clip(tmp_path / "film.mp4", 3)
    frames = extract(path)
    assert len(frames) == frames.count == 3
    assert (frames.fps, frames.duration) == (1.0, pytest.approx(3, abs=0.05))
    assert frames.seconds.dtype == np.float64
    assert frames.luma_mean.dtype == frames.luma_spread.dtype == np.float32
    assert frames.boxes.dtype == np.int16
    assert frames.boxes.tolist() == [[0, 0, 128, 96]] * 3
    assert frames.luma_mean == pytest.approx(np.full(3, 127.5), abs=4)
    assert frames.luma_spread == pytest.approx(np.full(3, 83), abs=12)
    facts = frames.facts
    assert (facts["content_id"], facts["video"], facts["size"]) == (content_id(path), str(path), [128, 96])
    assert FrameSettings.from_dict(facts["settings"]) == FrameSettings()
    again = open_frames(store, frames.key)
    assert again is not None
    assert again.jpeg(1) == frames.jpeg(1)


def test_frames_that_are_not_there(store: Store, tmp_path: Path, extract: Extract) -> None:
    assert open_frames(store, "0" * 32) is None
    frames = extract(clip(tmp_path / "film.mp4", 1))
    for k in (-1, 1):
        with pytest.raises(IndexError, match="1 frames"):
            frames.jpeg(k)


def test_the_key_holds_all_that_matters() -> None:
    keys = {
        frames_key(content, settings)
        for content in ("a", "b")
        for settings in (
            FrameSettings(),
            FrameSettings(fps=2),
            FrameSettings(short_side=200),
            FrameSettings(quality=80),
        )
    }
    assert len(keys) == 8
    assert frames_key("a", FrameSettings(fps=1)) == frames_key("a", FrameSettings(fps=1.0))


def test_a_renamed_film_is_not_decoded_again(tmp_path: Path, extract: Extract, store: Store) -> None:
    path = clip(tmp_path / "film.mp4", 2)
    first = extract(path)
    path = path.rename(tmp_path / "renamed.mp4")
    assert extract(path).path.stat().st_mtime_ns == first.path.stat().st_mtime_ns
    again = extract_frames(path, content_id(path), FrameSettings(), store, recompute=True)
    assert again.facts["video"] == str(path)


def test_the_border_is_kept_in_the_still_and_cut_when_asked(tmp_path: Path, extract: Extract) -> None:
    size, box = (320, 180), (40, 0, 280, 180)
    pictures = (np.repeat(p[:, :, None], 3, axis=2) for p in framed(landscape(1, 12, (240, 180)), box, size=size))
    frames = extract(encode(tmp_path / "quote.mp4", pictures, fps=1))
    assert np.abs(frames.boxes - np.array(box)).max() <= 3
    assert frames.image(3).size == size
    left, top, right, bottom = frames.boxes[3].tolist()
    assert frames.trimmed(3).size == (right - left, bottom - top)
    assert np.array_equal(np.asarray(frames.trimmed(3)), np.asarray(frames.image(3))[top:bottom, left:right])


def test_luma_is_measured_inside_the_border(tmp_path: Path, extract: Extract) -> None:
    size, box = (320, 180), (40, 0, 280, 180)
    scenes = [*landscape(2, 12, (240, 180)), *[np.full((180, 240), 3, np.uint8)] * 4]
    pictures = (np.repeat(p[:, :, None], 3, axis=2) for p in framed(iter(scenes), box, 250, size))
    frames = extract(encode(tmp_path / "white.mp4", pictures, fps=1))
    assert frames.luma_spread[:12].min() > 20
    assert frames.luma_spread[12:].max() < 2
    assert frames.luma_mean[12:].max() < 8


def test_grain_is_no_picture(tmp_path: Path, extract: Extract) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray((20 + rng.normal(0, 9, (400, 600))).clip(0, 255).astype(np.uint8)).save(tmp_path / "leader.png")
    assert extract(tmp_path / "leader.png").luma_spread[0] < 5


def test_several_threads_read_at_once(tmp_path: Path, extract: Extract) -> None:
    frames = extract(encode(tmp_path / "film.mp4", (numbered(k) for k in range(40)), fps=1))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda k: read_number(frames.image(k)), [*range(40)] * 5)) == [*range(40)] * 5


def test_the_colours_stay(tmp_path: Path, extract: Extract) -> None:
    picture = np.zeros((96, 128, 3), np.uint8)
    picture[:, :64], picture[:, 64:] = (200, 40, 30), (30, 60, 190)
    frames = extract(encode(tmp_path / "film.mkv", [picture] * 25, codec="ffv1"))
    seen = np.asarray(frames.image(0), dtype=int)
    assert seen[48, 32] == pytest.approx([200, 40, 30], abs=6)
    assert seen[48, 96] == pytest.approx([30, 60, 190], abs=6)

"""Small pictures between the stills, for fingerprints that tell ends and speeds to a quarter of a second.

They come out of the same decode as the stills where that runs anyway, and are kept only until their fingerprints are
made: <artefact>/pictures.mjpeg holds them as JPEG, <artefact>/offsets.npy where each begins, int64 (n + 1).
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.errors import MediaError
from vrd_core.frames.decoder import Decoder, SecondOutput
from vrd_core.frames.extract import STEP as FRAMES
from vrd_core.frames.extract import Frames, still_size
from vrd_core.media.info import MediaInfo
from vrd_core.media.probe import probe
from vrd_core.progress import Progress
from vrd_core.settings import FrameSettings
from vrd_core.store import Artefact, Store
from vrd_core.text import digest

STEP = "between"
VERSION = "1"

SHORT_SIDE = 192
"""Short side in pixels: one and a half times what the network that ships takes in."""

_START = b"\xff\xd8\xff"


class Between:
    """Pictures of one video, `per_still` from one still to the next; the first of each lot is the still's moment."""

    def __init__(self, artefact: Artefact) -> None:
        """Open an artefact of this step."""
        self.artefact = artefact
        self.path, self.count = artefact.path / "pictures.mjpeg", int(artefact.facts["count"])
        self._offsets = open_array(artefact.path / "offsets.npy", mapped=False)

    def jpeg(self, k: int) -> bytes:
        """Return picture k."""
        start, end = int(self._offsets[k]), int(self._offsets[k + 1])
        with open(self.path, "rb", buffering=0) as file:
            file.seek(start)
            return file.read(end - start)


def between_key(frames_key: str, per_still: int) -> str:
    """Return the name of the pictures between these stills."""
    return digest(STEP, VERSION, frames_key, str(per_still))


def beside_stills(store: Store, frames_key: str, per_still: int, fps: float) -> Callable[[MediaInfo], SecondOutput]:
    """Return what `extract_frames` takes to leave these pictures beside the stills that it decodes."""
    return lambda info: _small(info, _waiting(store, frames_key, per_still), fps * per_still)


def extract_between(
    path: str | Path,
    frames: Frames,
    per_still: int,
    store: Store,
    *,
    progress: Progress | None = None,
    detail: str = "",
) -> Between:
    """Return the pictures: those left by the decode of the stills, else from a decode of their own.

    Raises MediaError where nothing can be read, FFmpegError, StoreError, and what `progress` raises.
    """
    path = Path(os.path.abspath(path))
    key = between_key(frames.key, per_still)
    waiting = _waiting(store, frames.key, per_still)

    def build(folder: Path) -> dict[str, Any]:
        target = folder / "pictures.mjpeg"
        if waiting.exists():
            os.replace(waiting, target)
        else:
            _decode(path, frames, per_still, target, folder / "ffmpeg.log", progress, detail)
        offsets = _offsets(target)
        if len(offsets) < 2:
            raise MediaError(f"{path.name} gave no picture between its stills.")
        np.save(folder / "offsets.npy", offsets)
        return {"content_id": frames.facts["content_id"], "count": len(offsets) - 1, "per_still": per_still}

    try:
        return Between(store.produce(STEP, key, build))
    finally:
        waiting.unlink(missing_ok=True)


def _waiting(store: Store, frames_key: str, per_still: int) -> Path:
    """Return where the decode of the stills leaves the pictures until they are an artefact."""
    return store.root / "tmp" / f"pictures-{between_key(frames_key, per_still)}.mjpeg"


def _small(info: MediaInfo, target: Path, fps: float) -> SecondOutput:
    return SecondOutput(target, fps, still_size(info, FrameSettings(short_side=SHORT_SIDE)))


def _decode(
    path: Path, frames: Frames, per_still: int, target: Path, log: Path, progress: Progress | None, detail: str
) -> None:
    info = probe(path)
    done = 0

    def tick() -> None:
        if progress:
            progress(FRAMES, min(done, frames.count), frames.count, detail)

    second = _small(info, target, frames.fps * per_still)
    # The stills themselves are wanted no more: one tiny picture for each says how far the decode is.
    with Decoder(path, info, fps=frames.fps, size=(16, 16), log=log, waiting=tick, second=second) as decoder:
        for _ in decoder:
            done += 1
            tick()
    log.unlink(missing_ok=True)


def _offsets(path: Path) -> np.ndarray:
    """Return where each JPEG begins, and the end: the mark of a start stands nowhere else in what ffmpeg writes."""
    size = path.stat().st_size if path.exists() else 0
    if not size:
        return np.zeros(1, np.int64)
    found = []
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = data.find(_START)
        while at >= 0:
            found.append(at)
            at = data.find(_START, at + 3)
    return np.array([*found, size], np.int64)

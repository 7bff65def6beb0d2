"""Step 1: a video becomes stills, one for every 1 / fps seconds, with what later steps want to know of each.

<artefact>/frames.bin    the stills as JPEG, one after the other in one file
<artefact>/offsets.npy   where each begins, int64 (n + 1)
<artefact>/luma.npy      mean and spread (standard deviation) of luma inside the box, float32 (n, 2)
<artefact>/boxes.npy     left, top, right, bottom of what is not border, int16 (n, 4)
"""

from __future__ import annotations

import io
import math
import os
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vrd_core.arrays import open_array
from vrd_core.errors import MediaError
from vrd_core.frames.borders import BorderFinder
from vrd_core.frames.decoder import Decoder, SecondOutput
from vrd_core.media.info import MediaInfo, plain_errors
from vrd_core.media.pictures import open_picture
from vrd_core.media.probe import probe
from vrd_core.progress import Progress
from vrd_core.settings import FrameSettings
from vrd_core.store import Artefact, Store
from vrd_core.system import full_path
from vrd_core.text import clock, digest

STEP = "frames"

VERSION = "1"
"""Goes up when the same video and settings would give other frames."""

LONGEST_HOURS = 48
"""A file whose clock claims more is damaged, and repeating its held picture would fill the disk."""

_LONGEST_SIDE = 8192
_LUMA_SHRINK = 4
"""Luma is measured on a still shrunk by this: grain and compression noise are no picture."""


def frames_key(content_id: str, settings: FrameSettings) -> str:
    """Return the name of the frames of this content with these settings."""
    return digest(STEP, VERSION, content_id, settings.key())


def still_size(info: MediaInfo, settings: FrameSettings) -> tuple[int, int]:
    """Return (width, height) of the stills: the wanted short side, never enlarged, in the shape that is shown."""
    scale = min(1.0, settings.short_side / min(info.width, info.height), _LONGEST_SIDE / max(info.width, info.height))
    return max(1, round(info.width * scale)), max(1, round(info.height * scale))


def extract_frames(
    path: str | Path,
    content_id: str,
    settings: FrameSettings,
    store: Store,
    *,
    progress: Progress | None = None,
    detail: str = "",
    recompute: bool = False,
    second: Callable[[MediaInfo], SecondOutput] | None = None,
) -> Frames:
    """Return the frames of a video or still, decoding it once where the store does not have them yet.

    `second` names smaller pictures to leave in a file when it is decoded.

    A file that is cut short or partly damaged gives what can be read, and `facts["warning"]` says so in plain words.
    Memory does not grow with the length of the film.

    Raises MediaError where nothing can be read, FFmpegError, StoreError, and what `progress` raises.
    """
    path = full_path(os.path.abspath(path))

    def build(folder: Path) -> dict[str, Any]:
        return _build(path, content_id, settings, folder, progress, detail or path.name, second)

    return Frames(store.produce(STEP, frames_key(content_id, settings), build, recompute=recompute))


def open_frames(store: Store, key: str) -> Frames | None:
    """Return the frames of this name, or None where they have not been made."""
    found = store.find(STEP, key)
    return Frames(found) if found else None


class Frames:
    """The stills of one video, read from disk as they are asked for; safe to use from several threads.

    >>> frames = extract_frames("film.mp4", content_id("film.mp4"), FrameSettings(), store)   # doctest: +SKIP
    >>> frames.image(12), frames.seconds[12], frames.boxes[12]                                 # doctest: +SKIP
    """

    def __init__(self, artefact: Artefact) -> None:
        """Open an artefact of this step."""
        facts = artefact.facts
        self.key: str = artefact.key
        self.facts: dict[str, Any] = facts
        self.path: Path = artefact.path
        self.count: int = facts["count"]
        self.fps: float = facts["fps"]
        self.size: tuple[int, int] = (facts["size"][0], facts["size"][1])
        self.duration: float = facts["seconds"]
        """Length of the film in seconds; 0 for a still."""
        self.warning: str | None = facts["warning"]
        self.seconds: NDArray[np.float64] = np.arange(self.count) / self.fps
        luma = open_array(artefact.path / "luma.npy", mapped=False)
        self.luma_mean: NDArray[np.float32] = luma[:, 0]
        self.luma_spread: NDArray[np.float32] = luma[:, 1]
        self.boxes: NDArray[np.int16] = open_array(artefact.path / "boxes.npy", mapped=False)
        self._offsets: NDArray[np.int64] = open_array(artefact.path / "offsets.npy", mapped=False)

    def __len__(self) -> int:
        return self.count

    def jpeg(self, k: int) -> bytes:
        """Return still k as it lies on disk."""
        if not 0 <= k < self.count:
            raise IndexError(f"There are {self.count} frames, counted from 0. Received: {k}.")
        start, end = int(self._offsets[k]), int(self._offsets[k + 1])
        # A handle of its own for each call: threads that shared one would move each other's place.
        with open(self.path / "frames.bin", "rb", buffering=0) as file:
            file.seek(start)
            return file.read(end - start)

    def image(self, k: int) -> Image.Image:
        """Return still k, RGB, whole."""
        return Image.open(io.BytesIO(self.jpeg(k))).convert("RGB")

    def trimmed(self, k: int) -> Image.Image:
        """Return still k, RGB, without its border."""
        left, top, right, bottom = map(int, self.boxes[k])
        image = self.image(k)
        return image if (left, top, right, bottom) == (0, 0, *self.size) else image.crop((left, top, right, bottom))


def _build(
    path: Path,
    content_id: str,
    settings: FrameSettings,
    folder: Path,
    progress: Progress | None,
    detail: str,
    second: Callable[[MediaInfo], SecondOutput] | None,
) -> dict[str, Any]:
    with plain_errors(path):
        before = path.stat()
    info = probe(path)
    size = still_size(info, settings)
    luma: list[tuple[float, float]] = []
    offsets = array("q", [0])
    borders = BorderFinder(size)
    expected = max(1.0, (info.duration or 0) * settings.fps)

    def tick() -> None:
        if progress:
            progress(STEP, len(luma), max(expected, len(luma)), detail)

    tick()
    beside = second(info) if second else None
    source = _Source(path, info, size, settings, folder / "ffmpeg.log", tick, beside)
    try:
        with open(folder / "frames.bin", "wb") as out:
            for image in source:
                gray = image.convert("L")
                luma.append(_spread(gray.reduce(_LUMA_SHRINK)))
                borders.add(gray)
                image.save(out, "JPEG", quality=settings.quality)
                offsets.append(out.tell())
                tick()
                if len(luma) > LONGEST_HOURS * 3600 * settings.fps:
                    raise MediaError(
                        f"{path.name} claims to be longer than {LONGEST_HOURS} hours: its clock is damaged. "
                        "Convert it with another program.",
                        reason="too long to read",
                    )
    except BaseException:
        # Half of them would be taken for all of them.
        if beside is not None:
            beside.path.unlink(missing_ok=True)
        raise
    if not luma:
        raise MediaError(f"{path.name} is damaged: no picture could be read from it.")
    with plain_errors(path):
        after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise MediaError(f"{path.name} changed while it was read. Run again when it has been copied whole.")
    boxes = borders.boxes(settings.fps)
    _measure_inside(folder / "frames.bin", offsets, boxes, size, luma)
    np.save(folder / "offsets.npy", np.asarray(offsets, dtype=np.int64))
    np.save(folder / "luma.npy", np.array(luma, dtype=np.float32))
    np.save(folder / "boxes.npy", boxes)
    return {
        "content_id": content_id,
        "count": len(luma),
        "fps": settings.fps,
        "size": list(size),
        "seconds": _seconds(info, len(luma), settings.fps),
        "settings": settings.to_dict(),
        "video": str(path),
        "warning": source.warning(len(luma)),
    }


class _Source:
    """The pictures of a file as PIL images of one size, whichever program reads them."""

    def __init__(
        self,
        path: Path,
        info: MediaInfo,
        size: tuple[int, int],
        settings: FrameSettings,
        log: Path,
        waiting: Callable[[], None],
        second: SecondOutput | None,
    ) -> None:
        self._path, self._info, self._size, self._fps, self._log = path, info, size, settings.fps, log
        self._waiting, self._second = waiting, second
        self._errors: list[str] = []
        self._ended_badly = False

    def __iter__(self) -> Iterator[Image.Image]:
        if self._info.container == "picture":
            yield open_picture(self._path).resize(self._size, Image.Resampling.LANCZOS, reducing_gap=3.0)
            return
        with Decoder(
            self._path,
            self._info,
            fps=self._fps,
            size=self._size,
            log=self._log,
            waiting=self._waiting,
            second=self._second,
        ) as decoder:
            for picture in decoder:
                yield Image.frombuffer("RGB", self._size, picture, "raw", "RGB", 0, 1)
        self._errors, self._ended_badly = decoder.errors(), decoder.returncode != 0
        self._log.unlink()

    def warning(self, count: int) -> str | None:
        """Return what a person should know about this file, or None."""
        said, read = self._info.duration, count / self._fps
        if said and read < min(said - 2, 0.98 * said):
            return (
                f"Only the first {clock(read)} of {clock(said)} gave pictures: the file is cut short or damaged there."
            )
        if self._ended_badly or self._errors:
            first = self._errors[0] if self._errors else "it stopped early"
            return f"Parts of the file are damaged; frames near them may be spoiled (ffmpeg: {first})."
        return None


def _seconds(info: MediaInfo, count: int, fps: float) -> float:
    """Return the length of the film: what the file says where the frames bear it out, else what they span."""
    read = count / fps
    if info.still:
        return 0.0
    said = info.duration or 0.0
    return said if read - 1 / fps <= said <= read + max(2.0, 0.02 * said) else read


def _spread(gray: Image.Image) -> tuple[float, float]:
    values = np.asarray(gray, dtype=np.float32)
    return float(values.mean()), float(values.std())


def _measure_inside(
    stills: Path, offsets: array[int], boxes: NDArray[np.int16], size: tuple[int, int], luma: list[tuple[float, float]]
) -> None:
    """Measure luma again, inside the box, where there is a border: a white border must not hide a black frame."""
    with open(stills, "rb") as file:
        for k in np.flatnonzero((boxes != (0, 0, *size)).any(axis=1)):
            file.seek(offsets[k])
            image = Image.open(io.BytesIO(file.read(offsets[k + 1] - offsets[k])))
            image.draft("L", (size[0] // _LUMA_SHRINK, size[1] // _LUMA_SHRINK))
            gray = image.convert("L")
            across, down = gray.width / size[0], gray.height / size[1]
            left, top, right, bottom = (float(v) for v in boxes[k])
            # Strictly inside: a sliver of a white border would hide a black frame.
            luma[k] = _spread(
                gray.crop(
                    (
                        math.ceil(left * across),
                        math.ceil(top * down),
                        math.floor(right * across),
                        math.floor(bottom * down),
                    )
                )
            )

"""What is said of one file, the limits that bound it, and the system's errors about it in plain words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vrd_core.errors import MediaError

MAX_PIXELS = 2**27
"""Largest picture that is decoded, 134 megapixels: an A3 scan at 600 dpi fits, a decompression bomb does not."""


@dataclass(frozen=True)
class MediaInfo:
    """What a probe says of one file."""

    duration: float | None
    """Seconds, or None where the file does not say (and for a still)."""
    width: int
    """Width in square pixels as shown: rotation and pixel aspect are applied."""
    height: int
    fps: float | None
    """Pictures per second of the file, on average; None for a still."""
    codec: str
    container: str
    """ffmpeg's name of the format, or "picture" for a still that Pillow reads."""
    rotation: int
    """Degrees by which the file asks to be turned, 0 to 359."""
    still: bool
    """A single picture: a video of one frame."""
    start: float
    """Seconds at which the file's clock starts; a player shows this moment as 0."""
    has_audio: bool
    bytes: int
    stream: int = 0
    """Number of the picture stream inside the file."""


@contextlib.contextmanager
def plain_errors(path: str | Path) -> Iterator[None]:
    """Turn the system's errors about one file into a MediaError."""
    name = Path(path).name
    try:
        yield
    except FileNotFoundError as error:
        raise MediaError(f"{name} is not there any more.", reason="missing") from error
    except PermissionError as error:
        raise MediaError(f"{name} may not be read by this user.", reason="missing") from error
    except OSError as error:
        raise MediaError(f"{name} cannot be read ({error.strerror or error}).") from error

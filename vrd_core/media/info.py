"""What is known of one file: its facts, the name of its content, the limits it is held to, its endings."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vrd_core.errors import MediaError
from vrd_core.system import full_path

MAX_PIXELS = 2**27
"""Largest picture that is decoded, 134 megapixels: an A3 scan at 600 dpi fits, a decompression bomb does not."""

LATEST_START = 600.0
"""Seconds: a clock that starts later is not taken for a wait before the first picture, which players would show."""

PILLOW_ENDINGS = frozenset({".bmp", ".jp2", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
"""Of single pictures that Pillow reads."""

FFMPEG_STILLS = {".dpx": "dpx_pipe", ".exr": "exr_pipe", ".hdr": "hdr_pipe", ".jxl": "jpegxl_pipe", ".psd": "psd_pipe"}
"""Endings of single pictures that only ffmpeg reads, with its name of the format."""

_VIDEO_ENDINGS = """
    .3g2 .3gp .3gp2 .3gpp .asf .avi .divx .dv .dvr-ms .f4v .flv .gif .h264 .h265 .heic .heif .hevc .ivf .m1v .m2t .m2ts
    .m2v .m4s .m4v .mj2 .mjpeg .mjpg .mkv .mod .mov .mp4 .mp4v .mpe .mpeg .mpg .mpv .mts .mxf .nut .obu .ogm .ogv .qt
    .rm .rmvb .tod .ts .vob .webm .wmv .wtv .y4m
"""

ENDINGS = PILLOW_ENDINGS | frozenset(FFMPEG_STILLS) | frozenset(_VIDEO_ENDINGS.split())
"""Endings that say "video" or "picture", in lower case. What a file is, only its content says."""


@dataclass(frozen=True)
class MediaInfo:
    """What a probe says of one file."""

    duration: float | None
    """Seconds of picture, or None where the file does not say (and for a still)."""
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
    """Seconds at which the file's clock starts."""
    has_audio: bool
    bytes: int
    stream: int = 0
    """Number of the picture stream inside the file."""

    @property
    def delay(self) -> float:
        """Seconds from a player's zero to the first moment of the file.

        Seen in Chromium: the clock of MP4 and WebM is the file's own, so what starts at 5 s is shown from 5 s. The
        clocks of other formats start anywhere, and players call that moment 0.
        """
        own_clock = {"mp4", "webm"} & set(self.container.split(","))
        return self.start if own_clock and self.start <= LATEST_START else 0.0


def content_id(path: str | Path) -> str:
    """Return 32 hexadecimal digits that name what is in the file: its size and a digest of sampled blocks.

    Small files (4 MB) are read whole, of larger ones 32 blocks of 64 kB from the first to the last byte, so that
    naming a film of 50 GB takes a moment. Moving and renaming change nothing.
    """
    block, blocks, whole = 1 << 16, 32, 1 << 22
    with plain_errors(path), open(full_path(path), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        state = hashlib.blake2b(str(size).encode() + b":", digest_size=16)
        if size <= whole:
            state.update(file.read())
        else:
            for k in range(blocks):
                file.seek((size - block) * k // (blocks - 1))
                state.update(file.read(block))
    return state.hexdigest()


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

"""Make real clips whose frames carry their own number, so that a test can read which frame came out.

A number is drawn as 16 bits in 4 rows of 4 cells over the whole picture. A cell is dark on the left and bright on the
right for 0, the other way round for 1: all frames are equally bright, and scaling or compression leave it legible.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vrd_core.media.ffmpeg import ffmpeg_exe

Picture = NDArray[np.uint8]
DARK, BRIGHT = 45, 210


def numbered(number: int, size: tuple[int, int] = (128, 96)) -> Picture:
    """Return a picture (height, width, 3) that carries a number from 0 to 65,535."""
    width, height = size
    column = np.arange(width) * 8 // width
    row = np.arange(height) * 4 // height
    bit = number >> (row[:, None] * 4 + column[None] // 2) & 1
    # Brighter downwards, so that no side is of one colour and would be taken for a border.
    ramp = np.arange(height)[:, None] * 60 // height - 30
    luma = (np.where(bit ^ (column[None] % 2), BRIGHT, DARK) + ramp).astype(np.uint8)
    return np.repeat(luma[:, :, None], 3, axis=2)


def read_number(picture: Any) -> int:
    """Return the number that a picture carries (an array or a PIL image); ValueError where a cell is not legible."""
    luma = np.asarray(picture, dtype=np.float32)
    luma = luma.mean(axis=2) if luma.ndim == 3 else luma
    height, width = luma.shape
    number = 0
    for row in range(4):
        for column in range(4):
            rows = slice(int((row + 0.25) * height / 4), int((row + 0.75) * height / 4) + 1)
            left, right = (
                luma[rows, int((half + 0.25) * width / 8) : int((half + 0.75) * width / 8) + 1].mean()
                for half in (2 * column, 2 * column + 1)
            )
            if abs(left - right) < 60:
                raise ValueError(f"Cell {row},{column} is not legible: {left:.0f} and {right:.0f}.")
            number |= int(left > right) << (row * 4 + column)
    return number


def encode(
    path: Path,
    pictures: Iterable[Picture],
    *,
    fps: float = 25,
    codec: str = "libx264",
    options: Sequence[str] = (),
    before: Sequence[str] = (),
) -> Path:
    """Encode pictures of one size (height, width, 3) into a clip; the name's ending chooses the container.

    `options` go before the output's name, `before` before the input.
    """
    process: subprocess.Popen[bytes] | None = None
    for picture in pictures:
        if process is None:
            height, width = picture.shape[:2]
            process = subprocess.Popen(
                [
                    ffmpeg_exe(),
                    "-y",
                    "-nostdin",
                    "-loglevel",
                    "error",
                    *before,
                    "-f",
                    "rawvideo",
                    "-pix_fmt",
                    "rgb24",
                    "-s",
                    f"{width}x{height}",
                    "-r",
                    str(fps),
                    "-i",
                    "pipe:0",
                    "-c:v",
                    codec,
                    *(["-preset", "ultrafast", "-crf", "23"] if codec in ("libx264", "libx265") else []),
                    *(["-pix_fmt", "yuv420p"] if codec.startswith("lib") and width % 2 == height % 2 == 0 else []),
                    *options,
                    f"file:{path}",
                ],
                stdin=subprocess.PIPE,
            )
        assert process.stdin is not None
        process.stdin.write(np.ascontiguousarray(picture).tobytes())
    assert process is not None, "No pictures were given."
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait() == 0, f"ffmpeg could not make {path}."
    return path


def clip(
    path: Path,
    seconds: float = 4,
    *,
    fps: float = 25,
    size: tuple[int, int] = (128, 96),
    first: int = 0,
    codec: str = "libx264",
    options: Sequence[str] = (),
    draw: Callable[[Picture], Picture] | None = None,
) -> Path:
    """Make a clip whose frame k carries the number first + k; `draw` may change each picture."""
    pictures = (numbered(first + k, size) for k in range(round(seconds * fps)))
    return encode(path, (draw(p) if draw else p for p in pictures), fps=fps, codec=codec, options=options)


def turned(source: Path, target: Path) -> Path:
    """Copy an MP4 with the note that it is to be turned by 90 degrees, which every version of ffmpeg reads alike."""
    data = bytearray(source.read_bytes())
    # The matrix in the track's header (ISO/IEC 14496-12): a, b, u, c, d, v, x, y, w.
    place = data.index(b"tkhd") + 4 + 40
    one, zero = (65536).to_bytes(4), bytes(4)
    minus = (-65536).to_bytes(4, signed=True)
    data[place : place + 16] = zero + minus + zero + one
    data[place + 16 : place + 20] = zero
    target.write_bytes(data)
    return target


def run_ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg on a test's own files."""
    subprocess.run([ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error", *map(str, arguments)], check=True)

"""Read the length of each track out of an MP4 or QuickTime file: ffmpeg only says how long the longest is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vrd_core.system import full_path

_MOST_BOXES = 10_000
"""Of one box's content; a damaged file may hold any number of empty ones."""


def track_seconds(path: str | Path) -> list[float | None]:
    """Return the seconds for which each track is shown, waits before it included; None where it does not say.

    The tracks come in ffmpeg's order. A fragmented file does not say; one that is damaged or of another kind gives
    an empty list. (ISO/IEC 14496-12, the boxes moov, mvhd, trak and tkhd.)
    """
    with open(full_path(path), "rb") as file:
        for kind, start, end in _boxes(file, 0, os.fstat(file.fileno()).st_size):
            if kind == b"moov":
                return _tracks(file, start, end)
    return []


def _tracks(file: BinaryIO, start: int, end: int) -> list[float | None]:
    inside = list(_boxes(file, start, end))
    scale = next((_number(file, at, 12, 20, 4) for kind, at, _ in inside if kind == b"mvhd"), 0)
    lengths: list[float | None] = []
    for kind, at, stop in inside:
        if kind == b"trak":
            heads = [head for name, head, _ in _boxes(file, at, stop) if name == b"tkhd"]
            units = _number(file, heads[0], 20, 28, None) if heads else 0
            lengths.append(units / scale if scale and 0 < units < 2**32 - 1 else None)
    return lengths


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of each box between two places, and where its content begins and ends."""
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        if start + 8 > end or len(head) < 8:
            return
        size, content = int.from_bytes(head[:4]), start + 8
        if size == 1:  # too large for four bytes: eight follow
            size, content = int.from_bytes(head[8:16]), start + 16
        elif size == 0:
            size = end - start
        if start + size < content:
            return
        yield head[4:8], content, min(start + size, end)
        start += size


def _number(file: BinaryIO, box: int, short: int, long: int, width: int | None) -> int:
    """Return the number at one place of a header box, or at another where its version 1 has eight bytes for times."""
    file.seek(box)
    data = file.read(long + 8)
    is_long = data[:1] == b"\1"
    place = long if is_long else short
    return int.from_bytes(data[place : place + (width or (8 if is_long else 4))])

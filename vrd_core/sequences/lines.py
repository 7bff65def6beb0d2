"""Straight lines of frame pairs between two videos, and the distances along them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from vrd_core.arrays import expand
from vrd_core.neighbours.score import nearer, normalised

Sides = Callable[[int], Sequence[np.ndarray]]
"""Gives (frames, dim) fingerprints of a video, and if mirrored frames are compared those of the flipped ones."""


@dataclass(frozen=True)
class Lines:
    """Lines as columns. x runs over whole frames of A, or of B when `swapped`; y = slope * x + offset on the other."""

    video_a: np.ndarray
    video_b: np.ndarray
    """int32."""
    swapped: np.ndarray
    """bool."""
    slope: np.ndarray
    """float64: 1 on a diagonal, above it on a slanted line, 0 where the other video is a still."""
    offset: np.ndarray
    """float64, frames."""
    first: np.ndarray
    """int64: the first x."""
    count: np.ndarray
    """int64: how many."""

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.video_a)

    def take(self, rows: np.ndarray) -> Self:
        """Return these lines in this order."""
        return type(self)(*(getattr(self, f.name)[rows] for f in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Lines]) -> Self:
        """Return the lines of several one after another."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    @property
    def starts(self) -> np.ndarray:
        """Return int64: where each line begins when all their frame pairs are put in a row."""
        return np.cumsum(self.count) - self.count

    def frames(self, line: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return int64 frames of A and of B at places x on lines."""
        y = np.rint(self.slope[line] * x + self.offset[line]).astype(np.int64)
        swapped = self.swapped[line]
        return np.where(swapped, y, x), np.where(swapped, x, y)

    def pairs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the line, frame of A and frame of B of every frame pair, int64, one line after another."""
        step, line = expand(self.count)
        return line, *self.frames(line, self.first[line] + step)

    def inside(self, counts: np.ndarray) -> Self:
        """Return the lines cut to where both videos have frames (`counts` of them), without those that are not left."""
        low, high = self._limits(counts)
        rows = self.kept_inside(counts)
        cut = self.take(rows)
        return replace(cut, first=low[rows], count=(high - low)[rows])

    def kept_inside(self, counts: np.ndarray) -> np.ndarray:
        """Return the rows of the lines that `inside` keeps."""
        low, high = self._limits(counts)
        return np.flatnonzero(high > low)

    def _limits(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return int64: from which x up to which, exclusive, both frames of a line exist."""
        x_video = np.where(self.swapped, self.video_b, self.video_a)
        y_video = np.where(self.swapped, self.video_a, self.video_b)
        low, high = np.maximum(self.first, 0), np.minimum(self.first + self.count, counts[x_video])
        flat = self.slope == 0
        slope = np.where(flat, 1.0, self.slope)
        # y rounds to a frame from 0 to the last one.
        least = np.ceil((-0.5 - self.offset) / slope + 1e-9).astype(np.int64)
        most = np.ceil((counts[y_video] - 0.5 - self.offset) / slope - 1e-9).astype(np.int64)
        return np.where(flat, low, np.maximum(low, least)), np.where(flat, high, np.minimum(high, most))


def diagonals(
    video_a: np.ndarray, video_b: np.ndarray, diagonal: np.ndarray, first: np.ndarray, count: np.ndarray
) -> Lines:
    """Return lines of one speed: frame of B = frame of A + diagonal."""
    none = np.zeros(len(first), bool)
    return Lines(
        video_a.astype(np.int32),
        video_b.astype(np.int32),
        none,
        np.ones(len(first)),
        diagonal.astype(np.float64),
        first.astype(np.int64),
        count.astype(np.int64),
    )


def distances(
    lines: Lines, sides: Sides, typical: Callable[[int], np.ndarray] | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return float32 (frame pairs,): squared L2 along lines, normalised where `typical(video)` is given.

    And bool, which are nearer mirrored; None where mirrored frames are not compared.

    Lines of one pair of videos are scored together. A stretch of a diagonal is two slices, which needs no copy.
    """
    out = np.empty(int(lines.count.sum()), np.float32)
    flipped = np.zeros(len(out), bool)
    compared = False
    starts = lines.starts
    order = np.lexsort((lines.video_b, lines.video_a))
    edges = np.flatnonzero(np.diff(lines.video_a[order]) | np.diff(lines.video_b[order])) + 1
    for group in np.split(order, edges) if len(order) else ():
        a, b = int(lines.video_a[group[0]]), int(lines.video_b[group[0]])
        side_a, side_b = sides(a), sides(b)
        norms = None if typical is None else (typical(a), typical(b))
        for row in group.tolist():
            x = np.arange(lines.first[row], lines.first[row] + lines.count[row])
            frame_a, frame_b = lines.frames(np.full(len(x), row), x)
            squared, mark = _along(side_a, side_b, frame_a, frame_b)
            place = slice(starts[row], starts[row] + len(x))
            if mark is not None:
                flipped[place], compared = mark, True
            if norms is not None:
                squared = normalised(squared, norms[0][frame_a], norms[1][frame_b])
            out[place] = squared
    return out, flipped if compared else None


def _along(
    side_a: Sequence[np.ndarray], side_b: Sequence[np.ndarray], frame_a: np.ndarray, frame_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return float32 (n,): squared L2 of rising frame pairs, rounded; and which are nearer mirrored, if compared."""
    here, there = _rows(frame_a), _rows(frame_b)

    def apart(x: int, y: int) -> np.ndarray:
        difference = np.asarray(side_a[x][here], np.float32) - np.asarray(side_b[y][there], np.float32)
        return np.einsum("ij,ij->i", difference, difference)

    return nearer(apart, len(side_a) > 1)


def _rows(frames: np.ndarray) -> slice | np.ndarray:
    """Return a slice where frames follow one another: it is a view and copies nothing."""
    if frames[-1] - frames[0] == len(frames) - 1:
        return slice(int(frames[0]), int(frames[-1]) + 1)
    return frames


def joined_lines(found: Lines) -> Lines:
    """Return the lines with those that lie on one another made one, in a fixed order: each frame pair once."""
    if not len(found):
        return found
    columns = (found.first, found.offset, found.slope, found.swapped, found.video_b, found.video_a)
    found = found.take(np.lexsort(columns))
    new = np.ones(len(found), bool)
    new[1:] = False
    for column in (found.offset, found.slope, found.swapped, found.video_b, found.video_a):
        new[1:] |= column[1:] != column[:-1]
    group = np.cumsum(new) - 1
    low = int(found.first.min())
    end = found.first + found.count - low
    width = int(end.max()) + 2
    reached = np.maximum.accumulate(group * width + end) - group * width
    # A line that begins after all before it have ended is a new one.
    apart = new.copy()
    apart[1:] |= found.first[1:] - low > reached[:-1]
    rows = np.flatnonzero(apart)
    stop = np.append(rows[1:], len(found)) - 1
    out = found.take(rows)
    return replace(out, count=reached[stop] + low - out.first)

"""The distance of every frame pair of an alignment: what the strips mark and the curve draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrd_core.project.found import Found, Sequence
from vrd_core.project.view import View


@dataclass(frozen=True)
class Alignment:
    """Which frame of A goes with which frame of B, and how far apart they are."""

    frame_a: np.ndarray
    frame_b: np.ndarray
    distance: np.ndarray
    """float32; NaN where one of the two is near-single-colour and so counts neither way."""

    def __len__(self) -> int:
        return len(self.frame_a)

    def deviating(self, threshold: float) -> np.ndarray:
        """Return bool: the pairs above the threshold."""
        with np.errstate(invalid="ignore"):
            return self.distance > np.float32(threshold)

    @property
    def mean(self) -> float:
        """The mean distance of the pairs that count; NaN where none does."""
        counted = self.distance[~np.isnan(self.distance)]
        return float(counted.mean()) if len(counted) else float("nan")


def aligned(found: Found, sequence: Sequence) -> Alignment:
    """Return the alignment of a sequence."""
    return aligned_with_margin(found, sequence, 0)


def aligned_with_margin(found: Found, sequence: Sequence, margin: int, shift: int = 0) -> Alignment:
    """Return the alignment with up to `margin` frames more at either end, B moved on by `shift` frames."""
    view = found.view
    inner = found.table.alignment(sequence.row) if sequence.row >= 0 else _straight(sequence)
    before = inner[0] - np.arange(margin, 0, -1)[:, None]
    after = inner[-1] + np.arange(1, margin + 1)[:, None]
    pairs = np.concatenate([before, inner, after]) + np.array([0, shift])
    inside = ((pairs >= 0) & (pairs < [view.videos[sequence.a].count, view.videos[sequence.b].count])).all(axis=1)
    return score(view, sequence.a, sequence.b, pairs[inside, 0], pairs[inside, 1])


def _straight(sequence: Sequence) -> np.ndarray:
    """Return int32 (n, 2), as the table does: still of A and still of B along a stretch that only a link describes."""
    spans = (sequence.first_a, sequence.last_a), (sequence.first_b, sequence.last_b)
    many = 1 + max(last - first for first, last in spans)
    return np.stack([np.rint(np.linspace(first, last, many)) for first, last in spans], axis=1).astype(np.int32)


def by_shift(found: Found, sequence: Sequence, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return shifts of B in frames, -most to most, and the mean distance of the sequence's frames at each."""
    shifts = np.arange(-most, most + 1)
    means = np.full(len(shifts), np.nan)
    for place, shift in enumerate(shifts):
        moved = aligned_with_margin(found, sequence, 0, int(shift))
        if len(moved) * 2 >= sequence.frames:
            means[place] = moved.mean
    return shifts, means


def score(view: View, a: int, b: int, frame_a: np.ndarray, frame_b: np.ndarray) -> Alignment:
    """Return the distances of frame pairs of two videos, as the search scores them."""
    frame_a, frame_b = np.asarray(frame_a, np.int64), np.asarray(frame_b, np.int64)
    distance = view.distances(a, b, frame_a, frame_b)
    distance[~(view.neighbours.usable(a)[frame_a] & view.neighbours.usable(b)[frame_b])] = np.nan
    return Alignment(frame_a, frame_b, distance)

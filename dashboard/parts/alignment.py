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
    if sequence.row >= 0:
        pairs = found.table.alignment(sequence.row)
        return score(found.view, sequence.a, sequence.b, pairs[:, 0], pairs[:, 1])
    frames = np.arange(sequence.last_a - sequence.first_a + 1)
    return score(found.view, sequence.a, sequence.b, sequence.first_a + frames, sequence.first_b + frames)


def aligned_with_margin(found: Found, sequence: Sequence, margin: int, shift: int = 0) -> Alignment:
    """Return the alignment with up to `margin` frames more at either end, B moved on by `shift` frames."""
    view = found.view
    inner = (
        found.table.alignment(sequence.row)
        if sequence.row >= 0
        else np.stack(
            [np.arange(sequence.first_a, sequence.last_a + 1), np.arange(sequence.first_b, sequence.last_b + 1)], axis=1
        )
    )
    before = inner[0] - np.arange(margin, 0, -1)[:, None]
    after = inner[-1] + np.arange(1, margin + 1)[:, None]
    pairs = np.concatenate([before, inner, after]) + np.array([0, shift])
    inside = ((pairs >= 0) & (pairs < [view.videos[sequence.a].count, view.videos[sequence.b].count])).all(axis=1)
    return score(view, sequence.a, sequence.b, pairs[inside, 0], pairs[inside, 1])


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

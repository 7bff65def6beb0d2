"""How far apart two frames are: squared L2, of the nearer when one is flipped, divided by what is typical if wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vrd_core.arrays import rounded
from vrd_core.neighbours.codes import NONE, code_distance

UNRELATED = (40, 80)
"""The neighbours, by rank, that stand for unrelated footage when a score is normalised."""

_ROWS_AT_ONCE = 8192


def nearer(apart: Callable[[int, int], np.ndarray], mirrored: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the rounded distances of frame pairs and whether the mirrored one was less (None if none was compared).

    `apart(x, y)` gives float32 (n,): squared L2 from side A as it is (0) or flipped (1) to side B alike. Either side
    may be the flipped one: the lesser of both does not depend on which video comes first.
    """
    upright = rounded(apart(0, 0))
    if not mirrored:
        return upright, None
    flipped = rounded(np.minimum(apart(1, 0), apart(0, 1)))
    return np.minimum(upright, flipped), flipped < upright


def distances(
    side_a: Sequence[np.ndarray], side_b: Sequence[np.ndarray], frame_a: np.ndarray, frame_b: np.ndarray
) -> np.ndarray:
    """Return float32 (n,): the rounded distances of frame pairs of two videos, computed from their fingerprints.

    A side is the float32 (frames, dim) of its frames, and if mirrored frames are compared those of the flipped ones.
    """
    out = np.empty(len(frame_a), np.float32)
    at_once = max(1, 2**22 // side_a[0].shape[1])
    for start in range(0, len(out), at_once):
        part = slice(start, start + at_once)

        def apart(x: int, y: int, part: slice = part) -> np.ndarray:
            difference = np.asarray(side_a[x][frame_a[part]], np.float32) - side_b[y][frame_b[part]]
            return np.einsum("ij,ij->i", difference, difference)

        out[part] = nearer(apart, len(side_a) > 1)[0]
    return out


def normalised(distance: np.ndarray, typical_a: np.ndarray, typical_b: np.ndarray) -> np.ndarray:
    """Divide distances by the mean of what is typical for either frame; 1 is as far as unrelated footage.

    Score normalisation against a frame's own background: Jégou et al. 2007, "contextual dissimilarity"; as used for
    copy detection by Pizzi et al. 2022 (SSCD).
    """
    mean = np.maximum((typical_a + typical_b) / np.float32(2), np.finfo(np.float32).tiny)
    return rounded((distance / mean).astype(np.float32))


def typical_distances(state: np.ndarray) -> np.ndarray:
    """Return float32 (rows,): the mean distance of each row's `UNRELATED` neighbours, or of its farther half."""
    out = np.empty(len(state), np.float32)
    for start in range(0, len(state), _ROWS_AT_ONCE):
        codes = state[start : start + _ROWS_AT_ONCE]
        there = codes != NONE
        fill = there.sum(axis=1)
        high = np.minimum(UNRELATED[1], fill)
        low = np.minimum(UNRELATED[0], high // 2)
        place = np.arange(codes.shape[1])
        chosen = (place >= low[:, None]) & (place < high[:, None])
        total = np.where(chosen, code_distance(codes), np.float32(0)).sum(axis=1, dtype=np.float64)
        out[start : start + _ROWS_AT_ONCE] = total / np.maximum(high - low, 1)
    return out

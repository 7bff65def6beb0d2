"""Say how sure a found sequence is, from its length, its distances and how unusual they are.

Three things make a sequence convincing: that something happens in it (a minute of a face that keeps still says less
than five seconds of a chase), that it is long, and that its frames, the deviating ones included, are much closer than
unrelated frames of these films are. They are joined by a logistic function whose weights were fitted on planted reuse;
benchmarks/confidence.py fits them and reports how well they are calibrated there. On other films it orders sequences;
it promises nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from vrd_core.project.found import Found

WEIGHTS = (2.14, 2.33, -9.91)
"""Constant, log2 of the seconds in which something happens, mean distance over that of unrelated frames.

Deviating frames raise the mean distance; counted once more, by themselves, they did not help."""

LEVELS = ((0.9, "very likely"), (0.7, "likely"), (0.4, "possible"), (0.0, "doubtful"))


@dataclass(frozen=True)
class Confidence:
    """How sure one sequence is."""

    share: float
    """Between 0 and 1: of sequences like this one, about this share was right on planted reuse."""
    level: str
    """"very likely", "likely", "possible" or "doubtful"."""
    words: str
    """Why, in a sentence."""


def confidences(found: Found) -> list[Confidence]:
    """Return the confidence of every sequence of a view, in its order."""
    values = features(found)
    unrelated = unrelated_distance(found)
    result = []
    for row, share in enumerate(logistic(values, WEIGHTS).tolist()):
        sequence = found[row]
        happens = 2 ** values[row, 1]
        level = next(name for least, name in LEVELS if share >= least)
        match = (
            "every frame matches"
            if sequence.deviating_frames == 0
            else f"{sequence.frames - sequence.deviating_frames} of {sequence.frames} frames match"
        )
        result.append(
            Confidence(
                share,
                level,
                (
                    f"{level.capitalize()}: {sequence.seconds:g} s long, as eventful as {happens:.0f} s of new scenes; "
                    f"mean distance {sequence.mean_distance:.3g}, "
                    f"that of unrelated frames about {unrelated:.3g}; {match}."
                ),
            )
        )
    return result


def features(found: Found) -> npt.NDArray[np.float64]:
    """Return (sequences, 3): what `WEIGHTS` weigh."""
    view, table = found.view, found.table
    unrelated = unrelated_distance(found)
    rows = []
    for row in range(len(found)):
        a = _eventful(view.vectors(int(table.video_a[row])), int(table.first_a[row]), int(table.last_a[row]), unrelated)
        b = _eventful(view.vectors(int(table.video_b[row])), int(table.first_b[row]), int(table.last_b[row]), unrelated)
        rows.append((1.0, math.log2(max(1.0, min(a, b) / view.fps)), float(table.mean_distance[row]) / unrelated))
    return np.array(rows, np.float64).reshape(-1, len(WEIGHTS))


def unrelated_distance(found: Found) -> float:
    """Return the distance at which unrelated frames of different videos typically lie: the median of what is kept."""
    distances = found.view.neighbours.distance
    step = max(1, len(distances) // 200_000)
    return max(float(np.median(distances[::step])) if len(distances) else 1.0, 1e-9)


def logistic(values: npt.NDArray[np.float64], weights: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Return the share between 0 and 1 for rows of features."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values @ np.array(weights), -30, 30))))


def _eventful(vectors: npt.NDArray[np.float32], first: int, last: int, unrelated: float) -> float:
    """Return how many frames' worth of change lie between two frames; one frame alone counts 1."""
    if last <= first:
        return 1.0
    # A cut between unrelated scenes counts as one new frame, standing still as none.
    apart = np.diff(np.asarray(vectors[first : last + 1], np.float32), axis=0)
    return 1.0 + float(np.minimum(1.0, np.einsum("ij,ij->i", apart, apart) / unrelated).sum())

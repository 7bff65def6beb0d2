"""Precision and recall over the threshold, for one view with known truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vrd_core.evaluation.metric import Evaluation, evaluate
from vrd_core.evaluation.truth import Reuse

if TYPE_CHECKING:
    from vrd_core.neighbours.artefact import Neighbours
    from vrd_core.project.found import Found
    from vrd_core.sequences.table import SequenceTable

Find = Callable[[float], Sequence[Reuse]]

TOO_MANY = 50
"""A sweep ends where there are this many times as many sequences as true rows: precision only falls from there."""


@dataclass(frozen=True)
class Point:
    """One threshold and what it gives."""

    threshold: float
    evaluation: Evaluation
    sequences: int


@dataclass(frozen=True)
class Curve:
    """Precision, recall and F over the threshold."""

    points: tuple[Point, ...]
    """Rising."""
    best: Point
    automatic: Point | None
    """None where the rule cannot decide."""


def sweep(find: Find, truth: Sequence[Reuse], thresholds: Iterable[float], *, to_the_end: bool = True) -> list[Point]:
    """Evaluate `find(threshold)` at rising thresholds.

    Unless `to_the_end`, it stops where F has been far below its best for a while: there nearly everything matches
    and step 4 takes long.
    """
    points: list[Point] = []
    for threshold in sorted(thresholds):
        points.append(point_at(find, truth, threshold))
        if points[-1].sequences > TOO_MANY * (len(truth) + 5):
            break
        top = max((point.evaluation.f for point in points), default=0.0)
        if not to_the_end and all(point.evaluation.f < 0.8 * top for point in points[-3:]):
            break
    return points


def best(points: Sequence[Point]) -> Point:
    """Return the point with the best F; of equal ones the middle, which is furthest from doing worse."""
    scores = np.array([point.evaluation.f for point in points])
    top = np.flatnonzero(scores >= np.nanmax(scores) - 1e-9) if not np.isnan(scores).all() else np.array([0])
    return points[top[len(top) // 2]]


def curve_of(
    find: Find, truth: Sequence[Reuse], neighbours: Neighbours, automatic: float | None, *, count: int = 24
) -> Curve:
    """Evaluate `find(threshold)` over all thresholds: a sweep, a finer one around its best, and the automatic one."""
    points = sweep(find, truth, candidate_thresholds(neighbours, count), to_the_end=False) or sweep(find, truth, [0.0])
    place = points.index(best(points))
    near = [points[n].threshold for n in (max(0, place - 1), place, min(len(points) - 1, place + 1))]
    finer = np.setdiff1d(np.linspace(near[0], near[-1], 10), near)
    points += sweep(find, truth, finer.tolist())
    points.sort(key=lambda point: point.threshold)
    top, own = best(points), None if automatic is None else point_at(find, truth, automatic)
    if own is not None:
        points = sorted([*points, own], key=lambda point: point.threshold)
        top = own if own.evaluation.f > top.evaluation.f else top
    return Curve(tuple(points), top, own)


def point_at(find: Find, truth: Sequence[Reuse], threshold: float) -> Point:
    """Return what one threshold gives."""
    rows = find(threshold)
    return Point(threshold, evaluate(rows, truth), len(rows))


def candidate_thresholds(neighbours: Neighbours, count: int = 32) -> list[float]:
    """Return thresholds worth trying, rising: quantiles of each frame's distance to its nearest, and even steps."""
    nearest = neighbours.nearest[np.isfinite(neighbours.nearest)]
    if not len(nearest):
        return []
    shares: npt.NDArray[np.float64] = np.linspace(0.005, 0.99, count)
    quantiles = np.quantile(nearest.astype(np.float64), shares)
    even = np.linspace(quantiles[0], 1.25 * quantiles[-1], count)
    return np.unique(np.concatenate([quantiles, even]).round(6)).tolist()


def reuse_of(table: SequenceTable, names: Sequence[str]) -> list[Reuse]:
    """Return the sequences of step 4 as rows with names and seconds."""
    return [
        Reuse(
            names[int(table.video_a[n])],
            float(table.start_a[n]),
            float(table.end_a[n]),
            names[int(table.video_b[n])],
            float(table.start_b[n]),
            float(table.end_b[n]),
            mean_distance=float(table.mean_distance[n]),
        )
        for n in range(len(table))
    ]


def rows_of_found(found: Found) -> list[Reuse]:
    """Return what a view found as rows."""
    return reuse_of(found.table, [video.name for video in found.view.videos])

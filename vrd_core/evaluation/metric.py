"""Score what was found against the truth with the segment metric of VCSL.

He et al., "A Large-scale Comprehensive Dataset and Copy-overlap Aware Evaluation Protocol for Segment-level Video
Copy Detection", CVPR 2022. A stretch is a box in the plane of the two videos' times. One found box per reused stretch
and many small ones inside it score alike; a box that is too long on either axis loses precision, one too short recall.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vrd_core.evaluation.truth import Reuse

Floats = npt.NDArray[np.float64]

OFFSET_TOLERANCE = 2.0
"""A stretch counts as found when the found one lies at most this many seconds beside it."""

LEFT_OUT = "held"
"""A true row whose first edit this is need not be found and may be: a shot that stands still has no offset."""


@dataclass(frozen=True)
class EditRecall:
    """How many stretches with one edit were planted, and how many were found."""

    planted: int
    found: int

    @property
    def share(self) -> float:
        """Return found / planted."""
        return self.found / self.planted if self.planted else math.nan


@dataclass(frozen=True)
class Evaluation:
    """The result of `evaluate`."""

    precision: float
    """Mean over the pairs of videos with something found, 0 when nothing is; NaN when nothing is found nor true."""
    recall: float
    """Mean over the pairs of videos with something true; NaN when nothing is."""
    f: float
    """Harmonic mean of precision and recall; NaN when nothing is true."""
    pairs_hit: int
    """Pairs of videos with reuse where a found box touches a true one."""
    pairs_missed: int
    """Pairs of videos with reuse where none does."""
    pairs_false: int
    """Pairs of videos with something found, none of which touches a true box."""
    offset_error: float
    """Median over the true rows that a found box touches: seconds between the two where they overlap. NaN when none."""
    by_edit: dict[str, EditRecall]
    """Stretches planted and found (right videos, overlapping, at most 2 s beside), by the name of their edit."""
    found_right: tuple[bool, ...]
    """For each found row: does it overlap a true one of the same videos?"""
    true_found: tuple[bool, ...]
    """For each true row: was it found (right videos, overlapping, at most 2 s beside)?"""

    @property
    def false_sequences(self) -> int:
        """Return how many found rows touch nothing true."""
        return len(self.found_right) - sum(self.found_right)

    @property
    def stretches(self) -> EditRecall:
        """Return planted and found stretches of all edits together."""
        return EditRecall(sum(e.planted for e in self.by_edit.values()), sum(e.found for e in self.by_edit.values()))


def evaluate(found: Sequence[Reuse], truth: Sequence[Reuse]) -> Evaluation:
    """Compare found rows with true ones; the order of the two sides of a row does not matter.

    For one pair of videos with found boxes P and true boxes G, a found box hits a true one when their areas
    intersect. On each axis precision is the length of the found boxes that is covered by the true boxes they hit,
    over their whole length; recall is the same with P and G exchanged. Precision and recall of the pair are the
    products over the two axes.

    True rows of a held shot are left out, and so is what is found on them and nowhere else: in `true_found` and
    `found_right` both stand as True.
    """
    counted = [n for n, row in enumerate(truth) if not _may_be_missed(row)]
    if len(counted) < len(truth):
        return _evaluate_beside(found, truth, counted)
    found_by_pair, truth_by_pair = _by_pair(found), _by_pair(truth)
    precisions, recalls, offsets = [], [], []
    right, seen = [False] * len(found), [False] * len(truth)
    hit_pairs: set[tuple[str, str]] = set()
    for pair, true_places in truth_by_pair.items():
        places = found_by_pair.get(pair, [])
        boxes, true_boxes = _boxes(found, places), _boxes(truth, true_places)
        low = np.maximum(boxes[:, None, :, 0], true_boxes[None, :, :, 0])
        high = np.minimum(boxes[:, None, :, 1], true_boxes[None, :, :, 1])
        hits = np.asarray((high > low).all(axis=2))
        precision, recall = _pair_scores(boxes, true_boxes, low, high, hits)
        recalls.append(recall)
        if places:
            precisions.append(precision)
        if hits.any():
            hit_pairs.add(pair)
        for p, place in enumerate(places):
            right[place] = bool(hits[p].any())
        for g, place in enumerate(true_places):
            touching = np.flatnonzero(hits[:, g])
            beside = [_beside(found[places[p]], truth[place], low[p, g], high[p, g]) for p in touching]
            if beside:
                offsets.append(min(beside))
                seen[place] = min(beside) <= OFFSET_TOLERANCE
    false_pairs = set(found_by_pair) - hit_pairs
    precisions += [0.0] * len(set(found_by_pair) - set(truth_by_pair))
    precision = float(np.mean(precisions)) if precisions else (0.0 if truth else math.nan)
    recall = float(np.mean(recalls)) if recalls else math.nan
    total = precision + recall
    return Evaluation(
        precision=precision,
        recall=recall,
        f=2 * precision * recall / total if total else total,
        pairs_hit=len(hit_pairs),
        pairs_missed=len(truth_by_pair) - len(hit_pairs),
        pairs_false=len(false_pairs),
        offset_error=float(np.median(offsets)) if offsets else math.nan,
        by_edit=_by_edit(truth, seen),
        found_right=tuple(right),
        true_found=tuple(seen),
    )


def end_error(found: Sequence[Reuse], truth: Sequence[Reuse]) -> float:
    """Return by how many seconds ends are wrong: the median over all four ends of every true row that is found.

    A true row is compared with the found row of the same videos whose box covers most of it. NaN when none does.
    """
    truth = [row for row in truth if not _may_be_missed(row)]
    found_by_pair, errors = _by_pair(found), []
    for pair, true_places in _by_pair(truth).items():
        boxes = _boxes(found, found_by_pair.get(pair, []))
        for box in _boxes(truth, true_places):
            shared = np.minimum(boxes[..., 1], box[:, 1]) - np.maximum(boxes[..., 0], box[:, 0])
            areas = np.maximum(shared, 0.0).prod(axis=1)
            if len(areas) and areas.max() > 0:
                errors.append(np.abs(boxes[int(areas.argmax())] - box).ravel())
    return float(np.median(np.concatenate(errors))) if errors else math.nan


def _may_be_missed(row: Reuse) -> bool:
    return row.edit.split("+")[0].strip() == LEFT_OUT


def _evaluate_beside(found: Sequence[Reuse], truth: Sequence[Reuse], counted: Sequence[int]) -> Evaluation:
    """Evaluate without the true rows that are not counted, and without what is found on those alone."""
    kept_truth, among = [truth[n] for n in counted], set(counted)
    left_out = [row for n, row in enumerate(truth) if n not in among]
    kept = [n for n, row in enumerate(found) if _touches(row, kept_truth) or not _touches(row, left_out)]
    inner = evaluate([found[n] for n in kept], kept_truth)
    right, seen = [True] * len(found), [True] * len(truth)
    for n, value in zip(kept, inner.found_right, strict=True):
        right[n] = value
    for n, value in zip(counted, inner.true_found, strict=True):
        seen[n] = value
    return replace(inner, found_right=tuple(right), true_found=tuple(seen))


def _touches(row: Reuse, others: Sequence[Reuse]) -> bool:
    """Tell whether a row's box and one of the others' have seconds of both videos in common."""
    one = row.ordered()
    return any(
        one.pair == two.pair
        and min(one.end_a, two.end_a) > max(one.start_a, two.start_a)
        and min(one.end_b, two.end_b) > max(one.start_b, two.start_b)
        for two in (other.ordered() for other in others)
    )


def _by_pair(rows: Sequence[Reuse]) -> dict[tuple[str, str], list[int]]:
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[min(row.pair, row.pair[::-1])].append(place)
    return dict(places)


def _boxes(rows: Sequence[Reuse], places: Sequence[int]) -> Floats:
    """Return (n, 2 axes, start and end) in seconds, the axes in the order of the names."""
    ordered = [rows[place].ordered() for place in places]
    return np.array([[[r.start_a, r.end_a], [r.start_b, r.end_b]] for r in ordered], np.float64).reshape(-1, 2, 2)


def _pair_scores(
    boxes: Floats, true_boxes: Floats, low: Floats, high: Floats, hits: npt.NDArray[np.bool_]
) -> tuple[float, float]:
    precision = recall = 1.0
    for axis in range(2):
        lows, highs = low[..., axis], high[..., axis]
        on_found = sum(_covered(lows[p, h], highs[p, h]) for p, h in enumerate(hits))
        on_truth = sum(_covered(lows[h, g], highs[h, g]) for g, h in enumerate(hits.T))
        found_length = float((boxes[:, axis, 1] - boxes[:, axis, 0]).sum())
        true_length = float((true_boxes[:, axis, 1] - true_boxes[:, axis, 0]).sum())
        precision *= on_found / found_length if found_length else 0.0
        recall *= on_truth / true_length if true_length else 0.0
    return precision, recall


def _covered(starts: Floats, ends: Floats) -> float:
    """Return the length of the union of intervals."""
    if len(starts) < 2:
        return float((ends - starts).sum())
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    reached = np.concatenate([starts[:1], ends[:-1]])
    return float(np.maximum(ends - np.maximum(starts, reached), 0.0).sum())


def _beside(found: Reuse, true: Reuse, low: Floats, high: Floats) -> float:
    """Return how many seconds of video B the two lines lie apart at the middle of what they share on video A.

    `low` and `high` hold the shared box, (2 axes,) each.
    """
    found, true = found.ordered(), true.ordered()
    second = (low[0] + high[0]) / 2
    return float(abs(found.at(second) - true.at(second)))


def _by_edit(truth: Sequence[Reuse], seen: Sequence[bool]) -> dict[str, EditRecall]:
    """Count stretches: rows of one `stretch` between the same videos are one, found when any of them is."""
    stretches: dict[tuple[object, ...], tuple[str, bool]] = {}
    for place, (row, hit) in enumerate(zip(truth, seen, strict=True)):
        name = (*sorted(row.pair), row.stretch) if row.stretch else (place,)
        before = stretches.get(name, ("", False))[1]
        stretches[name] = (row.edit.split("+")[0].strip(), before or hit)
    edits: defaultdict[str, list[bool]] = defaultdict(list)
    for edit, hit in stretches.values():
        edits[edit].append(hit)
    return {edit: EditRecall(len(hits), sum(hits)) for edit, hits in sorted(edits.items())}

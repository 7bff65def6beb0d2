"""Step 4, neighbours to sequences: stretches of frame pairs that speak for reuse. Never cached.

Neighbours at max_distance or below lead to lines worth a close look, every frame pair on these is scored, and along
them the stretches of most evidence are kept (`evidence.py`). Where fingerprints between the stills exist, all that does
not depend on the sliders was made before (`band.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vrd_core.arrays import rounded
from vrd_core.neighbours.artefact import Neighbours
from vrd_core.sequences import candidates, lines
from vrd_core.sequences.band import Band, spans_of, widened
from vrd_core.sequences.evidence import along_lines, evidence_of
from vrd_core.sequences.lines import Lines, Sides
from vrd_core.sequences.masks import ByVideo, Masks
from vrd_core.sequences.overlaps import best_by_evidence
from vrd_core.sequences.table import SequenceTable
from vrd_core.sequences.threshold import automatic_threshold
from vrd_core.settings import SequenceSettings

LENGTH_SHARE, EVIDENCE_SHARE = 0.8, 0.5
"""Of the shorter video's seconds: more than this is asked of no sequence, so that a clip can be found as a whole."""

SLANTED_HANDICAP = 0.95
"""A slanted line counts for less in the competition: it has more lines to choose from than a rigid one."""

ONE_LINE = 1.0
"""Seconds between the offsets of parallel sequences that are one even where overlaps are not combined."""


@dataclass(frozen=True)
class _Stretches:
    """What lies along lines, before the competition."""

    lines: Lines
    first: np.ndarray
    last: np.ndarray
    """int64: x on its line."""
    evidence: np.ndarray


def find_sequences(
    neighbours: Neighbours,
    settings: SequenceSettings,
    *,
    fps: float,
    vectors: ByVideo | None = None,
    usable: ByVideo | None = None,
    pairs: np.ndarray | None = None,
    mirrored_vectors: ByVideo | None = None,
    band: Band | None = None,
) -> SequenceTable:
    """Return the sequences that the settings ask for.

    `vectors(video)` gives the fingerprints from which frame pairs are scored that are no neighbours.
    `usable(video)` gives bool (frames,) and masks frames beside those that the search left out (unwanted stretches);
    leave it out when there are none. `pairs`, bool over `neighbours.pair_videos`, restricts which videos are looked
    at. `band` holds the lines of a view with fingerprints between the stills; beyond its limit it is not used. With
    max_distance="auto" the threshold is `automatic_threshold`'s; ThresholdError where it cannot tell.
    """
    limit = settings.max_distance
    if isinstance(limit, str):
        limit = automatic_threshold(neighbours, fps).value
    masks = Masks(neighbours, usable)
    if band is not None and limit > band.limit:
        band = None
    rate = fps if band is None else fps * band.per_still
    seconds = _seconds(neighbours, masks) / fps
    least = np.minimum(settings.least_evidence, EVIDENCE_SHARE * seconds)
    if band is not None:
        found = _in_band(band, neighbours, settings, limit, rate, masks, pairs, least)
        distance = band.distances
    else:
        sides = _sides(vectors, mirrored_vectors if neighbours.mirrored is not None else None)
        distance = _Scored(neighbours, sides)
        found = _closely(neighbours, settings, limit, fps, masks, pairs, least, distance)
    number = neighbours.pair_index(found.lines.video_a, found.lines.video_b)
    spans = spans_of(found.lines, found.first, found.last - found.first + 1) / rate
    kept = np.flatnonzero(found.evidence >= least[number] - 1e-6)
    strength = found.evidence[kept] * np.where(found.lines.slope[kept] > 1, SLANTED_HANDICAP, 1.0)
    near = found.evidence[kept] / np.maximum((found.last - found.first + 1)[kept] / rate, 1e-9)
    together = np.inf if settings.combine_overlap else ONE_LINE
    kept = kept[best_by_evidence(number[kept], spans[kept], strength, near, together=together)]
    # After the competition: asking for longer sequences must not bring back what a shorter one has beaten.
    # The tolerance is for lengths such as 0.3 s x 10 fps, which are not whole in floating point.
    shortest = np.minimum(settings.shortest_sequence, LENGTH_SHARE * seconds)
    long = np.maximum(spans[:, 1] - spans[:, 0], spans[:, 3] - spans[:, 2])
    kept = kept[long[kept] >= shortest[number[kept]] - 1e-6]
    return _table(found, kept, spans, limit, fps, rate, masks, distance).in_order()


class _Scored:
    """Distances of frame pairs at the rate of the stills: from the fingerprints, or the stored ones without them."""

    def __init__(self, neighbours: Neighbours, sides: Sides | None) -> None:
        self._neighbours, self._sides = neighbours, sides
        typical = neighbours.typical
        self._typical = None if typical is None else lambda video: typical[neighbours.rows(video)]

    def __call__(self, along: Lines) -> tuple[np.ndarray, np.ndarray | None]:
        if self._sides is not None:
            return lines.distances(along, self._sides, self._typical)
        line, frame_a, frame_b = along.pairs()
        return self._neighbours.stored(along.video_a[line], frame_a, along.video_b[line], frame_b), None


def _sides(vectors: ByVideo | None, mirrored: ByVideo | None) -> Sides | None:
    if vectors is None:
        return None
    if mirrored is None:
        return lambda video: (vectors(video),)
    return lambda video: (vectors(video), mirrored(video))


def _seconds(neighbours: Neighbours, masks: Masks) -> np.ndarray:
    """Return float64 (pairs of videos,): unmasked frames of the shorter of both."""
    usable = np.diff(masks.starts) - np.diff(masks.before[masks.starts])
    return usable[neighbours.pair_videos].min(axis=1).astype(np.float64)


def _closely(
    neighbours: Neighbours,
    settings: SequenceSettings,
    limit: float,
    fps: float,
    masks: Masks,
    pairs: np.ndarray | None,
    least: np.ndarray,
    distance: Callable[[Lines], tuple[np.ndarray, np.ndarray | None]],
) -> _Stretches:
    """Find candidates at this limit, score every frame pair along them, and return the stretches of evidence."""
    hits = candidates.find_hits(neighbours, limit, masks, pairs)
    rigid, _ = candidates.rigid(
        neighbours, hits, limit, fps=fps, allow_skip=settings.allow_skip, least=least, masks=masks
    )
    along = widened(rigid, fps, neighbours.counts)
    if settings.alignment == "elastic":
        found, _ = candidates.slanted(neighbours, hits, limit, fps=fps, allow_skip=settings.allow_skip, least=least)
        along = Lines.joined([along, widened(found, fps, neighbours.counts)])
    line, frame_a, frame_b = along.pairs()
    masked = masks.pair_masked(along.video_a[line], frame_a, along.video_b[line], frame_b)
    scores, _ = distance(along)
    evidence = evidence_of(scores, limit, 1 / fps)
    # A pair that is no neighbour and cannot be scored speaks a little against reuse.
    evidence[np.isnan(scores)] = -candidates.MISSING / fps
    evidence[masked] = 0
    return _stretches(along, evidence, masked if masked.any() else None, settings.allow_skip)


def _in_band(
    band: Band,
    neighbours: Neighbours,
    settings: SequenceSettings,
    limit: float,
    rate: float,
    masks: Masks,
    pairs: np.ndarray | None,
    least: np.ndarray,
) -> _Stretches:
    along, scores = band.lines_at(limit, settings.alignment != "rigid", neighbours, pairs, least)
    evidence, masked = band.evidence(scores, limit, 1 / rate)
    if masks.extra:
        line, frame_a, frame_b = along.pairs()
        step = band.per_still
        more = masks.pair_masked(
            along.video_a[line],
            np.minimum(frame_a // step, neighbours.counts[along.video_a[line]] - 1),
            along.video_b[line],
            np.minimum(frame_b // step, neighbours.counts[along.video_b[line]] - 1),
        )
        evidence[more] = 0
        masked = masked | more
    return _stretches(along, evidence, masked, settings.allow_skip * band.per_still)


def _stretches(along: Lines, evidence: np.ndarray, masked: np.ndarray | None, allow_skip: int) -> _Stretches:
    starts = along.starts
    first, last, best = along_lines(evidence, masked, starts, allow_skip)
    line = np.searchsorted(starts, first, side="right") - 1
    x = along.first[line] - starts[line]
    return _Stretches(along.take(line), first + x, last + x, best)


def _table(
    found: _Stretches,
    kept: np.ndarray,
    spans: np.ndarray,
    limit: float,
    fps: float,
    rate: float,
    masks: Masks,
    distance: Callable[[Lines], tuple[np.ndarray, np.ndarray | None]],
) -> SequenceTable:
    along = found.lines.take(kept)
    along = Lines(
        along.video_a,
        along.video_b,
        along.swapped,
        along.slope,
        along.offset,
        found.first[kept],
        (found.last - found.first + 1)[kept],
    )
    per_still = round(rate / fps)
    scores, flipped = distance(along)
    step, frame_a, frame_b = along.pairs()
    counts = np.diff(masks.starts)
    still_a = np.minimum(frame_a // per_still, counts[along.video_a[step]] - 1)
    still_b = np.minimum(frame_b // per_still, counts[along.video_b[step]] - 1)
    open_ = ~masks.pair_masked(along.video_a[step], still_a, along.video_b[step], still_b)
    # Frames are told in stills: of the pairs between two stills the first stands for all.
    place = np.arange(len(step)) - along.starts[step]
    told = open_ & (place % per_still == 0)
    near = scores <= np.float32(limit)

    def count(chosen: np.ndarray) -> np.ndarray:
        return np.bincount(step[chosen], minlength=len(along))

    total = np.bincount(step[open_], scores[open_].astype(np.float64), len(along))
    mean = rounded((total / np.maximum(count(open_), 1)).astype(np.float32))
    mirrored = (
        np.zeros(len(along), bool) if flipped is None else 2 * count(flipped & near & open_) > count(near & open_)
    )
    spans = spans[kept]
    first = np.clip(np.rint(spans[:, ::2] * fps), 0, None).astype(np.int32)
    last = np.maximum(np.rint(spans[:, 1::2] * fps).astype(np.int32) - 1, first)
    first, last = (
        np.minimum(side, np.stack([counts[along.video_a], counts[along.video_b]], axis=1).astype(np.int32) - 1)
        for side in (first, last)
    )
    length = spans[:, 1::2] - spans[:, ::2]
    speed = np.where(along.slope > 1, np.where(along.swapped, along.slope, 1 / np.maximum(along.slope, 1)), 1.0)
    return SequenceTable(
        video_a=along.video_a,
        video_b=along.video_b,
        first_a=first[:, 0],
        last_a=last[:, 0],
        first_b=first[:, 1],
        last_b=last[:, 1],
        start_a=spans[:, 0],
        end_a=spans[:, 0] + length[:, 0],
        start_b=spans[:, 2],
        end_b=spans[:, 2] + length[:, 1],
        hits=count(told & near).astype(np.int32),
        deviating=count(told & ~near).astype(np.int32),
        mean_distance=mean,
        evidence=found.evidence[kept].astype(np.float32),
        speed=speed.astype(np.float32),
        mirrored=mirrored,
    )

"""Where to look closely: lines along which stored neighbours lie, rigid and slanted.

What is not among the neighbours is not known here; it counts as a little against reuse. So candidates are found
loosely, scored exactly (`lines.distances`) and judged by their evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrd_core.neighbours.artefact import Neighbours
from vrd_core.sequences.evidence import evidence_of, stretches
from vrd_core.sequences.lines import Lines, diagonals
from vrd_core.sequences.masks import Masks

MISSING = 0.25
"""Evidence against reuse, per second, of a frame pair that is no neighbour: less than it may have when it is scored."""

SHARE = 0.5
"""A candidate has at least this share of the evidence that a sequence must have."""

SLOPES = (*(float(s) for s in 1.04 ** np.arange(1, 18)), 2.0)
"""Close enough that half a minute of reuse strays by less than a frame from the nearest one."""

SLANTED_SHARE = 0.75
"""A slanted candidate has at least this share: it has many lines to choose from, and one of them always looks good."""

MOST_PER_PAIR = 200
"""Slanted candidates kept of two videos, those with most evidence: shots that stand still match at every speed."""


@dataclass
class Hits:
    """Neighbours at a limit or below, in the order of the artefact: diagonal by diagonal."""

    at: np.ndarray
    """int64: where they lie in the artefact."""
    pair: np.ndarray
    """int32: row of `pair_videos`."""
    frame_a: np.ndarray
    frame_b: np.ndarray
    """int32."""


def find_hits(neighbours: Neighbours, limit: float, masks: Masks, pairs: np.ndarray | None = None) -> Hits:
    """Return the neighbours at the limit or below; `pairs`, bool over `pair_videos`, says between which videos."""
    at = np.flatnonzero(neighbours.distance <= np.float32(limit))
    counts = np.diff(np.searchsorted(at, neighbours.pair_starts))
    pair = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    if pairs is not None:
        at, pair = at[pairs[pair]], pair[pairs[pair]]
    frame_a, frame_b = neighbours.frame_a[at], neighbours.frame_b[at]
    if masks.extra:
        video_a, video_b = neighbours.pair_videos[pair].T
        keep = ~masks.pair_masked(video_a, frame_a, video_b, frame_b)
        at, pair, frame_a, frame_b = at[keep], pair[keep], frame_a[keep], frame_b[keep]
    return Hits(at, pair, frame_a, frame_b)


def rigid(
    neighbours: Neighbours, hits: Hits, limit: float, *, fps: float, allow_skip: int, least: np.ndarray, masks: Masks
) -> tuple[Lines, np.ndarray]:
    """Return diagonals with at least `SHARE` of the evidence `least` (pairs of videos,), and their evidence.

    Where one video is a still, the line runs along the other.
    """
    still = (neighbours.counts == 1)[neighbours.pair_videos]
    alone = still.any(axis=1)[hits.pair]
    x, diagonal = hits.frame_a.astype(np.int64), (hits.frame_b - hits.frame_a).astype(np.int64)
    swapped = (still[:, 0] & ~still[:, 1])[hits.pair] & alone
    x[swapped] = hits.frame_b[swapped]
    diagonal[alone] = 0
    order = None
    if alone.any():
        order = np.lexsort((x, diagonal, hits.pair))
        x, diagonal = x[order], diagonal[order]
    pair = hits.pair if order is None else hits.pair[order]
    at = hits.at if order is None else hits.at[order]
    same = (np.diff(pair) == 0) & (np.diff(diagonal) == 0)
    missing = np.diff(x) - 1
    wide = np.flatnonzero(same & (missing > 0) & ~still[pair[:-1]].any(axis=1))
    if len(wide):
        video_a, video_b = neighbours.pair_videos[pair[wide]].T
        begin = x[wide] + 1
        missing[wide] -= masks.between(video_a, begin, video_b, begin + diagonal[wide], missing[wide], allow_skip)
    gap = np.where(same & (missing <= allow_skip), missing * (MISSING / fps), np.inf)
    gain = evidence_of(neighbours.distance[at], limit, 1 / fps)
    np.maximum(gain, np.float32(1e-6), out=gain)
    first, last, best = stretches(gain, np.concatenate([[np.inf], gap])[: len(gain)])
    good = best >= SHARE * least[pair[first]]
    first, last, best = first[good], last[good], best[good]
    video_a, video_b = neighbours.pair_videos[pair[first]].T
    found = diagonals(video_a, video_b, diagonal[first], x[first], x[last] - x[first] + 1)
    if alone.any():
        is_still = still[pair[first]].any(axis=1)
        found.slope[is_still] = 0.0
        found.offset[is_still] = 0.0
        found.swapped[:] = still[pair[first], 0] & ~still[pair[first], 1]
    return found, best


def slanted(
    neighbours: Neighbours, hits: Hits, limit: float, *, fps: float, allow_skip: int, least: np.ndarray
) -> tuple[Lines, np.ndarray]:
    """Return lines of slope 1.04 to 2 on either side with enough evidence within a frame of them, and that evidence.

    A Hough transform over the hits, as in Jiang and Wang 2016 (VCDB): each hit counts to the two bins of offset beside
    it, so that every line has a bin that holds a frame on either side.
    """
    long = (neighbours.counts > 3)[neighbours.pair_videos].all(axis=1)
    use = np.flatnonzero(long[hits.pair])
    pair, frame_a, frame_b = hits.pair[use].astype(np.int64), hits.frame_a[use], hits.frame_b[use]
    gain = evidence_of(neighbours.distance[hits.at[use]], limit, 1 / fps).astype(np.float32)
    width = int(neighbours.counts.max(initial=0)) + 1
    lines = np.int64(4 * width + 8)
    parts, evidence = [], []
    for swapped in (False, True):
        x, y = (frame_b, frame_a) if swapped else (frame_a, frame_b)
        for slope in SLOPES:
            bins = np.floor(y - slope * x).astype(np.int64) + 2 * width + 2
            key = (pair * lines + bins) * width + x
            key, value = np.concatenate([key, key - width]), np.concatenate([gain, gain])
            order = np.argsort(key, kind="stable")
            key, value = key[order], value[order]
            once = np.flatnonzero(np.diff(key, prepend=-1))
            if not len(once):
                continue
            value = np.maximum.reduceat(value, once)
            key = key[once]
            line, at = key // width, key % width
            missing = np.diff(at) - 1
            gap = np.where((np.diff(line) == 0) & (missing <= allow_skip), missing * (2 * MISSING / fps), np.inf)
            first, last, best = stretches(np.maximum(value, 1e-6), np.concatenate([[np.inf], gap]))
            of = line[first] // lines
            good = (best >= SLANTED_SHARE * least[of]) & ((slope - 1) * (at[last] - at[first]) >= 1)
            first, last, best, of = first[good], last[good], best[good], of[good]
            video_a, video_b = neighbours.pair_videos[of].T
            count = len(first)
            parts.append(
                Lines(
                    video_a.astype(np.int32),
                    video_b.astype(np.int32),
                    np.full(count, swapped),
                    np.full(count, slope),
                    (line[first] % lines - 2 * width - 1).astype(np.float64),
                    at[first].astype(np.int64),
                    (at[last] - at[first] + 1).astype(np.int64),
                )
            )
            evidence.append(best)
    if not parts:
        none = np.empty(0, np.int64)
        return diagonals(none, none, none, none, none), np.empty(0)
    found, best = Lines.joined(parts), np.concatenate(evidence)
    # The best of each pair of videos; equal ones in the order in which they were looked for.
    order = np.lexsort((np.arange(len(best)), -best, found.video_b, found.video_a))
    new = np.flatnonzero(np.diff(found.video_a[order], prepend=-1) | np.diff(found.video_b[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(new, np.diff(np.append(new, len(order))))
    order = order[rank < MOST_PER_PAIR]
    return found.take(order), best[order]

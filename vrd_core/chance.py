"""Estimate how many sequences are chance, without any truth: compare with the same films run backwards.

Footage that is reused runs the same way in both films. If one film of a pair is run backwards, what still matches in
step with it matches by chance or because nothing moves, and does so about as often as it would forwards: as many
scenes, as long, as alike. So at any threshold the sequences against reversed films estimate the false ones among the
sequences found. The idea is that of target and decoy in the search of spectra (Elias & Gygi, Nature Methods 2007):
where both cover a second, the one with more matching frames counts.

No frame is fingerprinted again: reversing one film turns diagonals (constant b - a) into antidiagonals (b + a).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vrd_core.neighbours import Neighbours

Ints = npt.NDArray[np.int64]

SECONDS, SKIP = 5.0, 2
"""What counts as a sequence here: the defaults of step 4. The sliders do not move the automatic threshold."""

MOST_HITS = 3_000_000
"""The estimate stops at the threshold where more pairs than this match."""


@dataclass(frozen=True)
class Chance:
    """What is found at one threshold, forwards and backwards."""

    threshold: float
    forwards: int
    """Seconds (frames) of one film covered by a sequence that is longer than any backwards."""
    backwards: int
    """Seconds covered by a longer one backwards."""
    events: int
    """Stretches of such seconds forwards."""
    chance_events: int
    """Stretches backwards."""
    ties: int
    """Seconds where both are equally long, as where nothing moves: they say nothing."""


def estimate_chance(neighbours: Neighbours, thresholds: list[float], fps: float = 1.0) -> list[Chance]:
    """Return the estimate at each threshold, rising; it ends early where nearly everything matches."""
    thresholds = sorted(thresholds)
    distance = neighbours.distance
    at = np.flatnonzero(distance <= np.float32(thresholds[-1])) if thresholds else np.empty(0, np.int64)
    if len(at) > MOST_HITS:
        kept = np.partition(distance[at], MOST_HITS)[MOST_HITS]
        at = at[distance[at] < kept]
        thresholds = [t for t in thresholds if t < kept]
    pair = np.searchsorted(neighbours.pair_starts, at, side="right") - 1
    frame_a = neighbours.frame_a[at].astype(np.int64)
    frame_b = neighbours.frame_b[at].astype(np.int64)
    size = int(neighbours.counts.max(initial=0)) + 1
    # One integer per line of frames, and the frame in it: lines of different pairs of videos lie far apart.
    forwards = (pair * 2 * size + frame_b - frame_a + size) * 2 * size + frame_a
    backwards = (pair * 2 * size + frame_b + frame_a) * 2 * size + frame_a
    order = np.argsort(backwards, kind="stable")
    distance = distance[at]
    cell = pair * size + frame_a
    least = max(1, round(SECONDS * fps))
    found = []
    for threshold in thresholds:
        hit = distance <= np.float32(threshold)
        back = order[hit[order]]
        ahead_cells, ahead = _covered(forwards[hit], cell[hit], least)
        back_cells, behind = _covered(backwards[back], cell[back], least)
        found.append(_compare(threshold, ahead_cells, ahead, back_cells, behind))
        if found[-1].backwards > 0.8 * found[-1].forwards and found[-1].backwards > 50 * fps:
            break
    return found


def _covered(place: Ints, cell: Ints, least: int) -> tuple[Ints, Ints]:
    """Return the cells (pair of videos, frame of A) that runs cover, sorted, and the hits of the longest run there.

    `place` is sorted; neighbours in it that differ by at most SKIP + 1 belong to one run.
    """
    if not len(place):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.diff(place, prepend=place[0] - SKIP - 2) > SKIP + 1)
    ends = np.append(starts[1:], len(place)) - 1
    span, hits = place[ends] - place[starts] + 1, ends - starts + 1
    good = (span >= least) & (2 * hits >= span)
    starts, span, hits = starts[good], span[good], hits[good]
    owner = np.repeat(np.arange(len(span)), span)
    cells = cell[starts][owner] + np.arange(len(owner)) - np.repeat(np.cumsum(span) - span, span)
    order = np.lexsort((-hits[owner], cells))
    cells, longest = cells[order], hits[owner][order]
    first = np.flatnonzero(np.diff(cells, prepend=-1) != 0)
    return cells[first], longest[first]


def _compare(threshold: float, ahead_cells: Ints, ahead: Ints, back_cells: Ints, behind: Ints) -> Chance:
    cells = np.union1d(ahead_cells, back_cells)
    lengths = np.zeros((2, len(cells)), np.int64)
    lengths[0, np.searchsorted(cells, ahead_cells)] = ahead
    lengths[1, np.searchsorted(cells, back_cells)] = behind
    won, lost, tied = lengths[0] > lengths[1], lengths[0] < lengths[1], lengths[0] == lengths[1]
    return Chance(threshold, int(won.sum()), int(lost.sum()), _stretches(cells[won]), _stretches(cells[lost]),
                  int(tied.sum()))


def _stretches(cells: Ints) -> int:
    return int((np.diff(cells, prepend=-9) > SKIP + 1).sum())

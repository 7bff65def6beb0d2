"""One reuse that is found twice: at neighbouring offsets, or as an echo of itself.

An *echo* is a shot matched with another moment of the same shot: it lies beside the true sequence, at another offset,
and is clearly farther. On planted reuse (benchmarks/quality.py) leaving echoes out lost none of the stretches found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from vrd_core.arrays import expand

if TYPE_CHECKING:
    from vrd_core.sequences.find import SequenceTable

OFFSETS = 3
"""Offsets of two sequences that are one reuse differ by at most this many frames."""

ECHO_FARTHER = 2.0
"""An echo's mean distance is at least this many times that of the sequence it echoes."""

ECHO_BESIDE = 10.0
"""Where it does not overlap that sequence on one of the two videos, it lies at most this many seconds beside it."""


def combined(runs: SequenceTable, mean_of: Callable[[SequenceTable], np.ndarray]) -> SequenceTable:
    """Drop sequences that are one reuse with a better one: more hits, then the lower mean, then the earlier.

    `mean_of` gives the mean distances of a table; only ties need them.
    """
    runs = runs.take(np.lexsort([runs.first_a, runs.first_b - runs.first_a, runs.video_b, runs.video_a]))
    one, other = _overlaps(runs)
    if not len(one):
        return runs
    means = np.zeros(len(runs), np.float32)
    tied = runs.hits[one] == runs.hits[other]
    unsure = np.unique(np.concatenate([one[tied], other[tied]]))
    means[unsure] = mean_of(runs.take(unsure))
    order = np.lexsort((np.arange(len(runs)), np.nan_to_num(means), -runs.hits))
    return runs.take(best_of(order, one, other))


def without_echoes(table: SequenceTable, fps: float) -> SequenceTable:
    """Drop sequences that are echoes of a closer one; `table` in its canonical order, with mean distances."""
    mean = table.mean_distance
    one, other = _beside(table, ECHO_BESIDE * fps)
    near, far = np.minimum(mean[one], mean[other]), np.maximum(mean[one], mean[other])
    # Unknown means, which are NaN, compare as false.
    echo = (far >= ECHO_FARTHER * near) & (far > near)
    return table.take(best_of(np.argsort(mean, kind="stable"), one[echo], other[echo]))


def _beside(table: SequenceTable, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of sequences of the same videos that share half of the shorter one on one video, or more, and
    on the other overlap or are at most `reach` frames apart.
    """
    ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    if not len(table):
        return ones[0], others[0]
    edges = np.flatnonzero(np.diff(table.video_a) | np.diff(table.video_b)) + 1
    pair = np.zeros(len(table), np.int64)
    pair[edges] = 1
    pair = np.cumsum(pair)
    sides = (
        (table.first_a.astype(np.int64), table.last_a.astype(np.int64)),
        (table.first_b.astype(np.int64), table.last_b.astype(np.int64)),
    )
    shorter = np.minimum(*(last - first + 1 for first, last in sides))
    for (first, last), (beside, until) in (sides, sides[::-1]):
        # By the start on this video: those that overlap one and start after it follow it.
        width = int(max(last.max(), until.max())) + 2
        order = np.lexsort((first, pair))
        place = pair[order] * width + first[order]
        stop = np.searchsorted(place, pair[order] * width + last[order], side="right")
        count = stop - np.arange(len(order)) - 1
        for part in np.array_split(np.arange(len(order)), 1 + int(count.sum()) // 2**22):
            step, owner = expand(count[part])
            i, j = order[part[owner]], order[part[owner] + 1 + step]
            shared = np.minimum(last[i], last[j]) - np.maximum(first[i], first[j]) + 1
            gap = np.maximum(beside[i], beside[j]) - np.minimum(until[i], until[j]) - 1
            good = (2 * shared >= np.minimum(shorter[i], shorter[j])) & (gap <= reach)
            ones.append(i[good])
            others.append(j[good])
    return np.concatenate(ones), np.concatenate(others)


def best_of(order: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return which to keep when, from the first of `order` on, each is kept unless it conflicts with one that was kept.

    `one` and `other` are the conflicts. All that come before every undecided rival are decided in one round.
    """
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    state = np.zeros(len(rank), np.int8)  # 0 undecided, 1 kept, 2 dropped
    while len(one):
        better = np.where(rank[one] < rank[other], one, other)
        worse = one + other - better
        leading = state == 0
        leading[worse] = False
        state[leading] = 1
        state[worse[leading[better]]] = 2
        left = (state[one] == 0) & (state[other] == 0)
        one, other = one[left], other[left]
    return np.flatnonzero(state != 2)


def _overlaps(runs: SequenceTable) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of sequences that are one reuse; `runs` is ordered by videos, diagonal and first_a."""
    # Videos and diagonal as one integer in which the next diagonal is the next integer, then the frame.
    longest = int(max(runs.last_a.max(initial=0), runs.last_b.max(initial=0))) + 2
    _, pair = np.unique(np.stack([runs.video_a, runs.video_b], axis=1), axis=0, return_inverse=True)
    line = pair.astype(np.int64) * (2 * longest + 2 * OFFSETS) + (runs.first_b - runs.first_a + longest)
    first, last = line * longest + runs.first_a, line * longest + runs.last_a
    ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for apart in range(1, OFFSETS + 1):
        # Sequences of one diagonal do not overlap each other, so those that meet a stretch are adjacent.
        low = np.searchsorted(last, first + apart * longest)
        high = np.searchsorted(first, last + apart * longest, side="right")
        step, one = expand(np.maximum(high - low, 0))
        other = low[one] + step
        shared_a = np.minimum(runs.last_a[one], runs.last_a[other]) - np.maximum(runs.first_a[one], runs.first_a[other])
        shared_b = np.minimum(runs.last_b[one], runs.last_b[other]) - np.maximum(runs.first_b[one], runs.first_b[other])
        length = runs.last_a - runs.first_a + 1
        enough = 2 * (np.minimum(shared_a, shared_b) + 1) >= np.minimum(length[one], length[other])
        ones.append(one[enough])
        others.append(other[enough])
    return np.concatenate(ones), np.concatenate(others)

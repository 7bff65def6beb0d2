"""Which of several sequences that meet each other is the reuse: they compete by their evidence.

A sequence of which more than half is covered by one with more evidence is the same reuse seen at another offset, or a
shot matched with another moment of itself. Covered on one side only, it may be a second quotation of the same stretch:
it stays if it is about as near as the first, and right beside the first only if it is nearer still.
"""

from __future__ import annotations

import numpy as np

from vrd_core.arrays import expand

COVERED = 0.5
"""Share of a sequence's length, on one side, that a better one covers before the two compete."""

AS_NEAR = 0.6
"""A second quotation has at least this share of the first one's evidence per second …"""

NEARER, BESIDE = 1.01, 10.0
"""… and where it begins or ends within so many seconds of it, this share: a shot resembles itself a moment later,
so it has to be nearer still."""


def best_by_evidence(
    pair: np.ndarray, spans: np.ndarray, evidence: np.ndarray, near: np.ndarray, *, together: float = np.inf
) -> np.ndarray:
    """Return the rows that stay, ascending.

    `pair` numbers the two videos of each row, `spans` (n, 4) holds start and end on A and on B in seconds, `near` is
    evidence per second. With `together`, only rows whose offsets differ by no more seconds compete.
    """
    order = np.lexsort((spans[:, 2], spans[:, 0], -near, -evidence))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    lost, won = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for one, other in _meeting(pair, spans):
        first = rank[one] < rank[other]
        better, worse = np.where(first, one, other), np.where(first, other, one)
        on_a, on_b = (_covered(spans[worse, side : side + 2], spans[better, side : side + 2]) for side in (0, 2))
        both = (on_a > COVERED) & (on_b > COVERED)
        single = ((on_a > COVERED) | (on_b > COVERED)) & (
            near[worse] < _needed(spans[worse], spans[better]) * near[better]
        )
        conflict = both | single
        if np.isfinite(together):
            conflict = both & (np.abs(_offset(spans[worse]) - _offset(spans[better])) <= together)
        lost.append(worse[conflict])
        won.append(better[conflict])
    kept = best_of(rank, np.concatenate(won), np.concatenate(lost))
    return kept if np.isfinite(together) else kept[_not_covered(pair[kept], spans[kept], rank[kept], near[kept])]


def _needed(worse: np.ndarray, better: np.ndarray) -> np.ndarray:
    """Return the share of evidence per second that a row must have beside a better one which covers one side of it."""
    gap = np.maximum(worse[:, ::2], better[:, ::2]) - np.minimum(worse[:, 1::2], better[:, 1::2])
    return np.where(gap.max(axis=1) <= BESIDE, NEARER, AS_NEAR)


def _not_covered(pair: np.ndarray, spans: np.ndarray, rank: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the rows of which several better ones together do not cover more than half on both sides."""
    keep = np.ones(len(pair), bool)
    order = np.lexsort((rank, pair))
    for group in np.split(order, np.flatnonzero(np.diff(pair[order])) + 1) if len(order) else ():
        for place in range(2, len(group)):
            row, better = group[place], group[:place][keep[group[:place]]]
            shares = [_union(spans[row, side : side + 2], spans[better, side : side + 2]) for side in (0, 2)]
            keep[row] = min(shares) <= COVERED
    return np.flatnonzero(keep)


def _union(span: np.ndarray, by: np.ndarray) -> float:
    """Return the share of a span (2,) that lies in any of the others (n, 2)."""
    low, high = np.maximum(by[:, 0], span[0]), np.minimum(by[:, 1], span[1])
    inside = np.flatnonzero(high > low)
    inside = inside[np.argsort(low[inside], kind="stable")]
    low, high = low[inside], high[inside]
    reached = np.maximum.accumulate(np.concatenate([[span[0]], high]))[:-1]
    return float(np.maximum(high - np.maximum(low, reached), 0).sum() / max(span[1] - span[0], 1e-9))


def best_of(rank: np.ndarray, better: np.ndarray, worse: np.ndarray) -> np.ndarray:
    """Return which to keep when, from the first in `rank` on, each is kept unless one that was kept beats it.

    All that come before every undecided rival are decided in one round.
    """
    state = np.zeros(len(rank), np.int8)  # 0 undecided, 1 kept, 2 dropped
    while len(better):
        leading = state == 0
        leading[worse] = False
        state[leading] = 1
        state[worse[leading[better]]] = 2
        left = (state[better] == 0) & (state[worse] == 0)
        better, worse = better[left], worse[left]
    return np.flatnonzero(state != 2)


def _covered(span: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return the share of each span (n, 2) that lies in the other."""
    shared = np.minimum(span[:, 1], by[:, 1]) - np.maximum(span[:, 0], by[:, 0])
    return np.asarray(np.maximum(shared, 0) / np.maximum(span[:, 1] - span[:, 0], 1e-9))


def _offset(spans: np.ndarray) -> np.ndarray:
    return np.asarray((spans[:, 2] + spans[:, 3] - spans[:, 0] - spans[:, 1]) / 2)


def _meeting(pair: np.ndarray, spans: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return pairs of rows of the same videos that overlap on A, then those that overlap on B, in parts."""
    parts = []
    for side in (0, 2):
        begin, end = spans[:, side], spans[:, side + 1]
        order = np.lexsort((begin, pair))
        # Videos and time as one number: those that begin before a row ends follow it.
        width = float(end.max(initial=0.0)) + 1.0
        place = pair[order] * width + begin[order]
        stop = np.searchsorted(place, pair[order] * width + end[order], side="left")
        count = np.maximum(stop - np.arange(len(order)) - 1, 0)
        for part in np.array_split(np.arange(len(order)), 1 + int(count.sum()) // 2**22):
            step, owner = expand(count[part])
            parts.append((order[part[owner]], order[part[owner] + 1 + step]))
    return parts

"""Maximal stretches of evidence along lines of frame pairs.

A frame pair nearer than the limit speaks for reuse, one that is farther speaks against it. A stretch is kept as long as
its sum grows: local alignment without gaps (Smith and Waterman 1981), all disjoint stretches of a line (Ruzzo and Tompa
1999), each ended where the sum has fallen too far below its best (the X-drop of BLAST, Altschul et al. 1990).

Everything works on whole arrays; only lines that have a gap worth bridging are walked, all of them in step.
"""

from __future__ import annotations

import numpy as np

DROP = 1.25
"""Seconds of evidence by which the sum of a stretch may fall below its best before the stretch ends."""

FARTHEST = 1.6
"""Evidence against reuse of one frame pair, at most this many seconds per second …"""

ONE_WRONG = DROP / 2
"""… and at most this many seconds: one wrong frame, or two, are not the end where there is one a second."""


def evidence_of(distance: np.ndarray, limit: float, seconds: float | np.ndarray) -> np.ndarray:
    """Return float32: the evidence in seconds of frame pairs that stand for `seconds` each; NaN distances give 0."""
    share = np.float32(1) - np.asarray(distance, np.float32) * np.float32(1 / max(limit, 1e-30))
    least = -np.minimum(FARTHEST, ONE_WRONG / np.asarray(seconds)).astype(np.float32)
    return np.nan_to_num(np.maximum(share, least) * np.float32(seconds), copy=False)


def stretches(gain: np.ndarray, gap: np.ndarray, drop: float = DROP) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return first and last block (int64, inclusive) and evidence (float64) of every maximal stretch.

    A block is an unbroken run of frame pairs with evidence `gain` > 0. `gap` (n,) is what lies against reuse between it
    and the block before, 0 or more; infinite where that is on another line or may not be bridged.
    """
    if not len(gain):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    gain, gap = gain.astype(np.float64), gap.astype(np.float64)
    starts = np.flatnonzero(np.concatenate([[True], gap[1:] > drop]))
    stops = np.append(starts[1:], len(gain))
    alone = stops - starts == 1
    first, last, best = [starts[alone]], [starts[alone]], [gain[starts[alone]]]
    begin, stop = starts[~alone], stops[~alone]
    at, end, total = begin.copy(), begin.copy(), gain[begin]
    top = total.copy()
    while len(begin):
        step = np.minimum(at + 1, stop - 1)
        fallen = np.where(at + 1 < stop, total - gap[step], -np.inf)
        over = (fallen <= 0) | (top - fallen > drop)
        first.append(begin[over])
        last.append(end[over])
        best.append(top[over])
        # What lies behind the best end is looked at once more, as a stretch of its own.
        total = np.where(over, 0.0, fallen)
        at = np.where(over, end + 1, at + 1)
        begin = np.where(over, at, begin)
        left = at < stop
        begin, stop, at, end, total, top, over = (x[left] for x in (begin, stop, at, end, total, top, over))
        total = total + gain[at]
        better = over | (total > top)
        end, top = np.where(better, at, end), np.where(better, total, top)
    first_, last_, best_ = np.concatenate(first), np.concatenate(last), np.concatenate(best)
    order = np.argsort(first_, kind="stable")
    return first_[order], last_[order], best_[order]


def along_lines(
    evidence: np.ndarray, masked: np.ndarray | None, starts: np.ndarray, allow_skip: int, drop: float = DROP
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return first and last frame pair (int64, inclusive, places in `evidence`) and evidence of every maximal stretch.

    `evidence` holds the frame pairs of all lines one after another, `starts` where each line begins. At most
    `allow_skip` frame pairs in a row without evidence are bridged; those in `masked` are not counted.
    """
    if not len(evidence):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    good = evidence > 0
    edge = np.empty(len(evidence), bool)
    edge[0] = True
    np.not_equal(good[1:], good[:-1], out=edge[1:])
    edge[starts[starts < len(evidence)]] = True
    blocks = np.flatnonzero(edge)
    begins_line = np.zeros(len(evidence), bool)
    begins_line[starts[starts < len(evidence)]] = True
    begins_line = begins_line[blocks]
    total = np.add.reduceat(evidence, blocks, dtype=np.float64)
    length = np.diff(np.append(blocks, len(evidence)))
    if masked is not None:
        length = length - np.add.reduceat(masked.astype(np.int64), blocks)
    up = np.flatnonzero(good[blocks])
    gap = np.full(len(up), np.inf)
    # A gap is the block between two blocks of evidence on one line.
    inner = np.flatnonzero((np.diff(up, prepend=-9) == 2) & ~begins_line[up] & ~begins_line[np.maximum(up - 1, 0)])
    between = up[inner] - 1
    bridged = length[between] <= allow_skip
    gap[inner[bridged]] = -total[between[bridged]]
    first, last, best = stretches(total[up], gap, drop)
    return blocks[up[first]], np.append(blocks[1:], len(evidence))[up[last]] - 1, best

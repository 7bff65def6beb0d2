"""The automatic threshold: where the histogram of distances between videos begins to rise with chance.

How much is chance is measured, not assumed: whatever matches by chance (shots that look alike, titles, faces) matches
as well with time running backwards in one of the films, and reuse does not. So the sequences found on anti-diagonals
(constant frame_a + frame_b) at a threshold say how many of those found on diagonals are chance: the target-decoy method
of mass spectrometry (Elias and Gygi 2007). A shot that stands still matches equally long both ways and counts for
neither.

With r frames of sequences forwards and c backwards, r - c estimates what is right, the largest r - c of all thresholds
what there is to find, and so 2 (r - c) / (r + largest) the F-score, without any truth. Over a wide stretch of
thresholds it hardly changes; the threshold is the loosest at which it is as good as at its best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrd_core.arrays import expand
from vrd_core.errors import ThresholdError
from vrd_core.neighbours.artefact import Neighbours

FEWEST_FRAMES = 100
"""Below this many frames with neighbours the shape of their distances says nothing."""

CLEAR = 5.6
"""Forwards has to win by this many standard deviations of tossing a coin for every frame: 2.5 where five neighbouring
frames are one toss."""

MOST_CHANCE = 1 / 3
"""Largest share of chance at which anything counts as clear: films that begin and end alike, with leader and title,
are a little more alike forwards than backwards."""

CAREFUL = 0.75
"""Where nothing is clearly reuse: so much of the lowest threshold at which something runs backwards. Title cards in one
style match a little below it and, standing still, run neither way."""

AS_GOOD = 0.97
"""This share of the best F-score is as good: the counts are of few sequences. Chosen on planted reuse."""

LENGTH, SKIP = 5, 2
"""Sequences counted here span this many seconds, and no fewer frames, and skip this many frames in a row."""

STEPS = 48
"""Thresholds tried."""

RANGE_STEPS = 9
"""Thresholds tried within a range in which fingerprints were measured to work."""

RANGE_AS_GOOD = 0.8
"""There this share of the best F-score is as good, and the one nearest to the usual threshold is taken: what was
measured on films with known reuse says more than a count of few sequences."""

MOST = 4_000_000
"""Pairs looked at: the nearest ones of a large library."""


@dataclass(frozen=True)
class Threshold:
    """A threshold and how it came about."""

    value: float
    reason: str


@dataclass(frozen=True)
class _Lines:
    """The nearest pairs along diagonals or anti-diagonals."""

    distance: np.ndarray
    line: np.ndarray
    """int64: videos and diagonal."""
    frame: np.ndarray
    """int64: videos and frame of A."""


def automatic_threshold(
    neighbours: Neighbours, fps: float = 1.0, measured: tuple[float, float, float] | None = None
) -> Threshold:
    """Return the threshold for max_distance="auto", of neighbours at `fps` frames per second of film.

    `measured` holds the least, usual and greatest threshold at which this kind of fingerprints was measured to work.
    The threshold then lies between them, and is the usual one where the films themselves say nothing. Without it,
    ThresholdError is raised, asking for a number, when there are too few frames to tell.
    """
    frames = int(np.isfinite(neighbours.nearest).sum())
    few = frames < FEWEST_FRAMES or not len(neighbours)
    if measured is not None:
        return _within(neighbours, fps, measured, few)
    if few:
        raise ThresholdError(
            f"max_distance='auto' needs at least {FEWEST_FRAMES} frames with neighbours in other videos to see where "
            f"their distances begin to rise. Received: {frames}. Give max_distance as a number."
        )
    curve, tried, clear = _balance(neighbours, fps, None)
    if clear.any():
        best = _loosest(curve, clear)
        return Threshold(float(tried[best]), _found_words(float(tried[best]), curve[best]))
    first = int(np.argmax(curve[:, 1] > 0)) if curve[:, 1].any() else len(tried) - 1
    value = float(np.float32(CAREFUL * tried[first]))
    return Threshold(
        value,
        "sequences run backwards in one film are as frequent as forwards, so there is no clear "
        f"sign of reuse; {value:.4g} is well below where the first of them appears",
    )


def _within(neighbours: Neighbours, fps: float, measured: tuple[float, float, float], few: bool) -> Threshold:
    """Return the threshold inside the range in which these fingerprints were measured to work."""
    least, usual, greatest = measured
    known = f"the network was measured to work from {least:g} to {greatest:g}"
    if not few:
        tried = np.linspace(least, greatest, RANGE_STEPS).astype(np.float32)
        curve, _, clear = _balance(neighbours, fps, tried)
        if clear.any():
            good = np.flatnonzero(_balanced(curve, clear) >= RANGE_AS_GOOD * _balanced(curve, clear).max())
            best = int(good[np.argmin(np.abs(tried[good] - np.float32(usual)))])
            return Threshold(round(float(tried[best]), 4), f"{known}; {_found_words(float(tried[best]), curve[best])}")
    why = "there are too few frames here to tell more" if few else "these films show no clear sign of reuse"
    return Threshold(usual, f"{known}, and {why}: {usual:g} is the usual choice")


def _balance(neighbours: Neighbours, fps: float, tried: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return frames won forwards and backwards (thresholds, 2), the thresholds, and where forwards wins clearly."""
    forwards, backwards, usual = _lines(neighbours)
    tried = usual if tried is None else tried
    least = max(LENGTH, round(LENGTH * fps))
    curve = np.array([_won(forwards, backwards, t, least) for t in tried])
    reuse, chance = _smooth(curve)
    by_luck = CLEAR * np.sqrt((reuse + chance) * least / LENGTH)
    right = reuse - chance
    return curve, tried, (right >= by_luck) & (right > 0) & (MOST_CHANCE * reuse >= chance)


def _loosest(curve: np.ndarray, clear: np.ndarray) -> int:
    """Return the loosest threshold that is about as good as the best."""
    f_score = _balanced(curve, clear)
    return int(np.flatnonzero(f_score >= AS_GOOD * f_score.max())[-1])


def _balanced(curve: np.ndarray, clear: np.ndarray) -> np.ndarray:
    """Return the estimate of the F-score at each threshold, -inf where forwards does not win clearly."""
    reuse, chance = _smooth(curve)
    right = reuse - chance
    return np.where(clear, 2 * right / np.maximum(reuse + right.max(), 1e-9), -np.inf)


def _smooth(curve: np.ndarray) -> list[np.ndarray]:
    """Return the mean of five neighbouring thresholds: a sequence more or less is no reason."""
    return [np.convolve(np.pad(c, 2, mode="edge"), np.full(5, 1 / 5), mode="valid") for c in curve.T]


def _found_words(value: float, won: np.ndarray) -> str:
    return (
        f"up to {value:.4g}, {won[0]} frames lie in sequences that run forwards in "
        f"both films and {won[1]} in sequences with one film run backwards, which is chance; "
        "beyond it the balance of what is found and what is right gets worse"
    )


def _lines(neighbours: Neighbours) -> tuple[_Lines, _Lines, np.ndarray]:
    """Return the nearest pairs along both kinds of lines, and the thresholds to try."""
    distance = neighbours.distance
    # A quantile from the histogram's sample would do, but the cut must not depend on how the pairs are batched.
    top = np.float32(np.inf) if len(distance) <= MOST else np.partition(distance, MOST)[MOST]
    at = np.flatnonzero(distance <= top)
    counts = np.diff(np.searchsorted(at, neighbours.pair_starts))
    pair = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    frame_a, frame_b = neighbours.frame_a[at].astype(np.int64), neighbours.frame_b[at].astype(np.int64)
    longest = int(neighbours.counts.max()) + 1
    near, frame = distance[at], pair * longest + frame_a
    forwards = _Lines(near, pair * (2 * longest) + frame_b - frame_a + longest, frame)
    line = pair * (2 * longest) + frame_a + frame_b
    order = np.lexsort((frame_a, line))
    backwards = _Lines(near[order], line[order], frame[order])
    # Evenly spaced between the nearest and the middle of the pairs: beyond it nothing but chance is left.
    ends = np.quantile(near, [0.0, 0.5])
    return forwards, backwards, (ends[0] + (ends[1] - ends[0]) * np.arange(1, STEPS + 1) / STEPS).astype(np.float32)


def _won(forwards: _Lines, backwards: _Lines, threshold: float, least: int) -> tuple[int, int]:
    """Count the frames whose longest sequence at this threshold runs forwards, and those where it runs backwards."""
    frame_f, hits_f = _covered(forwards, threshold, least)
    frame_b, hits_b = _covered(backwards, threshold, least)
    rival = np.zeros(len(frame_f), np.int64)
    _, here, there = np.intersect1d(frame_f, frame_b, assume_unique=True, return_indices=True)
    rival[here] = hits_b[there]
    won = int((hits_f > rival).sum())
    return won, len(frame_b) - int((hits_b[there] <= hits_f[here]).sum())


def _covered(lines: _Lines, threshold: float, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the frames that lie in sequences, ascending, and the hits of each one's longest."""
    near = np.flatnonzero(lines.distance <= threshold)
    line, frame = lines.line[near], lines.frame[near]
    if not len(near):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(line) != 0) | (np.diff(frame) > SKIP + 1)]))
    ends = np.append(starts[1:], len(near)) - 1
    span, hits = frame[ends] - frame[starts] + 1, ends - starts + 1
    good = (span >= least) & (2 * hits >= span)
    step, owner = expand(span[good])
    covered, hits = frame[starts[good]][owner] + step, hits[good][owner]
    order = np.lexsort((-hits, covered))
    covered, hits = covered[order], hits[order]
    first = np.flatnonzero(np.diff(covered, prepend=-1))
    return covered[first], hits[first]

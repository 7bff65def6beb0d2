"""Reuse at another speed: straight paths of slope 0.5 to 2 through the hits of two videos, beside the rigid runs.

A reuse at 25/24 or 1.5 times the speed lies on a slanted line. Such lines are found as rigid runs are, along a fan of
slopes and within a frame of the line (a Hough transform, the baseline of Jiang and Wang 2016, VCDB), fitted to their
hits and followed as far as these go. A line must explain clearly more frames than any rigid run along it: a shot that
stands still matches at every speed and says nothing of it. Two results that follow one line are one reuse; the better
one is kept as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrd_core.neighbours.artefact import Neighbours
from vrd_core.sequences.find import Hits, Masks, Scorer, SequenceTable, find_runs
from vrd_core.sequences.overlaps import combined
from vrd_core.settings import SequenceSettings

SLOPES = (*(float(s) for s in 1.04 ** np.arange(1, 18)), 2.0)
"""Close enough that half a minute of reuse strays by less than a frame from the nearest one."""

BAND = 1.25
"""Frames that a hit may lie off the line: rounding of both sides' sampling, and jitter."""

WIDE = 3.0
"""Frames off the line within which a frame's closest hit is looked for when the line is fitted."""

MARGIN = 1.25
"""A slanted line has this many times the hits of the best rigid run along it …"""

MORE = 5
"""… or this many more, which is what 25/24 comes to within a minute."""

ALONE = 2.0
"""A slanted line that no rigid run supports is this many times as long as the shortest sequence."""

DENSE = 0.6
"""Part of a slanted line's frames that are hits."""

APART = 3.0
"""Frames between two lines that are one reuse, on average over what they share."""


@dataclass(frozen=True)
class _Line:
    """A stretch of y = slope * x + offset, slope from 1 to 2; x is the frame of A, or of B when swapped."""

    pair: int
    swapped: bool
    slope: float
    offset: float
    first: int
    last: int
    hits: int

    def ends(self) -> tuple[float, float, float, float]:
        """Return first and last frame of A and of B, in fractions of frames."""
        x0, x1 = float(self.first), float(self.last)
        y0, y1 = self.slope * x0 + self.offset, self.slope * x1 + self.offset
        return (y0, y1, x0, x1) if self.swapped else (x0, x1, y0, y1)


def elastic_sequences(
    neighbours: Neighbours, hits: Hits, settings: SequenceSettings, fps: float, masks: Masks, score: Scorer
) -> SequenceTable:
    """Return rigid and slanted sequences; `hits`, `masks` and `score` as `find_sequences` made them."""
    rigid = find_runs(neighbours, hits, settings, fps, masks)
    if settings.combine_overlap:
        rigid = combined(rigid, score.means)
    lines = _fitted(neighbours, hits, settings, fps)
    keep, lines = _decide(neighbours, rigid, lines, settings, fps)
    rigid = rigid.take(np.flatnonzero(keep))
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "video_a",
            "video_b",
            "first_a",
            "last_a",
            "first_b",
            "last_b",
            "hits",
            "deviating",
            "speed",
            "mirrored",
        )
    }
    paths = [rigid.alignment(row) for row in range(len(rigid))]
    for line in lines:
        path, matched, mirrored = _path(neighbours, hits, masks, line)
        if not len(path):
            continue
        paths.append(path)
        a, b = neighbours.pair_videos[line.pair]
        values = (
            a,
            b,
            *path[0, :1],
            *path[-1, :1],
            path[0, 1],
            path[-1, 1],
            matched,
            len(path) - matched,
            line.slope if line.swapped else 1 / line.slope,
            mirrored,
        )
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    joined = {
        name: np.concatenate([getattr(rigid, name), np.array(values, getattr(rigid, name).dtype)])
        for name, values in columns.items()
    }
    table = SequenceTable(**joined, mean_distance=np.zeros(len(paths), np.float32), paths=tuple(paths))
    if len(table):
        table.mean_distance[:] = _means(table, score)
    return table.in_order()


def _seeds(neighbours: Neighbours, hits: Hits, settings: SequenceSettings, fps: float) -> list[_Line]:
    """Return runs of hits within a frame of lines of the fan, for all pairs of videos at once."""
    frame_b = hits.frame_a + hits.diagonal
    shortest = max(settings.shortest_sequence * fps, 4)
    width = int(neighbours.counts.max()) + 1
    lines = np.int64(4 * width + 8)
    found = []
    for swapped in (False, True):
        x, y = (frame_b, hits.frame_a) if swapped else (hits.frame_a, frame_b)
        for slope in SLOPES:
            # Each hit counts to two bins, so that every line has one that holds a frame on either side of it.
            bins = np.floor(y - slope * x).astype(np.int64) + 2 * width + 2
            key = (hits.pair * lines + bins) * width + x
            key = np.sort(np.concatenate([key, key - width]))
            key = key[np.flatnonzero(np.diff(key, prepend=-1))]
            at = key % width
            ends = np.flatnonzero((np.diff(key // width) != 0) | (np.diff(at) > settings.allow_skip + 1))
            starts, ends = np.append(0, ends + 1), np.append(ends, len(key) - 1)
            if not len(key):
                continue
            count, span = ends - starts + 1, at[ends] - at[starts] + 1
            good = (span >= shortest) & (count >= DENSE * span) & ((slope - 1) * span >= 1)
            for start, end, hit in zip(starts[good], ends[good], count[good], strict=True):
                pair, bin_ = divmod(int(key[start]) // width, int(lines))
                found.append(
                    _Line(pair, swapped, slope, float(bin_ - 2 * width - 2 + 1), int(at[start]), int(at[end]), int(hit))
                )
    return found


def _fitted(neighbours: Neighbours, hits: Hits, settings: SequenceSettings, fps: float) -> list[_Line]:
    """Return the seeds that are not one with a better one, fitted to their hits."""
    by_pair: dict[int, list[_Line]] = {}
    for line in _seeds(neighbours, hits, settings, fps):
        by_pair.setdefault(line.pair, []).append(line)
    kept = []
    for pair, lines in by_pair.items():
        lo, hi = np.searchsorted(hits.pair, [pair, pair + 1])
        a = hits.frame_a[lo:hi].astype(np.float64)
        b = a + hits.diagonal[lo:hi]
        distance = neighbours.distance[hits.at[lo:hi]]
        fitted = []
        for line in _distinct(lines):
            x, y = (b, a) if line.swapped else (a, b)
            better = _fit(line, x, y, distance, settings.allow_skip)
            if better and (better.slope - 1) * (better.last - better.first) >= 1:
                fitted.append(better)
        kept += _distinct(fitted)
    return kept


def _fit(line: _Line, x: np.ndarray, y: np.ndarray, distance: np.ndarray, skip: int) -> _Line | None:
    """Fit a line to the hits near it by least squares, follow it as far as they go, and again."""
    slope, offset, first, last, count = line.slope, line.offset, line.first, line.last, line.hits
    for _ in range(6):
        near = np.abs(y - slope * x - offset) <= BAND
        frames = np.unique(x[near])
        gaps = np.flatnonzero(np.diff(frames) > skip + 1)
        starts, ends = np.append(0, gaps + 1), np.append(gaps, len(frames) - 1)
        if not len(frames):
            return None
        shared = np.minimum(frames[ends], last) - np.maximum(frames[starts], first)
        run = int(np.argmax(shared))
        first, last = int(frames[starts[run]]), int(frames[ends[run]])
        count = int(ends[run] - starts[run]) + 1
        if last - first < 3:
            return None
        # Each frame's closest hit, looked for a little wider: a plain fit would keep to the slope it came from, and
        # be pulled askew by shots that stand still.
        inside = np.flatnonzero((np.abs(y - slope * x - offset) <= WIDE) & (x >= first) & (x <= last))
        inside = inside[np.lexsort((distance[inside], x[inside]))]
        inside = inside[np.flatnonzero(np.diff(x[inside], prepend=-1))]
        fit_slope, fit_offset = np.polynomial.polynomial.polyfit(x[inside], y[inside], 1)[::-1]
        if abs(fit_slope - slope) < 1e-6:
            break
        slope, offset = float(np.clip(fit_slope, 1.0, 2.1)), float(fit_offset)
    if count < DENSE * (last - first + 1):
        return None
    return _Line(line.pair, line.swapped, slope, offset, first, last, count)


def _same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return bool: lines `b` (n, 4: ends on A and B) are one reuse with line `a` (4)."""

    def overlap(axis: int) -> np.ndarray:
        return np.minimum(a[axis + 1], b[:, axis + 1]) - np.maximum(a[axis], b[:, axis]) + 1

    shorter = np.minimum(a[1::2] - a[::2], b[:, 1::2] - b[:, ::2]) + 1
    enough = (2 * overlap(0) >= shorter[:, 0]) & (2 * overlap(2) >= shorter[:, 1])
    middle = (np.minimum(a[1], b[:, 1]) + np.maximum(a[0], b[:, 0])) / 2

    def at(line: np.ndarray) -> np.ndarray:
        length = np.maximum(line[..., 1] - line[..., 0], 1e-9)
        return line[..., 2] + (middle - line[..., 0]) / length * (line[..., 3] - line[..., 2])

    def steepness(line: np.ndarray) -> np.ndarray:
        # Measured along the axis on which the line is the flatter one.
        return np.maximum(1.0, (line[..., 3] - line[..., 2] + 1) / (line[..., 1] - line[..., 0] + 1))

    steep = np.maximum(steepness(a), steepness(b))
    return enough & (np.abs(at(a) - at(b)) <= APART * steep)


def _distinct(lines: list[_Line]) -> list[_Line]:
    """Keep the line with most hits of those that are one reuse."""
    lines = sorted(lines, key=lambda n: (-n.hits, n.swapped, n.slope, n.offset, n.first))
    ends = np.array([n.ends() for n in lines]).reshape(-1, 4)
    kept, left = [], np.arange(len(lines))
    while len(left):
        kept.append(lines[left[0]])
        left = left[1:][~_same(ends[left[0]], ends[left[1:]])]
    return kept


def _decide(
    neighbours: Neighbours, rigid: SequenceTable, lines: list[_Line], settings: SequenceSettings, fps: float
) -> tuple[np.ndarray, list[_Line]]:
    """Return bool: which rigid sequences stay, and the lines that stay."""
    keep = np.ones(len(rigid), bool)
    ends = np.stack([rigid.first_a, rigid.last_a, rigid.first_b, rigid.last_b], axis=1).astype(np.float64)
    pair = neighbours.pair_index(rigid.video_a, rigid.video_b)
    chosen = []
    for line in lines:
        mine = np.flatnonzero(pair == line.pair)
        along = mine[_same(np.array(line.ends()), ends[mine])]
        if len(along):
            best = int(rigid.hits[along].max())
            stays = line.hits >= min(MARGIN * best, best + MORE)
        else:
            stays = (line.last - line.first + 1) / fps >= ALONE * settings.shortest_sequence
        if stays:
            keep[along] = False
            chosen.append(line)
    return keep, chosen


def _path(neighbours: Neighbours, hits: Hits, masks: Masks, line: _Line) -> tuple[np.ndarray, int, bool]:
    """Return which frame goes with which, int32 (n, 2) without masked ones; how many are hits; the mirrored mark."""
    lo, hi = np.searchsorted(hits.pair, [line.pair, line.pair + 1])
    frame_a = hits.frame_a[lo:hi]
    x, y = frame_a, frame_a + hits.diagonal[lo:hi]
    if line.swapped:
        x, y = y, x
    a, b = neighbours.pair_videos[line.pair]
    last_y = int(neighbours.counts[a if line.swapped else b]) - 1
    frames = np.arange(line.first, line.last + 1)
    partner = np.clip(np.rint(line.slope * frames + line.offset), 0, last_y).astype(np.int64)
    off = np.abs(y - line.slope * x - line.offset)
    near = np.flatnonzero((off <= BAND) & (x >= line.first) & (x <= line.last))
    # The hit nearest to the line goes last for its frame, and so wins the assignment.
    near = near[np.lexsort((y[near], -off[near]))]
    matched = np.zeros(len(frames), np.int64) - 1
    matched[x[near] - line.first] = near
    partner = np.where(matched >= 0, y[matched], partner)
    # Neighbouring hits may lie on either side of the line: time runs forwards all the same.
    partner = np.maximum.accumulate(partner)
    matched[matched >= 0] = np.where(y[matched[matched >= 0]] == partner[matched >= 0], matched[matched >= 0], -1)
    path = np.stack([partner, frames] if line.swapped else [frames, partner], axis=1).astype(np.int32)
    full = np.full(len(path), a), np.full(len(path), b)
    open_ = ~masks.pair_masked(full[0], path[:, 0], full[1], path[:, 1])
    mirrored = False
    if neighbours.mirrored is not None:
        mirrored = bool(2 * neighbours.mirrored[hits.at[lo + matched[matched >= 0]]].sum() > (matched >= 0).sum())
    return path[open_], int((matched[open_] >= 0).sum()), mirrored


def _means(table: SequenceTable, score: Scorer) -> np.ndarray:
    """Return float32: the mean distance over the frame pairs of each path, masked ones left out."""
    assert table.paths is not None
    lengths = np.array([len(p) for p in table.paths])
    owner = np.repeat(np.arange(len(table)), lengths)
    path = np.concatenate(table.paths)
    distance = score.distances(table.video_a[owner], path[:, 0], table.video_b[owner], path[:, 1])
    masked = score.masks.pair_masked(table.video_a[owner], path[:, 0], table.video_b[owner], path[:, 1])
    total = np.bincount(owner[~masked], distance[~masked].astype(np.float64), len(table))
    return (total / np.maximum(np.bincount(owner[~masked], minlength=len(table)), 1)).astype(np.float32)

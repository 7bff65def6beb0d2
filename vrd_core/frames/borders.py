"""Find single-colour borders (letterbox, pillarbox, both) per stretch of video.

A border is told from a dark scene by four things together: it is one colour along the whole edge, it ends in a sharp
and straight line, the line stays where it is while the picture changes, and it has a partner on the opposite side.
Titles on black end raggedly, a night sky fades, a stage has no straight end.

1. Every frame leaves its *skylines*: from each of the four sides, in 48 bins along the side, how many pixels one meets
   before something departs from the side's colour, and whether it does so sharply. Some hundred bytes, no picture.
2. Frames propose boxes; the frequent ones become candidates, besides the whole frame.
3. The cheapest path through the film (Viterbi) gives every frame one candidate: a frame speaks for a box by content
   that begins at its edges and against it by content outside; dark frames say nothing; each change of box has a price,
   so that it takes some seconds of clear evidence.
4. A candidate must hold over all its frames, or loses the sides that do not and the path is sought again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_BINS = 48

DEPARTS = 8.0
"""Luma (0-255) by which a bin's mean differs from the side's colour where content begins: above compression noise."""

SHARP = 20.0
"""Luma by which it differs a few pixels further in, at a real border with something bright behind it."""

CHANGE_PRICE = 3.0
"""What a change of box costs, in seconds (or frames, below 1 fps) in which one side is wholly right or wrong."""

COVERED, COVERED_STATIC = 0.6, 0.8
"""Share of an edge's length at which content must have begun in some frame; more where the picture never changes."""

BY_CHANCE = 0.15
"""Share of the frames with anything to see at a place that must have content begin at the edge there."""

LEAST_LEFT = 0.4
"""A side is never cut to less than this share of it: more is rarely a border and costs too much when it is none."""

SMALLEST, LARGEST_ALONE = 0.01, 0.04
"""Share of a side below which a border is left alone, and up to which it needs no partner (the edges of old tapes)."""

_MOST_PROPOSALS, _MOST_CANDIDATES = 3000, 12
_STATIC = 4
"""With fewer distinct pictures than this there is nothing that changes behind the border."""

_Bool = NDArray[np.bool_]
_Int = NDArray[np.int16]


class BorderFinder:
    """Collect evidence frame by frame, then decide about whole stretches.

    Sides are in the order left, top, right, bottom; an inset is how many pixels a border takes from a side.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        """Make ready for frames of `size` = (width, height)."""
        self._size = size
        self._lengths = np.array([size[0], size[1], size[0], size[1]])
        """How deep one can look from each side."""
        self._depths, self._sharps, self._looks = bytearray(), bytearray(), bytearray()
        self._count = 0

    def add(self, luma: Image.Image) -> None:
        """Take in the next frame's luma, an image of mode L."""
        width, height = self._size
        by_column = np.asarray(luma.resize((_BINS, height), Image.Resampling.BOX), dtype=np.float32)
        by_row = np.asarray(luma.resize((width, _BINS), Image.Resampling.BOX), dtype=np.float32).T
        for lines in (by_row, by_column, by_row[::-1], by_column[::-1]):
            depth, sharp = _skyline(lines)
            self._depths += depth.tobytes()
            self._sharps += sharp.tobytes()
        self._looks += luma.resize((8, 8), Image.Resampling.BOX, reducing_gap=1.0).tobytes()
        self._count += 1

    def boxes(self, fps: float) -> NDArray[np.int16]:
        """Return each frame's box (left, top, right, bottom), right and bottom exclusive: int16 (n, 4)."""
        width, height = self._size
        insets = np.zeros((self._count, 4), np.int16)
        if min(width, height) >= 16 and self._count:
            insets = self._insets(fps)
        boxes = np.empty_like(insets)
        boxes[:, :2] = insets[:, :2]
        boxes[:, 2], boxes[:, 3] = width - insets[:, 2], height - insets[:, 3]
        return boxes

    def _insets(self, fps: float) -> _Int:
        depths = np.frombuffer(self._depths, np.int16).reshape(-1, 4, _BINS)
        sharps = np.frombuffer(self._sharps, np.bool_).reshape(-1, 4, _BINS)
        looks = np.frombuffer(self._looks, np.uint8).reshape(self._count, -1)
        candidates = self._candidates(depths, sharps, fps)
        while True:
            scores = np.stack([self._score(c, depths, sharps) for c in candidates], axis=1)
            path = _cheapest_path(scores * min(1.0, 1.0 / fps), CHANGE_PRICE)
            refined = [
                self._verified(c, depths[path == k], sharps[path == k], looks[path == k])
                for k, c in enumerate(candidates)
            ]
            if all((r != 0).tolist() == (c != 0).tolist() for r, c in zip(refined, candidates, strict=True)):
                return np.stack(refined)[path].astype(np.int16)
            # Each round some side of some candidate becomes 0 for good, so this ends.
            shrunk = [np.where(r == 0, 0, c) for r, c in zip(refined, candidates, strict=True)]
            candidates = list({tuple(c): c for c in shrunk}.values())

    def _candidates(self, depths: _Int, sharps: _Bool, fps: float) -> list[_Int]:
        """Return the frequent proposals of single frames and of short windows; the whole frame comes first."""
        chosen = np.linspace(0, len(depths) - 1, min(len(depths), _MOST_PROPOSALS)).astype(int)
        single = _propose(depths[chosen], sharps[chosen], self._lengths)
        # In dark films no single frame shows a whole edge, some seconds together do.
        window = max(8, round(8 * fps))
        starts = np.arange(0, len(depths), window)
        lit = np.where(sharps, depths, self._lengths[:, None].astype(np.int16))
        pooled = np.minimum.reduceat(lit, starts, axis=0)
        together = _propose(pooled, pooled < self._lengths[:, None], self._lengths)
        boxes = np.concatenate([single, np.repeat(together, 3, axis=0)])
        whole = np.zeros(4, np.int16)
        found = [whole]
        least = min(3, 1 + len(depths) // 4)
        boxes = boxes[(boxes > 0).any(axis=1)]
        near = _tolerance(self._lengths)
        while len(boxes) >= least and len(found) <= _MOST_CANDIDATES:
            values, counts = np.unique(boxes, axis=0, return_counts=True)
            # Counted with the neighbourhood: scaling and noise move an edge by a pixel.
            close = (np.abs(values[:, None] - values[None]) <= near).all(axis=-1)
            weight = close @ counts
            best = int(np.argmax(weight))
            if weight[best] < least:
                break
            member = (np.abs(boxes - values[best]) <= near).all(axis=1)
            found.append(np.median(boxes[member], axis=0).astype(np.int16))
            boxes = boxes[~member]
        return found

    def _score(self, insets: _Int, depths: _Int, sharps: _Bool) -> NDArray[np.float32]:
        """Return how much each frame speaks for this box, (n,): up to 1 for every side, less for content cut off."""
        total = np.zeros(len(depths), np.float32)
        for side in range(4):
            bins = _bins_inside(insets, side, self._lengths)
            begins = _begins_here(depths[:, side, bins], sharps[:, side, bins], int(insets[side]), self._lengths[side])
            outside = depths[:, side, bins] < insets[side] - 2
            total += np.maximum(0, begins.mean(axis=1) - 0.1) - 1.5 * np.maximum(0, outside.mean(axis=1) - 0.1)
        return total

    def _verified(self, insets: _Int, depths: _Int, sharps: _Bool, looks: NDArray[np.uint8]) -> _Int:
        """Return the insets, made exact, that hold over all these frames; 0 for a side that does not hold."""
        result = np.zeros(4, np.int16)
        if not len(depths) or not insets.any():
            return result
        static = _distinct(looks) < _STATIC
        needed = COVERED_STATIC if static else COVERED
        holds = np.zeros(4, np.bool_)
        for side in np.flatnonzero(insets).tolist():
            bins = _bins_inside(insets, side, self._lengths)
            here = depths[:, side, bins]
            begins = _begins_here(here, sharps[:, side, bins], int(insets[side]), self._lengths[side])
            # Not by chance: the ragged ends of credits that roll by come to lie everywhere sooner or later.
            lit = (here < self._lengths[side]).sum(axis=0)
            covered = begins.sum(axis=0) >= np.maximum(1 if static else 2, BY_CHANCE * lit)
            holds[side] = covered.mean() >= needed
            if begins.any():
                # A little inside: a dark line left over is worse than a lost pixel.
                exact = np.percentile(here[begins], 85) + max(1, round(0.004 * self._lengths[side]))
                result[side] = min(round(exact), int(self._lengths[side]))
        for one, other in ((0, 2), (1, 3)):
            small = insets[[one, other]] <= LARGEST_ALONE * self._lengths[one]
            paired = holds[one] and holds[other]
            for side, is_small in ((one, small[0]), (other, small[1])):
                if not (paired or (holds[side] and is_small and not static)):
                    result[side] = 0
            if self._lengths[one] - result[one] - result[other] < LEAST_LEFT * self._lengths[one]:
                result[[one, other]] = 0
        return result


def _skyline(lines: NDArray[np.float32]) -> tuple[_Int, _Bool]:
    """Return how deep each bin keeps the side's colour, and whether it ends sharply; `lines` is (depth, bins)."""
    # The outermost line is left out: encoders and old tapes leave a stray one there.
    away = np.abs(lines - np.median(lines[1:3]))
    away[0] = 0
    reach = max(3, round(0.012 * len(lines)))
    departs, bright = away > DEPARTS, away > SHARP
    depth = np.where(departs.any(axis=0), departs.argmax(axis=0), len(lines))
    sharp = bright.any(axis=0) & (bright.argmax(axis=0) - depth <= reach)
    return depth.astype(np.int16), sharp


def _distinct(looks: NDArray[np.uint8]) -> int:
    """Count pictures that differ clearly from the last one counted, 0 to _STATIC."""
    count, last = 0, None
    for look in looks.astype(np.float32):
        if last is None or np.abs(look - last).mean() > 3:
            count, last = count + 1, look
            if count == _STATIC:
                break
    return count


def _tolerance(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the pixels by which one edge may differ between frames and along its length: slightly crooked scans."""
    return np.maximum(2, np.round(0.012 * lengths)).astype(np.int64)


def _begins_here(depths: _Int, sharps: _Bool, inset: int, length: int) -> _Bool:
    """Say in which bins content begins at this inset (for 0: at the edge of the frame)."""
    if inset == 0:
        return depths <= 2
    return sharps & (depths >= inset - 2) & (depths <= inset + _tolerance(np.array(length)))


def _bins_inside(insets: _Int, side: int, lengths: NDArray[np.int64]) -> _Bool:
    """Say which bins of a side lie between the borders of the two sides beside it."""
    before, after, length = (1, 3, lengths[1]) if side in (0, 2) else (0, 2, lengths[0])
    centres = (np.arange(_BINS) + 0.5) * length / _BINS
    margin = length / _BINS / 2  # a bin that a border cuts in two belongs to neither
    inside: _Bool = (centres > insets[before] + margin) & (centres < length - insets[after] - margin)
    return inside if inside.any() else np.ones(_BINS, np.bool_)


def _propose(depths: _Int, sharps: _Bool, lengths: NDArray[np.int64]) -> _Int:
    """Return the insets that each frame shows by itself, (n, 4); both sides of an axis, or neither."""
    lit = (depths < lengths[:, None]).sum(axis=-1)
    wanted = np.maximum(lit, _BINS // 4)
    near = _tolerance(lengths)[None, :]
    best = np.full(depths.shape[:2], np.iinfo(np.int16).max, np.int16)
    for bin_ in range(_BINS):
        depth = depths[:, :, bin_]
        here = (depths >= depth[..., None] - 1) & (depths <= (depth + near)[..., None])
        edge = (here & (sharps | (depth <= 2)[..., None])).sum(axis=-1)
        before = (depths < depth[..., None] - 1).sum(axis=-1)
        good = (edge >= 0.35 * wanted) & (before <= 0.08 * wanted) & (depth < best)
        best = np.where(good, depth, best)
    known = best < np.iinfo(np.int16).max
    insets = np.where(best > np.maximum(2, SMALLEST * lengths), best, 0)
    for one, other in ((0, 2), (1, 3)):
        insets[~(known[:, one] & known[:, other])] *= np.array([side not in (one, other) for side in range(4)])
    return insets.astype(np.int16)


def _cheapest_path(scores: NDArray[np.float32], price: float) -> NDArray[np.intp]:
    """Return for each frame the box on the path of highest total score, where each change costs `price` (Viterbi)."""
    count, boxes = scores.shape
    came_from = np.empty((count, boxes), np.int16)
    stay = np.arange(boxes)
    total = scores[0].astype(np.float64)
    total[0] += 1e-3  # the whole frame, where nothing speaks for any box
    came_from[0] = stay
    for k in range(1, count):
        best = int(np.argmax(total))
        change = total[best] - price > total
        came_from[k] = np.where(change, best, stay)
        total = np.where(change, total[best] - price, total) + scores[k]
    path = np.empty(count, np.intp)
    path[-1] = int(np.argmax(total))
    for k in range(count - 1, 0, -1):
        path[k - 1] = came_from[k, path[k]]
    return path

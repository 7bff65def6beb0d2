"""Step 4 the slow and obvious way, frame by frame on plain dicts, straight from the words of the design."""

import math
from dataclasses import dataclass

FARTHEST, ONE_WRONG, DROP = 1.6, 0.625, 1.25
"""Against reuse a frame counts at most so many times its seconds, and so many seconds; a stretch ends so many seconds
below its best."""


@dataclass(frozen=True)
class Row:
    """A stretch of a line; frames are inclusive."""

    a: int
    b: int
    first_a: int
    last_a: int
    first_b: int
    last_b: int
    evidence: float
    fps: float
    hits: int
    deviating: int
    mean: float

    def span(self, side):
        """Return begin and end in seconds on side "a" or "b"."""
        first, last = (self.first_a, self.last_a) if side == "a" else (self.first_b, self.last_b)
        return first / self.fps, (last + 1) / self.fps

    @property
    def steps(self):
        return max(self.last_a - self.first_a, self.last_b - self.first_b) + 1

    @property
    def near(self):
        """Return evidence per second."""
        return self.evidence / (self.steps / self.fps)


def sequences(pairs, counts, *, limit, shortest, skip, least, fps=1.0, masked=(), combine=True):
    """Return the rows by videos and starts.

    `pairs`: {(a, b, frame_a, frame_b): distance} of all frame pairs that are not masked; `masked`: (video, frame)s.
    """
    unmasked = [sum((v, f) not in masked for f in range(n)) / fps for v, n in enumerate(counts)]
    kept = []
    for a in range(len(counts)):
        for b in range(a + 1, len(counts)):
            shorter = min(unmasked[a], unmasked[b])
            rows = []
            for line in lines(counts[a], counts[b]):
                hidden = [(a, f) in masked or (b, g) in masked for f, g in line]
                far = [None if h else pairs[a, b, f, g] for h, (f, g) in zip(hidden, line, strict=True)]
                evidence = [0.0 if d is None else max((1 - d / limit) / fps, -FARTHEST / fps, -ONE_WRONG) for d in far]
                for first, last, total in stretches(evidence, hidden, skip):
                    told = [d for d in far[first : last + 1] if d is not None]
                    hits = sum(d <= limit for d in told)
                    mean = math.fsum(told) / len(told)
                    (first_a, first_b), (last_a, last_b) = line[first], line[last]
                    rows.append(Row(a, b, first_a, last_a, first_b, last_b, total, fps, hits, len(told) - hits, mean))
            rows = [
                row
                for row in rows
                if row.evidence >= min(least, 0.5 * shorter) and row.steps / fps >= min(shortest, 0.8 * shorter) - 1e-9
            ]
            kept += compete(rows, combine)
    return sorted(kept, key=lambda row: (row.a, row.b, row.first_a, row.first_b, row.last_a, row.last_b))


def lines(count_a, count_b):
    """Return every diagonal as frame pairs; a still lies on one line with all frames of the other video."""
    if 1 in (count_a, count_b):
        return [[(f, g) for f in range(count_a) for g in range(count_b)]]
    return [
        [(f, f + offset) for f in range(count_a) if 0 <= f + offset < count_b] for offset in range(1 - count_a, count_b)
    ]


def stretches(evidence, hidden, skip, drop=DROP):
    """Return first and last place and evidence of each stretch of a line."""
    found, at = [], 0
    while at < len(evidence):
        if evidence[at] <= 0:
            at += 1
            continue
        total, best, end, quiet = 0.0, 0.0, at, 0
        for place in range(at, len(evidence)):
            total += evidence[place]
            quiet = 0 if evidence[place] > 0 else quiet + (not hidden[place])
            if total <= 0 or best - total > drop or quiet > skip:
                break
            if total > best:
                best, end = total, place
        found.append((at, end, best))
        at = end + 1
    return found


def compete(rows, combine):
    """From most evidence down, leave out what a better one covers."""
    kept = []
    for row in sorted(rows, key=lambda row: (-row.evidence, -row.near, row.first_a, row.first_b)):
        if not any(beats(better, row) if combine else one_line(better, row) for better in kept):
            kept.append(row)
    if not combine:
        return kept
    # Several better ones together may cover what none of them covers alone.
    alone = []
    for row in kept:
        if len(alone) < 2 or min(union(row, alone, side) for side in "ab") <= 0.5:
            alone.append(row)
    return alone


def beats(better, row):
    """More than half is covered on both sides; or on one, and it is not about as near."""
    covered = [share(row.span(side), better.span(side)) > 0.5 for side in "ab"]
    gap = max(
        max(row.span(side)[0], better.span(side)[0]) - min(row.span(side)[1], better.span(side)[1]) for side in "ab"
    )
    return all(covered) or (any(covered) and row.near < (1.01 if gap <= 10 else 0.6) * better.near)


def one_line(better, row):
    """More than half is covered on both sides, at offsets no more than a second apart."""
    offsets = [sum(r.span("b")) / 2 - sum(r.span("a")) / 2 for r in (better, row)]
    return all(share(row.span(s), better.span(s)) > 0.5 for s in "ab") and abs(offsets[0] - offsets[1]) <= 1.0


def share(span, by):
    """Return how much of a span lies in another."""
    return max(0.0, min(span[1], by[1]) - max(span[0], by[0])) / (span[1] - span[0])


def union(row, better, side):
    """Return how much of a row lies in any of the better ones, frame by frame."""
    first, last = (row.first_a, row.last_a) if side == "a" else (row.first_b, row.last_b)
    frames = range(first, last + 1)
    inside = [any(other.span(side)[0] <= f / row.fps < other.span(side)[1] for other in better) for f in frames]
    return sum(inside) / len(inside)

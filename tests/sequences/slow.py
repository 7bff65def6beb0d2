"""Step 4 the slow and obvious way, on plain dicts, straight from the words of the design."""

import itertools
import math


def sequences(pairs, counts, *, threshold, shortest, skip, fps=1.0, masked=(), combine=True, distance=None):
    """Return (a, b, first_a, last_a, first_b, last_b, hits, deviating, mean) by videos and starts.

    `pairs`: {(a, b, frame_a, frame_b): distance}; `masked`: set of (video, frame); `distance` scores any pair.
    """
    lines = {}
    for (a, b, f, g), d in pairs.items():
        if d <= threshold and (a, f) not in masked and (b, g) not in masked:
            lines.setdefault((a, b, g - f), set()).add(f)
    found = []
    for (a, b, diagonal), hits in lines.items():

        def counted(first, last, a=a, b=b, diagonal=diagonal):
            return [f for f in range(first, last + 1) if (a, f) not in masked and (b, f + diagonal) not in masked]

        exempt = min(counts[a], counts[b]) / fps < shortest
        waiting = split(sorted(hits), hits, counted, skip)
        while waiting:
            run = waiting.pop()
            frames = counted(run[0], run[-1])
            if 2 * len(run) < len(frames):
                waiting += split(run, hits, counted, max(gaps(run, counted)) - 1)
            elif exempt or (run[-1] - run[0] + 1) / fps >= shortest - 1e-9:
                scores = [pairs.get((a, b, f, f + diagonal), None) for f in frames]
                scores = [
                    distance(a, f, b, f + diagonal) if s is None else s for f, s in zip(frames, scores, strict=True)
                ]
                found.append(
                    (
                        a,
                        b,
                        run[0],
                        run[-1],
                        run[0] + diagonal,
                        run[-1] + diagonal,
                        len(run),
                        len(frames) - len(run),
                        math.fsum(scores) / len(scores),
                    )
                )
    if combine:
        kept = []
        for s in sorted(found, key=lambda s: (-s[6], s[8], s[0], s[1], s[4] - s[2], s[2])):
            if not any(one_reuse(s, other) for other in kept):
                kept.append(s)
        found = kept
    return sorted(found, key=lambda s: (s[0], s[1], s[2], s[4], s[3], s[5]))


def without_echoes(found, fps):
    """Closest first: leave out what is twice as far and lies beside one that was kept."""
    kept = []
    for s in sorted(found, key=lambda s: s[8]):
        if not any(s[8] >= 2 * other[8] and s[8] > other[8] and beside(s, other, fps) for other in kept):
            kept.append(s)
    return [s for s in found if s in kept]


def beside(s, t, fps):
    """Half of the shorter shared on one axis, and at most ten seconds apart on the other."""
    shared = [min(s[k + 1], t[k + 1]) - max(s[k], t[k]) + 1 for k in (2, 4)]
    shorter = min(s[3] - s[2], t[3] - t[2]) + 1
    return s[:2] == t[:2] and 2 * max(shared) >= shorter and -min(shared) <= 10 * fps


def gaps(run, counted):
    """Return how many frames that count lie between each hit and the next."""
    return [len(counted(f + 1, g - 1)) for f, g in itertools.pairwise(run)]


def split(run, hits, counted, skip):
    """Cut where more than `skip` frames in a row are not hits."""
    parts, part = [], [run[0]]
    for f, gap in zip(run[1:], gaps(run, counted), strict=True):
        if gap > skip:
            parts.append(part)
            part = []
        part.append(f)
    return [*parts, part]


def one_reuse(s, t):
    """Offsets at most 3 apart and half of the shorter shared on both axes."""

    def shared(first, last):
        return min(s[last], t[last]) - max(s[first], t[first]) + 1

    shorter = min(s[3] - s[2], t[3] - t[2]) + 1
    return (
        s[:2] == t[:2]
        and abs((s[4] - s[2]) - (t[4] - t[2])) <= 3
        and 2 * shared(2, 3) >= shorter
        and 2 * shared(4, 5) >= shorter
    )

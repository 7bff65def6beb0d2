"""Step 3 the slow and obvious way."""

import numpy as np


def brute(vectors, k, groups=None, usable=None, mirrored=None):
    """Return {(video_a, video_b, frame_a, frame_b): squared distance} of the union of each frame's k nearest."""
    groups = groups or list(range(len(vectors)))
    frames = [(v, f) for v, x in enumerate(vectors) for f in range(len(x)) if usable is None or usable[v][f]]
    found = {}
    for v, f in frames:
        rivals = []
        for w, g in frames:
            if groups[w] != groups[v]:
                distance = _squared(vectors[v][f], vectors[w][g])
                if mirrored:
                    distance = min(
                        distance, _squared(mirrored[v][f], vectors[w][g]), _squared(vectors[v][f], mirrored[w][g])
                    )
                rivals.append((distance, w, g))
        for distance, w, g in sorted(rivals)[:k]:
            found[(v, w, f, g) if v < w else (w, v, g, f)] = distance
    return found


def pairs_of(neighbours):
    """Return the same from an artefact, checking that its pairs are in order and each there once."""
    found, order = {}, []
    for p, (a, b) in enumerate(neighbours.pair_videos.tolist()):
        for row in range(neighbours.pair_starts[p], neighbours.pair_starts[p + 1]):
            f, g = int(neighbours.frame_a[row]), int(neighbours.frame_b[row])
            order.append((a, b, g - f, f))
            found[a, b, f, g] = float(neighbours.distance[row])
    assert order == sorted(set(order))
    assert len(order) == len(neighbours)
    return found


def _squared(x, y):
    return float(((x.astype(np.float64) - y.astype(np.float64)) ** 2).sum())

"""Artefacts of step 3 made by hand: pairs as a dict, written as step 3 writes them."""

import json

import numpy as np

from vrd_core.neighbours.artefact import Neighbours
from vrd_core.neighbours.write import summarise


def artefact(folder, pairs, counts, masked=(), mirrored=()):
    """Write {(a, b, frame_a, frame_b): distance} as an artefact and open it."""
    folder.mkdir(parents=True, exist_ok=True)
    order = sorted(pairs, key=lambda p: (p[0], p[1], p[3] - p[2], p[2]))
    table = np.array(order, np.int32).reshape(-1, 4)
    videos, starts = np.unique(table[:, :2], axis=0, return_index=True)
    np.save(folder / "frame_a.npy", table[:, 2])
    np.save(folder / "frame_b.npy", table[:, 3])
    np.save(folder / "distance.npy", np.array([pairs[p] for p in order], np.float32))
    if mirrored:
        np.save(folder / "mirrored.npy", np.array([p in mirrored for p in order]))
    np.save(folder / "pair_videos.npy", videos.astype(np.int32))
    np.save(folder / "pair_starts.npy", np.append(starts, len(order)).astype(np.int64))
    np.save(folder / "counts.npy", np.array(counts, np.int64))
    usable = np.array([(v, f) not in masked for v, n in enumerate(counts) for f in range(n)], bool)
    np.save(folder / "usable.npy", usable)
    nearest = {}
    for (a, b, f, g), d in pairs.items():
        nearest[a, f] = min(d, nearest.get((a, f), np.inf))
        nearest[b, g] = min(d, nearest.get((b, g), np.inf))
    np.save(
        folder / "nearest.npy",
        np.array([nearest.get((v, f), np.nan) for v, n in enumerate(counts) for f in range(n)], np.float32),
    )
    (folder / "summary.json").write_text(json.dumps(summarise(np.array([pairs[p] for p in order], np.float32))))
    return Neighbours("drawn", folder)


def rows_of(table):
    """Return a table as a list of tuples: videos, frames, hits, deviating frames and mean distance."""
    columns = (
        table.video_a,
        table.video_b,
        table.first_a,
        table.last_a,
        table.first_b,
        table.last_b,
        table.hits,
        table.deviating,
        table.mean_distance,
    )
    return [(*map(int, row[:8]), float(row[8])) for row in zip(*columns, strict=True)]

"""From the k nearest of every row to the pairs of the artefact: the union of both directions, each pair once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.rows import NONE, Rows, code_distance, code_mirrored, code_row
from vrd_core.settings import SearchSettings

_CHUNK = 8192

BATCH = 2**25
"""Pairs ordered at once, about 50 bytes each."""

UNRELATED = (40, 80)
"""The neighbours, by rank, that stand for unrelated footage when a score is normalised."""

BINS = 512

QUANTILES = (0.0, 0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

Edges = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Rows on side a and b, distance and mark of mirrored pairs."""


def write(folder: Path, rows: Rows, state: np.ndarray, settings: SearchSettings) -> dict[str, Any]:
    """Write the artefact from the sorted state of every row (see `vrd_core.nearest`); return its summary."""
    typical = None
    if settings.score == "normalised":
        typical = _typical(state)
        np.save(folder / "typical.npy", typical[by_video(rows)])
    first = code_distance(state[:, 0])
    np.save(folder / "nearest.npy", np.where(state[:, 0] != NONE, first, np.float32(np.nan))[by_video(rows)])
    return write_edges(folder, rows, lambda: _edges(rows, state), len(state) * state.shape[1], settings, typical)


def write_edges(folder: Path, rows: Rows, edges: Callable[[], Iterator[Edges]], most: int, settings: SearchSettings,
                typical: np.ndarray | None = None) -> dict[str, Any]:
    """Order pairs and write them with their tables. `edges()` yields them, each once, `most` or fewer in all."""
    videos = len(rows.items)
    np.save(folder / "counts.npy", np.array([len(i.vectors) for i in rows.items], np.int64))
    np.save(folder / "usable.npy", rows.usable[by_video(rows)])
    if most <= BATCH:
        batches = [(0, videos)]
    else:
        per_video = np.zeros(videos, np.int64)
        for a, _, _, _ in edges():
            per_video += np.bincount(rows.video[a], minlength=videos)
        batches = _batches(per_video)
    columns = ["frame_a", "frame_b", "distance"] + ["mirrored"] * settings.mirrored
    types = {"frame_a": np.int32, "frame_b": np.int32, "distance": np.float32, "mirrored": np.bool_}
    spool = {name: open(folder / f"{name}.raw", "wb") for name in columns}  # noqa: SIM115
    pair_videos, pair_counts = [np.empty((0, 2), np.int32)], [np.empty(0, np.int64)]
    for low, high in batches:
        found, codes, counts = _ordered(rows, edges(), low, high, typical)
        for name in columns:
            found[name].astype(types[name], copy=False).tofile(spool[name])
        pair_videos.append(np.stack([codes // videos, codes % videos], axis=1).astype(np.int32))
        pair_counts.append(counts)
    total = int(np.concatenate(pair_counts).sum())
    for name in columns:
        spool[name].close()
        _to_npy(folder / f"{name}.raw", folder / f"{name}.npy", types[name], total)
    np.save(folder / "pair_videos.npy", np.concatenate(pair_videos))
    np.save(folder / "pair_starts.npy", np.concatenate([[0], np.cumsum(np.concatenate(pair_counts))]))
    summary = summarise(np.load(folder / "distance.npy", mmap_mode="r"))
    (folder / "summary.json").write_text(json.dumps(summary))
    return summary


def summarise(distance: np.ndarray) -> dict[str, Any]:
    """Count, quantiles (at `QUANTILES`) and a histogram of distances, for screens: equal bins from 0 to the maximum."""
    if not len(distance):
        return {"pairs": 0, "quantiles": {}, "histogram": [], "edges": []}
    # An even sample of a million tells a quantile to a tenth of a percent; the histogram counts everything.
    sample = np.sort(distance[::max(1, len(distance) // 2**20)])
    top = float(distance.max())
    edges = np.linspace(0.0, top or 1.0, BINS + 1)
    histogram = np.zeros(BINS, np.int64)
    for start in range(0, len(distance), 2**22):
        place = (distance[start:start + 2**22] * np.float32(BINS / (top or 1.0))).astype(np.int32)
        histogram += np.bincount(np.minimum(place, BINS - 1), minlength=BINS)
    points = np.quantile(sample, QUANTILES, method="lower")
    return {"pairs": len(distance), "minimum": float(distance.min()), "maximum": top,
            "quantiles": {str(q): float(v) for q, v in zip(QUANTILES, points, strict=True)},
            "histogram": histogram.tolist(), "edges": edges.tolist()}


def by_video(rows: Rows) -> np.ndarray:
    """Return the row of every frame in the order of the items."""
    place_of = np.empty(len(rows.order), np.int64)
    place_of[rows.order] = np.arange(len(rows.order))
    return np.concatenate([np.arange(rows.starts[p], rows.starts[p + 1]) for p in place_of])


def _edges(rows: Rows, state: np.ndarray) -> Iterator[Edges]:
    """Yield each pair once: from the earlier video's side, or from the later's where the earlier's list lacks it."""
    last = state[:, -1]
    for start in range(0, len(state), _CHUNK):
        codes = state[start:start + _CHUNK]
        here, place = np.nonzero(codes != NONE)
        codes = codes[here, place]
        here += start
        there = code_row(codes)
        forward = rows.video[here] < rows.video[there]
        # The list of `there` holds `here` exactly when its last code is not smaller.
        mirrored_code = (codes & np.uint64(0xFFFFFFFF00000001)) | (here.astype(np.uint64) << np.uint64(1))
        emit = forward | (mirrored_code > last[there])
        here, there, codes, forward = here[emit], there[emit], codes[emit], forward[emit]
        yield np.where(forward, here, there), np.where(forward, there, here), code_distance(codes), code_mirrored(codes)


def _ordered(rows: Rows, edges: Iterator[Edges], low: int, high: int,
             typical: np.ndarray | None) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return the columns of the pairs whose video_a is in low … high - 1, the codes of their videos, and counts."""
    kept: list[Edges] = []
    for a, b, distance, mirrored in edges:
        if low > 0 or high < len(rows.items):
            inside = (rows.video[a] >= low) & (rows.video[a] < high)
            a, b, distance, mirrored = a[inside], b[inside], distance[inside], mirrored[inside]
        kept.append((a.astype(np.int32), b.astype(np.int32), distance, mirrored))
    empty = (np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, bool))
    a, b, distance, mirrored = (np.concatenate([k[c] for k in [*kept, empty]]) for c in range(4))
    del kept
    video = rows.video[a].astype(np.int64) * len(rows.items) + rows.video[b]
    frame_a, frame_b = rows.frame[a], rows.frame[b]
    if typical is not None:
        distance = normalised(distance, typical[a], typical[b])
    longest = int(rows.frame.max()) + 1
    diagonal = frame_b - frame_a + longest
    # One integer to sort by where it fits, which is nearly always: the same order as the columns.
    bits = [int(longest - 1).bit_length(), int(2 * longest).bit_length()]
    if int(video.max(initial=0)).bit_length() + sum(bits) < 64:
        key = (video << sum(bits)) | (diagonal.astype(np.int64) << bits[0]) | frame_a
        order = np.argsort(key)
    else:
        order = np.lexsort([frame_a, diagonal, video])
    video = video[order]
    edges_at = np.flatnonzero(np.diff(video, prepend=-1))
    counts = np.diff(np.append(edges_at, len(video)))
    columns = {"frame_a": frame_a[order], "frame_b": frame_b[order], "distance": distance[order],
               "mirrored": mirrored[order]}
    return columns, video[edges_at], counts


def normalised(distance: np.ndarray, typical_a: np.ndarray, typical_b: np.ndarray) -> np.ndarray:
    """Divide distances by the mean of what is typical for either frame; 1 is as far as unrelated footage.

    Score normalisation against a frame's own background: Jégou et al. 2007, "contextual dissimilarity"; as used for
    copy detection by Pizzi et al. 2022 (SSCD).
    """
    from vrd_core.rows import rounded

    mean = np.maximum((typical_a + typical_b) / np.float32(2), np.finfo(np.float32).tiny)
    return rounded((distance / mean).astype(np.float32))


def _typical(state: np.ndarray) -> np.ndarray:
    """Return float32 (rows,): the mean distance of each row's `UNRELATED` neighbours, or of its farther half."""
    out = np.empty(len(state), np.float32)
    for start in range(0, len(state), _CHUNK):
        codes = state[start:start + _CHUNK]
        there = codes != NONE
        fill = there.sum(axis=1)
        high = np.minimum(UNRELATED[1], fill)
        low = np.minimum(UNRELATED[0], high // 2)
        place = np.arange(codes.shape[1])
        chosen = (place >= low[:, None]) & (place < high[:, None])
        total = np.where(chosen, code_distance(codes), np.float32(0)).sum(axis=1, dtype=np.float64)
        out[start:start + _CHUNK] = total / np.maximum(high - low, 1)
    return out


def _batches(per_video: np.ndarray) -> list[tuple[int, int]]:
    """Cut videos into stretches of at most BATCH pairs (one video may have more)."""
    batches, low, size = [], 0, 0
    for video, count in enumerate(per_video):
        if size and size + count > BATCH:
            batches.append((low, video))
            low, size = video, 0
        size += int(count)
    return [*batches, (low, len(per_video))]


def _to_npy(raw: Path, target: Path, dtype: type, count: int) -> None:
    """Put the header of a .npy file before raw numbers."""
    with open(target, "wb") as out, open(raw, "rb") as source:
        header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": (count,)}
        np.lib.format.write_array_header_1_0(out, header)  # type: ignore[arg-type]
        while block := source.read(2**24):
            out.write(block)
    raw.unlink()

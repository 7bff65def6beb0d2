"""From the k nearest of every row to the pairs of the artefact: the union of both directions, each pair once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from vrd_core.arrays import open_array, rounded
from vrd_core.neighbours.rows import NONE, Rows, code_distance, code_mirrored, code_row
from vrd_core.settings import SearchSettings

if TYPE_CHECKING:
    from vrd_core.neighbours.earlier import Earlier

_CHUNK = 8192

BATCH = 2**25
"""Pairs ordered at once, about 50 bytes each."""

UNRELATED = (40, 80)
"""The neighbours, by rank, that stand for unrelated footage when a score is normalised."""

BINS = 512

QUANTILES = (0.0, 0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

Edges = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Rows on side a and b, distance and mark of mirrored pairs."""

Part = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]
"""Columns of pairs in order; the codes of their pairs of videos, and how many pairs each has."""

TYPES = {"frame_a": np.int32, "frame_b": np.int32, "distance": np.float32, "mirrored": np.bool_, "squared": np.float32}
"""The columns of an artefact. `squared`, only with score "normalised", is the distance before it was divided."""

_HEADER = 128
"""Bytes before the numbers of a .npy file; the room NumPy leaves for a growing length keeps them this many."""


def write(
    folder: Path, rows: Rows, state: np.ndarray, settings: SearchSettings, earlier: Earlier | None = None
) -> dict[str, Any]:
    """Write the artefact from the sorted state of every row (see `vrd_core.neighbours.nearest`); return its summary.

    With an `earlier` artefact (see `vrd_core.neighbours.earlier`) only the pairs it lacks are put in order.
    """
    typical = None
    if settings.score == "normalised":
        typical = _typical(state)
        np.save(folder / "typical.npy", typical[by_video(rows)])
    first = code_distance(state[:, 0])
    np.save(folder / "nearest.npy", np.where(state[:, 0] != NONE, first, np.float32(np.nan))[by_video(rows)])
    parts = in_order(rows, lambda: _edges(rows, state, earlier), len(state) * state.shape[1], typical)
    return _write_parts(folder, rows, earlier.merged(parts, typical) if earlier else parts, settings)


def write_edges(
    folder: Path, rows: Rows, edges: Callable[[], Iterator[Edges]], most: int, settings: SearchSettings
) -> dict[str, Any]:
    """Order pairs and write them with their tables. `edges()` yields them, each once, `most` or fewer in all."""
    return _write_parts(folder, rows, in_order(rows, edges, most, None), settings)


def in_order(rows: Rows, edges: Callable[[], Iterator[Edges]], most: int, typical: np.ndarray | None) -> Iterator[Part]:
    """Yield pairs in the order of the artefact, BATCH or so at once; `typical` is given when scores are normalised."""
    videos = len(rows.items)
    if most <= BATCH:
        batches = [(0, videos)]
    else:
        per_video = np.zeros(videos, np.int64)
        for a, _, _, _ in edges():
            per_video += np.bincount(rows.video[a], minlength=videos)
        batches = _batches(per_video)
    for low, high in batches:
        yield _ordered(rows, edges(), low, high, typical)


def _write_parts(folder: Path, rows: Rows, parts: Iterable[Part], settings: SearchSettings) -> dict[str, Any]:
    videos = len(rows.items)
    np.save(folder / "counts.npy", np.array([len(i.vectors) for i in rows.items], np.int64))
    np.save(folder / "usable.npy", rows.usable[by_video(rows)])
    columns = ["frame_a", "frame_b", "distance"]
    columns += ["mirrored"] * settings.mirrored + ["squared"] * (settings.score == "normalised")
    files = {name: open(folder / f"{name}.npy", "wb") for name in columns}  # noqa: SIM115
    for file in files.values():
        file.write(bytes(_HEADER))
    all_codes, all_counts = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for found, codes, counts in parts:
        for name, file in files.items():
            found[name].astype(TYPES[name], copy=False).tofile(file)
        all_codes.append(codes)
        all_counts.append(counts)
    codes, counts = np.concatenate(all_codes), np.concatenate(all_counts)
    for name, file in files.items():
        _finish(file, TYPES[name], int(counts.sum()))
    # Two videos whose pairs came in two parts are one entry of the table.
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    counts = np.add.reduceat(counts, first) if len(first) else counts
    np.save(
        folder / "pair_videos.npy", np.stack([codes[first] // videos, codes[first] % videos], axis=1).astype(np.int32)
    )
    np.save(folder / "pair_starts.npy", np.concatenate([[0], np.cumsum(counts)]))
    summary = summarise(open_array(folder / "distance.npy"))
    (folder / "summary.json").write_text(json.dumps(summary))
    return summary


def summarise(distance: np.ndarray) -> dict[str, Any]:
    """Count, quantiles (at `QUANTILES`) and a histogram of distances, for screens: equal bins from 0 to the maximum."""
    if not len(distance):
        return {"pairs": 0, "quantiles": {}, "histogram": [], "edges": []}
    # An even sample of a million tells a quantile to a tenth of a percent; the histogram counts everything.
    sample = np.sort(distance[:: max(1, len(distance) // 2**20)])
    top = float(distance.max())
    edges = np.linspace(0.0, top or 1.0, BINS + 1)
    histogram = np.zeros(BINS, np.int64)
    for start in range(0, len(distance), 2**22):
        place = (distance[start : start + 2**22] * np.float32(BINS / (top or 1.0))).astype(np.int32)
        histogram += np.bincount(np.minimum(place, BINS - 1), minlength=BINS)
    points = np.quantile(sample, QUANTILES, method="lower")
    return {
        "pairs": len(distance),
        "minimum": float(distance.min()),
        "maximum": top,
        "quantiles": {str(q): float(v) for q, v in zip(QUANTILES, points, strict=True)},
        "histogram": histogram.tolist(),
        "edges": edges.tolist(),
    }


def by_video(rows: Rows) -> np.ndarray:
    """Return the row of every frame in the order of the items."""
    place_of = np.empty(len(rows.order), np.int64)
    place_of[rows.order] = np.arange(len(rows.order))
    return np.concatenate([np.arange(rows.starts[p], rows.starts[p + 1]) for p in place_of])


def _edges(rows: Rows, state: np.ndarray, earlier: Earlier | None) -> Iterator[Edges]:
    """Yield each pair once: from the earlier video's side, or from the later's where the earlier's list lacks it.

    Those of an `earlier` artefact are left out.
    """
    last = state[:, -1].copy()
    for start in range(0, len(state), _CHUNK):
        codes = state[start : start + _CHUNK]
        here, place = np.nonzero(earlier.may_lack(start, codes) if earlier else codes != NONE)
        codes = codes[here, place]
        here += start
        there = code_row(codes)
        forward = rows.video[here] < rows.video[there]
        # The list of `there` holds `here` exactly when its last code is not smaller.
        mirrored_code = (codes & np.uint64(0xFFFFFFFF00000001)) | (here.astype(np.uint64) << np.uint64(1))
        emit = forward | (mirrored_code > last[there])
        if earlier:
            emit &= earlier.lacks(here, there, mirrored_code)
        here, there, codes, forward = here[emit], there[emit], codes[emit], forward[emit]
        yield np.where(forward, here, there), np.where(forward, there, here), code_distance(codes), code_mirrored(codes)


def _ordered(
    rows: Rows, edges: Iterator[Edges], low: int, high: int, typical: np.ndarray | None
) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
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
    squared = distance
    if typical is not None:
        distance = normalised(squared, typical[a], typical[b])
    # One integer to sort by where it fits, which is nearly always.
    if rows_fit_keys(rows):
        order = np.argsort(sort_keys(rows, video, frame_a, frame_b))
    else:
        order = np.lexsort([frame_a, frame_b - frame_a, video])
    video = video[order]
    edges_at = np.flatnonzero(np.diff(video, prepend=-1))
    counts = np.diff(np.append(edges_at, len(video)))
    columns = {
        "frame_a": frame_a[order],
        "frame_b": frame_b[order],
        "distance": distance[order],
        "mirrored": mirrored[order],
    }
    if typical is not None:
        columns["squared"] = squared[order]
    return columns, video[edges_at], counts


def rows_fit_keys(rows: Rows) -> bool:
    """Return whether `sort_keys` has room for these videos and frames: not for a million videos of a million frames."""
    return (len(rows.items) ** 2).bit_length() + sum(_bits(rows)) < 64


def sort_keys(rows: Rows, video: np.ndarray, frame_a: np.ndarray, frame_b: np.ndarray) -> np.ndarray:
    """Return int64 numbers in the order of the pairs of an artefact; `video` is video_a * videos + video_b."""
    low, high = _bits(rows)
    diagonal = (frame_b - frame_a).astype(np.int64) + (1 << (high - 1))
    return (video << (low + high)) | (diagonal << low) | frame_a


def video_of(rows: Rows, keys: np.ndarray) -> np.ndarray:
    """Return video_a * videos + video_b of sort keys."""
    return keys >> sum(_bits(rows))


def _bits(rows: Rows) -> tuple[int, int]:
    """Return how many bits hold a frame, and how many a difference of frames of either sign."""
    longest = int(rows.frame.max()) + 1
    return longest.bit_length(), longest.bit_length() + 1


def normalised(distance: np.ndarray, typical_a: np.ndarray, typical_b: np.ndarray) -> np.ndarray:
    """Divide distances by the mean of what is typical for either frame; 1 is as far as unrelated footage.

    Score normalisation against a frame's own background: Jégou et al. 2007, "contextual dissimilarity"; as used for
    copy detection by Pizzi et al. 2022 (SSCD).
    """
    mean = np.maximum((typical_a + typical_b) / np.float32(2), np.finfo(np.float32).tiny)
    return rounded((distance / mean).astype(np.float32))


def _typical(state: np.ndarray) -> np.ndarray:
    """Return float32 (rows,): the mean distance of each row's `UNRELATED` neighbours, or of its farther half."""
    out = np.empty(len(state), np.float32)
    for start in range(0, len(state), _CHUNK):
        codes = state[start : start + _CHUNK]
        there = codes != NONE
        fill = there.sum(axis=1)
        high = np.minimum(UNRELATED[1], fill)
        low = np.minimum(UNRELATED[0], high // 2)
        place = np.arange(codes.shape[1])
        chosen = (place >= low[:, None]) & (place < high[:, None])
        total = np.where(chosen, code_distance(codes), np.float32(0)).sum(axis=1, dtype=np.float64)
        out[start : start + _CHUNK] = total / np.maximum(high - low, 1)
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


def _finish(file: BinaryIO, dtype: type, count: int) -> None:
    """Write the header of a .npy file, for which there is room, now that its length is known; close it."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": (count,)}
    with file:
        file.seek(0)
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[arg-type]
        assert file.tell() == _HEADER

"""Put pairs of frames in the order of the artefact, as much at once as memory allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from vrd_core.neighbours.rows import Rows
from vrd_core.neighbours.score import normalised

BATCH = 2**25
"""Pairs ordered at once, about 50 bytes each."""

Edges = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Rows on side a and b, distance and mark of mirrored pairs."""

Part = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]
"""Columns of pairs in order; the codes of their pairs of videos, and how many pairs each has."""


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


def _batches(per_video: np.ndarray) -> list[tuple[int, int]]:
    """Cut videos into stretches of at most BATCH pairs (one video may have more)."""
    batches, low, size = [], 0, 0
    for video, count in enumerate(per_video):
        if size and size + count > BATCH:
            batches.append((low, video))
            low, size = video, 0
        size += int(count)
    return [*batches, (low, len(per_video))]

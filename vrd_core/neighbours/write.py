"""From the k nearest of every row to the artefact: the union of both directions, each pair once, with its tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.neighbours.codes import NONE, code_distance, code_mirrored, code_row, with_row
from vrd_core.neighbours.earlier import Earlier
from vrd_core.neighbours.ordering import Edges, Part, in_order
from vrd_core.neighbours.rows import Rows
from vrd_core.neighbours.score import typical_distances
from vrd_core.settings import SearchSettings

_CHUNK = 8192

BINS = 512

QUANTILES = (0.0, 0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)

TYPES = {"frame_a": np.int32, "frame_b": np.int32, "distance": np.float32, "mirrored": np.bool_, "squared": np.float32}
"""The columns of an artefact. `squared`, only with score "normalised", is the distance before it was divided."""

_HEADER = 128
"""Bytes before the numbers of a .npy file; the room NumPy leaves for a growing length keeps them this many."""


def write_artefact(
    folder: Path, rows: Rows, state: np.ndarray, settings: SearchSettings, earlier: Earlier | None = None
) -> dict[str, Any]:
    """Write the artefact from the sorted state of every row (see `vrd_core.neighbours.nearest`); return its summary.

    With an `earlier` artefact (see `vrd_core.neighbours.earlier`) only the pairs it lacks are put in order.
    """
    typical = None
    if settings.score == "normalised":
        typical = typical_distances(state)
        np.save(folder / "typical.npy", typical[by_video(rows)])
    first = code_distance(state[:, 0])
    np.save(folder / "nearest.npy", np.where(state[:, 0] != NONE, first, np.float32(np.nan))[by_video(rows)])
    parts = in_order(rows, lambda: _edges(rows, state, earlier), len(state) * state.shape[1], typical)
    return _write_parts(folder, rows, earlier.merged(parts, typical) if earlier else parts, settings)


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
        code_there = with_row(codes, here)
        emit = forward | (code_there > last[there])
        if earlier:
            emit &= earlier.lacks(here, there, code_there)
        here, there, codes, forward = here[emit], there[emit], codes[emit], forward[emit]
        yield np.where(forward, here, there), np.where(forward, there, here), code_distance(codes), code_mirrored(codes)


def _finish(file: BinaryIO, dtype: type, count: int) -> None:
    """Write the header of a .npy file, for which there is room, now that its length is known; close it."""
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": (count,)}
    with file:
        file.seek(0)
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[arg-type]
        assert file.tell() == _HEADER

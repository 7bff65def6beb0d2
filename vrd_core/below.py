"""All pairs of frames at a distance or below, without a limit of so many per frame; in bounded memory.

The k nearest of a frame miss reuse where a library holds more than k copies of it (a station's titles, a much-quoted
speech). Here the number of pairs is not known beforehand: they go to disk tile by tile, and the search stops with a
plain word when there are more than `most`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core import pairs
from vrd_core.errors import SettingsError
from vrd_core.neighbours import (
    STEP,
    VERSION,
    Neighbours,
    Progress,
    SearchItem,
    check,
    grouped,
    identities,
    neighbours_key,
)
from vrd_core.rows import Rows, code_distance, code_mirrored, code_row
from vrd_core.settings import SearchSettings
from vrd_core.store import Store, digest

MOST = 500_000_000

_RECORD = np.dtype([("a", np.int32), ("b", np.int32), ("distance", np.float32), ("mirrored", np.bool_)])


class _Spool:
    """Takes pairs from the searcher as `Nearest` does, and writes each one once."""

    def __init__(self, rows: Rows, max_distance: float, path: Path, most: int) -> None:
        self.rows, self.path, self.most, self.count, self.k = rows, path, most, 0, 1
        self.bound = np.full(rows.count, max_distance, np.float32)
        self.nearest = np.full(rows.count, np.inf, np.float32)
        self.file = open(path, "wb")  # noqa: SIM115

    def add(self, rows: np.ndarray, codes: np.ndarray) -> None:
        there, distance = code_row(codes), code_distance(codes)
        np.minimum.at(self.nearest, rows, distance)
        once = self.rows.video[rows] < self.rows.video[there]
        record = np.empty(int(once.sum()), _RECORD)
        record["a"], record["b"], record["distance"] = rows[once], there[once], distance[once]
        record["mirrored"] = code_mirrored(codes[once])
        self.count += len(record)
        if self.count > self.most:
            raise SettingsError(f"More than {self.most:,} pairs lie at max_distance or below. Give a lower one. "
                                f"Received: {float(self.bound[0]):.4g}.")
        record.tofile(self.file)

    def edges(self) -> Iterator[pairs.Edges]:
        with open(self.path, "rb") as source:
            while len(block := np.fromfile(source, _RECORD, 2**20)):
                yield block["a"].astype(np.int64), block["b"].astype(np.int64), block["distance"], block["mirrored"]


def find_pairs_below(items: Sequence[SearchItem], max_distance: float, settings: SearchSettings, store: Store, *,
                     most: int = MOST, progress: Progress | None = None, recompute: bool = False) -> Neighbours:
    """Return every pair of frames in scope at squared L2 `max_distance` or below, as an artefact of its own.

    Of `settings`, scope and mirrored matter. Raises SettingsError when there are more than `most` pairs.
    """
    check(items, settings)
    if settings.score not in ("", "distance") or not 0 <= max_distance < np.inf:
        raise SettingsError("All pairs below a distance are found by score='distance' and a finite max_distance "
                            f"from 0. Received: score={settings.score!r}, max_distance={max_distance!r}.")
    key = digest(STEP, VERSION, "below", repr(float(max_distance)), neighbours_key(items, settings))

    def build(folder: Path) -> dict[str, Any]:
        from vrd_core import search

        rows = Rows(items, identities(items, settings), grouped(items, settings))
        order = np.flatnonzero(rows.usable)
        order = order[np.lexsort((order, rows.group[order]))]
        spool = _Spool(rows, max_distance, folder / "spool", most)
        searcher = search.Searcher(rows, spool, settings)
        strips = [order[i:i + search.STRIP] for i in range(0, len(order), search.STRIP)]
        try:
            if len(order):
                searcher.choose_centre(order)
            for a, left_rows in enumerate(strips):
                left = searcher.strip(left_rows)
                for b in range(a, len(strips)):
                    if progress:
                        progress("neighbours", len(order) * (a + (b - a) / len(strips)) / len(strips), len(order), "")
                    searcher.tile(left, left if a == b else searcher.strip(strips[b]))
        finally:
            searcher.close()
            spool.file.close()
        first = np.where(np.isfinite(spool.nearest), spool.nearest, np.float32(np.nan))
        np.save(folder / "nearest.npy", first[pairs.by_video(rows)])
        summary = pairs.write_edges(folder, rows, spool.edges, spool.count, settings)
        spool.path.unlink()
        frames = [len(i.vectors) for i in items]
        return {"keys": [i.key for i in items], "counts": frames, "frames": sum(frames), "below": float(max_distance),
                "settings": settings.to_dict(), "pairs": summary["pairs"]}

    return Neighbours(key, store.produce(STEP, key, build, recompute=recompute).path)

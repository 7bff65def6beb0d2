"""The artefact of step 3, read through memory maps. Nothing here imports faiss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.store import Store

STEP = "neighbours"


class Neighbours:
    """Pairs of frames of different videos and their distance, each pair once, memory-mapped.

    Pairs are ordered by (video_a, video_b, frame_b - frame_a, frame_a), so that a diagonal is contiguous; video_a is
    the earlier item. Videos are numbered by their place in the list of items.
    """

    key: str
    counts: np.ndarray
    """int64 (videos,): frames of each video."""
    pair_videos: np.ndarray
    """int32 (P, 2): the pairs of videos that have any neighbours, in order."""
    pair_starts: np.ndarray
    """int64 (P + 1,): pairs `pair_starts[p]` to `pair_starts[p + 1]` belong to `pair_videos[p]`."""
    frame_a: np.ndarray
    frame_b: np.ndarray
    distance: np.ndarray
    """int32, int32 and float32 (pairs,)."""
    mirrored: np.ndarray | None
    """bool (pairs,): the mirrored frame was the closer one; None when mirrored frames were not compared."""
    nearest: np.ndarray
    """float32 (all frames,): squared distance of each frame to its nearest neighbour, NaN where it has none."""
    typical: np.ndarray | None
    """float32 (all frames,): with score "normalised", each frame's squared distance to unrelated footage."""
    summary: dict[str, Any]
    """Counts, quantiles and histogram of the distances: see `vrd_core.neighbours.write.summarise`."""

    def __init__(self, key: str, folder: Path) -> None:
        """Open the artefact in `folder`; nothing is read but the small tables."""

        def load(name: str) -> np.ndarray:
            # The plain array over the map: indexing the memmap class itself is several times slower.
            return np.asarray(open_array(folder / f"{name}.npy"))

        def load_if_there(name: str) -> np.ndarray | None:
            return load(name) if (folder / f"{name}.npy").exists() else None

        self.key, self.folder = key, folder
        self.counts = np.array(load("counts"))
        self.pair_videos, self.pair_starts = np.array(load("pair_videos")), np.array(load("pair_starts"))
        self.frame_a, self.frame_b, self.distance = load("frame_a"), load("frame_b"), load("distance")
        self.mirrored, self.typical = load_if_there("mirrored"), load_if_there("typical")
        self.nearest, self._usable = load("nearest"), load("usable")
        self.summary = json.loads((folder / "summary.json").read_text())
        self._starts = np.concatenate([[0], np.cumsum(self.counts)])

    def __len__(self) -> int:
        """Return how many pairs of frames there are."""
        return len(self.distance)

    @property
    def videos(self) -> int:
        """Return how many videos were compared."""
        return len(self.counts)

    def rows(self, video: int) -> slice:
        """Return where the frames of a video lie in `nearest` and `typical`."""
        return slice(int(self._starts[video]), int(self._starts[video + 1]))

    def usable(self, video: int) -> np.ndarray:
        """Return bool (frames,): which frames of the video took part."""
        return self._usable[self.rows(video)]

    def between(self, video_a: int, video_b: int) -> slice:
        """Return where the pairs of two videos lie, video_a < video_b; an empty slice when there are none."""
        p = int(self.pair_index(np.array([video_a]), np.array([video_b]))[0])
        return slice(int(self.pair_starts[p]), int(self.pair_starts[p + 1])) if p >= 0 else slice(0, 0)

    def pair_index(self, video_a: np.ndarray, video_b: np.ndarray) -> np.ndarray:
        """Return the row of `pair_videos` of each pair of videos, -1 where they have no neighbours."""
        codes = self.pair_videos[:, 0].astype(np.int64) * self.videos + self.pair_videos[:, 1]
        wanted = np.asarray(video_a).astype(np.int64) * self.videos + video_b
        place = np.minimum(np.searchsorted(codes, wanted), max(0, len(codes) - 1))
        return np.where(codes[place] == wanted, place, -1) if len(codes) else np.full(len(wanted), -1)

    def stored(self, video_a: np.ndarray, frame_a: np.ndarray, video_b: np.ndarray, frame_b: np.ndarray) -> np.ndarray:
        """Return float32 (n,): the distances of pairs of frames, NaN where they are no neighbours.

        All are looked up by bisection at once: no copy of the artefact is made.
        """
        pairs = self.pair_index(video_a, video_b)
        out = np.full(len(frame_a), np.nan, np.float32)
        known = np.flatnonzero(pairs >= 0)
        low, stop = self.pair_starts[pairs[known]], self.pair_starts[pairs[known] + 1]
        high, first = stop.copy(), frame_a[known]
        diagonal = frame_b[known] - first
        open_ = np.flatnonzero(low < high)
        while len(open_):
            middle = (low[open_] + high[open_]) // 2
            there_a = self.frame_a[middle]
            apart = self.frame_b[middle] - there_a - diagonal[open_]
            before = (apart < 0) | ((apart == 0) & (there_a < first[open_]))
            low[open_[before]] = middle[before] + 1
            high[open_[~before]] = middle[~before]
            open_ = open_[low[open_] < high[open_]]
        inside = np.flatnonzero(low < stop)
        place = low[inside]
        hit = (self.frame_a[place] == first[inside]) & (self.frame_b[place] - self.frame_a[place] == diagonal[inside])
        out[known[inside[hit]]] = self.distance[place[hit]]
        return out


def open_neighbours(store: Store, key: str) -> Neighbours | None:
    """Return the artefact of this key, or None when there is none. Does not import faiss."""
    found = store.find(STEP, key)
    return Neighbours(key, found.path) if found else None

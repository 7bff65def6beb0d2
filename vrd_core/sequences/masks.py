"""Which frames count neither way: those that the search left out, and others that a caller names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vrd_core.arrays import expand
from vrd_core.neighbours.artefact import Neighbours

ByVideo = Callable[[int], np.ndarray]


class Masks:
    """Which frames count neither way."""

    def __init__(self, neighbours: Neighbours, usable: ByVideo | None = None) -> None:
        """Join the search's mask with `usable`'s."""
        self.starts = np.concatenate([[0], np.cumsum(neighbours.counts)])
        masked = ~np.array(neighbours._usable)
        self.extra = False
        if usable is not None:
            for video in range(neighbours.videos):
                more = ~np.asarray(usable(video), bool) & ~masked[neighbours.rows(video)]
                if more.any():
                    masked[neighbours.rows(video)] |= more
                    self.extra = True
        self.masked = masked
        self.before = np.concatenate([[0], np.cumsum(masked)])
        """How many frames are masked before each row."""

    def pair_masked(
        self, video_a: np.ndarray, frame_a: np.ndarray, video_b: np.ndarray, frame_b: np.ndarray
    ) -> np.ndarray:
        """Return bool: one of the two frames is masked."""
        return self.masked[self.starts[video_a] + frame_a] | self.masked[self.starts[video_b] + frame_b]

    def between(
        self,
        video_a: np.ndarray,
        frame_a: np.ndarray,
        video_b: np.ndarray,
        frame_b: np.ndarray,
        length: np.ndarray,
        most: int,
    ) -> np.ndarray:
        """Count the masked frame pairs among `length` ones on a diagonal from (frame_a, frame_b) on.

        Exact wherever `length` less the count is `most` or below; elsewhere it may count double.
        """
        if not self.before[-1]:
            return np.zeros(len(length), np.int64)
        a, b = self.starts[video_a] + frame_a, self.starts[video_b] + frame_b
        on_a, on_b = self.before[a + length] - self.before[a], self.before[b + length] - self.before[b]
        count = on_a + on_b
        unsure = np.flatnonzero((on_a > 0) & (on_b > 0) & (length - count <= most))
        for part in np.array_split(unsure, 1 + int(length[unsure].sum()) // 2**22):
            step, owner = expand(length[part])
            both = self.masked[a[part][owner] + step] & self.masked[b[part][owner] + step]
            count[part] -= np.bincount(owner[both], minlength=len(part))
        return count

"""The frames of a library as numbered rows.

Rows are numbered by the identity of their video (its content, see `items.identities`) and then by frame. Ties
between equal distances go to the lower row, so results do not change when a file is renamed or others come and go.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from vrd_core.neighbours.items import SearchItem


class Rows:
    """Numbers the frames of items and loads their vectors."""

    def __init__(self, items: Sequence[SearchItem], identities: Sequence[str], groups: Sequence[int]) -> None:
        """Number the frames. Frames whose group is the same are never compared (one video, or one collection)."""
        self.items = items
        self.order = sorted(range(len(items)), key=lambda v: identities[v])
        self.identities = [identities[v] for v in self.order]
        counts = np.array([len(items[v].vectors) for v in self.order], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.count = int(self.starts[-1])
        self.video = np.repeat(np.array(self.order, np.int32), counts)
        """int32 (rows,): the item's place in the list that was given."""
        self.frame = (np.arange(self.count) - np.repeat(self.starts[:-1], counts)).astype(np.int32)
        self.group = np.array(groups, np.int32)[self.video]
        self.dim = items[0].vectors.shape[1]

    @cached_property
    def usable(self) -> np.ndarray:
        """Return bool (rows,): usable by its mask and with finite numbers in its vector."""
        usable = np.empty(self.count, bool)
        for place, video in enumerate(self.order):
            part = usable[self.starts[place] : self.starts[place + 1]]
            part[:] = self.items[video].usable
            vectors = self.items[video].vectors
            for start in range(0, len(part), 4096):
                block = vectors[start : start + 4096]
                # A sum of squares is finite exactly when every number is and none is absurdly large.
                with np.errstate(over="ignore", invalid="ignore"):
                    part[start : start + 4096] &= np.isfinite(np.einsum("ij,ij->i", block, block))
        return usable

    def by_group(self, rows: np.ndarray, kinds: np.ndarray | None = None) -> np.ndarray:
        """Return these rows by group, so that whatever is out of scope is a rectangle; by `kinds[row]` before that."""
        return rows[np.lexsort((rows, self.group[rows], *([kinds[rows]] if kinds is not None else [])))]

    def load(self, rows: np.ndarray, mirrored: bool = False) -> np.ndarray:
        """Return float32 (len(rows), dim), a contiguous copy; fastest where rows of one video are adjacent."""
        out = np.empty((len(rows), self.dim), np.float32)
        videos = self.video[rows]
        edges = np.flatnonzero(np.diff(videos)) + 1
        for start, stop in zip([0, *edges], [*edges, len(rows)], strict=True):
            if start == stop:
                continue
            item = self.items[videos[start]]
            source = item.mirrored if mirrored else item.vectors
            assert source is not None
            frames = self.frame[rows[start:stop]]
            if frames[-1] - frames[0] == stop - start - 1:
                out[start:stop] = source[frames[0] : frames[-1] + 1]
            else:
                out[start:stop] = source[frames]
        return out

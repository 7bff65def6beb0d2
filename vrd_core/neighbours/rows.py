"""The frames of a library as numbered rows, and the coded neighbours of a row.

Rows are numbered by the identity of their video (its content, see `neighbours.identities`) and then by frame. Ties
between equal distances go to the lower row, so results do not change when a file is renamed or others come and go.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from vrd_core.neighbours.find import SearchItem

NONE = np.uint64(2**64 - 1)
"""The code of "no neighbour"; larger than every other code."""


def encode(distance: np.ndarray, row: np.ndarray, mirrored: np.ndarray | None = None) -> np.ndarray:
    """Pack (distance, row, mirrored) into uint64 whose order is theirs; distances are not negative."""
    low = row.astype(np.uint64) << np.uint64(1)
    if mirrored is not None:
        low |= mirrored.astype(np.uint64)
    # The bits of non-negative floats are ordered as the floats are.
    return (distance.view(np.uint32).astype(np.uint64) << np.uint64(32)) | low


def code_distance(code: np.ndarray) -> np.ndarray:
    """Return the float32 distances of codes; meaningless for NONE."""
    return (code >> np.uint64(32)).astype(np.uint32).view(np.float32)


def code_row(code: np.ndarray) -> np.ndarray:
    """Return the int64 rows of codes."""
    return ((code & np.uint64(0xFFFFFFFF)) >> np.uint64(1)).astype(np.int64)


def code_mirrored(code: np.ndarray) -> np.ndarray:
    """Return the bool marks of codes."""
    return (code & np.uint64(1)).astype(bool)


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

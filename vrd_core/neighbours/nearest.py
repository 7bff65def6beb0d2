"""The k nearest neighbours of every row, as a state that rows can be added to and taken from.

Each row has a list of codes (distance, neighbour; see `codes.py`) with room for twice k. Neighbours are appended;
when a list is full it is cut back to its k smallest codes and the row's bound drops to the k-th. Since the codes have
a total order, what remains does not depend on the order in which neighbours came.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.arrays import open_array, open_arrays
from vrd_core.errors import StoreError
from vrd_core.neighbours.codes import NONE, code_distance, code_row, with_row
from vrd_core.neighbours.rows import Rows

NEW, LOST, SETTLED = 0, 1, 2
"""A row that was never searched; one whose neighbours left; one that only has to meet the new rows."""

_CHUNK = 8192


class Nearest:
    """The k smallest codes of each row."""

    def __init__(self, rows: Rows, k: int) -> None:
        """Start with no neighbour for any row."""
        self.rows, self.k = rows, k
        self.codes = np.full((rows.count, 2 * self.k), NONE, np.uint64)
        self.fill = np.zeros(rows.count, np.int32)
        self.bound = np.full(rows.count, np.inf, np.float32)
        """Neighbours farther than this are of no use: the k-th so far, or a guess of it."""
        self._tidy = np.ones(rows.count, bool)
        """Rows whose list is in order and has k codes at most: nothing to cut."""

    def add(self, rows: np.ndarray, codes: np.ndarray) -> None:
        """Append neighbours; rows may repeat, equal ones adjacent."""
        if not len(rows):
            return None
        ends = np.flatnonzero(np.diff(rows, append=-1)) + 1
        starts = np.concatenate([[0], ends[:-1]])
        new = ends - starts
        if new.max() > self.k:
            order = np.lexsort([codes, np.repeat(np.arange(len(new)), new)])
            rank = np.arange(len(rows)) - np.repeat(starts, new)
            keep = order[rank < self.k]
            return self.add(rows[keep], codes[keep])
        owners = rows[starts]
        full = owners[self.fill[owners] + new > self.codes.shape[1]]
        if len(full):
            self._cut(full)
        place = np.arange(len(rows)) - np.repeat(starts - self.fill[owners], new)
        self.codes[rows, place] = codes
        self.fill[owners] += new.astype(np.int32)
        self._tidy[owners] = False
        return None

    def clear(self, rows: np.ndarray) -> None:
        """Forget what rows had."""
        self.codes[rows], self.fill[rows], self.bound[rows], self._tidy[rows] = NONE, 0, np.inf, True

    def _cut(self, rows: np.ndarray) -> None:
        """Keep the k smallest codes of rows, in order, and lower their bounds."""
        rows = rows[~self._tidy[rows]]
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            # Lists have room for twice k; a few neighbours more than k, as when a film is added, fill little of it.
            width = int(self.fill[part].max())
            codes = self.codes[part, :width]
            codes.sort(axis=1)
            codes[:, self.k :] = NONE
            self.codes[part, :width] = codes
            self.fill[part] = np.minimum(self.fill[part], self.k)
            full = np.flatnonzero(self.fill[part] == self.k)
            last = code_distance(codes[full, self.k - 1]) if len(full) else np.empty(0, np.float32)
            self.bound[part[full]] = np.minimum(self.bound[part[full]], last)
            self._tidy[part] = True

    def write(self, folder: Path) -> np.ndarray:
        """Write the state and return it: uint64 (rows, k), each row sorted, NONE behind its last neighbour."""
        self._cut(np.arange(self.rows.count))
        state = self.codes[:, : self.k]
        np.save(folder / "state.npy", state)
        table = {"identities": self.rows.identities, "starts": self.rows.starts.tolist(), "videos": self.rows.order}
        (folder / "state.json").write_text(json.dumps(table))
        return state

    # -- building on what was found before ---------------------------------------------------------------------------

    def take_over(self, folder: Path) -> np.ndarray:
        """Start from an earlier state; return int8 (rows,): NEW, LOST or SETTLED."""
        old = open_array(folder / "state.npy")
        now = rows_now(json.loads((folder / "state.json").read_text()), self.rows)
        kinds = np.full(self.rows.count, NEW, np.int8)
        kept = np.flatnonzero(now >= 0)
        for start in range(0, len(kept), _CHUNK):
            before = kept[start : start + _CHUNK]
            codes = np.array(old[before])
            there = codes != NONE
            full = there[:, -1].copy()
            moved = now[np.where(there, code_row(codes), 0)]
            gone = moved < 0
            there &= ~gone
            codes = np.where(there, with_row(codes, moved), NONE)
            # Rows keep their order when films come and go, so only a list with gaps has to be put in order.
            gaps = gone.any(axis=1)
            codes[gaps] = np.sort(codes[gaps], axis=1)
            # A list that was not full holds everything in scope: what goes from it is not missed.
            lost = gaps & full
            here = now[before]
            kinds[here] = np.where(lost, LOST, SETTLED)
            whole = codes[~lost]
            to = here[~lost]
            self.codes[to, : self.k] = whole
            self.fill[to] = (whole != NONE).sum(axis=1)
            full = whole[:, -1] != NONE
            self.bound[to[full]] = code_distance(whole[full, -1])
        return kinds

    def save(self, path: Path, plan: str, done: int) -> None:
        """Save how far the search has come, whole or not at all."""
        self._cut(np.arange(self.rows.count))
        temporary = path.with_name(f".{path.name}")
        with open(temporary, "wb") as handle:
            np.savez(handle, codes=self.codes[:, : self.k], fill=self.fill, bound=self.bound, plan=plan, done=done)
        os.replace(temporary, path)

    def resume(self, path: Path, plan: str) -> int:
        """Take up a saved search of this plan; return how many tiles it had done, 0 when there is none."""
        try:
            saved = open_arrays(path)
            if str(saved["plan"]) != plan:
                return 0
            self.codes[:, : self.k], self.fill, self.bound = saved["codes"], saved["fill"], saved["bound"]
            self.codes[:, self.k :] = NONE
            self._tidy[:] = True
            return int(saved["done"])
        except (FileNotFoundError, StoreError, KeyError, ValueError):
            return 0


def rows_now(table: dict[str, Any], rows: Rows) -> np.ndarray:
    """Return int64: the row that each row of an earlier state (its state.json) is now, -1 where its video is gone.

    What stays keeps its order, since rows are numbered by the identities of their videos.
    """
    mine = {name: place for place, name in enumerate(rows.identities)}
    now = np.full(table["starts"][-1], -1, np.int64)
    for place, name in enumerate(table["identities"]):
        if name in mine:
            first = rows.starts[mine[name]]
            start, stop = table["starts"][place], table["starts"][place + 1]
            now[start:stop] = np.arange(first, first + stop - start)
    return now

"""The k nearest neighbours of every row, as a state that rows can be added to and taken from.

Each row has a list of codes (distance, neighbour; see `vrd_core.rows`) with room for twice k. Neighbours are appended;
when a list is full it is cut back to its k smallest codes and the row's bound drops to the k-th. Since the codes have
a total order, what remains does not depend on the order in which neighbours came.
"""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import numpy as np

from vrd_core.rows import NONE, Rows, code_distance, code_row

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
        return None

    def clear(self, rows: np.ndarray) -> None:
        """Forget what rows had."""
        self.codes[rows], self.fill[rows], self.bound[rows] = NONE, 0, np.inf

    def _cut(self, rows: np.ndarray) -> None:
        """Keep the k smallest codes of rows, in order, and lower their bounds."""
        for start in range(0, len(rows), _CHUNK):
            part = rows[start:start + _CHUNK]
            codes = np.partition(self.codes[part], self.k - 1, axis=1)[:, :self.k]
            codes.sort(axis=1)
            self.codes[part, :self.k] = codes
            self.codes[part, self.k:] = NONE
            self.fill[part] = np.minimum(self.fill[part], self.k)
            full = codes[:, -1] != NONE
            self.bound[part[full]] = np.minimum(self.bound[part[full]], code_distance(codes[full, -1]))

    def write(self, folder: Path) -> np.ndarray:
        """Write the state and return it: uint64 (rows, k), each row sorted, NONE behind its last neighbour."""
        for start in range(0, self.rows.count, _CHUNK):
            self._cut(np.arange(start, min(start + _CHUNK, self.rows.count)))
        state = self.codes[:, :self.k]
        np.save(folder / "state.npy", state)
        table = {"identities": self.rows.identities, "starts": self.rows.starts.tolist()}
        (folder / "state.json").write_text(json.dumps(table))
        return state

    # -- building on what was found before ---------------------------------------------------------------------------

    def take_over(self, folder: Path) -> np.ndarray:
        """Start from an earlier state; return int8 (rows,): 0 new, 1 lost a neighbour, 2 as it was."""
        table = json.loads((folder / "state.json").read_text())
        old = np.load(folder / "state.npy", mmap_mode="r")
        mine = {name: place for place, name in enumerate(self.rows.identities)}
        kinds = np.zeros(self.rows.count, np.int8)
        # Row numbers of before to row numbers of now; -1 for videos that are gone.
        now = np.full(table["starts"][-1], -1, np.int64)
        for place, name in enumerate(table["identities"]):
            if name in mine:
                first = self.rows.starts[mine[name]]
                start, stop = table["starts"][place], table["starts"][place + 1]
                now[start:stop] = np.arange(first, first + stop - start)
        kept = np.flatnonzero(now >= 0)
        for start in range(0, len(kept), _CHUNK):
            before = kept[start:start + _CHUNK]
            codes = np.array(old[before])
            there = codes != NONE
            targets = np.where(there, now[np.where(there, code_row(codes), 0)], -1)
            # A list that was not full holds everything in scope: what goes from it is not missed.
            lost = (there & (targets < 0)).any(axis=1) & there[:, -1]
            low = (targets.astype(np.uint64) << np.uint64(1)) | (codes & np.uint64(1))
            codes = np.where(targets >= 0, (codes & np.uint64(0xFFFFFFFF00000000)) | low, NONE)
            codes.sort(axis=1)
            here = now[before]
            kinds[here] = np.where(lost, 1, 2)
            whole = codes[~lost]
            to = here[~lost]
            self.codes[to, :self.k] = whole
            self.fill[to] = (whole != NONE).sum(axis=1)
            full = whole[:, -1] != NONE
            self.bound[to[full]] = code_distance(whole[full, -1])
        return kinds

    def save(self, path: Path, plan: str, done: int) -> None:
        """Save how far the search has come, whole or not at all."""
        for start in range(0, self.rows.count, _CHUNK):
            part = np.arange(start, min(start + _CHUNK, self.rows.count))
            self._cut(part[self.fill[part] > 0])
        temporary = path.with_name(f".{path.name}")
        with open(temporary, "wb") as handle:
            np.savez(handle, codes=self.codes[:, :self.k], fill=self.fill, bound=self.bound, plan=plan, done=done)
        os.replace(temporary, path)

    def resume(self, path: Path, plan: str) -> int:
        """Take up a saved search of this plan; return how many tiles it had done, 0 when there is none."""
        try:
            with np.load(path) as saved:
                if str(saved["plan"]) != plan:
                    return 0
                self.codes[:, :self.k], self.fill, self.bound = saved["codes"], saved["fill"], saved["bound"]
                self.codes[:, self.k:] = NONE
                return int(saved["done"])
        except (FileNotFoundError, zipfile.BadZipFile, KeyError, ValueError):
            return 0

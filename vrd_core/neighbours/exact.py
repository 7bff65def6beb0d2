"""The exact search of step 3: every pair of rows computed once, in tiles of one size, on BLAS.

A tile of squared distances is one matrix product: the rows of its two strips carry their own squared length as extra
columns. The product is lowered by the most that BLAS can be wrong, compared with each row's current bound, and what
passes is computed again by Faiss one pair at a time. So what is kept is exact and depends neither on tile shapes nor
on the order in which tiles come: rows are added, removed and resumed without a trace in the result.

The bound comes from an even sample of all rows first, as a guess of where a row's k-th neighbour lies.
Rows for which the guess was too low are searched again.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np

from vrd_core.arrays import rounded
from vrd_core.neighbours import earlier, ordering
from vrd_core.neighbours.find import Fill, Progress, SearchItem, grouped, identities
from vrd_core.neighbours.nearest import Nearest
from vrd_core.neighbours.rows import Rows, encode
from vrd_core.settings import SearchSettings
from vrd_core.store import Artefact, digest

STRIP = 4096
"""Rows of one side of a tile: large enough for BLAS, 64 MB of distances."""

SAMPLE = 32
"""One row in this many is looked at to guess the bounds; more of a small library."""

CHECKPOINT_SECONDS = 60.0
"""How often an unfinished search is saved."""

NEW, LOST, SETTLED = 0, 1, 2
"""A row that was never searched; one whose neighbours left; one that only has to meet the new rows."""


class Sink(Protocol):
    """Where pairs go: `nearest.Nearest` keeps the k nearest of each row."""

    k: int
    bound: np.ndarray

    def add(self, rows: np.ndarray, codes: np.ndarray) -> None:
        """Take neighbours of rows; equal rows are adjacent."""


@dataclass
class Strip:
    """Up to STRIP rows, ready for a tile."""

    rows: np.ndarray
    kind: int
    runs: list[tuple[int, int, int]]
    """(group, start, stop): stretches of one group, which is not compared with itself."""
    raw: list[np.ndarray]
    """float32 (n, dim): the vectors, and if wanted the mirrored ones."""
    centred: list[np.ndarray]
    lowered: np.ndarray
    """float32 (n,): squared length about the centre, less what BLAS may be wrong by. Mirrored ones follow in a row."""


class Searcher:
    """Fills a `Nearest` (or what has its bounds and `add`) from the vectors of `rows`."""

    def __init__(self, rows: Rows, nearest: Sink, settings: SearchSettings) -> None:
        """Take the rows and where their neighbours go."""
        self.rows, self.nearest, self.mirrored = rows, nearest, settings.mirrored
        # Worst case of a dot product of this length in float32 (Higham 2002, 3.1), for |x|²+|y|²-2xy twice over.
        self.slack = np.float32((rows.dim + 16) * 2.0**-22)
        self.centre = np.zeros(rows.dim, np.float32)
        self.threads = max(1, faiss.omp_get_max_threads())
        self.pool = ThreadPool(self.threads)
        self._buffer = np.empty(0, np.float32)

    def close(self) -> None:
        """Stop the threads."""
        self.pool.terminate()
        self.pool.join()

    def strip(self, rows: np.ndarray, kind: int = NEW) -> Strip:
        """Load rows and prepare them for products."""
        raw = [self.rows.load(rows)]
        if self.mirrored:
            raw.append(self.rows.load(rows, mirrored=True))
        centred = [r - self.centre for r in raw]
        lowered = np.stack([np.einsum("ij,ij->i", c, c) for c in centred]) * (1 - self.slack)
        groups = self.rows.group[rows]
        edges = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist(), len(rows)]
        runs = [(int(groups[a]), a, b) for a, b in itertools.pairwise(edges)]
        return Strip(rows, kind, runs, raw, centred, lowered.astype(np.float32))

    def choose_centre(self, rows: np.ndarray) -> None:
        """Put the origin amid the vectors: distances stay what they are, and the numbers BLAS adds up get smaller."""
        self.centre = self.rows.load(rows[:: max(1, len(rows) // 4096)]).mean(axis=0)

    def guess(self, open_rows: np.ndarray, all_rows: np.ndarray) -> None:
        """Set the bounds of rows from an even sample of all of them."""
        if len(all_rows) <= STRIP:
            return
        every = max(1, min(SAMPLE, len(all_rows) // 1250))
        chosen = all_rows[::every]
        pieces = [self.strip(chosen[i : i + STRIP]) for i in range(0, len(chosen), STRIP)]
        expected = self.nearest.k / every
        rank = int(np.ceil(expected + 3 * np.sqrt(expected) + 2))
        for start in range(0, len(open_rows), STRIP):
            left = self.strip(open_rows[start : start + STRIP])
            if len(pieces) == 1:
                distances = self._lower_bounds(left, pieces[0])
            else:
                distances = np.concatenate([self._lower_bounds(left, right).copy() for right in pieces], axis=1)
            if rank < distances.shape[1]:
                self.nearest.bound[left.rows] = self._kth(distances, rank)

    def tile(self, left: Strip, right: Strip) -> None:
        """Compare two strips, or a strip with itself, and keep what is near."""
        same = left is right
        # Neighbours of a settled row among the lost ones are known already.
        both = not same and (left.kind == NEW or right.kind != SETTLED)
        lower = self._lower_bounds(left, right)
        self._bound_from(lower, left, right)
        bound_left = _above(self.nearest.bound[left.rows])
        bound_right = _above(self.nearest.bound[right.rows])

        def near(part: slice) -> tuple[np.ndarray, np.ndarray]:
            block = lower[part]
            hits = block <= bound_left[part, None]
            if both:
                hits |= block <= bound_right[None, :]
            flat = np.flatnonzero(hits)
            i = flat // block.shape[1]
            return i + part.start, flat - i * block.shape[1]

        parts = _slices(len(lower), self.threads)
        found = self.pool.map(near, parts)
        i, j = (np.concatenate([f[side] for f in found]) for side in (0, 1))
        for start in range(0, len(i), 2**22):
            self._keep(left, right, i[start : start + 2**22], j[start : start + 2**22], both)

    def _keep(self, left: Strip, right: Strip, i: np.ndarray, j: np.ndarray, both: bool) -> None:
        distance, mirrored = self._exact(left, right, i, j)
        bound = self.nearest.bound
        for here, there, a, b in ((left, right, i, j), (right, left, j, i))[: 1 + both]:
            near = np.flatnonzero(distance <= bound[here.rows[a]])
            if here is right:
                # 16 bits, because NumPy then sorts by radix.
                near = near[np.argsort(a[near].astype(np.uint16), kind="stable")]
            mark = mirrored[near] if mirrored is not None else None
            self.nearest.add(here.rows[a[near]], encode(distance[near], there.rows[b[near]], mark))

    def _exact(self, left: Strip, right: Strip, i: np.ndarray, j: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the rounded distances of pairs of rows and whether the mirrored one was less."""
        distance = rounded(indexed_distances(left.raw[0], right.raw[0], i, j))
        mirrored = None
        if self.mirrored:
            # Either side may be the flipped one: the lesser of both does not depend on which video comes first.
            flipped = rounded(
                np.minimum(
                    indexed_distances(left.raw[1], right.raw[0], i, j),
                    indexed_distances(left.raw[0], right.raw[1], i, j),
                )
            )
            mirrored = flipped < distance
            distance = np.minimum(distance, flipped)
        return distance, mirrored

    def _lower_bounds(self, left: Strip, right: Strip) -> np.ndarray:
        """Return float32 (left, right): no more than the distance; inf out of scope. Valid until the next call."""
        shape = (len(left.rows), len(right.rows))
        pairings = [(0, 0), (1, 0), (0, 1)] if self.mirrored else [(0, 0)]
        if self._buffer.size < shape[0] * shape[1]:
            self._buffer = np.empty(shape[0] * shape[1], np.float32)
        out = self._buffer[: shape[0] * shape[1]].reshape(shape)
        for number, (a, b) in enumerate(pairings):
            one = np.ones((2, max(shape)), np.float32)
            x = np.column_stack([left.centred[a] * np.float32(-2), left.lowered[a], one[0, : shape[0]]])
            y = np.column_stack([right.centred[b], one[0, : shape[1]], right.lowered[b]])
            if number == 0:
                np.matmul(x, y.T, out=out)
            else:
                np.minimum(out, x @ y.T, out=out)
        groups: dict[int, list[tuple[int, int]]] = {}
        for group, start, stop in right.runs:
            groups.setdefault(group, []).append((start, stop))
        for group, start, stop in left.runs:
            for first, last in groups.get(group, ()):
                out[start:stop, first:last] = np.inf
        return out

    def _bound_from(self, lower: np.ndarray, left: Strip, right: Strip) -> None:
        """Give rows of the left strip that have no bound one from this tile: its k-th distance, for certain."""
        bound, k = self.nearest.bound, self.nearest.k
        missing = np.flatnonzero(np.isinf(bound[left.rows]))
        if not len(missing) or lower.shape[1] <= k:
            return
        for part in np.array_split(missing, max(1, len(missing) * lower.shape[1] // 2**22)):
            most = 4 * self.slack * (left.lowered[:, part].max(axis=0) + right.lowered.max())
            bound[left.rows[part]] = self._kth(lower[part], k) + most

    def _kth(self, distances: np.ndarray, k: int) -> np.ndarray:
        """Return the k-th smallest of each row (k from 1)."""

        def part(rows: slice) -> np.ndarray:
            return np.partition(distances[rows], k - 1, axis=1)[:, k - 1]

        return np.concatenate(self.pool.map(part, _slices(len(distances), self.threads)))


def indexed_distances(x: np.ndarray, y: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Return float32 (n,): squared L2 between x[i] and y[j], each computed by itself, alike from (y, j, x, i)."""
    out = np.empty(len(i), np.float32)
    i, j = np.ascontiguousarray(i, np.int64), np.ascontiguousarray(j, np.int64)
    faiss.pairwise_indexed_L2sqr(  # type: ignore[attr-defined]
        x.shape[1],
        len(i),
        faiss.swig_ptr(x),
        faiss.swig_ptr(i),
        faiss.swig_ptr(y),
        faiss.swig_ptr(j),
        faiss.swig_ptr(out),
    )
    return out


def build(
    items: Sequence[SearchItem],
    settings: SearchSettings,
    folder: Path,
    *,
    bases: Sequence[Artefact],
    progress: Progress | None,
    checkpoint: Path,
    fresh: bool,
    fill: Fill | None = None,
) -> dict[str, Any]:
    """Search, and write the artefact into `folder`. See `neighbours.find_neighbours`."""
    rows = Rows(items, identities(items, settings), grouped(items, settings))
    nearest = Nearest(rows, settings.neighbours_considered)
    if fill is not None:
        fill(rows, nearest, settings, progress)
    elif settings.index != "Flat":
        from vrd_core.neighbours import approximate

        approximate.search(rows, nearest, settings, progress)
    else:
        kinds = np.full(rows.count, NEW, np.int8)
        for base in bases:
            kinds = nearest.take_over(base.path)
        _search(rows, nearest, settings, kinds, progress, checkpoint, fresh)
    state = nearest.write(folder)
    before = earlier.open_earlier(bases[0].path, rows, state) if bases else None
    return ordering.write(folder, rows, state, settings, before)


def _search(
    rows: Rows,
    nearest: Nearest,
    settings: SearchSettings,
    kinds: np.ndarray,
    progress: Progress | None,
    checkpoint: Path,
    fresh: bool,
) -> None:
    usable = np.flatnonzero(rows.usable)
    # By kind, then group, so that a group is one stretch and whatever is out of scope is a rectangle.
    order = usable[np.lexsort((usable, rows.group[usable], kinds[usable]))]
    strips = _strips(order, kinds)
    todo = [(a, b) for a in range(len(strips)) for b in range(a, len(strips)) if kinds[strips[a][0]] != SETTLED]
    todo = [(a, b) for a, b in todo if not _one_group(rows, strips[a], strips[b])]
    searcher = Searcher(rows, nearest, settings)
    plan = digest(*rows.identities, str(len(order)), str(len(todo)), hashlib.blake2b(kinds.tobytes()).hexdigest())
    done = 0 if fresh else nearest.resume(checkpoint, plan)
    try:
        opened = order[kinds[order] != SETTLED]
        searcher.choose_centre(order)
        if not done:
            searcher.guess(opened, order)
        total = float(len(opened))
        saved = time.monotonic()
        loaded: Strip | None = None
        for number in range(done, len(todo)):
            a, b = todo[number]
            try:
                if progress:
                    progress("neighbours", total * number / len(todo), total, f"{len(order)} frames")
                if time.monotonic() - saved > CHECKPOINT_SECONDS:
                    nearest.save(checkpoint, plan, number)
                    saved = time.monotonic()
            except BaseException:
                nearest.save(checkpoint, plan, number)
                raise
            if loaded is None or todo[number - 1][0] != a or number == done:
                loaded = searcher.strip(strips[a], int(kinds[strips[a][0]]))
            searcher.tile(loaded, loaded if a == b else searcher.strip(strips[b], int(kinds[strips[b][0]])))
        _again(searcher, nearest, order, opened)
        if progress:
            progress("neighbours", total, total, f"{len(order)} frames")
    finally:
        searcher.close()
    with contextlib.suppress(FileNotFoundError):
        os.remove(checkpoint)


def _again(searcher: Searcher, nearest: Nearest, order: np.ndarray, opened: np.ndarray) -> None:
    """Search rows again whose guessed bound was too low, this time with a certain bound."""
    rows = searcher.rows
    in_scope = len(order) - np.bincount(rows.group[order], minlength=int(rows.group.max()) + 1)
    wanted = np.minimum(nearest.k, in_scope[rows.group[opened]])
    short = opened[nearest.fill[opened] < wanted]
    nearest.clear(short)
    for start in range(0, len(short), STRIP):
        left = searcher.strip(short[start : start + STRIP], LOST)
        for first in range(0, len(order), STRIP):
            searcher.tile(left, searcher.strip(order[first : first + STRIP], SETTLED))


def strips_of(rows: Rows, chosen: np.ndarray) -> list[np.ndarray]:
    """Cut chosen rows into strips in which a group is one stretch."""
    order = chosen[np.lexsort((chosen, rows.group[chosen]))]
    return [order[i : i + STRIP] for i in range(0, len(order), STRIP)]


def _strips(order: np.ndarray, kinds: np.ndarray) -> list[np.ndarray]:
    """Cut rows into strips of one kind."""
    edges = [0, *(np.flatnonzero(np.diff(kinds[order])) + 1).tolist(), len(order)]
    return [
        order[i : min(i + STRIP, stop)] for start, stop in itertools.pairwise(edges) for i in range(start, stop, STRIP)
    ]


def _one_group(rows: Rows, a: np.ndarray, b: np.ndarray) -> bool:
    first = rows.group[a[0]]
    return bool(first == rows.group[a[-1]] == rows.group[b[0]] == rows.group[b[-1]])


def _above(bound: np.ndarray) -> np.ndarray:
    """Allow for the rounding of a kept distance; an infinite bound still leaves out what is out of scope."""
    return np.minimum(bound * np.float32(1 + 2.0**-19), np.finfo(np.float32).max)


def _slices(n: int, parts: int) -> list[slice]:
    size = max(1, -(-n // parts))
    return [slice(i, min(i + size, n)) for i in range(0, n, size)]

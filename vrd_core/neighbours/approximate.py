"""Step 3 by an approximate index, named by a Faiss factory string, for libraries that exact search takes too long for.

The index proposes twice the neighbours that are wanted, from other groups only; their distances are computed exactly
and the nearest are kept. So distances are right and some neighbours may be missing: measure recall against "Flat".
"""

from __future__ import annotations

import itertools
from typing import Any

import faiss as _faiss
import numpy as np

from vrd_core.arrays import rounded
from vrd_core.errors import SettingsError
from vrd_core.neighbours.exact import indexed_distances
from vrd_core.neighbours.find import Progress
from vrd_core.neighbours.nearest import Nearest
from vrd_core.neighbours.rows import Rows, encode
from vrd_core.settings import SearchSettings

# Its parameter classes take keywords that its annotations do not tell of.
faiss: Any = _faiss

PROBES = 16
"""Of an inverted file's lists, at least this many and at least a sixteenth are looked into."""

TRAINING = 100_000
"""At most this many rows, evenly spaced, train an index."""

_BLOCK = 8192


def search(rows: Rows, nearest: Nearest, settings: SearchSettings, progress: Progress | None) -> None:
    """Fill `nearest`. Raises SettingsError for a factory string that Faiss, or leaving out the own video, refuses."""
    usable = np.flatnonzero(rows.usable)
    order = usable[np.lexsort((usable, rows.group[usable]))]
    if not len(order):
        return
    index = _trained(rows, order, settings.index)
    for start in range(0, len(order), _BLOCK):
        index.add(rows.load(order[start : start + _BLOCK]))
    wanted = min(2 * nearest.k, 2048, len(order))
    groups = rows.group[order]
    edges = np.flatnonzero(np.diff(groups, prepend=-1, append=-1))
    block = max(16, min(1024, 2**26 // (rows.dim * wanted)))
    for first, last in itertools.pairwise(edges.tolist()):
        parameters = _leaving_out(index, first, last)
        for start in range(first, last, block):
            if progress:
                progress("neighbours", start, len(order), settings.index)
            part = order[start : min(start + block, last)]
            queries = [rows.load(part)] + ([rows.load(part, mirrored=True)] if settings.mirrored else [])
            proposed = []
            for query in queries:
                try:
                    proposed.append(index.search(query, wanted, params=parameters)[1])
                except RuntimeError as error:
                    raise _refused(settings.index, error) from error
            _keep(rows, nearest, part, queries, np.concatenate(proposed, axis=1), order)
    if progress:
        progress("neighbours", len(order), len(order), settings.index)


def _trained(rows: Rows, order: np.ndarray, factory: str) -> Any:
    try:
        index = faiss.index_factory(rows.dim, factory)
        index.train(rows.load(order[:: max(1, -(-len(order) // TRAINING))]))
    except RuntimeError as error:
        raise _refused(factory, error) from error
    return index


def _leaving_out(index: Any, first: int, last: int) -> Any:
    """Return search parameters that pass over the rows first … last - 1."""
    outside = faiss.IDSelectorNot(faiss.IDSelectorRange(first, last))
    index = faiss.downcast_index(index)
    if isinstance(index, faiss.IndexPreTransform):
        inner = _leaving_out(index.index, first, last)
        return faiss.SearchParametersPreTransform(index_params=inner)
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=outside, nprobe=min(index.nlist, max(PROBES, index.nlist // 16)))
    if isinstance(index, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(sel=outside, efSearch=256)
    return faiss.SearchParameters(sel=outside)


def _keep(
    rows: Rows, nearest: Nearest, part: np.ndarray, queries: list[np.ndarray], proposed: np.ndarray, order: np.ndarray
) -> None:
    """Score what was proposed and add it."""
    i, column = np.nonzero(proposed >= 0)
    pairs = np.unique(np.stack([i, order[proposed[i, column]]], axis=1), axis=0)
    i, there = pairs[:, 0], pairs[:, 1]
    others, j = np.unique(there, return_inverse=True)
    raw = rows.load(others)
    distance = rounded(indexed_distances(queries[0], raw, i, j))
    mirrored = None
    if len(queries) > 1:
        flipped = rounded(
            np.minimum(
                indexed_distances(queries[1], raw, i, j),
                indexed_distances(queries[0], rows.load(others, mirrored=True), i, j),
            )
        )
        mirrored = flipped < distance
        distance = np.minimum(distance, flipped)
    nearest.add(part[i], encode(distance, there, mirrored))


def _refused(factory: str, error: Exception) -> SettingsError:
    reason = str(error).strip().splitlines()[-1]
    return SettingsError(
        f"index must be a Faiss factory string that can be trained on this library and can leave out "
        f"rows, such as 'Flat', 'IVF256,Flat', 'SQ8' or 'PCA64,IVF256,SQ8'. Received: {factory!r} "
        f"({reason})."
    )

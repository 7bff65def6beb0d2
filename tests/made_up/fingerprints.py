"""Fingerprints and pairs made up for tests and benchmarks: like those of films, with reuse planted in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vrd_core.neighbours.items import SearchItem


def films(
    counts: Sequence[int], dim: int, *, seed: int = 0, motifs: int = 40, normalise: bool = True
) -> list[np.ndarray]:
    """Return float32 (count, dim) per film: shots of a few seconds, frames of a shot close, motifs shared by films.

    A film is a walk: each shot starts near one of a library-wide list of motifs (a face, a crowd, a horizon) and
    drifts from frame to frame.
    """
    rng = np.random.default_rng(seed)
    kinds = rng.standard_normal((motifs, dim), dtype=np.float32)
    out = []
    for count in counts:
        shot = np.cumsum(rng.random(count) < 0.18)
        starts = 0.75 * kinds[rng.integers(0, motifs, count + 1)]
        starts += rng.standard_normal((count + 1, dim), dtype=np.float32)
        steps = 0.12 * rng.standard_normal((count, dim), dtype=np.float32)
        first = np.flatnonzero(np.diff(shot, prepend=-1))
        walk = np.cumsum(steps, axis=0)
        walk -= np.repeat(walk[first], np.diff(np.append(first, count)), axis=0)
        film = starts[shot] + walk
        if normalise:
            film /= np.linalg.norm(film, axis=1, keepdims=True)
        out.append(film)
    return out


def items(
    vectors: Sequence[np.ndarray],
    *,
    collections: Sequence[str] | None = None,
    usable: Sequence[np.ndarray] | None = None,
    keys: Sequence[str] | None = None,
    mirrored: Sequence[np.ndarray] | None = None,
) -> list[SearchItem]:
    """Return search items for fingerprints, all frames usable unless told."""
    return [
        SearchItem(
            key=keys[v] if keys else f"film{v}",
            collection=collections[v] if collections else "",
            vectors=x,
            usable=usable[v] if usable else np.ones(len(x), bool),
            mirrored=mirrored[v] if mirrored else None,
        )
        for v, x in enumerate(vectors)
    ]

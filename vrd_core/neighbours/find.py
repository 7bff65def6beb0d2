"""Step 3, fingerprints to neighbours: which frames of other films look like which.

An artefact is named by its fingerprints, masks and settings, and made only where it is not there yet. `exact.py` and
`approximate.py`, loaded when there is something to compute, import faiss; nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.neighbours.artefact import STEP, Neighbours
from vrd_core.neighbours.earlier import open_earlier
from vrd_core.neighbours.items import SearchItem, check, grouped, identities
from vrd_core.neighbours.nearest import NEW, Nearest
from vrd_core.neighbours.rows import Rows
from vrd_core.neighbours.write import write_artefact
from vrd_core.progress import Progress
from vrd_core.settings import SearchSettings
from vrd_core.store import Artefact, Store
from vrd_core.text import digest

VERSION = "1"
"""Part of every key: raise it when the same inputs give other results than before."""

Fill = Callable[[Rows, Nearest, SearchSettings, Progress | None], None]
"""Puts the k nearest of every usable row into a `Nearest` in another way than the blocks of this process."""


def neighbours_key(items: Sequence[SearchItem], settings: SearchSettings) -> str:
    """Name the result of comparing these items; no vector is read."""
    return digest(
        STEP, VERSION, _relevant(settings), *(f"{i.key} {i.mask_digest} {_group(i, settings)}" for i in items)
    )


def find_neighbours(
    items: Sequence[SearchItem],
    settings: SearchSettings,
    store: Store,
    *,
    progress: Progress | None = None,
    recompute: bool = False,
    fill: Fill | None = None,
) -> Neighbours:
    """Compare every usable frame with every usable frame in scope and keep the nearest of each.

    `items` come in the order of their paths. Distances are squared L2, exact whatever the
    index (an approximate one may miss neighbours), rounded to 20 bits (six digits). The result does not depend on
    how it came about: at once, resumed after a kill, or by adding a video to an earlier result, which computes only
    the pairs that are new. With `fill`, a cluster finds the nearest rows. Raises SettingsError when the
    items do not fit each other.
    """
    check(items, settings)
    key = neighbours_key(items, settings)

    def build(folder: Path) -> dict[str, Any]:
        rows = Rows(items, identities(items, settings), grouped(items, settings))
        nearest = Nearest(rows, settings.neighbours_considered)
        base = None if recompute else _base(store, items, settings)
        if fill is not None:
            fill(rows, nearest, settings, progress)
        else:
            _fill_here(nearest, settings, base, progress, store.root / "tmp" / f"search-{key}.npz", recompute)
        state = nearest.write(folder)
        summary = write_artefact(folder, rows, state, settings, open_earlier(base.path, rows, state) if base else None)
        frames = [len(i.vectors) for i in items]
        return {
            "keys": [i.key for i in items],
            "counts": frames,
            "frames": sum(frames),
            "settings": settings.to_dict(),
            "state": state_key(settings),
            "pairs": summary["pairs"],
        }

    return Neighbours(key, store.produce(STEP, key, build, recompute=recompute).path)


def _fill_here(
    nearest: Nearest,
    settings: SearchSettings,
    base: Artefact | None,
    progress: Progress | None,
    checkpoint: Path,
    fresh: bool,
) -> None:
    # Here and not above: reading a cached result must not wait for faiss to load.
    if settings.index != "Flat":
        from vrd_core.neighbours import approximate

        approximate.search(nearest, settings, progress)
    else:
        from vrd_core.neighbours import exact

        kinds = nearest.take_over(base.path) if base else np.full(nearest.rows.count, NEW, np.int8)
        exact.search(nearest, settings, kinds, progress, checkpoint, fresh)


def state_key(settings: SearchSettings) -> str:
    """Name what the k nearest of a frame depend on beside the frames; states of one name can be merged."""
    return digest(
        "state", VERSION, str(settings.neighbours_considered), settings.scope, settings.index, str(settings.mirrored)
    )


def _relevant(settings: SearchSettings) -> str:
    # The mask's settings act through the masks themselves: two settings with the same masks share a result.
    return f"{state_key(settings)} {settings.score or 'distance'}"


def _group(item: SearchItem, settings: SearchSettings) -> str:
    return item.collection if settings.scope == "collections" else ""


def _base(store: Store, items: Sequence[SearchItem], settings: SearchSettings) -> Artefact | None:
    """Return the earlier result that shares most frames with this one; None where none is worth building on."""
    if settings.index != "Flat":
        return None
    have = {item.key: len(item.vectors) for item in items}
    name = state_key(settings)
    scored = []
    for found in store.entries(STEP):
        if found.facts.get("state") == name:
            shared = sum(have.get(k, 0) for k in found.facts["keys"])
            gone = found.facts["frames"] - shared
            scored.append((shared - gone, found.key, found))
    best = max(scored, key=lambda s: s[:2], default=None)
    return best[2] if best and best[0] > 0 else None

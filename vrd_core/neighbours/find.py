"""Step 3, fingerprints to neighbours: which frames of other films look like which.

`find_neighbours` makes the artefact, `open_neighbours` reads it back through memory maps. Neither this module nor what
it needs to read an artefact imports faiss: only `exact.py`, loaded when there is something to compute, does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.errors import SettingsError
from vrd_core.settings import SearchSettings
from vrd_core.store import Artefact, Store, digest

if TYPE_CHECKING:
    from vrd_core.neighbours.nearest import Nearest
    from vrd_core.neighbours.rows import Rows

STEP = "neighbours"
VERSION = "1"
"""Part of every key: raise it when the same inputs give other results than before."""

Progress = Callable[[str, float, float, str], None]
Fill = Callable[["Rows", "Nearest", SearchSettings, "Progress | None"], None]
"""Puts the k nearest of every usable row into a `Nearest` in another way than the blocks of this process."""


@dataclass(frozen=True)
class SearchItem:
    """One video as step 3 sees it."""

    key: str
    """Key of its fingerprints. Two copies of one file have the same key and are still two videos."""
    video: int
    """Its place in the list of items, which is in the order of the paths."""
    collection: str
    """First-level sub-folder of the library; "" at the top."""
    vectors: np.ndarray
    """float32 (frames, dim), usually a memory map."""
    usable: np.ndarray
    """bool (frames,); False leaves a frame out of the search."""
    mirrored: np.ndarray | None = None
    """float32 (frames, dim), fingerprints of the frames flipped left to right."""

    @cached_property
    def mask_digest(self) -> str:
        """Name the set of usable frames."""
        usable = np.asarray(self.usable, bool)
        return hashlib.blake2b(np.packbits(usable).tobytes() + str(len(usable)).encode(), digest_size=8).hexdigest()


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
    """Counts, quantiles and histogram of the distances: see `vrd_core.pairs.summarise`."""

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


def neighbours_key(items: Sequence[SearchItem], settings: SearchSettings) -> str:
    """Name the result of comparing these items; no vector is read."""
    return digest(
        STEP, VERSION, _relevant(settings), *(f"{i.key} {i.mask_digest} {_group(i, settings)}" for i in items)
    )


def open_neighbours(store: Store, key: str) -> Neighbours | None:
    """Return the artefact of this key, or None when there is none. Does not import faiss."""
    found = store.find(STEP, key)
    return Neighbours(key, found.path) if found else None


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

    `items` come in the order of their paths; `items[i].video` must be i. Distances are squared L2, exact whatever the
    index (an approximate one may miss neighbours), rounded to 20 bits (six digits). The result does not depend on
    how it came about: at once, resumed after a kill, or by adding a video to an earlier result, which computes only
    the pairs that are new. With `fill`, a cluster finds the nearest rows. Raises SettingsError when the
    items do not fit each other.
    """
    check(items, settings)
    key = neighbours_key(items, settings)

    def build(folder: Path) -> dict[str, Any]:
        # Here and not above: reading a cached result must not wait for faiss to load.
        from vrd_core.neighbours import exact

        bases = [] if recompute else _bases(store, items, settings)
        exact.build(
            items,
            settings,
            folder,
            bases=bases,
            progress=progress,
            checkpoint=store.root / "tmp" / f"search-{key}.npz",
            fresh=recompute,
            fill=fill,
        )
        frames = [len(i.vectors) for i in items]
        return {
            "keys": [i.key for i in items],
            "counts": frames,
            "frames": sum(frames),
            "settings": settings.to_dict(),
            "state": state_key(settings),
            "pairs": json.loads((folder / "summary.json").read_text())["pairs"],
        }

    return Neighbours(key, store.produce(STEP, key, build, recompute=recompute).path)


def state_key(settings: SearchSettings) -> str:
    """Name what the k nearest of a frame depend on beside the frames; states of one name can be merged."""
    return digest(
        "state", VERSION, str(settings.neighbours_considered), settings.scope, settings.index, str(settings.mirrored)
    )


def identities(items: Sequence[SearchItem], settings: SearchSettings) -> list[str]:
    """Name each item by its content, not its path; the n-th copy of one content gets its number."""
    seen: dict[str, int] = {}
    names = []
    for item in items:
        name = digest(item.key, item.mask_digest, item.collection if settings.scope == "collections" else "")
        seen[name] = seen.get(name, -1) + 1
        names.append(f"{name}#{seen[name]}")
    return names


def grouped(items: Sequence[SearchItem], settings: SearchSettings) -> list[int]:
    """Number what frames are not compared within: the video, or the collection."""
    if settings.scope == "videos":
        return list(range(len(items)))
    names = sorted({i.collection for i in items})
    return [names.index(i.collection) for i in items]


def _relevant(settings: SearchSettings) -> str:
    # The mask's settings act through the masks themselves: two settings with the same masks share a result.
    return f"{state_key(settings)} {settings.score or 'distance'}"


def _group(item: SearchItem, settings: SearchSettings) -> str:
    return item.collection if settings.scope == "collections" else ""


def _bases(store: Store, items: Sequence[SearchItem], settings: SearchSettings) -> list[Artefact]:
    """Return earlier results to build on, the one that shares most frames first."""
    have: dict[str, int] = {}
    for item in items:
        have[item.key] = len(item.vectors)
    name = state_key(settings)
    scored = []
    for found in store.entries(STEP):
        if found.facts.get("state") == name and settings.index == "Flat":
            shared = sum(have.get(k, 0) for k in found.facts["keys"])
            gone = found.facts["frames"] - shared
            scored.append((shared - gone, found.key, found))
    return [found for score, _, found in sorted(scored, key=lambda s: s[:2], reverse=True)[:1] if score > 0]


def check(items: Sequence[SearchItem], settings: SearchSettings) -> None:
    """Raise SettingsError when items do not fit each other or the settings."""
    if not items:
        raise SettingsError("There is nothing to compare: give at least one video.")
    dims = sorted({i.vectors.shape[1] for i in items})
    if len(dims) > 1:
        raise SettingsError(
            f"All fingerprints must have one length; compute them with one network and layer. Received: {dims}."
        )
    for position, item in enumerate(items):
        if item.video != position:
            raise SettingsError(f"items[{position}].video must be {position}. Received: {item.video}.")
        if len(item.usable) != len(item.vectors):
            raise SettingsError(
                f"Video {position} has {len(item.vectors)} fingerprints and {len(item.usable)} marks "
                "of usable frames; there must be as many."
            )
        if settings.mirrored and (item.mirrored is None or item.mirrored.shape != item.vectors.shape):
            raise SettingsError(
                f"With mirrored=True every video needs mirrored fingerprints of the same shape; "
                f"video {position} has none."
            )
    if sum(len(i.vectors) for i in items) >= 2**31:
        raise SettingsError("More than 2,147,483,647 frames cannot be searched at once; use a lower fps.")

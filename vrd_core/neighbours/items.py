"""What step 3 compares: the videos of a library with their fingerprints, and which of them meet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vrd_core.errors import SettingsError
from vrd_core.settings import SearchSettings
from vrd_core.text import digest


@dataclass(frozen=True)
class SearchItem:
    """One video as step 3 sees it."""

    key: str
    """Key of its fingerprints. Two copies of one file have the same key and are still two videos."""
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

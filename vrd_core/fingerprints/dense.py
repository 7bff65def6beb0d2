"""Fingerprints between the stills: as many to a second as sequences are aligned by.

Every n-th row is the fingerprint of a still, so the rows of both rates can be compared; the rows between come from the
small pictures of `vrd_core.frames.between`. Half precision: the loss is less than what JPEG makes of a picture.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vrd_core.arrays import open_array
from vrd_core.fingerprints.catalogue import STEP as FINGERPRINTS
from vrd_core.fingerprints.compute import Fingerprints, PictureNetwork, network_picture_of, read_ahead
from vrd_core.frames.between import Between
from vrd_core.frames.extract import Frames
from vrd_core.progress import Progress
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store
from vrd_core.text import digest

STEP = "dense"
VERSION = "1"


def dense_key(fingerprints_key: str, per_still: int) -> str:
    """Return the name of the fingerprints between stills that have these."""
    return digest(STEP, VERSION, fingerprints_key, str(per_still))


def open_dense(store: Store, key: str) -> np.ndarray | None:
    """Return float16 (fingerprints, dim), a memory map, or None where they were not made."""
    found = store.find(STEP, key)
    return open_array(found.path / "vectors.npy") if found else None


def compute_dense(
    frames: Frames,
    stills: Fingerprints,
    between: Between | None,
    network: Callable[[], PictureNetwork],
    settings: FingerprintSettings,
    per_still: int,
    store: Store,
    *,
    progress: Progress | None = None,
    detail: str = "",
) -> str:
    """Compute the fingerprints between the stills where the store lacks them; return their key.

    `between` is None for a still picture, which has nothing between. What `progress` raises leaves nothing behind.
    """
    key = dense_key(stills.key, per_still)

    def build(folder: Path) -> dict[str, Any]:
        count = len(stills.vectors) if between is None else _count(between.count, frames.count, per_still)
        # Where a damaged film gave no picture between two stills, the still before stands for it.
        out = np.repeat(np.asarray(stills.vectors, np.float16), per_still, axis=0)[:count]
        if between is not None:
            _fill(out, frames, between, network(), settings, per_still, progress, detail)
        np.save(folder / "vectors.npy", out)
        return {"content_id": frames.facts["content_id"], "fingerprints_key": stills.key, "count": count}

    return store.produce(STEP, key, build).key


def _count(pictures: int, stills: int, per_still: int) -> int:
    return max((stills - 1) * per_still + 1, min(pictures, stills * per_still))


def _fill(
    out: np.ndarray,
    frames: Frames,
    between: Between,
    network: PictureNetwork,
    settings: FingerprintSettings,
    per_still: int,
    progress: Progress | None,
    detail: str,
) -> None:
    rows = np.arange(min(len(out), between.count))
    rows = rows[rows % per_still > 0]

    def picture(place: int) -> Image.Image:
        row = int(rows[place])
        still = min(row // per_still, frames.count - 1)
        box = frames.boxes[still] if settings.trim_borders else np.zeros(4, np.int16)
        return network_picture_of(between.jpeg(row), box, frames.size, network.input_size, settings.mirrored)

    done = 0
    for batch, count in read_ahead(picture, len(rows), network):
        out[rows[done : done + count]] = network(batch)[:count]
        done += count
        if progress:
            progress(FINGERPRINTS, done, len(rows), detail)

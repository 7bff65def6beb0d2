"""Simple fingerprints to compare networks with: perceptual hashes and grey thumbnails of the same frames.

Each gives float32 vectors whose squared distance means something: the number of differing bits of a hash, the
dissimilarity of two thumbnails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vrd_core.arrays import open_array
from vrd_core.errors import SettingsError
from vrd_core.frames.extract import Frames
from vrd_core.store import Store
from vrd_core.text import digest

_VERSION = "1"


@dataclass(frozen=True)
class Peer:
    """A fingerprint that needs no network."""

    says: str
    dim: int
    bytes_per_frame: int
    """As it would be stored: bits packed."""
    vector: Callable[[Image.Image], np.ndarray]


def _dhash(image: Image.Image) -> np.ndarray:
    """Return the 64 bits of the difference hash (Krawetz 2013)."""
    return np.asarray(_package("imagehash").dhash(image).hash, np.float32).ravel()


def _pdq(image: Image.Image) -> np.ndarray:
    """Return the 256 bits of Facebook's PDQ hash."""
    return np.asarray(_package("pdqhash").compute(np.asarray(image))[0], np.float32)


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise SettingsError(
            f"This fingerprint needs the package {name}, which is not installed: pip install {name}."
        ) from None


def _thumbnail(image: Image.Image) -> np.ndarray:
    """Return a grey picture of 16 x 16, its mean taken off and scaled to length 1."""
    grey = np.asarray(image.convert("L").resize((16, 16), Image.Resampling.BOX), np.float32).ravel()
    grey -= grey.mean()
    return grey / max(float(np.linalg.norm(grey)), 1e-3)


PEERS: dict[str, Peer] = {
    "dhash": Peer("difference hash, 64 bits", 64, 8, _dhash),
    "pdq": Peer("PDQ, 256 bits", 256, 32, _pdq),
    "thumbnail": Peer("grey thumbnail, 16 x 16", 256, 1024, _thumbnail),
}


def peer_vectors(name: str, frames: Frames, store: Store, *, mirrored: bool = False) -> tuple[str, np.ndarray]:
    """Return the key and the vectors (frames, dim) of a video's frames, trimmed of borders; cached."""
    peer, key = PEERS[name], digest("peers", _VERSION, name, frames.key, str(mirrored))

    def build(folder: Path) -> dict[str, Any]:
        vectors = [_vector(name, frames, k, mirrored) for k in range(frames.count)]
        np.save(folder / "vectors.npy", np.stack(vectors) if vectors else np.zeros((0, peer.dim), np.float32))
        return {"peer": name, "frames_key": frames.key, "content_id": frames.facts["content_id"]}

    found = store.produce("peers", key, build)
    return key, open_array(found.path / "vectors.npy")


def peer_speed(name: str, frames: Frames) -> float:
    """Return frames per second of one core, decoding of the still included."""
    count = min(frames.count, 48)
    started = time.perf_counter()
    for k in range(count):
        _vector(name, frames, k, False)
    return count / (time.perf_counter() - started)


def _vector(name: str, frames: Frames, k: int, mirrored: bool) -> np.ndarray:
    image = frames.trimmed(k)
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    try:
        return PEERS[name].vector(image)
    except ImportError as error:
        raise SettingsError(
            f"The peer {name!r} needs the package {error.name}, which only development needs: "
            "pip install -r requirements-dev.txt"
        ) from error

"""Step 2, frames to fingerprints: each still, trimmed and squashed to the network's input, becomes one vector.

    fingerprints = compute_fingerprints(frames, lambda: load_fingerprinter(settings), settings, store)
    fingerprints.vectors        # float32 (frames, dim), a memory map

Pictures are read in threads while the network works. The last batch is padded, so that every frame goes through the
same computation whether a video is done at once, again, or after an interruption.
"""

from __future__ import annotations

import functools
import io
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PIL import Image

from vrd_core.arrays import open_array
from vrd_core.errors import NetworkError
from vrd_core.fingerprints.catalogue import STEP, fingerprints_key, network_info, resolve, weights_digest
from vrd_core.progress import Progress
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Artefact, Store

if TYPE_CHECKING:
    from vrd_core.frames.extract import Frames

__all__ = [
    "Fingerprinter",
    "Fingerprints",
    "PictureNetwork",
    "compute_fingerprints",
    "fingerprints_key",
    "fingerprints_of_images",
    "load_fingerprinter",
    "network_picture",
    "open_fingerprints",
    "resolve",
]


GEM_POWER = 3.0
"""Between average (1) and maximum (infinity): the usual choice for copy detection (Radenovic et al. 2018)."""

_GEM_FLOOR = 1e-6
_BATCHES_AHEAD = 3


class PictureNetwork(Protocol):
    """What `compute_fingerprints` needs of a network; a benchmark gives one that only waits."""

    batch_size: int
    input_size: tuple[int, int]
    dim: int

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Turn uint8 (batch_size, height, width, 3) into float32 (batch_size, dim)."""


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints of one video."""

    key: str
    vectors: np.ndarray
    """float32 (frames, dim), a read-only memory map; row k belongs to frame k."""
    facts: dict[str, Any]


class Fingerprinter:
    """A loaded network up to one layer, with preprocessing, pooling and normalisation in one TensorFlow graph."""

    def __init__(self, model: Any, settings: FingerprintSettings) -> None:
        """Take a `keras.Model` and resolved settings; the graph is built at the first call."""
        from vrd_core.fingerprints.keras_model import compile_model, layer_output, preprocessing

        self.info = network_info(settings.network)
        self.layer = self.info.layer(settings.layer)
        self.input_size = self.info.input_size
        self.batch_size = batch_size(self.input_size)
        self.dim = self.layer.vector_length(settings.pooling)
        self._lock = threading.Lock()
        self._run = compile_model(
            model,
            layer_output(model, self.layer),
            preprocessing(self.info),
            (self.batch_size, *self.input_size, 3),
            functools.partial(_pool, pooling=settings.pooling, normalise=bool(settings.normalise)),
        )

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Turn uint8 (batch_size, height, width, 3) RGB into float32 (batch_size, dim). Threads take turns."""
        with self._lock:
            return np.asarray(self._run(batch))


def batch_size(input_size: tuple[int, int]) -> int:
    """Return how many pictures go through a network at once: a fixed number, as sums may depend on it."""
    height, width = input_size
    return 16 if height * width <= 256 * 256 else 8


def load_fingerprinter(settings: FingerprintSettings, store: Store | None = None) -> Fingerprinter:
    """Load a network (imports TensorFlow: 5 to 15 seconds the first time); the last two used are kept.

    Raises NetworkError and WeightsError as `catalogue.resolve` and `keras_model.build_model` do.
    """
    settings = resolve(settings, store)
    # Neither changes the network, only the pictures it is given.
    settings = replace(settings, trim_borders=True, mirrored=False)
    return _load_fingerprinter(settings, weights_digest(settings))


@functools.lru_cache(maxsize=2)
def _load_fingerprinter(settings: FingerprintSettings, _digest: str) -> Fingerprinter:
    from vrd_core.fingerprints.keras_model import build_model

    info = network_info(settings.network)
    return Fingerprinter(build_model(info, settings.weights or info.weights_kinds[0]), settings)


def compute_fingerprints(
    frames: Frames,
    network: PictureNetwork | Callable[[], PictureNetwork],
    settings: FingerprintSettings,
    store: Store,
    *,
    progress: Progress | None = None,
    detail: str = "",
    recompute: bool = False,
) -> Fingerprints:
    """Return the fingerprints of a video's frames, computing them when they are not in the store.

    `network` is a fingerprinter, or a function that loads one: it is called only when there is something to compute.
    What `progress` raises ends the work at the next batch and leaves nothing behind.
    """
    settings = resolve(settings, store)
    key = fingerprints_key(frames.key, settings)

    def build(folder: Path) -> dict[str, Any]:
        ready = hasattr(network, "batch_size") and not isinstance(network, type)
        loaded: Any = network if ready else network()  # type: ignore[call-arg]
        _write_vectors(folder / "vectors.npy", frames, loaded, settings, progress, detail)
        values = settings.to_dict()
        return {
            "frames_key": frames.key,
            "content_id": frames.facts["content_id"],
            "count": frames.count,
            "dim": loaded.dim,
            "settings": values,
            **{name: values[name] for name in ("network", "layer", "weights", "pooling", "normalise")},
        }

    return _open(store.produce(STEP, key, build, recompute=recompute))


def open_fingerprints(store: Store, key: str) -> Fingerprints | None:
    """Return stored fingerprints, or None. Neither TensorFlow nor the vectors are read."""
    artefact = store.find(STEP, key)
    return _open(artefact) if artefact else None


def network_picture(
    frames: Frames, k: int, input_size: tuple[int, int], *, trim: bool = True, mirrored: bool = False
) -> Image.Image:
    """Return frame k as the network gets it: RGB, trimmed of its borders, squashed to `input_size` (height, width)."""
    box = frames.boxes[k] if trim else np.zeros(4, np.int16)
    return network_picture_of(frames.jpeg(k), box, frames.size, input_size, mirrored)


def network_picture_of(
    jpeg: bytes, box: np.ndarray, box_size: tuple[int, int], input_size: tuple[int, int], mirrored: bool = False
) -> Image.Image:
    """Return a picture as the network gets it; `box` (4,) is measured on a picture of `box_size` (width, height)."""
    left, top, right, bottom = (int(v) for v in box)
    return _picture(jpeg, (left, top, right, bottom), input_size, mirrored, box_size)


def fingerprints_of_images(
    images: Sequence[bytes], network: PictureNetwork, settings: FingerprintSettings
) -> np.ndarray:
    """Return float32 (images, dim): fingerprints of pictures in any format Pillow reads, taken whole."""
    vectors = np.zeros((len(images), network.dim), np.float32)
    for start in range(0, len(images), network.batch_size):
        batch = np.zeros((network.batch_size, *network.input_size, 3), np.uint8)
        part = images[start : start + network.batch_size]
        for row, data in enumerate(part):
            batch[row] = np.asarray(_picture(data, (0, 0, 0, 0), network.input_size, settings.mirrored))
        vectors[start : start + len(part)] = network(batch)[: len(part)]
    return vectors


def _picture(
    data: bytes,
    box: tuple[float, float, float, float],
    input_size: tuple[int, int],
    mirrored: bool,
    box_size: tuple[int, int] | None = None,
) -> Image.Image:
    height, width = input_size
    image = Image.open(io.BytesIO(data))
    full = image.size
    if box_size is not None and box_size != full:
        across, down = full[0] / box_size[0], full[1] / box_size[1]
        box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    left, top, right, bottom = box if box[2] > box[0] and box[3] > box[1] else (0, 0, *full)
    # A JPEG can be decoded at 1/2, 1/4 or 1/8: the smallest that still has a pixel for each of the input's.
    image.draft("RGB", (int(-(-full[0] * width // (right - left))), int(-(-full[1] * height // (bottom - top)))))
    shrunk = image.size[0] / full[0], image.size[1] / full[1]
    cut = (left * shrunk[0], top * shrunk[1], right * shrunk[0], bottom * shrunk[1])
    picture = image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR, box=cut)
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture


def _write_vectors(
    path: Path,
    frames: Frames,
    network: PictureNetwork,
    settings: FingerprintSettings,
    progress: Progress | None,
    detail: str,
) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": (frames.count, network.dim)}
    # Plain writes, not a memory map: a full disk is then an error with a message and not the end of the process.
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        done = 0
        for batch, count in _batches(frames, network, settings):
            vectors = np.asarray(network(batch), dtype="<f4")
            if vectors.shape != (network.batch_size, network.dim):
                raise NetworkError(
                    f"The network must give {network.batch_size} × {network.dim} numbers. Received: {vectors.shape}."
                )
            if not np.isfinite(vectors[:count]).all():
                raise NetworkError(
                    f"Layer {settings.layer} of {settings.network} gives values that are not finite for "
                    f"some frames of {detail or 'a video'}. Choose another layer, or check the weights."
                )
            stream.write(vectors[:count].tobytes())
            done += count
            if progress:
                progress(STEP, done, frames.count, detail)


def _batches(
    frames: Frames, network: PictureNetwork, settings: FingerprintSettings
) -> Iterator[tuple[np.ndarray, int]]:
    def picture(k: int) -> Image.Image:
        return network_picture(frames, k, network.input_size, trim=settings.trim_borders, mirrored=settings.mirrored)

    return read_ahead(picture, frames.count, network)


def read_ahead(
    picture: Callable[[int], Image.Image], count: int, network: PictureNetwork
) -> Iterator[tuple[np.ndarray, int]]:
    """Yield (uint8 batch of full size, how many of its rows are pictures), read ahead in threads."""
    size = network.batch_size

    def read(start: int) -> tuple[np.ndarray, int]:
        filled = min(size, count - start)
        batch = np.zeros((size, *network.input_size, 3), np.uint8)
        for row in range(filled):
            batch[row] = np.asarray(picture(start + row))
        return batch, filled

    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="pictures")
    waiting: deque[Future[tuple[np.ndarray, int]]] = deque()
    try:
        for start in range(0, count, size):
            waiting.append(pool.submit(read, start))
            if len(waiting) > _BATCHES_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(features: Any, *, pooling: str | None, normalise: bool) -> Any:
    """Turn a layer's output (batch, ...) into (batch, dim) in the TensorFlow graph."""
    import tensorflow as tf

    features = tf.cast(features, tf.float32)
    places = list(range(1, len(features.shape) - 1))
    if places and pooling == "average":
        features = tf.reduce_mean(features, places)
    elif places and pooling == "gem":
        powers = tf.maximum(features, _GEM_FLOOR) ** GEM_POWER
        features = tf.reduce_mean(powers, places) ** (1 / GEM_POWER)
    features = tf.reshape(features, (features.shape[0], -1))
    return tf.math.l2_normalize(features, axis=1) if normalise else features


def _open(artefact: Artefact) -> Fingerprints:
    return Fingerprints(artefact.key, open_array(artefact.path / "vectors.npy"), artefact.facts)

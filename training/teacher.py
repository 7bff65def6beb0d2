"""Describe the unedited pictures with ImageNet MobileNetV2, once: the first targets of the training.

A network that names objects already tells most pictures apart. Its features, decorrelated and shortened,
are where the fingerprints of the edited views are pulled to at first; later they give way to what
ReuseNet itself says of the pictures.
"""

from pathlib import Path

import keras
import numpy as np


def describe(pictures: np.ndarray, weights: Path, batch: int = 64) -> np.ndarray:
    """Return (n, 1280) float32 unit vectors of (n, s, s, 3) uint8 pictures.

    Average-pooled features of the picture and of its mirror image, added: the target must not tell them
    apart. Raises FileNotFoundError when `weights` is missing.
    """
    if not Path(weights).is_file():
        raise FileNotFoundError(
            f"The teacher's weights are missing. Received: {weights}. Give --teacher a file of MobileNetV2 "
            "weights without its head, or leave it out to train without a teacher."
        )
    size = pictures.shape[1]
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    network = keras.applications.MobileNetV2(
        weights=None, include_top=False, pooling="avg", input_shape=(size, size, 3)
    )
    keras.config.set_dtype_policy(policy)
    network.load_weights(weights)
    features = np.zeros((len(pictures), 1280), np.float32)
    for start in range(0, len(pictures), batch):
        part = np.zeros((batch, size, size, 3), np.float32)
        block = np.asarray(pictures[start : start + batch], np.float32) / 127.5 - 1.0
        part[: len(block)] = block
        for view in (part, part[:, :, ::-1].copy()):
            features[start : start + batch] += _unit(np.asarray(network.predict_on_batch(view))[: len(block)])
    return _unit(features)


def shorten(features: np.ndarray, dimensions: int, power: float = 0.5) -> np.ndarray:
    """Rotate features to their principal axes, damp the strong ones, keep `dimensions`, normalise.

    `power` 0 leaves the axes as they are, 1 whitens them; between, frequent themes weigh less without
    blowing up noise.
    """
    centred = features - features.mean(0)
    values, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    order = np.argsort(values)[::-1][: min(dimensions, len(values))]
    scale = np.maximum(values[order], 1e-9) ** (-power / 2)
    short = np.zeros((len(features), dimensions), np.float32)
    short[:, : len(order)] = (centred @ axes[:, order]) * scale
    return _unit(short)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

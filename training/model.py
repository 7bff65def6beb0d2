"""Build ReuseNet: a small residual network from 128x128 RGB pictures to unit-length fingerprints.

Built-in Keras layers and one `keras.ops` node only, so that any Keras backend trains it and TensorFlow
loads the exported file in safe mode without custom objects. Every layer has a name of its own.
"""

from typing import Any

import keras
from keras import layers

INPUT_SIZE = 128
"""Side of the input in pixels. Stills are squashed to a square: the aspect is not kept."""

DIMENSIONS = 192
"""Length of a fingerprint."""

WIDTHS = (32, 64, 128, 208)
"""Channels of the four stages, which lie at 1/4, 1/8, 1/16 and 1/32 of the input's side."""


def _convolve(
    x: Any,
    norm: type[layers.BatchNormalization],
    filters: int,
    size: int,
    strides: int,
    name: str,
    activate: bool = True,
    zero: bool = False,
) -> Any:
    x = layers.Conv2D(
        filters, size, strides, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv"
    )(x)
    gamma = "zeros" if zero else "ones"
    x = norm(momentum=0.97, epsilon=1e-4, gamma_initializer=gamma, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if activate else x


def _residual(x: Any, norm: type[layers.BatchNormalization], filters: int, name: str) -> Any:
    branch = _convolve(x, norm, filters, 3, 1, f"{name}_a")
    branch = _convolve(branch, norm, filters, 3, 1, f"{name}_b", activate=False, zero=True)
    x = layers.Add(name=f"{name}_add")([x, branch])
    return layers.ReLU(name=f"{name}_out")(x)


def _gem(x: Any, name: str) -> Any:
    """Pool with the generalised mean of power 3 (Radenovic et al. 2018): between average and maximum."""
    x = layers.Multiply(name=f"{name}_cube", dtype="float32")([x, x, x])
    x = layers.GlobalAveragePooling2D(name=f"{name}_mean", dtype="float32")(x)
    x = layers.Rescaling(1.0, offset=1e-5, name=f"{name}_floor", dtype="float32")(x)
    return keras.ops.power(x, 1.0 / 3.0)


def build_reusenet(
    size: int | None = INPUT_SIZE,
    dimensions: int = DIMENSIONS,
    widths: tuple[int, ...] = WIDTHS,
    norm: type[layers.BatchNormalization] = layers.BatchNormalization,
) -> keras.Model:
    """Build the untrained network: (n, size, size, 3) values 0..255 to (n, dimensions) unit vectors.

    With `size=None` any size is taken, which training uses to start on smaller pictures; the weights are
    the same. Pixel scaling is part of the network. `norm` is the layer class that normalises batches.
    """
    inputs = keras.Input((size, size, 3), name="picture")
    x = layers.Rescaling(1 / 64.0, offset=-2.0, name="scale")(inputs)
    x = _convolve(x, norm, widths[0] // 2, 5, 2, "stem")
    for number, width in enumerate(widths, start=1):
        x = _convolve(x, norm, width, 3, 2, f"block{number}_down")
        x = _residual(x, norm, width, f"block{number}")
        if number == len(widths) - 1:
            x = _residual(x, norm, width, f"block{number}x")
            middle = x
    pooled = layers.Concatenate(name="gem", dtype="float32")([_gem(middle, "gem_fine"), _gem(x, "gem_coarse")])
    pooled = norm(momentum=0.97, epsilon=1e-4, name="gem_norm", dtype="float32")(pooled)
    embedding = layers.Dense(dimensions, use_bias=False, name="embedding", dtype="float32")(pooled)
    outputs = layers.UnitNormalization(name="fingerprint", dtype="float32")(embedding)
    return keras.Model(inputs, outputs, name="reusenet")

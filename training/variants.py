"""Ways to get more out of trained fingerprints at the time of use, tried side by side by `training.evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageOps

BACKGROUND_NEIGHBOURS = 8
"""Nearest background pictures whose mean distance says how crowded a fingerprint's surroundings are."""

STRENGTH = 0.5
"""How much of that distance is subtracted. SSCD (Pizzi et al. 2022) subtracts all of it on one side."""


class Changed(Sequence[Image.Image]):
    """A sequence of pictures, each changed by a function when asked for."""

    def __init__(self, pictures: Sequence[Image.Image], change: Callable[[Image.Image], Image.Image]) -> None:
        self._pictures, self._change = pictures, change

    def __len__(self) -> int:
        return len(self._pictures)

    def __getitem__(self, row: Any) -> Any:
        return self._change(self._pictures[row])


def mirrored(pictures: Sequence[Image.Image]) -> Sequence[Image.Image]:
    """Return the pictures with left and right swapped."""
    return Changed(pictures, ImageOps.mirror)


def middle(pictures: Sequence[Image.Image], side: float = 0.7) -> Sequence[Image.Image]:
    """Return the middle of each picture: `side` of its width and height."""

    def cut(picture: Image.Image) -> Image.Image:
        width, height = picture.width * side, picture.height * side
        left, top = (picture.width - width) / 2, (picture.height - height) / 2
        return picture.crop((round(left), round(top), round(left + width), round(top + height)))

    return Changed(pictures, cut)


def crowding(prints: np.ndarray, background: np.ndarray, strength: float = STRENGTH) -> np.ndarray:
    """Return (n,) what to add to a squared distance on behalf of each fingerprint.

    A fingerprint whose nearest strangers are far is trusted at a larger distance: the mean squared distance to its
    nearest background fingerprints is subtracted, times `strength`, on both sides of a pair.
    """
    squares = (prints**2).sum(1)[:, None] + (background**2).sum(1)[None] - 2 * prints @ background.T
    nearest = np.sort(squares, axis=1)[:, :BACKGROUND_NEIGHBOURS]
    return -strength * nearest.mean(1)


def whitening(background: np.ndarray, power: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Return (mean, matrix) that decorrelate fingerprints as far as `power` says (1: fully)."""
    mean = background.mean(0)
    values, axes = np.linalg.eigh(np.cov((background - mean).T))
    return mean, axes * (values + 1e-4) ** (-power / 2)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

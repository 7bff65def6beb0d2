"""Find single-colour borders (letterbox, pillarbox, both) per stretch of video."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class BorderFinder:
    """Collect evidence frame by frame, then decide about whole stretches."""

    def __init__(self, size: tuple[int, int]) -> None:
        """Make ready for frames of `size` = (width, height)."""
        self._size, self._count = size, 0

    def add(self, luma: NDArray[np.uint8]) -> None:
        """Take in the next frame's luma, (height, width)."""
        self._count += 1

    def boxes(self, fps: float) -> NDArray[np.int16]:
        """Return each frame's box (left, top, right, bottom), right and bottom exclusive: int16 (n, 4)."""
        width, height = self._size
        return np.tile(np.array([0, 0, width, height], np.int16), (self._count, 1))

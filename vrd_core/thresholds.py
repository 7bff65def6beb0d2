"""The automatic threshold: where the histogram of distances between videos begins to rise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrd_core.errors import ThresholdError
from vrd_core.neighbours import Neighbours

FEWEST_FRAMES = 100
"""Below this many frames with neighbours the shape of their distances says nothing."""


@dataclass(frozen=True)
class Threshold:
    """A threshold and how it came about."""

    value: float
    reason: str


def automatic_threshold(neighbours: Neighbours) -> Threshold:
    """Return the threshold for max_distance="auto".

    Raises ThresholdError, asking for a number, when there are too few frames to tell.
    """
    nearest = np.sqrt(neighbours.nearest[np.isfinite(neighbours.nearest)].astype(np.float64))
    if len(nearest) < FEWEST_FRAMES:
        raise ThresholdError(
            f"max_distance='auto' needs at least {FEWEST_FRAMES} frames with neighbours in other videos to see where "
            f"their distances begin to rise. Received: {len(nearest)}. Give max_distance as a number.")
    bulk = nearest[nearest >= 0.5 * np.quantile(nearest, 0.9)]
    centre = float(np.median(bulk))
    spread = float(np.median(bulk[bulk >= centre] - centre)) * 1.4826
    value = max(centre - 2.5 * spread, 0.0) ** 2
    below = float((nearest**2 <= value).mean())
    return Threshold(float(np.float32(value)), f"the nearest frame of another video is typically at {centre**2:.4g}; "
                     f"{below:.1%} of the frames have one below {value:.4g}")

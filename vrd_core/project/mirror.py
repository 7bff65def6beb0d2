"""Tell whether a sequence is mirrored, by comparing its stills upright and flipped.

A mirror-invariant network finds mirrored reuse without saying so; this looks at the pictures themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL import Image

from vrd_core.frames.extract import Frames

_SIDE = 32
_MARGIN = 0.10
"""How much better the flipped stills must correlate (-1 to 1): crops and overlays disturb both by less than this."""


def looks_mirrored(a: Frames, b: Frames, pairs: Iterable[tuple[int, int]]) -> bool:
    """Return whether the frames `pairs` (frame of a, frame of b) agree better when one of them is flipped."""
    upright = flipped = 0.0
    count = 0
    for k, n in pairs:
        one, other = _grey(a.trimmed(k)), _grey(b.trimmed(n))
        upright += float((one * other).mean())
        flipped += float((one * other[:, ::-1]).mean())
        count += 1
    return count > 0 and (flipped - upright) / count > _MARGIN


def _grey(image: Image.Image) -> np.ndarray:
    """Return the picture as (32, 32) grey values of mean 0 and spread 1."""
    grey = np.asarray(image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX), np.float32)
    return (grey - grey.mean()) / max(float(grey.std()), 1.0)

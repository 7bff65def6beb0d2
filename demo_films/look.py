"""What time and a projector do to a picture: grain, scratches, dust, flicker, a dark rim, a restless gate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .stage import LUMA

Frame = np.ndarray
"""A picture: uint8, (h, w) in grey or (h, w, 3) in red, green and blue."""


@dataclass(frozen=True, slots=True)
class Wear:
    """How worn a print is. All zero: fresh from a digital camera."""

    grain: float = 5.0
    """Standard deviation of the grain, in grey levels of 0-255."""
    scratches: float = 0.5
    """Share of the time in which an upright scratch runs through the picture."""
    dust: float = 1.0
    """Mean number of specks in a frame."""
    flicker: float = 0.05
    """How much the light of the lamp swings."""
    contrast: float = 1.14
    """How much harder than the drawing the print is."""
    rim: float = 0.35
    """How much darker the corners are than the middle."""
    weave: float = 1.2
    """How far the picture wanders in the gate, in points."""


FRESH = Wear(grain=0, scratches=0, dust=0, flicker=0, contrast=1, rim=0, weave=0)

Tone = tuple[int, int, int]
"""What a tinted black-and-white print adds to red, green and blue; its grey (luma) stays what it was."""

NEUTRAL: Tone = (0, 0, 0)


def tone(red: float, blue: float) -> Tone:
    """Return the tone that adds so much red and blue, with the green that keeps the grey."""
    return round(red), round(-(red * LUMA[0] + blue * LUMA[2]) / LUMA[1]), round(blue)


WARM, AMBER, BLUE = tone(10, -16), tone(24, -40), tone(-22, 26)


class Print:
    """Age the pictures of one film. Picture `n` always gets the same grain and the same scratches."""

    def __init__(self, wear: Wear, size: tuple[int, int], seed: int, *, colour: bool) -> None:
        self.wear, self._size, self._seed = wear, size, seed
        width, height = size
        rng = np.random.default_rng(seed)
        gap = np.hypot((np.arange(width) / width - 0.5)[None, :], (np.arange(height) / height - 0.5)[:, None])
        rim = 1 - wear.rim * np.clip(gap / 0.7071, 0, 1) ** 2.4
        self._depth = 3 if colour else 1
        self._rim = np.repeat(rim * wear.contrast, self._depth, axis=1).astype(np.float32)
        grain = rng.standard_normal((height + 64, width + 64))
        # Grain has a size: neighbouring pixels share some of it (and it is easier on the encoder).
        grain = (grain + np.roll(grain, 1, 0) + np.roll(grain, 1, 1) + np.roll(grain, (1, 1), (0, 1))) / 2
        # Contrast turns about a middle grey: what is darker gets darker. The grain carries the shift.
        carried = grain * wear.grain - 120 * (wear.contrast - 1)
        self._grain = np.repeat(carried, self._depth, axis=1).astype(np.float32)
        self._paths = rng.uniform(0, 1, 64)

    def weave(self, n: int) -> tuple[float, float]:
        """Return how far picture `n` lies from its place, in points."""
        far = self.wear.weave
        x = math.sin(n * 0.31 + self._seed) + 0.5 * math.sin(n * 1.27)
        y = math.sin(n * 0.23 + 2 * self._seed) + 0.6 * math.sin(n * 1.71 + 1)
        return far * 0.45 * x, far * 0.6 * y

    def age(self, picture: Frame, n: int) -> Frame:
        """Return picture `n` as the projector shows it."""
        wear = self.wear
        if wear == FRESH:
            return picture
        rng = np.random.default_rng((self._seed, n))
        light = 1 + wear.flicker * (0.55 * math.sin(n * 0.9) * math.sin(n * 0.11) + rng.uniform(-0.5, 0.5))
        shade = self._rim * np.float32(light)
        down, right = rng.integers(0, 64, 2)
        left, right = right * self._depth, (right + self._size[0]) * self._depth
        # Colours side by side in one long row: numpy is several times faster on two axes than on three.
        out = picture.reshape(self._size[1], -1) * shade
        out += self._grain[down : down + self._size[1], left:right]
        pixels = out.reshape(picture.shape)
        self._scratch(pixels, n)
        for _ in range(rng.poisson(wear.dust)):
            self._speck(pixels, rng)
        return np.clip(pixels, 0, 255, out=pixels).astype(np.uint8)

    def _scratch(self, out: np.ndarray, n: int) -> None:
        # A scratch lasts about two seconds and wanders a little; each spell of 48 frames has its own.
        spell, within = divmod(n, 48)
        if self._paths[spell % 64] >= self.wear.scratches:
            return
        home = self._paths[(spell * 7 + 3) % 64] * 0.9 + 0.05
        x = int(self._size[0] * (home + 0.006 * math.sin(within * 0.4)))
        strength = 34 * math.sin(math.pi * (within + 0.5) / 48)
        out[:, x] += strength if spell % 3 else -strength

    def _speck(self, out: np.ndarray, rng: np.random.Generator) -> None:
        width, height = self._size
        unit = max(1, width // 240)
        x, y = int(rng.integers(0, width - 8 * unit)), int(rng.integers(0, height - 8 * unit))
        wide, tall = int(rng.integers(1, 3)) * unit, int(rng.integers(1, 4)) * unit
        out[y : y + tall, x : x + wide] += rng.choice([-90.0, 80.0])
        if rng.random() < 0.15:  # a hair
            length = int(rng.integers(8, 22)) * unit
            steps = np.arange(min(length, width - x, height - y))
            bend = (steps * steps / length * rng.uniform(0.2, 0.8)).astype(int)
            out[np.minimum(y + bend, height - 1), x + steps] -= 70

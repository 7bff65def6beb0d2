"""Frames for the tests of step 2, without a video: the attributes of `vrd_core.frames.Frames` that step 2 reads."""

import io

import numpy as np
from PIL import Image, ImageDraw

from vrd_core.text import digest


class DrawnFrames:
    """Drawn stills; frame k is the same whatever the count, so that a longer one begins like a shorter one."""

    fps = 1.0

    def __init__(self, count: int, *, size: tuple[int, int] = (320, 240), border: int = 0, seed: int = 0) -> None:
        self.count, self.size, self._seed, self._border = count, size, seed, border
        self.key = digest("drawn", str(count), str(size), str(border), str(seed))
        width, height = size
        self.facts = {"content_id": f"drawn-{seed}"}
        self.boxes = np.tile(np.array([border, 0, width - border, height], np.int16), (count, 1))

    def image(self, k: int) -> Image.Image:
        """Return a scene: coloured ellipses between black borders."""
        rng = np.random.default_rng([self._seed, k])
        width, height = self.size[0] - 2 * self._border, self.size[1]
        scene = Image.new("RGB", (width, height), tuple(int(v) for v in rng.integers(0, 256, 3)))
        pen = ImageDraw.Draw(scene)
        for _ in range(12):
            x, y, a, b = rng.uniform(0, 1, 4) * (width, height, width / 3, height / 3)
            pen.ellipse((x - a, y - b, x + a, y + b), fill=tuple(int(v) for v in rng.integers(0, 256, 3)))
        still = Image.new("RGB", self.size)
        still.paste(scene, (self._border, 0))
        return still

    def jpeg(self, k: int) -> bytes:
        """Return the scene as the store keeps it."""
        stream = io.BytesIO()
        self.image(k).save(stream, "JPEG", quality=95)
        return stream.getvalue()

    def trimmed(self, k: int) -> Image.Image:
        """Return the scene without its borders."""
        return self.image(k).crop(tuple(int(v) for v in self.boxes[k]))

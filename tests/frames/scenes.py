"""Drawn scenes for the borders: what a film shows, without any file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZE = (683, 384)
Luma = NDArray[np.uint8]
Box = tuple[int, int, int, int]
WHOLE: Box = (0, 0, *SIZE)


def landscape(seed: int, count: int, size: tuple[int, int] = SIZE, brightness: float = 1.0) -> Iterator[Luma]:
    """Yield pictures of moving blobs over a soft ground; a new shot every five pictures."""
    for k in range(count):
        shot = np.random.default_rng((seed, k // 5))
        coarse = shot.integers(30, 225, (9, 16), dtype=np.uint8)
        ground = Image.fromarray(np.roll(coarse, k % 5, axis=1)).resize(size, Image.Resampling.BICUBIC)
        draw = ImageDraw.Draw(ground)
        for _ in range(12):
            x, y = shot.uniform(-0.1, 1) * size[0] + 7 * (k % 5), shot.uniform(-0.1, 1) * size[1]
            wide, high = shot.uniform(0.05, 0.3, 2) * size[1]
            draw.ellipse((x, y, x + wide, y + high), fill=int(shot.integers(10, 245)))
        yield (np.asarray(ground) * brightness).astype(np.uint8)


def framed(pictures: Iterator[Luma], box: Box, colour: int = 0, size: tuple[int, int] = SIZE) -> Iterator[Luma]:
    """Put each picture into a box of a frame of one colour."""
    for picture in pictures:
        frame = np.full(size[::-1], colour, np.uint8)
        inside = Image.fromarray(picture).resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BILINEAR)
        frame[box[1] : box[3], box[0] : box[2]] = np.asarray(inside)
        yield frame


def noisy(pictures: Iterator[Luma], strength: float, seed: int = 0) -> Iterator[Luma]:
    """Add grain."""
    rng = np.random.default_rng(seed)
    for picture in pictures:
        yield (picture + rng.normal(0, strength, picture.shape)).clip(0, 255).astype(np.uint8)


def text(pictures: Iterator[Luma], box: Box, colour: int = 235, seed: int = 0, every: int = 1) -> Iterator[Luma]:
    """Write something like two lines of words into a box, other words every three pictures."""
    for k, picture in enumerate(pictures):
        frame = picture.copy()
        if k % (2 * every) < every or every == 1:
            rng = np.random.default_rng((seed, k // 3))
            high = max(4, (box[3] - box[1]) // 3)
            for line in (0, 1):
                x = box[0] + int(rng.integers(0, 30))
                y = box[1] + line * (high + high // 2)
                while x < box[2] - 12:
                    wide = int(rng.integers(3, 9))
                    frame[y + int(rng.integers(0, 3)) : y + high, x : x + wide] = colour
                    x += wide + int(rng.integers(3, 12))
        yield frame


def night(seed: int, count: int) -> Iterator[Luma]:
    """Yield a street at night: a sky that fades from black, roofs of different heights, moving lamps."""
    rng = np.random.default_rng(seed)
    roofs = np.repeat(rng.integers(150, 260, 20), 35)[: SIZE[0]]
    sky = np.linspace(0, 26, SIZE[1])[:, None] * np.ones(SIZE[0])
    for k in range(count):
        frame = sky.copy()
        frame[np.arange(SIZE[1])[:, None] > np.roll(roofs, k)[None]] = 4
        frame[-60:] = 30 + 15 * np.sin(np.arange(SIZE[0]) / 9 + k)
        for _ in range(14):
            x, y = rng.integers(0, SIZE[0] - 6), rng.integers(200, SIZE[1] - 6)
            frame[y : y + 6, x : x + 6] = 220
        yield frame.clip(0, 255).astype(np.uint8)


def horizon(count: int) -> Iterator[Luma]:
    """Yield a black sky over a bright sea, always at the same height: a straight and sharp edge that is no border."""
    for k in range(count):
        frame = np.zeros(SIZE[::-1], np.uint8)
        rng = np.random.default_rng(k)
        waves = rng.integers(60, 200, (12, 40), dtype=np.uint8)
        frame[230:] = np.asarray(Image.fromarray(waves).resize((SIZE[0], SIZE[1] - 230)))
        yield frame


def stage(count: int) -> Iterator[Luma]:
    """Yield someone in a spotlight that wanders, black all around."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    for k in range(count):
        middle = 340 + 60 * np.sin(k / 4)
        light = np.exp(-((((x - middle) / 110) ** 2 + ((y - 200) / 120) ** 2) ** 2))
        figure = 120 + 80 * np.sin(x / 11 + k) * np.cos(y / 17)
        yield (light * figure).clip(0, 255).astype(np.uint8)


def titles(count: int) -> Iterator[Luma]:
    """Yield one title on black, standing still."""
    blank = (np.zeros(SIZE[::-1], np.uint8) for _ in range(count))
    for frame in blank:
        yield next(text(iter([frame]), (150, 150, 530, 230)))


def credits(count: int) -> Iterator[Luma]:
    """Yield names that roll upwards on black, all beginning at the same place on the left."""
    rng = np.random.default_rng(3)
    roll = np.zeros((4000, SIZE[0]), np.uint8)
    for line in range(0, 4000, 30):
        roll[line : line + 16, 180 : 180 + int(rng.integers(80, 330)) : 4] = 230
        roll[line : line + 16, 180:184] = 230
    for k in range(count):
        yield roll[k * 23 : k * 23 + SIZE[1]]


def black(count: int) -> Iterator[Luma]:
    """Yield black leader."""
    for _ in range(count):
        yield np.zeros(SIZE[::-1], np.uint8)


def faded(pictures: list[Luma], length: int) -> Iterator[Luma]:
    """Fade in and out over `length` pictures."""
    for k, picture in enumerate(pictures):
        yield (picture * min(1.0, (k + 1) / length, (len(pictures) - k) / length)).astype(np.uint8)

"""Burn text, time codes, logos and bars into pictures: a few designs per batch, each on several pictures.

Two different pictures under one overlay are not the same picture: the batch holds such pairs, and the loss
pushes them apart.
"""

import string
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

DESIGNS = 10
"""Overlays drawn per batch. With about 40 pictures to cover, each design lies on several of them."""

_LETTERS = np.array(list(string.ascii_uppercase + string.ascii_lowercase + string.digits))


def burn_in(planes: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> None:
    """Lay a design on each of `rows` of (n, 3, s, s) float32 planes, in place."""
    if not len(rows):
        return
    size = planes.shape[-1]
    designs = [_design(rng, size) for _ in range(DESIGNS)]
    for row in rows:
        if rng.random() < 0.15:
            _small_picture(planes, row, rng)
            continue
        ink, cover = designs[rng.integers(DESIGNS)]
        planes[row] += cover * (ink - planes[row])


def _small_picture(planes: np.ndarray, row: int, rng: np.random.Generator) -> None:
    """Lay another picture of the batch, small, over this one: at most a third of the side."""
    size = planes.shape[-1]
    stride = int(rng.integers(3, 6))
    other = planes[int(rng.integers(len(planes)))][:, ::stride, ::stride]
    height, width = other.shape[1:]
    y, x = rng.integers(0, size - height + 1), rng.integers(0, size - width + 1)
    planes[row][:, y : y + height, x : x + width] = other


def _design(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw one overlay: ink (3, s, s) and cover (1, s, s) in 0..1."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    kind = rng.random()
    if kind < 0.3:
        _caption(pen, rng, size)
    elif kind < 0.55:
        _bar(pen, rng, size)
    elif kind < 0.75:
        _logo(pen, rng, size)
    elif kind < 0.9:
        _time_code(pen, rng, size)
    else:
        for part in (_bar, _logo, _time_code):
            part(pen, rng, size)
    pixels = np.asarray(image, np.float32).transpose(2, 0, 1)
    return pixels[:3], pixels[3:] / 255


def _words(rng: np.random.Generator, count: int) -> str:
    return " ".join("".join(rng.choice(_LETTERS, rng.integers(2, 9))) for _ in range(count))


def _font(rng: np.random.Generator, size: int, low: float, high: float) -> Any:
    return ImageFont.load_default(float(rng.uniform(low, high)) * size)


def _ink(rng: np.random.Generator, opaque: bool = True) -> tuple[int, int, int, int]:
    colour = (255, 255, 255) if rng.random() < 0.6 else tuple(int(v) for v in rng.integers(0, 256, 3))
    return colour[0], colour[1], colour[2], 255 if opaque else int(rng.integers(90, 230))


def _caption(pen: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """Words across the picture, in one to four lines."""
    y, ink = rng.uniform(0, 0.8) * size, _ink(rng)
    for _ in range(int(rng.integers(1, 5))):
        font = _font(rng, size, 0.07, 0.22)
        pen.text((rng.uniform(-0.05, 0.25) * size, y), _words(rng, 3), fill=ink, font=font)
        y += font.size * 1.2


def _bar(pen: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """A band with a line of text, mostly in the lower third."""
    top = rng.choice([rng.uniform(0.62, 0.85), rng.uniform(0, 0.15)], p=[0.8, 0.2]) * size
    height = rng.uniform(0.1, 0.25) * size
    left = 0 if rng.random() < 0.6 else rng.uniform(0, 0.2) * size
    colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    pen.rectangle((left, top, size - left, top + height), fill=(*colour, int(rng.integers(120, 256))))
    pen.text((left + 3, top + 1), _words(rng, 2), fill=_ink(rng), font=_font(rng, size, 0.07, 0.12))


def _logo(pen: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """A small sign in a corner, sometimes a large one see-through."""
    width = rng.uniform(0.1, 0.3) * size
    margin = rng.uniform(0.02, 0.08) * size
    x = margin if rng.random() < 0.5 else size - margin - width
    y = margin if rng.random() < 0.5 else size - margin - width
    box = (x, y, x + width, y + width * rng.uniform(0.4, 1.0))
    shape = (pen.ellipse, pen.rectangle)[rng.integers(2)]
    shape(box, fill=_ink(rng, opaque=False), outline=_ink(rng))
    pen.text((box[0] + 2, box[1]), _words(rng, 1)[:3], fill=_ink(rng), font=_font(rng, size, 0.08, 0.14))


def _time_code(pen: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """Digits as editing machines burn them in, mostly on a black box."""
    digits = rng.integers(0, 60, 4)
    text = ":".join(f"{value:02d}" for value in digits)
    font = _font(rng, size, 0.07, 0.13)
    width, height = font.getlength(text), font.size * 1.2
    x = rng.uniform(0, max(1.0, size - width))
    y = rng.choice([rng.uniform(0, 0.1), rng.uniform(0.8, 0.9)]) * size
    if rng.random() < 0.7:
        pen.rectangle((x, y, x + width, y + height), fill=(0, 0, 0, 255))
    pen.text((x, y), text, fill=(255, 255, 255, 255), font=font)

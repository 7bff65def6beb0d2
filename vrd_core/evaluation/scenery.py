"""Draw what stands around planted stretches: landscapes that are in no film, title cards, a logo with a subtitle bar.

Everything is drawn from a random generator, so the same seed draws the same pictures.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_WORDS = """
archive bridge camera city clouds coast crossing dance evening family field first garden harbour hill home
journey lake letters light market memory morning mountain night north people railway return river road school
sea snow spring stone street summer theatre tower train valley village voices water wind winter women work world
years
"""


def title_words(rng: np.random.Generator, count: int) -> str:
    """Return a few words for a title."""
    return " ".join(rng.choice(_WORDS.split(), count, replace=False)).capitalize()


def draw_landscape(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Draw hills under a sky with houses, trees or boats: a picture to move the camera over."""
    sky, ground = _muted(rng, 90, 240), _muted(rng, 20, 160)
    shade = np.linspace(0, 1, height)[:, None, None]
    pixels = sky * (1 - 0.5 * shade) + rng.normal(0, 5, (height, width, 1))
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    x, radius = rng.uniform(0.1, 0.9) * width, rng.uniform(0.03, 0.09) * height
    y = rng.uniform(0.08, 0.35) * height
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(sky + rng.uniform(-80, 90)))
    layers = int(rng.integers(2, 5))
    for layer in range(layers):
        base = height * (0.35 + 0.5 * layer / layers) + rng.uniform(-0.05, 0.05) * height
        points = np.arange(0, width + 8, 8)
        line = np.full(len(points), base)
        for _ in range(3):
            rise, bend, shift = rng.uniform(0.01, 0.06) * height, rng.uniform(3, 25), rng.uniform(0, 6)
            line += rise * np.sin(points / width * bend + shift)
        colour = ground * (1.3 - 0.6 * layer / layers) + rng.normal(0, 18, 3)
        outline = zip(points.tolist(), line.tolist(), strict=True)
        pen.polygon([(0, height), *outline, (width, height)], fill=_colour(colour))
        kind = rng.choice(("house", "tree", "boat", "stone"))
        for _ in range(int(rng.integers(4, 22))):
            at = int(rng.integers(len(points)))
            _draw_thing(pen, rng, str(kind), float(points[at]), float(line[at]), height * rng.uniform(0.03, 0.16))
    return image.filter(ImageFilter.GaussianBlur(0.7))


def _draw_thing(pen: ImageDraw.ImageDraw, rng: np.random.Generator, kind: str, x: float, y: float, size: float) -> None:
    colour = _colour(_muted(rng, 10, 235))
    dark = _colour(rng.uniform(0, 70, 3))
    width = size * rng.uniform(0.5, 1.2)
    if kind == "house":
        pen.rectangle((x, y - size, x + width, y + 4), fill=colour)
        pen.polygon([(x - 3, y - size), (x + width / 2, y - size * 1.6), (x + width + 3, y - size)], fill=dark)
        pen.rectangle((x + width * 0.4, y - size * 0.5, x + width * 0.6, y + 4), fill=dark)
    elif kind == "tree":
        pen.rectangle((x - 2, y - size * 0.5, x + 2, y + 4), fill=dark)
        pen.ellipse((x - width / 2, y - size * 1.5, x + width / 2, y - size * 0.4), fill=colour)
    elif kind == "boat":
        keel = y + size * 0.4
        pen.polygon([(x - width, y), (x + width, y), (x + width * 0.6, keel), (x - width * 0.6, keel)], fill=dark)
        pen.polygon([(x, y - size * 1.4), (x, y - 2), (x + width * 0.8, y - 2)], fill=colour)
    else:
        pen.ellipse((x - width, y - size * 0.4, x + width, y + size * 0.5), fill=colour)


def draw_title(rng: np.random.Generator, width: int, height: int, text: str) -> Image.Image:
    """Draw a title card: light letters on near-black, as most films have them."""
    image = Image.new("RGB", (width, height), _colour(rng.uniform(0, 20, 3)))
    pen = ImageDraw.Draw(image)
    words, lines = text.split(), []
    while words:
        take = int(rng.integers(1, 4))
        lines.append(" ".join(words[:take]))
        words = words[take:]
    font = ImageFont.load_default(height * rng.uniform(0.07, 0.11))
    y = height * rng.uniform(0.25, 0.45)
    for line in lines:
        pen.text(((width - pen.textlength(line, font=font)) / 2, y), line, fill=(230, 228, 215), font=font)
        y += height * 0.14
    return image


def draw_overlay(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Draw a logo in a corner and a subtitle bar with a line of text, on a transparent ground."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    side = height * 0.13
    x = width * 0.04 if rng.random() < 0.5 else width * 0.96 - side
    y = height * 0.05
    pen.ellipse((x, y, x + side, y + side), fill=(*_colour(rng.uniform(60, 255, 3)), 230))
    pen.text(
        (x + side * 0.3, y + side * 0.2),
        str(rng.choice(list("ABDKMRSTV"))),
        fill=(255, 255, 255, 255),
        font=ImageFont.load_default(side * 0.55),
    )
    top = height * rng.uniform(0.78, 0.84)
    pen.rectangle((0, top, width, top + height * 0.12), fill=(0, 0, 0, 190))
    pen.text(
        (width * 0.06, top + height * 0.02),
        title_words(rng, 4),
        fill=(255, 255, 255, 255),
        font=ImageFont.load_default(height * 0.065),
    )
    return image


def _muted(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Draw a colour that is half grey."""
    return 0.5 * rng.uniform(low, high) + 0.5 * rng.uniform(low, high, 3)


def _colour(values: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = np.clip(values, 0, 255).astype(int).tolist()
    return red, green, blue

"""Sky, hills, water and smoke: what several of the demo's worlds share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageFilter

from .stage import Brush, Colour, Easel, Point, Sprite, Stage, mix, rgb

Rng = np.random.Generator


def wobble(rng: Rng, count: int, step: float, octaves: int = 4) -> np.ndarray:
    """Return `count` smooth random values, roughly -1 to 1, whose longest waves are `step` long."""
    total, weight = np.zeros(count), 1.0
    for _ in range(octaves):
        knots = rng.uniform(-1, 1, int(count / step) + 3)
        place = np.arange(count) / step
        low = place.astype(int)
        share = place - low
        share = share * share * (3 - 2 * share)
        total += weight * (knots[low] * (1 - share) + knots[low + 1] * share)
        weight, step = weight * 0.5, max(step * 0.5, 2.0)
    return total / 1.6


def gradient(width: int, height: int, stops: Sequence[tuple[float, Colour]]) -> np.ndarray:
    """Return an (h, w, 3) picture that runs from colour to colour downwards; stops are (0-1, colour)."""
    rows = np.linspace(0, 1, height)
    places = [place for place, _ in stops]
    columns = [np.interp(rows, places, [rgb(colour)[i] for _, colour in stops]) for i in range(3)]
    return np.repeat(np.stack(columns, axis=1)[:, None, :], width, axis=1)


def sky(
    easel: Easel,
    rng: Rng,
    width: int,
    height: int,
    stops: Sequence[tuple[float, Colour]],
    *,
    clouds: int = 0,
    cloud: Colour = "#ffffff",
    stars: int = 0,
    disc: tuple[float, float, float, Colour] | None = None,
) -> Sprite:
    """Paint a sky with clouds, stars and a sun or moon (`disc`: x, y, radius, colour)."""
    picture = gradient(width, height, stops)
    if stars:
        xs, ys = rng.integers(0, width, stars), (rng.random(stars) ** 1.4 * height * 0.8).astype(int)
        picture[ys, xs] = np.maximum(picture[ys, xs], rng.uniform(120, 250, stars)[:, None])
    if disc:
        x, y, radius, colour = disc
        gap = np.hypot(np.arange(width)[None, :] - x, np.arange(height)[:, None] - y)
        glow = (0.55 * np.exp(-((gap / (radius * 2.6)) ** 1.1)))[..., None]
        picture += (np.array(rgb(colour)) - picture) * glow
        edge = np.clip(radius - gap + 0.5, 0, 1)[..., None]
        picture += (np.array(rgb(mix(colour, "#ffffff", 0.45))) - picture) * edge
    sheet = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).convert("RGBA")
    if clouds:
        sheet.alpha_composite(_clouds(rng, width, int(height * 0.85), clouds, cloud))
    return easel.sprite(sheet.convert("RGB"))


def _clouds(rng: Rng, width: int, height: int, count: int, colour: Colour) -> Image.Image:
    sheet = Image.new("RGBA", (width, height), (*rgb(colour), 0))
    brush = Brush(sheet)
    for _ in range(count):
        x, y = rng.uniform(0, width), height * (0.06 + 0.75 * rng.random())
        long = rng.uniform(40, 110) * (0.5 + 0.8 * (1 - y / height))
        for _ in range(9):
            dx = rng.normal(0, 0.45)
            size = long * 0.26 * max(0.25, 1 - abs(dx)) * rng.uniform(0.7, 1.2)
            brush.oval(x + dx * long, y - size * 0.45, size * 1.3, colour, size * 0.6, alpha=150)
        brush.box(x - long, y, 2 * long, 3, colour, alpha=120)
    return sheet.filter(ImageFilter.GaussianBlur(4))


def land(
    easel: Easel,
    rng: Rng,
    width: int,
    height: int,
    colour: Colour,
    *,
    fog: Colour | None = None,
    rough: float = 0.5,
    step: float = 160,
    trees: int = 0,
    tree: Colour | None = None,
    round_trees: bool = False,
    fields: int = 0,
    extra: Callable[[Brush, np.ndarray], None] | None = None,
) -> Sprite:
    """Paint a layer of hills, as wide and high as given, that fades into mist (`fog`) towards its foot.

    `rough` is how much of the height the ridge rises and falls; `extra` may paint on it, given the ridge.
    """
    over = 2
    ridge = height * (0.12 + rough * 0.42) - wobble(rng, width, step) * height * rough * 0.42
    sheet = Image.new("RGBA", (width * over, height * over))
    brush = Brush(sheet, over)
    for _ in range(trees):
        x = int(rng.integers(0, width))
        _tree(brush, rng, x, ridge[x] + 2, tree or colour, round_trees)
    brush.poly(
        [*((x, ridge[x]) for x in range(0, width, 2)), (width, ridge[-1]), (width, height), (0, height)],
        colour,
    )
    for _ in range(fields):
        x = int(rng.integers(30, width - 30))
        y = ridge[x] + rng.uniform(0.15, 0.8) * (height - ridge[x])
        wide, tall = rng.uniform(30, 90), rng.uniform(4, 12)
        shade = mix(colour, rng.choice(["#ffffff", "#000000"]), rng.uniform(0.05, 0.16))
        brush.poly([(x - wide, y), (x - wide * 0.6, y - tall), (x + wide * 0.7, y - tall), (x + wide, y)], shade)
    if extra:
        extra(brush, ridge)
    pixels = np.asarray(sheet.reduce(over), dtype=np.float32).copy()
    if fog is not None:
        share = np.clip(np.linspace(-0.15, 0.95, height), 0, 1)[:, None, None]
        pixels[..., :3] += (np.array(rgb(fog), dtype=np.float32) - pixels[..., :3]) * share
    return easel.sprite_of(pixels)


def _tree(brush: Brush, rng: Rng, x: float, y: float, colour: Colour, crown: bool) -> None:
    tall = rng.uniform(12, 30)
    shade = mix(colour, "#000000", rng.uniform(0, 0.25))
    if crown:
        brush.box(x - 1, y - tall * 0.5, 2, tall * 0.5, mix(shade, "#000000", 0.3))
        for dx, dy, size in ((-0.22, 0.6, 0.26), (0.2, 0.62, 0.25), (0, 0.8, 0.28)):
            brush.oval(x + dx * tall, y - dy * tall, size * tall, shade)
    else:
        for low, wide in ((0, 0.3), (0.3, 0.24), (0.58, 0.17)):
            top = y - tall * min(1, low + 0.5)
            brush.poly([(x - wide * tall, y - low * tall), (x, top), (x + wide * tall, y - low * tall)], shade)


class Sea:
    """Water in strips: the nearer, the larger, the darker and the faster."""

    def __init__(
        self,
        easel: Easel,
        rng: Rng,
        top: float,
        bottom: float,
        far: Colour,
        near: Colour,
        *,
        light: Colour = "#ffffff",
        strips: int = 5,
        swell: float = 1.0,
    ) -> None:
        self._strips = []
        self._swell = swell
        for i in range(strips):
            share = i / max(1, strips - 1)
            y = top + (bottom - top) * share**1.5
            nearer = top + (bottom - top) * min(1.0, (i + 1) / max(1, strips - 1)) ** 1.5
            deep = nearer - y + 26 + 14 * swell if i < strips - 1 else 60 + 14 * swell
            sprite = self._strip(easel, rng, 1000, round(deep), mix(far, near, share), light, 0.4 + share)
            self._strips.append((sprite, y, share, rng.uniform(0, 6)))

    def _strip(
        self, easel: Easel, rng: Rng, width: int, height: int, colour: Colour, light: Colour, size: float
    ) -> Sprite:
        waves = (3 + 8 * size) * self._swell**0.5
        crest = 5 * size * self._swell
        count = max(3, round(width / (waves * 5)))
        x = np.arange(width + 1)
        bend = 0.4 * np.sin(2 * np.pi * x * 3 / width + rng.uniform(0, 6))
        edge = crest * (1.2 - np.abs(np.sin(np.pi * count * x / width + bend)) ** 0.7)

        def strokes(brush: Brush) -> None:
            brush.poly([*zip(x.tolist(), edge.tolist(), strict=True), (width, height), (0, height)], colour)
            brush.line(list(zip(x.tolist(), (edge + 0.5).tolist(), strict=True)), mix(colour, light, 0.35), 0.8)
            for _ in range(round(width * height / 1800 / size)):
                wide, lx, ly = (
                    rng.uniform(4, 14) * size,
                    rng.uniform(0, width),
                    rng.uniform(crest * 1.5, height),
                )
                tone = mix(colour, light if rng.random() < 0.6 else "#000000", rng.uniform(0.08, 0.3))
                brush.line([(lx, ly), (lx + wide, ly)], tone, max(0.5, 0.8 * size))

        return easel.paint(width, height, strokes)

    def draw(self, stage: Stage, t: float, shift: float = 0.0, first: int = 0, last: int | None = None) -> None:
        """Draw strips `first` to `last` (far to near), the camera having moved by `shift` points."""
        for sprite, y, share, phase in self._strips[first:last]:
            run = 8 + 26 * share
            bob = self._swell * (0.6 + 2.6 * share) * math.sin(1.5 * t + phase)
            stage.tile(sprite, -shift * (0.25 + 0.9 * share) - run * t + 4 * math.sin(t + phase), y + bob)


class Puffs:
    """Soft round clouds of smoke or steam in growing sizes, and plumes made of them."""

    def __init__(
        self, easel: Easel, colour: Colour, *, largest: float = 40, density: float = 0.55, sizes: int = 8
    ) -> None:
        self._sprites = []
        for i in range(sizes):
            radius = 4 + (largest - 4) * i / (sizes - 1)
            side = math.ceil(radius) * 2 + 1
            gap = np.hypot(*(np.mgrid[0:side, 0:side] - side // 2)) / radius
            alpha = 255 * density * np.clip(1 - gap**2, 0, 1) * (1 - 0.35 * i / sizes)
            # The upper left of a puff is lit, the lower right lies in shadow.
            lit = (np.mgrid[0:side, 0:side].sum(axis=0) / side - 1)[..., None] * -40
            body = np.array(rgb(colour), dtype=np.float32) + lit
            self._sprites.append(easel.sprite_of(np.concatenate([body, alpha[..., None]], axis=2)))

    def at(self, stage: Stage, x: float, y: float, size: float) -> None:
        """Put one puff; `size` is 0-1."""
        index = min(len(self._sprites) - 1, max(0, int(size * len(self._sprites))))
        stage.centre(self._sprites[index], x, y)

    def plume(
        self,
        stage: Stage,
        t: float,
        source: Point | Callable[[float], Point],
        wind: Point,
        *,
        life: float = 3.0,
        rate: float = 8.0,
        view: float = 0.0,
        seed: float = 0.0,
    ) -> None:
        """Draw what a chimney has given off.

        `source` is its mouth, or tells where that was at a time; `view` is how far the camera has moved
        to the right."""
        newest = math.floor(t * rate)
        for i in range(newest - math.floor(life * rate), newest + 1):
            born = i / rate
            age = t - born
            if not 0 <= age < life:
                continue
            x, y = source(born) if callable(source) else source
            jitter = math.sin(i * 12.9898 + seed) * 6
            drift = age * (1 - 0.12 * age)
            x += wind[0] * drift + jitter * age - view
            y += wind[1] * drift + math.cos(i * 7.13 + seed) * 4 * age
            self.at(stage, x, y, (age / life) ** 0.7)

"""A film as a list of shots and cuts, and the projector that draws any picture of it by its number."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from PIL import Image

from .edits import SPEED_UP, fit
from .look import FRESH, NEUTRAL, Frame, Print, Tone, Wear
from .stage import Easel, Stage, ease

Draw = Callable[[Stage, float], None]
"""Draw the picture of a shot at a time (seconds since the shot began) on a stage."""

Build = Callable[[Easel, np.random.Generator, float], Draw]
"""Set up a shot: paint its sprites, make its dice, be told its length in seconds."""

SAFE = 1e-6
"""Added before a time is rounded down to a picture: 2.0 s may be stored as 1.9999999 s."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot that is drawn."""

    build: Build
    seconds: float
    tone: Tone = NEUTRAL
    """The tint of the print (black-and-white films only)."""
    zoom: tuple[float, float] = (1.0, 1.0)
    """How much the picture is enlarged at the beginning and at the end of the shot."""
    focus: tuple[float, float] = (0.5, 0.5)
    """What an enlargement keeps in place, as shares of width and height."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of another film, taken over and edited."""

    source: Film
    start: float
    """Where the stretch begins in the other film, in seconds."""
    seconds: float
    """How long it runs in this film."""
    edits: tuple[str, ...] = ()

    @property
    def speed(self) -> float:
        return SPEED_UP if "24 to 25 fps" in self.edits else 1.0

    @property
    def end(self) -> float:
        """Where the stretch ends in the other film, in seconds."""
        return self.start + self.seconds * self.speed

    def picture_at(self, t: float) -> int:
        """Return the number of the other film's picture that is shown `t` seconds after the cut."""
        return int((self.start + t * self.speed) * self.source.fps + SAFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film that can be drawn. `stage` is its size in points, `size` its size in pixels."""

    path: str
    fps: int
    stage: tuple[int, int]
    size: tuple[int, int]
    colour: bool
    wear: Wear
    parts: tuple[Shot | Cut, ...] = field(repr=False)

    @property
    def starts(self) -> list[int]:
        """The number of each part's first picture, and after them the number of pictures in all."""
        starts = [0]
        for part in self.parts:
            starts.append(starts[-1] + max(1, round(part.seconds * self.fps)))
        return starts

    @property
    def pictures(self) -> int:
        return self.starts[-1]

    @property
    def seconds(self) -> float:
        return self.pictures / self.fps

    def cuts(self) -> list[tuple[float, Cut]]:
        """Return the stretches taken from other films, each with the second at which it begins here."""
        starts = self.starts
        return [(starts[i] / self.fps, part) for i, part in enumerate(self.parts) if isinstance(part, Cut)]

    def second_of(self, build: Build, offset: float) -> float:
        """Return the time `offset` seconds into the shot that `build` draws, rounded to a picture."""
        for start, part in zip(self.starts, self.parts, strict=False):
            if isinstance(part, Shot) and part.build is build:
                return (start + round(offset * self.fps)) / self.fps
        raise KeyError(f"{self.path} has no such shot. Received: {build}")

    def smaller(self, scale: float) -> Film:
        """Return the film with smaller pictures, everything in them and in time as before."""
        size = (max(2, round(self.size[0] * scale / 2) * 2), max(2, round(self.size[1] * scale / 2) * 2))
        parts = (
            replace(part, source=part.source.smaller(scale)) if isinstance(part, Cut) else part for part in self.parts
        )
        return replace(self, size=size, parts=tuple(parts))


class Projector:
    """Draw the pictures of one film in any order; the same number always gives the same picture."""

    def __init__(self, film: Film, seed: int) -> None:
        self.film = film
        self._name = zlib.crc32(film.path.encode())
        self._seed = seed
        self._starts = film.starts
        self._easel = Easel(*film.stage, colour=film.colour)
        self._stage = self._easel.stage()
        self._print = Print(film.wear, film.size, (seed * 7919 + self._name) % 2**31, colour=film.colour)
        self._scene = lru_cache(maxsize=2)(self._set_up)
        self._others = lru_cache(maxsize=None)(lambda source: Projector(source, seed))

    def _set_up(self, index: int) -> Draw:
        shot = self.film.parts[index]
        assert isinstance(shot, Shot)
        return shot.build(self._easel, np.random.default_rng((self._seed, self._name, index)), shot.seconds)

    def picture(self, n: int) -> tuple[Frame, Tone]:
        """Return picture `n`, grey or in colour as the film is, and its tint."""
        index = int(np.searchsorted(self._starts, n, side="right")) - 1
        part, t = self.film.parts[index], (n - self._starts[index]) / self.film.fps
        if isinstance(part, Cut):
            foreign = self._others(part.source).shown(part.picture_at(t))
            return np.asarray(fit(foreign, self.film.size, part.edits)), NEUTRAL
        self._stage.clear()
        self._scene(index)(self._stage, t)
        return self._print.age(np.asarray(self._through_the_gate(part, t, n)), n), part.tone

    def _through_the_gate(self, shot: Shot, t: float, n: int) -> Image.Image:
        """Return what the camera and the gate let through of the stage, in the film's size."""
        wide, high = self.film.stage
        zoom = shot.zoom[0] + (shot.zoom[1] - shot.zoom[0]) * (0.6 * t / shot.seconds + 0.4 * ease(t / shot.seconds))
        if self.film.wear == FRESH and zoom == 1 and self.film.size == self.film.stage:
            return self._stage.image
        margin = 2.5 * self.film.wear.weave
        dx, dy = self._print.weave(n)
        w, h = (wide - 2 * margin) / zoom, (high - 2 * margin) / zoom
        left = margin + dx + (wide - 2 * margin - w) * shot.focus[0]
        top = margin + dy + (high - 2 * margin - h) * shot.focus[1]
        left, top = min(max(left, 0.0), wide - w), min(max(top, 0.0), high - h)
        return self._stage.image.resize(self.film.size, Image.Resampling.BILINEAR, box=(left, top, left + w, top + h))

    def shown(self, n: int) -> Image.Image:
        """Return picture `n` in red, green and blue, tint included."""
        picture, tone = self.picture(n)
        image = Image.fromarray(picture)
        if image.mode == "RGB":
            return image
        channels = (image.point([min(max(v + shift, 0), 255) for v in range(256)]) for shift in tone)
        return Image.merge("RGB", list(channels))

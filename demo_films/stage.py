"""What the demo films are drawn with: colours, brushes, sprites, and the stage they are put on.

Every scene is drawn in *points*: an archive picture is 600 x 450 of them whatever its size in the file.
What does not change its shape is painted once, at twice the size and then reduced so that its edges are
smooth, and is put on the stage at a new place in every frame. A black-and-white film is drawn in grey from
the start, which is a third of the work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

Colour = str | tuple[int, int, int]
Point = tuple[float, float]

LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
"""Weights of red, green and blue in the grey of a picture (ITU-R BT.601, what small H.264 files use)."""


@lru_cache(maxsize=4096)
def rgb(colour: Colour) -> tuple[int, int, int]:
    """Return a colour given as "#rrggbb" or as a triple, as a triple."""
    if isinstance(colour, str):
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    return colour


def mix(first: Colour, second: Colour, share: float) -> tuple[int, int, int]:
    """Return the colour that is `share` (0-1) of the way from `first` to `second`."""
    a, b = rgb(first), rgb(second)
    return tuple(round(p + (q - p) * min(max(share, 0.0), 1.0)) for p, q in zip(a, b, strict=True))  # type: ignore[return-value]


@lru_cache(maxsize=64)
def font(size: float) -> ImageFont.FreeTypeFont:
    """Return the typeface that Pillow brings, `size` points high: the same on every machine."""
    return ImageFont.load_default(size)  # type: ignore[return-value]


def ease(share: float) -> float:
    """Return 0-1 for 0-1, slow at both ends."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def glide(t: float, length: float, start: float, end: float) -> float:
    """Return where a camera is at `t`: it starts and stops softly but is never at rest inside a shot."""
    share = t / length
    return start + (end - start) * (0.6 * share + 0.4 * ease(share))


class Brush:
    """Draw plain shapes, in points, on a Pillow image that has `scale` pixels to the point."""

    def __init__(self, image: Image.Image, scale: float = 1.0) -> None:
        self.image, self.scale = image, scale
        self._draw = ImageDraw.Draw(image)
        self._grey = image.mode == "L"

    def ink(self, colour: Colour, alpha: int = 255) -> int | tuple[int, ...]:
        """Return a colour as the image's mode wants it."""
        r, g, b = rgb(colour)
        if self._grey:
            return round(0.299 * r + 0.587 * g + 0.114 * b)
        return (r, g, b, alpha) if self.image.mode == "RGBA" else (r, g, b)

    def poly(self, points: Iterable[Point], colour: Colour, alpha: int = 255) -> None:
        """Fill a polygon."""
        k = self.scale
        self._draw.polygon([(x * k, y * k) for x, y in points], fill=self.ink(colour, alpha))

    def oval(self, x: float, y: float, rx: float, colour: Colour, ry: float | None = None, alpha: int = 255) -> None:
        """Fill an ellipse round (x, y); a circle where `ry` is left out."""
        k, ry = self.scale, rx if ry is None else ry
        self._draw.ellipse([(x - rx) * k, (y - ry) * k, (x + rx) * k, (y + ry) * k], fill=self.ink(colour, alpha))

    def ring(self, x: float, y: float, r: float, colour: Colour, width: float = 1, arc: Point = (0, 360)) -> None:
        """Draw a circle, or the part of it between two angles (degrees, clockwise from three o'clock)."""
        k = self.scale
        box = [(x - r) * k, (y - r) * k, (x + r) * k, (y + r) * k]
        self._draw.arc(box, arc[0], arc[1], fill=self.ink(colour), width=max(1, round(width * k)))

    def box(self, x: float, y: float, w: float, h: float, colour: Colour, radius: float = 0, alpha: int = 255) -> None:
        """Fill a rectangle whose upper left corner is (x, y), with round corners where a radius is given."""
        if w <= 0 or h <= 0:
            return
        k = self.scale
        corners = [x * k, y * k, (x + w) * k - 1, (y + h) * k - 1]
        corners[2], corners[3] = max(corners[2], corners[0]), max(corners[3], corners[1])
        if radius:
            self._draw.rounded_rectangle(corners, radius * k, fill=self.ink(colour, alpha))
        else:
            self._draw.rectangle(corners, fill=self.ink(colour, alpha))

    def frame(self, x: float, y: float, w: float, h: float, colour: Colour, width: float = 1) -> None:
        """Draw the outline of a rectangle."""
        k = self.scale
        corners = [x * k, y * k, (x + w) * k, (y + h) * k]
        self._draw.rectangle(corners, outline=self.ink(colour), width=max(1, round(width * k)))

    def line(self, points: Sequence[Point], colour: Colour, width: float = 1, alpha: int = 255) -> None:
        """Draw a line through points."""
        k = self.scale
        flat = [(x * k, y * k) for x, y in points]
        self._draw.line(flat, fill=self.ink(colour, alpha), width=max(1, round(width * k)), joint="curve")

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        colour: Colour,
        anchor: str = "mm",
        spacing: float = 0,
    ) -> None:
        """Write one line; `anchor` as in Pillow ("mm" is the middle); `spacing` is room between letters."""
        k = self.scale
        face = font(size * k)
        if not spacing:
            self._draw.text((x * k, y * k), words, fill=self.ink(colour), font=face, anchor=anchor)
            return
        wide = [face.getlength(letter) + spacing * k for letter in words]
        left = x * k - {"l": 0.0, "m": (sum(wide) - spacing * k) / 2, "r": sum(wide) - spacing * k}[anchor[0]]
        for letter, width in zip(words, wide, strict=True):
            self._draw.text((left, y * k), letter, fill=self.ink(colour), font=face, anchor="l" + anchor[1])
            left += width


@dataclass(frozen=True, slots=True)
class Sprite:
    """A painted thing: its picture, and where it covers what lies behind it (None: everywhere)."""

    image: Image.Image
    mask: Image.Image | None = None

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    def mirrored(self) -> Sprite:
        """Return the sprite facing the other way."""
        return Sprite(ImageOps.mirror(self.image), self.mask and ImageOps.mirror(self.mask))

    def scaled(self, factor: float) -> Sprite:
        """Return the sprite larger or smaller."""
        size = (max(1, round(self.width * factor)), max(1, round(self.height * factor)))
        image = self.image.resize(size, Image.Resampling.BILINEAR)
        return Sprite(image, self.mask and self.mask.resize(size, Image.Resampling.BILINEAR))

    def turned(self, degrees: float) -> Sprite:
        """Return the sprite turned counter-clockwise about its middle, in a frame as large as before."""
        turned = self.image.rotate(degrees, Image.Resampling.BILINEAR)
        return Sprite(turned, self.mask and self.mask.rotate(degrees, Image.Resampling.BILINEAR))


class Stage(Brush):
    """One picture in the making."""

    def __init__(self, width: int, height: int, colour: bool) -> None:
        super().__init__(Image.new("RGB" if colour else "L", (width, height)))
        self.width, self.height = width, height

    def clear(self) -> None:
        """Make the picture black."""
        self.image.paste(0, (0, 0, self.width, self.height))

    def put(self, sprite: Sprite, x: float, y: float) -> None:
        """Put a sprite with its upper left corner at (x, y)."""
        left, top = round(x), round(y)
        if left < self.width and top < self.height and left + sprite.width > 0 and top + sprite.height > 0:
            self.image.paste(sprite.image, (left, top), sprite.mask)

    def centre(self, sprite: Sprite, x: float, y: float) -> None:
        """Put a sprite with its middle at (x, y)."""
        self.put(sprite, x - sprite.width / 2, y - sprite.height / 2)

    def tile(self, sprite: Sprite, x: float, y: float) -> None:
        """Put a sprite again and again side by side, so that one of them begins at `x`."""
        left = x % sprite.width - sprite.width
        while left < self.width:
            self.put(sprite, left, y)
            left += sprite.width

    def glaze(self, points: Sequence[Point], colour: Colour, strength: float) -> None:
        """Tint a polygon: light falling through something."""
        left, top = (max(0, math.floor(min(p[i] for p in points))) for i in (0, 1))
        right = min(self.width, math.ceil(max(p[0] for p in points)) + 1)
        bottom = min(self.height, math.ceil(max(p[1] for p in points)) + 1)
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in points], fill=round(255 * strength))
        self.image.paste(self.ink(colour), (left, top, right, bottom), mask)  # type: ignore[arg-type]

    def dim(self, share: float) -> None:
        """Darken the whole picture: 0 leaves it, 1 makes it black."""
        if share > 0:
            self.image.paste(self.image.point(lambda v: round(v * (1 - min(share, 1.0)))))


class Easel:
    """Paint sprites and open stages for one film, in colour or in grey."""

    def __init__(self, width: int, height: int, *, colour: bool) -> None:
        self.width, self.height, self.colour = width, height, colour
        self._mode = "RGB" if colour else "L"

    def stage(self) -> Stage:
        """Return an empty picture."""
        return Stage(self.width, self.height, self.colour)

    def paint(
        self, width: float, height: float, strokes: Callable[..., object], *values: object, blur: float = 0
    ) -> Sprite:
        """Paint a sprite on a clear ground: `strokes(brush, *values)` draws it; `blur` (points) softens."""
        over = 2
        sheet = Image.new("RGBA", (round(width * over), round(height * over)))
        strokes(Brush(sheet, over), *values)
        sheet = sheet.reduce(over)
        if blur:
            sheet = sheet.convert("RGBa").filter(ImageFilter.GaussianBlur(blur)).convert("RGBA")
        return self.sprite(sheet)

    def sprite(self, picture: Image.Image) -> Sprite:
        """Make a sprite of an RGB or RGBA picture."""
        mask = picture.getchannel("A") if picture.mode == "RGBA" else None
        return Sprite(picture.convert("RGB").convert(self._mode), mask)

    def sprite_of(self, pixels: np.ndarray) -> Sprite:
        """Make a sprite of an array: (h, w, 3) covers everything, (h, w, 4) has transparency."""
        return self.sprite(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))

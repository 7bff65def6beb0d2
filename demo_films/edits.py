"""What the documentaries do to footage they take over."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageOps

from .stage import Brush

SPEED_UP = 25 / 24
"""How much faster a film of 24 pictures a second runs on 25-picture television."""

_SEPIA = (0.393, 0.769, 0.189, 0, 0.349, 0.686, 0.168, 0, 0.272, 0.534, 0.131, 0)


def _crop(picture: Image.Image) -> Image.Image:
    w, h = picture.size
    return picture.resize((w, h), Image.Resampling.BILINEAR, box=(w * 0.125, h * 0.125, w * 0.875, h * 0.875))


def _letterbox(picture: Image.Image) -> Image.Image:
    """Mask a picture to 16:9 with bars above and below."""
    w, h = picture.size
    out = Image.new("RGB", (w, h))
    high = round(w * 9 / 16)
    out.paste(picture.crop((0, (h - high) // 2, w, (h - high) // 2 + high)), (0, (h - high) // 2))
    return out


def _logo(picture: Image.Image) -> Image.Image:
    """Put a channel's mark and a subtitle bar on a picture."""
    w, h = picture.size
    overlay = _OVERLAYS.get((w, h)) or _OVERLAYS.setdefault((w, h), _overlay(w, h))
    out = picture.copy()
    out.paste(overlay, (0, 0), overlay)
    return out


_OVERLAYS: dict[tuple[int, int], Image.Image] = {}


def _overlay(w: int, h: int) -> Image.Image:
    sheet = Image.new("RGBA", (w, h))
    b = Brush(sheet, h / 360)
    wide = w * 360 / h
    b.oval(wide - 46, 38, 21, "#ffffff", alpha=225)
    b.oval(wide - 46, 38, 17, "#d8332e", alpha=235)
    b.text(wide - 46, 38, "7", 25, "#ffffff")
    b.box(wide * 0.1, 304, wide * 0.8, 34, "#000000", 4, alpha=165)
    b.text(wide / 2, 321, "Nobody filmed it twice, so everybody borrows it.", 15, "#ffffff")
    return sheet


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "tint": lambda picture: picture.convert("RGB", _SEPIA),
    "black-and-white": lambda picture: picture.convert("L").convert("RGB"),
    "crop": _crop,
    "mirror": ImageOps.mirror,
    "letterbox": _letterbox,
    "logo and subtitle": _logo,
}
"""The edits by name, each from a picture to one of the same size. "pillarbox", "fill" and "24 to 25 fps" are
not here: they come from how a picture is fitted into the film and how fast it runs."""


def fit(picture: Image.Image, size: tuple[int, int], edits: tuple[str, ...]) -> Image.Image:
    """Return a foreign picture, edited and fitted into a film whose pictures are `size` = (w, h).

    A narrower picture stands between black bars ("pillarbox"), or loses its top and bottom to fill the width
    ("fill").
    """
    for name in edits:
        if name in EDITS:
            picture = EDITS[name](picture)
    return picture if picture.size == size else _fitted(picture, size, "fill" in edits)


def _fitted(image: Image.Image, size: tuple[int, int], fill: bool) -> Image.Image:
    (w, h), (wide, high) = image.size, size
    if fill:
        part = w * high / wide
        return image.resize(size, Image.Resampling.BILINEAR, box=(0, (h - part) / 2, w, (h + part) / 2))
    out = Image.new("RGB", size)
    inner = round(w * high / h)
    small = image if image.size == (inner, high) else image.resize((inner, high), Image.Resampling.BILINEAR)
    out.paste(small, ((wide - inner) // 2, 0))
    return out

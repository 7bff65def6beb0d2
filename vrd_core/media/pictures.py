"""Read stills with Pillow: photographs and scans, a video of one frame each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps

from vrd_core.errors import MediaError
from vrd_core.media.info import MAX_PIXELS, PILLOW_ENDINGS, MediaInfo, plain_errors

_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF", "PPM", "JPEG2000")
_PROBLEMS = (OSError, ValueError, SyntaxError, TypeError, EOFError, KeyError, IndexError, OverflowError)

# Pillow's own default warns about large scans that are quite usual here.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# Degrees for each value of EXIF's orientation; the even ones among them are also mirrored.
_TURNS = {3: 180, 4: 180, 5: 90, 6: 270, 7: 270, 8: 90}


def open_picture(path: str | Path) -> Image.Image:
    """Return a still as a `PIL.Image` in RGB, turned as its EXIF record asks; transparency lies on white.

    Raises MediaError.
    """
    path = Path(path)
    with plain_errors(path), _picture(path) as image:
        try:
            turned = ImageOps.exif_transpose(image)
        except _PROBLEMS as error:
            raise MediaError(f"{path.name} is damaged: the picture cannot be read ({error}).") from error
        if turned.mode.startswith(("I", "F")):
            # 16 bit and more: Pillow's own conversion would clip everything above 255 to white.
            values = np.asarray(turned, dtype=np.float64)
            top = 65535.0 if values.max() > 255 else 255.0
            turned = Image.fromarray((values.clip(0, top) * (255.0 / top)).astype(np.uint8))
        if turned.has_transparency_data:
            rgba = turned.convert("RGBA")
            turned = Image.new("RGB", rgba.size, "white")
            turned.paste(rgba, mask=rgba.getchannel("A"))
        return turned.convert("RGB")


def probe_picture(path: Path, size: int) -> MediaInfo | None:
    """Return what Pillow says of a still; None for an animation, which is ffmpeg's, and for what is no picture."""
    try:
        with _picture(path) as image:
            if getattr(image, "is_animated", False) and image.format in ("GIF", "PNG", "WEBP"):
                return None
            turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1), 0)
            width, height = image.size if turn % 180 == 0 else image.size[::-1]
            return MediaInfo(
                duration=None,
                width=width,
                height=height,
                fps=None,
                codec=str(image.format).lower(),
                container="picture",
                rotation=turn,
                still=True,
                start=0.0,
                has_audio=False,
                bytes=size,
            )
    except MediaError as error:
        if error.reason == "refused" or path.suffix.lower() in PILLOW_ENDINGS:
            raise
        return None


def _picture(path: Path) -> Image.Image:
    """Open a still with Pillow, bounded in size; MediaError otherwise."""
    too_large = MediaError(
        f"{path.name} has more than {MAX_PIXELS / 1e6:.0f} megapixels; make a smaller copy.", reason="refused"
    )
    try:
        image = Image.open(path, formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large from error
    except _PROBLEMS as error:
        raise MediaError(f"{path.name} is damaged: the picture cannot be read ({error}).") from error
    if image.size[0] * image.size[1] > MAX_PIXELS:
        image.close()
        raise too_large
    return image

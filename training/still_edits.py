"""The edits that fingerprints are judged by: written with Pillow, apart from the edits of training.

Each takes an RGB photo, a generator of random numbers that depends on the photo's name and the edit only, and a
host photo; it returns an edited RGB photo. `EDITS` are the fourteen of the headline figures; `EXTRA_EDITS` are
reported beside them.
"""

import io
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Edit = Callable[[Image.Image, np.random.Generator, Image.Image], Image.Image]


def compress(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Shrink to half, save as JPEG of quality 15, enlarge again."""
    small = photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.BICUBIC)
    return _jpeg(small, 15).resize(photo.size, Image.Resampling.BILINEAR)


def colour(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Brightness, contrast and saturation by up to 40 % either way, and a colour cast of up to 15 %."""
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        photo = enhancer(photo).enhance(float(rng.uniform(0.6, 1.4)))
    cast = rng.uniform(0.85, 1.15, 3)
    return Image.merge("RGB", [band.point(lambda v, k=k: v * k) for band, k in zip(photo.split(), cast, strict=True)])


def grey_contrast(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Black and white, contrast 0.5 or 1.8."""
    grey = ImageOps.grayscale(photo).convert("RGB")
    return ImageEnhance.Contrast(grey).enhance(float(rng.choice([0.5, 1.8])))


def noise_blur(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Gaussian blur of radius 1.5 px, then grain of standard deviation 18."""
    soft = np.asarray(photo.filter(ImageFilter.GaussianBlur(1.5)), np.float32)
    return Image.fromarray(np.clip(soft + rng.normal(0, 18, soft.shape), 0, 255).astype(np.uint8))


def overlay(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """A band with a caption, a station's sign and a time code: the same on every photo."""
    photo = photo.copy()
    width, height = photo.size
    pen = ImageDraw.Draw(photo, "RGBA")
    font = ImageFont.load_default(height * 0.09)
    pen.rectangle((0, height * 0.76, width, height * 0.93), fill=(150, 10, 20, 235))
    pen.text((width * 0.04, height * 0.78), "EVENING JOURNAL", fill=(255, 255, 255, 255), font=font)
    pen.ellipse((width * 0.8, height * 0.05, width * 0.95, height * 0.22), fill=(240, 240, 240, 220))
    pen.text((width * 0.83, height * 0.08), "TV1", fill=(0, 0, 90, 255), font=font)
    pen.rectangle((width * 0.03, height * 0.03, width * 0.45, height * 0.16), fill=(0, 0, 0, 255))
    pen.text((width * 0.05, height * 0.03), "10:42:17:08", fill=(255, 255, 255, 255), font=font)
    return photo


def letterbox(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Black bars of 14 % above and below, or left and right; the picture is shrunk between them."""
    canvas = Image.new("RGB", photo.size)
    if rng.random() < 0.5:
        inner = photo.resize((photo.width, round(photo.height * 0.72)))
    else:
        inner = photo.resize((round(photo.width * 0.72), photo.height))
    canvas.paste(inner, ((photo.width - inner.width) // 2, (photo.height - inner.height) // 2))
    return canvas


def _crop(photo: Image.Image, rng: np.random.Generator, side: float) -> Image.Image:
    width, height = round(photo.width * side), round(photo.height * side)
    left = int(rng.integers(0, photo.width - width + 1))
    top = int(rng.integers(0, photo.height - height + 1))
    return photo.crop((left, top, left + width, top + height))


def crop_80(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Keep 80 % of width and of height (64 % of the area), anywhere."""
    return _crop(photo, rng, 0.8)


def crop_60(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Keep 60 % of width and of height (36 % of the area), anywhere."""
    return _crop(photo, rng, 0.6)


def aspect(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Widen by a third and cut back to the old shape, as 4:3 shown as 16:9: three quarters of the width stay."""
    wide = photo.resize((round(photo.width * 4 / 3), photo.height))
    left = (wide.width - photo.width) // 2
    return wide.crop((left, 0, left + photo.width, photo.height))


def rotate_5(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Turn by 5 degrees either way; the corners go black."""
    return photo.rotate(float(rng.choice([-5, 5])), Image.Resampling.BILINEAR)


def mirror(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Swap left and right."""
    return ImageOps.mirror(photo)


def picture_in_picture(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Shrink to 50-70 % of the side and lay it anywhere on another photo."""
    side = rng.uniform(0.5, 0.7)
    canvas = host.resize(photo.size)
    inner = photo.resize((round(photo.width * side), round(photo.height * side)), Image.Resampling.BICUBIC)
    at = rng.integers(0, photo.width - inner.width + 1), rng.integers(0, photo.height - inner.height + 1)
    canvas.paste(inner, (int(at[0]), int(at[1])))
    return canvas


def invert(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """The negative."""
    return ImageOps.invert(photo)


def posterise(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Four levels per channel."""
    return ImageOps.posterize(photo, 2)


def crop_60_area(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Keep 60 % of the area (77 % of width and of height), anywhere."""
    return _crop(photo, rng, 0.6**0.5)


def quarter_inset(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Shrink to exactly half the side, a quarter of the area, and lay it on another photo."""
    canvas = host.resize(photo.size)
    inner = photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.BICUBIC)
    canvas.paste(inner, (int(rng.integers(0, photo.width // 2 + 1)), int(rng.integers(0, photo.height // 2 + 1))))
    return canvas


def dark(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """A quarter of the contrast, near black."""
    return photo.point(lambda value: 6 + value * 0.25)


def broadcast(photo: Image.Image, rng: np.random.Generator, host: Image.Image) -> Image.Image:
    """Several at once: crop to 85 %, black and white, caption and signs, compression."""
    photo = ImageOps.grayscale(_crop(photo, rng, 0.85)).convert("RGB")
    return compress(overlay(photo, rng, host), rng, host)


EDITS: dict[str, Edit] = {
    "compression + low resolution": compress,
    "colour": colour,
    "grey + contrast": grey_contrast,
    "noise + blur": noise_blur,
    "overlay": overlay,
    "letterbox": letterbox,
    "crop 80 %": crop_80,
    "crop 60 %": crop_60,
    "aspect": aspect,
    "rotation 5°": rotate_5,
    "mirror": mirror,
    "picture in picture": picture_in_picture,
    "invert": invert,
    "posterise": posterise,
}

EXTRA_EDITS: dict[str, Edit] = {
    "crop 60 % of the area": crop_60_area,
    "inset of a quarter": quarter_inset,
    "near black": dark,
    "broadcast (four at once)": broadcast,
}


def edit_photo(name: str, photo: Image.Image, host: Image.Image, photo_name: str) -> Image.Image:
    """Apply the edit called `name`; the same photo name and edit always give the same picture."""
    edit = EDITS.get(name) or EXTRA_EDITS[name]
    rng = np.random.default_rng([zlib.crc32(photo_name.encode()), zlib.crc32(name.encode())])
    return edit(photo, rng, host)


def _jpeg(photo: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")

"""Draw pictures that no camera took: clouds of 1/f noise, dead leaves, title cards, near-black scenes.

They stand for what films hold and photos do not. Title cards come in series on one background, so that the
network has to read them apart; near-black and flat pictures must not all look alike to it.
"""

import string

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont


def draw_picture(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw one picture (size, size, 3) uint8 of a kind chosen by `rng`."""
    kind = rng.choice(4, p=[0.2, 0.3, 0.4, 0.1])
    if kind == 0:
        return _clouds(rng, size)
    if kind == 1:
        return _dead_leaves(rng, size)
    if kind == 2:
        return _title_card(rng, size)
    return (_dead_leaves(rng, size) * rng.uniform(0.05, 0.25)).astype(np.uint8)


def draw_pictures(count: int, size: int, seed: int) -> np.ndarray:
    """Draw `count` pictures (count, size, size, 3) uint8; the same seed draws the same pictures."""
    pictures = np.zeros((count, size, size, 3), np.uint8)
    for row in range(count):
        pictures[row] = draw_picture(np.random.default_rng([seed, row]), size)
    return pictures


def _clouds(rng: np.random.Generator, size: int) -> np.ndarray:
    """Noise whose power falls with frequency, as in natural pictures; channels partly correlated."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    frequency[0, 0] = 1 / size
    slope = rng.uniform(0.8, 2.0)
    noise = rng.standard_normal((4, *frequency.shape)) + 1j * rng.standard_normal((4, *frequency.shape))
    fields = np.fft.irfft2(noise / frequency**slope, s=(size, size))
    fields = (fields - fields.mean((1, 2), keepdims=True)) / fields.std((1, 2), keepdims=True)
    mix = rng.uniform(0.2, 1.0)
    channels = mix * fields[:1] + (1 - mix) * fields[1:]
    values = rng.uniform(60, 190, 3)[:, None, None] + rng.uniform(20, 70) * channels
    return np.clip(values, 0, 255).astype(np.uint8).transpose(1, 2, 0)


def _dead_leaves(rng: np.random.Generator, size: int) -> np.ndarray:
    """Overlapping ellipses and boxes of random colours with a power law of sizes, some shaded."""
    image = Image.new("RGB", (size, size), tuple(int(v) for v in rng.integers(0, 256, 3)))
    pen = ImageDraw.Draw(image)
    base = rng.uniform(30, 220, 3)
    spread = rng.uniform(20, 90)
    for _ in range(int(rng.integers(15, 120))):
        radius = size * 0.03 / rng.uniform(0.08, 1.0) ** 1.2
        width, height = radius * rng.uniform(0.5, 2.0, 2)
        x, y = rng.uniform(-0.1, 1.1, 2) * size
        colour = tuple(int(v) for v in np.clip(base + spread * rng.standard_normal(3), 0, 255))
        box = (x - width, y - height, x + width, y + height)
        (pen.ellipse if rng.random() < 0.6 else pen.rectangle)(box, fill=colour)
    if rng.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.5, 2.5))))
    shade = 1 + rng.uniform(-0.5, 0.5) * np.linspace(-1, 1, size)
    pixels = np.asarray(image, np.float64)
    pixels = pixels * (shade[:, None, None] if rng.random() < 0.5 else shade[None, :, None])
    return np.clip(pixels, 0, 255).astype(np.uint8)


def _title_card(rng: np.random.Generator, size: int) -> np.ndarray:
    """Lines of random text on one of a few backgrounds shared by many cards."""
    background = np.random.default_rng([7, int(rng.integers(24))])
    style = background.random()
    if style < 0.4:
        image = Image.new("RGB", (size, size), tuple(int(v) for v in background.integers(0, 60, 3)))
    elif style < 0.7:
        image = Image.fromarray((_clouds(background, size) * 0.5).astype(np.uint8))
    else:
        image = Image.fromarray((_dead_leaves(background, size) * 0.6).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    ink = tuple(int(v) for v in background.integers(170, 256, 3))
    letters = np.array(list(string.ascii_letters + string.digits))
    y = float(rng.uniform(0.05, 0.6)) * size
    for _ in range(int(rng.integers(1, 6))):
        height = float(rng.uniform(0.07, 0.2)) * size
        font = ImageFont.load_default(height)
        words = ["".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(int(rng.integers(1, 4)))]
        pen.text((float(rng.uniform(0.02, 0.3)) * size, y), " ".join(words), fill=ink, font=font)
        y += height * 1.3
        if y > size * 0.9:
            break
    return np.asarray(image, np.uint8)

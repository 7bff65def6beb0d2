"""Draw what lies over a whole picture: scan lines, printer's dots, scribbles, an ornamental frame, dust and scratches.

Everything is drawn from a random generator, so the same seed draws the same pictures.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_STAMPS = ("ARCHIVE", "COPY", "SAMPLE", "NO. 1174", "APPROVED", "RETURN TO LIBRARY", "NOT FOR SALE")


def draw_screen(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Draw two periods, one below the other, of what a camera sees on a screen: lines, moiré and a lighter bar.

    A window of `height` that moves down by a whole number of pixels and starts over shows it rolling.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    lines = 0.5 + 0.5 * np.cos(2 * np.pi * y / 3)
    # Two gratings of nearly one pitch: their difference is what is seen, bent as through a lens.
    bend = 5 * ((x / width - rng.uniform(0.3, 0.7)) ** 2) + rng.uniform(-0.5, 0.5) * x / width
    waves = int(rng.integers(3, 7))
    moire = 0.5 + 0.5 * np.cos(2 * np.pi * (waves * y / height + 3 * bend))
    fringe = 0.5 + 0.5 * np.cos(2 * np.pi * (waves * y / height + 3 * bend + 0.33))
    bar = np.exp(-(((y / height - 0.5) / 0.09) ** 2))
    alpha = 60 * lines + 35 * moire + 60 * bar
    picture = np.zeros((height, width, 4))
    picture[..., 0] = 90 * (1 - fringe) + 190 * bar
    picture[..., 1] = 70 * fringe + 190 * bar
    picture[..., 2] = 120 * moire + 200 * bar
    picture[..., 3] = np.clip(alpha, 0, 200)
    return Image.fromarray(np.tile(np.clip(picture, 0, 255).astype(np.uint8), (2, 1, 1)))


def draw_dots(width: int, height: int) -> Image.Image:
    """Draw the threshold of a printer's screen at 45 degrees: grey, 25 to 230, a dot every 1/60 of the height."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    pitch = max(3.0, height / 60) * 2**0.5
    across, down = 2 * np.pi * (x + y) / pitch, 2 * np.pi * (x - y) / pitch
    return Image.fromarray((127 + 51 * (np.cos(across) + np.cos(down))).astype(np.uint8))


def draw_scribbles(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Draw strokes of a marker, an arrow, a circle and a stamp on a transparent ground."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    ink = [(220, 30, 30, 255), (30, 60, 210, 255), (250, 220, 40, 255), (20, 20, 20, 255), (255, 255, 255, 255)]
    thick = max(2, height // 60)
    for _ in range(int(rng.integers(3, 6))):
        colour = ink[int(rng.integers(len(ink)))]
        kind = str(rng.choice(("scrawl", "ring", "arrow", "underline")))
        x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.9) * height
        if kind == "scrawl":
            steps = rng.normal(0, 0.07, (14, 2)).cumsum(axis=0) * (width, height) + (x, y)
            pen.line([(float(a), float(b)) for a, b in steps], fill=colour, width=thick, joint="curve")
        elif kind == "ring":
            wide, high = rng.uniform(0.08, 0.22) * width, rng.uniform(0.08, 0.2) * height
            pen.ellipse((x - wide, y - high, x + wide, y + high), outline=colour, width=thick)
        elif kind == "arrow":
            turn, length = rng.uniform(0, 2 * np.pi), 0.25 * height
            tip = (x + length * np.cos(turn), y + length * np.sin(turn))
            pen.line([(x, y), tip], fill=colour, width=thick)
            for side in (2.6, -2.6):
                end = (tip[0] + length / 3 * np.cos(turn + side), tip[1] + length / 3 * np.sin(turn + side))
                pen.line([tip, end], fill=colour, width=thick)
        else:
            pen.line([(x - 0.2 * width, y), (x + 0.2 * width, y + rng.uniform(-8, 8))], fill=colour, width=thick * 2)
    text = str(rng.choice(_STAMPS))
    font = ImageFont.load_default(height * 0.11)
    wide = int(pen.textlength(text, font=font)) + 20
    stamp = Image.new("RGBA", (wide, int(height * 0.19)), (0, 0, 0, 0))
    mark = ImageDraw.Draw(stamp)
    mark.rectangle((1, 1, stamp.width - 2, stamp.height - 2), outline=(190, 20, 30, 220), width=max(2, thick // 2))
    mark.text((10, height * 0.025), text, fill=(190, 20, 30, 220), font=font)
    turned = stamp.rotate(float(rng.uniform(-28, 28)), expand=True)
    if turned.width > width:
        turned = turned.resize((width, max(1, turned.height * width // turned.width)))
    corner = (
        int(rng.uniform(0, max(1, width - turned.width))),
        int(rng.uniform(0.1, 0.9) * max(1, height - turned.height)),
    )
    image.alpha_composite(turned, corner)
    return image


def draw_frame(rng: np.random.Generator, width: int, height: int, window: float) -> Image.Image:
    """Draw a carved and gilded frame around a hole of `window` times the width and height."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    # How far out of the hole a point lies: 0 at its edge, 1 at the edge of the screen.
    out = np.maximum(np.abs(x / (width - 1) * 2 - 1), np.abs(y / (height - 1) * 2 - 1))
    out = (out - window) / (1 - window)
    period = max(6.0, height / rng.integers(9, 15))
    along = np.where(np.abs(x / width - 0.5) > np.abs(y / height - 0.5), y, x)
    carved = np.cos(2 * np.pi * along / period) * np.sin(np.pi * np.clip(out, 0, 1) * 2)
    profile = 0.55 + 0.3 * np.cos(out * 9) + 0.25 * carved
    tone = np.array(rng.choice(np.array([[215, 170, 70], [150, 95, 45], [190, 190, 200]])), dtype=np.float64)
    picture = np.zeros((height, width, 4))
    picture[..., :3] = np.clip(profile, 0.15, 1.15)[..., None] * tone
    picture[..., 3] = 255 * (out >= 0)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def draw_dust(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Draw specks and hairs, dark and light, on a transparent ground; every other window into it is another frame."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for _ in range(width * height // 4500):
        x, y, size = rng.uniform(0, width), rng.uniform(0, height), rng.exponential(height / 450) + 0.6
        tone = (15, 12, 10, 230) if rng.random() < 0.6 else (250, 245, 235, 230)
        if rng.random() < 0.12:
            hair = np.array((x, y)) + rng.normal(0, size * 3, (5, 2)).cumsum(axis=0)
            pen.line([(float(a), float(b)) for a, b in hair], fill=tone, width=1)
        else:
            pen.ellipse((x - size, y - size, x + size * rng.uniform(0.6, 1.6), y + size), fill=tone)
    return image


def draw_scratches(rng: np.random.Generator, width: int, height: int) -> Image.Image:
    """Draw thin upright lines, some from top to bottom, on a transparent ground."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for _ in range(max(3, width // 90)):
        x, top = rng.uniform(0, width), rng.choice((0.0, rng.uniform(0, 0.6))) * height
        tone = (245, 240, 225, int(rng.integers(110, 220))) if rng.random() < 0.7 else (10, 10, 10, 170)
        pen.line([(x, top), (x + rng.uniform(-3, 3), height)], fill=tone, width=1)
    return image


def draw_badge(width: int, height: int) -> Image.Image:
    """Draw the logo that films of one archive carry in a corner, as large as it is on a `width` x `height` screen."""
    side = max(8, int(height * 0.16) // 2 * 2)
    image = Image.new("RGB", (min(width, side * 2), side), (20, 40, 120))
    pen = ImageDraw.Draw(image)
    pen.polygon(
        [(side * 0.15, side * 0.85), (side * 0.5, side * 0.12), (side * 0.85, side * 0.85)], fill=(240, 200, 40)
    )
    pen.text((side * 0.9, side * 0.2), "VRA", fill=(255, 255, 255), font=ImageFont.load_default(side * 0.55))
    return image


def draw_timecode(frame: int, rate: int, width: int, height: int) -> Image.Image:
    """Draw a running timecode of a frame, from 10:00:00:00 on: light digits in a black box."""
    seconds, rest = divmod(frame, rate)
    text = f"{10 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{rest:02d}"
    image = Image.new("RGB", (int(width * 0.42) // 2 * 2, max(6, int(height * 0.09) // 2 * 2)), (0, 0, 0))
    ImageDraw.Draw(image).text(
        (width * 0.01, 0), text, fill=(235, 235, 235), font=ImageFont.load_default(image.height * 0.78)
    )
    return image

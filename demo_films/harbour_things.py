"""Ships, towers, sheds and cranes of the harbour film."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from .nature import Rng, wobble
from .stage import Brush, Colour, Sprite, Stage, mix, rgb


def lighthouse(
    b: Brush, x: float, foot: float, tall: float, wall: Colour = "#f1ede2", band: Colour = "#8c4a40"
) -> None:
    """Paint a lighthouse whose foot is at (x, foot); its lamp is at 0.94 of its height."""
    low, top = tall * 0.17, tall * 0.1
    b.poly([(x - low, foot), (x - top, foot - tall * 0.86), (x + top, foot - tall * 0.86), (x + low, foot)], wall)
    b.poly(
        [
            (x + low * 0.2, foot),
            (x + top * 0.3, foot - tall * 0.86),
            (x + top, foot - tall * 0.86),
            (x + low, foot),
        ],
        mix(wall, "#000000", 0.16),
    )
    for i in (0.2, 0.52):
        near, end = low + (top - low) * i / 0.86, low + (top - low) * (i + 0.15) / 0.86
        b.poly(
            [
                (x - near, foot - tall * i),
                (x - end, foot - tall * (i + 0.15)),
                (x + end, foot - tall * (i + 0.15)),
                (x + near, foot - tall * i),
            ],
            band,
        )
    b.box(x - top * 1.5, foot - tall * 0.88, top * 3, tall * 0.025, "#2b2b2e")
    b.box(x - top * 0.8, foot - tall * 0.985, top * 1.6, tall * 0.11, "#f8e9b0")
    for i in (-0.8, -0.1, 0.6):
        b.box(x + top * i, foot - tall * 0.985, 2, tall * 0.11, "#2b2b2e")
    b.poly([(x - top, foot - tall * 0.98), (x, foot - tall * 1.06), (x + top, foot - tall * 0.98)], band)
    b.box(x - 3, foot - tall * 0.3, 6, 9, "#3a3a3e")


def sailing_boat(b: Brush, x: float, y: float, tall: float, kind: int = 0) -> None:
    """Paint a sailing boat afloat at (x, y)."""
    hull, sail = ("#4a3a30", "#39424c", "#5b3f34")[kind % 3], ("#f4ead6", "#c98f6b", "#e9e2d2")[kind % 3]
    b.line([(x, y - 6), (x, y - tall)], "#3b3029", 2)
    b.poly([(x - 3, y - tall * 0.97), (x - 3, y - tall * 0.2), (x - tall * 0.42, y - tall * 0.2)], sail)
    b.poly(
        [(x + 3, y - tall * 0.92), (x + 3, y - tall * 0.18), (x + tall * 0.36, y - tall * 0.18)],
        mix(sail, "#000000", 0.12),
    )
    b.poly(
        [(x - tall * 0.42, y - 14), (x + tall * 0.5, y - 14), (x + tall * 0.34, y), (x - tall * 0.32, y)],
        hull,
    )
    b.line([(x - tall * 0.42, y - 13), (x + tall * 0.5, y - 13)], mix(hull, "#ffffff", 0.5), 2)
    b.poly([(x, y - tall), (x + 14, y - tall + 4), (x, y - tall + 8)], "#a8433a")


def rock(b: Brush, rng: Rng, w: int, h: int, colour: Colour = "#4d4f50") -> None:
    edge = h * 0.45 + wobble(rng, w, 40) * h * 0.3
    edge += (abs(2 * (wobble(rng, w, w) * 0) + 1)) * h * 0.5 * abs((2 * rng.random() - 1) * 0.1)
    points = [(x, h - (h - edge[x]) * math.sin(math.pi * x / w) ** 0.6) for x in range(0, w, 3)]
    b.poly([*points, (w, h), (0, h)], colour)
    for x in range(10, w - 20, 14):
        y = points[x // 3][1]
        b.poly(
            [(x, y + 4), (x + 12, y + 8 + x % 7), (x + 5, y + 20)],
            mix(colour, "#ffffff", 0.12 + 0.1 * (x % 3)),
        )


def town(b: Brush, rng: Rng, ridge: np.ndarray, width: int) -> None:
    x = 10.0
    while x < width - 40:
        wide, tall = rng.uniform(14, 30), rng.uniform(16, 40)
        y = ridge[int(x)] + 26
        tone = mix("#8b959b", "#dadcd6", rng.random())
        b.box(x, y - tall, wide, tall + 40, tone)
        b.poly(
            [(x - 2, y - tall), (x + wide / 2, y - tall - wide * 0.45), (x + wide + 2, y - tall)],
            mix(tone, "#000000", 0.3),
        )
        for k in range(int(tall / 10)):
            b.box(x + wide * 0.3, y - tall + 5 + k * 10, 3, 4, mix(tone, "#000000", 0.4))
        if rng.random() < 0.12:
            b.poly([(x + 4, y - tall), (x + 9, y - tall - 50), (x + 14, y - tall)], mix(tone, "#000000", 0.35))
        x += wide + rng.uniform(-3, 6)


def liner(b: Brush) -> None:
    b.poly([(6, 112), (514, 96), (486, 200), (40, 200)], "#23282e")
    b.poly([(36, 190), (490, 186), (486, 200), (40, 200)], "#7c3b32")
    b.line([(6, 113), (514, 97)], "#e8e4d8", 4)
    for row, (x0, x1) in enumerate(((70, 430), (104, 392), (140, 350))):
        y = 84 - row * 20
        b.box(x0, y, x1 - x0, 24, ("#efece2", "#e4e0d4", "#f3f0e8")[row])
        for k in range(int((x1 - x0) / 15)):
            b.box(x0 + 6 + k * 15, y + 7, 6, 6, "#59636b")
    for x in (184, 250, 316):
        b.poly([(x, 48), (x + 5, 2), (x + 33, 2), (x + 32, 48)], "#b5523f")
        b.poly([(x + 4, 14), (x + 5, 2), (x + 33, 2), (x + 33, 14)], "#22262b")
        b.poly([(x + 22, 48), (x + 24, 2), (x + 33, 2), (x + 32, 48)], "#000000", alpha=60)
    for x, top in ((96, 4), (448, 2)):
        b.line([(x, 100), (x - 4, top)], "#3a3a3a", 3)
        b.line([(x - 4, top), (250, 26)], "#4a4a4a", 0.6)
        b.line([(x - 4, top), (20 if x < 200 else 508, 104)], "#4a4a4a", 0.6)
    for k in range(27):
        b.oval(48 + k * 16, 136 - k * 0.4, 3, "#cfd6d6")
    for x in range(120, 400, 46):
        b.poly([(x, 66), (x + 28, 66), (x + 24, 74), (x + 4, 74)], "#fbfaf5")


def tug(b: Brush) -> None:
    b.poly([(4, 52), (126, 44), (116, 84), (14, 84)], "#2d3339")
    b.line([(4, 53), (126, 45)], "#c9bfa8", 3)
    b.box(66, 26, 34, 24, "#e8e2d2", 2)
    for x in (70, 80, 90):
        b.box(x, 31, 7, 8, "#4b555d")
    b.box(42, 8, 17, 44, "#8a4638")
    b.box(42, 6, 17, 9, "#1e2226")
    b.line([(112, 48), (112, 14)], "#3a3a3a", 2)
    for x in range(18, 116, 16):
        b.oval(x, 62, 6, "#17191c")


def sheds(b: Brush, rng: Rng) -> None:
    x = 0.0
    for i in range(7):
        wide, tall = rng.uniform(130, 190), rng.uniform(70, 120)
        tone = ("#8f877a", "#a39a8b", "#7d766c")[i % 3]
        b.box(x, 190 - tall, wide, tall, tone)
        for k in range(4):
            b.poly(
                [
                    (x + k * wide / 4, 190 - tall),
                    (x + k * wide / 4, 168 - tall),
                    (x + (k + 1) * wide / 4, 190 - tall),
                ],
                mix(tone, "#000000", 0.25),
            )
        for k in range(int(wide / 26)):
            b.box(x + 8 + k * 26, 204 - tall, 14, 20, mix(tone, "#000000", 0.4))
        b.text(
            x + wide / 2,
            250 - tall,
            ("NORTH QUAY", "TEA & SPICE", "No 7", "COTTON", "CUSTOMS", "No 12", "ICE")[i],
            15,
            mix(tone, "#ffffff", 0.6),
        )
        if i % 3 == 1:
            b.box(x + 30, 110 - tall, 16, 82, mix(tone, "#000000", 0.2))
        x += wide + 8


def freighter(b: Brush) -> None:
    b.poly([(0, 60), (760, 44), (724, 168), (30, 168)], "#33383c")
    b.poly([(24, 150), (728, 146), (724, 168), (30, 168)], "#6a3d34")
    b.line([(0, 61), (760, 45)], "#d8d2c2", 3)
    b.box(310, 8, 120, 50, "#ded8ca", 3)
    for x in range(318, 424, 18):
        b.box(x, 18, 10, 9, "#4f585e")
    b.box(352, -30, 34, 40, "#2a2c2e")
    for x in (150, 600):
        b.line([(x, 58), (x, 0)], "#4a4640", 5)
        b.line([(x, 6), (x + 60, 40)], "#4a4640", 3)
    b.text(660, 84, "MARIANNE", 20, "#e9e4d6")
    for x in range(60, 700, 34):
        b.oval(x, 104, 4, "#9aa2a4")


def quay(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 1300, 130, "#b0a897")
    b.box(0, 0, 1300, 9, "#d5cdbc")
    for _ in range(420):
        x, y = rng.uniform(0, 1290), rng.uniform(12, 128)
        b.box(x, y, 22 + y * 0.12, 5, mix("#b0a897", "#000000", rng.uniform(0.02, 0.14)), 1)
    for x in range(50, 1300, 210):
        b.oval(x, 8, 11, "#3a3a3a", 5)
        b.box(x - 7, 6, 14, 18, "#3a3a3a")
    for x in (250, 300, 275, 720, 764, 1010):
        crate(b, x, 26 if x != 275 else -10, 42)


def crate(b: Brush, x: float, y: float, side: float) -> None:
    b.box(x, y, side, side * 0.8, "#8d7150")
    b.frame(x + 1, y + 1, side - 2, side * 0.8 - 2, "#5b4732", 3)
    b.line([(x + 3, y + 3), (x + side - 3, y + side * 0.8 - 3)], "#5b4732", 3)


def crane(stage: Stage, x: float, foot: float, phase: float, load: Sprite) -> None:
    """A quay crane: its arm swings, its load goes up and down."""
    swing = math.sin(phase)
    head = (x + 10, foot - 190)
    for a, c in ((-26, -8), (26, 8)):
        stage.line([(x + a, foot), (x + c, foot - 150)], "#2e3134", 6)
    for k in range(4):
        y = foot - 30 - k * 32
        stage.line([(x - 22 + k * 5, y), (x + 18 - k * 4, y - 28)], "#2e3134", 2)
    stage.box(x - 20, foot - 186, 50, 38, "#5a5248")
    stage.box(x - 10, foot - 178, 14, 13, "#d8d2c0")
    tip = (head[0] + 165 * (0.45 + 0.5 * swing), head[1] - 58 + 34 * swing)
    for d in (-8, 5):
        stage.line([(head[0], head[1] + d), tip], "#24272a", 4)
    stage.line([(head[0] - 24, head[1] + 14), (head[0], head[1] - 26), tip], "#24272a", 1.5)
    drop = 70 + 55 * math.sin(phase * 1.7 + 1)
    stage.line([tip, (tip[0], tip[1] + drop)], "#24272a", 1.5)
    stage.put(load, tip[0] - load.width / 2, tip[1] + drop)


def trawler(b: Brush) -> None:
    b.poly([(10, 112), (60, 124), (140, 120), (204, 92), (182, 164), (40, 166)], "#2a2f33")
    b.line([(10, 113), (60, 125), (140, 121), (204, 93)], "#d9d4c6", 4)
    b.box(54, 74, 44, 48, "#cfc8b6", 3)
    for x in (60, 76):
        b.box(x, 82, 13, 13, "#38424a")
    b.line([(126, 120), (126, 18)], "#4b4137", 4)
    b.line([(126, 24), (196, 94)], "#4b4137", 1)
    b.line([(126, 24), (22, 108)], "#4b4137", 1)
    b.poly([(130, 34), (130, 100), (172, 96)], "#a9794f")
    b.box(34, 88, 10, 30, "#3b3b3b")
    b.text(168, 128, "K 47", 14, "#e7e2d4")


def lantern_boat(b: Brush) -> None:
    b.poly([(8, 30), (102, 28), (86, 52), (22, 52)], "#05070c")
    b.line([(54, 30), (54, 6)], "#05070c", 2)
    b.oval(54, 8, 11, "#caa860", alpha=90)
    b.oval(54, 8, 5, "#ffeab0")
    b.oval(34, 22, 5, "#05070c")
    b.poly([(27, 34), (30, 24), (40, 24), (42, 34)], "#05070c")


def glow_disc(radius: float, colour: Colour) -> np.ndarray:
    side = int(radius * 6)
    gap = np.hypot(*(np.mgrid[0:side, 0:side] - side / 2))
    alpha = np.maximum(255 * np.clip(radius - gap, 0, 1), 110 * np.exp(-((gap / radius) ** 1.3)) * (gap < side / 2))
    picture = np.empty((side, side, 4))
    picture[..., :3] = rgb(colour)
    for dx, dy, r in ((-0.3, -0.2, 0.25), (0.25, 0.3, 0.2), (0.1, -0.45, 0.14), (-0.2, 0.4, 0.12)):
        spot = np.hypot(*(np.mgrid[0:side, 0:side] - side / 2 - radius * np.array([dy, dx])[:, None, None]))
        picture[..., :3] -= 22 * np.clip(1.5 - spot / (radius * r), 0, 1)[..., None]
    picture[..., 3] = alpha
    return picture


def shaft(width: int, height: int) -> Image.Image:
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    beam = np.exp(-(((x - 260 - 0.6 * y) / 70.0) ** 2)) * (0.3 + 0.7 * y / height)
    picture = np.full((height, width, 4), 255.0)
    picture[..., 3] = 120 * beam
    return Image.fromarray(picture.astype(np.uint8))


def sack(b: Brush) -> None:
    b.oval(20, 20, 18, "#a58f6c", 12)
    b.line([(20, 2), (20, 10)], "#55483a", 2)

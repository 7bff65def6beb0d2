"""Rockets, ships, globes and astronauts of the space film."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from .nature import Rng, gradient, wobble
from .stage import Brush, Stage, mix, rgb


def rocket(b: Brush) -> None:
    white, shade, black = "#f1efe9", "#c3c0ba", "#25282d"
    for x, w, top, foot in ((40, 60, 330, 606), (46, 48, 170, 330), (54, 32, 92, 170)):
        b.box(x, top, w, foot - top, white)
        b.box(x + w * 0.68, top, w * 0.32, foot - top, shade)
    b.poly([(46, 330), (94, 330), (100, 346), (40, 346)], shade)
    b.poly([(54, 170), (86, 170), (94, 188), (46, 188)], shade)
    b.poly([(54, 92), (86, 92), (78, 56), (62, 56)], "#dad7d0")
    b.box(68, 8, 4, 50, "#b84a3c")
    for x, y, w, h in (
        (40, 420, 15, 60),
        (70, 420, 15, 60),
        (55, 480, 15, 60),
        (85, 480, 15, 60),
        (46, 240, 12, 40),
        (70, 240, 12, 40),
    ):
        b.box(x, y, w, h, black)
    b.box(40, 556, 60, 8, "#b84a3c")
    b.text(70, 384, "U", 20, "#b84a3c")
    b.text(70, 406, "N", 20, "#b84a3c")
    for side in (-1, 1):
        b.poly([(70 + side * 30, 560), (70 + side * 52, 606), (70 + side * 30, 606)], shade)
    for x in (48, 64, 80):
        b.poly([(x + 2, 604), (x + 10, 604), (x + 14, 618), (x - 2, 618)], black)


def gantry(b: Brush) -> None:
    red, dark = "#b5483a", "#7f2f28"
    for x in (60, 130):
        b.box(x, 20, 9, 620, red)
    for k in range(16):
        y = 24 + k * 39
        b.box(60, y, 79, 5, red)
        b.line([(64, y + 3), (134, y + 42)], dark, 3)
        b.line([(134, y + 3), (64, y + 42)], dark, 3)
    for y in (70, 200, 330, 470):
        b.box(6, y, 60, 9, dark)
        b.box(2, y - 5, 10, 19, red)
    b.box(92, 0, 8, 30, red)
    b.line([(96, 4), (190, 30)], red, 4)


def pad_base(b: Brush) -> None:
    b.poly([(120, 0), (500, 0), (610, 90), (10, 90)], "#8f8678")
    b.box(120, 0, 380, 8, "#c6bba6")
    b.poly([(270, 90), (286, 10), (336, 10), (352, 90)], "#4a443e")
    for x in (150, 210, 420, 470):
        b.box(x, 10, 7, 26, "#6a6258")


def rising_air(rng: Rng) -> np.ndarray:
    air = gradient(620, 2000, [(0, "#04060e"), (0.3, "#0d2350"), (0.62, "#2f6fb5"), (0.85, "#8fc3e6"), (1, "#e6efe6")])
    xs, ys = rng.integers(0, 620, 260), (rng.random(260) ** 1.5 * 800).astype(int)
    air[ys, xs] = rng.uniform(120, 255, 260)[:, None]
    return air


def clouds_below(b: Brush, rng: Rng) -> None:
    for _ in range(7):
        x, y, wide = rng.uniform(60, 840), rng.uniform(30, 90), rng.uniform(26, 64)
        for d in (-0.9, -0.4, 0.1, 0.5, 0.9):
            b.oval(x + d * wide, y - 6 * (1 - abs(d)), wide * 0.4, "#ffffff", wide * 0.2, alpha=170)


def earth_map(rng: Rng) -> np.ndarray:
    """Return a made-up Earth, (145, 1600, 3): seas, lands and clouds, long enough to turn for a shot."""
    rows, cols = 145, 1600

    def field(step: float) -> np.ndarray:
        coarse = rng.standard_normal((int(rows / step) + 3, int(cols / step)))
        coarse = np.concatenate([coarse, coarse[:, :3]], axis=1).astype(np.float32)
        image = Image.fromarray(coarse).resize(
            (int(coarse.shape[1] * step), int(coarse.shape[0] * step)), Image.Resampling.BICUBIC
        )
        return np.asarray(image)[:rows, :cols]

    height = field(64) + 0.5 * field(26) + 0.28 * field(10)
    cloud = field(40) * 0.6 + field(16) * 0.7 + field(7) * 0.45
    sea, shore, dry, snow = (np.array(rgb(c), dtype=np.float32) for c in ("#14508c", "#3a86ad", "#5f8c4f", "#c2a46e"))
    picture = np.where(height[..., None] > 0.25, dry + (snow - dry) * np.clip(height - 0.5, 0, 1)[..., None], sea)
    picture = np.where((np.abs(height - 0.2) < 0.08)[..., None], shore, picture)
    cover = np.clip(cloud - 0.35, 0, 1)[..., None]
    return (picture + (255 - picture) * cover * 0.9).astype(np.float32)


def globe_lookup() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which row and column of the map lies at each point of the visible cap, and how bright it is."""
    y, x = np.mgrid[0:145, 0:320].astype(np.float32)
    dx, dy = (x - 160) / 260, (y - 262) / 260
    radius = np.sqrt(dx * dx + dy * dy)
    depth = np.sqrt(np.clip(1 - radius**2, 0, 1))
    row = np.clip((dy + 1.0) * 190 * (0.6 + 0.4 * depth), 0, 144).astype(int)
    column = (np.arctan2(dx, depth + 0.25) * 250 + 800).astype(int)
    light = np.clip(0.35 + 0.85 * depth + 0.35 * dx, 0.12, 1.15)[..., None]
    return row, column, np.clip(light, 0, 1)


def globe_mask() -> Image.Image:
    y, x = np.mgrid[0:290, 0:640].astype(np.float32)
    gap = np.hypot(x - 320, y - 524) - 518
    return Image.fromarray(
        (255 * np.clip(0.5 - gap, 0, 1) + 60 * np.exp(-np.clip(gap, 0, None) / 6) * (gap > 0))
        .clip(0, 255)
        .astype(np.uint8)
    )


GLOBE_MASK = globe_mask()


def flare(radius: int, colour: str) -> np.ndarray:
    side = radius * 2
    y, x = np.mgrid[0:side, 0:side] - radius
    gap = np.hypot(x, y) / radius
    alpha = 255 * np.clip(
        np.exp(-((gap / 0.16) ** 2)) + 0.5 * np.exp(-gap * 5) * (1 - gap) + 0.6 * np.exp(-np.abs(y) / 2.0) * (1 - gap),
        0,
        1,
    )
    picture = np.empty((side, side, 4))
    picture[..., :3] = rgb(colour)
    picture[..., 3] = alpha * (gap < 1)
    return picture


def small_earth(radius: int) -> np.ndarray:
    side = radius * 2 + 8
    y, x = (np.mgrid[0:side, 0:side] - side / 2) / radius
    gap = np.hypot(x, y)
    rng = np.random.default_rng(7)
    swirl = (
        np.sin(6 * y + 3 * np.sin(4 * x)) * 0.5 + 0.4 * np.sin(9 * x - 4 * y) + 0.2 * rng.standard_normal((side, side))
    )
    blue, white, green = (np.array(rgb(c)) for c in ("#2f74b8", "#f4f8fb", "#6c8f5c"))
    picture = np.where((swirl > 0.35)[..., None], white, np.where((swirl < -0.55)[..., None], green, blue)).astype(
        float
    )
    picture *= np.clip(1.1 - 0.9 * np.clip(x * 0.8 + y * 0.5 + gap * 0.35, 0, 1), 0.1, 1)[..., None]
    return np.concatenate([picture, (255 * np.clip((1 - gap) * radius, 0, 1))[..., None]], axis=2)


def apollo(b: Brush) -> None:
    b.box(70, 32, 84, 46, "#d5d8da", 3)
    b.box(70, 62, 84, 16, "#9aa0a5", 3)
    for x in (92, 128):
        b.box(x, 32, 3, 46, "#8a9095")
    b.poly([(154, 32), (196, 50), (196, 60), (154, 78)], "#eceae4")
    b.poly([(154, 62), (196, 56), (196, 60), (154, 78)], "#a9a8a4")
    b.box(196, 51, 10, 8, "#c6a24a")
    b.poly([(70, 44), (44, 30), (44, 80), (70, 66)], "#5c6166")
    b.oval(170, 50, 4, "#26303a")
    b.line([(110, 32), (104, 10)], "#cfd2d4", 2)
    b.oval(102, 9, 9, "#e4e6e6", 5)
    b.text(112, 52, "U N", 13, "#8a3a32")


def moon_range(b: Brush, rng: Rng, w: int, h: int, colour: str) -> None:
    ridge = h * 0.5 - wobble(rng, w, 190) * h * 0.42
    b.poly([*((x, ridge[x]) for x in range(0, w, 3)), (w, h), (0, h)], colour)
    lit = ridge + 8 + np.abs(wobble(rng, w, 60)) * 50
    for x in range(0, w - 24, 12):
        if ridge[x + 12] > ridge[x]:
            b.poly([(x, ridge[x]), (x + 12, ridge[x + 12]), (x + 8, lit[x])], mix(colour, "#ffffff", 0.25))
        else:
            b.poly([(x, ridge[x]), (x + 12, ridge[x + 12]), (x + 4, lit[x])], mix(colour, "#000000", 0.3))


def moon_plain(b: Brush, rng: Rng, w: int, h: int, colour: str, craters: int, size: float = 1.0) -> None:
    edge = 10 + wobble(rng, w, 150) * 6
    b.poly([*((x, edge[x]) for x in range(0, w, 4)), (w, h), (0, h)], colour)
    for _ in range(craters):
        x, y = rng.uniform(0, w), rng.uniform(16, h)
        r = size * (5 + 22 * rng.random() ** 2) * (0.5 + y / h)
        b.oval(x, y, r * 1.12, mix(colour, "#ffffff", 0.28), r * 0.36)
        b.oval(x + r * 0.06, y + r * 0.02, r, mix(colour, "#000000", 0.42), r * 0.28)
        b.oval(x + r * 0.16, y + r * 0.09, r * 0.82, mix(colour, "#000000", 0.16), r * 0.2)
    for _ in range(craters * 2):
        x, y, r = rng.uniform(0, w), rng.uniform(14, h), size * rng.uniform(1, 4)
        b.oval(x + r * 0.6, y + r * 0.4, r, mix(colour, "#000000", 0.5), r * 0.6)
        b.oval(x, y, r, mix(colour, "#ffffff", 0.22), r * 0.8)


def lander(b: Brush) -> None:
    gold, silver, dark = "#cfa13f", "#c9ccce", "#4a4d50"
    for x0, x1 in ((60, 14), (130, 176)):
        b.line([(x0, 110), (x1, 160)], "#d9b85f", 5)
        b.line([(x0, 88), (x1, 160)], "#a8873a", 2)
        b.oval(x1, 162, 14, "#b8bcbe", 4)
    b.poly([(56, 84), (134, 84), (146, 100), (134, 122), (56, 122), (44, 100)], gold)
    b.poly([(56, 84), (80, 122), (56, 122), (44, 100)], "#e6c267")
    b.poly([(134, 84), (116, 122), (134, 122), (146, 100)], "#9c7628")
    b.poly([(84, 122), (106, 122), (114, 138), (76, 138)], dark)
    b.poly([(66, 82), (58, 54), (74, 26), (118, 26), (134, 54), (124, 82)], silver)
    b.poly([(118, 26), (134, 54), (124, 82), (106, 82), (110, 40)], "#8e9396")
    b.poly([(72, 48), (86, 44), (82, 60)], "#1d242c")
    b.poly([(98, 44), (112, 48), (102, 60)], "#1d242c")
    b.box(84, 62, 22, 20, "#6d7276", 2)
    b.line([(96, 26), (100, 6)], "#d9dcde", 2)
    b.oval(102, 7, 10, "#eceeee", 5)


def rover(b: Brush) -> None:
    b.box(20, 50, 112, 8, "#c2c4c4", 2)
    b.box(46, 28, 8, 24, "#d9b85f")
    b.box(76, 30, 8, 22, "#d9b85f")
    b.line([(120, 50), (124, 8)], "#d0d2d2", 2)
    b.oval(124, 10, 18, "#e9eaea", 7)
    for x in (32, 118):
        b.oval(x, 66, 18, "#55575a")
        b.oval(x, 66, 10, "#a2a5a8")


def astronaut(stage: Stage, x: float, y: float, tall: float, phase: float, suit: str) -> None:
    shade, step = mix(suit, "#59616c", 0.35), math.sin(phase) * tall * 0.12
    for leg, tone in ((-step, shade), (step, suit)):
        stage.line([(x, y - tall * 0.42), (x + leg * 0.7 + 3, y - tall * 0.2), (x + leg, y - 3)], tone, tall * 0.13)
        stage.oval(x + leg + 4, y - 3, tall * 0.09, mix(suit, "#3a4048", 0.5), tall * 0.045)
    stage.box(x - tall * 0.25, y - tall * 0.83, tall * 0.2, tall * 0.4, shade, tall * 0.04)
    stage.box(x - tall * 0.14, y - tall * 0.8, tall * 0.3, tall * 0.42, suit, tall * 0.08)
    stage.line(
        [
            (x + 2, y - tall * 0.7),
            (x + tall * 0.16, y - tall * 0.54),
            (x + tall * 0.28, y - tall * (0.58 + 0.1 * math.sin(phase))),
        ],
        suit,
        tall * 0.11,
    )
    stage.box(x + 2, y - tall * 0.63, tall * 0.1, tall * 0.07, "#8a929c")
    stage.box(x - tall * 0.12, y - tall * 0.74, tall * 0.08, tall * 0.05, "#d8503f")
    stage.oval(x + tall * 0.02, y - tall * 0.9, tall * 0.14, suit)
    stage.oval(x + tall * 0.07, y - tall * 0.9, tall * 0.1, "#c98a2e", tall * 0.09)
    stage.oval(x + tall * 0.1, y - tall * 0.93, tall * 0.03, "#fff0c8")


def parachute(b: Brush) -> None:
    dome = [
        (65 + 62 * math.cos(math.pi + k * math.pi / 20), 74 + 66 * math.sin(math.pi + k * math.pi / 20))
        for k in range(21)
    ]
    for k in range(8):
        left, right = 3 + k * 15.5, 3 + (k + 1) * 15.5
        arc = [p for p in dome if left - 1 <= p[0] <= right + 1]
        if len(arc) > 1:
            b.poly([(left, 74), *arc, (right, 74)], "#e4672f" if k % 2 else "#f6f1e6")
    for k in range(8):
        b.oval(10.7 + k * 15.5, 75, 7.7, "#e4672f" if k % 2 else "#f6f1e6", 4)


def capsule(b: Brush) -> None:
    b.poly([(24, 4), (46, 4), (66, 52), (4, 52)], "#a59a8c")
    b.poly([(36, 4), (46, 4), (66, 52), (40, 52)], "#7e756b")
    b.oval(35, 52, 31, "#4a423b", 9)
    b.box(28, 20, 9, 10, "#23282d", 2)
    b.box(26, 0, 18, 5, "#d8d2c6")


def carrier(b: Brush) -> None:
    b.poly([(2, 44), (238, 40), (220, 76), (20, 76)], "#5d6b78")
    b.box(2, 38, 236, 6, "#7d8a96")
    b.box(132, 10, 40, 28, "#6d7a86")
    b.box(146, 0, 8, 12, "#55616c")
    b.line([(160, 10), (160, -8)], "#55616c", 2)
    b.text(60, 58, "CV-12", 14, "#dfe5ea")


def copter(b: Brush) -> None:
    b.oval(56, 36, 40, "#e9e6dc", 22)
    b.poly([(80, 26), (146, 24), (146, 32), (84, 46)], "#e9e6dc")
    b.poly([(138, 26), (148, 6), (150, 30)], "#c94a3a")
    b.oval(34, 34, 17, "#3d5a70", 13)
    b.box(58, 8, 8, 10, "#4a4d50")
    b.line([(26, 64), (86, 64)], "#4a4d50", 3)
    for x in (40, 72):
        b.line([(x, 54), (x, 64)], "#4a4d50", 2)
    b.box(52, 42, 40, 5, "#c94a3a")

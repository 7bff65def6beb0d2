"""Engines, coaches, stations and people of the railway film."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .nature import Rng
from .stage import Brush, Point, Stage, mix


def engine(b: Brush) -> None:
    dark, mid, light = "#1c2126", "#2c333a", "#59636d"
    b.poly([(0, 26), (66, 26), (66, 106), (0, 106)], mid)
    b.poly([(-2, 24), (72, 16), (72, 26), (-2, 30)], dark)
    b.box(20, 38, 30, 26, "#e8c987", 2)
    b.box(64, 44, 220, 54, mid, 8)
    b.box(64, 46, 220, 9, light, 4)
    for x in (110, 160, 210):
        b.box(x, 44, 4, 54, "#8a7448")
    b.poly([(258, 44), (262, 14), (258, 10), (290, 10), (286, 14), (290, 44)], dark)
    b.oval(150, 42, 17, light, 12)
    b.oval(206, 43, 12, "#a88c52", 10)
    b.box(284, 46, 22, 50, dark, 4)
    b.oval(310, 62, 9, "#ffeeb8")
    b.box(0, 98, 312, 10, dark)
    b.poly([(300, 104), (330, 136), (296, 136)], dark)
    for x in (84, 140, 196):
        b.oval(x, 116, 27, "#14181c")
        b.ring(x, 116, 26, "#a33d33", 3)
    for x in (254, 288):
        b.oval(x, 126, 16, "#14181c")
        b.ring(x, 126, 15, "#a33d33", 2)
    b.oval(28, 124, 18, "#14181c")
    b.text(30, 82, "4472", 15, "#d9c38c")
    b.box(216, 96, 42, 20, "#23292f", 3)


def rods(stage: Stage, x: float, y: float, turn: float) -> None:
    """Turn the driving wheels of an engine whose sprite stands at x: spokes and coupling rod."""
    for k in (84, 140, 196):
        for s in range(4):
            a = turn + s * math.pi / 4
            stage.line(
                [
                    (x + k - 22 * math.cos(a), y - 22 * math.sin(a)),
                    (x + k + 22 * math.cos(a), y + 22 * math.sin(a)),
                ],
                "#8a4038",
                2,
            )
    dx, dy = 13 * math.cos(turn), 13 * math.sin(turn)
    stage.line([(x + 84 + dx, y + dy), (x + 196 + dx, y + dy)], "#c7ccd2", 5)
    stage.line([(x + 140 + dx, y + dy), (x + 238 + dx * 0.4, y - 2)], "#dfe3e8", 4)


def tender(b: Brush) -> None:
    b.box(4, 14, 140, 68, "#2c333a", 3)
    b.poly([(10, 16), (40, 2), (80, 6), (120, 1), (138, 16)], "#0d0f11")
    b.text(74, 50, "MAIL", 26, "#d9c38c", spacing=4)
    b.box(0, 80, 150, 8, "#1c2126")
    for x in (26, 74, 122):
        b.oval(x, 94, 15, "#14181c")
        b.ring(x, 94, 14, "#a33d33", 2)


def mail_car(b: Brush, tone: str = "#5d2f33") -> None:
    b.box(2, 16, 294, 74, tone, 4)
    b.poly([(0, 18), (12, 6), (288, 6), (300, 18)], "#30343a")
    b.box(2, 64, 294, 4, "#c9a862")
    for k in range(7):
        b.box(18 + k * 40, 28, 24, 26, "#f4dc9c" if k != 3 else "#2a2020", 2)
    b.text(150, 77, "ROYAL  MAIL", 13, "#e2c98c", spacing=3)
    b.box(0, 88, 300, 7, "#1c2126")
    for x in (36, 70, 230, 264):
        b.oval(x, 102, 14, "#14181c")
        b.ring(x, 102, 13, "#60656b", 2)


def coaches(b: Brush, rng: Rng, count: int) -> None:
    for c in range(count):
        x = c * 300.0
        b.box(x + 4, 20, 292, 130, ("#5a4a44", "#4b5158", "#63554a")[c % 3], 6)
        b.box(x + 4, 20, 292, 12, "#2b2d30", 5)
        b.box(x + 4, 96, 292, 5, "#c4b48c")
        for k in range(6):
            wx = x + 18 + k * 46
            b.box(wx, 44, 34, 40, "#f0dcae", 3)
            if rng.random() < 0.7:
                b.oval(wx + 17, 66, 7, "#3b3430")
                b.poly([(wx + 5, 84), (wx + 11, 73), (wx + 23, 73), (wx + 29, 84)], "#4a423c")
        b.text(x + 150, 118, f"{7 + c * 3} 4{c}1", 14, "#d8c9a0")
        for wx in (40, 90, 210, 260):
            b.oval(x + wx, 166, 20, "#15181b")
            b.ring(x + wx, 166, 18, "#5b6066", 3)


def station(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 900, 450, "#8f9296")
    for k in range(13):
        b.poly(
            [(k * 74, 0), (k * 74 + 60, 0), (k * 74 + 34, 150), (k * 74 + 12, 150)],
            "#d8dad8" if k % 3 else "#c4c7c6",
        )
    b.box(0, 150, 900, 120, "#6d675f")
    for k in range(9):
        x = k * 104 + 20
        b.box(x, 0, 12, 350, "#33373b")
        b.ring(x + 58, 62, 56, "#33373b", 7, (180, 360))
        b.box(x - 6, 60, 24, 8, "#33373b")
        b.oval(x + 58, 130, 12, "#fff2c4")
        b.box(x + 56, 84, 3, 36, "#33373b")
    for k, words in enumerate(("ABERFOYLE", "TICKETS", "PARCELS", "ABERFOYLE")):
        b.box(70 + k * 208, 152, 120, 30, "#2b3f55", 4)
        b.text(130 + k * 208, 167, words, 17, "#f4f0e2", spacing=1)


def platform_floor(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 1000, 110, "#9b968c")
    b.box(0, 0, 1000, 7, "#e9e6dc")
    for k in range(26):
        b.line([(k * 42 - 10, 7), (k * 52 - 140, 110)], "#86817a", 1)
    for y in (26, 52, 84):
        b.line([(0, y), (1000, y)], "#86817a", 1)


def trolley(b: Brush) -> None:
    b.box(10, 52, 112, 6, "#3f3a34")
    for x in (30, 104):
        b.oval(x, 66, 12, "#26282a")
    for x, y, s in ((34, 40, 20), (66, 38, 22), (98, 42, 18), (50, 20, 19), (82, 20, 18)):
        b.oval(x, y, s, mix("#b8a684", "#000000", (x % 3) * 0.08), s * 0.72)


def clock(stage: Stage, x: float, y: float, r: float, t: float) -> None:
    stage.oval(x, y, r, "#24282c")
    stage.oval(x, y, r - 5, "#f6f3e8")
    for k in range(12):
        a = k * math.pi / 6
        stage.oval(x + (r - 10) * math.cos(a), y + (r - 10) * math.sin(a), 2, "#24282c")
    for speed, long, wide in ((0.5, r * 0.7, 3), (0.04, r * 0.45, 4)):
        a = speed * t - 1.2
        stage.line([(x, y), (x + long * math.cos(a), y + long * math.sin(a))], "#24282c", wide)


def village(b: Brush, rng: Rng, ridge: np.ndarray, width: int) -> None:
    for _ in range(34):
        x = int(rng.integers(20, width - 30))
        y, wide = ridge[x] + rng.uniform(2, 14), rng.uniform(12, 20)
        b.box(x, y - 10, wide, 14, "#131b29")
        b.poly([(x - 3, y - 9), (x + wide / 2, y - 19), (x + wide + 3, y - 9)], "#0d131d")
        b.box(x + 3, y - 6, 4, 5, "#f6dc92")
    for x in (700, 1700):
        y = ridge[x]
        b.box(x, y - 24, 14, 34, "#131b29")
        b.poly([(x - 1, y - 24), (x + 7, y - 58), (x + 15, y - 24)], "#0d131d")


def peaks(b: Brush, rng: Rng, w: int, h: int) -> None:
    x = -60.0
    while x < w:
        wide, tall = rng.uniform(110, 200), rng.uniform(0.5, 0.98) * h
        b.poly([(x, h), (x + wide / 2, h - tall), (x + wide, h)], "#8f96a8")
        b.poly([(x + wide / 2, h - tall), (x + wide, h), (x + wide * 0.6, h)], "#7c8498")
        b.poly(
            [
                (x + wide * 0.41, h - tall * 0.82),
                (x + wide / 2, h - tall),
                (x + wide * 0.59, h - tall * 0.82),
                (x + wide * 0.52, h - tall * 0.74),
                (x + wide * 0.46, h - tall * 0.79),
            ],
            "#eef0f2",
        )
        x += wide * rng.uniform(0.45, 0.7)


def viaduct(b: Brush, width: int) -> None:
    stone, dark = "#8c8479", "#6f685f"
    b.box(0, 6, width, 16, stone)
    b.box(0, 2, width, 5, "#b3aa9c")
    for k in range(width // 75 + 1):
        x = k * 75
        b.box(x, 20, 20, 200, stone)
        b.box(x + 13, 20, 7, 200, dark)
        points = [(x + 20 + 55 * i / 12, 62 - 40 * math.sin(math.pi * i / 12)) for i in range(13)]
        b.poly([(x + 20, 20), *points, (x + 75, 20)], stone)


def trackside(stage: Stage, at: Callable[[float, float], Point], z: float, kind: int, number: int) -> None:
    if z > 130:
        return
    side = 1 if number % 2 else -1
    k = 108 / max(z, 1.2)
    if number % 11 == 7:  # a road bridge
        (x0, y0), (x1, _) = at(-30, z), at(30, z)
        top = y0 - 42 * k
        tone = mix("#4d4a46", "#a5a49f", min(1, z / 110))
        stage.box(x0 - 40 * k, top, x1 - x0 + 80 * k, 9 * k, tone)
        stage.box(x0 - 40 * k, top, 36 * k, y0 - top, tone)
        stage.box(x1 + 4 * k, top, 36 * k, y0 - top, tone)
        return
    x, y = at(side * (28 + 9 * (number % 3)), z)
    tone = mix(("#2f3a33", "#38332d", "#3b4238", "#4a453e")[kind], "#b2b3ae", min(1, z / 120))
    if kind == 0:
        stage.poly([(x - 9 * k, y), (x, y - 34 * k), (x + 9 * k, y)], tone)
    elif kind == 1:
        stage.box(x - 0.8 * k, y - 40 * k, 1.6 * k, 40 * k, tone)
        stage.box(x - 6 * k, y - 37 * k, 12 * k, 1.5 * k, tone)
    elif kind == 2:
        stage.oval(x, y - 17 * k, 13 * k, tone, 14 * k)
        stage.box(x - 1.5 * k, y - 8 * k, 3 * k, 8 * k, tone)
    else:
        stage.box(x - 12 * k, y - 13 * k, 24 * k, 13 * k, mix(tone, "#ffffff", 0.35))
        stage.poly([(x - 14 * k, y - 13 * k), (x, y - 24 * k), (x + 14 * k, y - 13 * k)], tone)


def cab(b: Brush) -> None:
    dark = "#111315"
    b.box(0, 0, 600, 34, dark)
    b.box(0, 0, 26, 450, dark)
    b.box(574, 0, 26, 450, dark)
    b.poly([(0, 450), (0, 392), (150, 408), (600, 386), (600, 450)], dark)
    b.poly([(196, 450), (216, 352), (384, 352), (404, 450)], "#1d2125")
    b.oval(300, 354, 84, "#2b3036", 20)
    b.poly([(276, 350), (282, 312), (276, 306), (324, 306), (318, 312), (324, 350)], "#16191c")
    for x in (90, 500):
        b.oval(x, 428, 18, "#c8c2ae")
        b.ring(x, 428, 18, "#8a7448", 4)
        b.line([(x, 428), (x + 8, 416)], "#222222", 2)


def pigeonholes(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 1150, 450, "#4d4235")
    b.box(0, 0, 1150, 34, "#2c261f")
    towns = (
        "LEEDS",
        "YORK",
        "CREWE",
        "PERTH",
        "OBAN",
        "AYR",
        "DERBY",
        "WIGAN",
        "BUTE",
        "STIRLING",
        "HULL",
        "BATH",
    )
    for k in range(22):
        for row in range(5):
            x, y = 8 + k * 52, 42 + row * 46
            b.box(x, y, 47, 40, "#1e1914")
            full = int(rng.integers(0, 5))
            for i in range(full):
                b.box(x + 5 + i * 2, y + 34 - i * 6, 34, 5, ("#e8e2d2", "#cfc6b2")[i % 2])
            b.box(x, y + 37, 47, 7, "#8d7c62")
            if row % 2 == k % 2:
                b.text(x + 23, y + 40, towns[(k * 5 + row) % 12], 7, "#efe6d0")
    for k in (5, 11, 17):
        b.box(k * 52 + 6, 34, 12, 380, "#2f281f")
    b.box(0, 280, 1150, 170, "#5c503f")


def sorter(b: Brush, kind: int) -> None:
    coat = ("#4a4e55", "#6a6258", "#3c4148")[kind]
    b.poly([(30, 290), (44, 120), (80, 96), (118, 96), (146, 124), (156, 290)], coat)
    b.poly([(84, 98), (100, 150), (114, 98)], "#e8e4d8")
    b.line([(100, 104), (101, 146)], "#22252a", 5)
    b.oval(100, 62, 30, ("#deb896", "#e6c4a2", "#cfa988")[kind], 36)
    if kind == 0:
        b.poly([(68, 46), (72, 22), (128, 22), (134, 46)], "#30353b")
        b.poly([(104, 40), (150, 46), (132, 50), (100, 48)], "#15181b")
    elif kind == 1:
        b.oval(100, 40, 31, "#8d8a84", 18)
        b.oval(112, 80, 13, "#8d8a84", 4)
    else:
        b.oval(98, 36, 32, "#3a2e25", 16)
        b.ring(104, 60, 8, "#2b2b2b", 2)
        b.ring(122, 60, 8, "#2b2b2b", 2)
    for x in (104, 122):
        b.oval(x, 60, 4.5, "#fbf8f0", 3.5)
        b.oval(x + 1, 60, 2.2, "#2b2119")
    b.poly([(113, 62), (124, 76), (112, 77)], "#c39a78")
    b.line([(102, 84), (118, 84)], "#8a5a4a", 2.5)
    b.line([(60, 130), (52, 210), (70, 250)], mix(coat, "#000000", 0.25), 22)


def lamp(b: Brush) -> None:
    b.oval(45, 40, 40, "#ffe9b0", alpha=60)
    b.oval(45, 38, 26, "#ffe9b0", alpha=110)
    b.poly([(25, 30), (36, 8), (54, 8), (65, 30)], "#2b2b2b")
    b.oval(45, 32, 12, "#fffdf0", 8)


def letter(b: Brush, paper: str) -> None:
    b.box(2, 2, 42, 28, paper)
    b.box(32, 5, 9, 9, "#8a8176")
    b.line([(6, 18), (26, 18)], "#77706a", 1.5)
    b.line([(6, 23), (20, 23)], "#77706a", 1.5)

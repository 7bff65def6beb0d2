"""Houses, trams, bridges and roofs of the city film."""

from __future__ import annotations

import math

from PIL import Image, ImageFilter, ImageOps

from .life import walker
from .nature import Rng
from .stage import Brush, Sprite, Stage, mix

COATS = ("#3d3a38", "#6d5f52", "#8a7d6c", "#4d535a", "#93866f", "#2f3236")


HATS = ("top", "bonnet", "cap", "bonnet", "cap")


def crowd(rng: Rng, count: int, left: float, right: float) -> list[tuple[float, float, float, float]]:
    return [
        (
            rng.uniform(left, right),
            rng.uniform(20, 40) * (1 if i % 2 else -1),
            rng.uniform(0, 6),
            rng.uniform(50, 60),
        )
        for i in range(count)
    ]


def stroll(stage: Stage, folk: list, t: float, pan: float, y: float, tall: float) -> None:
    for i, (x, speed, phase, own) in enumerate(folk):
        px = x + speed * t - pan
        if -60 < px < 660:
            walker(
                stage,
                px,
                y - (i * 11) % 14,
                tall * own / 55,
                phase + abs(speed) * 0.2 * t,
                COATS[i % 6],
                hat=HATS[i % 5],
                way=1 if speed > 0 else -1,
            )


def houses(b: Brush, rng: Rng, w: int, h: int) -> None:
    x = 0.0
    signs = (
        "CAFE ROYAL",
        "CHAPEAUX",
        "BANK",
        "HOTEL ASTOR",
        "BAKER",
        "CINEMA",
        "PIANOS",
        "PHARMACY",
        "TEA ROOM",
        "BOOKS",
    )
    i = 0
    while x < w:
        wide, tall = rng.uniform(110, 180), rng.uniform(190, 270)
        tone = mix(("#a59a86", "#8c8373", "#b9ae99", "#96897a")[i % 4], "#ffffff", rng.uniform(0, 0.15))
        top = h - tall
        b.box(x, top, wide, tall, tone)
        b.poly(
            [(x - 3, top), (x + 12, top - 24), (x + wide - 12, top - 24), (x + wide + 3, top)],
            mix(tone, "#000000", 0.5),
        )
        b.box(x - 3, top, wide + 6, 6, mix(tone, "#ffffff", 0.35))
        rows, cols = int((tall - 70) / 40), int(wide / 32)
        for row in range(rows):
            for c in range(cols):
                wx, wy = x + (wide - cols * 32) / 2 + c * 32 + 7, top + 16 + row * 40
                b.box(wx, wy, 17, 26, mix(tone, "#000000", 0.55))
                b.box(wx, wy, 17, 11, mix(tone, "#000000", 0.35))
                b.box(wx - 3, wy + 26, 23, 3, mix(tone, "#ffffff", 0.4))
        b.box(x + 6, h - 54, wide - 12, 54, mix(tone, "#000000", 0.62))
        for k in range(int(wide / 22)):
            b.poly(
                [
                    (x + 6 + k * 22, h - 62),
                    (x + 28 + k * 22, h - 62),
                    (x + 31 + k * 22, h - 44),
                    (x + 3 + k * 22, h - 44),
                ],
                "#efe6d2" if k % 2 else mix(tone, "#000000", 0.3),
            )
        b.text(x + wide / 2, h - 72, signs[i % 10], 13, "#2b2621", spacing=1)
        x, i = x + wide + 3, i + 1


def night_houses(b: Brush, rng: Rng, w: int, h: int) -> None:
    x, i = 0.0, 0
    signs = ("BAR", "DANCE", "ODEON", "JAZZ", "GRAND CAFE", "VARIETY", "TAXI")
    while x < w:
        wide, tall = rng.uniform(100, 170), rng.uniform(210, 310)
        tone = ("#1b1e25", "#22252d", "#171a20")[i % 3]
        b.box(x, h - tall, wide, tall, tone)
        for row in range(int((tall - 60) / 38)):
            for c in range(int(wide / 30)):
                lit = rng.random() < 0.38
                b.box(x + 8 + c * 30, h - tall + 16 + row * 38, 15, 22, "#f2d68e" if lit else "#101218")
        b.box(x + 10, h - 62, wide - 20, 50, "#e8cf92" if i % 2 else "#b8a070")
        for k in range(int(wide / 20)):
            b.box(x + 10 + k * 20, h - 62, 3, 50, tone)
        sign = signs[i % 7]
        long = 16 + 13 * len(sign)
        b.box(x + wide / 2 - long / 2, h - 98, long, 27, "#0b0c0f", 4)
        b.frame(x + wide / 2 - long / 2, h - 98, long, 27, "#ffe9b0", 2)
        b.text(x + wide / 2, h - 84, sign, 17, "#fff6d8", spacing=2)
        x, i = x + wide + 2, i + 1


def mirror_of(walls: Sprite) -> Image.Image:
    picture = Image.new("RGB", walls.image.size)
    picture.paste(walls.image, (0, 0), walls.mask)
    flipped = ImageOps.flip(picture).crop((0, 0, walls.width, 130)).filter(ImageFilter.BoxBlur(2))
    return flipped.point(lambda v: int(v * 0.5) + 10)


def street_trees(b: Brush, rng: Rng, w: int) -> None:
    for x in range(40, w, 150):
        b.box(x - 4, 60, 8, 90, "#4a4036")
        for _ in range(9):
            dx, dy = rng.normal(0, 18), rng.normal(0, 12)
            b.oval(x + dx, 44 + dy, rng.uniform(12, 22), mix("#6f7560", "#ffffff", rng.uniform(0, 0.22)))
        b.box(x - 26, 120, 52, 5, "#3a332b")
        b.box(x - 22, 125, 4, 22, "#3a332b")
        b.box(x + 18, 125, 4, 22, "#3a332b")


def skyline(b: Brush, rng: Rng, w: int, h: int, colour: str) -> None:
    x, i = 0.0, 0
    while x < w:
        wide, tall = rng.uniform(26, 70), rng.uniform(50, 110)
        tone = mix(colour, "#ffffff", rng.uniform(0, 0.25))
        b.box(x, h - tall, wide + 1, tall, tone)
        if i % 5 == 2:
            b.oval(x + wide / 2, h - tall, wide * 0.48, mix(tone, "#6f7f78", 0.35), wide * 0.6)
            b.box(x + wide / 2 - 2, h - tall - wide * 0.6 - 16, 4, 20, tone)
        elif i % 4 == 1:
            b.poly(
                [(x, h - tall), (x + wide / 2, h - tall - 60), (x + wide, h - tall)],
                mix(tone, "#000000", 0.2),
            )
        else:
            b.poly(
                [(x, h - tall), (x + 6, h - tall - 12), (x + wide - 6, h - tall - 12), (x + wide, h - tall)],
                mix(tone, "#000000", 0.22),
            )
        for k in range(int(wide / 10)):
            for r in range(int(tall / 16)):
                b.box(x + 4 + k * 10, h - tall + 6 + r * 16, 3, 7, mix(tone, "#000000", 0.18))
        x, i = x + wide, i + 1


def tram(b: Brush, number: str, colour: str, lit: bool = False) -> None:
    cream, pane = ("#4a4438", "#ffe9b0") if lit else ("#efe5cc", "#5b6468")
    b.box(14, 36, 252, 60, cream, 6)
    b.box(10, 92, 260, 44, colour, 5)
    b.box(8, 28, 264, 11, mix(colour, "#000000", 0.45), 5)
    b.box(60, 18, 160, 11, mix(colour, "#000000", 0.25), 4)
    for k in range(8):
        b.box(24 + k * 30, 46, 23, 36, pane, 3)
        if k in (1, 2, 4, 6):
            b.oval(36 + k * 30, 66, 6, "#3a322b")
            b.poly([(27 + k * 30, 82), (31 + k * 30, 72), (41 + k * 30, 72), (45 + k * 30, 82)], "#4d443b")
    b.line([(150, 18), (186, 0)], "#2a2724", 2)
    b.oval(250, 22, 13, "#f4ecd8" if not lit else "#fff6d8")
    b.text(250, 22, number, 15, "#2a2521")
    b.text(140, 114, "CITY TRAMWAYS", 15, mix(colour, "#ffffff", 0.75), spacing=3)
    b.oval(264, 108, 6, "#fff2c8")
    b.box(40, 134, 200, 9, "#2a2724")
    for x in (70, 104, 180, 214):
        b.oval(x, 148, 13, "#211f1d")
        b.oval(x, 148, 5, "#77716a")


def motor_car(b: Brush, colour: str) -> None:
    b.poly([(4, 46), (6, 30), (34, 28), (42, 8), (82, 8), (86, 30), (106, 34), (106, 46)], colour)
    b.poly([(45, 12), (39, 27), (60, 27), (60, 12)], "#cfd2cc")
    b.box(63, 12, 17, 15, "#cfd2cc")
    b.oval(8, 36, 4, "#f6eccb")
    for x in (26, 86):
        b.oval(x, 48, 14, "#1d1c1b")
        b.oval(x, 48, 7, "#b5ab95")


def chain_bridge(b: Brush) -> None:
    stone, iron = "#9c9484", "#4b4a47"
    b.box(0, 128, 1500, 12, iron)
    b.box(0, 124, 1500, 4, "#c4bba8")
    for x in (330, 1080):
        b.box(x, 10, 70, 240, stone)
        b.box(x + 48, 10, 22, 240, mix(stone, "#000000", 0.18))
        b.box(x - 8, 6, 86, 12, mix(stone, "#ffffff", 0.3))
        b.oval(x + 35, 104, 18, "#3d3b38")
        b.box(x + 17, 104, 36, 24, "#3d3b38")
        b.box(x - 14, 200, 98, 50, mix(stone, "#000000", 0.1))
    for left, right, sag in ((400.0, 1080.0, 104.0), (-350.0, 330.0, 104.0), (1150.0, 1830.0, 104.0)):
        points = []
        for i in range(35):
            u = i / 34
            points.append((left + (right - left) * u, 20 + sag * 4 * u * (1 - u)))
            b.line([points[-1], (points[-1][0], 126)], iron, 1.5)
        b.line(points, iron, 5)


def launch(b: Brush) -> None:
    b.poly([(4, 40), (146, 36), (132, 62), (16, 62)], "#efe8d6")
    b.box(40, 22, 80, 16, "#7b5a44", 2)
    for x in range(46, 116, 14):
        b.box(x, 26, 9, 8, "#e6d7ac")
    b.box(24, 4, 12, 36, "#3b3733")
    b.box(36, 12, 92, 5, "#d8cfba")


def barge(b: Brush) -> None:
    b.poly([(2, 22), (228, 22), (210, 52), (18, 52)], "#3a332d")
    for x in range(36, 180, 34):
        b.oval(x, 20, 19, "#6f5f4a", 9)
    b.box(186, 4, 30, 18, "#a39a88", 2)


def town_hall(b: Brush, rng: Rng) -> None:
    stone = "#b5a98f"
    b.box(20, 420, 560, 280, stone)
    b.poly([(10, 420), (60, 370), (540, 370), (590, 420)], "#635a50")
    for row in range(3):
        for k in range(11):
            x, y = 44 + k * 48, 444 + row * 78
            if 230 < x < 360 and row == 2:
                continue
            b.box(x, y, 24, 44, "#5c564e")
            b.oval(x + 12, y, 12, "#5c564e")
            b.box(x - 4, y + 46, 32, 4, "#d8cdb4")
    b.box(250, 60, 100, 380, mix(stone, "#ffffff", 0.12))
    b.box(324, 60, 26, 380, mix(stone, "#000000", 0.12))
    b.poly([(240, 62), (300, -60), (360, 62)], "#5f6a64")
    b.oval(300, 150, 40, "#3f3931")
    b.oval(300, 150, 35, "#f4ecd8")
    for k in range(12):
        a = k * math.pi / 6
        b.oval(300 + 30 * math.cos(a), 150 + 30 * math.sin(a), 2, "#3f3931")
    for y in (230, 300):
        for x in (268, 290, 312):
            b.box(x, y, 13, 44, "#5c564e")
    b.box(262, 610, 76, 90, "#463c32")
    b.oval(300, 610, 38, "#463c32")


def stalls(b: Brush, rng: Rng, big: bool = False) -> None:
    k = 1.0 if big else 0.85
    goods = ("#b5483c", "#c99a4a", "#7f8a5a", "#e6dcc0", "#8c5a70")
    for i, x in enumerate(range(20, 1000, 260 if big else 150)):
        wide, foot = 130 * k, 150 if big else 180
        for j in range(6):
            tone = "#f3ead6" if j % 2 else ("#a8564a", "#6d7a70", "#8a7a56", "#5d6c7a")[i % 4]
            b.poly(
                [
                    (x + 8 + j * wide / 6, foot - 104 * k),
                    (x + 8 + (j + 1) * wide / 6 - 2, foot - 104 * k),
                    (x + (j + 1) * (wide + 16) / 6, foot - 74 * k),
                    (x + j * (wide + 16) / 6, foot - 74 * k),
                ],
                tone,
            )
        for px in (x + 6, x + wide + 4):
            b.box(px, foot - 76 * k, 5, 76 * k, "#4d4339")
        b.box(x, foot - 40 * k, wide + 16, 40 * k, "#7a6a55")
        for g in range(16):
            b.oval(x + 8 + g * wide / 16, foot - 42 * k, 6 * k, goods[(g // 4 + i) % 5])


def roof_row(b: Brush, rng: Rng, w: int, h: int, colour: str, size: float) -> None:
    x, i = -20.0, 0
    while x < w:
        wide, rise = rng.uniform(90, 150) * size, rng.uniform(26, 58) * size
        base = h * 0.48 - rng.uniform(0, 20) * size
        tone = mix(colour, "#ffffff" if i % 2 else "#000000", rng.uniform(0, 0.12))
        b.box(x + wide * 0.2, base - rise - 20 * size, 15 * size, 44 * size, mix(tone, "#000000", 0.25))
        b.box(x + wide * 0.2 - 2, base - rise - 22 * size, 15 * size + 4, 5, mix(tone, "#000000", 0.4))
        b.poly(
            [(x, base), (x + wide * 0.25, base - rise), (x + wide * 0.75, base - rise), (x + wide, base)],
            mix(tone, "#000000", 0.3),
        )
        for r in range(1, 4):
            y = base - rise * r / 4
            b.line([(x + wide * 0.06 * r, y), (x + wide - wide * 0.06 * r, y)], mix(tone, "#000000", 0.4), 1)
        b.box(x, base, wide, h, tone)
        for c in range(int(wide / (34 * size))):
            b.box(
                x + 12 * size + c * 34 * size,
                base + 14 * size,
                13 * size,
                20 * size,
                mix(tone, "#000000", 0.45),
            )
        b.poly(
            [
                (x + wide * 0.45, base - rise * 0.2),
                (x + wide * 0.45, base - rise * 0.62),
                (x + wide * 0.53, base - rise * 0.85),
                (x + wide * 0.61, base - rise * 0.62),
                (x + wide * 0.61, base - rise * 0.2),
            ],
            mix(tone, "#ffffff", 0.25),
        )
        x, i = x + wide, i + 1


def airship(b: Brush) -> None:
    b.oval(135, 46, 130, "#8b8c8c", 38)
    b.oval(132, 38, 120, "#c9c9c4", 26)
    for x in (70, 110, 150, 190):
        b.line([(x, 12), (x + 4, 46), (x, 80)], "#777875", 1)
    b.poly([(226, 46), (268, 14), (262, 46), (268, 78)], "#75706a")
    b.box(100, 82, 60, 13, "#57534e", 4)
    b.text(128, 46, "LZ 27", 22, "#3a3733", spacing=3)


def cat(stage: Stage, x: float, y: float, t: float) -> None:
    ink = "#1d1a17"
    stage.oval(x, y - 16, 21, ink, 9)
    for k, leg in enumerate((-15, -9, 9, 15)):
        stage.line([(x + leg, y - 12), (x + leg + 6 * math.sin(6 * t + k * 1.7), y)], ink, 4)
    stage.oval(x + 24, y - 27, 9, ink)
    for ear in (19, 28):
        stage.poly([(x + ear - 3, y - 32), (x + ear, y - 42), (x + ear + 4, y - 32)], ink)
    stage.line([(x - 19, y - 19), (x - 32, y - 30), (x - 30 + 6 * math.sin(3 * t), y - 48)], ink, 4)

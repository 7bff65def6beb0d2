"""Ships, trains, shelves and trams of today."""

from __future__ import annotations

import math

from .nature import Rng
from .stage import Brush, Stage, mix

BRIGHT = ("#e4572e", "#2a9d8f", "#f3b33d", "#457b9d", "#8e5572", "#e9e2cf")


def container_ship(b: Brush, rng: Rng) -> None:
    b.poly([(4, 84), (556, 74), (530, 146), (34, 146)], "#1f4e79")
    b.poly([(30, 132), (532, 130), (530, 146), (34, 146)], "#a8322d")
    for column in range(16):
        for row in range(int(rng.integers(2, 5))):
            b.box(24 + column * 26, 66 - row * 16, 25, 15, BRIGHT[int(rng.integers(0, 6))])
    b.box(452, 6, 44, 74, "#f4f4ef", 2)
    for y in range(14, 70, 12):
        b.box(456, y, 36, 5, "#4b6478")
    b.text(300, 112, "NORDIC STAR", 26, "#ffffff", spacing=4)


def rotor(b: Brush) -> None:
    for k in range(3):
        a = 2 * math.pi * k / 3
        b.poly(
            [
                (60 + 5 * math.cos(a + 1.2), 60 + 5 * math.sin(a + 1.2)),
                (60 + 54 * math.cos(a), 60 + 54 * math.sin(a)),
                (60 + 5 * math.cos(a - 1.2), 60 + 5 * math.sin(a - 1.2)),
            ],
            "#ffffff",
        )
    b.oval(60, 60, 5, "#dfe8ea")


def portal(b: Brush) -> None:
    for x in (30, 120):
        b.box(x, 30, 11, 190, "#e4572e")
    b.line([(36, 200), (126, 40)], "#b8431f", 4)
    b.box(4, 24, 180, 14, "#e4572e")
    b.line([(76, 2), (6, 26)], "#b8431f", 3)
    b.line([(76, 2), (180, 26)], "#b8431f", 3)
    b.box(70, 0, 11, 28, "#e4572e")


def rape(b: Brush, rng: Rng, w: int) -> None:
    b.box(0, 12, w, 108, "#8dbb54")
    x = 0.0
    while x < w:
        wide, tone = (
            rng.uniform(60, 170),
            ("#f2d13c", "#7fb24d", "#e5c02f", "#a6cc66")[int(rng.integers(0, 4))],
        )
        b.poly([(x, 110), (x + 30, 16), (x + wide + 30, 16), (x + wide, 110)], tone)
        if rng.random() < 0.3:
            b.box(x + 40, 2, 46, 26, "#f2efe6")
            b.poly([(x + 34, 4), (x + 50, -8), (x + 92, -8), (x + 92, 4)], "#27476b")
        x += wide


def express(b: Brush) -> None:
    b.poly([(0, 14), (520, 14), (584, 34), (616, 60), (600, 70), (0, 70)], "#f7f9fa")
    b.poly([(0, 52), (606, 52), (614, 60), (600, 66), (0, 66)], "#d8332e")
    b.box(0, 24, 500, 16, "#22303c", 5)
    b.poly([(534, 22), (572, 34), (590, 44), (540, 42)], "#22303c")
    for x in (150, 300, 450):
        b.box(x, 14, 2, 56, "#c3ccd2")
    b.box(0, 68, 596, 6, "#55606a")


def cans(b: Brush, rng: Rng) -> None:
    for row in range(3):
        y = 14 + row * 96
        x = 12.0
        while x < 1150:
            tall = int(rng.integers(3, 8))
            wide = rng.uniform(56, 78)
            tone = ("#9aa7b0", "#c2a05a", "#7c8a94", "#b0634a", "#5f7f86")[int(rng.integers(0, 5))]
            for k in range(tall):
                b.box(x, y + 68 - k * 10, wide, 9, mix(tone, "#000000", 0.12 * (k % 2)), 3)
                b.box(x + wide * 0.3, y + 70 - k * 10, wide * 0.4, 5, "#efe6cf")
            x += wide + rng.uniform(6, 22)
        b.box(0, y + 78, 1200, 8, "#3b4754")
    for x in range(0, 1200, 300):
        b.box(x, 0, 10, 300, "#2c3641")


def film_reel(b: Brush) -> None:
    b.oval(70, 70, 66, "#c9d0d4")
    b.oval(70, 70, 60, "#39302b")
    b.oval(70, 70, 36, "#c9d0d4")
    for k in range(5):
        a = 2 * math.pi * k / 5
        b.oval(70 + 38 * math.cos(a), 70 + 38 * math.sin(a), 15, "#232a31")
    b.oval(70, 70, 9, "#232a31")


def sand(b: Brush, rng: Rng) -> None:
    b.poly(
        [
            (0, 14),
            *((x, 12 + 6 * math.sin(x / 60)) for x in range(0, 900, 20)),
            (900, 14),
            (900, 170),
            (0, 170),
        ],
        "#f1dcae",
    )
    b.line([(x, 12 + 6 * math.sin(x / 60)) for x in range(0, 900, 20)], "#ffffff", 5)
    for _ in range(500):
        b.oval(rng.uniform(0, 900), rng.uniform(24, 170), 1.4, mix("#f1dcae", "#b08a50", rng.uniform(0.1, 0.4)))


def glass(b: Brush, rng: Rng) -> None:
    x = 0.0
    while x < 1100:
        wide, tall = rng.uniform(70, 120), rng.uniform(120, 215)
        tone = ("#6fa3b8", "#8fb8c2", "#5f8ea6", "#d9d2c4")[int(rng.integers(0, 4))]
        b.box(x, 230 - tall, wide, tall, tone)
        for r in range(int(tall / 17)):
            for c in range(int(wide / 19)):
                b.box(x + 5 + c * 19, 236 - tall + r * 17, 14, 11, mix(tone, "#ffffff", rng.uniform(0.1, 0.55)))
        x += wide + 5


def low_tram(b: Brush) -> None:
    b.box(4, 20, 372, 72, "#3aa655", 16)
    b.box(16, 30, 348, 34, "#17303a", 9)
    for x in (132, 250):
        b.box(x, 20, 5, 72, "#2a7a40")
    for x in (60, 180, 300):
        b.box(x, 30, 26, 60, "#a6d8b0", 3)
    b.box(4, 74, 372, 8, "#ffffff")
    b.line([(190, 20), (210, 4), (236, 4)], "#48565c", 3)
    b.box(20, 90, 340, 10, "#24323a", 4)


def avenue(b: Brush, rng: Rng) -> None:
    for x in range(40, 1280, 116):
        b.box(x - 4, 70, 8, 76, "#6b4f3a")
        for _ in range(10):
            b.oval(
                x + rng.normal(0, 18),
                46 + rng.normal(0, 14),
                rng.uniform(12, 22),
                mix("#3f8a4a", "#bfe07a", rng.random()),
            )


def cyclist(stage: Stage, x: float, y: float, turn: float, shirt: str) -> None:
    for side in (-18, 18):
        stage.ring(x + side, y - 12, 12, "#22282c", 2)
        stage.line(
            [
                (x + side - 11 * math.cos(turn), y - 12 - 11 * math.sin(turn)),
                (x + side + 11 * math.cos(turn), y - 12 + 11 * math.sin(turn)),
            ],
            "#7d868b",
            1,
        )
    stage.line(
        [(x - 18, y - 12), (x - 4, y - 30), (x + 14, y - 30), (x + 18, y - 12), (x, y - 12), (x - 4, y - 30)],
        shirt,
        2,
    )
    stage.line(
        [
            (x - 4, y - 34),
            (x + 6 + 5 * math.sin(turn), y - 22),
            (x + 5 * math.cos(turn), y - 12 + 5 * math.sin(turn)),
        ],
        "#2c3a4a",
        5,
    )
    stage.line([(x - 4, y - 36), (x + 5, y - 56)], shirt, 9)
    stage.line([(x + 5, y - 52), (x + 15, y - 40)], "#e2bd9a", 4)
    stage.oval(x + 9, y - 65, 7, "#e2bd9a")
    stage.oval(x + 8, y - 69, 8, mix(shirt, "#000000", 0.3), 5)


def lit_town(b: Brush, rng: Rng) -> None:
    x = 0.0
    while x < 800:
        wide, tall = rng.uniform(24, 54), rng.uniform(34, 92)
        b.box(x, 110 - tall, wide, tall, "#1d1a44")
        for r in range(int(tall / 12)):
            for c in range(int(wide / 10)):
                if rng.random() < 0.5:
                    b.box(
                        x + 3 + c * 10,
                        114 - tall + r * 12,
                        5,
                        6,
                        ("#ffd98a", "#ffb36b", "#fff2c8")[int(rng.integers(0, 3))],
                    )
        x += wide + 2


def ferry(b: Brush) -> None:
    b.poly([(4, 66), (296, 60), (280, 104), (20, 104)], "#f4f1ea")
    b.poly([(12, 88), (288, 84), (280, 104), (20, 104)], "#c43d4b")
    b.box(36, 38, 220, 26, "#e9e4da", 3)
    b.box(70, 14, 140, 24, "#f7f3ea", 3)
    b.box(120, -4, 34, 20, "#c43d4b", 2)
    for x in range(44, 250, 16):
        b.box(x, 44, 10, 11, "#ffd98a")
    for x in range(78, 204, 16):
        b.box(x, 20, 10, 10, "#ffe7b0")


def bushes(b: Brush) -> None:
    for x in range(0, 1400, 26):
        b.oval(x, 60 + 14 * math.sin(x), 34, mix("#2f6b3c", "#8fc25a", (x % 7) / 7))


def kite(b: Brush, colour: str) -> None:
    b.poly([(23, 2), (44, 22), (23, 58), (2, 22)], colour)

"""What the documentaries shot themselves, in the colours of today: it is nowhere else."""

from __future__ import annotations

import math

from .nature import Puffs, Rng, Sea, land, sky, walker
from .reel import Draw
from .stage import Brush, Easel, Stage, ease, glide, mix

BRIGHT = ("#e4572e", "#2a9d8f", "#f3b33d", "#457b9d", "#8e5572", "#e9e2cf")


def container_port(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A container ship between gantries and wind turbines, from the air."""
    far = sky(easel, rng, 900, 200, [(0, "#5aa9d6"), (1, "#d9eef2")], clouds=9)
    sea = Sea(easel, rng, 168, 350, "#7cc0c8", "#11647a", swell=0.7)
    ship = easel.paint(560, 150, lambda b: _container_ship(b, rng))
    rotor = easel.paint(120, 120, _rotor)
    portal = easel.paint(190, 220, _portal)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 240)
        stage.put(far, -pan * 0.2, 0)
        for k in range(6):
            x = 60 + 150 * k - pan * 0.4
            stage.poly([(x - 2, 96), (x + 2, 96), (x + 5, 190), (x - 5, 190)], "#f7fafa")
            stage.centre(rotor.turned(70 * t + 41 * k), x, 96)
        sea.draw(stage, t, pan, 0, 2)
        for k in range(3):
            stage.put(portal, 20 + 290 * k - pan * 0.8, 34)
            load = 60 * (0.5 + 0.5 * math.sin(0.9 * t + 2 * k))
            x = 100 + 290 * k - pan * 0.8 + 26 * math.sin(0.5 * t + k)
            stage.line([(x, 74), (x, 98 + load)], "#33475b", 2)
            stage.box(x - 20, 98 + load, 40, 17, BRIGHT[k])
        stage.put(ship, 420 - 40 * t - pan * 0.3, 160)
        sea.draw(stage, t, pan, 2, 5)

    return draw


def express(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A white express among rape fields and solar roofs."""
    far = sky(easel, rng, 900, 200, [(0, "#6db5e8"), (1, "#e4f2ee")], clouds=12)
    hills = land(easel, rng, 1300, 110, "#6fa86a", fog="#cfe5cf", step=240, rough=0.8, trees=40, round_trees=True)
    fields = easel.paint(1700, 120, lambda b: _rape(b, rng, 1700))
    train = easel.paint(620, 80, _express)
    near = easel.paint(1400, 90, lambda b: [b.oval(x, 60 + 14 * math.sin(x), 34, mix("#2f6b3c", "#8fc25a", (x % 7) / 7)) for x in range(0, 1400, 26)])  # fmt: skip

    def draw(stage: Stage, t: float) -> None:
        pan = 96 * t
        stage.put(far, -10 * t, 0)
        stage.tile(hills, -pan * 0.35, 110)
        stage.tile(fields, -pan * 0.8, 185)
        stage.box(0, 286, 640, 12, "#9a948a")
        stage.put(train, glide(t, seconds, -560, 240), 218)
        for k in range(6):
            x = (k * 170 - pan * 1.2) % 1020 - 120
            stage.box(x, 150, 4, 146, "#6d7a80")
            stage.line([(x, 168), (x + 40, 160)], "#6d7a80", 3)
        stage.line([(0, 176), (640, 176)], "#5a666c", 1)
        stage.tile(near, -pan * 1.9, 296)

    return draw


def film_vault(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Shelves of film cans; a beam of dusty light; a reel turns on the table."""
    shelves = easel.paint(1200, 300, lambda b: _cans(b, rng))
    reel = easel.paint(140, 140, _film_reel)
    dust = [(rng.uniform(0, 640), rng.uniform(0, 300), rng.uniform(4, 14), rng.uniform(0, 6)) for _ in range(36)]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 360, 0)
        stage.box(0, 0, 640, 360, "#1c2530")
        stage.put(shelves, -pan, 0)
        stage.glaze([(520, -10), (640, -10), (360, 360), (60, 360)], "#ffe7b5", 0.16)
        for x, y, speed, phase in dust:
            stage.oval((x + speed * t) % 640, (y + 5 * t + 8 * math.sin(t + phase)) % 300, 1.6, "#d9c59a")
        stage.box(0, 296, 640, 64, "#5b4534")
        stage.box(0, 292, 640, 7, "#8a6b4e")
        for k, x in enumerate((140, 470)):
            stage.oval(x, 302, 72, "#2e231b", 9)
            stage.centre(reel.turned(-58 * t + 30 * k), x, 232)
        stage.line([(195, 190), (300, 262 + 4 * math.sin(5 * t)), (415, 190)], "#3a2a22", 3)
        stage.box(280, 254, 44, 40, "#39434d", 4)
        stage.oval(302, 266, 9, "#ffd98a")

    return draw


def beach(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A summer beach: parasols, kites, children at the edge of the water."""
    far = sky(easel, rng, 720, 170, [(0, "#4aa3df"), (1, "#d4eef5")], clouds=8)
    sea = Sea(easel, rng, 136, 230, "#5fc0c9", "#2b8aa8", swell=0.6, strips=4)
    sand = easel.paint(900, 170, lambda b: _sand(b, rng))
    kites = [easel.paint(46, 60, lambda b, c=c: b.poly([(23, 2), (44, 22), (23, 58), (2, 22)], c)) for c in BRIGHT[:4]]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 300)
        stage.put(far, -pan * 0.2, 0)
        for k, kite in enumerate(kites):
            x, y = 60 + 150 * k - pan * 0.3 + 30 * math.sin(0.9 * t + k), 50 + 22 * math.sin(1.3 * t + 2 * k) + 10 * k
            tail = [(x + 23 - 6 * i, y + 58 + 9 * i + 5 * math.sin(5 * t + i)) for i in range(7)]
            stage.line(tail, BRIGHT[k], 2)
            stage.put(kite.turned(18 * math.sin(1.2 * t + k)), x, y)
        sea.draw(stage, t, pan)
        stage.put(sand, -pan, 206 + 5 * math.sin(1.1 * t))
        for k in range(9):
            x, speed = 40 + 95 * k - pan, (24 if k % 2 else -20)
            walker(stage, x + speed * t, 246 + (k * 13) % 26, 42, 4 * t + k, BRIGHT[k % 6], hat="bonnet", way=1 if speed > 0 else -1)  # fmt: skip
        for k in range(7):
            x, y = 30 + 140 * k - pan * 1.15, 300 + (k * 17) % 34
            stage.box(x - 2, y - 64, 4, 76, "#f6f3ea")
            for part in range(6):
                stage.poly([(x, y - 96), (x - 54 + 18 * part, y - 60), (x - 36 + 18 * part, y - 60)], BRIGHT[k % 5] if part % 2 else "#fdfaf2")  # fmt: skip

    return draw


def tram_today(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A low green tram on a grass track, cyclists, glass houses."""
    far = sky(easel, rng, 640, 190, [(0, "#8fc6ea"), (1, "#f0f6f2")], clouds=8)
    glass = easel.paint(1100, 230, lambda b: _glass(b, rng))
    tram = easel.paint(380, 110, _low_tram)
    trees = easel.paint(1300, 150, lambda b: [(_blob(b, rng, x), None) for x in range(40, 1280, 116)])

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 420, 0)
        stage.put(far, -pan * 0.2, 0)
        stage.put(glass, -pan * 0.6, 20)
        stage.box(0, 244, 480, 116, "#b9bcb4")
        stage.box(0, 252, 480, 42, "#79b35a")
        stage.put(tram, 520 - 80 * t - pan * 0.2 + 100, 172)
        for y in (272, 288):
            stage.box(0, y, 480, 2, "#dfe3e4")
        stage.put(trees, -pan * 1.0, 150)
        for k in range(5):
            x = -160 + 120 * k + (58 + 9 * k) * t - pan * 0.3
            _cyclist(stage, x, 332 + (k * 7) % 18, t * 5 + k, BRIGHT[k])

    return draw


def ferry_night(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The evening ferry, all lights on, and fireworks over the town."""
    far = sky(easel, rng, 620, 240, [(0, "#101440"), (0.7, "#5b3a78"), (1, "#e0786b")], stars=90)
    town = easel.paint(800, 110, lambda b: _lit_town(b, rng))
    sea = Sea(easel, rng, 214, 360, "#7a5a86", "#0e1236", light="#ffd9a0", swell=0.8)
    ferry = easel.paint(300, 110, _ferry)
    spark = [Puffs(easel, c, largest=8, density=0.95, sizes=3) for c in ("#ffd166", "#ff6b6b", "#7bdff2", "#b8f2a0")]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 130)
        stage.put(far, -pan * 0.3, 0)
        for k in range(9):
            go = t - 0.2 - k * 0.85
            if 0 < go < 2.2:
                cx, cy = 60 + (k * 137) % 380, 50 + (k * 53) % 80
                for i in range(18):
                    a, r = i * math.pi / 9, 62 * (1 - math.exp(-1.9 * go))
                    spark[k % 4].at(stage, cx + r * math.cos(a), cy + r * math.sin(a) + 12 * go * go, 0.99 - go / 2.2)
        stage.put(town, -pan * 0.7, 128)
        sea.draw(stage, t, pan, 0, 2)
        x = -260 + 52 * t
        stage.put(ferry, x, 164 + 2 * math.sin(1.2 * t))
        for k in range(12):
            stage.box(x + 40 + k * 19 + 3 * math.sin(3 * t + k), 268, 6, 12 + 7 * ease(0.5 + 0.5 * math.sin(2 * t + 2 * k)), "#ffd98a")
        sea.draw(stage, t, pan, 2, 5)

    return draw


def _container_ship(b: Brush, rng: Rng) -> None:
    b.poly([(4, 84), (556, 74), (530, 146), (34, 146)], "#1f4e79")
    b.poly([(30, 132), (532, 130), (530, 146), (34, 146)], "#a8322d")
    for column in range(16):
        for row in range(int(rng.integers(2, 5))):
            b.box(24 + column * 26, 66 - row * 16, 25, 15, BRIGHT[int(rng.integers(0, 6))])
    b.box(452, 6, 44, 74, "#f4f4ef", 2)
    for y in range(14, 70, 12):
        b.box(456, y, 36, 5, "#4b6478")
    b.text(300, 112, "NORDIC STAR", 26, "#ffffff", spacing=4)


def _rotor(b: Brush) -> None:
    for k in range(3):
        a = 2 * math.pi * k / 3
        b.poly([(60 + 5 * math.cos(a + 1.2), 60 + 5 * math.sin(a + 1.2)), (60 + 54 * math.cos(a), 60 + 54 * math.sin(a)), (60 + 5 * math.cos(a - 1.2), 60 + 5 * math.sin(a - 1.2))], "#ffffff")  # fmt: skip
    b.oval(60, 60, 5, "#dfe8ea")


def _portal(b: Brush) -> None:
    for x in (30, 120):
        b.box(x, 30, 11, 190, "#e4572e")
    b.line([(36, 200), (126, 40)], "#b8431f", 4)
    b.box(4, 24, 180, 14, "#e4572e")
    b.line([(76, 2), (6, 26)], "#b8431f", 3)
    b.line([(76, 2), (180, 26)], "#b8431f", 3)
    b.box(70, 0, 11, 28, "#e4572e")


def _rape(b: Brush, rng: Rng, w: int) -> None:
    b.box(0, 12, w, 108, "#8dbb54")
    x = 0.0
    while x < w:
        wide, tone = rng.uniform(60, 170), ("#f2d13c", "#7fb24d", "#e5c02f", "#a6cc66")[int(rng.integers(0, 4))]
        b.poly([(x, 110), (x + 30, 16), (x + wide + 30, 16), (x + wide, 110)], tone)
        if rng.random() < 0.3:
            b.box(x + 40, 2, 46, 26, "#f2efe6")
            b.poly([(x + 34, 4), (x + 50, -8), (x + 92, -8), (x + 92, 4)], "#27476b")
        x += wide


def _express(b: Brush) -> None:
    b.poly([(0, 14), (520, 14), (584, 34), (616, 60), (600, 70), (0, 70)], "#f7f9fa")
    b.poly([(0, 52), (606, 52), (614, 60), (600, 66), (0, 66)], "#d8332e")
    b.box(0, 24, 500, 16, "#22303c", 5)
    b.poly([(534, 22), (572, 34), (590, 44), (540, 42)], "#22303c")
    for x in (150, 300, 450):
        b.box(x, 14, 2, 56, "#c3ccd2")
    b.box(0, 68, 596, 6, "#55606a")


def _cans(b: Brush, rng: Rng) -> None:
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


def _film_reel(b: Brush) -> None:
    b.oval(70, 70, 66, "#c9d0d4")
    b.oval(70, 70, 60, "#39302b")
    b.oval(70, 70, 36, "#c9d0d4")
    for k in range(5):
        a = 2 * math.pi * k / 5
        b.oval(70 + 38 * math.cos(a), 70 + 38 * math.sin(a), 15, "#232a31")
    b.oval(70, 70, 9, "#232a31")


def _sand(b: Brush, rng: Rng) -> None:
    b.poly([(0, 14), *((x, 12 + 6 * math.sin(x / 60)) for x in range(0, 900, 20)), (900, 14), (900, 170), (0, 170)], "#f1dcae")
    b.line([(x, 12 + 6 * math.sin(x / 60)) for x in range(0, 900, 20)], "#ffffff", 5)
    for _ in range(500):
        b.oval(rng.uniform(0, 900), rng.uniform(24, 170), 1.4, mix("#f1dcae", "#b08a50", rng.uniform(0.1, 0.4)))


def _glass(b: Brush, rng: Rng) -> None:
    x = 0.0
    while x < 1100:
        wide, tall = rng.uniform(70, 120), rng.uniform(120, 215)
        tone = ("#6fa3b8", "#8fb8c2", "#5f8ea6", "#d9d2c4")[int(rng.integers(0, 4))]
        b.box(x, 230 - tall, wide, tall, tone)
        for r in range(int(tall / 17)):
            for c in range(int(wide / 19)):
                b.box(x + 5 + c * 19, 236 - tall + r * 17, 14, 11, mix(tone, "#ffffff", rng.uniform(0.1, 0.55)))
        x += wide + 5


def _low_tram(b: Brush) -> None:
    b.box(4, 20, 372, 72, "#3aa655", 16)
    b.box(16, 30, 348, 34, "#17303a", 9)
    for x in (132, 250):
        b.box(x, 20, 5, 72, "#2a7a40")
    for x in (60, 180, 300):
        b.box(x, 30, 26, 60, "#a6d8b0", 3)
    b.box(4, 74, 372, 8, "#ffffff")
    b.line([(190, 20), (210, 4), (236, 4)], "#48565c", 3)
    b.box(20, 90, 340, 10, "#24323a", 4)


def _blob(b: Brush, rng: Rng, x: float) -> None:
    b.box(x - 4, 70, 8, 76, "#6b4f3a")
    for _ in range(10):
        b.oval(x + rng.normal(0, 18), 46 + rng.normal(0, 14), rng.uniform(12, 22), mix("#3f8a4a", "#bfe07a", rng.random()))


def _cyclist(stage: Stage, x: float, y: float, turn: float, shirt: str) -> None:
    for side in (-18, 18):
        stage.ring(x + side, y - 12, 12, "#22282c", 2)
        stage.line([(x + side - 11 * math.cos(turn), y - 12 - 11 * math.sin(turn)), (x + side + 11 * math.cos(turn), y - 12 + 11 * math.sin(turn))], "#7d868b", 1)  # fmt: skip
    stage.line([(x - 18, y - 12), (x - 4, y - 30), (x + 14, y - 30), (x + 18, y - 12), (x, y - 12), (x - 4, y - 30)], shirt, 2)
    stage.line([(x - 4, y - 34), (x + 6 + 5 * math.sin(turn), y - 22), (x + 5 * math.cos(turn), y - 12 + 5 * math.sin(turn))], "#2c3a4a", 5)  # fmt: skip
    stage.line([(x - 4, y - 36), (x + 5, y - 56)], shirt, 9)
    stage.line([(x + 5, y - 52), (x + 15, y - 40)], "#e2bd9a", 4)
    stage.oval(x + 9, y - 65, 7, "#e2bd9a")
    stage.oval(x + 8, y - 69, 8, mix(shirt, "#000000", 0.3), 5)


def _lit_town(b: Brush, rng: Rng) -> None:
    x = 0.0
    while x < 800:
        wide, tall = rng.uniform(24, 54), rng.uniform(34, 92)
        b.box(x, 110 - tall, wide, tall, "#1d1a44")
        for r in range(int(tall / 12)):
            for c in range(int(wide / 10)):
                if rng.random() < 0.5:
                    b.box(x + 3 + c * 10, 114 - tall + r * 12, 5, 6, ("#ffd98a", "#ffb36b", "#fff2c8")[int(rng.integers(0, 3))])
        x += wide + 2


def _ferry(b: Brush) -> None:
    b.poly([(4, 66), (296, 60), (280, 104), (20, 104)], "#f4f1ea")
    b.poly([(12, 88), (288, 84), (280, 104), (20, 104)], "#c43d4b")
    b.box(36, 38, 220, 26, "#e9e4da", 3)
    b.box(70, 14, 140, 24, "#f7f3ea", 3)
    b.box(120, -4, 34, 20, "#c43d4b", 2)
    for x in range(44, 250, 16):
        b.box(x, 44, 10, 11, "#ffd98a")
    for x in range(78, 204, 16):
        b.box(x, 20, 10, 10, "#ffe7b0")



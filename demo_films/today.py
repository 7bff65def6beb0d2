"""What the documentaries shot themselves, in the colours of today: it is nowhere else."""

from __future__ import annotations

import math

from . import today_things as things
from .life import walker
from .nature import Puffs, Rng, Sea, land, sky
from .reel import Draw
from .stage import Easel, Stage, ease, glide


def container_port(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A container ship between gantries and wind turbines, from the air."""
    far = sky(easel, rng, 900, 200, [(0, "#5aa9d6"), (1, "#d9eef2")], clouds=9)
    sea = Sea(easel, rng, 168, 350, "#7cc0c8", "#11647a", swell=0.7)
    ship = easel.paint(560, 150, things.container_ship, rng)
    rotor = easel.paint(120, 120, things.rotor)
    portal = easel.paint(190, 220, things.portal)

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
            stage.box(x - 20, 98 + load, 40, 17, things.BRIGHT[k])
        stage.put(ship, 420 - 40 * t - pan * 0.3, 160)
        sea.draw(stage, t, pan, 2, 5)

    return draw


def express(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A white express among rape fields and solar roofs."""
    far = sky(easel, rng, 900, 200, [(0, "#6db5e8"), (1, "#e4f2ee")], clouds=12)
    hills = land(easel, rng, 1300, 110, "#6fa86a", fog="#cfe5cf", step=240, rough=0.8, trees=40, round_trees=True)
    fields = easel.paint(1700, 120, things.rape, rng, 1700)
    train = easel.paint(620, 80, things.express)
    near = easel.paint(1400, 90, things.bushes)

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
    shelves = easel.paint(1200, 300, things.cans, rng)
    reel = easel.paint(140, 140, things.film_reel)
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
    sand = easel.paint(900, 170, things.sand, rng)
    kites = [easel.paint(46, 60, things.kite, c) for c in things.BRIGHT[:4]]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 300)
        stage.put(far, -pan * 0.2, 0)
        for k, kite in enumerate(kites):
            x, y = (
                60 + 150 * k - pan * 0.3 + 30 * math.sin(0.9 * t + k),
                50 + 22 * math.sin(1.3 * t + 2 * k) + 10 * k,
            )
            tail = [(x + 23 - 6 * i, y + 58 + 9 * i + 5 * math.sin(5 * t + i)) for i in range(7)]
            stage.line(tail, things.BRIGHT[k], 2)
            stage.put(kite.turned(18 * math.sin(1.2 * t + k)), x, y)
        sea.draw(stage, t, pan)
        stage.put(sand, -pan, 206 + 5 * math.sin(1.1 * t))
        for k in range(9):
            x, speed = 40 + 95 * k - pan, (24 if k % 2 else -20)
            walker(
                stage,
                x + speed * t,
                246 + (k * 13) % 26,
                42,
                4 * t + k,
                things.BRIGHT[k % 6],
                hat="bonnet",
                way=1 if speed > 0 else -1,
            )
        for k in range(7):
            x, y = 30 + 140 * k - pan * 1.15, 300 + (k * 17) % 34
            stage.box(x - 2, y - 64, 4, 76, "#f6f3ea")
            for part in range(6):
                stage.poly(
                    [(x, y - 96), (x - 54 + 18 * part, y - 60), (x - 36 + 18 * part, y - 60)],
                    things.BRIGHT[k % 5] if part % 2 else "#fdfaf2",
                )

    return draw


def tram_today(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A low green tram on a grass track, cyclists, glass houses."""
    far = sky(easel, rng, 640, 190, [(0, "#8fc6ea"), (1, "#f0f6f2")], clouds=8)
    glass = easel.paint(1100, 230, things.glass, rng)
    tram = easel.paint(380, 110, things.low_tram)
    trees = easel.paint(1300, 150, things.avenue, rng)

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
            things.cyclist(stage, x, 332 + (k * 7) % 18, t * 5 + k, things.BRIGHT[k])

    return draw


def ferry_night(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The evening ferry, all lights on, and fireworks over the town."""
    far = sky(easel, rng, 620, 240, [(0, "#101440"), (0.7, "#5b3a78"), (1, "#e0786b")], stars=90)
    town = easel.paint(800, 110, things.lit_town, rng)
    sea = Sea(easel, rng, 214, 360, "#7a5a86", "#0e1236", light="#ffd9a0", swell=0.8)
    ferry = easel.paint(300, 110, things.ferry)
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
            stage.box(
                x + 40 + k * 19 + 3 * math.sin(3 * t + k),
                268,
                6,
                12 + 7 * ease(0.5 + 0.5 * math.sin(2 * t + 2 * k)),
                "#ffd98a",
            )
        sea.draw(stage, t, pan, 2, 5)

    return draw

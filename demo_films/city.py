"""City of Trams: a boulevard, the bridge, market day under the clock, rain at night, and the roofs."""

from __future__ import annotations

import math

from . import city_things as things
from .life import Flock, walker
from .nature import Puffs, Rng, Sea, land, sky
from .reel import Draw
from .stage import Easel, Stage, glide, mix


def boulevard(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Trams meet in a busy street; the camera rides along."""
    far = sky(easel, rng, 900, 260, [(0, "#b9c0c2"), (1, "#f4efe0")], clouds=14)
    domes = easel.paint(1000, 210, things.skyline, rng, 1000, 210, "#b3aea2")
    houses = easel.paint(1900, 300, things.houses, rng, 1900, 300)
    trees = easel.paint(1900, 150, things.street_trees, rng, 1900)
    tram, back = (
        easel.paint(280, 170, things.tram, "7", "#a8483c"),
        easel.paint(280, 170, things.tram, "12", "#8d8458"),
    )
    cars = [easel.paint(110, 64, things.motor_car, c) for c in ("#2d3034", "#7d6a4e", "#59626b")]
    folk = things.crowd(rng, 20, -200, 1500)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 900)
        stage.put(far, -pan * 0.1, 0)
        stage.put(domes, -pan * 0.3, 70)
        stage.put(houses, -pan * 0.8 - 20, 38)
        stage.put(trees, -pan * 0.92, 215)
        stage.box(0, 330, 600, 120, "#8e887c")
        stage.box(0, 330, 600, 9, "#c9c2b2")
        for y in (366, 371, 408, 414):
            stage.box(0, y, 600, 1.6, "#d8d6cf")
        for k in range(30):
            stage.box((k * 61 - pan) % 660 - 30, 345 + (k * 37) % 100, 16, 2, "#7c766b")
        things.stroll(stage, folk[:8], t, pan, 352, 46)
        x = 760 - 118 * t - pan * 0.35
        stage.put(back, x % 1500 - 400, 226 + 0.8 * math.sin(9 * t))
        stage.put(cars[0], 900 - 70 * t - pan * 0.5, 340)
        stage.put(tram, glide(t, seconds, -190, 330), 250 + math.sin(10 * t))
        stage.line([(0, 214), (600, 208)], "#3b3733", 1)
        stage.put(cars[1], -300 + 150 * t - pan, 392)
        stage.put(cars[2], 1350 - 60 * t - pan * 1.05, 386)
        things.stroll(stage, folk[8:], t, pan * 1.15, 446, 72)
        for k in range(5):
            lx = k * 330 + 60 - pan * 1.2
            stage.box(lx, 190, 5, 260, "#26231f")
            stage.oval(lx + 2, 184, 12, "#f3ecd8", 14)
            stage.box(lx - 9, 196, 24, 4, "#26231f")

    return draw


def bridge(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A chain bridge with trams on it; steam launches pass below; the camera cranes up and across."""
    far = sky(
        easel,
        rng,
        900,
        320,
        [(0, "#9fb0b8"), (0.6, "#e9dfc8"), (1, "#f8edd4")],
        clouds=12,
        cloud="#fdf8ea",
        disc=(230, 150, 24, "#fff0c0"),
    )
    town = easel.paint(1300, 200, things.skyline, rng, 1300, 200, "#a8a296")
    hill = land(easel, rng, 1300, 150, "#97978c", fog="#d9d2c2", rough=0.9, step=400, trees=60, round_trees=True)
    river = Sea(easel, rng, 300, 470, "#c6c4b6", "#4e5856", light="#fff8e0", swell=0.6)
    span = easel.paint(1500, 250, things.chain_bridge)
    tram = easel.paint(280, 170, things.tram, "3", "#8a4638").scaled(0.3)
    launch, barge = easel.paint(150, 70, things.launch), easel.paint(230, 60, things.barge)
    smoke = Puffs(easel, "#6f6b66", largest=24, density=0.5)
    gulls = Flock.of(rng, 10, (-100, 150, 900, 330), 24, 9)

    def draw(stage: Stage, t: float) -> None:
        pan, lift = glide(t, seconds, 520, 0), glide(t, seconds, -34, 30)
        stage.put(far, -pan * 0.15, lift * 0.3 - 10)
        stage.put(hill, -pan * 0.3 - 60, 160 + lift * 0.5)
        stage.put(town, -pan * 0.42, 118 + lift * 0.6)
        stage.image.paste(stage.ink("#b9b8ab"), (0, round(300 + lift * 0.6), 600, 450))
        river.draw(stage, t, pan * 0.7, 0, 2)
        for k in range(4):
            x = (k * 420 + (34 if k % 2 else -42) * t) % 1700 - 150 - pan * 0.8
            stage.put(tram, x, 176 + lift)
        stage.put(span, -pan * 0.8, 92 + lift)
        river.draw(stage, t, pan, 2, 3)
        x = -60 + 60 * t
        smoke.plume(
            stage,
            t,
            lambda w: (60 * w + 10, 312 + lift),
            (-26, -22),
            life=3,
            rate=5,
            view=pan * 0.6 - 300,
        )
        stage.put(launch, x + 300 - pan * 0.6, 302 + lift + 2 * math.sin(1.7 * t))
        river.draw(stage, t, pan, 3, 4)
        stage.put(barge, 520 - 38 * t - pan * 0.2, 366 + lift)
        river.draw(stage, t, pan, 4, 5)
        gulls.draw(stage, t, "#3b3a38", pan * 0.5)

    return draw


def market(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Down from the town-hall clock to the market: stalls, pigeons, and a child's balloon that gets away."""
    far = sky(easel, rng, 700, 900, [(0, "#8fa2ad"), (0.7, "#e2ddcc"), (1, "#f2ead6")], clouds=20)
    hall = easel.paint(600, 700, things.town_hall, rng)
    stalls = easel.paint(1000, 190, things.stalls, rng)
    front = easel.paint(1100, 150, things.stalls, rng, True)
    folk = things.crowd(rng, 22, -120, 850)
    pigeons = Flock.of(rng, 16, (-350, 200, 250, 420), 74, 9)

    def draw(stage: Stage, t: float) -> None:
        down, pan = glide(t, seconds, 0, 470), glide(t, seconds, 0, 150)
        stage.put(far, -pan * 0.2, -down * 0.5)
        stage.put(hall, 30 - pan * 0.5, 20 - down * 0.9)
        cx, cy = 330 - pan * 0.5, 20 + 150 - down * 0.9
        for speed, long, wide in ((0.9, 26, 3), (0.075, 17, 4)):
            a = speed * t
            stage.line([(cx, cy), (cx + long * math.sin(a), cy - long * math.cos(a))], "#2b2621", wide)
        floor = 700 - down
        stage.box(0, floor - 8, 600, 450, "#a79f8f")
        for k in range(9):
            stage.line([(k * 120 - 200 - pan, floor - 8), (k * 200 - 500 - pan, floor + 260)], "#978f80", 1)
        stage.put(stalls, -pan * 0.8 - 40, floor - 150)
        things.stroll(stage, folk[:12], t, pan * 0.9, floor + 26, 62)
        stage.put(front, -pan * 1.1 - 20, floor - 20)
        things.stroll(stage, folk[12:], t, pan * 1.2, floor + 122, 92)
        pigeons.draw(stage, t, "#5b5d60", pan * 0.4)
        for k, colour in enumerate(("#b5483c", "#e9e0c8", "#6a7f8c", "#c9a050")):
            rise = max(0.0, t - 1.2 - k * 1.1) * 46
            bx, by = 190 + 95 * k - pan + 14 * math.sin(1.3 * t + k), floor - 70 - rise - 6 * k
            stage.line([(bx, by + 18), (bx - 5 * math.sin(2 * t + k), by + 50)], "#3b3630", 1)
            stage.oval(bx, by, 14, colour, 18)
            stage.oval(bx - 5, by - 7, 4, mix(colour, "#ffffff", 0.6), 5)

    return draw


def rain(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Rain at night: umbrellas, lit windows doubled in the wet street, a tram with bright windows."""
    walls = easel.paint(1400, 330, things.night_houses, rng, 1400, 330)
    wet = easel.sprite(things.mirror_of(walls))
    tram = easel.paint(280, 170, things.tram, "N", "#2b2a2c", True)
    folk = things.crowd(rng, 13, -150, 1000)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 500, 60)
        stage.box(0, 0, 600, 450, "#0d0f13")
        stage.put(walls, -pan * 0.8, -20)
        stage.put(wet, -pan * 0.8, 322)
        for k in range(40):  # ripples break the mirrored lights
            y = 326 + (k * 47) % 122
            stage.box((k * 83 - pan * 0.9) % 640 - 30, y, 26 + (k * 13) % 40, 2.2, "#171a20" if k % 3 else "#3b3f47")
        x = -330 + 96 * t - pan * 0.3 + 130
        stage.put(tram, x, 226)
        stage.glaze([(x + 270, 300), (x + 560, 330), (x + 560, 420), (x + 270, 345)], "#fff0c4", 0.35)
        stage.glaze([(x + 20, 388), (x + 260, 388), (x + 240, 446), (x + 40, 446)], "#ffe6ac", 0.16)
        for i, (px, speed, phase, tall) in enumerate(folk):
            fx, fy = px + speed * 1.6 * t - pan * (0.95 + 0.02 * i), 372 + (i * 29) % 70
            size = tall * (0.85 + (fy - 372) / 140)
            walker(stage, fx, fy, size, phase + abs(speed) * 0.2 * t, "#101216", way=1 if speed > 0 else -1)
            top = fy - size * 1.12
            dome = [
                (fx + size * 0.36 * math.cos(a), top - size * 0.2 * math.sin(a))
                for a in (k * math.pi / 10 for k in range(11))
            ]
            stage.poly(dome, ("#33363d", "#4a4440", "#25282e")[i % 3])
            stage.line([(fx, top), (fx, top + size * 0.4)], "#07080a", 1.5)
        for k in range(90):
            rx, ry = (k * 83.7 + 60 * t) % 640 - 20, (k * 57.1 + (620 + 90 * (k % 4)) * t) % 480 - 20
            stage.line([(rx, ry), (rx + 2.5, ry + 15)], "#767c86", 1)

    return draw


def roofs(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Over the roofs: chimneys smoke, washing flaps, a cat walks the ridge, an airship comes by."""
    far = sky(
        easel,
        rng,
        1000,
        400,
        [(0, "#7d94a5"), (0.5, "#e5d3b6"), (1, "#f7e6c6")],
        clouds=18,
        cloud="#fff7e6",
        disc=(700, 215, 30, "#fff1cf"),
    )
    layers = [
        (easel.paint(1500, 220, things.roof_row, rng, 1500, 220, c, s), y, p)
        for c, s, y, p in (
            ("#c3b7a3", 0.6, 210, 0.35),
            ("#948775", 0.85, 250, 0.6),
            ("#5f564b", 1.2, 290, 1.0),
        )
    ]
    ship = easel.paint(270, 110, things.airship)
    smoke = Puffs(easel, "#ded7c9", largest=36, density=0.5)
    cloths = ["#f7f2e4", "#d9cbb0", "#b5766a", "#eee7d6", "#8c9aa3", "#f4eee0", "#c9b78f"]
    birds = Flock.of(rng, 14, (-300, 40, 500, 180), 42, 7)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 480)
        stage.put(far, -pan * 0.25, 0)
        birds.draw(stage, t, "#4b463f", pan * 0.2)
        stage.put(ship, 640 - 74 * t, 46 + 9 * math.sin(0.7 * t) + 2.5 * t)
        for i, (row, y, speed) in enumerate(layers):
            for k in range(3):
                sx = 120 + 330 * k + 90 * i
                smoke.plume(
                    stage,
                    t,
                    (sx, y + 8),
                    (26, -32),
                    life=3,
                    rate=3,
                    view=pan * speed,
                    seed=k + i,
                )
            stage.put(row, -pan * speed, y)
            if i == 1:
                for k, tone in enumerate(cloths * 2):
                    wx = 60 + k * 62 - pan * 0.8
                    wy = 268 + 22 * math.sin(math.pi * ((k % 7) + 0.5) / 7)
                    sway = 10 * math.sin(2.3 * t + k * 0.7)
                    stage.poly(
                        [
                            (wx, wy),
                            (wx + 40, wy),
                            (wx + 40 + sway, wy + 50 + k % 3 * 7),
                            (wx + sway, wy + 50 + k % 3 * 7),
                        ],
                        tone,
                    )
                    stage.line([(wx - 12, wy - 2), (wx + 52, wy - 2)], "#463f37", 1)
        x = 60 + 64 * t - pan * 0.9
        things.cat(stage, x, 352 + 4 * math.sin(2.2 * t), t)

    return draw

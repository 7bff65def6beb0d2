"""Harbour Days: sails at dawn, a liner, cranes, a gale, and the lamp of the lighthouse."""

from __future__ import annotations

import math
from functools import partial

from . import harbour_things as things
from .life import Flock, walker
from .nature import Puffs, Rng, Sea, land, sky
from .reel import Draw
from .stage import Easel, Stage, glide


def dawn(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Sailing boats leave at sunrise; the camera pans from the lighthouse to the open sea."""
    stops = [(0, "#7f96ad"), (0.35, "#c9b9a6"), (0.55, "#f6dfb4"), (1, "#fff0cf")]
    far = sky(easel, rng, 900, 300, stops, clouds=14, cloud="#fff6e4", disc=(560, 205, 26, "#ffe9b0"))
    hills = land(easel, rng, 1300, 90, "#8f99a3", fog="#e6d9c2", step=220)
    sea = Sea(easel, rng, 262, 440, "#d8cdb8", "#39495a", light="#fff4d6")
    tower = easel.paint(90, 210, things.lighthouse, 45, 205, 165)
    rock = easel.paint(300, 70, things.rock, rng, 300, 70)
    boats = [(easel.paint(120, 130, things.sailing_boat, 60, 118, 100, i), rng.uniform(0, 6)) for i in range(3)]
    small = [boat.scaled(0.45) for boat, _ in boats]
    close = easel.paint(280, 300, things.sailing_boat, 138, 272, 235, 1).mirrored()
    gulls = Flock.of(rng, 9, (-60, 60, 900, 210), 26, 11)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 420)
        stage.put(far, -pan * 0.25, 0)
        stage.put(hills, -60 - pan * 0.4, 205)
        sea.draw(stage, t, pan, 0, 2)
        for i, boat in enumerate(small):
            stage.put(boat, 250 + 150 * i + (9 + 3 * i) * t - pan * 0.6, 228 + 2 * math.sin(t + i))
        sea.draw(stage, t, pan, 2, 3)
        stage.put(rock, 20 - pan, 300)
        stage.put(tower, 110 - pan, 118)
        for i, (boat, phase) in enumerate(boats):
            x = (330, 560, 860)[i] + (22, -14, -26)[i] * t - pan * (0.85 + 0.1 * i)
            stage.put(boat.turned(2.5 * math.sin(1.1 * t + phase)), x, 235 + 26 * i + 3 * math.sin(1.4 * t + phase))
            sea.draw(stage, t, pan, 3 + min(i, 1), 4 + min(i, 1))
        stage.put(close, 900 - 38 * t - pan * 1.3, 170 + 5 * math.sin(1.2 * t))
        gulls.draw(stage, t, "#2d3138", pan * 0.5)

    return draw


def liner(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A great steamer puts to sea, with a tug before her; the camera goes along and falls behind."""
    stops = [(0, "#a9bccb"), (0.6, "#dfe6e6"), (1, "#f5f3e8")]
    far = sky(easel, rng, 1000, 310, stops, clouds=22)
    town = land(
        easel,
        rng,
        1500,
        120,
        "#9aa4aa",
        fog="#d9dfde",
        rough=0.35,
        extra=lambda b, r: things.town(b, rng, r, 1500),
    )
    sea = Sea(easel, rng, 285, 440, "#b4c3c6", "#2f4652", swell=1.2)
    ship = easel.paint(520, 210, things.liner)
    tug = easel.paint(130, 90, things.tug)
    smoke = Puffs(easel, "#3a3a3c", largest=46, density=0.6)
    steam = Puffs(easel, "#f4f4f2", largest=22, density=0.6)
    gulls = Flock.of(rng, 12, (-100, 30, 1100, 260), 34, 13)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 330)
        stage.put(far, -pan * 0.2, 0)
        stage.put(town, -pan * 0.55 - 60, 185)
        sea.draw(stage, t, pan, 0, 2)

        def ship_x(when: float) -> float:
            return -430 + 72 * when

        bob = 1.6 * math.sin(0.9 * t)

        def funnel_at(across: float, when: float) -> tuple[float, float]:
            return ship_x(when) + across, 146 + bob

        x = ship_x(t) - pan
        for k, funnel in enumerate((220, 286, 352)):
            smoke.plume(
                stage,
                t,
                partial(funnel_at, funnel),
                (-46, -22),
                life=4,
                rate=5,
                view=pan,
                seed=k,
            )
        stage.put(ship, x, 142 + bob)
        sea.draw(stage, t, pan, 2, 3)

        def tug_x(when: float) -> float:
            return 170 + 76 * when

        steam.plume(
            stage,
            t,
            lambda w: (tug_x(w) + 62, 268),
            (-34, -30),
            life=2.2,
            rate=7,
            view=pan,
            seed=9,
        )
        stage.put(tug.turned(2 * math.sin(1.6 * t)), tug_x(t) - pan, 266 + 3 * math.sin(1.6 * t))
        sea.draw(stage, t, pan, 3, 5)
        gulls.draw(stage, t, "#fdfdfb", pan * 0.7)

    return draw


def cranes(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Cranes unload a freighter; dockers come and go on the quay."""
    far = sky(easel, rng, 800, 260, [(0, "#b8b6ae"), (1, "#eceadf")], clouds=10, cloud="#f7f5ee")
    sheds = easel.paint(1150, 190, things.sheds, rng)
    hull = easel.paint(760, 170, things.freighter)
    quay = easel.paint(1300, 130, things.quay, rng)
    crate = easel.paint(44, 36, things.crate, 2, 4, 38)
    sack = easel.paint(40, 34, things.sack)
    people = [
        (
            rng.uniform(-100, 1000),
            rng.uniform(16, 34) * (1 if i % 2 else -1),
            rng.uniform(0, 6),
            rng.uniform(52, 66),
        )
        for i in range(11)
    ]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 380, 0)
        stage.put(far, -pan * 0.2, 0)
        stage.put(sheds, -pan * 0.55, 110)
        stage.box(0, 290, 600, 60, "#858a86")
        stage.put(hull, 130 - pan * 0.75 + 3 * math.sin(0.6 * t), 175 + 2 * math.sin(0.8 * t))
        for i, base in enumerate((150, 520, 800)):
            things.crane(stage, base - pan * 0.92, 345, t * (0.55 + 0.1 * i) + i * 2.1, crate if i % 2 == 0 else sack)
        stage.put(quay, -pan, 330)
        for i, (x, speed, phase, tall) in enumerate(people):
            px = x + speed * t - pan
            y = 392 + (i * 17) % 44
            walker(
                stage,
                px,
                y,
                tall,
                phase + abs(speed) * 0.22 * t,
                ("#4b4f55", "#6b5f52", "#3b4048")[i % 3],
                way=1 if speed > 0 else -1,
            )
            if i % 3 == 0:
                stage.oval(px, y - tall * 0.98, 13, "#a58f6c", 7)

    return draw


def gale(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A fishing boat rides a storm under a racing sky."""
    far = sky(easel, rng, 1700, 330, [(0, "#2b3038"), (0.6, "#67707a"), (1, "#aab0b2")], clouds=46, cloud="#4a515b")
    bright = easel.sprite(things.shaft(600, 330))
    sea = Sea(easel, rng, 240, 400, "#7d878c", "#1b252d", swell=3.4, strips=6)
    boat = easel.paint(210, 190, things.trawler)
    foam = Puffs(easel, "#f6f8f8", largest=24, density=0.8)
    gulls = Flock.of(rng, 7, (100, 60, 900, 220), -48, 15)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 160)
        stage.put(far, -38 * t - 60, 0)
        stage.put(bright, 80 - 30 * t, 0)
        sea.draw(stage, 1.3 * t, pan, 0, 3)
        heave = 20 * math.sin(1.5 * t) + 6 * math.sin(2.3 * t)
        x = 40 + 28 * t - pan * 0.5
        stage.put(boat.turned(11 * math.cos(1.5 * t) + 2), x, 140 + heave)
        if math.cos(1.5 * t) < -0.2:
            for k in range(9):
                spread = (t * 3 + k * 0.37) % 1
                foam.at(
                    stage,
                    x + 178 + 36 * spread * math.cos(k),
                    265 + heave - 70 * spread * abs(math.sin(k + 1)),
                    spread,
                )
        sea.draw(stage, 1.3 * t, pan, 3, 6)
        gulls.draw(stage, t, "#dfe3e4", pan)
        for k in range(70):  # rain, blown from the right
            rx = (k * 97.3 - 640 * t * (0.8 + 0.4 * (k % 5) / 5)) % 700 - 50
            ry = (k * 61.7 + 760 * t) % 480 - 20
            stage.line([(rx, ry), (rx - 9, ry + 13)], "#98a1a6", 1)

    return draw


def lamp(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Night: the lighthouse turns its beam over boats with lanterns; the moon climbs."""
    far = sky(
        easel,
        rng,
        760,
        330,
        [(0, "#0b1020"), (0.7, "#25304a"), (1, "#46536b")],
        stars=170,
        clouds=5,
        cloud="#2f3a52",
    )
    moon = easel.sprite_of(things.glow_disc(34, "#fbf6e4"))
    coast = land(easel, rng, 800, 110, "#131a28", fog="#1d2638", rough=0.7, step=120, trees=26)
    sea = Sea(easel, rng, 296, 430, "#33405a", "#070b14", light="#b9c6dd")
    tower = easel.paint(120, 280, things.lighthouse, 60, 275, 225, "#2a3040", "#151a26")
    rock = easel.paint(330, 110, things.rock, rng, 330, 110, "#0c111b")
    boats = [easel.paint(110, 60, things.lantern_boat) for _ in range(2)]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 90, 0)
        stage.put(far, -pan * 0.5 - 30, 0)
        mx, my = 70 + 11 * t, 190 - 9 * t
        stage.centre(moon, mx, my)
        stage.put(coast, -pan * 0.7, 222)
        sea.draw(stage, t, pan, 0, 3)
        for k in range(26):  # the moon on the water
            y = 300 + k * 5.5
            half = (3 + k * 1.1) * (0.5 + 0.5 * math.sin(3.1 * t + k * 1.9))
            stage.box(mx - half + 5 * math.sin(2 * t + k), y, 2 * half, 1.6, "#c9cfd6")
        top = (430 - pan * 0.9 + 60, 139.0)
        turn = 0.62 * t + 0.6
        wide = math.cos(turn)
        for side in (1, -1):
            reach = side * 1400 * wide
            lift = 46 * math.sin(turn) * side
            spread = 20 + 52 * abs(wide)
            stage.glaze(
                [top, (top[0] + reach, top[1] + lift - spread), (top[0] + reach, top[1] + lift + spread)],
                "#fff6d8",
                0.22 + 0.25 * abs(wide),
            )
        stage.put(rock, 330 - pan * 0.9, 320)
        stage.put(tower, 430 - pan * 0.9, 84)
        stage.oval(*top, 9 + 7 * max(0.0, math.sin(turn)), "#fffbe8")
        for i, boat in enumerate(boats):
            x = (-90 + 34 * t) if i == 0 else (520 - 22 * t)
            y = (330, 368)[i] + 3 * math.sin(1.3 * t + i)
            stage.put(boat, x - pan * 0.4, y)
            stage.box(x + 50 - pan * 0.4, y + 50, 8, 22 + 5 * math.sin(4 * t), "#a58d58")
        sea.draw(stage, t, pan, 3, 5)

    return draw

"""The Night Mail: a train leaves, runs through the hills and over a viaduct, from outside and within."""

from __future__ import annotations

import math

from . import nightmail_things as things
from .life import Flock, walker
from .nature import Puffs, Rng, land, sky
from .reel import Draw
from .stage import Easel, Stage, ease, glide


def platform(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The train leaves: porters with sacks, steam across the platform, a clock; the coaches gather speed."""
    roof = easel.paint(900, 450, things.station, rng)
    cars = easel.paint(1500, 190, things.coaches, rng, 5)
    floor = easel.paint(1000, 110, things.platform_floor, rng)
    steam = Puffs(easel, "#eef0ee", largest=62, density=0.42)
    folk = [
        (rng.uniform(0, 800), rng.uniform(14, 30) * (-1) ** i, rng.uniform(0, 6), rng.uniform(78, 96)) for i in range(7)
    ]
    trolley = easel.paint(130, 80, things.trolley)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 190)
        stage.put(roof, -pan * 0.7, 0)
        run = 4.2 * t * t + 6 * t
        stage.put(cars, 30 + run - pan - 700, 172)
        for i in range(3):
            steam.plume(stage, t, (90 + 230 * i - pan, 352), (14, -34), life=2.8, rate=3, seed=i * 5.0)
        stage.put(floor, -pan, 345)
        stage.put(trolley, 60 + 30 * t - pan, 318)
        walker(stage, 44 + 30 * t - pan, 395, 92, 3.4 * t, "#30343a")
        for i, (x, speed, phase, tall) in enumerate(folk):
            px = x + speed * t - pan
            walker(
                stage,
                px,
                398 + (i * 13) % 40,
                tall,
                phase + abs(speed) * 0.15 * t,
                ("#41454c", "#5d5349", "#34383f", "#6a6157")[i % 4],
                hat=("cap", "bonnet", "top")[i % 3],
                way=1 if speed > 0 else -1,
            )
        things.clock(stage, 430 - pan * 0.7, 92, 38, t)

    return draw


def alongside(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The engine at full speed under the moon; hills, a village and poles fly past at their own speeds."""
    far = sky(
        easel,
        rng,
        900,
        300,
        [(0, "#1c2740"), (0.7, "#5a6c8e"), (1, "#a9b6c8")],
        stars=130,
        clouds=12,
        cloud="#7384a6",
        disc=(520, 70, 25, "#f4f1df"),
    )
    hills = land(easel, rng, 1500, 150, "#4a5b78", fog="#8c9bb4", step=260, rough=0.9)
    woods = land(
        easel,
        rng,
        2400,
        130,
        "#2c3a52",
        fog="#66768f",
        step=190,
        rough=0.8,
        trees=130,
        extra=lambda b, r: things.village(b, rng, r, 2400),
    )
    near = land(
        easel,
        rng,
        3600,
        150,
        "#27354a",
        fog="#0e1520",
        step=150,
        rough=0.5,
        trees=60,
        round_trees=True,
        fields=50,
    )
    engine, tender = easel.paint(330, 150, things.engine), easel.paint(150, 110, things.tender)
    car = easel.paint(300, 120, things.mail_car)
    smoke = Puffs(easel, "#dfe4ea", largest=52, density=0.5)

    def draw(stage: Stage, t: float) -> None:
        speed = 250.0
        way = speed * t
        stage.put(far, -24 * t, 0)
        stage.tile(hills, -way * 0.09, 175)
        stage.tile(woods, -way * 0.3, 215)
        for k in range(-1, 4):  # telegraph poles
            x = (k * 260 - way * 0.62) % 1040 - 200
            stage.box(x, 175, 5, 150, "#0b1018")
            stage.box(x - 14, 184, 33, 4, "#0b1018")
            stage.line([(x - 13, 186), (x + 118, 200), (x + 247, 186)], "#1b2434", 1)
        stage.box(0, 330, 600, 22, "#2a2c30")
        for k in range(24):
            stage.box((k * 28 - way) % 672 - 36, 338, 16, 8, "#15171a")
        stage.box(0, 333, 600, 3, "#aab2bd")
        x = glide(t, seconds, -150, 290)
        y = 212 + 1.2 * math.sin(17 * t)
        smoke.plume(stage, t, lambda w: (glide(w, seconds, -150, 290) + 274, 214), (-190, -22), life=2.6, rate=9)
        for k in range(2):
            stage.put(car, x - 446 - 296 * k, y + 12 + 0.8 * math.sin(15 * t + k))
        stage.put(tender, x - 146, y + 24)
        stage.put(engine, x, y - 14)
        things.rods(stage, x, y + 102, way / 27)
        stage.glaze([(x + 322, y + 48), (x + 720, y + 10), (x + 720, y + 118)], "#fff3c8", 0.3)
        stage.tile(near, -way * 1.3, 338)

    return draw


def viaduct(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Far away a train crosses a viaduct above a river; dusk, the camera pans with it."""
    far = sky(
        easel,
        rng,
        1000,
        330,
        [(0, "#4e5f7d"), (0.5, "#b0a9a6"), (0.9, "#f0d9b0"), (1, "#f4e3c4")],
        clouds=20,
        cloud="#e9dccb",
    )
    peaks = easel.paint(1200, 170, things.peaks, rng, 1200, 170)
    hills = land(easel, rng, 1300, 170, "#68738a", fog="#c9c3bd", step=300, rough=0.9)
    bridge = easel.paint(1500, 220, things.viaduct, 1500)
    valley = land(
        easel,
        rng,
        1500,
        150,
        "#39414c",
        fog="#707681",
        step=340,
        rough=0.6,
        trees=60,
        round_trees=True,
        fields=22,
    )
    near = land(easel, rng, 1700, 130, "#1a1f26", step=200, rough=0.8, trees=46)
    engine = easel.paint(330, 150, things.engine).scaled(0.22)
    car = easel.paint(300, 120, things.mail_car).scaled(0.22)
    smoke = Puffs(easel, "#f3efe8", largest=26, density=0.65)
    birds = Flock.of(rng, 11, (200, 40, 900, 170), -17, 7)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 520)
        stage.put(far, -pan * 0.15, 0)
        stage.put(peaks, -pan * 0.28, 140)
        stage.put(hills, -pan * 0.42, 190)
        stage.box(0, 340, 600, 110, "#aaa6a6")
        stage.put(bridge, -pan * 0.7, 216)

        def nose(when: float) -> float:
            return 90 + 70 * when

        smoke.plume(stage, t, lambda w: (nose(w) + 62, 186), (-30, -16), life=4.5, rate=5, view=pan * 0.7)
        x = nose(t) - pan * 0.7
        for k in range(6):
            stage.put(car, x - 66 * k - 70, 193)
        stage.put(engine, x, 186)
        stage.put(valley, -pan * 0.8, 312)
        for k in range(46):
            y = 410 + k * 0.9
            wx = 300 + 190 * math.sin(k * 2.4) - pan * 0.35 + 60
            stage.box(wx + 20 * math.sin(t * 2 + k), y, 22 + (k * 7) % 30, 1.4, "#d5d0c6" if k % 3 else "#8a909b")
        stage.put(near, -pan * 1.25, 345)
        birds.draw(stage, t, "#2c323c", pan * 0.3)

    return draw


def cab(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """From the footplate: the line comes towards us, swings left and right, and dives under bridges."""
    far = sky(easel, rng, 1300, 240, [(0, "#5c6a80"), (1, "#dcd6c8")], clouds=20, cloud="#efeae0")
    hills = land(easel, rng, 1500, 90, "#5c6672", fog="#b5b5b2", step=200, rough=0.9)
    rim = easel.paint(600, 450, things.cab)
    kinds = rng.integers(0, 4, 60)

    def draw(stage: Stage, t: float) -> None:
        bend = 130 * math.sin(0.42 * t) + 40 * math.sin(0.9 * t)
        drift = 330 + 330 * math.sin(0.21 * t)
        horizon, way = 190 + 5 * math.sin(0.7 * t), 24.0 * t
        stage.put(far, -drift, horizon - 225)
        stage.put(hills, -drift * 1.2, horizon - 68)
        stage.box(0, horizon, 600, 450 - horizon, "#767a70")
        for k in range(14, 0, -1):  # fields, darker and lighter
            z0, z1 = k * 9 - way % 18 + 9, k * 9 - way % 18
            if z1 > 1:
                y0, y1 = horizon + 620 / z0, min(450, horizon + 620 / z1)
                stage.box(0, y0, 600, y1 - y0, "#6d7268" if k % 2 else "#7e8277")

        def at(across: float, z: float, up: float = 0.0) -> tuple[float, float]:
            share = 12 / max(z, 1.2)
            return 300 + bend * (1 - min(1, share * 1.6)) ** 2 * 1.4 + across * share * 9, horizon + 620 / max(
                z, 1.2
            ) - up * share * 9

        zs = [1.6, 2.2, 3, 4, 6, 9, 14, 22, 40, 90]
        stage.poly([*(at(-17, z) for z in zs), *(at(17, z) for z in reversed(zs))], "#5d5a54")
        for k in range(60, -1, -1):
            z = k * 1.6 - way % 1.6 + 1.4
            if 0.8 < z < 46:
                (x0, y), (x1, _) = at(-11, z), at(11, z)
                stage.box(x0, y, x1 - x0, max(1, 26 / z), "#3c362f")
        for side in (-7, 7):
            stage.poly([*(at(side - 0.6, z) for z in zs), *(at(side + 0.6, z) for z in reversed(zs))], "#d9dce0")
        for k in range(14, -1, -1):  # what stands beside the line, far things first
            number = int(way // 14) + k
            z = k * 14 - way % 14 + 2
            things.trackside(stage, at, z, int(kinds[number % 60]), number)
        stage.put(rim, 2 * math.sin(13 * t), 3 * math.sin(11 * t))

    return draw


def sorters(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Inside the mail coach: hands fill pigeon-holes while lights sweep past; the camera dollies along."""
    wall = easel.paint(1150, 450, things.pigeonholes, rng)
    letter = [easel.paint(46, 32, things.letter, tone) for tone in ("#f0eadb", "#d8cfbb", "#e6e0d4")]
    men = [easel.paint(200, 290, things.sorter, k) for k in range(3)]
    lamp = easel.paint(90, 80, things.lamp)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 500)
        stage.put(wall, -pan, 2 * math.sin(9 * t))
        for k in range(7):  # letters in flight
            beat = t * 0.9 + k * 0.31
            share = ease((beat % 1) * 1.6)
            home = int(beat) * 7 + k * 13
            x0, y0 = 170 + 330 * (k % 3) - pan, 330
            x1, y1 = x0 - 60 + 52 * (home % 4) + 20, 60 + 46 * (home % 4)
            if share < 1:
                stage.centre(
                    letter[k % 3].turned(40 * (1 - share)),
                    x0 + (x1 - x0) * share,
                    y0 + (y1 - y0) * share - 50 * math.sin(math.pi * share),
                )
        for k, man in enumerate(men):
            x = 60 + 330 * k - pan
            reach = math.sin(t * 2.8 + k * 2)
            stage.put(man, x, 172 + 3 * math.sin(5 * t + k))
            hand = (x + 168 + 16 * reach, 210 - 46 * reach)
            stage.line([(x + 140, 308), (x + 178, 268 - 16 * reach), hand], "#c9c3b6", 17)
            stage.oval(*hand, 11, "#e2bd9a")
            stage.centre(letter[k], hand[0] + 6, hand[1] - 14)
        stage.box(0, 405, 600, 45, "#3d352c")
        stage.box(0, 402, 600, 6, "#6d6152")
        for k in range(12):
            stage.put(letter[k % 3], (k * 97) - pan * 1.15 - 40, 388 - (k % 3) * 7)
        swing = 0.22 * math.sin(2.1 * t)
        for k in range(3):
            lx = 150 + 330 * k - pan * 0.9
            stage.line([(lx, 0), (lx + 50 * math.sin(swing), 34)], "#171512", 2)
            stage.put(lamp, lx + 50 * math.sin(swing) - 45, 26)
        sweep = (t * 1.1) % 1.7
        x = 900 - 900 * sweep
        stage.glaze([(x, 0), (x + 90, 0), (x - 60, 450), (x - 200, 450)], "#fffbe8", 0.22)

    return draw

"""The Night Mail: an engine through hills, over a viaduct and into the morning, seen from beside it and from within."""

from __future__ import annotations

import math

import numpy as np

from .nature import Flock, Puffs, Rng, land, sky, walker
from .reel import Draw
from .stage import Brush, Easel, Stage, ease, glide, mix


def platform(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The train leaves: porters with sacks, steam across the platform, a clock; the coaches gather speed."""
    roof = easel.paint(900, 450, lambda b: _station(b, rng))
    cars = easel.paint(1500, 190, lambda b: _coaches(b, rng, 5))
    floor = easel.paint(1000, 110, lambda b: _platform_floor(b, rng))
    steam = Puffs(easel, "#eef0ee", largest=62, density=0.42)
    folk = [(rng.uniform(0, 800), rng.uniform(14, 30) * (-1) ** i, rng.uniform(0, 6), rng.uniform(78, 96)) for i in range(7)]
    trolley = easel.paint(130, 80, _trolley)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 190)
        stage.put(roof, -pan * 0.7, 0)
        run = 4.2 * t * t + 6 * t
        stage.put(cars, 30 + run - pan - 700, 165)
        for i in range(3):
            steam.plume(
                stage, t, lambda w, k=i: (90 + 230 * k - pan, 352), (14, -34), life=2.8, rate=3, seed=i * 5.0
            )  # fmt: skip
        stage.put(floor, -pan, 345)
        stage.put(trolley, 60 + 30 * t - pan, 318)
        walker(stage, 44 + 30 * t - pan, 395, 92, 3.4 * t, "#30343a")
        for i, (x, speed, phase, tall) in enumerate(folk):
            px = x + speed * t - pan
            walker(stage, px, 398 + (i * 13) % 40, tall, phase + abs(speed) * 0.15 * t, ("#41454c", "#5d5349", "#34383f", "#6a6157")[i % 4], hat=("cap", "bonnet", "top")[i % 3], way=1 if speed > 0 else -1)  # fmt: skip
        _clock(stage, 430 - pan * 0.7, 92, 38, t)

    return draw


def alongside(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The engine at full speed under the moon; hills, a village and poles fly past at their own speeds."""
    far = sky(easel, rng, 900, 300, [(0, "#141c2e"), (0.7, "#3a4a68"), (1, "#7f8fa8")], stars=130, clouds=9, cloud="#4c5b78", disc=(520, 70, 25, "#f4f1df"))  # fmt: skip
    hills = land(easel, rng, 1500, 150, "#2c3a52", fog="#60718d", step=260, rough=0.8)
    woods = land(easel, rng, 2400, 130, "#1c2739", fog="#3b4a62", step=190, trees=130, extra=lambda b, r: _village(b, rng, r, 2400))  # fmt: skip
    near = land(easel, rng, 4200, 110, "#0e141f", step=120, rough=0.35, trees=70, round_trees=True)
    engine, tender = easel.paint(330, 150, _engine), easel.paint(150, 110, _tender)
    car = easel.paint(300, 120, lambda b: _mail_car(b))
    smoke = Puffs(easel, "#dfe4ea", largest=52, density=0.5)

    def draw(stage: Stage, t: float) -> None:
        speed = 250.0
        way = speed * t
        stage.put(far, -14 * t - 30, 0)
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
        x = glide(t, seconds, -60, 230)
        y = 212 + 1.2 * math.sin(17 * t)
        smoke.plume(stage, t, lambda w: (glide(w, seconds, -60, 230) + 274, 214), (-190, -22), life=2.6, rate=9)
        for k in range(2):
            stage.put(car, x - 446 - 296 * k, y + 12 + 0.8 * math.sin(15 * t + k))
        stage.put(tender, x - 146, y + 24)
        stage.put(engine, x, y - 14)
        _rods(stage, x, y + 102, way / 27)
        stage.glaze([(x + 322, y + 48), (x + 720, y + 10), (x + 720, y + 118)], "#fff3c8", 0.3)
        stage.tile(near, -way * 1.5, 372)

    return draw


def viaduct(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Far away a train crosses a viaduct above a river; dusk, the camera pans with it."""
    far = sky(easel, rng, 1000, 330, [(0, "#4e5f7d"), (0.5, "#b0a9a6"), (0.9, "#f0d9b0"), (1, "#f4e3c4")], clouds=20, cloud="#e9dccb")
    peaks = easel.paint(1200, 170, lambda b: _peaks(b, rng, 1200, 170))
    hills = land(easel, rng, 1300, 170, "#68738a", fog="#c9c3bd", step=300, rough=0.9)
    bridge = easel.paint(1500, 220, lambda b: _viaduct(b, 1500))
    valley = land(easel, rng, 1500, 150, "#39414c", fog="#707681", step=340, rough=0.6, trees=60, round_trees=True, fields=22)
    near = land(easel, rng, 1700, 130, "#1a1f26", step=200, rough=0.8, trees=46)
    engine = easel.paint(330, 150, _engine).scaled(0.22)
    car = easel.paint(300, 120, lambda b: _mail_car(b)).scaled(0.22)
    smoke = Puffs(easel, "#f3efe8", largest=26, density=0.65)
    birds = Flock.of(rng, 11, (200, 40, 900, 170), -17, 7)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 520)
        stage.put(far, -pan * 0.15, 0)
        stage.put(peaks, -pan * 0.28, 140)
        stage.put(hills, -pan * 0.42, 190)
        stage.put(bridge, -pan * 0.7, 216)

        def nose(when: float) -> float:
            return 90 + 70 * when

        smoke.plume(stage, t, lambda w: (nose(w) + 62, 186), (-30, -16), life=4.5, rate=5, view=lambda now: pan * 0.7)
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
    rim = easel.paint(600, 450, _cab)
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
            return 300 + bend * (1 - min(1, share * 1.6)) ** 2 * 1.4 + across * share * 9, horizon + 620 / max(z, 1.2) - up * share * 9

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
            _trackside(stage, at, z, int(kinds[number % 60]), number)
        stage.put(rim, 2 * math.sin(13 * t), 3 * math.sin(11 * t))

    return draw


def sorters(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Inside the mail coach: hands fill pigeon-holes while lights sweep past; the camera dollies along."""
    wall = easel.paint(1150, 450, lambda b: _pigeonholes(b, rng))
    letter = [easel.paint(46, 32, lambda b, c=c: (b.box(2, 2, 42, 28, c), b.box(32, 5, 9, 9, "#8a8176"), b.line([(6, 18), (26, 18)], "#77706a", 1.5), b.line([(6, 23), (20, 23)], "#77706a", 1.5))) for c in ("#f0eadb", "#d8cfbb", "#e6e0d4")]  # fmt: skip
    men = [easel.paint(200, 290, lambda b, k=k: _sorter(b, k)) for k in range(3)]
    lamp = easel.paint(90, 80, _lamp)

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
                stage.centre(letter[k % 3].turned(40 * (1 - share)), x0 + (x1 - x0) * share, y0 + (y1 - y0) * share - 50 * math.sin(math.pi * share))  # fmt: skip
        for k, man in enumerate(men):
            x = 60 + 330 * k - pan
            reach = math.sin(t * 2.8 + k * 2)
            stage.put(man, x, 172 + 3 * math.sin(5 * t + k))
            stage.line([(x + 118, 290), (x + 160, 250 - 30 * reach), (x + 150 + 20 * reach, 190 - 50 * reach)], "#c9c3b6", 17)
            stage.oval(x + 150 + 20 * reach, 188 - 50 * reach, 11, "#e2bd9a")
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


def _engine(b: Brush) -> None:
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


def _rods(stage: Stage, x: float, y: float, turn: float) -> None:
    """Turn the driving wheels of an engine whose sprite stands at x: spokes and coupling rod."""
    for k in (84, 140, 196):
        for s in range(4):
            a = turn + s * math.pi / 4
            stage.line([(x + k - 22 * math.cos(a), y - 22 * math.sin(a)), (x + k + 22 * math.cos(a), y + 22 * math.sin(a))], "#8a4038", 2)  # fmt: skip
    dx, dy = 13 * math.cos(turn), 13 * math.sin(turn)
    stage.line([(x + 84 + dx, y + dy), (x + 196 + dx, y + dy)], "#c7ccd2", 5)
    stage.line([(x + 140 + dx, y + dy), (x + 238 + dx * 0.4, y - 2)], "#dfe3e8", 4)


def _tender(b: Brush) -> None:
    b.box(4, 14, 140, 68, "#2c333a", 3)
    b.poly([(10, 16), (40, 2), (80, 6), (120, 1), (138, 16)], "#0d0f11")
    b.text(74, 50, "MAIL", 26, "#d9c38c", spacing=4)
    b.box(0, 80, 150, 8, "#1c2126")
    for x in (26, 74, 122):
        b.oval(x, 94, 15, "#14181c")
        b.ring(x, 94, 14, "#a33d33", 2)


def _mail_car(b: Brush, tone: str = "#5d2f33") -> None:
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


def _coaches(b: Brush, rng: Rng, count: int) -> None:
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


def _station(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 900, 450, "#8f9296")
    for k in range(13):
        b.poly([(k * 74, 0), (k * 74 + 60, 0), (k * 74 + 34, 150), (k * 74 + 12, 150)], "#d8dad8" if k % 3 else "#c4c7c6")
    b.box(0, 150, 900, 120, "#6d675f")
    for k in range(9):
        x = k * 104 + 20
        b.box(x, 0, 12, 350, "#33373b")
        b.ring(x + 58, 62, 56, "#33373b", 7, (180, 360))
        b.box(x - 6, 60, 24, 8, "#33373b")
        b.oval(x + 58, 130, 12, "#fff2c4")
        b.box(x + 56, 84, 3, 36, "#33373b")
    for k, words in enumerate(("ABERFOYLE", "TICKETS", "PARCELS", "ABERFOYLE")):
        b.box(70 + k * 208, 170, 120, 30, "#2b3f55", 4)
        b.text(130 + k * 208, 185, words, 17, "#f4f0e2", spacing=1)


def _platform_floor(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 1000, 110, "#9b968c")
    b.box(0, 0, 1000, 7, "#e9e6dc")
    for k in range(26):
        b.line([(k * 42 - 10, 7), (k * 52 - 140, 110)], "#86817a", 1)
    for y in (26, 52, 84):
        b.line([(0, y), (1000, y)], "#86817a", 1)


def _trolley(b: Brush) -> None:
    b.box(10, 52, 112, 6, "#3f3a34")
    for x in (30, 104):
        b.oval(x, 66, 12, "#26282a")
    for x, y, s in ((34, 40, 20), (66, 38, 22), (98, 42, 18), (50, 20, 19), (82, 20, 18)):
        b.oval(x, y, s, mix("#b8a684", "#000000", (x % 3) * 0.08), s * 0.72)


def _clock(stage: Stage, x: float, y: float, r: float, t: float) -> None:
    stage.oval(x, y, r, "#24282c")
    stage.oval(x, y, r - 5, "#f6f3e8")
    for k in range(12):
        a = k * math.pi / 6
        stage.oval(x + (r - 10) * math.cos(a), y + (r - 10) * math.sin(a), 2, "#24282c")
    for speed, long, wide in ((0.5, r * 0.7, 3), (0.04, r * 0.45, 4)):
        a = speed * t - 1.2
        stage.line([(x, y), (x + long * math.cos(a), y + long * math.sin(a))], "#24282c", wide)


def _village(b: Brush, rng: Rng, ridge: np.ndarray, width: int) -> None:
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


def _peaks(b: Brush, rng: Rng, w: int, h: int) -> None:
    x = -60.0
    while x < w:
        wide, tall = rng.uniform(110, 200), rng.uniform(0.5, 0.98) * h
        b.poly([(x, h), (x + wide / 2, h - tall), (x + wide, h)], "#8f96a8")
        b.poly([(x + wide / 2, h - tall), (x + wide, h), (x + wide * 0.6, h)], "#7c8498")
        b.poly([(x + wide * 0.41, h - tall * 0.82), (x + wide / 2, h - tall), (x + wide * 0.59, h - tall * 0.82), (x + wide * 0.52, h - tall * 0.74), (x + wide * 0.46, h - tall * 0.79)], "#eef0f2")  # fmt: skip
        x += wide * rng.uniform(0.45, 0.7)


def _viaduct(b: Brush, width: int) -> None:
    stone, dark = "#8c8479", "#6f685f"
    b.box(0, 6, width, 16, stone)
    b.box(0, 2, width, 5, "#b3aa9c")
    for k in range(width // 75 + 1):
        x = k * 75
        b.box(x, 20, 20, 200, stone)
        b.box(x + 13, 20, 7, 200, dark)
        points = [(x + 20 + 55 * i / 12, 62 - 40 * math.sin(math.pi * i / 12)) for i in range(13)]
        b.poly([(x + 20, 20), *points, (x + 75, 20)], stone)


def _trackside(stage: Stage, at, z: float, kind: int, number: int) -> None:
    if z > 130:
        return
    side = 1 if number % 2 else -1
    k = 108 / max(z, 1.2)
    if number % 11 == 7:  # a road bridge
        (x0, y0), (x1, y1) = at(-30, z), at(30, z)
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


def _cab(b: Brush) -> None:
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


def _pigeonholes(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 1150, 450, "#4d4235")
    b.box(0, 0, 1150, 34, "#2c261f")
    towns = ("LEEDS", "YORK", "CREWE", "PERTH", "OBAN", "AYR", "DERBY", "WIGAN", "BUTE", "STIRLING", "HULL", "BATH")
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


def _sorter(b: Brush, kind: int) -> None:
    coat = ("#4a4e55", "#6a6258", "#3c4148")[kind]
    b.poly([(30, 290), (44, 120), (80, 96), (118, 96), (146, 124), (156, 290)], coat)
    b.poly([(84, 98), (100, 150), (114, 98)], "#e8e4d8")
    b.line([(100, 104), (101, 146)], "#22252a", 5)
    b.oval(100, 62, 30, ("#deb896", "#e6c4a2", "#cfa988")[kind], 36)
    if kind == 0:
        b.poly([(68, 50), (72, 26), (128, 26), (134, 50)], "#22262b")
        b.poly([(104, 44), (150, 50), (132, 54), (100, 52)], "#15181b")
    elif kind == 1:
        b.oval(100, 40, 31, "#8d8a84", 18)
        b.oval(112, 84, 14, "#8d8a84", 6)
    else:
        b.oval(98, 36, 32, "#3a2e25", 16)
        b.ring(112, 62, 9, "#2b2b2b", 2)
        b.line([(121, 62), (130, 60)], "#2b2b2b", 2)
    b.oval(122, 66, 7, "#d2a884", 5)
    b.line([(60, 130), (52, 210), (70, 250)], mix(coat, "#000000", 0.25), 22)


def _lamp(b: Brush) -> None:
    b.oval(45, 40, 40, "#ffe9b0", alpha=60)
    b.oval(45, 38, 26, "#ffe9b0", alpha=110)
    b.poly([(25, 30), (36, 8), (54, 8), (65, 30)], "#2b2b2b")
    b.oval(45, 32, 12, "#fffdf0", 8)

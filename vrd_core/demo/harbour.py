"""Harbour Days: sails at dawn, a liner, cranes, a gale, and the lamp of the lighthouse."""

from __future__ import annotations

import math

from .nature import Flock, Puffs, Rng, Sea, land, sky, walker, wobble
from .reel import Draw
from .stage import Brush, Colour, Easel, Sprite, Stage, glide, mix


def dawn(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Sailing boats leave at sunrise; the camera pans from the lighthouse to the open sea."""
    stops = [(0, "#7f96ad"), (0.35, "#c9b9a6"), (0.55, "#f6dfb4"), (1, "#fff0cf")]
    far = sky(easel, rng, 900, 300, stops, clouds=14, cloud="#fff6e4", disc=(560, 205, 26, "#ffe9b0"))
    hills = land(easel, rng, 1300, 90, "#8f99a3", fog="#e6d9c2", step=220)
    sea = Sea(easel, rng, 262, 440, "#d8cdb8", "#39495a", light="#fff4d6")
    tower = easel.paint(90, 210, lambda b: lighthouse(b, 45, 205, 165))
    rock = easel.paint(300, 70, lambda b: _rock(b, rng, 300, 70))
    boats = [(easel.paint(120, 130, lambda b, i=i: sailing_boat(b, 60, 118, 100, i)), rng.uniform(0, 6)) for i in range(3)]
    small = [boat.scaled(0.45) for boat, _ in boats]
    gulls = Flock.of(rng, 9, (-60, 60, 900, 210), 26, 11)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 420)
        stage.put(far, -pan * 0.25, 0)
        stage.put(hills, 40 - pan * 0.45, 205)
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
        gulls.draw(stage, t, "#2d3138", pan * 0.5)

    return draw


def liner(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A great steamer puts to sea, with a tug before her; the camera goes along and falls behind."""
    stops = [(0, "#a9bccb"), (0.6, "#dfe6e6"), (1, "#f5f3e8")]
    far = sky(easel, rng, 1000, 310, stops, clouds=22)
    town = land(easel, rng, 1500, 120, "#9aa4aa", fog="#d9dfde", rough=0.35, extra=lambda b, r: _town(b, rng, r, 1500))
    sea = Sea(easel, rng, 285, 440, "#b4c3c6", "#2f4652", swell=1.2)
    ship = easel.paint(520, 210, _liner)
    tug = easel.paint(130, 90, _tug)
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
        x = ship_x(t) - pan
        for k, funnel in enumerate((196, 262, 328)):
            smoke.plume(
                stage, t, lambda w, f=funnel: (ship_x(w) + f, 172 + bob), (-46, -26), life=4, rate=5,
                view=lambda now: pan, seed=k,
            )  # fmt: skip
        stage.put(ship, x, 130 + bob)
        sea.draw(stage, t, pan, 2, 3)

        def tug_x(when: float) -> float:
            return 170 + 76 * when

        steam.plume(stage, t, lambda w: (tug_x(w) + 62, 268), (-34, -30), life=2.2, rate=7, view=lambda now: pan, seed=9)
        stage.put(tug.turned(2 * math.sin(1.6 * t)), tug_x(t) - pan, 266 + 3 * math.sin(1.6 * t))
        sea.draw(stage, t, pan, 3, 5)
        gulls.draw(stage, t, "#fdfdfb", pan * 0.7)

    return draw


def cranes(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Cranes unload a freighter; dockers come and go on the quay."""
    far = sky(easel, rng, 800, 260, [(0, "#b8b6ae"), (1, "#eceadf")], clouds=10, cloud="#f7f5ee")
    sheds = easel.paint(1150, 190, lambda b: _sheds(b, rng))
    hull = easel.paint(760, 170, _freighter)
    quay = easel.paint(1300, 130, lambda b: _quay(b, rng))
    crate = easel.paint(44, 36, lambda b: _crate(b, 2, 4, 38))
    sack = easel.paint(40, 34, lambda b: (b.oval(20, 20, 18, "#a58f6c", 12), b.line([(20, 2), (20, 10)], "#55483a", 2)))
    people = [
        (rng.uniform(-100, 1000), rng.uniform(16, 34) * (1 if i % 2 else -1), rng.uniform(0, 6), rng.uniform(52, 66))
        for i in range(11)
    ]

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 380, 0)
        stage.put(far, -pan * 0.2, 0)
        stage.put(sheds, -pan * 0.55, 110)
        stage.put(hull, 130 - pan * 0.75 + 3 * math.sin(0.6 * t), 175 + 2 * math.sin(0.8 * t))
        for i, base in enumerate((150, 520, 800)):
            _crane(stage, base - pan * 0.92, 345, t * (0.55 + 0.1 * i) + i * 2.1, crate if i % 2 == 0 else sack)
        stage.put(quay, -pan, 330)
        for i, (x, speed, phase, tall) in enumerate(people):
            px = x + speed * t - pan
            y = 392 + (i * 17) % 44
            walker(stage, px, y, tall, phase + abs(speed) * 0.22 * t, ("#4b4f55", "#6b5f52", "#3b4048")[i % 3], way=1 if speed > 0 else -1)  # fmt: skip
            if i % 3 == 0:
                stage.oval(px, y - tall * 0.98, 13, "#a58f6c", 7)

    return draw


def gale(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """A fishing boat rides a storm under a racing sky."""
    far = sky(easel, rng, 1700, 330, [(0, "#2b3038"), (0.6, "#67707a"), (1, "#aab0b2")], clouds=46, cloud="#4a515b")
    bright = easel.sprite(_shaft(600, 330))
    sea = Sea(easel, rng, 240, 400, "#7d878c", "#1b252d", swell=3.4, strips=6)
    boat = easel.paint(210, 190, _trawler)
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
                foam.at(stage, x + 178 + 36 * spread * math.cos(k), 265 + heave - 70 * spread * abs(math.sin(k + 1)), spread)
        sea.draw(stage, 1.3 * t, pan, 3, 6)
        gulls.draw(stage, t, "#dfe3e4", pan)
        for k in range(70):  # rain, blown from the right
            rx = (k * 97.3 - 640 * t * (0.8 + 0.4 * (k % 5) / 5)) % 700 - 50
            ry = (k * 61.7 + 760 * t) % 480 - 20
            stage.line([(rx, ry), (rx - 9, ry + 13)], "#98a1a6", 1)

    return draw


def lamp(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Night: the lighthouse turns its beam over boats with lanterns; the moon climbs."""
    far = sky(easel, rng, 760, 330, [(0, "#0b1020"), (0.7, "#25304a"), (1, "#46536b")], stars=170, clouds=5, cloud="#2f3a52")
    moon = easel.sprite_of(_glow_disc(34, "#fbf6e4"))
    coast = land(easel, rng, 800, 110, "#131a28", fog="#1d2638", rough=0.7, step=120, trees=26)
    sea = Sea(easel, rng, 296, 430, "#33405a", "#070b14", light="#b9c6dd")
    tower = easel.paint(120, 280, lambda b: lighthouse(b, 60, 275, 225, "#2a3040", "#151a26"))
    rock = easel.paint(330, 110, lambda b: _rock(b, rng, 330, 110, "#0c111b"))
    boats = [easel.paint(110, 60, _lantern_boat) for _ in range(2)]

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
            reach = side * 760 * wide
            lift = 46 * math.sin(turn) * side
            spread = 20 + 52 * abs(wide)
            stage.glaze([top, (top[0] + reach, top[1] + lift - spread), (top[0] + reach, top[1] + lift + spread)], "#fff6d8", 0.22 + 0.25 * abs(wide))  # fmt: skip
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


def lighthouse(b: Brush, x: float, foot: float, tall: float, wall: Colour = "#f1ede2", band: Colour = "#8c4a40") -> None:
    """Paint a lighthouse whose foot is at (x, foot); its lamp is at 0.94 of its height."""
    low, top = tall * 0.17, tall * 0.1
    b.poly([(x - low, foot), (x - top, foot - tall * 0.86), (x + top, foot - tall * 0.86), (x + low, foot)], wall)
    b.poly([(x + low * 0.2, foot), (x + top * 0.3, foot - tall * 0.86), (x + top, foot - tall * 0.86), (x + low, foot)], mix(wall, "#000000", 0.16))  # fmt: skip
    for i in (0.2, 0.52):
        near, end = low + (top - low) * i / 0.86, low + (top - low) * (i + 0.15) / 0.86
        b.poly([(x - near, foot - tall * i), (x - end, foot - tall * (i + 0.15)), (x + end, foot - tall * (i + 0.15)), (x + near, foot - tall * i)], band)  # fmt: skip
    b.box(x - top * 1.5, foot - tall * 0.88, top * 3, tall * 0.025, "#2b2b2e")
    b.box(x - top * 0.8, foot - tall * 0.985, top * 1.6, tall * 0.11, "#f8e9b0")
    for i in (-0.8, -0.1, 0.6):
        b.box(x + top * i, foot - tall * 0.985, 2, tall * 0.11, "#2b2b2e")
    b.poly([(x - top, foot - tall * 0.98), (x, foot - tall * 1.06), (x + top, foot - tall * 0.98)], band)
    b.box(x - 3, foot - tall * 0.3, 6, 9, "#3a3a3e")


def sailing_boat(b: Brush, x: float, y: float, tall: float, kind: int = 0) -> None:
    """Paint a sailing boat afloat at (x, y)."""
    hull, sail = ("#4a3a30", "#39424c", "#5b3f34")[kind % 3], ("#f4ead6", "#c98f6b", "#e9e2d2")[kind % 3]
    b.line([(x, y - 6), (x, y - tall)], "#3b3029", 2)
    b.poly([(x - 3, y - tall * 0.97), (x - 3, y - tall * 0.2), (x - tall * 0.42, y - tall * 0.2)], sail)
    b.poly([(x + 3, y - tall * 0.92), (x + 3, y - tall * 0.18), (x + tall * 0.36, y - tall * 0.18)], mix(sail, "#000000", 0.12))
    b.poly([(x - tall * 0.42, y - 14), (x + tall * 0.5, y - 14), (x + tall * 0.34, y), (x - tall * 0.32, y)], hull)
    b.line([(x - tall * 0.42, y - 13), (x + tall * 0.5, y - 13)], mix(hull, "#ffffff", 0.5), 2)
    b.poly([(x, y - tall), (x + 14, y - tall + 4), (x, y - tall + 8)], "#a8433a")


def _rock(b: Brush, rng: Rng, w: int, h: int, colour: Colour = "#4d4f50") -> None:
    edge = h * 0.45 + wobble(rng, w, 40) * h * 0.3
    edge += (abs(2 * (wobble(rng, w, w) * 0) + 1)) * h * 0.5 * abs(((2 * rng.random() - 1) * 0.1))
    points = [(x, h - (h - edge[x]) * math.sin(math.pi * x / w) ** 0.6) for x in range(0, w, 3)]
    b.poly([*points, (w, h), (0, h)], colour)
    for x in range(10, w - 20, 14):
        y = points[x // 3][1]
        b.poly([(x, y + 4), (x + 12, y + 8 + x % 7), (x + 5, y + 20)], mix(colour, "#ffffff", 0.12 + 0.1 * (x % 3)))


def _town(b: Brush, rng: Rng, ridge: list[float], width: int) -> None:
    x = 10.0
    while x < width - 40:
        wide, tall = rng.uniform(14, 30), rng.uniform(16, 40)
        y = ridge[int(x)] + 26
        tone = mix("#8b959b", "#dadcd6", rng.random())
        b.box(x, y - tall, wide, tall + 40, tone)
        b.poly([(x - 2, y - tall), (x + wide / 2, y - tall - wide * 0.45), (x + wide + 2, y - tall)], mix(tone, "#000000", 0.3))
        for k in range(int(tall / 10)):
            b.box(x + wide * 0.3, y - tall + 5 + k * 10, 3, 4, mix(tone, "#000000", 0.4))
        if rng.random() < 0.12:
            b.poly([(x + 4, y - tall), (x + 9, y - tall - 50), (x + 14, y - tall)], mix(tone, "#000000", 0.35))
        x += wide + rng.uniform(-3, 6)


def _liner(b: Brush) -> None:
    b.poly([(6, 112), (514, 96), (486, 200), (40, 200)], "#23282e")
    b.poly([(36, 190), (490, 186), (486, 200), (40, 200)], "#7c3b32")
    b.line([(6, 113), (514, 97)], "#e8e4d8", 4)
    for row, (x0, x1) in enumerate(((70, 430), (104, 392), (140, 350))):
        y = 84 - row * 20
        b.box(x0, y, x1 - x0, 24, ("#efece2", "#e4e0d4", "#f3f0e8")[row])
        for k in range(int((x1 - x0) / 15)):
            b.box(x0 + 6 + k * 15, y + 7, 6, 6, "#59636b")
    for x in (184, 250, 316):
        b.poly([(x, 48), (x + 5, 2), (x + 33, 2), (x + 32, 48)], "#b5523f")
        b.poly([(x + 4, 14), (x + 5, 2), (x + 33, 2), (x + 33, 14)], "#22262b")
        b.poly([(x + 22, 48), (x + 24, 2), (x + 33, 2), (x + 32, 48)], "#000000", alpha=60)
    for x, top in ((96, 4), (448, 2)):
        b.line([(x, 100), (x - 4, top)], "#3a3a3a", 3)
        b.line([(x - 4, top), (250, 26)], "#4a4a4a", 0.6)
        b.line([(x - 4, top), (20 if x < 200 else 508, 104)], "#4a4a4a", 0.6)
    for k in range(27):
        b.oval(48 + k * 16, 136 - k * 0.4, 3, "#cfd6d6")
    for x in range(120, 400, 46):
        b.poly([(x, 66), (x + 28, 66), (x + 24, 74), (x + 4, 74)], "#fbfaf5")


def _tug(b: Brush) -> None:
    b.poly([(4, 52), (126, 44), (116, 84), (14, 84)], "#2d3339")
    b.line([(4, 53), (126, 45)], "#c9bfa8", 3)
    b.box(66, 26, 34, 24, "#e8e2d2", 2)
    for x in (70, 80, 90):
        b.box(x, 31, 7, 8, "#4b555d")
    b.box(42, 8, 17, 44, "#8a4638")
    b.box(42, 6, 17, 9, "#1e2226")
    b.line([(112, 48), (112, 14)], "#3a3a3a", 2)
    for x in range(18, 116, 16):
        b.oval(x, 62, 6, "#17191c")


def _sheds(b: Brush, rng: Rng) -> None:
    x = 0.0
    for i in range(7):
        wide, tall = rng.uniform(130, 190), rng.uniform(70, 120)
        tone = ("#8f877a", "#a39a8b", "#7d766c")[i % 3]
        b.box(x, 190 - tall, wide, tall, tone)
        for k in range(4):
            b.poly([(x + k * wide / 4, 190 - tall), (x + k * wide / 4, 168 - tall), (x + (k + 1) * wide / 4, 190 - tall)], mix(tone, "#000000", 0.25))  # fmt: skip
        for k in range(int(wide / 26)):
            b.box(x + 8 + k * 26, 204 - tall, 14, 20, mix(tone, "#000000", 0.4))
        b.text(x + wide / 2, 250 - tall, ("NORTH QUAY", "TEA & SPICE", "No 7", "COTTON", "CUSTOMS", "No 12", "ICE")[i], 15, mix(tone, "#ffffff", 0.6))  # fmt: skip
        if i % 3 == 1:
            b.box(x + 30, 110 - tall, 16, 82, mix(tone, "#000000", 0.2))
        x += wide + 8


def _freighter(b: Brush) -> None:
    b.poly([(0, 60), (760, 44), (724, 168), (30, 168)], "#33383c")
    b.poly([(24, 150), (728, 146), (724, 168), (30, 168)], "#6a3d34")
    b.line([(0, 61), (760, 45)], "#d8d2c2", 3)
    b.box(310, 8, 120, 50, "#ded8ca", 3)
    for x in range(318, 424, 18):
        b.box(x, 18, 10, 9, "#4f585e")
    b.box(352, -30, 34, 40, "#2a2c2e")
    for x in (150, 600):
        b.line([(x, 58), (x, 0)], "#4a4640", 5)
        b.line([(x, 6), (x + 60, 40)], "#4a4640", 3)
    b.text(660, 84, "MARIANNE", 20, "#e9e4d6")
    for x in range(60, 700, 34):
        b.oval(x, 104, 4, "#9aa2a4")


def _quay(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 1300, 130, "#b0a897")
    b.box(0, 0, 1300, 9, "#d5cdbc")
    for _ in range(420):
        x, y = rng.uniform(0, 1290), rng.uniform(12, 128)
        b.box(x, y, 22 + y * 0.12, 5, mix("#b0a897", "#000000", rng.uniform(0.02, 0.14)), 1)
    for x in range(50, 1300, 210):
        b.oval(x, 8, 11, "#3a3a3a", 5)
        b.box(x - 7, 6, 14, 18, "#3a3a3a")
    for x in (250, 300, 275, 720, 764, 1010):
        _crate(b, x, 26 if x != 275 else -10, 42)


def _crate(b: Brush, x: float, y: float, side: float) -> None:
    b.box(x, y, side, side * 0.8, "#8d7150")
    b.frame(x + 1, y + 1, side - 2, side * 0.8 - 2, "#5b4732", 3)
    b.line([(x + 3, y + 3), (x + side - 3, y + side * 0.8 - 3)], "#5b4732", 3)


def _crane(stage: Stage, x: float, foot: float, phase: float, load: Sprite) -> None:
    """A quay crane: its arm swings, its load goes up and down."""
    swing = math.sin(phase)
    head = (x + 10, foot - 190)
    for a, c in ((-26, -8), (26, 8)):
        stage.line([(x + a, foot), (x + c, foot - 150)], "#2e3134", 6)
    for k in range(4):
        y = foot - 30 - k * 32
        stage.line([(x - 22 + k * 5, y), (x + 18 - k * 4, y - 28)], "#2e3134", 2)
    stage.box(x - 20, foot - 186, 50, 38, "#5a5248")
    stage.box(x - 10, foot - 178, 14, 13, "#d8d2c0")
    tip = (head[0] + 165 * (0.45 + 0.5 * swing), head[1] - 58 + 34 * swing)
    for d in (-8, 5):
        stage.line([(head[0], head[1] + d), tip], "#24272a", 4)
    stage.line([(head[0] - 24, head[1] + 14), (head[0], head[1] - 26), tip], "#24272a", 1.5)
    drop = 70 + 55 * math.sin(phase * 1.7 + 1)
    stage.line([tip, (tip[0], tip[1] + drop)], "#24272a", 1.5)
    stage.put(load, tip[0] - load.width / 2, tip[1] + drop)


def _trawler(b: Brush) -> None:
    b.poly([(10, 112), (60, 124), (140, 120), (204, 92), (182, 164), (40, 166)], "#2a2f33")
    b.line([(10, 113), (60, 125), (140, 121), (204, 93)], "#d9d4c6", 4)
    b.box(54, 74, 44, 48, "#cfc8b6", 3)
    for x in (60, 76):
        b.box(x, 82, 13, 13, "#38424a")
    b.line([(126, 120), (126, 18)], "#4b4137", 4)
    b.line([(126, 24), (196, 94)], "#4b4137", 1)
    b.line([(126, 24), (22, 108)], "#4b4137", 1)
    b.poly([(130, 34), (130, 100), (172, 96)], "#a9794f")
    b.box(34, 88, 10, 30, "#3b3b3b")
    b.text(168, 128, "K 47", 14, "#e7e2d4")


def _lantern_boat(b: Brush) -> None:
    b.poly([(8, 30), (102, 28), (86, 52), (22, 52)], "#05070c")
    b.line([(54, 30), (54, 6)], "#05070c", 2)
    b.oval(54, 8, 11, "#caa860", alpha=90)
    b.oval(54, 8, 5, "#ffeab0")
    b.oval(34, 22, 5, "#05070c")
    b.poly([(27, 34), (30, 24), (40, 24), (42, 34)], "#05070c")


def _glow_disc(radius: float, colour: Colour):
    import numpy as np

    from .stage import rgb

    side = int(radius * 6)
    gap = np.hypot(*(np.mgrid[0:side, 0:side] - side / 2))
    alpha = np.maximum(255 * np.clip(radius - gap, 0, 1), 110 * np.exp(-((gap / radius) ** 1.3)) * (gap < side / 2))
    picture = np.empty((side, side, 4))
    picture[..., :3] = rgb(colour)
    for dx, dy, r in ((-0.3, -0.2, 0.25), (0.25, 0.3, 0.2), (0.1, -0.45, 0.14), (-0.2, 0.4, 0.12)):
        spot = np.hypot(*(np.mgrid[0:side, 0:side] - side / 2 - radius * np.array([dy, dx])[:, None, None]))
        picture[..., :3] -= 22 * np.clip(1.5 - spot / (radius * r), 0, 1)[..., None]
    picture[..., 3] = alpha
    return picture


def _shaft(width: int, height: int):
    import numpy as np
    from PIL import Image

    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    beam = np.exp(-(((x - 260 - 0.6 * y) / 70.0) ** 2)) * (0.3 + 0.7 * y / height)
    picture = np.full((height, width, 4), 255.0)
    picture[..., 3] = 120 * beam
    return Image.fromarray(picture.astype(np.uint8))

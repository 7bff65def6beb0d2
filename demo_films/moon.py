"""First Steps: the pad at dawn, lift-off, the Earth below, the landing, a walk, and home. In colour."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from . import moon_things as things
from .life import Flock
from .nature import Puffs, Rng, Sea, land, sky
from .reel import Draw
from .stage import Easel, Stage, glide


def pad(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Dawn on the pad: the camera climbs the rocket past its gantry while herons fly over the lagoon."""
    far = sky(
        easel,
        rng,
        800,
        900,
        [(0, "#27406b"), (0.45, "#7d86a8"), (0.72, "#f0a878"), (0.85, "#ffd9a0"), (1, "#ffe6b8")],
        clouds=26,
        cloud="#ffd8c0",
        stars=60,
    )
    coast = land(easel, rng, 900, 110, "#5b5470", fog="#caa08e", step=300, rough=0.35, trees=70, round_trees=True)
    lagoon = Sea(easel, rng, 0, 150, "#e0a98a", "#4d4a68", light="#fff0d0", swell=0.5, strips=4)
    rocket = easel.paint(140, 620, things.rocket)
    tower = easel.paint(200, 660, things.gantry)
    base = easel.paint(620, 90, things.pad_base)
    vapour = Puffs(easel, "#fff3ec", largest=30, density=0.55)
    herons = Flock.of(rng, 8, (-160, 500, 300, 640), 40, 14)

    def draw(stage: Stage, t: float) -> None:
        up, pan = glide(t, seconds, 0, 400), glide(t, seconds, -50, 60)
        floor = 372 + up
        stage.put(far, -60 - pan * 0.2, -450 + up * 0.55)
        stage.put(coast, -120 - pan * 0.4, floor - 108)
        stage.image.paste(stage.ink("#c99a88"), (0, min(450, round(floor)), 600, 450))
        if floor < 450:
            for strip, y, share, phase in lagoon._strips:
                stage.tile(strip, -pan * (0.5 + share) - 8 * t * (0.4 + share) + phase, floor + y * 0.6)
        stage.put(tower, 330 - pan, floor - 622)
        stage.put(base, -10 - pan, floor - 30)
        stage.put(rocket, 226 - pan, floor - 628)
        for k in range(3):
            vapour.plume(
                stage,
                t,
                (300 - pan + (20 if k % 2 else -20), floor - 150 - 170 * k),
                (-22 + 8 * k, 12),
                life=2.6,
                rate=5,
                seed=k * 3.0,
            )
        herons.draw(stage, t, "#3a3550", pan, floor - 690)

    return draw


def liftoff(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Fire and smoke; the rocket leaves the ground and the sky turns from blue to black."""
    air = easel.sprite_of(things.rising_air(rng))
    rocket = easel.paint(140, 620, things.rocket).scaled(0.62)
    tower = easel.paint(200, 660, things.gantry).scaled(0.62)
    smoke = Puffs(easel, "#efe6dc", largest=74, density=0.75)
    fire = Puffs(easel, "#ffb545", largest=30, density=0.85)
    core = Puffs(easel, "#fff6cf", largest=16, density=0.95)
    banks = easel.paint(900, 120, things.clouds_below, rng)

    def draw(stage: Stage, t: float) -> None:
        fly = max(0.0, t - seconds * 0.14)
        height = 13 * fly**2.1
        climb = max(0.0, height - 120)
        stage.put(air, -10, -2000 + 450 + min(1540, climb))
        for k in range(4):
            stage.put(banks, -150 + (k * 97) % 190 - 100, -360 * k - 120 + climb * 1.05)
        ground = 400 + climb
        if ground < 700:
            stage.box(0, ground, 600, 90, "#7a7058")
            stage.box(0, ground, 600, 7, "#968a6c")
            stage.put(tower, 350, ground - 408)
        x, y = 256 + 3 * math.sin(0.7 * t) + 10 * math.sin(0.3 * fly), ground - 392 - height
        nozzle = y + 378
        if ground < 900:
            for i in range(70):
                age = t - 0.1 - i * 0.07
                if age > 0:
                    side = 1 if i % 2 else -1
                    far = (90 * age / (1 + 0.22 * age)) * (0.4 + (i * 37 % 60) / 60)
                    smoke.at(
                        stage,
                        300 + side * far,
                        ground + 4 - (i * 29 % 46) - 11 * min(age, 4),
                        0.25 + 0.2 * age,
                    )
        for i in range(22):  # the trail
            below = 26 + i * (9 + 2.4 * fly)
            smoke.at(stage, 300 + 8 * math.sin(i * 2.1 + 9 * t), nozzle + below + 26, 0.1 + i * 0.04)
        for i in range(12):
            flick = 1 + 0.35 * math.sin(31 * t + i * 2.3)
            fire.at(stage, 300 + 5 * math.sin(40 * t + i * 1.7), nozzle + i * 8.5 * flick, 0.95 - i * 0.07)
        for i in range(7):
            core.at(stage, 300 + 3 * math.sin(50 * t + i), nozzle + i * 7, 0.9 - i * 0.11)
        stage.put(rocket, x, y)

    return draw


def orbit(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The ship drifts over the turning Earth; oceans and weather roll by, the sun comes round the edge."""
    stars = sky(easel, rng, 900, 460, [(0, "#03050c"), (1, "#070d1c")], stars=420)
    ground = things.earth_map(rng)
    ship = easel.paint(210, 110, things.apollo)
    flare = easel.sprite_of(things.flare(90, "#fff2cf"))
    bend = things.globe_lookup()

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 200)
        stage.put(stars, -pan, 0)
        turn = round(34 * t) + 40
        tile = ground[bend[0], (bend[1] + turn) % ground.shape[1]]
        pixels = (tile * bend[2]).astype(np.uint8)
        image = Image.fromarray(pixels).resize((640, 290), Image.Resampling.BILINEAR)
        if stage.image.mode == "L":
            image = image.convert("L")
        stage.image.paste(image, (-20, 170), things.GLOBE_MASK)
        sx = glide(t, seconds, 640, 420)
        stage.centre(flare, sx, 62 + 30 * math.sin(0.2 * t))
        x, y = glide(t, seconds, -160, 330), 190 - 110 * math.sin(0.26 * t + 0.2)
        stage.put(ship.turned(14 - 34 * t / seconds), x, y)

    return draw


def descent(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """The lander comes down between craters on its flame and raises the dust."""
    stars = sky(easel, rng, 900, 380, [(0, "#020308"), (1, "#05070d")], stars=400)
    earth = easel.sprite_of(things.small_earth(38))
    rims = easel.paint(1100, 130, things.moon_range, rng, 1100, 130, "#6d6a68")
    plain = easel.paint(1500, 190, things.moon_plain, rng, 1500, 190, "#9a9691", 70)
    near = easel.paint(1900, 150, things.moon_plain, rng, 1900, 150, "#b8b3ab", 40, 1.8)
    lander = easel.paint(190, 170, things.lander)
    fire = Puffs(easel, "#9fd0ff", largest=13, density=0.8)
    dust = Puffs(easel, "#cfc9bf", largest=44, density=0.5)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 620)
        drop = glide(t, seconds, 0, 1)
        tilt = -70 * drop
        stage.put(stars, -pan * 0.1, tilt * 0.2 - 10)
        stage.centre(earth, 480 - pan * 0.12, 84 + tilt * 0.3)
        stage.put(rims, -pan * 0.35, 222 + tilt)
        stage.put(plain, -pan * 0.7, 315 + tilt)
        y = -60 + 292 * (1 - (1 - drop) ** 1.6)
        x = 210 + 30 * math.sin(0.5 * t) + 40 * drop
        for i in range(9):
            fire.at(stage, x + 95 + 2 * math.sin(40 * t + i), y + 128 + i * 7, 0.9 - i * 0.09)
        stage.put(lander.turned(7 * math.sin(0.8 * t) * (1 - drop)), x, y)
        low = max(0.0, drop - 0.6) / 0.4
        for i in range(round(60 * low)):
            go = (t * 1.6 + i * 0.193) % 1
            side = 1 if i % 2 else -1
            dust.at(stage, x + 95 + side * (20 + 330 * go), 382 - 34 * go * math.sin(i), 0.2 + 0.8 * go)
        stage.put(near, -pan * 1.25, 408 + tilt * 0.6)

    return draw


def moonwalk(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Two astronauts lope past the flag and the lander; the Earth hangs over the hills."""
    stars = sky(easel, rng, 900, 300, [(0, "#020308"), (1, "#080a10")], stars=240)
    earth = easel.sprite_of(things.small_earth(30))
    rims = easel.paint(1200, 150, things.moon_range, rng, 1200, 150, "#75716e")
    plain = easel.paint(1700, 240, things.moon_plain, rng, 1700, 240, "#aca79f", 90, 1.3)
    front = easel.paint(2200, 90, things.moon_plain, rng, 2200, 90, "#8a857e", 30, 2.4)
    lander = easel.paint(190, 170, things.lander)
    rover = easel.paint(150, 90, things.rover)
    dust = Puffs(easel, "#cfc9bf", largest=16, density=0.55)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 0, 540)
        stage.put(stars, -pan * 0.1, 0)
        stage.centre(earth, 120 + pan * 0.05 + 12 * t, 80)
        stage.put(rims, -pan * 0.3, 178)
        stage.put(plain, -pan * 0.75, 270)
        stage.put(lander, 80 - pan * 0.75, 160)
        rx = 1060 - 46 * t - pan * 0.75
        stage.put(rover, rx, 285 + 2 * math.sin(6 * t))
        for k in range(4):
            go = (1.7 * t + k / 4) % 1
            dust.at(stage, rx + 130 + 60 * go, 360 - 20 * go, go)
        fx = 470 - pan
        stage.box(fx, 190, 4, 170, "#d9d9d6")
        flag = [(fx + 4 + 76 * i / 8, 192 + 3 * math.sin(1.5 * i + 2.2 * t)) for i in range(9)]
        for band in range(4):
            lower = [(px, py + 12 * (band + 1)) for px, py in flag]
            upper = [(px, py + 12 * band) for px, py in flag]
            stage.poly([*upper, *reversed(lower)], ("#d8503f", "#f4efe3", "#2f5f9e", "#f0b13c")[band])
        for k, (start, speed, tall) in enumerate(((40, 62, 132), (330, 47, 150))):
            hop = abs(math.sin(2.3 * t + k))
            x, y = start + speed * t - pan * (1 + 0.1 * k), 392 + 26 * k - 34 * hop
            stage.oval(x + 46, 396 + 26 * k, 34 - 10 * hop, "#5f5b55", 6)
            if hop < 0.35:
                for side in (-1, 1):
                    dust.at(stage, x + side * 24 * (1 - hop), 392 + 26 * k, 0.5 * (1 - hop))
            things.astronaut(stage, x, y, tall, 2.3 * t + k, "#f2f0ea" if k == 0 else "#e6e2d6")
        stage.put(front, -pan * 1.5, 405)

    return draw


def splashdown(easel: Easel, rng: Rng, seconds: float) -> Draw:
    """Three parachutes bring the capsule down to a blue sea; a helicopter comes in."""
    far = sky(easel, rng, 900, 360, [(0, "#3f83c4"), (0.7, "#a9d3ea"), (1, "#e9f4f2")], clouds=24)
    sea = Sea(easel, rng, 300, 440, "#5fa7bd", "#12486b", light="#ffffff", swell=1.8)
    chute = easel.paint(130, 90, things.parachute)
    capsule = easel.paint(70, 64, things.capsule)
    ship = easel.paint(240, 80, things.carrier)
    copter = easel.paint(150, 70, things.copter)
    spray = Puffs(easel, "#ffffff", largest=22, density=0.75)

    def draw(stage: Stage, t: float) -> None:
        pan = glide(t, seconds, 240, 0)
        stage.put(far, -pan * 0.4 - 20, 0)
        stage.put(ship, 560 - pan * 0.5 - 7 * t, 250)
        sea.draw(stage, t, pan, 0, 2)
        down = min(1.0, t / (seconds * 0.66))
        y = -20 + 316 * down
        x = 200 + 70 * down + 22 * math.sin(0.9 * t) * (1 - down)
        slack = max(0.0, t - seconds * 0.66)
        for k in (-1, 1, 0):
            cx, cy = (
                x + k * (62 + 16 * math.sin(1.1 * t + k)) + slack * 26 * k,
                y - 150 + abs(k) * 16 + slack * 62,
            )
            if cy < 320:
                for s in (-50, -20, 20, 50):
                    stage.line([(cx + s, cy + 34), (x + 2, y + 6)], "#f4f4f0", 1)
                stage.put(chute, cx - 65, cy - 40)
        bob = 7 * math.sin(1.9 * t) if down >= 1 else 0
        stage.put(capsule.turned(10 * math.sin(1.2 * t)), x - 35, y + bob)
        if 0 < slack < 2.6:
            for k in range(26):
                go = slack / 2.6
                spray.at(
                    stage,
                    x + (k - 13) * 9 * go * 1.4,
                    y + 52 - 120 * go * (1 - go) * (1.5 + math.sin(k * 2.7)),
                    0.2 + 0.6 * go,
                )
        sea.draw(stage, t, pan, 2, 5)
        hx, hy = 640 - 46 * t, 60 + 14 * math.sin(0.8 * t) + 6 * t
        stage.put(copter, hx, hy)
        spin = math.cos(26 * t)
        stage.line([(hx + 62 - 70 * spin, hy + 8), (hx + 62 + 70 * spin, hy + 8)], "#30343a", 3)

    return draw

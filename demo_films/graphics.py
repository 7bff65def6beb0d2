"""Moving graphics of the documentaries: opening titles, maps, a chart, closing credits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .nature import Rng, Sea, sky, wobble
from .reel import Build, Draw
from .stage import Brush, Easel, Point, Stage, ease, glide, mix


def wheels_title(title: Sequence[str], foot: str) -> Build:
    """An opening of turning wheels and bold words."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        cogs = [
            (easel.paint(2 * r + 30, 2 * r + 30, _cog, r, c), x, y, s)
            for r, c, x, y, s in (
                (96, "#ff6b4a", 505, 96, 26),
                (64, "#f3b33d", 372, 214, -39),
                (124, "#2a9d8f", 560, 300, -20),
                (40, "#e9e2cf", 266, 300, 62),
            )
        ]

        def draw(stage: Stage, t: float) -> None:
            stage.box(0, 0, stage.width, stage.height, "#0f2a33")
            for k in range(14):
                x = (k * 70 + 40 * t) % 980 - 200
                stage.poly([(x, 0), (x + 24, 0), (x - 176, 360), (x - 200, 360)], "#123340")
            for cog, x, y, speed in cogs:
                stage.centre(cog.turned(speed * t), x, y)
            for k, line in enumerate(title):
                come = ease((t - 0.4 - 0.35 * k) / 0.9)
                stage.text(44 - 300 * (1 - come), 116 + 58 * k, line, 54, "#ffffff", "lm")
            wide = 250 * ease((t - 1.4) / 1.2)
            stage.box(46, 116 + 58 * len(title) - 16, wide, 4, "#ff6b4a")
            if t > 2:
                stage.text(46, 116 + 58 * len(title) + 14, foot, 16, "#9fd3d0", "lm", spacing=2)
            stage.dim(ease((t - seconds + 0.5) / 0.5))

        return draw

    return build


def sea_title(title: Sequence[str], foot: str) -> Build:
    """An opening on the evening sea: the words rise out of the water."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        far = sky(
            easel,
            rng,
            620,
            240,
            [(0, "#2b3a67"), (0.6, "#d9735b"), (1, "#ffd08a")],
            clouds=9,
            cloud="#f2b8a0",
            disc=(110, 186, 28, "#fff0b8"),
        )
        sea = Sea(easel, rng, 196, 350, "#e0936d", "#1c2c50", light="#ffe9b0", swell=1.0, strips=6)

        def draw(stage: Stage, t: float) -> None:
            stage.put(far, -30 - 4 * t, 0)
            sea.draw(stage, t, 6 * t, 0, 2)
            for k, line in enumerate(title):
                rise = ease((t - 0.3) / 2.4)
                y = 300 - 170 * rise + 46 * k
                stage.text(stage.width / 2 + 2, y + 2, line, 42, "#3a2440", spacing=3)
                stage.text(stage.width / 2, y, line, 42, "#fff6dc", spacing=3)
            sea.draw(stage, t, 6 * t, 2, 6)
            if t > 3:
                stage.text(stage.width / 2, 322, foot, 15, "#ffe9c0", spacing=3)
            stage.dim(max(1 - ease(t / 0.7), ease((t - seconds + 0.5) / 0.5)))

        return draw

    return build


def rail_map(heading: str, towns: Sequence[tuple[str, float, float]]) -> Build:
    """A modern map: a coast, and a line that grows from town to town."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        sheet = easel.paint(760, 460, _coast, rng)

        def draw(stage: Stage, t: float) -> None:
            dx, dy = glide(t, seconds, 0, -100), glide(t, seconds, 0, -70)
            stage.put(sheet, dx, dy)
            reach = (len(towns) - 1) * ease((t - 0.8) / (seconds * 0.7))
            points = [(x + dx, y + dy) for _, x, y in towns]
            done = [points[0]]
            for k in range(len(points) - 1):
                part = min(max(reach - k, 0.0), 1.0)
                if part > 0:
                    (x0, y0), (x1, y1) = points[k], points[k + 1]
                    done.append((x0 + (x1 - x0) * part, y0 + (y1 - y0) * part))
            if len(done) > 1:
                stage.line(done, "#ffffff", 8)
                stage.line(done, "#e4572e", 5)
            for k, (name, _, _) in enumerate(towns):
                x, y = points[k]
                if k <= reach + 0.02:
                    stage.oval(x, y, 9, "#ffffff")
                    stage.oval(x, y, 6, "#e4572e")
                    stage.text(x + 15, y - 1, name, 18, "#16323c", "lm")
            x, y = done[-1]
            stage.oval(x, y, 5 + 4 * abs(math.sin(4 * t)), "#e4572e")
            stage.box(0, 0, 14 + 13 * len(heading), 42, "#16323c")
            stage.text(16, 21, heading, 20, "#ffffff", "lm", spacing=1)

        return draw

    return build


def sea_chart(words: str, route: Sequence[Point]) -> Build:
    """An old chart: parchment, a compass rose, a dashed course with a small ship on it."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        sheet = easel.paint(760, 560, _parchment, rng)
        rose = easel.paint(110, 110, _rose)
        ship = easel.paint(50, 46, _little_ship)

        def draw(stage: Stage, t: float) -> None:
            dx, dy = glide(t, seconds, -60, -240), glide(t, seconds, -150, -30)
            stage.put(sheet, dx, dy)
            stage.put(rose.turned(9 * t), 80 + dx, 380 + dy)
            far = len(route) - 1
            reach = far * (0.15 + 0.85 * t / seconds)
            for k in range(int(reach * 12)):
                place = _along(route, k / 12)
                if k % 2 == 0:
                    stage.oval(place[0] + dx, place[1] + dy, 2.6, "#8c2f25")
            x, y = _along(route, min(reach, far - 0.001))
            stage.put(ship.turned(8 * math.sin(3 * t)), x + dx - 25, y + dy - 32)
            stage.box(0, 320, stage.width, 40, "#3b2a1c")
            stage.text(stage.width / 2, 340, words, 18, "#f3e3bf", spacing=2)

        return draw

    return build


def speed_chart(heading: str, bars: Sequence[tuple[str, float, str]]) -> Build:
    """A bar chart that grows, with a picture of what each bar stands for."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        most = max(value for _, value, _ in bars)

        def draw(stage: Stage, t: float) -> None:
            stage.box(0, 0, stage.width, stage.height, "#f3ead8")
            for k in range(9):
                x = 150 + 60 * k - (8 * t) % 60
                stage.box(x, 70, 1, 250, "#dccfb4")
            stage.text(34, 38, heading, 26, "#20343c", "lm")
            for k, (name, value, colour) in enumerate(bars):
                y = 84 + k * 60
                grow = ease((t - 0.5 - 0.7 * k) / 1.6)
                wide = 4 + 330 * (math.log10(value) - 1) / (math.log10(most) - 1) * grow
                stage.text(128, y + 19, name, 17, "#20343c", "rm")
                stage.box(140, y, wide, 38, colour, 4)
                stage.oval(140 + wide, y + 19, 23, mix(colour, "#000000", 0.25))
                stage.oval(140 + wide, y + 19, 17, "#fdf8ec")
                a = 5 * t + k
                for s in range(3):
                    stage.line(
                        [
                            (140 + wide, y + 19),
                            (140 + wide + 15 * math.cos(a + s * 2.1), y + 19 + 15 * math.sin(a + s * 2.1)),
                        ],
                        colour,
                        3,
                    )
                if grow > 0.3:
                    stage.text(172 + wide, y + 19, f"{value * grow:,.0f}", 18, "#20343c", "lm")
            stage.text(
                140,
                336,
                "kilometres per hour; each step to the right is ten times as fast",
                13,
                "#8d8168",
                "lm",
            )

        return draw

    return build


def credits_roll(lines: Sequence[str], ground: str, ink: str, *, left: bool = False) -> Build:
    """Names that roll up over a plain ground."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        def draw(stage: Stage, t: float) -> None:
            stage.box(0, 0, stage.width, stage.height, ground)
            if left:
                stage.box(0, 0, 18, stage.height, "#ff6b4a")
                for k in range(7):
                    stage.ring(stage.width - 110, 180, 20 + 24 * ((k + 0.6 * t) % 7), mix(ground, ink, 0.2), 3)
            for k, line in enumerate(lines):
                y = stage.height + 24 + 34 * k - 46 * t
                big = not line.startswith(" ")
                x, anchor = (60.0, "lm") if left else (stage.width / 2, "mm")
                stage.text(
                    x,
                    y,
                    line.strip(),
                    20 if big else 15,
                    ink if big else mix(ink, ground, 0.4),
                    anchor,
                    spacing=1,
                )
            stage.dim(ease((t - seconds + 0.9) / 0.8))

        return draw

    return build


def _cog(b: Brush, r: float, colour: str) -> None:
    c = r + 15
    teeth = max(8, round(r / 6))
    for k in range(teeth):
        a = 2 * math.pi * k / teeth
        w = math.pi / teeth * 0.55
        b.poly(
            [
                (c + (r + d) * math.cos(a + s), c + (r + d) * math.sin(a + s))
                for d, s in ((-6, -w), (11, -w * 0.7), (11, w * 0.7), (-6, w))
            ],
            colour,
        )
    b.oval(c, c, r, colour)
    b.oval(c, c, r * 0.72, mix(colour, "#000000", 0.25))
    for k in range(5):
        a = 2 * math.pi * k / 5
        b.line([(c, c), (c + r * 0.74 * math.cos(a), c + r * 0.74 * math.sin(a))], colour, r * 0.16)
    b.oval(c, c, r * 0.22, colour)
    b.oval(c, c, r * 0.1, "#0f2a33")


def _coast(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 760, 460, "#a9d6d8")
    for k in range(5):
        edge = 250 - 14 * k + wobble(rng, 460, 150) * 60
        if k == 0:
            home = edge
    for ring in range(4, -1, -1):
        tone = mix("#f1e8cf", "#a9d6d8", ring * 0.22)
        b.poly([(760, 0), *((home[y] - ring * 12, y) for y in range(0, 460, 4)), (760, 460)], tone)
    for _ in range(70):
        x, y = rng.uniform(300, 740), rng.uniform(10, 450)
        if x > home[int(y)] + 24:
            b.poly([(x - 8, y), (x, y - 13), (x + 8, y)], "#cdbf9a")
            b.poly([(x, y - 13), (x + 8, y), (x + 1, y)], "#b3a47c")
    b.oval(560, 300, 46, "#a9d6d8", 18)
    for k in range(1, 10):
        b.line([(k * 80, 0), (k * 80, 460)], "#9ccbcf" if k < 3 else "#e6dabb", 1)
    for k in range(1, 6):
        b.line([(0, k * 80), (760, k * 80)], "#9ccbcf", 1)


def _parchment(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 760, 560, "#e3cd9c")
    for _ in range(160):
        x, y, r = rng.uniform(0, 760), rng.uniform(0, 560), rng.uniform(6, 40)
        b.oval(x, y, r, mix("#e3cd9c", "#a97f45", rng.uniform(0.03, 0.12)), r * 0.7)
    for k in range(16):
        a = math.pi * k / 8
        b.line([(380, 280), (380 + 600 * math.cos(a), 280 + 600 * math.sin(a))], "#c9ab70", 1)
    for side in (0, 1):
        edge = 96 + wobble(rng, 760, 170) * 62
        land = [(x, edge[x] if side == 0 else 560 - edge[x]) for x in range(0, 760, 4)]
        b.poly([(0, 560 * side), *land, (760, 560 * side)], "#c79f5d")
        b.line(land, "#6f4a26", 3)
        for _ in range(26):
            x = int(rng.integers(10, 740))
            y = (edge[x] - rng.uniform(14, 70)) if side == 0 else (560 - edge[x] + rng.uniform(20, 70))
            b.line([(x - 9, y), (x, y - 14), (x + 9, y)], "#6f4a26", 1.6)
    for x, y in ((300, 250), (520, 330), (610, 240)):
        b.line([(x - 20, y), (x - 10, y - 6), (x, y), (x + 10, y - 6), (x + 20, y)], "#8c6b3c", 1.6)


def _rose(b: Brush) -> None:
    b.ring(55, 55, 46, "#6f4a26", 2)
    for k in range(8):
        a, long = math.pi * k / 4, 52 if k % 2 == 0 else 34
        tip = (55 + long * math.cos(a), 55 + long * math.sin(a))
        for s, tone in ((0.35, "#8c2f25"), (-0.35, "#f3e3bf")):
            b.poly([(55, 55), (55 + 14 * math.cos(a + s), 55 + 14 * math.sin(a + s)), tip], tone)


def _little_ship(b: Brush) -> None:
    b.poly([(6, 32), (44, 32), (37, 42), (13, 42)], "#4a2f1b")
    b.line([(25, 32), (25, 4)], "#4a2f1b", 2)
    b.poly([(27, 6), (27, 28), (42, 26)], "#fdf4dc")
    b.poly([(23, 8), (23, 28), (10, 27)], "#fdf4dc")


def _along(route: Sequence[Point], place: float) -> Point:
    k = min(int(place), len(route) - 2)
    part = place - k
    (x0, y0), (x1, y1) = route[k], route[k + 1]
    return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part + 22 * math.sin(math.pi * part) * (1 if k % 2 else -1)

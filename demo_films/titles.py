"""Everything written: leaders, title cards, intertitles, end cards. Each film has a hand of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .nature import Rng
from .reel import Build, Draw
from .stage import Brush, Colour, Easel, Stage, ease, mix, rgb


def countdown(style: str, label: str) -> Build:
    """Return a leader: black, then a countdown; `style` is "clock", "corner", "tram" or "space"."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        def draw(stage: Stage, t: float) -> None:
            dark = seconds * 0.3
            if t < dark:
                stage.box(0, 0, stage.width, stage.height, "#050505")
                if t > dark * 0.6:
                    stage.text(stage.width * 0.5, stage.height * 0.9, label, 15, "#4a4a4a", spacing=3)
                return
            left = (seconds - t) / (seconds - dark)
            number, within = divmod((1 - left) * 3, 1)
            _COUNTERS[style](stage, str(3 - int(min(number, 2))), within)

        return draw

    return build


def _clock(stage: Stage, number: str, share: float) -> None:
    x, y = stage.width / 2, stage.height / 2
    stage.box(0, 0, stage.width, stage.height, "#bdbdbd")
    turn = 2 * math.pi * share - math.pi / 2
    steps = [2 * math.pi * share * i / 24 - math.pi / 2 for i in range(25)]
    stage.poly([(x, y), *((x + 500 * math.cos(a), y + 500 * math.sin(a)) for a in steps)], "#8f8f8f")
    stage.line([(0, y), (stage.width, y)], "#2a2a2a", 2)
    stage.line([(x, 0), (x, stage.height)], "#2a2a2a", 2)
    stage.line([(x, y), (x + 500 * math.cos(turn), y + 500 * math.sin(turn))], "#2a2a2a", 3)
    for r in (170, 190):
        stage.ring(x, y, r, "#f2f2f2", 4)
    stage.text(x, y, number, 210, "#1c1c1c")


def _corner(stage: Stage, number: str, share: float) -> None:
    stage.box(0, 0, stage.width, stage.height, "#141414")
    for i in range(7):
        lit = i / 7 < share
        stage.box(60 + i * 70, 320, 52, 14, "#d8d8d8" if lit else "#3a3a3a", radius=3)
    stage.text(120, 190, number, 170, "#e8e8e8")
    stage.text(215, 150, "REEL ONE", 30, "#9a9a9a", "lm", spacing=6)
    stage.text(215, 200, "G.P.O. FILM UNIT", 24, "#777777", "lm", spacing=3)
    stage.line([(215, 235), (215 + 320 * share, 235)], "#9a9a9a", 3)


def _tram(stage: Stage, number: str, share: float) -> None:
    stage.box(0, 0, stage.width, stage.height, "#e4ded0")
    for i in range(-2, 16):
        x = i * 60 + share * 60
        stage.poly([(x, 0), (x + 30, 0), (x - 30, 60), (x - 60, 60)], "#3b332b")
        stage.poly([(x, 390), (x + 30, 390), (x + 90, 450), (x + 60, 450)], "#3b332b")
    stage.oval(300, 225, 108, "#3b332b")
    stage.text(300, 222, number, 150, "#f4eee0")


def _space(stage: Stage, number: str, share: float) -> None:
    stage.box(0, 0, stage.width, stage.height, "#10243f")
    for i, tint in enumerate(("#e4572e", "#f3a712", "#a8c686", "#669bbc")):
        stage.box(0, 60 + i * 26, stage.width * (0.25 + 0.75 * ease(share + i * 0.1)), 18, tint)
    stage.text(70, 300, f"T - 0{number}", 110, "#f1e9da", "lm")
    stage.text(74, 390, "MANNED FLIGHT FILM OFFICE", 19, "#8fa8c4", "lm", spacing=4)


_COUNTERS = {"clock": _clock, "corner": _corner, "tram": _tram, "space": _space}


def card(words: str, *, style: str, kicker: str = "", foot: str = "") -> Build:
    """Return a card of one or more lines; the style sets frame, place and ornament."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        ground, paper = easel.stage(), _CARDS[style]
        paper(ground, words.split("\n"), kicker, foot)

        def draw(stage: Stage, t: float) -> None:
            stage.image.paste(ground.image)
            soft = min(0.5, seconds * 0.15)
            stage.dim(1 - min(ease(t / soft), ease((seconds - t) / soft)))

        return draw

    return build


def _rope(brush: Stage, lines: Sequence[str], kicker: str, foot: str) -> None:
    """A sailor's card: a rope round the edge, an anchor under the words."""
    w, h = brush.width, brush.height
    brush.box(0, 0, w, h, "#0c0e10")
    for i in range(0, 2 * (w + h - 120), 11):
        x, y = _around(i, 30, 30, w - 60, h - 60)
        brush.oval(x, y, 5.5, "#b9b2a0")
        brush.oval(x + 1.5, y + 1, 3, "#6f6a5e")
    _write(brush, lines, w / 2, h * 0.44, 44 if len(lines) < 3 else 32, "#efe9da")
    brush.text(w / 2, h * 0.22, kicker, 18, "#a9a392", spacing=5)
    x, y = w / 2, h * 0.75
    brush.ring(x, y - 22, 7, "#b9b2a0", 3)
    brush.line([(x, y - 15), (x, y + 28)], "#b9b2a0", 4)
    brush.line([(x - 15, y - 6), (x + 15, y - 6)], "#b9b2a0", 4)
    brush.ring(x, y + 2, 26, "#b9b2a0", 4, (20, 160))
    brush.text(w / 2, h * 0.88, foot, 16, "#8a8576", spacing=2)


def _rails(brush: Stage, lines: Sequence[str], kicker: str, foot: str) -> None:
    """A railway card: rails that run to the horizon under words set to the left."""
    w, h = brush.width, brush.height
    brush.box(0, 0, w, h, "#15181d")
    brush.box(0, h * 0.66, w, 2, "#c9ccd0")
    for i in range(12):
        y = h * 0.66 + (h * 0.34) * (i / 11) ** 1.7
        half = 12 + 190 * (y - h * 0.66) / (h * 0.34)
        brush.box(w * 0.72 - half, y, 2 * half, 2 + 6 * (i / 11), "#4b5058")
    for side in (-1, 1):
        brush.line([(w * 0.72 + side * 6, h * 0.66), (w * 0.72 + side * 160, h)], "#d8dbe0", 4)
    _write(brush, lines, 56, h * 0.36, 46 if len(lines) < 3 else 32, "#f4f4f0", "lm")
    brush.text(58, h * 0.14, kicker, 17, "#9aa1ab", "lm", spacing=4)
    brush.text(58, h * 0.58, foot, 16, "#9aa1ab", "lm", spacing=2)


def _poster(brush: Stage, lines: Sequence[str], kicker: str, foot: str) -> None:
    """A city card: a light poster with a row of roofs along the foot."""
    w, h = brush.width, brush.height
    brush.box(0, 0, w, h, "#d9d2c2")
    brush.frame(22, 22, w - 44, h - 44, "#4a4036", 3)
    brush.frame(30, 30, w - 60, h - 60, "#4a4036", 1)
    x = 30.0
    for i in range(12):
        wide, tall = 34 + (i * 37) % 30, 40 + (i * 53) % 66
        brush.box(x, h - 30 - tall, wide, tall, ["#5a4f43", "#7a6d5d", "#463d34"][i % 3])
        brush.poly([(x - 2, h - 30 - tall), (x + wide / 2, h - 56 - tall), (x + wide + 2, h - 30 - tall)], "#3a322b")
        for row in range(int(tall / 18)):
            brush.box(x + wide * 0.25, h - 24 - tall + row * 18, 7, 9, "#d9d2c2")
        x += wide
        if x > w - 60:
            break
    _write(brush, lines, w / 2, h * 0.36, 50 if len(lines) < 2 else 36, "#2e2720")
    brush.text(w / 2, h * 0.16, kicker, 17, "#6d6254", spacing=6)
    brush.text(w / 2, h * 0.56, foot, 16, "#6d6254", spacing=2)


def _orbit(brush: Stage, lines: Sequence[str], kicker: str, foot: str) -> None:
    """A space-age card: a planet's edge, an orbit, words low on the right."""
    w, h = brush.width, brush.height
    brush.box(0, 0, w, h, "#0b1524")
    brush.oval(w * 0.12, h * 0.2, 190, "#1d4e89")
    brush.oval(w * 0.08, h * 0.16, 176, "#2a6db0")
    for r, tint in ((240, "#33506f"), (330, "#253e5a"), (430, "#1a2e46")):
        brush.ring(w * 0.12, h * 0.2, r, tint, 2)
    brush.oval(w * 0.12 + 330 * math.cos(0.55), h * 0.2 + 330 * math.sin(0.55), 10, "#f3a712")
    _write(brush, lines, w - 44, h * 0.66, 50 if len(lines) < 2 else 34, "#f6efe0", "rm")
    brush.text(w - 46, h * 0.52 - 16 * (len(lines) - 1), kicker, 17, "#f3a712", "rm", spacing=4)
    brush.text(w - 46, h * 0.9, foot, 15, "#7f97b2", "rm", spacing=2)


_CARDS = {"rope": _rope, "rails": _rails, "poster": _poster, "orbit": _orbit}


def _around(run: float, x: float, y: float, w: float, h: float) -> tuple[float, float]:
    """Return the point `run` points along the outline of a rectangle."""
    for long, dx, dy in ((w, 1, 0), (h, 0, 1), (w, -1, 0), (h, 0, -1)):
        if run <= long:
            return x + dx * run, y + dy * run
        x, y, run = x + dx * long, y + dy * long, run - long
    return x, y


def _write(
    brush: Brush, lines: Sequence[str], x: float, y: float, size: float, colour: Colour, anchor: str = "mm"
) -> None:
    top = y - (len(lines) - 1) * size * 0.65
    dark = sum(rgb(colour)) > 380  # light words have a shadow
    for i, line in enumerate(lines):
        if dark:
            brush.text(x + 2, top + i * size * 1.3 + 2, line, size, mix(colour, "#000000", 0.75), anchor, spacing=1.5)
        brush.text(x, top + i * size * 1.3, line, size, colour, anchor, spacing=1.5)

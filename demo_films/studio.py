"""The people who speak in the two documentaries, each in a place, a framing and a light of their own."""

from __future__ import annotations

import math

from PIL import ImageFilter

from .life import Flock
from .nature import Rng, Sea, sky
from .reel import Build, Draw
from .stage import Brush, Easel, Sprite, Stage, ease


def historian(words: tuple[str, str] | None = None, *, near: bool = False) -> Build:
    """A historian at home, right of the middle, books and a lamp out of focus behind her."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        room = _soft(easel, easel.paint(820, 360, _library, rng), 2.6)
        body = easel.paint(330, 220, _historian_body)
        head = {look: easel.paint(190, 220, _historian_head, *look) for look in _LOOKS}
        glow = easel.paint(
            200,
            200,
            _lamp_glow,
            blur=6,
        )
        label = words and easel.paint(330, 64, _label_modern, *words)

        def draw(stage: Stage, t: float) -> None:
            pan = 20 + 3.0 * t
            stage.put(room, -pan - (40 if near else 0), 0)
            stage.centre(glow, 128 - pan * 0.9, 96)
            sway, nod = 5 * math.sin(0.9 * t) + 2 * math.sin(2.1 * t), 3 * math.sin(1.7 * t)
            x, y = (300, 150) if near else (330, 168)
            stage.put(body, x - 76 + 0.5 * sway, y + 40 + 0.4 * nod)
            stage.put(head[_look(t, 0.0)], x + sway, y - 120 + nod)
            hand = max(0.0, math.sin(0.8 * t + 0.5))
            hx, hy = x + 170 + 26 * math.sin(1.9 * t), y + 196 - 74 * hand
            stage.line([(x + 214, 372), (hx + 12, hy + 26)], "#2f6f73", 34)
            stage.oval(hx, hy + 6, 18, "#9a6443", 21)
            for k in range(4):
                stage.line([(hx - 12 + 8 * k, hy), (hx - 18 + 11 * k, hy - 22)], "#9a6443", 7)
            if label:
                _slide(stage, label, t, seconds, 34, 268)

        return draw

    return build


def captain(words: tuple[str, str] | None = None, *, evening: bool = False) -> Build:
    """An old captain on the quay, close and left of the middle, the open sea and gulls behind him."""

    def build(easel: Easel, rng: Rng, seconds: float) -> Draw:
        stops = [(0, "#586d9c"), (0.6, "#e59c7c"), (1, "#f8d2a0")] if evening else [(0, "#8fbfdd"), (1, "#e8f2ee")]
        far = sky(easel, rng, 620, 230, stops, clouds=12)
        sea = Sea(
            easel,
            rng,
            190,
            330,
            "#7fa9b0" if not evening else "#b58a86",
            "#27566a",
            light="#ffffff",
            swell=0.8,
        )
        mast = easel.paint(150, 230, _fishing_mast)
        rail = easel.paint(520, 90, _railing)
        body = easel.paint(420, 190, _captain_body)
        head = {look: easel.paint(240, 280, _captain_head, *look) for look in _LOOKS}
        gulls = Flock.of(rng, 5, (-100, 30, 480, 130), 22, 11)
        label = words and easel.paint(330, 58, _label_tv, *words)

        def draw(stage: Stage, t: float) -> None:
            stage.put(far, -40 - 3 * t, 0)
            sea.draw(stage, t, 8 * t)
            stage.put(mast, 330 + 5 * math.sin(0.7 * t), 60 + 5 * math.sin(1.1 * t))
            gulls.draw(stage, t, "#f8f8f4" if not evening else "#4b3b4c")
            stage.put(rail, -20, 282)
            sway, nod = 4 * math.sin(0.7 * t + 1) + 3 * math.sin(1.6 * t), 4 * math.sin(1.3 * t)
            stage.put(body, -60 + 0.4 * sway, 232 + 0.4 * nod)
            stage.put(head[_look(t, 2.0)], 34 + sway, 16 + nod)
            if label:
                _slide(stage, label, t, seconds, 130, 276)

        return draw

    return build


_LOOKS = tuple((mouth, eyes) for mouth in range(3) for eyes in (True, False))


def _look(t: float, offset: float) -> tuple[int, bool]:
    """Return how far a speaker's mouth is open (0-2) and whether the eyes are."""
    speech = math.sin(13 * t + offset) + math.sin(7.3 * t + 2 * offset) + 0.8 * math.sin(2.1 * t)
    return (2 if speech > 0.9 else 1 if speech > -0.4 else 0), (t + offset) % 3.1 > 0.16


def _soft(easel: Easel, sprite: Sprite, radius: float) -> Sprite:
    return Sprite(sprite.image.filter(ImageFilter.GaussianBlur(radius)))


def _slide(stage: Stage, label: Sprite, t: float, seconds: float, x: float, y: float) -> None:
    """Let a name slide in from the left after half a second and leave before the end."""
    shown = min(ease((t - 0.5) / 0.7), ease((seconds - 0.6 - t) / 0.5))
    if shown > 0:
        stage.put(label, x - (1 - shown) * (x + label.width), y)


def _label_modern(b: Brush, name: str, role: str) -> None:
    b.box(0, 0, 6, 58, "#ff6b4a")
    b.box(6, 0, 318, 58, "#10222b", alpha=215)
    b.text(22, 20, name, 23, "#ffffff", "lm")
    b.text(22, 44, role, 14, "#9fd3d0", "lm", spacing=0.6)


def _label_tv(b: Brush, name: str, role: str) -> None:
    b.box(0, 4, 328, 28, "#f2c230")
    b.box(24, 32, 304, 22, "#123a7a")
    b.text(12, 18, name.upper(), 20, "#12264d", "lm", spacing=1)
    b.text(36, 43, role, 13, "#ffffff", "lm")


def _lamp_glow(b: Brush) -> None:
    for k in range(11):
        b.oval(100, 100, 96 - 8 * k, "#ffd890", alpha=18 + 9 * k)


def _library(b: Brush, rng: Rng) -> None:
    b.box(0, 0, 820, 360, "#3d2f2a")
    tones = ("#b5533c", "#d9a441", "#4f7c7a", "#2f4858", "#8a9a5b", "#c9b79c", "#7b3f4a", "#e2d4b7")
    for row in range(4):
        y = 8 + row * 88
        x = 6.0
        while x < 806:
            if rng.random() < 0.07:
                b.oval(x + 16, y + 58, 14, "#d8c8a8", 18)
                x += 38
                continue
            wide, tall = rng.uniform(9, 22), rng.uniform(54, 76)
            b.box(x, y + 78 - tall, wide, tall, tones[int(rng.integers(0, 8))])
            b.box(x + wide * 0.3, y + 84 - tall, wide * 0.4, 5, "#f0e2bd")
            x += wide + 1
        b.box(0, y + 78, 820, 9, "#241a17")
    b.box(108, 96, 60, 46, "#ffe6b0", 6)
    b.box(132, 140, 10, 60, "#b98b4a")
    for k in range(9):
        a = -2.6 + k * 0.26
        b.line([(690, 300), (690 + 90 * math.cos(a), 300 + 120 * math.sin(a))], "#4f8a5b", 9)
    b.poly([(664, 296), (716, 296), (708, 350), (672, 350)], "#c2673f")


def _historian_body(b: Brush) -> None:
    b.poly([(10, 220), (40, 96), (110, 52), (214, 52), (284, 96), (322, 220)], "#2f6f73")
    b.poly([(112, 54), (160, 140), (210, 54)], "#f2e6d0")
    b.poly([(128, 10), (196, 10), (202, 70), (160, 96), (122, 70)], "#8a5638")
    b.line([(118, 62), (160, 128), (206, 62)], "#e5b94e", 3)
    b.oval(160, 132, 7, "#e5b94e")


def _historian_head(b: Brush, mouth: int, eyes: bool) -> None:
    skin, hair = "#a56b48", "#1f1715"
    for k in range(26):
        a = math.pi * 2 * k / 26
        b.oval(88 + 62 * math.cos(a), 84 + 66 * math.sin(a) - 6, 24, hair)
    b.oval(88, 100, 52, skin, 66)
    for k in range(9):
        b.oval(44 + k * 11, 46 - 12 * math.sin(math.pi * k / 8), 15, hair)
    for x in (66, 112):
        b.ring(x, 98, 18, "#d9a441", 3)
        if eyes:
            b.oval(x, 98, 9, "#ffffff", 7)
            b.oval(x + 1, 98, 5, "#2a1a12")
        else:
            b.line([(x - 9, 99), (x + 9, 99)], "#5e3924", 3)
        b.line([(x - 14, 76), (x, 71), (x + 14, 76)], hair, 4)
    b.line([(84, 97), (94, 97)], "#d9a441", 3)
    b.line([(90, 102), (86, 122), (94, 124)], "#84502f", 3)
    b.oval(90, 143, 17, "#7c2f33", 3 + 5 * mouth)
    if mouth:
        b.box(78, 140 - 2 * mouth, 24, 3 + mouth, "#ffffff", 1)
    for x in (36, 142):
        b.oval(x, 128, 5, "#e5b94e")
    b.oval(56, 124, 10, "#b67a52", 7)
    b.oval(124, 124, 10, "#b67a52", 7)


def _fishing_mast(b: Brush) -> None:
    b.poly([(0, 170), (150, 160), (130, 220), (16, 220)], "#c9413a")
    b.line([(0, 171), (150, 161)], "#ffffff", 5)
    b.box(50, 124, 56, 44, "#f4f1e6", 3)
    for x in (56, 80):
        b.box(x, 132, 18, 15, "#54758a")
    b.line([(36, 168), (36, 8)], "#7a5a3c", 5)
    b.line([(36, 14), (148, 162)], "#6b6257", 1)
    b.line([(36, 14), (4, 168)], "#6b6257", 1)
    b.poly([(39, 20), (66, 30), (39, 40)], "#f2c230")


def _railing(b: Brush) -> None:
    b.box(0, 8, 520, 8, "#e9e6dc")
    b.box(0, 42, 520, 6, "#d3d0c6")
    for x in range(20, 520, 76):
        b.box(x, 8, 8, 82, "#d9d6cc")
    b.box(0, 76, 520, 14, "#8f887b")
    b.oval(430, 46, 30, "#d9552f")
    b.oval(430, 46, 17, "#9db8bd")


def _captain_body(b: Brush) -> None:
    b.poly([(0, 190), (30, 84), (130, 40), (300, 40), (392, 84), (420, 190)], "#1f2f4d")
    b.poly([(150, 42), (212, 150), (280, 42)], "#c9cdd2")
    for k in range(5):
        b.line([(164 + 10 * k, 58 + 18 * k), (266 - 10 * k, 58 + 18 * k)], "#2b4a7a", 5)
    b.poly([(130, 40), (180, 190), (120, 190), (90, 60)], "#17243c")
    b.poly([(300, 40), (250, 190), (310, 190), (340, 60)], "#17243c")
    for y in (120, 156):
        b.oval(162, y, 7, "#e2b74a")
        b.oval(270, y, 7, "#e2b74a")


def _captain_head(b: Brush, mouth: int, eyes: bool) -> None:
    skin, beard = "#e0a883", "#f0eee8"
    b.oval(58, 150, 16, "#cf9470", 22)
    b.oval(182, 150, 16, "#cf9470", 22)
    b.oval(120, 146, 64, skin, 84)
    for k in range(17):
        a = math.pi * k / 16
        b.oval(120 + 62 * math.cos(a), 168 + 74 * math.sin(a), 24, beard)
    b.oval(120, 206, 46, beard, 50)
    b.oval(120, 192, 19, "#6d2b2b", 3 + 6 * mouth)
    if mouth:
        b.box(106, 188 - 3 * mouth, 28, 4 + mouth, "#fdfaf2", 2)
    for side in (-1, 1):
        b.poly([(120, 168), (120 + side * 52, 176), (120 + side * 44, 192), (120, 184)], "#fbfaf6")
        x = 120 + side * 27
        if eyes:
            b.oval(x, 132, 11, "#ffffff", 8)
            b.oval(x - 2, 132, 6, "#3b6a8f")
            b.oval(x - 2, 132, 3, "#10181f")
        else:
            b.line([(x - 11, 133), (x + 11, 133)], "#a86f50", 3)
        b.line([(x - 15, 115), (x, 108), (x + 15, 114)], "#ffffff", 7)
        b.oval(120 + side * 38, 156, 14, "#d98f70", 9)
    b.oval(120, 156, 15, "#cf8765", 18)
    b.poly([(44, 92), (56, 40), (186, 40), (198, 92)], "#17243c")
    b.oval(121, 42, 74, "#22345a", 22)
    b.box(44, 76, 154, 20, "#0f1a2e")
    b.oval(121, 100, 76, "#0a1220", 12)
    b.ring(121, 62, 13, "#e2b74a", 4)
    b.oval(121, 62, 6, "#e2b74a")

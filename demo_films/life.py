"""Birds on the wing and people on foot."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .nature import Rng
from .stage import Brush, Colour, Stage, mix


@dataclass(frozen=True, slots=True)
class Flock:
    """Birds on their way: each has a place, a speed, a size and a rhythm of its own."""

    birds: tuple[tuple[float, float, float, float, float], ...]

    @classmethod
    def of(cls, rng: Rng, count: int, box: tuple[float, float, float, float], speed: float, size: float) -> Flock:
        """Return `count` birds spread over (left, top, right, bottom)."""
        left, top, right, bottom = box
        return cls(
            tuple(
                (
                    rng.uniform(left, right),
                    rng.uniform(top, bottom),
                    speed * rng.uniform(0.7, 1.3),
                    size * rng.uniform(0.6, 1.3),
                    rng.uniform(0, 6),
                )
                for _ in range(count)
            )
        )

    def draw(self, stage: Stage, t: float, colour: Colour, shift: float = 0.0, lift: float = 0.0) -> None:
        """Draw the flock at time `t`, the camera having moved right by `shift` and up by `lift`."""
        for x, y, speed, size, phase in self.birds:
            px = x + speed * t - shift
            if not -30 < px < stage.width + 30:
                continue
            py = y + lift + 9 * math.sin(0.8 * t + phase)
            flap = math.sin(6.5 * t + phase) * 0.55
            wing = [
                (px - size, py - size * flap * 0.9),
                (px - size * 0.5, py - size * (0.28 + flap * 0.5)),
                (px, py),
                (px + size * 0.5, py - size * (0.28 + flap * 0.5)),
                (px + size, py - size * flap * 0.9),
            ]
            stage.line(wing, colour, max(1.0, size * 0.2))
            stage.oval(px, py + size * 0.03, size * 0.24, colour, size * 0.1)


def walker(
    brush: Brush,
    x: float,
    y: float,
    tall: float,
    step: float,
    coat: Colour,
    *,
    hat: str = "cap",
    way: int = 1,
) -> None:
    """Draw somebody walking, feet at (x, y); `step` is the phase of the stride, `way` 1 (right) or -1."""
    dark = mix(coat, "#000000", 0.45)
    hip, swing = y - tall * 0.42, math.sin(step) * tall * 0.17
    for leg in (swing, -swing):
        lift = max(0.0, math.cos(step) * (1 if leg == swing else -1)) * tall * 0.05
        brush.line([(x, hip), (x + leg * 0.6, y - tall * 0.2), (x + leg, y - lift)], dark, tall * 0.075)
    skirt = tall * (0.15 if hat == "bonnet" else 0.1)
    brush.poly(
        [
            (x - tall * 0.08, y - tall * 0.8),
            (x + tall * 0.08, y - tall * 0.8),
            (x + skirt, y - tall * (0.2 if hat == "bonnet" else 0.36)),
            (x - skirt, y - tall * (0.2 if hat == "bonnet" else 0.36)),
        ],
        coat,
    )
    arm = -swing * 0.9
    brush.line([(x, y - tall * 0.75), (x + arm, y - tall * 0.48)], mix(coat, "#000000", 0.2), tall * 0.06)
    brush.oval(x + way * tall * 0.01, y - tall * 0.88, tall * 0.075, "#e2bd9a")
    top = y - tall * 0.93
    if hat == "top":
        brush.box(x - tall * 0.06, top - tall * 0.12, tall * 0.12, tall * 0.13, dark)
        brush.box(x - tall * 0.11, top, tall * 0.22, tall * 0.025, dark)
    elif hat == "bonnet":
        brush.oval(x - way * tall * 0.015, top, tall * 0.09, mix(coat, "#ffffff", 0.35), tall * 0.06)
    else:
        brush.oval(x, top + tall * 0.01, tall * 0.085, dark, tall * 0.045)
        brush.box(x + (0 if way > 0 else -tall * 0.11), top + tall * 0.005, tall * 0.11, tall * 0.02, dark)

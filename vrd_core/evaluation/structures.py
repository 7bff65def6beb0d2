"""Plan what stands beside ordinary stretches: what is quoted twice, shots that are held, copies, films of one archive.

These films are added to those of `plan_documentaries` and take what room is left in the sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from vrd_core.errors import SettingsError
from vrd_core.evaluation.plan import (
    RATE,
    SIZES,
    Documentary,
    Piece,
    Room,
    Scene,
    Slot,
    Source,
    Stretch,
    assemble,
    find_room,
    take,
)

_HELD = (6.0, 10.0)
_REEL_STRETCHES = 2
_LIGHT = ("none", "grey", "tint", "contrast", "letterbox", "logo")


@dataclass(frozen=True, kw_only=True)
class Structures:
    """How many of each to plan."""

    doubles: int = 0
    """Stretches that one documentary quotes twice: as they are, or edited in two ways."""
    held: int = 0
    """Single frames of a source that are shown for 6 to 10 seconds."""
    copies: int = 0
    """Files that are one and the same reel, byte for byte or encoded again. The reel quotes two sources."""
    badges: int = 0
    """Films without reuse that share a burned-in logo and a running timecode."""

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        if min(values.values()) < 0 or self.copies == 1:
            raise SettingsError(f"Structures are counts from 0, copies 0 or from 2. Received: {values}.")


def plan_structures(
    sources: Sequence[Source], room: Room, wanted: Structures, *, seed: int, shortest: float, longest: float
) -> list[Documentary]:
    """Return the films that hold what is wanted, as far as `room` allows; what they take leaves `room`."""
    rng = np.random.default_rng([seed, 1])
    # Room runs out from the most wanted on: a reel first, for all its copies need it.
    reel, quoted = _plan_reel(sources, room, wanted.copies, shortest, longest, rng)
    mixed: list[list[Stretch]] = [[], []]
    for n, slot in enumerate(quoted):
        mixed[n % 2].append(take(f"q{n + 1:02d}", slot, (str(rng.choice(_LIGHT)),), shortest, rng))
    for n in range(wanted.doubles):
        second = "none" if n % 2 else str(rng.choice(_LIGHT[1:]))
        seconds = float(rng.uniform(min(longest, shortest + 0.5), min(longest, shortest + 5)))
        found = find_room(sources, room, seconds, [("none",), (second,)], rng)
        if found is not None:
            for letter, edits in zip("ab", found.edits, strict=True):
                mixed[n // 2 % 2].append(take(f"d{n + 1:02d}{letter}", found, edits, shortest, rng, kind="double"))
    for n in range(wanted.held):
        found = find_room(sources, room, 1.0, [("none",)], rng)
        if found is not None:
            held = Piece(found.source, found.start + 0.5, 1.0, int(rng.uniform(*_HELD) * RATE), held=True)
            mixed[n % 2].append(Stretch(f"h{n + 1:02d}", ("none",), (held,), 0.5, 0.5, _seed(rng), kind="held"))
    films = [assemble(f"documentaries/mixed_{n}.mp4", n, part, rng) for n, part in enumerate(mixed, 1) if part]
    badges = [assemble(f"documentaries/badge_{n}.mp4", 0, [], rng, badge=True) for n in range(1, wanted.badges + 1)]
    return [*films, *reel, *badges]


def _plan_reel(
    sources: Sequence[Source], room: Room, copies: int, shortest: float, longest: float, rng: np.random.Generator
) -> tuple[list[Documentary], list[Slot]]:
    """Return the reel with the names of its copies, and the stretches of sources that it quotes."""
    if not copies:
        return [], []
    slots = []
    for _ in range(_REEL_STRETCHES):
        seconds = float(rng.uniform(min(longest, shortest + 2), min(longest, shortest + 5)))
        slot = find_room(sources, room, seconds, [("none",)], rng)
        if slot is not None:
            slots.append(slot)
    parts: list[Scene | Stretch] = [_own(rng)]
    for n, slot in enumerate(slots):
        parts += [take(f"r{n + 1:02d}", slot, ("none",), shortest, rng, kind="reel"), _own(rng)]
    names = [f"copies/reel_{n:02d}.mp4" for n in range(1, copies + 1)]
    return [Documentary(names[0], SIZES[0], tuple(parts), copies=tuple(names[1:]))], slots


def _own(rng: np.random.Generator) -> Scene:
    return Scene("own", int(rng.uniform(5, 8) * RATE), _seed(rng))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 2**31))

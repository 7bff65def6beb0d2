"""Decide which stretches of which sources go where, and derive the truth: no film is touched here.

A *slot* is a stretch of source taken by one or two documentaries, never by the same one twice and never by a third;
slots do not overlap, so no second of a source is planted more than twice, and what two documentaries share is
always a whole stretch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vrd_core.errors import SettingsError
from vrd_core.evaluation.edits import DISSOLVE_SECONDS, EDITS, FREEZE_SECONDS, LAYERED_EDITS, SECOND_EDITS
from vrd_core.evaluation.scenery import title_words
from vrd_core.evaluation.truth import Reuse

RATE = 25
"""Frames per second of the documentaries."""

_STEP = 0.5
_TRIM = 1.0
SIZES = ((384, 288), (512, 288))
"""Width and height of the documentaries, in turn."""

Room = dict[int, list[tuple[float, float]]]
"""The stretches of each source, by its place among them, that are still free."""


@dataclass(frozen=True)
class Source:
    """A film to take stretches from."""

    name: str
    """Path relative to the library, with forward slashes."""
    path: Path
    seconds: float
    dull: npt.NDArray[np.bool_]
    """For every half second: near-single-colour, or the same to look at as some seconds before or after."""

    def usable(self, start: float, end: float) -> bool:
        """Tell whether [start, end] shows something whose offset can be told."""
        if start < 0 or end > self.seconds:
            return False
        return float(self.dull[int(start / _STEP) : max(1, int(np.ceil(end / _STEP)))].mean()) <= 0.3


@dataclass(frozen=True)
class Piece:
    """Contiguous film of one source: shown for `frames` frames from `start` on."""

    source: Source
    start: float
    speed: float
    frames: int
    held: bool = False
    """One frame is held: the freeze in the middle of a stretch."""

    @property
    def end(self) -> float:
        """Second of the source where it stops."""
        return self.start + (0 if self.held else self.frames / RATE * self.speed)


@dataclass(frozen=True)
class Stretch:
    """A planted stretch: its pieces in the order of the documentary."""

    name: str
    edits: tuple[str, ...]
    pieces: tuple[Piece, ...]
    x: float
    y: float
    seed: int
    kind: str = ""
    """What it is beside an ordinary stretch: "double", "held" or "reel"."""

    @property
    def frames(self) -> int:
        """Length in the documentary."""
        return sum(piece.frames for piece in self.pieces)


@dataclass(frozen=True)
class Scene:
    """What is nowhere else: "leader" (black), "title" or "own" (a landscape the camera moves over)."""

    kind: str
    frames: int
    seed: int
    text: str = ""


@dataclass(frozen=True)
class Documentary:
    """One film to render."""

    name: str
    size: tuple[int, int]
    parts: tuple[Scene | Stretch, ...]
    copies: tuple[str, ...] = ()
    """Other files that are the same film."""
    badge: bool = False
    """It carries the logo and the running timecode that others carry too."""

    @property
    def frames(self) -> int:
        """Length in frames."""
        return sum(part.frames for part in self.parts)


@dataclass
class Slot:
    """A stretch of a source with the edits of each use of it."""

    source: Source
    start: float
    seconds: float
    edits: list[tuple[str, ...]]


def plan_documentaries(
    sources: Sequence[Source],
    *,
    seed: int,
    documentaries: int,
    stretches: int,
    shortest: float,
    longest: float,
    edits: Sequence[str],
    at_once: int = 2,
    badges: int = 0,
    room: Room | None = None,
) -> list[Documentary]:
    """Return documentaries that together hold `stretches` planted stretches, or as many as the sources have room for.

    `shortest` and `longest` are seconds of documentary, per contiguous piece and per stretch; every edit of `edits`
    comes about equally often. With `at_once` 3 more of them carry a second edit, and some a third. The first `badges`
    documentaries carry one logo and a running timecode. What is taken of the sources leaves `room`.
    """
    unknown = sorted(set(edits) - set(EDITS))
    if unknown or not edits:
        raise SettingsError(f"edits must be among {', '.join(EDITS)}. Received: {', '.join(unknown) or 'none'}.")
    if not 1.0 <= shortest <= longest:
        raise SettingsError(f"shortest must be 1 s or more and longest no less. Received: {shortest} and {longest}.")
    if documentaries < 2 and stretches:
        raise SettingsError(
            f"documentaries must be 2 or more, because a stretch may go into two. Received: {documentaries}."
        )
    rng = np.random.default_rng(seed)
    if at_once not in (2, 3):
        raise SettingsError(f"at_once must be 2 or 3, the most edits that a stretch carries. Received: {at_once}.")
    rows = _draw_edits(rng, edits, stretches) if at_once == 2 else _layer_edits(rng, edits, stretches)
    slots = _take_slots(sources, rows, shortest, longest, rng, whole_room(sources) if room is None else room)
    takes: list[list[Stretch]] = [[] for _ in range(documentaries)]
    number = 0
    for slot in slots:
        fullness = np.array([sum(s.frames for s in taken) for taken in takes]) + rng.random(documentaries)
        for row, place in zip(slot.edits, np.argsort(fullness), strict=False):
            number += 1
            takes[place].append(take(f"s{number:03d}", slot, row, shortest, rng))
    return [
        assemble(f"documentaries/documentary_{n}.mp4", n, taken, rng, badge=n <= badges)
        for n, taken in enumerate(takes, 1)
    ]


def whole_room(sources: Sequence[Source]) -> Room:
    """Return the room of sources of which nothing is taken yet."""
    return {n: [(0.0, source.seconds)] for n, source in enumerate(sources)}


def truth_of(documentaries: Sequence[Documentary]) -> list[Reuse]:
    """Return one row per contiguous piece: source with documentary, and documentary with documentary.

    Copies of a film share it from end to end, and each has every row that the film has. A held frame is a box: the
    seconds that it is shown, and the whole source. Its edit begins with "held", and such rows are neither missed nor
    false (`evaluate`): many seconds of the shot may look like the one that is held.
    """
    planted: list[tuple[Reuse, Documentary, Stretch]] = []
    for documentary in documentaries:
        place = 0
        for part in documentary.parts:
            if isinstance(part, Stretch):
                planted += [(row, documentary, part) for row in _rows(part, documentary.name, place)]
            place += part.frames
    rows = [row for row, _, _ in planted]
    for n, (one, in_one, by_one) in enumerate(planted):
        for two, in_two, by_two in planted[n + 1 :]:
            if one.video_a == two.video_a and in_one is not in_two:
                start, end = max(one.start_a, two.start_a), min(one.end_a, two.end_a)
                if end - start > 0:
                    sides = []
                    for row, by in ((one, by_one), (two, by_two)):
                        # Each picture of a held shot is beside the whole of what it is held from.
                        whole = by.kind == "held"
                        sides.append((row.start_b, row.end_b) if whole else (row.at(start), row.at(end)))
                    kind = "held+shared" if "held" in (by_one.kind, by_two.kind) else "shared"
                    rows.append(
                        Reuse(
                            one.video_b,
                            *sides[0],
                            two.video_b,
                            *sides[1],
                            edit=f"{kind}+{'+'.join(by_one.edits)} / {'+'.join(by_two.edits)}",
                            stretch=f"{by_one.name}/{by_two.name}",
                        )
                    )
    for documentary in documentaries:
        rows += _rows_of_copies(rows, documentary)
    return sorted((row.ordered() for row in rows), key=lambda r: (r.video_a, r.start_a, r.video_b, r.start_b))


def _rows(stretch: Stretch, name: str, place: int) -> list[Reuse]:
    """Return source-to-documentary rows; of a dissolve only where the source is the stronger picture."""
    rows = []
    hidden = DISSOLVE_SECONDS / 2 if "dissolve" in stretch.edits else 0.0
    edit = "+".join((stretch.kind, *stretch.edits) if stretch.kind else stretch.edits)
    for piece in stretch.pieces:
        start, end = place / RATE, (place + piece.frames) / RATE
        if stretch.kind == "held":
            rows.append(Reuse(piece.source.name, 0.0, piece.source.seconds, name, start, end, edit, stretch.name))
        elif not piece.held:
            rows.append(
                Reuse(
                    piece.source.name,
                    piece.start + hidden * piece.speed,
                    piece.end - hidden * piece.speed,
                    name,
                    start + hidden,
                    end - hidden,
                    edit,
                    stretch.name,
                )
            )
        place += piece.frames
    return rows


def _rows_of_copies(rows: Sequence[Reuse], film: Documentary) -> list[Reuse]:
    """Return what the copies of a film share with everything else, and with one another."""
    made = []
    for copy in film.copies:
        made += [replace(row, video_a=copy) for row in rows if row.video_a == film.name]
        made += [replace(row, video_b=copy) for row in rows if row.video_b == film.name]
    seconds = film.frames / RATE
    for one, two in combinations((film.name, *film.copies), 2):
        made.append(Reuse(one, 0.0, seconds, two, 0.0, seconds, edit="copy"))
    return made


def _draw_edits(rng: np.random.Generator, edits: Sequence[str], count: int) -> list[tuple[str, ...]]:
    """Deal the edits evenly; about one stretch in four gets a second, lighter one."""
    dealt: list[str] = []
    while len(dealt) < count:
        dealt += rng.permutation(list(edits)).tolist()
    rows: list[tuple[str, ...]] = []
    for name in dealt[:count]:
        second = str(rng.choice(SECOND_EDITS))
        wanted = name != "none" and second != name and second in edits and rng.random() < 0.25
        rows.append((name, second) if wanted else (name,))
    return rows


def _layer_edits(rng: np.random.Generator, edits: Sequence[str], count: int) -> list[tuple[str, ...]]:
    """Deal the edits evenly; three stretches in ten get a second one, one in ten a second and a third."""
    rows = []
    for name, *_ in _draw_edits(rng, edits, count):
        lighter = [other for other in rng.permutation(LAYERED_EDITS).tolist() if other != name]
        rows.append((name, *lighter[: int(rng.choice(3, p=(0.6, 0.3, 0.1)))]))
    return rows


def _least(edits: tuple[str, ...], shortest: float) -> float:
    """Return the seconds of source that a stretch needs at least."""
    edit = EDITS[edits[0]]
    fades = DISSOLVE_SECONDS if edit.whole == "dissolve" else 0.0
    return (shortest * edit.pieces + fades) * edit.speed + 0.1


def _take_slots(
    sources: Sequence[Source],
    rows: list[tuple[str, ...]],
    shortest: float,
    longest: float,
    rng: np.random.Generator,
    free: Room,
) -> list[Slot]:
    """Pair the edits and find room for each pair, the longest first."""
    # Pieces of two re-cut stretches would overlap by seconds only: at most one of a slot falls into pieces.
    broken = [r for r in rows if EDITS[r[0]].pieces > 1]
    whole = [r for r in rows if EDITS[r[0]].pieces == 1]
    pairs = [[r, *([whole.pop()] if whole else [])] for r in broken]
    pairs += [whole[n : n + 2] for n in range(0, len(whole), 2)]
    room = sum(source.seconds for source in sources)
    typical = max(shortest, room * 0.45 / max(1, len(pairs)))
    wanted = []
    for pair in pairs:
        least = max(_least(r, shortest) for r in pair)
        fastest = max(EDITS[r[0]].speed for r in pair)
        drawn = min(longest * fastest, typical * rng.uniform(0.6, 1.5))
        wanted.append((max(least, drawn), least, pair))
    wanted.sort(key=lambda w: -w[0])
    slots = []
    for seconds, least, pair in wanted:
        # Shortened step by step where there is no room for the length drawn.
        for length in np.linspace(seconds, least, 4):
            if (slot := find_room(sources, free, float(length), pair, rng)) is not None:
                slots.append(slot)
                break
    return [slots[n] for n in rng.permutation(len(slots))]


def find_room(
    sources: Sequence[Source],
    free: Room,
    length: float,
    pair: list[tuple[str, ...]],
    rng: np.random.Generator,
) -> Slot | None:
    """Take `length` seconds for the uses in `pair` out of what is free; None where there is no room."""
    for n in rng.permutation(len(sources)).tolist():
        for start, end in free[n]:
            for begin in np.arange(start + rng.uniform(0, 0.4), end - length, 0.25).tolist():
                if sources[n].usable(begin, begin + length):
                    free[n].remove((start, end))
                    free[n] += [(start, begin), (begin + length, end)]
                    return Slot(sources[n], begin, length, pair)
    return None


def take(
    name: str, slot: Slot, edits: tuple[str, ...], shortest: float, rng: np.random.Generator, *, kind: str = ""
) -> Stretch:
    """Cut a stretch out of a slot: the second use starts and ends up to a second inside."""
    edit = EDITS[edits[0]]
    spare = max(0.0, slot.seconds - _least(edits, shortest)) if edit.pieces == 1 else 0.0
    head, tail = rng.uniform(0, min(_TRIM, spare / 2), 2)
    start, seconds = slot.start + head, slot.seconds - head - tail
    frames = int(seconds / edit.speed * RATE)
    pieces = [Piece(slot.source, start, edit.speed, frames)]
    if edit.pieces > 1:
        least = int(shortest * RATE)
        cuts = np.sort(rng.integers(0, frames - least * edit.pieces + 1, edit.pieces - 1))
        bounds = [0, *(cuts + least * np.arange(1, edit.pieces)).tolist(), frames]
        pieces = [Piece(slot.source, start + a / RATE * edit.speed, edit.speed, b - a) for a, b in pairwise(bounds)]
        if edits[0] == "recut":
            orders = ((2, 0, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1))
            pieces = [pieces[n] for n in orders[rng.integers(len(orders))]]
        else:
            held = Piece(slot.source, pieces[1].start, 1.0, int(FREEZE_SECONDS * RATE), held=True)
            pieces.insert(1, held)
    x, y, seed = float(rng.random()), float(rng.random()), int(rng.integers(1, 2**31))
    return Stretch(name, edits, tuple(pieces), x, y, seed, kind)


def assemble(
    name: str, number: int, stretches: list[Stretch], rng: np.random.Generator, *, badge: bool = False
) -> Documentary:
    """Put stretches in some order between leaders, titles and footage of the documentary's own."""

    def scene(kind: str, shortest: float, longest: float, text: str = "") -> Scene:
        return Scene(kind, int(rng.uniform(shortest, longest) * RATE), int(rng.integers(1, 2**31)), text)

    parts: list[Scene | Stretch] = [scene("leader", 2, 4), scene("title", 3, 5, title_words(rng, 4))]
    # Without stretches: as much footage of its own as stands between eight of them.
    order: list[int | None] = [*rng.permutation(len(stretches)).tolist()] or [None] * 8
    for n, place in enumerate(order):
        parts.append(scene("own", 3, 8))
        if n % 3 == 2:
            parts += [scene("title", 3, 4, title_words(rng, 3)), scene("own", 3, 6)]
        if place is not None:
            parts.append(stretches[place])
    parts += [scene("own", 3, 6), scene("title", 3, 4, "The end of " + title_words(rng, 2)), scene("leader", 2, 4)]
    return Documentary(name, SIZES[number % len(SIZES)], tuple(parts), badge=badge)

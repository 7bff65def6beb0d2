"""The truth about the demo films, worked out from their lists of cuts: what of one is also in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from itertools import combinations

from vrd_core.evaluation.truth import Reuse

from .reel import Cut, Film

SHORTEST = 2.0
"""Seconds. Where two films quote one source and overlap by less, they are not said to share it."""


def truth_of(films: Sequence[Film], *, shortest: float = SHORTEST) -> list[Reuse]:
    """Return every reuse among the films, sorted: what was cut in, and what two took from one source."""
    found = [
        _reuse((cut.source.path, cut.start, cut.end), (film.path, begin, begin + cut.seconds), name_of(cut))
        for film in films
        for begin, cut in film.cuts()
    ]
    for one, other in combinations(films, 2):
        for begin_a, a in one.cuts():
            for begin_b, b in other.cuts():
                start, end = max(a.start, b.start), min(a.end, b.end)
                if a.source.path != b.source.path or end - start < shortest:
                    continue
                here = (one.path, begin_a + (start - a.start) / a.speed, begin_a + (end - a.start) / a.speed)
                there = (
                    other.path,
                    begin_b + (start - b.start) / b.speed,
                    begin_b + (end - b.start) / b.speed,
                )
                found.append(_reuse(here, there, f"{name_of(a)} / {name_of(b)}"))
    return sorted(found, key=astuple)


def name_of(cut: Cut) -> str:
    """Return what was done to a stretch, in words: "none", "mirror", "tint + pillarbox" …"""
    return " + ".join(cut.edits) or "none"


def _reuse(a: tuple[str, float, float], b: tuple[str, float, float], edit: str) -> Reuse:
    first, second = sorted((a, b))
    return Reuse(first[0], _cents(first[1]), _cents(first[2]), second[0], _cents(second[1]), _cents(second[2]), edit)


def _cents(seconds: float) -> float:
    return round(seconds, 2)

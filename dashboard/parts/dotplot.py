"""Two videos held against each other: neighbours gathered into cells, and the sequences as lines through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.parts.text import length
from vrd_core.project.found import Found, Sequence
from vrd_core.project.view import View
from vrd_core.text import clock, four_digits

CELLS_ALONG = 110
"""Cells along the longer side."""

Span = tuple[int, int]
"""First frame, and the one after the last."""


@dataclass(frozen=True)
class Plot:
    """What the dot plot draws."""

    cells: pd.DataFrame
    """One row per cell that holds a neighbour: its ends in seconds, and its closest pair of frames "a" and "b"."""
    lines: pd.DataFrame
    """One row per sequence, clipped to what is shown."""
    block: int
    """Frames along one side of a cell."""


def plot(view: View, a: int, b: int, spans: tuple[Span, Span], threshold: float, found: list[Sequence]) -> Plot:
    """Return cells and lines for two videos, a < b."""
    (a0, a1), (b0, b1) = spans
    block = max(1, -(-max(a1 - a0, b1 - b0) // CELLS_ALONG))
    pairs = view.neighbours.between(a, b)
    frame_a, frame_b = view.neighbours.frame_a[pairs], view.neighbours.frame_b[pairs]
    distance = view.neighbours.distance[pairs]
    inside = (frame_a >= a0) & (frame_a < a1) & (frame_b >= b0) & (frame_b < b1)
    frame_a, frame_b, distance = frame_a[inside], frame_b[inside], distance[inside]
    wide = -(-(b1 - b0) // block)
    cell = (frame_a - a0) // block * wide + (frame_b - b0) // block
    # The closest pair of each cell stands for it.
    order = np.lexsort([distance, cell])
    first = order[np.flatnonzero(np.diff(cell[order], prepend=-1))]
    frame_a, frame_b, distance, cell = frame_a[first], frame_b[first], distance[first], cell[first]
    fps = view.fps
    at_a, at_b = a0 + cell // wide * block, b0 + cell % wide * block
    passes = distance <= np.float32(threshold)
    top = max(float(distance.max(initial=0)), threshold) or 1.0
    strength = np.where(
        passes,
        1 - 0.55 * distance / max(threshold, 1e-9),
        0.7 * (1 - (distance - threshold) / max(top - threshold, 1e-9)) ** 2,
    )
    cells = pd.DataFrame(
        {
            "a0": at_a / fps,
            "a1": np.minimum(at_a + block, a1) / fps,
            "b0": at_b / fps,
            "b1": np.minimum(at_b + block, b1) / fps,
            "a": frame_a,
            "b": frame_b,
            "distance": distance.astype(float),
            "passes": np.where(passes, "at or below the threshold", "above it"),
            "strength": strength.clip(0, 1),
            "time a": [clock(f / fps) for f in frame_a],
            "time b": [clock(f / fps) for f in frame_b],
        }
    )
    shown = [line for s in found if (line := _line(s, spans, fps))]
    return Plot(cells, pd.DataFrame(shown), block)


def _line(s: Sequence, spans: tuple[Span, Span], fps: float) -> dict[str, object] | None:
    """Return a sequence's line from its beginning to its end, or None where it lies outside."""
    (a0, a1), (b0, b1) = ((low / fps, high / fps) for low, high in spans)
    if s.end_a <= a0 or s.start_a >= a1 or s.end_b <= b0 or s.start_b >= b1:
        return None
    return {
        "a0": max(s.start_a, a0),
        "a1": min(s.end_a, a1),
        "b0": max(s.start_b, b0),
        "b1": min(s.end_b, b1),
        "length": length(s.seconds),
        "mean": four_digits(s.mean_distance),
        "sequence": f"{clock(s.start_a)} and {clock(s.start_b)}",
    }


def of_pair(found: Found, a: int, b: int) -> list[Sequence]:
    """Return the sequences of two videos."""
    rows = np.flatnonzero((found.table.video_a == a) & (found.table.video_b == b))
    return [found[int(r)] for r in rows]


def busiest(found: Found) -> tuple[int, int] | None:
    """Return the pair of videos that shares most, or None where nothing is found."""
    if not len(found):
        return None
    videos = len(found.view.videos)
    code = found.table.video_a.astype(np.int64) * videos + found.table.video_b
    kinds, place = np.unique(code, return_inverse=True)
    total = np.bincount(place, found.table.end_a - found.table.start_a)
    return divmod(int(kinds[int(total.argmax())]), videos)

"""One sequence as a card: names, times and facts, and its strip of frames."""

from __future__ import annotations

import numpy as np

from dashboard.parts import alignment, filmstrip
from dashboard.parts.text import length, markup, title
from dashboard.shell.screen import Results
from vrd_core.project.found import Sequence
from vrd_core.text import clock, four_digits

MOST_PAIRS = 30
"""Frame pairs in a strip of a list; longer ones are thinned out evenly."""

Side = tuple[str, float, float]
"""Name of a video, where its stretch starts and ends in seconds."""


def card_html(sequence: Sequence, sure: str = "") -> str:
    """Return names, times and facts of a sequence as HTML; names are escaped. `sure` is HTML that follows them."""
    sides = (
        (sequence.video_a, sequence.start_a, sequence.end_a),
        (sequence.video_b, sequence.start_b, sequence.end_b),
    )
    return two_sides(sides, _facts(sequence) + sure)


def two_sides(sides: tuple[Side, Side], facts: str) -> str:
    """Return a card as HTML: names, which are escaped, and times of both sides, and facts, which are HTML."""
    names = "".join(
        f'<u>{letter}</u><b title="{markup(name)}">{_name(name)}</b><span>{clock(start)} – {clock(end)}</span>'
        for letter, (name, start, end) in zip("AB", sides, strict=True)
    )
    return f'<div class="vrd-card"><div class="vrd-side">{names}</div><div class="vrd-facts">{facts}</div></div>'


def _name(name: str) -> str:
    folder = name.rpartition("/")[0]
    return markup(title(name)) + (f" <small>{markup(folder)}</small>" if folder else "")


def _facts(sequence: Sequence) -> str:
    facts = [f"<strong>{markup(length(sequence.seconds))}</strong>"]
    if not np.isnan(sequence.mean_distance):
        facts.append(
            f'<span title="mean distance over every frame pair">mean {four_digits(sequence.mean_distance)}</span>'
        )
    if sequence.deviating_frames:
        facts.append(f'<span title="frame pairs above the threshold">{sequence.deviating_frames} deviate</span>')
    if sequence.mirrored:
        facts.append("<mark>mirrored</mark>")
    if abs(sequence.speed - 1) > 0.005:
        facts.append(f"<mark>speed {sequence.speed:.2f}×</mark>")
    return "".join(facts)


def strip(results: Results, sequence: Sequence, size: str, most: int) -> str:
    """Return the HTML of a sequence's strip, frame under frame, deviating pairs marked."""
    line = alignment.aligned(results.found, sequence)
    off = int(line.deviating(results.threshold).sum())
    label = (
        f"{len(line)} frames of {sequence.video_a} from {clock(sequence.start_a)} above those of {sequence.video_b} "
        f"from {clock(sequence.start_b)}; {off} deviate"
    )
    return filmstrip.strip_html(
        results.view,
        sequence.a,
        sequence.b,
        line,
        results.threshold,
        height=filmstrip.STILL_HEIGHTS[size],
        most=most,
        label=label,
    )

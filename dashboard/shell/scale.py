"""The distance slider of a view: its range and step come from the view's own distances, its start from the rule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard.shell import data
from vrd_core.errors import ThresholdError
from vrd_core.project.view import View
from vrd_core.sequences import threshold
from vrd_core.text import digest

SLIDER_PLACES = 2000
"""About how many places the slider has."""

SLIDER_BARS = 64
"""Bars of the histogram above it."""


@dataclass(frozen=True)
class Scale:
    """Where the slider goes from 0 to, and where it starts."""

    top: float
    step: float
    start: float
    """Where the slider stands before anybody moves it: the suggestion, else a guess near the closest pairs."""
    suggested: float | None
    """The automatic threshold as the core gives it; None where it cannot decide."""
    reason: str
    """Why there, or why there is none."""

    @property
    def decimals(self) -> int:
        """Digits after the point that the step needs."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    @property
    def format(self) -> str:
        """The slider's printf format."""
        return f"%.{self.decimals}f"

    def snapped(self, value: float) -> float:
        """Return the nearest place of the slider."""
        return min(self.top, max(0.0, round(round(value / self.step) * self.step, self.decimals)))

    def holds(self, text: str) -> bool:
        """Whether a text, from a link, is a number that the slider reaches."""
        try:
            return 0.0 <= float(text) <= self.top
        except ValueError:
            return False

    def exact(self, place: float) -> float:
        """Return the threshold that a place stands for: at the suggestion's place, the suggestion to its last digit."""
        return self.suggested if self.suggested is not None and place == self.snapped(self.suggested) else place


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={View: data.identity})
def scale_of(view: View) -> Scale:
    """Return the scale of a view."""
    summary = view.neighbours.summary
    quantiles = {float(q): v for q, v in summary.get("quantiles", {}).items()}
    highest = float(summary.get("maximum", 0.0)) or 1.0
    suggested, reason = None, ""
    try:
        suggested, reason = _automatic(view)
    except ThresholdError as error:
        reason = str(error)
    low = suggested if suggested is not None else quantiles.get(0.01, highest / 10)
    top = nice(min(highest, max(4 * low, quantiles.get(0.02, highest))))
    step = nice(top / SLIDER_PLACES, down=True)
    scale = Scale(top, step, 0.0, suggested, reason)
    return Scale(top, step, scale.snapped(low), suggested, reason)


def _automatic(view: View) -> tuple[float, str]:
    """Return the automatic threshold and its reason; remembered, as a large library takes seconds to judge."""
    # The text of the module stands for its version: another rule, another note.
    name = f"threshold/{view.key}/{digest(Path(threshold.__file__).read_text(encoding='utf-8'))}"
    known = view.store.recall(name)
    if known is None:
        with st.spinner("Looking where chance begins …"):
            known = [float(view.threshold.value), view.threshold.reason]
        view.store.note(name, known)
    return float(known[0]), str(known[1])


def nice(value: float, *, down: bool = False) -> float:
    """Return the next number of the form 1, 2, 2.5 or 5 times a power of ten, from `value` up (or down: no 2.5).

    >>> nice(118), nice(0.0031, down=True)
    (120.0, 0.002)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    places = (1, 2, 5, 10) if down else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    fitting = [p for p in places if (p * power <= value * (1 + 1e-9) if down else p * power >= value * (1 - 1e-9))]
    return float(f"{(max(fitting) if down else min(fitting)) * power:.6g}")

"""How sure the sequences on a page are, in a word with its reason."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.parts.text import markup
from dashboard.shell import data
from vrd_core.evaluation.confidence import Confidence, confidences
from vrd_core.project.found import Found, Sequence


def words(found: Found, shown: list[Sequence]) -> dict[str, str]:
    """Return, by the names of these sequences of `found`, the word as HTML; the reason is its title."""
    rows = tuple(s.row for s in shown if s.row >= 0)
    sure = _confidences(data.identity(found.view), found.settings.key(), tuple(s.sequence for s in shown), rows, found)
    return {name: f'<mark title="{markup(c.words)}">{markup(c.level)}</mark>' for name, c in sure.items()}


@st.cache_resource(max_entries=64, show_spinner=False)
def _confidences(
    view_key: str, settings_key: str, names: tuple[str, ...], _rows: tuple[int, ...], _found: Found
) -> dict[str, Confidence]:
    part = _found.take(np.array(_rows, np.int64))
    return {sequence.sequence: sure for sequence, sure in zip(part, confidences(part), strict=True)}

"""How sure the sequences on a page are, in a word with its reason."""

from __future__ import annotations

from operator import attrgetter

import numpy as np
import streamlit as st

from dashboard.parts.text import markup
from dashboard.shell import data
from vrd_core.evaluation.confidence import confidences
from vrd_core.project.found import Found, Sequence


def _settings_key(found: Found) -> str:
    # The sequences asked for are part of the key, and so are the filters that left them.
    return f"{data.identity(found.view)}|{found.settings.key()}"


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Found: _settings_key, Sequence: attrgetter("sequence")}
)
def words(found: Found, shown: list[Sequence]) -> dict[str, str]:
    """Return, by the names of these sequences of `found`, the word as HTML; the reason is its title."""
    part = found.take(np.array([s.row for s in shown if s.row >= 0], np.int64))
    return {
        sequence.sequence: f'<mark title="{markup(sure.words)}">{markup(sure.level)}</mark>'
        for sequence, sure in zip(part, confidences(part), strict=True)
    }

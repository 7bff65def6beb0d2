"""The page Sequences: the list, or one sequence opened."""

from __future__ import annotations

import streamlit as st

from dashboard.sequences import detail, listing
from dashboard.shell.page import need_results, nothing_found
from dashboard.shell.screen import open_sequence


def render() -> None:
    """Draw the page."""
    results = need_results("Sequences", "Then the stretches that two films share are listed here.")
    opened = open_sequence(results)
    if opened is not None:
        detail.render(results, opened)
    elif results.found:
        listing.render(results)
    else:
        st.title("Sequences")
        nothing_found(results)

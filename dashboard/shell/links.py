"""The ways from one page to another that carry a choice with them. All are to be called from callbacks."""

from __future__ import annotations

import streamlit as st

from dashboard.shell import state


def open_sequence(name: str) -> None:
    """Open a sequence on the page of sequences."""
    st.query_params[state.SEQUENCE] = name
    st.session_state[state.SHIFT] = 0


def close_sequence() -> None:
    """Go back from the open sequence to the list."""
    st.query_params.pop(state.SEQUENCE, None)


def to_sequence(name: str) -> None:
    """Open a sequence from another page."""
    st.session_state[state.SHIFT] = 0
    st.switch_page("../pages/sequences.py", query_params={state.SEQUENCE: name})


def to_list(names: list[str]) -> None:
    """Open the list of sequences among these videos."""
    st.session_state[state.VIDEOS] = names
    st.session_state[state.BOTH] = len(names) > 1
    st.switch_page("../pages/sequences.py", query_params={})


def to_pair(a: str, b: str) -> None:
    """Open the page of two videos with these."""
    choose_pair(a, b)
    st.switch_page("../pages/pair.py", query_params={})


def choose_pair(a: str, b: str) -> None:
    """Put two videos into the page of two videos."""
    st.session_state[state.PAIR_A], st.session_state[state.PAIR_B] = a, b

"""What a person has chosen, where it lies in the URL, and what follows from it.

Every choice is a widget bound to the URL; the names below are both the widgets' keys and the URL's parameters. A
threshold's name carries the id of its view, so that it never acts on another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import streamlit as st

from dashboard.shell import data
from vrd_core.errors import ProjectError
from vrd_core.project.project import Project
from vrd_core.project.view import View

PROJECT, VIEW = "project", "view"
SHORTEST, SKIP, COMBINE, ECHOES, ELASTIC = "shortest", "skip", "combine", "no_echoes", "elastic"
VIDEOS, BOTH, COLLECTIONS, ACROSS, LONGEST = "videos", "both", "collections", "across", "longest"
SEQUENCE, SHIFT = "sequence", "shift"
"""The open sequence and its shift: on the page of sequences only."""
PAIR_A, PAIR_B = "pair_a", "pair_b"
"""The two videos of the page Pair."""

_IN_VAIN = "_in_vain_"


def threshold_key(view: View) -> str:
    """Return the name of a view's own threshold."""
    return f"max_{view.view_id}"


def current_project() -> Project | None:
    """Return the project that the switcher shows; None when the workspace has none."""
    slug = st.session_state.get(PROJECT)
    if slug is None:
        return None
    try:
        return Project.open(slug, store=data.store())
    except ProjectError:
        return None


def fill_link(key: str, value: object, text: str, fits: Iterable[str] | Callable[[str], bool]) -> str | None:
    """Set a widget that nobody has moved, and write it into the URL: a default may change, and a link must not.

    To be called before the widget `key` is drawn. The widget's own default must be another value, for Streamlit
    leaves that out of the URL. `text` is the value as the URL has it, `fits` what the widget takes from there.
    Returns what the URL asked for in vain, else None.
    """
    if key in st.session_state:
        return st.session_state.pop(_IN_VAIN + key, None)
    asked = st.query_params.get(key)
    if asked is not None and (fits(asked) if callable(fits) else asked in set(fits)):
        return None
    st.session_state[key] = value
    st.query_params[key] = text
    if asked is not None:
        # The widget looks at the URL that its run began with, and takes out of it what does not fit: begin again.
        st.session_state[_IN_VAIN + key] = asked
        st.rerun()
    return None


def changed_project(first: str) -> None:
    """Open what the switcher was moved to; emptied with the keyboard it goes to the `first`. A callback."""
    choose_project(st.session_state.get(PROJECT) or first)


def keep_view(first: str) -> None:
    """Go to the `first` view where the switcher was emptied. A callback."""
    choose_view(st.session_state.get(VIEW) or first)


def choose_project(slug: str) -> None:
    """Open another project: to be called before the switcher is drawn, so from a callback."""
    st.session_state[PROJECT] = slug
    forget_filters()


def choose_view(view_id: str) -> None:
    """Open another view of the project: to be called from a callback."""
    st.session_state[VIEW] = view_id


def forget_filters() -> None:
    """Drop what only makes sense in the project that was open before."""
    for key in (VIDEOS, COLLECTIONS):
        st.session_state[key] = []
    st.session_state[ACROSS] = st.session_state[BOTH] = False

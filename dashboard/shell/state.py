"""What a person has chosen, where it lies in the URL, and what follows from it.

Every choice is a widget bound to the URL; the names below are both the widgets' keys and the URL's parameters. A
threshold's name carries the id of its view, so that it never acts on another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.shell import data
from vrd_core.errors import ProjectError
from vrd_core.project.project import Project
from vrd_core.project.view import View

PROJECT, VIEW = "project", "view"
SHORTEST, SKIP, COMBINE, ALIGNMENT, EVIDENCE = "shortest", "skip", "combine", "alignment", "evidence"
ELASTIC = "elastic"
"""What a link of version 0.1 has for ALIGNMENT: "true" or nothing. Its "no_echoes" has no effect any more."""
VIDEOS, BOTH, COLLECTIONS, ACROSS, LONGEST = "videos", "both", "collections", "across", "longest"
SEQUENCE, SHIFT = "sequence", "shift"
"""The open sequence and its shift: on the page of sequences only."""
PAIR_A, PAIR_B = "pair_a", "pair_b"
"""The two videos of the page Pair."""

_REFUSED, _REFILL, _READ, _LINES = "_refused_", "_refill", "_address_read", "_address_lines"


def threshold_key(view: View) -> str:
    """Return the name of a view's own threshold."""
    return f"max_{view.view_id}"


def current_project() -> Project | None:
    """Return the project that the switcher shows; None when the workspace has none."""
    slug = held(PROJECT, st.session_state.get(PROJECT))
    if slug is None:
        return None
    try:
        return Project.open(slug, store=data.store())
    except ProjectError:
        return None


def fill_link(key: str, value: object, text: str, fits: Iterable[str] | Callable[[str], bool]) -> str | None:
    """Set a widget that nobody has moved, and write it into the URL: a default may change, and a link must not.

    To be called before the widget `key` is drawn, whose answer goes through `held`. The widget's own default must be
    another value, for Streamlit leaves that out of the URL. `text` is the value as the URL has it, `fits` what the
    widget takes from there. Returns what the URL asked for where it does not fit, else None.
    """
    known = fits if callable(fits) else set(fits).__contains__
    asked = st.query_params.get(key)
    if key in _refilled():
        st.session_state[key] = _refilled().pop(key)
        return st.session_state.pop(_REFUSED + key, None)
    if key in st.session_state:
        if went_back() and not (asked is not None and known(asked)):
            # The widget takes its own default from such an address, which nobody chose.
            _refilled()[key] = value
            return asked
        return st.session_state.pop(_REFUSED + key, None)
    if asked is not None and known(asked):
        return None
    st.session_state[key] = value
    st.query_params[key] = text
    if asked is not None:
        # The widget looks at the URL that its run began with, and takes out of it what does not fit: begin again.
        st.session_state[_REFUSED + key] = asked
        st.rerun()
    return None


def held(key: str, drawn: Any) -> Any:
    """Return what stands for a widget that `fill_link` set: what it holds, or what it will hold after `fill_again`."""
    return _refilled().get(key, drawn)


def fill_again() -> None:
    """Run once more where Back led to an address that lacks something: to be called when everything is drawn."""
    if _refilled():
        st.rerun()


def _refilled() -> dict[str, Any]:
    return st.session_state.setdefault(_REFILL, {})


def went_back() -> bool:
    """Whether this run began with the browser's Back or Forward. Widgets then follow the address, callbacks rest."""
    context = get_script_run_ctx()
    return bool(context is not None and context.is_history_navigation)


def new_address() -> bool:
    """Whether the address of this run is one that was opened, and not one that this session wrote."""
    return went_back() or _READ not in st.session_state


def address_read() -> None:
    """Take note that a run has ended, so that the address is one that this session wrote."""
    st.session_state[_READ] = True


def tell(line: str) -> None:
    """Say above the page, in one line, what of an address cannot be honoured."""
    st.session_state.setdefault(_LINES, []).append(line)


def told() -> list[str]:
    """Return the lines of this run, and forget them."""
    return st.session_state.pop(_LINES, [])


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

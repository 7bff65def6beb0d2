"""What a person has chosen, where it lies in the URL, and what follows from it.

Every choice is a widget bound to the URL; the names below are both the widgets' keys and the URL's parameters. A
threshold's name carries the id of its view, so that it never acts on another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.shell import data
from dashboard.shell.data import ViewChoice
from dashboard.shell.scale import Scale
from vrd_core.errors import ProjectError
from vrd_core.project.found import Found, Sequence
from vrd_core.project.project import Project
from vrd_core.project.view import View
from vrd_core.settings import SequenceSettings

PROJECT, VIEW = "project", "view"
SHORTEST, SKIP, COMBINE, ECHOES, ELASTIC = "shortest", "skip", "combine", "no_echoes", "elastic"
VIDEOS, BOTH, COLLECTIONS, ACROSS, LONGEST = "videos", "both", "collections", "across", "longest"
SEQUENCE, SHIFT = "sequence", "shift"
"""The open sequence and its shift: on the page of sequences only."""

_SCREEN = "_screen"
_REFUSED = "_refused_"


def threshold_key(view: View) -> str:
    """Return the name of a view's own threshold."""
    return f"max_{view.view_id}"


@dataclass(frozen=True)
class Filters:
    """What a screen leaves out of the sequences found; empty means nothing."""

    videos: tuple[str, ...] = ()
    """One side or the other is one of these."""
    both: bool = False
    """Both sides are among `videos`."""
    collections: tuple[str, ...] = ()
    """One side or the other lies in one of these."""
    across: bool = False
    """Leave out matches within one collection."""
    longest: float | None = None
    """Longest sequence in seconds."""

    @property
    def limits_videos(self) -> bool:
        """Whether some pairs of videos are left out."""
        return bool(self.videos or self.collections or self.across)

    def pair_mask(self, view: View, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return bool: which pairs of videos (positions in `view.videos`) remain."""
        keep = np.ones(len(a), bool)
        if self.videos:
            chosen = np.array([v.name in self.videos for v in view.videos], bool)
            keep &= chosen[a] & chosen[b] if self.both else chosen[a] | chosen[b]
        if self.collections:
            inside = np.array([v.collection in self.collections for v in view.videos], bool)
            keep &= inside[a] | inside[b]
        if self.across:
            names = {name: n for n, name in enumerate(sorted({v.collection for v in view.videos}))}
            code = np.array([names[v.collection] for v in view.videos])
            keep &= code[a] != code[b]
        return keep

    def apply(self, found: Found) -> Found:
        """Return what remains of the sequences."""
        if not self.limits_videos and self.longest is None:
            return found
        table = found.table
        keep = self.pair_mask(found.view, np.asarray(table.video_a), np.asarray(table.video_b))
        if self.longest is not None:
            keep &= (np.asarray(table.last_a) - np.asarray(table.first_a) + 1) / found.view.fps <= self.longest
        return found.take(np.flatnonzero(keep))

    def keep(self, view: View) -> np.ndarray | None:
        """Return bool over `view.neighbours.pair_videos`: the pairs of videos that remain; None for all."""
        if not self.limits_videos:
            return None
        pairs = view.neighbours.pair_videos
        return self.pair_mask(view, pairs[:, 0], pairs[:, 1])


@dataclass(frozen=True)
class Screen:
    """What a page shows: the project and view that are open, the settings, and what they find."""

    project: Project
    view: View
    choice: ViewChoice
    scale: Scale | None = None
    settings: SequenceSettings | None = None
    filters: Filters = Filters()
    everything: Found | None = None
    """All sequences of the view under the settings."""
    found: Found | None = None
    """Those that the filters leave."""

    @property
    def threshold(self) -> float:
        """The distance at or below which two frames match."""
        assert self.settings is not None
        return float(self.settings.max_distance)


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
    Returns what the URL asked for where it does not fit, else None.
    """
    if key in st.session_state:
        return st.session_state.pop(_REFUSED + key, None)
    asked = st.query_params.get(key)
    if asked is not None and (fits(asked) if callable(fits) else asked in set(fits)):
        return None
    st.session_state[key] = value
    st.query_params[key] = text
    if asked is not None:
        # The widget looks at the URL that its run began with, and takes out of it what does not fit: begin again.
        st.session_state[_REFUSED + key] = asked
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


def open_screen(screen: Screen | None) -> None:
    """Keep what the page is to show in this run."""
    st.session_state[_SCREEN] = screen


def screen() -> Screen | None:
    """Return what the page is to show, or None where nothing has been processed yet."""
    return st.session_state.get(_SCREEN)


def open_sequence(screen: Screen) -> Sequence | None:
    """Return the sequence that the URL names, whether or not the present settings find it; None for the list."""
    name = st.query_params.get(SEQUENCE)
    if not name or screen.everything is None:
        return None
    return screen.everything.by_name(name) or Sequence.parse(name, screen.view)

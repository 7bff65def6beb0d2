"""What a page shows: the project and view that are open and, on pages of results, what the filters leave of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard.shell import state
from dashboard.shell.data import ViewChoice
from dashboard.shell.scale import Scale
from vrd_core.project.found import Found, Sequence
from vrd_core.project.project import Project
from vrd_core.project.view import View
from vrd_core.settings import SequenceSettings

_SCREEN = "_screen"


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
            keep &= table.end_a - table.start_a <= self.longest + 1e-6
        return found.take(np.flatnonzero(keep))

    def keep(self, view: View) -> np.ndarray | None:
        """Return bool over `view.neighbours.pair_videos`: the pairs of videos that remain; None for all."""
        if not self.limits_videos:
            return None
        pairs = view.neighbours.pair_videos
        return self.pair_mask(view, pairs[:, 0], pairs[:, 1])


@dataclass(frozen=True)
class Screen:
    """The project and view that are open."""

    project: Project
    view: View
    choice: ViewChoice


@dataclass(frozen=True)
class Results(Screen):
    """What the settings find in the view that is open, on pages on which the filters act."""

    scale: Scale
    settings: SequenceSettings
    filters: Filters
    everything: Found
    """All sequences of the view under the settings."""
    found: Found
    """Those that the filters leave."""

    @property
    def threshold(self) -> float:
        """The distance at or below which two frames match."""
        return self.everything.threshold


def keep_screen(screen: Screen | None) -> None:
    """Keep what the page is to show in this run."""
    st.session_state[_SCREEN] = screen


def open_screen() -> Screen | None:
    """Return what the page is to show, or None where nothing has been processed yet."""
    return st.session_state.get(_SCREEN)


def open_sequence(results: Results) -> Sequence | None:
    """Return the sequence that the URL names, whether or not the present settings find it; None for the list."""
    name = st.query_params.get(state.SEQUENCE)
    if not name:
        return None
    sequence = results.everything.by_name(name) or Sequence.parse(name, results.view)
    if sequence is None:
        st.query_params.pop(state.SEQUENCE, None)
        st.info("The sequence of this address is not among these videos; this is the list.", icon=":material/link_off:")
    return sequence

"""What every page has: the mark, the few style rules, a heading, and what is said where there is nothing to show."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from dashboard.parts.text import plain
from dashboard.shell import data, state
from dashboard.shell.screen import Results, open_screen
from vrd_core.settings import SequenceSettings
from vrd_core.text import count, four_digits

LOGO = Path(__file__).resolve().parents[1] / "static" / "logo.svg"
ICON = LOGO.with_name("icon.svg")

STYLE = f"<style>{LOGO.with_name('style.css').read_text(encoding='utf-8')}</style>"


def need_results(title: str, what: str) -> Results:
    """Return what the page shows where frames have been compared, or say why there is nothing, and end the page."""
    screen = open_screen()
    if screen is None:
        st.title(title)
        _nothing_yet(what)
        _end()
    if not isinstance(screen, Results):
        st.title(title)
        st.subheader("Nothing to compare")
        st.markdown(
            "Fewer than two videos have frames that can be compared. Near-single-colour frames (black leader, "
            "fades) are left out, and with *collections* compared, videos of one collection are not held "
            "against each other. Add a video, or change what is compared, and process again."
        )
        _link("videos", "Go to Videos")
        _end()
    return screen


def _end() -> NoReturn:
    state.address_read()
    state.fill_again()
    st.stop()


def _nothing_yet(what: str) -> None:
    project = state.current_project()
    if project is None:
        st.subheader("No project yet")
        st.markdown(f"Open the demo or choose a folder of films under *Videos*. {what}")
    else:
        st.subheader("Nothing has been processed yet")
        st.markdown(
            f"The films of **{plain(project.name)}** have not been processed. Start under *Videos*: frames, "
            f"fingerprints and neighbours are made once and kept. {what}"
        )
    _link("videos", "Go to Videos")


def nothing_found(screen: Results) -> None:
    """Say why no sequence is left, and offer the way to some."""
    view, scale, threshold = screen.view, screen.scale, screen.threshold
    closest = float(view.neighbours.summary["minimum"])
    if len(screen.everything):
        st.subheader("Every sequence is filtered away")
        st.markdown(
            f"The settings find {count(len(screen.everything), 'sequence')}; none of them passes the filters "
            "for videos, collections and length."
        )
        st.button("Clear these filters", on_click=_clear, icon=":material/filter_alt_off:")
        return
    if closest > threshold:
        # One place of the slider above it, so that it passes.
        place = min(scale.top, scale.snapped(closest + scale.step))
        st.subheader(f"Nothing at or below {four_digits(threshold)}")
        st.markdown(f"The closest pair of frames is at **{four_digits(closest)}**.")
        _move(screen, place, f"Show it: move the threshold to {four_digits(place)}")
    else:
        single = data.find(view, SequenceSettings(**{**screen.settings.to_dict(), "shortest_sequence": 0.0}))
        longest = max((float(s) for s in single.table.end_a - single.table.start_a), default=0.0)
        st.subheader(f"No sequence of {screen.settings.shortest_sequence:g} s or more")
        st.markdown(
            f"There are frame pairs at or below {four_digits(threshold)}, the closest at {four_digits(closest)}, but "
            f"the longest run of them is {longest:g} s. Ask for shorter sequences, allow more skips, or raise the "
            "threshold."
        )
        if 1 <= longest < screen.settings.shortest_sequence:
            st.button(f"Show sequences from {int(longest)} s", on_click=_set, args=(state.SHORTEST, int(longest)))
    if scale.suggested is not None and scale.snapped(scale.suggested) != scale.snapped(threshold):
        _move(screen, scale.snapped(scale.suggested), f"Use the suggested threshold, {four_digits(scale.suggested)}")


def _move(screen: Results, place: float, label: str) -> None:
    st.button(label, on_click=_set, args=(state.threshold_key(screen.view), place), icon=":material/arrow_forward:")


def _set(key: str, value: object) -> None:
    st.session_state[key] = value


def _clear() -> None:
    state.forget_filters()
    st.session_state[state.LONGEST] = None


def _link(page: str, label: str) -> None:
    if (Path(__file__).resolve().parents[2] / "pages" / f"{page}.py").is_file():
        st.page_link(f"../pages/{page}.py", label=label, icon=":material/arrow_forward:")

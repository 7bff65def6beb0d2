"""The filters of the sidebar: the threshold under its histogram, and whatever else is left out."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.parts import charts
from dashboard.parts.text import plain
from dashboard.shell import data, state
from dashboard.shell.data import ViewChoice
from dashboard.shell.scale import SLIDER_BARS, Scale, scale_of
from dashboard.shell.screen import Filters, Results, Screen
from vrd_core.fingerprints.catalogue import usual_align_fps
from vrd_core.project.project import Project
from vrd_core.project.view import View
from vrd_core.settings import Alignment, SequenceSettings
from vrd_core.text import clock, count, four_digits

SHORTEST_MOST, SKIP_MOST, EVIDENCE_MOST = 60, 20, 20.0
"""Ends of the sliders: seconds, frames, seconds."""

ALIGNMENTS: dict[Alignment, str] = {
    "auto": "Automatic",
    "rigid": "Same speed only",
    "elastic": "Other speeds too",
}

TOP_OF_LIBRARY = "(top of the library)"
"""What the collection of videos outside all sub-folders is called."""

_DEFAULTS = SequenceSettings()


def render(project: Project, choice: ViewChoice, view: View) -> Screen:
    """Draw the filters of a view and return what they leave; a plain Screen where there is nothing to compare."""
    if not len(view.neighbours):
        st.caption("There is nothing to compare: no two videos with frames that are not near-single-colour.")
        return Screen(project, view, choice)
    scale = scale_of(view)
    pulse = st.container(key="pulse")
    chart = st.container(key="histogram")
    key = state.threshold_key(view)
    asked = state.fill_link(key, scale.start, scale.format % scale.start, scale.holds)
    if asked:
        state.tell(f"“{asked}” is no threshold from 0 to {four_digits(scale.top)}; {four_digits(scale.start)} is used.")
    wanted = _wanted()
    drawn = st.slider(
        "Maximum normalised score" if data.measure(view) == "score" else "Maximum distance",
        0.0,
        scale.top,
        0.0,
        scale.step,
        scale.format,
        key=key,
        bind="query-params",
        help="Two frames match at this distance or below. What is near depends on the films, the network and the "
        "layer: this setting belongs to this view alone.",
    )
    place = float(state.held(key, drawn))
    _suggestion(view, scale, place)
    precision = st.container(key="precision")
    shortest = st.slider(
        "Shortest sequence",
        1,
        SHORTEST_MOST,
        round(_DEFAULTS.shortest_sequence),
        1,
        "%d s",
        key=state.SHORTEST,
        bind="query-params",
        help="First to last frame, in seconds.",
    )
    skip = st.slider(
        "Skip within a sequence",
        0,
        SKIP_MOST,
        _DEFAULTS.allow_skip,
        1,
        "%d frames",
        key=state.SKIP,
        bind="query-params",
        help="How many frames in a row may fail to match inside a sequence.",
    )
    combine = st.checkbox(
        "Combine overlaps",
        _DEFAULTS.combine_overlap,
        key=state.COMBINE,
        bind="query-params",
        help="Of two sequences that are one reuse seen at neighbouring offsets, keep the better.",
    )
    filters, least, alignment = _narrow(view)
    _say_what_is_not_there(
        wanted,
        view,
        {
            state.SHORTEST: shortest,
            state.SKIP: skip,
            state.LONGEST: filters.longest,
            state.EVIDENCE: least,
        },
    )
    settings = SequenceSettings(
        max_distance=scale.exact(place),
        shortest_sequence=float(shortest),
        allow_skip=skip,
        combine_overlap=combine,
        least_evidence=least,
        alignment=alignment,
    )
    with precision:
        _precision(view, float(settings.max_distance))
    with chart:
        _histogram(view, scale, filters, float(settings.max_distance))
    everything = data.find(view, settings)
    found = filters.apply(everything)
    with pulse:
        st.markdown(f"**{count(len(found), 'sequence')}** · {clock(found.seconds)} reused")
    return Results(project, view, choice, scale, settings, filters, everything, found)


def _wanted() -> dict[str, list[str]]:
    """Return what an address that was just opened asks of the filters, before the widgets correct it."""
    if not state.new_address():
        return {}
    keys = (state.SHORTEST, state.SKIP, state.LONGEST, state.EVIDENCE, state.VIDEOS, state.COLLECTIONS)
    return {key: st.query_params.get_all(key) for key in keys if key in st.query_params}


def _say_what_is_not_there(wanted: dict[str, list[str]], view: View, drawn: dict[str, float | None]) -> None:
    for key, value in drawn.items():
        asked = wanted.get(key, [""])[-1]
        try:
            honoured = not asked or (value is not None and float(asked) == value)
        except ValueError:
            honoured = False
        if not honoured:
            instead = "no limit" if value is None else f"{value:g}"
            state.tell(f"“{asked}” cannot be the value of “{key}” in this address; it is {instead}.")
    there = {
        state.VIDEOS: {v.name for v in view.videos},
        state.COLLECTIONS: {v.collection or TOP_OF_LIBRARY for v in view.videos},
    }
    for key, names in there.items():
        missing = [name for name in wanted.get(key, []) if name and name not in names]
        if missing:
            what = "video" if key == state.VIDEOS else "collection"
            state.tell(f"The filter of this address names a {what} that is not here: “{missing[0]}”.")


def _histogram(view: View, scale: Scale, filters: Filters, threshold: float) -> None:
    counts = data.counts_below(view, scale.top, SLIDER_BARS, filters.keep(view))
    rows, spec = charts.small_histogram(counts, scale.top, threshold, scale.suggested)
    st.vega_lite_chart(
        rows,
        spec,
        width="stretch",
        key="small_histogram",
        alt=f"Histogram of the distances between frames of different videos from 0 to {four_digits(scale.top)}; the "
        f"threshold stands at {four_digits(threshold)}.",
    )


def _suggestion(view: View, scale: Scale, place: float) -> None:
    with st.container(key="suggestion"):
        if scale.suggested is None:
            st.caption("No suggestion", help=plain(scale.reason))
            return
        target, key = scale.snapped(scale.suggested), state.threshold_key(view)
        if place == target:
            st.caption(f"Suggested {four_digits(scale.suggested)}, in use", help=plain(f"Why: {scale.reason}."))
            return

        def use() -> None:
            st.session_state[key] = target

        st.button(
            f"Suggested {four_digits(scale.suggested)}: use it",
            type="tertiary",
            key="use_suggested",
            on_click=use,
            help=plain(f"Why: {scale.reason}."),
        )


def _precision(view: View, threshold: float) -> None:
    """Say in one line where the ends of sequences lie at whole stills although they need not."""
    search = view.settings.search
    if view.per_still == 1:
        usual = replace(search, align_fps=usual_align_fps(view.settings.fingerprints))
        if search.align_fps != 0 and usual.per_still(view.fps) > 1:
            st.caption("Process this project again to find where sequences end to a quarter of a second.")
    elif view.band is not None and threshold > view.band.limit:
        st.caption(
            f"Above {four_digits(view.band.limit)} the stills alone are used: sequences begin and end at whole stills."
        )


def _narrow(view: View) -> tuple[Filters, float, Alignment]:
    """Draw what is rarely needed; return the filters, the least evidence and the alignment."""
    _read_old_speed()
    collections = sorted({v.collection for v in view.videos})
    chosen = [bool(st.session_state.get(k)) for k in (state.VIDEOS, state.COLLECTIONS, state.ACROSS)]
    chosen += [
        st.session_state.get(key, usual) != usual
        for key, usual in (
            (state.LONGEST, None),
            (state.EVIDENCE, _DEFAULTS.least_evidence),
            (state.ALIGNMENT, _DEFAULTS.alignment),
        )
    ]
    limited = sum(chosen)
    with st.expander("More filters" + (f" · {limited} in use" if limited else ""), key="more_filters"):
        videos = st.multiselect(
            "Videos",
            [v.name for v in view.videos],
            key=state.VIDEOS,
            bind="query-params",
            placeholder="All",
            help="Only sequences with one of these on either side.",
        )
        # Always there, so that a link or another page can set it together with the videos.
        both = st.checkbox("Only among these videos", key=state.BOTH, bind="query-params", disabled=len(videos) < 2)
        picked: list[str] = []
        across = False
        if len(collections) > 1:
            picked = st.multiselect(
                "Collections",
                collections,
                format_func=lambda c: c or TOP_OF_LIBRARY,
                key=state.COLLECTIONS,
                bind="query-params",
                placeholder="All",
                help="Only sequences with one of these on either side.",
            )
            across = st.checkbox("Leave out matches within one collection", key=state.ACROSS, bind="query-params")
        longest = st.number_input(
            "Longest sequence (s)", 1.0, None, None, 5.0, key=state.LONGEST, bind="query-params", placeholder="No limit"
        )
        least = st.slider(
            "Least evidence",
            0.0,
            EVIDENCE_MOST,
            _DEFAULTS.least_evidence,
            0.1,
            "%.1f s",
            key=state.EVIDENCE,
            bind="query-params",
            help="Each second counts in full where the frames are the same, not at all at the threshold, and against "
            "the sequence beyond it. Of clips shorter than twice this, half their length is asked for.",
        )
        drawn = st.selectbox(
            "Speed",
            list(ALIGNMENTS),
            format_func=lambda name: ALIGNMENTS.get(name, name),
            key=state.ALIGNMENT,
            bind="query-params",
            help="Footage may run at half to twice its speed. Automatic follows that where there are fingerprints "
            "between the stills; elsewhere it takes longer.",
        )
        alignment = state.held(state.ALIGNMENT, drawn)
    return Filters(tuple(videos), both and len(videos) > 1, tuple(picked), across, longest), least, alignment


def _read_old_speed() -> None:
    """Honour a link of version 0.1 that follows other speeds: from here on that stands under the new name."""
    asked = st.query_params.get(state.ELASTIC)
    if asked == "true" or state.held(state.ALIGNMENT, None) is not None:
        state.fill_link(state.ALIGNMENT, "elastic", ALIGNMENTS["elastic"], ALIGNMENTS.values())
    if asked is not None:
        # Only after the new name is there: Back then leads to no address that has neither.
        del st.query_params[state.ELASTIC]

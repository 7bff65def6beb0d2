"""What was missed: which step lost a stretch that is known to be reused, and the setting that finds it, as a button."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import streamlit as st

from dashboard.evaluate import measuring
from dashboard.parts import charts, filmstrip
from dashboard.parts.alignment import Alignment
from dashboard.parts.text import distinct_titles, plain
from dashboard.shell import data, state
from dashboard.shell.filters import SHORTEST_MOST, SKIP_MOST
from dashboard.shell.screen import Results
from vrd_core.errors import VRDError
from vrd_core.evaluation.line import Line
from vrd_core.evaluation.missed import CAUSES, Explanation, Fix, stretch_at
from vrd_core.evaluation.truth import Reuse
from vrd_core.text import clock, four_digits

STEP_OF_CAUSE = {
    "not compared": "step 3, neighbours",
    "masked": "step 3, neighbours",
    "neighbours": "step 3, neighbours",
    "borders": "step 2, fingerprints",
}
"""Where each cause lies; all others are step 4, sequences."""

LOST_A, LOST_AT_A, LOST_B, LOST_AT_B, LOST_FOR = "lost_a", "lost_at_a", "lost_b", "lost_at_b", "lost_for"

MOST_PAIRS_OF_STRETCH = 60


def ask(results: Results) -> None:
    """Let a stretch be named by two videos and two times, and say what became of it."""
    view = results.view
    names = [v.name for v in view.videos]
    st.subheader("What was missed?")
    st.markdown(
        "You know of a stretch that two films share, and *Sequences* does not show it? Say where it begins "
        "in both: every step is asked whether it lost it."
    )
    titles = distinct_titles(names, 46)
    columns = st.columns([6, 3, 6, 3, 3], gap="small", vertical_alignment="bottom")
    a = columns[0].selectbox("In", names, 0, format_func=titles.__getitem__, key=LOST_A, bind="query-params")
    at_a = columns[1].text_input("from", key=LOST_AT_A, bind="query-params", placeholder="0:01:22")
    b = columns[2].selectbox(
        "and in", names, min(1, len(names) - 1), format_func=titles.__getitem__, key=LOST_B, bind="query-params"
    )
    at_b = columns[3].text_input("from ", key=LOST_AT_B, bind="query-params", placeholder="0:00:07")
    seconds = columns[4].number_input("for (s)", 1.0, 600.0, 10.0, 1.0, "%g", key=LOST_FOR, bind="query-params")
    if not at_a.strip() and not at_b.strip():
        return
    starts = seconds_of(at_a), seconds_of(at_b)
    if None in starts:
        st.info(
            "Write both times as seconds (82) or as hours, minutes and seconds (0:01:22).", icon=":material/schedule:"
        )
        return
    if a == b:
        st.info("Choose two different videos: only those are compared.", icon=":material/info:")
        return
    assert starts[0] is not None
    assert starts[1] is not None
    reuse = stretch_at(str(a), starts[0], str(b), starts[1], float(seconds))
    with st.container(border=True):
        explain(results, reuse, key="typed", strip=True)


def seconds_of(text: str) -> float | None:
    """Return seconds from "82", "1:22.5" or "0:01:22"; None where it is no time.

    >>> seconds_of("0:01:22.5"), seconds_of("soon")
    (82.5, None)
    """
    total = 0.0
    parts = text.strip().replace(",", ".").split(":")
    try:
        for part in parts:
            total = total * 60 + float(part)
    except ValueError:
        return None
    return total if 0 <= total < math.inf and len(parts) <= 3 else None


def explain(results: Results, reuse: Reuse, *, key: str, strip: bool = False) -> None:
    """Draw why the present settings miss a stretch, and what finds it; `strip` also shows its frames."""
    try:
        why = measuring.explained(results.view, reuse, results.settings)
    except VRDError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if why.cause == "found":
        st.markdown(":material/check: **It is found** with the present settings.")
    else:
        where = STEP_OF_CAUSE.get(why.cause, "step 4, sequences")
        st.markdown(f"**Lost in {where}: {CAUSES[why.cause]}.** {plain(why.message)}")
        _offer(results, why.settings, f"{key}-0")
        if why.others:
            st.markdown(
                "**Other settings would find it, too**"
                if why.settings
                else "**These settings find it**, together with much that is unrelated"
            )
        for n, fix in enumerate(why.others, 1):
            _other(results, fix, f"{key}-{n}")
    if why.line is not None:
        if strip:
            st.html(strip_html(results, reuse, why.line))
        _curve(results, why, key)


def strip_html(results: Results, reuse: Reuse, line: Line) -> str:
    """Return the HTML of a known stretch, frame under frame; what lies above the threshold is marked."""
    pairs = alignment_of(line)
    label = (
        f"{len(pairs)} frames of {reuse.video_a} from {clock(reuse.start_a)} above those of {reuse.video_b} from "
        f"{clock(reuse.start_b)}; {int(pairs.deviating(results.threshold).sum())} lie above the threshold"
    )
    return filmstrip.strip_html(
        results.view,
        line.a,
        line.b,
        pairs,
        results.threshold,
        height=filmstrip.STILL_HEIGHTS["M"],
        most=MOST_PAIRS_OF_STRETCH,
        label=label,
    )


def alignment_of(line: Line) -> Alignment:
    """Return a line as strips and charts take it."""
    return Alignment(
        line.frame_a, line.frame_b, np.where(line.masked, np.float32(np.nan), line.distance).astype(np.float32)
    )


def _other(results: Results, fix: Fix, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(fix.message)}", width="stretch")
        _offer(results, fix.settings, key)


def _offer(results: Results, settings: dict[str, Any], key: str) -> None:
    """Draw a button for each setting that a results can change."""
    for name, value in settings.items():
        says, widget, place, later = _step(results, name, value)
        if not widget:
            st.caption(says)
        elif later:
            st.button(
                says,
                key=f"fix-{key}-{name}",
                icon=":material/hub:",
                on_click=_to_network,
                args=(widget, place),
                help="A setting of processing: it is changed on the page Network, and the "
                "films are processed again as far as it needs.",
            )
        else:
            st.button(
                says,
                key=f"fix-{key}-{name}",
                icon=":material/arrow_forward:",
                on_click=_set,
                args=(widget, place, says),
            )


def _step(results: Results, name: str, value: Any) -> tuple[str, str, Any, bool]:
    """Return what a setting is called, its widget ("" for none), the value, and whether it needs processing again."""
    scale = results.scale
    if name == "max_distance":
        place = scale.snapped(value)
        if place < value:
            place = scale.snapped(value + scale.step)
        if place < value:
            return f"That lies beyond the end of the slider, {four_digits(scale.top)}.", "", None, False
        return f"Move the threshold to {four_digits(place)}", state.threshold_key(results.view), place, False
    if name == "shortest_sequence":
        place = max(1, min(SHORTEST_MOST, math.floor(value)))
        return f"Show sequences from {place} s", state.SHORTEST, place, False
    if name == "allow_skip":
        if value > SKIP_MOST:
            return f"The slider ends at {SKIP_MOST} frames.", "", None, False
        return f"Skip up to {value} frames", state.SKIP, int(value), False
    if name == "combine_overlap":
        return "Keep overlapping sequences apart", state.COMBINE, bool(value), False
    if name == "alignment":
        return "Follow other speeds", state.ALIGNMENT, str(value), False
    if name == "neighbours_considered":
        return f"Consider {value} neighbours", "neighbours", str(value), True
    if name in ("mask_single_colour", "single_colour_spread"):
        return "Keep near-single-colour frames", "mask", "false", True
    if name == "trim_borders":
        return "Cut borders off" if value else "Leave borders on", "trim", "true" if value else "false", True
    if name == "scope":
        return "On the page Videos, compare everything with everything.", "", None, False
    return f"It is a setting of the program: {name} = {value}.".replace("_", r"\_"), "", None, False


def _set(widget: str, value: Any, says: str) -> None:
    st.session_state[widget] = value
    st.toast(f"Done: {says[0].lower()}{says[1:]}.", icon=":material/check:")


def _to_network(parameter: str, value: str) -> None:
    st.switch_page("../pages/network.py", query_params={parameter: value})


def _curve(results: Results, why: Explanation, key: str) -> None:
    line = why.line
    assert line is not None
    fps = results.view.fps
    pairs = alignment_of(line)
    what = data.measure(results.view)
    if np.isnan(pairs.distance).all():
        return
    ends = float(line.frame_a[0]) / fps, float(line.frame_a[-1]) / fps
    st.altair_chart(
        charts.curve(pairs.frame_a / fps, pairs.distance, results.threshold, ends, what),
        width="stretch",
        key=f"lost_curve_{key}",
        alt=f"The {what} of every frame pair of the stretch, the threshold at {four_digits(results.threshold)}",
    )

"""One sequence opened: two players in step, the curve of distances, the shift, and the whole strip."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.parts import alignment, charts, filmstrip
from dashboard.parts.alignment import Alignment
from dashboard.parts.text import number
from dashboard.sequences import list as sequence_list
from dashboard.sequences import player
from dashboard.shell import data, state
from dashboard.shell.state import Screen
from vrd_core.project.found import Sequence

MARGIN = 10
"""Seconds shown before and after."""

FARTHEST = 10
"""Seconds that the second side can be moved."""

MOST_PAIRS = 600


def render(screen: Screen, sequence: Sequence) -> None:
    """Draw the open sequence."""
    _bar(screen, sequence)
    with st.container(border=True, gap="xsmall"):
        st.html(sequence_list.card_html(sequence))
    if sequence.row < 0:
        st.caption("The present settings do not find exactly this stretch; it is shown as the link names it.")
    step = max(1, round(screen.view.fps))
    shift = int(st.session_state.get(state.SHIFT) or 0)
    _players(screen, sequence, shift)
    left, right = st.columns([5, 3], gap="medium")
    with right:
        shift = _shift(screen, sequence, step)
    with left:
        _curve(screen, sequence, shift)
    _strip(screen, sequence, shift)


def _bar(screen: Screen, sequence: Sequence) -> None:
    found = screen.found
    assert found is not None
    rows = sequence_list.ordered(found, st.session_state.get("sort") or next(iter(sequence_list.SORTS)))
    at = next((n for n, r in enumerate(rows) if r == sequence.row), None) if sequence.row >= 0 else None
    with st.container(horizontal=True, vertical_alignment="center", key="detail_bar"):
        st.button("All sequences", icon=":material/arrow_back:", on_click=_close, type="tertiary")
        if at is not None:
            before = found[int(rows[at - 1])].sequence if at else ""
            after = found[int(rows[at + 1])].sequence if at + 1 < len(rows) else ""
            st.button(
                "Previous",
                icon=":material/chevron_left:",
                disabled=not before,
                type="tertiary",
                on_click=sequence_list.open_one,
                args=(before,),
            )
            st.caption(f"{at + 1} of {len(rows):,}", width="content")
            st.button(
                "Next",
                icon=":material/chevron_right:",
                disabled=not after,
                type="tertiary",
                on_click=sequence_list.open_one,
                args=(after,),
            )
        st.space("stretch")
        st.button(
            "See the pair",
            icon=":material/grid_on:",
            type="tertiary",
            on_click=_to_pair,
            args=(sequence.video_a, sequence.video_b),
        )


def _close() -> None:
    st.query_params.pop(state.SEQUENCE, None)


def _to_pair(a: str, b: str) -> None:
    st.session_state["pair_a"], st.session_state["pair_b"] = a, b
    st.switch_page("../pages/pair.py", query_params={})


def _players(screen: Screen, sequence: Sequence, shift: int) -> None:
    player.render(screen.view, sequence, shift=shift / screen.view.fps)


def _curve(screen: Screen, sequence: Sequence, shift: int) -> None:
    assert screen.found is not None
    fps = screen.view.fps
    line = alignment.around(screen.found, sequence, round(MARGIN * fps), shift)
    inner = (line.frame_a >= sequence.first_a) & (line.frame_a <= sequence.last_a)
    mean = Alignment(line.frame_a[inner], line.frame_b[inner], line.distance[inner]).mean
    above = int(line.deviating(screen.threshold)[inner].sum())
    st.markdown(
        f"**Distance along the sequence** · mean {number(mean) if not np.isnan(mean) else '–'}, "
        f"{above} of {int(inner.sum())} frame pairs above the threshold"
    )
    st.altair_chart(
        charts.curve(
            line.frame_a / fps,
            line.distance,
            screen.threshold,
            (sequence.start_a, sequence.end_a - 1 / fps),
            data.measure(screen.view),
        ),
        width="stretch",
        key="curve",
        alt="Distance of every frame pair along the sequence; mean "
        f"{number(mean) if not np.isnan(mean) else 'unknown'}, threshold {number(screen.threshold)}.",
    )


def _shift(screen: Screen, sequence: Sequence, step: int) -> int:
    assert screen.found is not None
    fps = screen.view.fps
    most = round(FARTHEST * fps)
    st.markdown("**Alignment**")
    shift = st.number_input(
        "Move the second video by (frames)",
        -most,
        most,
        0,
        1,
        key=state.SHIFT,
        bind="query-params",
        help="The alignment found is at 0. A lower mean is a better one.",
    )
    moved, means = alignment.by_shift(screen.found, sequence, most)
    if not np.isnan(means).all():
        st.altair_chart(
            charts.shifts(moved / fps, means, shift / fps, screen.threshold, data.measure(screen.view)),
            width="stretch",
            key="shifts",
            alt="Mean distance of the sequence when the second video is moved by up to ten seconds.",
        )
        best = int(moved[np.nanargmin(means)])
        if best != 0 and best != shift and np.nanmin(means) < means[most] * 0.98:
            st.button(f"Better at {best / fps:+g} s: use it", on_click=_move, args=(best,), type="tertiary")
    return int(shift)


def _move(shift: int) -> None:
    st.session_state[state.SHIFT] = shift


def _strip(screen: Screen, sequence: Sequence, shift: int) -> None:
    size = (
        st.segmented_control(
            "Thumbnails", list(filmstrip.HEIGHTS), default="L", required=True, key="detail_size", bind="query-params"
        )
        or "L"
    )
    assert screen.found is not None
    if shift:
        line = alignment.around(screen.found, sequence, 0, shift)
        st.html(
            filmstrip.strip_html(
                screen.view,
                sequence.a,
                sequence.b,
                line,
                screen.threshold,
                height=filmstrip.HEIGHTS[size],
                most=MOST_PAIRS,
                label=f"The sequence with the second video moved by {shift} frames",
            )
        )
    else:
        st.html(sequence_list.strip(screen, sequence, size, MOST_PAIRS))

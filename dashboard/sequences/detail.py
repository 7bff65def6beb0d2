"""One sequence opened: two players in step, the curve of distances, the shift, and the whole strip."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.parts import alignment, charts, filmstrip
from dashboard.parts.alignment import Alignment
from dashboard.sequences import cards, listing, player
from dashboard.shell import data, links, state
from dashboard.shell.screen import Results
from vrd_core.project.found import Sequence
from vrd_core.text import four_digits

CURVE_MARGIN = 10
"""Seconds shown before and after."""

MOST_SHIFT = 10
"""Seconds that the second side can be moved."""

MOST_PAIRS_OPENED = 600


def render(results: Results, sequence: Sequence) -> None:
    """Draw the open sequence."""
    _bar(results, sequence)
    with st.container(border=True, gap="xsmall"):
        st.html(cards.card_html(sequence))
    if sequence.row < 0:
        st.caption("The present settings do not find exactly this stretch; it is shown as the link names it.")
    step = max(1, round(results.view.fps))
    shift = int(st.session_state.get(state.SHIFT) or 0)
    _players(results, sequence, shift)
    left, right = st.columns([5, 3], gap="medium")
    with right:
        shift = _shift(results, sequence, step)
    with left:
        _curve(results, sequence, shift)
    _strip(results, sequence, shift)


def _bar(results: Results, sequence: Sequence) -> None:
    found = results.found
    rows = listing.ordered(found, st.session_state.get("sort") or next(iter(listing.SORTS)))
    at = next((n for n, r in enumerate(rows) if r == sequence.row), None) if sequence.row >= 0 else None
    with st.container(horizontal=True, vertical_alignment="center", key="detail_bar"):
        st.button("All sequences", icon=":material/arrow_back:", on_click=links.close_sequence, type="tertiary")
        if at is not None:
            before = found[int(rows[at - 1])].sequence if at else ""
            after = found[int(rows[at + 1])].sequence if at + 1 < len(rows) else ""
            st.button(
                "Previous",
                icon=":material/chevron_left:",
                disabled=not before,
                type="tertiary",
                on_click=links.open_sequence,
                args=(before,),
            )
            st.caption(f"{at + 1} of {len(rows):,}", width="content")
            st.button(
                "Next",
                icon=":material/chevron_right:",
                disabled=not after,
                type="tertiary",
                on_click=links.open_sequence,
                args=(after,),
            )
        st.space("stretch")
        st.button(
            "See the pair",
            icon=":material/grid_on:",
            type="tertiary",
            on_click=links.to_pair,
            args=(sequence.video_a, sequence.video_b),
        )


def _players(results: Results, sequence: Sequence, shift: int) -> None:
    player.render(results.view, sequence, shift=shift / results.view.fps)


def _curve(results: Results, sequence: Sequence, shift: int) -> None:
    fps = results.view.fps
    line = alignment.aligned_with_margin(results.found, sequence, round(CURVE_MARGIN * fps), shift)
    inner = (line.frame_a >= sequence.first_a) & (line.frame_a <= sequence.last_a)
    mean = Alignment(line.frame_a[inner], line.frame_b[inner], line.distance[inner]).mean
    above = int(line.deviating(results.threshold)[inner].sum())
    st.markdown(
        f"**Distance along the sequence** · mean {four_digits(mean) if not np.isnan(mean) else '–'}, "
        f"{above} of {int(inner.sum())} frame pairs above the threshold"
    )
    st.altair_chart(
        charts.curve(
            line.frame_a / fps,
            line.distance,
            results.threshold,
            (sequence.start_a, sequence.end_a - 1 / fps),
            data.measure(results.view),
        ),
        width="stretch",
        key="curve",
        alt="Distance of every frame pair along the sequence; mean "
        f"{four_digits(mean) if not np.isnan(mean) else 'unknown'}, threshold {four_digits(results.threshold)}.",
    )


def _shift(results: Results, sequence: Sequence, step: int) -> int:
    fps = results.view.fps
    most = round(MOST_SHIFT * fps)
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
    moved, means = alignment.by_shift(results.found, sequence, most)
    if not np.isnan(means).all():
        st.altair_chart(
            charts.shifts(moved / fps, means, shift / fps, results.threshold, data.measure(results.view)),
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


def _strip(results: Results, sequence: Sequence, shift: int) -> None:
    size = (
        st.segmented_control(
            "Thumbnails",
            list(filmstrip.STILL_HEIGHTS),
            default="L",
            required=True,
            key="detail_size",
            bind="query-params",
        )
        or "L"
    )
    if shift:
        line = alignment.aligned_with_margin(results.found, sequence, 0, shift)
        st.html(
            filmstrip.strip_html(
                results.view,
                sequence.a,
                sequence.b,
                line,
                results.threshold,
                height=filmstrip.STILL_HEIGHTS[size],
                most=MOST_PAIRS_OPENED,
                label=f"The sequence with the second video moved by {shift} frames",
            )
        )
    else:
        st.html(cards.strip(results, sequence, size, MOST_PAIRS_OPENED))

"""The list of sequences: sorted, ten to a page, each with names, times, facts and its strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from dashboard.parts import alignment, confidence, filmstrip
from dashboard.parts.text import hms, length, markup, number, title
from dashboard.shell import state
from dashboard.shell.state import Screen
from vrd_core import export
from vrd_core.project.found import Found, Sequence

PER_PAGE = 10
MOST_PAIRS = 30
"""Frame pairs in a strip of the list; longer ones are thinned out evenly."""

SORTS: dict[str, Callable[[Found], tuple[np.ndarray, ...]]] = {
    "Longest first": lambda f: (f.table.first_a - f.table.last_a,),
    "Shortest first": lambda f: (f.table.last_a - f.table.first_a,),
    "Closest first": lambda f: (f.table.mean_distance,),
    "Farthest first": lambda f: (-f.table.mean_distance,),
    "By video and time": lambda f: (f.table.video_a, f.table.first_a),
    "By time in the second": lambda f: (f.table.video_b, f.table.first_b),
}


def ordered(found: Found, how: str) -> np.ndarray:
    """Return the rows of the sequences in the order asked for; ties stay in the canonical order."""
    keys = SORTS[how](found)
    return np.lexsort([np.arange(len(found)), *reversed(keys)])


def render(screen: Screen) -> None:
    """Draw toolbar, list and pages."""
    found = screen.found
    assert found is not None
    how, size = _toolbar(screen)
    rows = ordered(found, how)
    pages = max(1, -(-len(rows) // PER_PAGE))
    body = st.container(gap="small")
    page = 1
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            page = min(pages, st.pagination(pages, key="page", bind="query-params"))
    shown = [found[int(r)] for r in rows[(page - 1) * PER_PAGE : page * PER_PAGE]]
    with body:
        # Names and numbers of all first, pictures after: the list is there while strips are still being composed.
        sure = confidence.of(found, shown)
        places = [_card(sequence, sure.get(sequence.sequence, "")) for sequence in shown]
        for sequence, place in zip(shown, places, strict=True):
            with place:
                st.html(strip(screen, sequence, size, MOST_PAIRS))


def _toolbar(screen: Screen) -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="toolbar"):
        st.title("Sequences", width="content")
        st.space("stretch")
        how = st.selectbox(
            "Sort", list(SORTS), key="sort", bind="query-params", width=200, label_visibility="collapsed"
        )
        size = st.segmented_control(
            "Thumbnails",
            list(filmstrip.HEIGHTS),
            default="M",
            required=True,
            key="size",
            bind="query-params",
            label_visibility="collapsed",
        )
        with st.popover("Download", icon=":material/download:"):
            downloads(screen)
    return how, size or "M"


def _card(sequence: Sequence, sure: str) -> Any:
    with st.container(border=True, key=f"card-{sequence.sequence}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.html(card_html(sequence, sure))
            st.button(
                "Compare",
                key=f"open-{sequence.sequence}",
                icon=":material/compare:",
                on_click=open_one,
                args=(sequence.sequence,),
                help="Play both sides in step",
            )
        return st.container(key=f"strip-{sequence.sequence}")


def open_one(name: str) -> None:
    """Open a sequence: to be called from a callback."""
    st.query_params[state.SEQUENCE] = name
    st.session_state[state.SHIFT] = 0


def go_to(name: str) -> None:
    """Open a sequence from another page: to be called from a callback."""
    st.session_state[state.SHIFT] = 0
    st.switch_page("../pages/sequences.py", query_params={state.SEQUENCE: name})


def card_html(sequence: Sequence, sure: str = "") -> str:
    """Return names, times and facts of a sequence as HTML; names are escaped. `sure` is HTML that follows them."""
    sides = (
        (("A", sequence.video_a, sequence.start_a, sequence.end_a)),
        (("B", sequence.video_b, sequence.start_b, sequence.end_b)),
    )
    names = "".join(
        f'<u>{letter}</u><b title="{markup(name)}">{_name(name)}</b><span>{hms(start)} – {hms(end)}</span>'
        for letter, name, start, end in sides
    )
    return (
        f'<div class="vrd-card"><div class="vrd-side">{names}</div>'
        f'<div class="vrd-facts">{_facts(sequence)}{sure}</div></div>'
    )


def _name(name: str) -> str:
    folder = name.rpartition("/")[0]
    return markup(title(name)) + (f" <small>{markup(folder)}</small>" if folder else "")


def _facts(sequence: Sequence) -> str:
    facts = [f"<strong>{markup(length(sequence.seconds))}</strong>"]
    if not np.isnan(sequence.mean_distance):
        facts.append(f'<span title="mean distance over every frame pair">mean {number(sequence.mean_distance)}</span>')
    if sequence.deviating_frames:
        facts.append(f'<span title="frame pairs above the threshold">{sequence.deviating_frames} deviate</span>')
    if sequence.mirrored:
        facts.append("<mark>mirrored</mark>")
    if abs(sequence.speed - 1) > 0.005:
        facts.append(f"<mark>speed {sequence.speed:.2f}×</mark>")
    return "".join(facts)


def strip(screen: Screen, sequence: Sequence, size: str, most: int) -> str:
    """Return the HTML of a sequence's strip, frame under frame, deviating pairs marked."""
    assert screen.found is not None
    line = alignment.along(screen.found, sequence)
    off = int(line.deviating(screen.threshold).sum())
    label = (
        f"{len(line)} frames of {sequence.video_a} from {hms(sequence.start_a)} above those of {sequence.video_b} "
        f"from {hms(sequence.start_b)}; {off} deviate"
    )
    return filmstrip.strip_html(
        screen.view,
        sequence.a,
        sequence.b,
        line,
        screen.threshold,
        height=filmstrip.HEIGHTS[size],
        most=most,
        label=label,
    )


def downloads(screen: Screen) -> None:
    """Draw the downloads of what the filters leave, made when they are asked for."""
    found = screen.found
    assert found is not None
    stem = f"{screen.project.slug}-sequences"
    for label, file, mime, make in offers(found, stem):
        st.download_button(
            label,
            make,
            file,
            mime,
            key=f"download-{label}",
            on_click="ignore",
            width="stretch",
            disabled=not len(found),
        )


def offers(found: Found, stem: str) -> list[tuple[str, str, str, Callable[[], Any]]]:
    """Return label, file name, media type and maker of each kind of file; a maker loads its library when called."""
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return [
        ("CSV", f"{stem}.csv", "text/csv", found.to_csv),
        ("Excel", f"{stem}.xlsx", sheet, lambda: export.to_excel(found)),
        ("JSON", f"{stem}.json", "application/json", lambda: export.to_json(found)),
        ("Report (HTML)", f"{stem}.html", "text/html", lambda: export.to_html(found)),
    ]

"""The list of sequences: sorted, ten to a page, each with names, times, facts and its strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from dashboard.parts import confidence, filmstrip
from dashboard.parts.text import plain
from dashboard.sequences import cards
from dashboard.shell import links, state
from dashboard.shell.screen import Results
from vrd_core import export
from vrd_core.project.found import Found, Sequence
from vrd_core.text import count

PER_PAGE = 10

SORTS: dict[str, Callable[[Found], tuple[np.ndarray, ...]]] = {
    "Longest first": lambda f: (f.table.start_a - f.table.end_a,),
    "Shortest first": lambda f: (f.table.end_a - f.table.start_a,),
    "Closest first": lambda f: (f.table.mean_distance,),
    "Farthest first": lambda f: (-f.table.mean_distance,),
    "By video and time": lambda f: (f.table.video_a, f.table.start_a),
    "By time in the second": lambda f: (f.table.video_b, f.table.start_b),
}


def ordered(found: Found, how: str) -> np.ndarray:
    """Return the rows of the sequences in the order asked for; ties stay in the canonical order."""
    keys = SORTS[how](found)
    return np.lexsort([np.arange(len(found)), *reversed(keys)])


def render(results: Results) -> None:
    """Draw toolbar, list and pages."""
    found = results.found
    how, size = _toolbar(results)
    rows = ordered(found, how)
    pages = max(1, -(-len(rows) // PER_PAGE))
    asked = st.query_params.get("page", "1")
    if state.new_address() and not (asked.isdecimal() and 1 <= int(asked[:9]) <= pages):
        st.info(plain(f"The list has no page {asked}; it has {count(pages, 'page')}."), icon=":material/link_off:")
    body = st.container(gap="small")
    page = 1
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            page = min(pages, st.pagination(pages, key="page", bind="query-params"))
    shown = [found[int(r)] for r in rows[(page - 1) * PER_PAGE : page * PER_PAGE]]
    with body:
        # Names and numbers of all first, pictures after: the list is there while strips are still being composed.
        sure = confidence.words(found, shown)
        places = [_card(sequence, sure.get(sequence.sequence, "")) for sequence in shown]
        for sequence, place in zip(shown, places, strict=True):
            with place:
                st.html(cards.strip(results, sequence, size, cards.MOST_PAIRS))


def _toolbar(results: Results) -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="toolbar"):
        st.title("Sequences", width="content")
        st.space("stretch")
        how = st.selectbox(
            "Sort", list(SORTS), key="sort", bind="query-params", width=200, label_visibility="collapsed"
        )
        size = st.segmented_control(
            "Thumbnails",
            list(filmstrip.STILL_HEIGHTS),
            default="M",
            required=True,
            key="size",
            bind="query-params",
            label_visibility="collapsed",
        )
        with st.popover("Download", icon=":material/download:"):
            downloads(results)
    return how, size or "M"


def _card(sequence: Sequence, sure: str) -> Any:
    with st.container(border=True, key=f"card-{sequence.sequence}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.html(cards.card_html(sequence, sure))
            st.button(
                "Compare",
                key=f"open-{sequence.sequence}",
                icon=":material/compare:",
                on_click=links.open_sequence,
                args=(sequence.sequence,),
                help="Play both sides in step",
            )
        return st.container(key=f"strip-{sequence.sequence}")


def downloads(results: Results) -> None:
    """Draw the downloads of what the filters leave, made when they are asked for."""
    found = results.found
    stem = f"{results.project.slug}-sequences"
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

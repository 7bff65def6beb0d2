"""The lists of what was found, missed and found falsely, ten to a page, each with its strip."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from dashboard.evaluate import measuring, missed
from dashboard.evaluate.truth_file import Truth
from dashboard.parts import confidence
from dashboard.parts.text import length, markup
from dashboard.sequences import cards
from dashboard.shell import links
from dashboard.shell.screen import Results
from vrd_core.errors import VRDError
from vrd_core.evaluation.metric import Evaluation
from vrd_core.evaluation.truth import Reuse
from vrd_core.text import four_digits

OUTCOME, PAGE, WHY = "outcome", "outcome_page", "why"
PER_PAGE = 10

_EMPTY = {
    "missed": "Nothing of the list is missed at this setting.",
    "found": "Nothing of the list is found at this setting: raise the threshold, or see under *Missed* what lost it.",
    "false": "Everything that is found touches something of the list.",
}
_SAYS = {
    "missed": "Known to be reused, and not found with the right films within two seconds. Deviating frames are marked.",
    "found": "Known to be reused, and found; the strip shows what was found.",
    "false": "Found, and not in the list. Look at them before you count them as errors: lists are seldom complete, and "
    "the closest, which come first, may well be reuse that nobody wrote down.",
}


def render(results: Results, truth: Truth, rows: list[Reuse], evaluation: Evaluation) -> None:
    """Draw the choice of a list and the page of it that is open."""
    found = results.everything
    false = np.flatnonzero(~np.array(evaluation.found_right, bool))
    seen = np.array(evaluation.true_found, bool)
    lists = {
        "missed": np.flatnonzero(~seen),
        "found": np.flatnonzero(seen),
        "false": false[np.argsort(found.table.mean_distance[false], kind="stable")],
    }
    chosen = _which({name: len(places) for name, places in lists.items()})
    st.caption(_SAYS[chosen] if len(lists[chosen]) else _EMPTY[chosen])
    pages = max(1, -(-len(lists[chosen]) // PER_PAGE))
    body = st.container(gap="small")
    page = 1
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            page = min(pages, st.pagination(pages, key=PAGE, bind="query-params"))
    shown = lists[chosen][(page - 1) * PER_PAGE : page * PER_PAGE].tolist()
    draw: Callable[[int], None] = {
        "missed": lambda n: _missed(results, truth, n),
        "found": lambda n: _found(results, truth, n, rows),
        "false": lambda n: _false(results, n),
    }[chosen]
    with body:
        for n in shown:
            with st.container(border=True, key=f"{chosen}-{n}", gap="xsmall"):
                draw(n)


def _which(sizes: dict[str, int]) -> str:
    """Ask for a list. Not bound to the URL by Streamlit, which would write the numbers into it, too."""
    asked = st.query_params.get(OUTCOME, "")
    picked = st.segmented_control(
        "Which to list",
        list(sizes),
        default=asked if asked in sizes else "missed",
        required=True,
        key="_outcome",
        format_func=lambda name: f"{name.capitalize()} · {sizes[name]:,}",
        label_visibility="collapsed",
        on_change=_listed,
    )
    return picked or "missed"


def _listed() -> None:
    st.query_params[OUTCOME] = st.session_state["_outcome"] or "missed"


def _missed(results: Results, truth: Truth, n: int) -> None:
    row = truth.rows[n]
    try:
        line = measuring.line(results.view, row, results.settings)
        median = float(np.median(line.distance))
        facts = [f'<span title="half of its frame pairs lie above this">median {four_digits(median)}</span>']
    except VRDError:
        line, facts = None, []
    opened = st.query_params.get(WHY) == str(n)
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(_card(row, facts))
        st.button(
            "Close" if opened else "Why missed?",
            key=f"why-{n}",
            on_click=_why,
            args=(n, opened),
            icon=":material/close:" if opened else ":material/help_center:",
            help=None if opened else "Which step lost it, and what setting would have found it",
        )
    if line is None:
        st.caption("These times lie outside the films as they were processed.")
        return
    st.html(missed.strip_html(results, row, line))
    if opened:
        missed.explain(results, row, key=f"row-{n}")


def _why(n: int, opened: bool) -> None:
    if opened:
        st.query_params.pop(WHY, None)
    else:
        st.query_params[WHY] = str(n)


def _found(results: Results, truth: Truth, n: int, rows: list[Reuse]) -> None:
    row = truth.rows[n]
    match = measuring.best_match(row, rows)
    if match is None:
        st.html(_card(row, []))
        return
    place, error = match
    sequence = results.everything[place]
    beside = f"{error:.1f} s beside" if error >= 0.05 else "exactly in place"
    facts = [
        f'<span title="length of what was found">{markup(length(sequence.seconds))} found</span>',
        f'<span title="how far the two alignments lie apart">{beside}</span>',
        _sure(results, place),
    ]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(_card(row, facts))
        _compare(sequence.sequence, f"found-{n}")
    st.html(cards.strip(results, sequence, "M", cards.MOST_PAIRS))


def _false(results: Results, n: int) -> None:
    sequence = results.everything[n]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(cards.card_html(sequence, _sure(results, n)))
        _compare(sequence.sequence, f"false-{n}")
    st.html(cards.strip(results, sequence, "M", cards.MOST_PAIRS))


def _sure(results: Results, row: int) -> str:
    sequence = results.everything[row]
    return confidence.words(results.everything, [sequence]).get(sequence.sequence, "")


def _compare(name: str, key: str) -> None:
    st.button(
        "Compare",
        key=f"compare-{key}",
        icon=":material/compare:",
        on_click=links.to_sequence,
        args=(name,),
        help="Play both sides in step",
    )


def _card(row: Reuse, facts: list[str]) -> str:
    """Return names, times, length and edit of a known stretch as HTML; names are escaped."""
    edit = f'<mark title="what was done to it">{markup(row.edit)}</mark>' if row.edit else ""
    says = f"<strong>{markup(length(row.end_a - row.start_a))}</strong>{edit}{''.join(facts)}"
    return cards.two_sides(((row.video_a, row.start_a, row.end_a), (row.video_b, row.start_b, row.end_b)), says)

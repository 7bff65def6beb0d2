"""The lists of what was found, missed and found falsely, ten to a page, each with its strip."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from dashboard.evaluate import measuring, missed
from dashboard.evaluate.truth import Truth
from dashboard.parts import confidence
from dashboard.parts.text import hms, length, markup, number, title
from dashboard.sequences import list as sequence_list
from dashboard.shell.state import Screen
from vrd_core.errors import VRDError
from vrd_core.evaluation.metric import Evaluation
from vrd_core.evaluation.truth import Reuse

OUTCOME, PAGE, WHY = "outcome", "outcome_page", "why"
PER_PAGE = sequence_list.PER_PAGE

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


def render(screen: Screen, truth: Truth, rows: list[Reuse], evaluation: Evaluation) -> None:
    """Draw the choice of a list and the page of it that is open."""
    found = screen.everything
    assert found is not None
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
        "missed": lambda n: _missed(screen, truth, n),
        "found": lambda n: _found(screen, truth, n, rows),
        "false": lambda n: _false(screen, n),
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


def _missed(screen: Screen, truth: Truth, n: int) -> None:
    assert screen.settings is not None
    row = truth.rows[n]
    try:
        line = measuring.line(screen.view, row, screen.settings)
        median = float(np.median(line.distance))
        facts = [f'<span title="half of its frame pairs lie above this">median {number(median)}</span>']
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
    st.html(missed.strip_html(screen, row, line))
    if opened:
        missed.explain(screen, row, key=f"row-{n}")


def _why(n: int, opened: bool) -> None:
    if opened:
        st.query_params.pop(WHY, None)
    else:
        st.query_params[WHY] = str(n)


def _found(screen: Screen, truth: Truth, n: int, rows: list[Reuse]) -> None:
    assert screen.everything is not None
    row = truth.rows[n]
    match = measuring.best_match(row, rows)
    if match is None:
        st.html(_card(row, []))
        return
    place, error = match
    sequence = screen.everything[place]
    beside = f"{error:.1f} s beside" if error >= 0.05 else "exactly in place"
    facts = [
        f'<span title="length of what was found">{markup(length(sequence.seconds))} found</span>',
        f'<span title="how far the two alignments lie apart">{beside}</span>',
        _sure(screen, place),
    ]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(_card(row, facts))
        _compare(sequence.sequence, f"found-{n}")
    st.html(sequence_list.strip(screen, sequence, "M", sequence_list.MOST_PAIRS))


def _false(screen: Screen, n: int) -> None:
    assert screen.everything is not None
    sequence = screen.everything[n]
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.html(sequence_list.card_html(sequence, _sure(screen, n)))
        _compare(sequence.sequence, f"false-{n}")
    st.html(sequence_list.strip(screen, sequence, "M", sequence_list.MOST_PAIRS))


def _sure(screen: Screen, row: int) -> str:
    assert screen.everything is not None
    sequence = screen.everything[row]
    return confidence.of(screen.everything, [sequence]).get(sequence.sequence, "")


def _compare(name: str, key: str) -> None:
    st.button(
        "Compare",
        key=f"compare-{key}",
        icon=":material/compare:",
        on_click=sequence_list.go_to,
        args=(name,),
        help="Play both sides in step",
    )


def _card(row: Reuse, facts: list[str]) -> str:
    """Return names, times, length and edit of a known stretch as HTML; names are escaped."""
    sides = (("A", row.video_a, row.start_a, row.end_a), ("B", row.video_b, row.start_b, row.end_b))
    names = "".join(
        f'<u>{letter}</u><b title="{markup(name)}">{_name(name)}</b><span>{hms(start)} – {hms(end)}</span>'
        for letter, name, start, end in sides
    )
    edit = f'<mark title="what was done to it">{markup(row.edit)}</mark>' if row.edit else ""
    says = f"<strong>{markup(length(row.end_a - row.start_a))}</strong>{edit}{''.join(facts)}"
    return f'<div class="vrd-card"><div class="vrd-side">{names}</div><div class="vrd-facts">{says}</div></div>'


def _name(name: str) -> str:
    folder = name.rpartition("/")[0]
    return markup(title(name)) + (f" <small>{markup(folder)}</small>" if folder else "")

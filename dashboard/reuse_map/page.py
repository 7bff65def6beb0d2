"""The parts of the reuse map: the matrix, the ranking, one video's time line, and the sequences behind a click."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.parts import charts, dotplot
from dashboard.parts.text import distinct_titles, length, plain
from dashboard.reuse_map import reuse
from dashboard.sequences import cards
from dashboard.shell import links, state
from dashboard.shell.page import need_results, nothing_found
from dashboard.shell.screen import Results
from vrd_core.text import clock, count, four_digits

MOST_VIDEOS = 24
"""Videos in the matrix and the ranking: those with most reuse."""

MOST_CARDS = 5
OTHERS = "all others"


def render() -> None:
    """Draw the page."""
    results = need_results("Reuse map", "Then the map of who shares footage with whom is drawn here.")
    if results.found:
        _map(results)
    else:
        st.title("Reuse map")
        nothing_found(results)


def _map(results: Results) -> None:
    found = results.found
    names = [v.name for v in results.view.videos]
    titles = distinct_titles(names, 34)
    table, totals = reuse.shared(found), reuse.totals(found)
    summed = table.groupby("video")["seconds"].sum().sort_values(ascending=False, kind="stable")
    shown = [int(v) for v in summed.index[:MOST_VIDEOS]]
    st.title("Reuse map")
    st.markdown(
        f"**{len(totals):,}** of {count(len(names), 'video')} share footage: "
        f"**{clock(float(totals.sum()))}** of film is seen in another one too."
        + (f" The {MOST_VIDEOS} with most are drawn." if len(totals) > MOST_VIDEOS else "")
    )
    left, right = st.columns([6, 5], gap="medium")
    with left:
        cell = _matrix(table, shown, names, titles)
    with right:
        part = _ranking(table, shown, names, titles)
    clicked = cell or part
    if clicked is not None:
        _show_pair(results, *clicked)
    _timeline(results, totals, names, titles)


def _matrix(table: pd.DataFrame, shown: list[int], names: list[str], titles: dict[str, str]) -> tuple[int, int] | None:
    st.markdown("**Who shares with whom**")
    inside = table[table["video"].isin(shown) & table["other"].isin(shown)]
    label = [titles[n] for n in names]
    cells = pd.DataFrame(
        {
            "row": [label[v] for v in inside["video"]],
            "column": [label[v] for v in inside["other"]],
            "seconds": inside["seconds"].to_numpy(),
            "sequences": inside["sequences"].to_numpy(),
            "time": [clock(s) for s in inside["seconds"]],
        }
    )
    order = [label[v] for v in shown]
    event: Any = st.altair_chart(
        charts.matrix(cells, order),
        width="stretch",
        key="matrix",
        on_select="rerun",
        selection_mode="cell",
        alt=f"Matrix of {len(order)} videos: seconds of each that are also seen in each other one",
    )
    return _picked(event, "cell", "row", "column", label)


def _ranking(table: pd.DataFrame, shown: list[int], names: list[str], titles: dict[str, str]) -> tuple[int, int] | None:
    st.markdown("**Ranked by what is shared**")
    label = [titles[n] for n in names]
    inside = table[table["video"].isin(shown)].copy()
    weight = inside.groupby("other")["seconds"].sum().sort_values(ascending=False, kind="stable")
    room = len(charts.SERIES) - (0 if len(weight) <= len(charts.SERIES) - 1 else 1)
    leading = [int(v) for v in weight.index[:room]]
    inside["with"] = [label[v] if v in leading else OTHERS for v in inside["other"]]
    partners = [label[v] for v in leading] + ([OTHERS] if len(weight) > len(leading) else [])
    summed = inside.groupby(["video", "with"], sort=False)["seconds"].sum().reset_index()
    bars = pd.DataFrame(
        {
            "video": [label[v] for v in summed["video"]],
            "with": summed["with"],
            "seconds": summed["seconds"],
            "rank": [partners.index(w) for w in summed["with"]],
            "time": [clock(s) for s in summed["seconds"]],
        }
    )
    order = [label[v] for v in shown]
    event: Any = st.altair_chart(
        charts.ranking(bars, order, partners),
        width="stretch",
        key="ranking",
        on_select="rerun",
        selection_mode="part",
        alt="Seconds that each video shares with others, the most first",
    )
    return _picked(event, "part", "video", "with", label)


def _picked(event: Any, name: str, one: str, other: str, label: list[str]) -> tuple[int, int] | None:
    rows = (event or {}).get("selection", {}).get(name) or []
    try:
        return label.index(rows[0][one]), label.index(rows[0][other])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _show_pair(results: Results, one: int, other: int) -> None:
    """Show the sequences of the two videos that were clicked."""
    found, view = results.found, results.view
    a, b = min(one, other), max(one, other)
    sequences = sorted(dotplot.of_pair(found, a, b), key=lambda s: -s.seconds)
    name_a, name_b = view.videos[a].name, view.videos[b].name
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{count(len(sequences), 'sequence')}** of {plain(name_a)} and {plain(name_b)}", width="stretch"
            )
            st.button(
                "In the list",
                on_click=links.to_list,
                args=([name_a, name_b],),
                type="tertiary",
                icon=":material/view_carousel:",
            )
            st.button(
                "As a pair", on_click=links.to_pair, args=(name_a, name_b), type="tertiary", icon=":material/grid_on:"
            )
        for sequence in sequences[:MOST_CARDS]:
            st.html(cards.strip(results, sequence, "S", 30))
            st.button(
                f"{clock(sequence.start_a)} and {clock(sequence.start_b)} · {length(sequence.seconds)}",
                key=f"map-{sequence.sequence}",
                type="tertiary",
                icon=":material/compare:",
                on_click=links.to_sequence,
                args=(sequence.sequence,),
                help="Play both sides in step",
            )


def _timeline(results: Results, totals: pd.Series, names: list[str], titles: dict[str, str]) -> None:
    found, view = results.found, results.view
    st.subheader("One video's time line")
    ranked = [names[int(v)] for v in totals.index]
    asked = st.query_params.get("of")
    if asked and asked not in ranked and state.new_address():
        st.info(plain(f"There is no video “{asked}” here that shares footage."), icon=":material/link_off:")
    name = st.selectbox("Video", ranked, key="of", bind="query-params", label_visibility="collapsed", width=460)
    video = names.index(name)
    table = reuse.sides(found)
    mine = table[table["video"] == video]
    lanes = reuse.covered(mine, ["other"]).sort_values(ascending=False, kind="stable")
    order = [titles[names[int(v)]] for v in lanes.index]
    rows = [found[int(r)] for r in mine["row"]]
    bars = pd.DataFrame(
        {
            "start": mine["start"],
            "end": mine["end"],
            "other": [titles[names[v]] for v in mine["other"]],
            "sequence": [s.sequence for s in rows],
            "length": [length(s.seconds) for s in rows],
            "mean": [four_digits(s.mean_distance) if not np.isnan(s.mean_distance) else "–" for s in rows],
            "here": [_times(s, video) for s in rows],
            "there": [_times(s, s.b if s.a == video else s.a) for s in rows],
        }
    )
    seconds = float(totals.loc[video])
    whole = view.videos[video].count / view.fps
    st.caption(
        f"{clock(seconds)} of {clock(whole)} ({seconds / max(whole, 1e-9):.0%}) is seen in "
        f"{count(len(order), 'other video')}. Click a bar to see the sequence."
    )
    event: Any = st.altair_chart(
        charts.timeline(bars, order, whole),
        width="stretch",
        key=f"timeline-{video}",
        on_select="rerun",
        selection_mode="bar",
        alt=f"Time line of {name}: {count(len(bars), 'reused part')} in {count(len(order), 'other video')}",
    )
    picked = (event or {}).get("selection", {}).get("bar") or []
    chosen = found.by_name(str(picked[0].get("sequence"))) if picked else None
    if chosen is not None:
        with st.container(border=True):
            st.html(cards.card_html(chosen))
            st.html(cards.strip(results, chosen, "M", 60))
            st.button(
                "Compare",
                icon=":material/compare:",
                key="timeline_open",
                on_click=links.to_sequence,
                args=(chosen.sequence,),
                help="Play both sides in step",
            )


def _times(sequence: Any, video: int) -> str:
    first = sequence.a == video
    start, end = (sequence.start_a, sequence.end_a) if first else (sequence.start_b, sequence.end_b)
    return f"{clock(start)} – {clock(end)}"

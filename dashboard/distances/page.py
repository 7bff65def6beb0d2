"""The parts of the page of distances: histogram, funnel, and real frame pairs around the threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.distances import examples
from dashboard.parts import charts, filmstrip
from dashboard.parts.text import plain
from dashboard.shell import data
from dashboard.shell.page import need_results, nothing_found
from dashboard.shell.screen import Results
from vrd_core.text import count, four_digits

HISTOGRAM_BARS = 100
MOST_GROUPS = 6
PAIRS_PER_BAND = 6

BANDS = {"Just below": (0.86, 0.95), "At the threshold": (0.97, 1.0), "Just above": (1.001, 1.12)}
"""Shares of the threshold between which pairs are shown."""

WIDER = {"Just below": (0.5, 1.0), "At the threshold": (0.8, 1.15), "Just above": (1.001, 1.6)}
"""Where the band above holds too few pairs."""


def render() -> None:
    """Draw the page."""
    results = need_results("Distances", "Then the distances between frames of different films are shown here.")
    chosen = _histogram(results)
    if chosen is not None:
        _bar(results, *chosen)
    if _passes(results):
        _examples(results)
    else:
        nothing_found(results)


def _histogram(results: Results) -> tuple[float, float] | None:
    """Draw the histogram and the funnel; return the ends of the bar that was clicked."""
    view, scale = results.view, results.scale
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Distances", width="content")
        st.space("stretch")
        several = len({v.collection for v in view.videos}) > 1
        split = several and st.toggle("By collection", key="by_collection", bind="query-params")
        log = st.toggle(
            "Logarithmic",
            True,
            key="log",
            bind="query-params",
            help="Close pairs are few beside the many that have nothing in common.",
        )
    left, right = st.columns([5, 3], gap="large")
    keep = results.filters.keep(view)
    what = data.measure(view)
    with left:
        counts = data.counts_below(view, scale.top, HISTOGRAM_BARS, keep)
        groups = _by_collection(results, keep) if split else None
        event = st.altair_chart(
            charts.histogram(counts, scale.top, results.threshold, scale.suggested, log=log, groups=groups, what=what),
            width="stretch",
            key="distances",
            on_select="rerun",
            selection_mode="bar",
            alt=f"Histogram of {what}s from 0 to {four_digits(scale.top)} with the threshold at "
            f"{four_digits(results.threshold)}",
        )
        beyond = int(counts[-1])
        more = f" {count(beyond, 'pair')} lie farther out than {four_digits(scale.top)}." if beyond else ""
        st.caption(f"Click a bar to see pairs from there.{more}")
        if scale.suggested is not None:
            st.markdown(f"**Why {four_digits(scale.suggested)} is suggested:** {plain(scale.reason)}.")
        else:
            st.markdown(f"**No suggestion:** {plain(scale.reason)}")
    with right:
        _funnel(results, keep)
    picked = _picked(event)
    if picked is None:
        return None
    return picked, picked + scale.top / HISTOGRAM_BARS


def _picked(event: Any) -> float | None:
    rows = (event or {}).get("selection", {}).get("bar") or []
    try:
        return float(rows[0]["from"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _by_collection(results: Results, keep: np.ndarray | None) -> dict[str, np.ndarray]:
    view, scale = results.view, results.scale
    collections = [v.collection or "(top)" for v in view.videos]
    pairs = view.neighbours.pair_videos
    sizes = np.diff(view.neighbours.pair_starts)
    names = np.array(
        [
            " ↔ ".join(sorted({collections[a], collections[b]}))
            if collections[a] != collections[b]
            else f"within {collections[a]}"
            for a, b in pairs.tolist()
        ],
        object,
    )
    weight = {n: int(sizes[names == n].sum()) for n in set(names)}
    groups = {}
    for name in sorted(weight, key=lambda n: (-weight[n], n))[:MOST_GROUPS]:
        mask = (names == name) if keep is None else (names == name) & keep
        groups[name] = data.counts_below(view, scale.top, HISTOGRAM_BARS, mask)
    return groups


def _bar(results: Results, low: float, high: float) -> None:
    """Draw pairs from the bar that was clicked."""
    pairs, distances = examples.pairs_at_distance(
        results.view, low, high, 8, _seed(), results.filters.keep(results.view)
    )
    st.markdown(f"**Pairs from {four_digits(low)} to {four_digits(high)}**")
    if pairs:
        st.html(filmstrip.pairs_html(results.view, pairs, distances, height=64))
    else:
        st.caption("No pair lies there.")


def _passes(results: Results) -> bool:
    """Whether any frame pair lies at the threshold or below."""
    return bool(np.float32(results.view.neighbours.summary["minimum"]) <= np.float32(results.threshold))


def _examples(results: Results) -> None:
    """Draw real pairs from just below, at and just above the threshold."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("What a distance looks like", width="content")
        st.button("Show others", icon=":material/shuffle:", type="tertiary", on_click=_reshuffle, key="reshuffle")
    keep = results.filters.keep(results.view)
    for column, (name, band) in zip(st.columns(len(BANDS), gap="medium"), BANDS.items(), strict=True):
        with column:
            pairs, distances = _band(results, band, keep)
            if len(pairs) < 3:
                pairs, distances = _band(results, WIDER[name], keep)
            st.markdown(f"**{name}** · {'these match' if name != 'Just above' else 'these do not'}")
            if pairs:
                st.html(filmstrip.pairs_html(results.view, pairs, distances, height=64))
            else:
                st.caption("There are no pairs here.")


def _band(
    results: Results, band: tuple[float, float], keep: np.ndarray | None
) -> tuple[list[filmstrip.Pair], list[float]]:
    low, high = (share * results.threshold for share in band)
    return examples.pairs_at_distance(results.view, low, high, PAIRS_PER_BAND, _seed(), keep)


def _seed() -> int:
    try:
        return abs(int(st.query_params.get("others", "0")[:9]))
    except ValueError:
        return 0


def _reshuffle() -> None:
    st.query_params["others"] = str(_seed() + 1)


def _funnel(results: Results, keep: np.ndarray | None) -> None:
    view = results.view
    near = view.neighbours
    frames = near.counts.astype(float)
    free = np.array([float(np.count_nonzero(near.usable(v))) for v in range(near.videos)])
    of_collections = view.settings.search.scope == "collections"
    groups = [v.group if of_collections else str(n) for n, v in enumerate(view.videos)]
    every = frames.sum() * (frames.sum() - 1) / 2
    kept = view.settings.search.neighbours_considered
    steps = [
        ("All frame pairs", every, "nothing"),
        (
            "of different collections" if of_collections else "of different videos",
            _across(frames, groups),
            "pairs within one collection" if of_collections else "pairs within one video",
        ),
        ("not near-single-colour", _across(free, groups), "black leader, fades: alike without meaning"),
        (f"among the {kept} nearest of a frame", float(len(near)), "pairs that are far apart in any case"),
        ("at or below the threshold", float(data.passing(view, results.threshold)), "pairs above the threshold"),
        (
            "in sequences",
            float(results.everything.table.hits.sum()),
            "matches too short or too sparse to be a sequence, overlaps that were combined, and echoes",
        ),
    ]
    if len(results.found) != len(results.everything):
        steps.append(
            (
                "left by the filters",
                float(results.found.table.hits.sum()),
                "sequences of other videos, collections or lengths",
            )
        )
    table = pd.DataFrame(steps, columns=["step", "pairs", "why"])
    table["says"] = [_short(v) for v in table["pairs"]]
    st.markdown("**What each filter leaves** · frame pairs, logarithmic")
    st.altair_chart(
        charts.funnel(table),
        width="stretch",
        key="funnel",
        alt="Frame pairs left after each filter: " + ", ".join(f"{s} {_short(v)}" for s, v, _ in steps),
    )
    st.markdown(
        f"**{count(len(results.found), 'sequence')}** from {count(int(steps[4][1]), 'matching frame pair')} at "
        f"or below {four_digits(results.threshold)}."
    )


def _across(sizes: np.ndarray, groups: list[str]) -> float:
    """Return how many pairs two different groups have in all."""
    total: dict[str, float] = {}
    for group, size in zip(groups, sizes.tolist(), strict=True):
        total[group] = total.get(group, 0.0) + size
    return (sum(total.values()) ** 2 - sum(v * v for v in total.values())) / 2


def _short(value: float) -> str:
    for unit, size in (("billion", 1e9), ("million", 1e6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:,.0f}"

"""Two finished views of a project measured against the same truth: which network or layer does better."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard.evaluate import charts, measuring, truth_file
from dashboard.evaluate.measuring import Curve
from dashboard.evaluate.truth_file import Truth
from dashboard.parts.text import plain
from dashboard.shell import data
from dashboard.shell.screen import Results
from vrd_core.errors import VRDError
from vrd_core.evaluation.curve import Point
from vrd_core.text import four_digits

VERSUS = "versus"


def render(results: Results, truth: Truth, own: Curve | None) -> None:
    """Let another finished view be chosen, and measure both."""
    st.subheader("Against another network or layer")
    others = [c for c in data.view_choices(results.project) if c.view_id != results.view.view_id]
    if not others:
        st.markdown(
            "This project has been processed with one network and layer only. Choose another under *Network* "
            "and process: the films are not read again, and both can then be measured on the same list."
        )
        st.page_link("../pages/network.py", label="Go to Network", icon=":material/arrow_forward:")
        return
    labels = {c.view_id: c.label for c in others}
    picked = st.selectbox(
        "Compare with",
        list(labels),
        index=None,
        format_func=lambda v: labels.get(v, v),
        key=VERSUS,
        bind="query-params",
        placeholder="Choose another one that is finished",
        width=520,
        label_visibility="collapsed",
    )
    choice = next((c for c in others if c.view_id == picked), None)
    if choice is None:
        return
    try:
        other = data.open_view(results.project, choice)
        its_truth = truth_file.load(results.project, [v.name for v in other.videos])
        assert its_truth is not None
        key, answer = measuring.curve(other, its_truth, results.settings)
        measured = measuring.waited(key, answer, "compared")
    except VRDError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if own is None or measured is None:
        return
    if len(its_truth.rows) != len(truth.rows):
        st.caption(
            f"The other one has {len(its_truth.rows):,} of the rows of the list, this one {len(truth.rows):,}: "
            "they were run on different videos."
        )
    here = results.choice.label
    curves = {here: own, labels[choice.view_id]: measured}
    _table(curves)
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.markdown("**Precision against recall**")
        st.altair_chart(
            charts.against_each_other({n: (c.points, c.best, c.automatic) for n, c in curves.items()}),
            width="stretch",
            key="against",
            alt="Precision against recall of both at every threshold tried",
        )
    with right:
        st.markdown("**Stretches found by edit**, each at its own best threshold")
        st.altair_chart(
            charts.by_edit({n: c.best.evaluation.by_edit for n, c in curves.items()}),
            width="stretch",
            key="edits_compared",
            alt="Share of stretches found by edit, for both",
        )


def _table(curves: dict[str, Curve]) -> None:
    rows = []
    for name, curve in curves.items():
        rows.append(_row(name, "best", curve.best))
        if curve.automatic is not None:
            rows.append(_row(name, "automatic", curve.automatic))
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        key="compared_table",
        alt="Both at their best and automatic thresholds",
        column_config={
            "Network and layer": st.column_config.TextColumn(width="large"),
            "Threshold": st.column_config.TextColumn(
                help="The best of all that were tried, and the one that the rule suggests without knowing the truth."
            ),
            **{name: st.column_config.NumberColumn(format="%.2f") for name in ("F", "Precision", "Recall")},
            "Offset error": st.column_config.TextColumn(alignment="right"),
            "Stretches found": st.column_config.TextColumn(alignment="right"),
        },
    )


def _row(name: str, which: str, point: Point) -> dict[str, object]:
    value = point.evaluation
    seen = value.stretches
    return {
        "Network and layer": name,
        "Threshold": f"{which}, {four_digits(point.threshold)}",
        "F": value.f,
        "Precision": value.precision,
        "Recall": value.recall,
        "Stretches found": f"{seen.found} of {seen.planted}",
        "False": value.false_sequences,
        "Offset error": "–" if math.isnan(value.offset_error) else f"{value.offset_error:.2f} s",
    }

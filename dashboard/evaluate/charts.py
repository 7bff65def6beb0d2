"""The charts of the page Evaluate: quality over the threshold, recall by edit, and two views against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from dashboard.parts.charts import HINT, MARK, PASSES, REST, SERIES
from vrd_core.evaluation.curve import Point
from vrd_core.evaluation.metric import EditRecall
from vrd_core.text import four_digits

MEASURES = {"precision": SERIES[3], "recall": SERIES[2], "F": PASSES}
_DASHES = {"precision": [2, 2], "recall": [7, 3], "F": [1, 0]}
"""Told apart by their dashes, too."""

_SHARE = alt.Axis(format="%", tickCount=5)


def over_threshold(
    points: Sequence[Point], threshold: float, now: Point, suggested: float | None, best: Point, what: str
) -> alt.LayerChart:
    """Return precision, recall and F against the threshold; a click selects the nearest one tried, as "at"."""
    last = max(2 * best.threshold, 1.3 * threshold, 1.3 * (suggested or 0.0))
    top = min(last, max(points[-1].threshold, 1.05 * threshold)) or 1.0
    table = _long(sorted([*points, now], key=lambda point: point.threshold))
    x = alt.X(
        "threshold:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(labelBound=True),
        title=f"threshold: frames at this {what} or below match",
    )
    # Room above 1 for what is written beside the lines of the thresholds.
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(domain=[0, 1.24]),
        title="precision, recall and F",
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    colour = alt.Color(
        "measure:N",
        scale=alt.Scale(domain=list(MEASURES), range=list(MEASURES.values())),
        legend=alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=3),
    )
    dash = alt.StrokeDash("measure:N", scale=alt.Scale(domain=list(_DASHES), range=list(_DASHES.values())))
    lines = alt.Chart(table).mark_line(strokeWidth=2.2, clip=True).encode(x=x, y=y, color=colour, strokeDash=dash)
    pick = alt.selection_point(name="at", fields=["threshold"], on="click", nearest=True, empty=False)
    tips = [
        alt.Tooltip("says:N", title="threshold"),
        alt.Tooltip("precision:Q", format=".2f"),
        alt.Tooltip("recall:Q", format=".2f"),
        alt.Tooltip("F:Q", format=".2f"),
        alt.Tooltip("sequences:Q"),
    ]
    dots = (
        alt.Chart(table[table["measure"] == "F"])
        .mark_point(filled=True, size=36, color=MEASURES["F"], opacity=1, clip=True)
        .encode(x=x, y=y, tooltip=tips)
        .add_params(pick)
    )
    here = (
        alt.Chart(_long([now]))
        .mark_point(filled=True, size=110, opacity=1, clip=True, stroke=MARK, strokeWidth=2)
        .encode(
            x=x, y=y, color=colour, tooltip=[alt.Tooltip("measure:N", title=" "), alt.Tooltip("value:Q", format=".2f")]
        )
    )
    layers: list[alt.Chart] = []
    says = f"threshold {four_digits(threshold)}"
    if suggested is not None and four_digits(suggested) == four_digits(threshold):
        says += ", as suggested"
    elif suggested is not None:
        layers += _rule(suggested, top, f"suggested {four_digits(suggested)}", HINT, 8, [4, 4])
    layers += _rule(threshold, top, says, MARK, 24)
    layers += [lines, dots, here]
    return _layered(layers, 300)


def _long(points: Sequence[Point]) -> pd.DataFrame:
    """Return one row per point and measure; precision and F mean nothing where nothing is found."""
    rows = []
    for point in points:
        values = {"precision": point.evaluation.precision, "recall": point.evaluation.recall, "F": point.evaluation.f}
        if not point.sequences:
            values["precision"] = float("nan")
        rows += [
            {
                "threshold": point.threshold,
                "says": four_digits(point.threshold),
                "sequences": point.sequences,
                "measure": name,
                "value": value,
                **values,
            }
            for name, value in values.items()
        ]
    return pd.DataFrame(rows).dropna(subset=["value"])


def _rule(at: float, top: float, says: str, colour: str, y: int, dash: list[int] | None = None) -> list[alt.Chart]:
    table = pd.DataFrame({"threshold": [at], "says": [says]})
    left = at > 0.7 * top
    return [
        alt.Chart(table).mark_rule(color=colour, strokeWidth=2, strokeDash=dash or [1, 0]).encode(x="threshold:Q"),
        alt.Chart(table)
        .mark_text(color=colour, align="right" if left else "left", dx=-6 if left else 6, fontWeight=600, fontSize=12)
        .encode(x="threshold:Q", y=alt.value(y), text="says:N"),
    ]


def by_edit(parts: Mapping[str, Mapping[str, EditRecall]]) -> alt.LayerChart:
    """Return what share of the stretches was found, by edit: of one view, or of several beside each other."""
    edits: dict[str, list[float]] = {}
    rows = []
    for view, recalls in parts.items():
        for edit, recall in recalls.items():
            name = edit or "(not named)"
            edits.setdefault(name, []).append(recall.share)
            rows.append(
                {
                    "edit": name,
                    "view": view,
                    "share": recall.share,
                    "all": 1.0,
                    "says": f"{recall.found} of {recall.planted}",
                }
            )
    table = pd.DataFrame(rows)
    order = sorted(edits, key=lambda name: (-float(np.mean(edits[name])), name))
    views = list(parts)
    axis = alt.Axis(title=None, labelLimit=190, labelOverlap=False, ticks=False, domain=False, labelPadding=6)
    y: dict[str, Any] = {"y": alt.Y("edit:N", sort=order, axis=axis)}
    if len(views) > 1:
        y["yOffset"] = alt.YOffset("view:N", sort=views)
    x = alt.X(
        "share:Q",
        scale=alt.Scale(domain=[0, 1.25]),
        title="stretches found",
        axis=alt.Axis(format="%", values=[0, 0.5, 1], grid=False),
    )
    tips = [alt.Tooltip("edit:N"), alt.Tooltip("says:N", title="found"), alt.Tooltip("view:N")][: 3 if views[1:] else 2]
    colour = (
        alt.value(PASSES)
        if len(views) == 1
        else alt.Color(
            "view:N",
            scale=alt.Scale(domain=views, range=list(SERIES)[: len(views)]),
            legend=alt.Legend(orient="top", title=None, labelLimit=380, columns=1),
        )
    )
    ground = (
        alt.Chart(table)
        .mark_bar(cornerRadius=2, color=REST, opacity=0.22)
        .encode(x=alt.X("all:Q", title="stretches found"), tooltip=tips, **y)
    )
    bars = alt.Chart(table).mark_bar(cornerRadius=2).encode(x=x, color=colour, tooltip=tips, **y)
    says = (
        alt.Chart(table)
        .mark_text(align="left", dx=6, color=REST, fontSize=12, fontWeight=600)
        .encode(x=alt.X("all:Q"), text="says:N", tooltip=tips, **y)
    )
    height = len(order) * (24 if len(views) == 1 else 17 * len(views) + 8) + 40 + (24 * len(views) if views[1:] else 0)
    layers: list[alt.Chart] = [ground, bars, says]
    return _layered(layers, height).configure_view(strokeWidth=0)


def against_each_other(curves: Mapping[str, tuple[Sequence[Point], Point, Point | None]]) -> alt.LayerChart:
    """Return precision against recall of several views; their thresholds have nothing in common.

    `curves` holds, by the view's label, the points, the best of them and the automatic one.
    """
    rows, marks = [], []
    for view, (points, best, automatic) in curves.items():
        for order, point in enumerate(points):
            if point.sequences:
                rows.append(_place(view, point) | {"order": order})
        marks.append(_place(view, best) | {"which": "best threshold"})
        if automatic is not None:
            marks.append(_place(view, automatic) | {"which": "automatic threshold"})
    views = list(curves)
    colour = alt.Color(
        "view:N",
        scale=alt.Scale(domain=views, range=list(SERIES)[: len(views)]),
        legend=alt.Legend(orient="top", title=None, labelLimit=380, columns=1, symbolType="stroke"),
    )
    dash = alt.StrokeDash("view:N", legend=None, scale=alt.Scale(domain=views, range=[[1, 0], [6, 3]][: len(views)]))
    x = alt.X("recall:Q", scale=alt.Scale(domain=[0, 1]), axis=_SHARE, title="recall: of what is true, found")
    y = alt.Y("precision:Q", scale=alt.Scale(domain=[0, 1]), axis=_SHARE, title="precision: of what is found, true")
    tips = [
        alt.Tooltip("view:N", title=" "),
        alt.Tooltip("says:N", title="threshold"),
        alt.Tooltip("precision:Q", format=".2f"),
        alt.Tooltip("recall:Q", format=".2f"),
        alt.Tooltip("F:Q", format=".2f"),
    ]
    lines = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(strokeWidth=2.2, point={"size": 22})
        .encode(x=x, y=y, color=colour, strokeDash=dash, order="order:Q", tooltip=tips)
    )
    kinds = ["best threshold", "automatic threshold"]
    places = (
        alt.Chart(pd.DataFrame(marks))
        .mark_point(size=150, strokeWidth=2.5, filled=False)
        .encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[alt.Tooltip("which:N", title=" "), *tips],
            shape=alt.Shape(
                "which:N",
                scale=alt.Scale(domain=kinds, range=["circle", "diamond"]),
                legend=alt.Legend(orient="bottom", title=None),
            ),
        )
    )
    layers: list[alt.Chart] = [lines, places]
    return _layered(layers, 430)


def _layered(layers: Sequence[alt.Chart], height: int) -> alt.LayerChart:
    chart: alt.LayerChart = alt.layer(*layers).properties(height=height)  # type: ignore[assignment]
    return chart


def _place(view: str, point: Point) -> dict[str, object]:
    return {
        "view": view,
        "says": four_digits(point.threshold),
        "precision": point.evaluation.precision,
        "recall": point.evaluation.recall,
        "F": point.evaluation.f,
    }

"""The charts, as altair objects. Their colours hold on light and dark ground and for every kind of colour vision.

Blue-green is what passes the threshold, grey what does not, orange-red the threshold itself and what deviates. Names of
films go into data, never into markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from vrd_core.text import clock, four_digits

PASSES, REST, MARK, HINT = "#1c8a9b", "#8c877e", "#d9541e", "#a8842c"
SERIES = ("#1c8a9b", "#d9541e", "#7682c9", "#b8932b", "#a8669f", "#4f9a68", "#c86f8f", "#6f8fa6", "#8c877e")
"""For stacked parts; the last one is "all others"."""

_CLOCK = (
    "floor(datum.value / 3600) + ':' + pad(toString(floor((datum.value % 3600) / 60)), 2, '0', 'left') + "
    "':' + pad(toString(floor(datum.value % 60)), 2, '0', 'left')"
)
"""Vega expression for h:mm:ss on an axis of seconds."""


def small_histogram(
    counts: np.ndarray, top: float, threshold: float, suggested: float | None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return data and Vega-Lite specification of the histogram on the distance slider, which is its axis.

    It is drawn with every move of any slider, so it is no altair object: those take most of a run to check themselves.
    What moves is data alone, and the browser keeps the chart.
    """
    marks = [{"kind": "threshold", "from": threshold}]
    if suggested is not None and suggested <= top:
        marks.append({"kind": "suggested", "from": suggested})
    data = pd.concat([_bars(counts, top, threshold).assign(kind="bar"), pd.DataFrame(marks)], ignore_index=True)
    x = {"field": "from", "type": "quantitative", "axis": None, "scale": {"domain": [0, top], "nice": False}}

    def line(kind: str, colour: str, **more: Any) -> dict[str, Any]:
        return {
            "transform": [{"filter": {"field": "kind", "equal": kind}}],
            "encoding": {"x": x},
            "mark": {"type": "rule", "color": colour, "strokeWidth": 2, **more},
        }

    bars = {
        "transform": [{"filter": {"field": "kind", "equal": "bar"}}],
        "mark": {"type": "bar", "binSpacing": 1},
        "encoding": {
            "x": x,
            "x2": {"field": "to"},
            "y2": {"datum": 0},
            "y": {"field": "pairs", "type": "quantitative", "axis": None, "scale": {"type": "pow", "exponent": 0.4}},
            "color": {
                "field": "passes",
                "type": "nominal",
                "legend": None,
                "scale": {"domain": ["passes", "does not"], "range": [PASSES, REST]},
            },
            "tooltip": [
                {"field": "range", "type": "nominal", "title": "distance"},
                {"field": "pairs", "type": "quantitative", "title": "frame pairs", "format": ","},
            ],
        },
    }
    layers = [bars, line("suggested", HINT, strokeDash=[3, 3]), line("threshold", MARK)]
    return data, {
        "layer": layers,
        "height": 64,
        "padding": {"left": 6, "right": 6, "top": 2, "bottom": 0},
        "config": {"view": {"strokeWidth": 0}},
    }


def histogram(
    counts: np.ndarray,
    top: float,
    threshold: float,
    suggested: float | None,
    *,
    log: bool,
    groups: dict[str, np.ndarray] | None = None,
    what: str = "distance",
) -> alt.LayerChart:
    """Return the large histogram; `groups` (collections, counts) stacks it. A click selects a bar, as "bar"."""
    pick = alt.selection_point(name="bar", fields=["from"], on="click", empty=True)
    scale = alt.Scale(type="symlog") if log else alt.Scale()
    y_title = "frame pairs (logarithmic)" if log else "frame pairs"
    # A fine axis of powers of ten: what symlog picks by itself is unreadable.
    ticks = [0, *(10**k for k in range(9) if 10**k <= 2 * max(1, int(counts[:-1].max(initial=0))))]
    axis = alt.Axis(values=ticks, format=",d", labelOverlap="greedy") if log else alt.Axis(format=",d", tickCount=5)
    x = alt.X(
        "from:Q", scale=alt.Scale(domain=[0, top], nice=False), title=f"{what} of two frames (0 = the same picture)"
    )
    # Between it and the bars stands what the two lines are.
    legend = alt.Legend(orient="top", title=None, labelLimit=260, offset=34)
    tips = [alt.Tooltip("range:N", title=what), alt.Tooltip("pairs:Q", title="frame pairs", format=",")]
    if groups is None:
        base = (
            alt.Chart(_bars(counts, top, threshold))
            .mark_bar(binSpacing=1)
            .encode(
                x=x,
                x2="to:Q",
                y=alt.Y("pairs:Q", scale=scale, title=y_title, axis=axis),
                y2=alt.datum(0),
                tooltip=tips,
                color=alt.Color("passes:N", scale=_pass_scale(), legend=legend),
            )
        )
    else:
        parts = [_bars(part, top, threshold).assign(collections=name) for name, part in groups.items()]
        base = (
            alt.Chart(pd.concat(parts))
            .mark_line(interpolate="step-after", strokeWidth=2)
            .encode(
                x=x,
                y=alt.Y("pairs:Q", scale=scale, title=y_title, axis=axis),
                tooltip=[alt.Tooltip("collections:N"), *tips],
                color=alt.Color(
                    "collections:N",
                    scale=alt.Scale(domain=list(groups), range=list(SERIES)[: len(groups)]),
                    legend=legend,
                ),
            )
        )
    base = base.add_params(pick)
    layers: list[alt.Chart] = []
    if threshold > 0:
        layers.append(
            alt.Chart(pd.DataFrame({"from": [0.0], "to": [min(threshold, top)]}))
            .mark_rect(color=PASSES, opacity=0.10)
            .encode(x=x, x2="to:Q")
        )
    layers.append(base)
    if suggested is not None and suggested <= top:
        layers += [
            _line(suggested, HINT, dash=[4, 4]),
            _label(suggested, f"suggested {four_digits(suggested)}", HINT, -20, suggested > 0.7 * top),
        ]
    layers += [
        _line(threshold, MARK),
        _label(threshold, f"threshold {four_digits(threshold)}", MARK, -6, threshold > 0.7 * top),
    ]
    return _layered(layers, height=330)


def curve(
    seconds: np.ndarray, distance: np.ndarray, threshold: float, inside: tuple[float, float], what: str
) -> alt.LayerChart:
    """Return distance against time in A, the sequence's own stretch shaded, the threshold drawn in."""
    table = pd.DataFrame({"second": seconds, "distance": distance.astype(float)})
    table["time"] = [clock(s) for s in seconds]
    outside = (seconds < inside[0]) | (seconds > inside[1])
    table["what"] = np.where(table["distance"] <= threshold, "matches", "deviates")
    table.loc[outside, "what"] = "around it"
    highest = float(np.nanmax(table["distance"])) if table["distance"].notna().any() else threshold
    domain, colours = ["matches", "deviates", "around it"], [PASSES, MARK, REST]
    legend = alt.Legend(orient="top", title=None)
    shapes = ["circle", "diamond", "circle"]
    x = alt.X(
        "second:Q",
        title="time in the first video",
        scale=alt.Scale(nice=False, zero=False),
        axis=alt.Axis(labelExpr=_CLOCK, tickMinStep=1, labelOverlap=True),
    )
    y = alt.Y(
        "distance:Q", title=f"{what} of the frame pair", scale=alt.Scale(domain=[0, 1.05 * max(highest, threshold)])
    )
    stretch = (
        alt.Chart(pd.DataFrame({"second": [inside[0]], "end": [inside[1]]}))
        .mark_rect(color=PASSES, opacity=0.10)
        .encode(x=x, x2="end:Q")
    )
    line = alt.Chart(table).mark_line(color=REST, strokeWidth=1.5).encode(x=x, y=y)
    points = (
        alt.Chart(table.dropna())
        .mark_point(filled=True, size=46, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("what:N", scale=alt.Scale(domain=domain, range=shapes), legend=legend),
            color=alt.Color("what:N", scale=alt.Scale(domain=domain, range=colours), legend=legend),
            tooltip=[
                alt.Tooltip("time:N"),
                alt.Tooltip("distance:Q", format=".4~g", title=what),
                alt.Tooltip("what:N", title=" "),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"distance": [threshold]}))
        .mark_rule(color=MARK, strokeWidth=1.5, strokeDash=[6, 3])
        .encode(y=y)
    )
    return _layered([stretch, line, points, rule], height=220)


def shifts(seconds: np.ndarray, means: np.ndarray, chosen: float, threshold: float, what: str) -> alt.LayerChart:
    """Return the mean distance of a sequence when its second side is moved by so many seconds."""
    table = pd.DataFrame({"shift": seconds, "mean": means}).dropna()
    table["chosen"] = np.where(np.isclose(table["shift"], chosen), "shown", "other")
    x = alt.X(
        "shift:O",
        title="second video moved by (s)",
        axis=alt.Axis(labelAngle=0, labelExpr="datum.value ? format(datum.value, '+.2~f') : '0'"),
    )
    bars = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("mean:Q", title=f"mean {what}", axis=alt.Axis(tickCount=4)),
            color=alt.Color("chosen:N", scale=alt.Scale(domain=["shown", "other"], range=[PASSES, REST]), legend=None),
            tooltip=[
                alt.Tooltip("shift:O", title="moved by (s)"),
                alt.Tooltip("mean:Q", format=".4~g", title=f"mean {what}"),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"mean": [threshold]}))
        .mark_rule(color=MARK, strokeWidth=1.5, strokeDash=[6, 3])
        .encode(y="mean:Q")
    )
    return _layered([bars, rule], height=180)


def dot_plot(
    cells: pd.DataFrame,
    lines: pd.DataFrame,
    spans: tuple[tuple[float, float], tuple[float, float]],
    names: tuple[str, str],
    what: str,
    height: int,
    *,
    a_down: bool,
) -> alt.LayerChart:
    """Return two videos as a matrix of how alike their frames are; a click selects a cell, as "cell".

    `a_down` puts the first video on the vertical axis.
    """
    pick = alt.selection_point(name="cell", fields=["a", "b"], on="click", empty=False)

    def axis(first: bool, down: bool) -> dict[str, alt.X | alt.Y | str]:
        low, high = spans[0] if first else spans[1]
        side, room = ("a" if first else "b"), height if down else 480
        shape = alt.Y if down else alt.X
        channel = shape(
            f"{side}0:Q",
            scale=alt.Scale(domain=[high, low] if down else [low, high], nice=False),
            title=f"time in {side.upper()} · {names[0] if first else names[1]}",
            axis=alt.Axis(labelExpr=_CLOCK, titleLimit=max(200, room - 60), tickCount=max(2, room // 90)),
        )
        return {"y" if down else "x": channel, "y2" if down else "x2": f"{side}1:Q"}

    where = {**axis(True, a_down), **axis(False, not a_down)}
    colour = alt.Color(
        "passes:N",
        legend=alt.Legend(orient="top", title=None, labelLimit=220),
        scale=alt.Scale(domain=["at or below the threshold", "above it"], range=[PASSES, REST]),
    )
    grid = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            **where,
            color=colour,
            opacity=alt.Opacity("strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.1, 1]), legend=None),
            tooltip=[
                alt.Tooltip("time a:N", title="A"),
                alt.Tooltip("time b:N", title="B"),
                alt.Tooltip("distance:Q", format=".4~g", title=what),
            ],
        )
        .add_params(pick)
    )
    chosen = alt.Chart(cells).transform_filter(pick).mark_rect(filled=False, stroke=MARK, strokeWidth=3).encode(**where)
    layers = [grid]
    if len(lines):
        layers.append(
            alt.Chart(lines)
            .mark_rule(color=MARK, strokeWidth=2.5, strokeCap="round")
            .encode(
                **where,
                tooltip=[
                    alt.Tooltip("sequence:N"),
                    alt.Tooltip("length:N"),
                    alt.Tooltip("mean:N", title=f"mean {what}"),
                ],
            )
        )
    return _layered([*layers, chosen], height=height)


def matrix(table: pd.DataFrame, order: Sequence[str]) -> alt.LayerChart:
    """Return seconds of each video (row) seen also in another (column); a click selects a cell, as "cell"."""
    pick = alt.selection_point(name="cell", fields=["row", "column"], on="click", empty=False)
    # Upright and small, the names of many narrow columns still stand beside each other.
    turned = {"labelAngle": -60} if len(order) <= 12 else {"labelAngle": -90, "labelFontSize": 9}
    x = alt.X(
        "column:N",
        sort=list(order),
        scale=alt.Scale(domain=list(order)),
        axis=_names(130, title="is also seen in", orient="top", **turned),
    )
    y = alt.Y("row:N", sort=list(order), scale=alt.Scale(domain=list(order)), axis=_names(190, title="footage of"))
    boxes = (
        alt.Chart(table)
        .mark_rect(cornerRadius=2)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "seconds:Q",
                scale=alt.Scale(domainMin=0),
                legend=alt.Legend(title="seconds", orient="bottom", gradientLength=160),
            ),
            tooltip=[
                alt.Tooltip("row:N", title="footage of"),
                alt.Tooltip("column:N", title="also in"),
                alt.Tooltip("time:N", title="length"),
                alt.Tooltip("sequences:Q"),
            ],
        )
        .add_params(pick)
    )
    chosen = (
        alt.Chart(table)
        .transform_filter(pick)
        .mark_rect(filled=False, stroke=MARK, strokeWidth=3, cornerRadius=2)
        .encode(x=x, y=y)
    )
    return _layered([boxes, chosen], height=22 * len(order) + 270)


def ranking(table: pd.DataFrame, order: Sequence[str], partners: Sequence[str]) -> alt.Chart:
    """Return, per video, the seconds it shares with others, stacked; a click selects a part, as "part"."""
    pick = alt.selection_point(name="part", fields=["video", "with"], on="click", empty=True)
    # The last series is grey and means "all others" where there are more partners than colours.
    colours = [*SERIES[: len(partners) - 1], SERIES[-1]] if len(partners) == len(SERIES) else SERIES[: len(partners)]
    # The axis and its title, and below them a line of the legend for each partner, are part of the height.
    below = 90 + 21 * (len(partners) + 1)
    return (
        alt.Chart(table)
        .mark_bar(cornerRadius=1)
        .encode(
            y=alt.Y("video:N", sort=list(order), axis=_names(230)),
            x=alt.X("seconds:Q", title="seconds shared with other videos"),
            color=alt.Color(
                "with:N",
                sort=list(partners),
                scale=alt.Scale(domain=list(partners), range=list(colours)),
                legend=alt.Legend(title="shared with", orient="bottom", columns=1, labelLimit=260),
            ),
            order=alt.Order("rank:Q"),
            tooltip=[
                alt.Tooltip("video:N"),
                alt.Tooltip("with:N", title="shared with"),
                alt.Tooltip("time:N", title="length"),
            ],
        )
        .add_params(pick)
        .properties(height=24 * len(order) + below)
    )


def timeline(table: pd.DataFrame, order: Sequence[str], duration: float) -> alt.Chart:
    """Return one video's time line: a bar per sequence in the lane of the video it is found in, clicked as "bar"."""
    pick = alt.selection_point(name="bar", fields=["sequence"], on="click", empty=False)
    return (
        alt.Chart(table)
        .mark_bar(height=14, cornerRadius=2)
        .encode(
            x=alt.X(
                "start:Q",
                scale=alt.Scale(domain=[0, max(duration, 1)], nice=False),
                title="time in this video",
                axis=alt.Axis(labelExpr=_CLOCK, tickCount=8),
            ),
            x2="end:Q",
            y=alt.Y("other:N", sort=list(order), axis=_names(230)),
            color=alt.condition(pick, alt.value(MARK), alt.value(PASSES)),
            tooltip=[
                alt.Tooltip("other:N", title="also in"),
                alt.Tooltip("here:N"),
                alt.Tooltip("there:N"),
                alt.Tooltip("length:N"),
                alt.Tooltip("mean:N", title="mean distance"),
            ],
        )
        .add_params(pick)
        .properties(height=26 * len(order) + 50)
    )


def funnel(table: pd.DataFrame) -> alt.LayerChart:
    """Return what remains after each filter, from all frame pairs to those in sequences, on a logarithmic scale."""
    order = list(table["step"])
    highest = float(table["pairs"].max())
    # Room on the right for the numbers of the longest bar.
    x = alt.X("pairs:Q", axis=None, scale=alt.Scale(type="symlog", domain=[0, max(10.0, highest) ** 1.55]))
    y = alt.Y(
        "step:N", sort=order, title=None, axis=alt.Axis(labelLimit=230, ticks=False, domain=False, labelPadding=8)
    )
    tips = [
        alt.Tooltip("step:N", title=" "),
        alt.Tooltip("pairs:Q", format=",", title="frame pairs"),
        alt.Tooltip("why:N", title="what this leaves out"),
    ]
    bars = alt.Chart(table).mark_bar(height=18, cornerRadius=2, color=PASSES).encode(x=x, y=y, tooltip=tips)
    says = (
        alt.Chart(table)
        .mark_text(align="left", dx=6, color=REST, fontSize=12, fontWeight=600)
        .encode(x=x, y=y, text="says:N", tooltip=tips)
    )
    return _layered([bars, says], height=34 * len(order) + 10).configure_view(strokeWidth=0)


def _layered(layers: Sequence[alt.Chart], height: int) -> alt.LayerChart:
    chart: alt.LayerChart = alt.layer(*layers).properties(height=height)  # type: ignore[assignment]
    return chart


def _bars(counts: np.ndarray, top: float, threshold: float) -> pd.DataFrame:
    edges = np.linspace(0, top, len(counts))
    starts, ends = edges[:-1], edges[1:]
    return pd.DataFrame(
        {
            "from": starts,
            "to": ends,
            "pairs": counts[:-1],
            "passes": np.where((starts + ends) / 2 <= threshold, "passes", "does not"),
            "range": [f"{four_digits(a)} – {four_digits(b)}" for a, b in zip(starts, ends, strict=True)],
        }
    )


def _names(limit: int, **more: Any) -> alt.Axis:
    """Return an axis of names: every one of them, each beside its own row."""
    return alt.Axis(**{"title": None, "labelLimit": limit, "labelOverlap": False, "labelFlush": False, **more})


def _pass_scale() -> alt.Scale:
    return alt.Scale(domain=["passes", "does not"], range=[PASSES, REST])


def _line(at: float, colour: str, dash: Sequence[int] = ()) -> alt.Chart:
    return (
        alt.Chart(pd.DataFrame({"from": [at]}))
        .mark_rule(color=colour, strokeWidth=2, strokeDash=list(dash))
        .encode(x="from:Q")
    )


def _label(at: float, says: str, colour: str, y: int, left: bool) -> alt.Chart:
    return (
        alt.Chart(pd.DataFrame({"from": [at], "says": [says]}))
        .mark_text(color=colour, align="right" if left else "left", dx=-6 if left else 6, fontWeight=600, fontSize=12)
        .encode(x="from:Q", y=alt.value(y), text="says:N")
    )

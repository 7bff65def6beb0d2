"""The page of two videos: which two, the dot plot, and the frames of the point that was clicked."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.parts import alignment, charts, dotplot, filmstrip
from dashboard.parts.dotplot import Span
from dashboard.parts.text import distinct_titles, length, plain, title
from dashboard.shell import data, links, state
from dashboard.shell.page import need_results, nothing_found
from dashboard.shell.screen import Results
from vrd_core.text import clock, count, four_digits

PLOT_HEIGHTS = 300, 640
"""Pixels: of the flattest plot, and of a square one."""

MOST_LISTED = 12


def render() -> None:
    """Draw the page."""
    results = need_results("Pair", "Then any two films can be held against each other here.")
    st.title("Pair")
    chosen = _choose(results)
    if chosen is None:
        return
    a, b = chosen
    sequences = dotplot.of_pair(results.found, a, b)
    left, right = st.columns([5, 3], gap="large")
    with left:
        spans = _spans(results, a, b)
        cell = _plot(results, a, b, spans, sequences)
    with right:
        _frames(results, a, b, cell)
        _listed(results, sequences)


def _choose(results: Results) -> tuple[int, int] | None:
    view, found = results.view, results.found
    names = [v.name for v in view.videos]
    if len(names) < 2:
        st.caption("One video is not a pair.")
        return None
    start = dotplot.busiest(found) or (0, 1)
    shares = _shared(results)
    for name in dict.fromkeys(st.query_params.get(key) for key in (state.PAIR_A, state.PAIR_B)):
        if name and name not in names and state.new_address():
            st.info(plain(f"There is no video “{name}” here."), icon=":material/link_off:")
    one, other = st.columns(2)
    first = one.selectbox("Video A", names, index=start[0], key=state.PAIR_A, bind="query-params")
    a = names.index(first)
    second = other.selectbox(
        "Video B", names, index=start[1] if start[1] != a else start[0], key=state.PAIR_B, bind="query-params"
    )
    b = names.index(second)
    partners = [(s, n) for n in range(len(names)) if (s := shares.get((min(a, n), max(a, n)), 0.0))]
    partners.sort(reverse=True)
    if partners:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="partners"):
            st.caption(f"{plain(title(first))} shares with", width="content")
            titles = distinct_titles(names, 28)
            for seconds, n in partners[:5]:
                st.button(
                    f"{plain(titles[names[n]])} · {length(seconds)}",
                    key=f"partner-{n}",
                    type="tertiary",
                    disabled=n == b,
                    on_click=links.choose_pair,
                    args=(first, names[n]),
                )
    if a == b:
        st.info("Choose two different videos.", icon=":material/info:")
        return None
    return min(a, b), max(a, b)


def _shared(results: Results) -> dict[tuple[int, int], float]:
    table = results.found.table
    seconds: dict[tuple[int, int], float] = {}
    for a, b, length_a in zip(
        table.video_a.tolist(), table.video_b.tolist(), (table.end_a - table.start_a).tolist(), strict=True
    ):
        seconds[a, b] = seconds.get((a, b), 0.0) + length_a
    return seconds


def _spans(results: Results, a: int, b: int) -> tuple[Span, Span]:
    spans = []
    view = results.view
    with st.expander("Show a part", icon=":material/zoom_in:"):
        for letter, video in (("A", a), ("B", b)):
            film = view.videos[video]
            whole = max(1, int(film.count / view.fps))
            if whole < 2:
                spans.append((0, film.count))
                continue
            low, high = st.slider(
                f"Part of {letter} (s)",
                0,
                whole,
                (0, whole),
                1,
                bind="query-params",
                key=f"part_{film.content_id[:6]}",
                help=f"{letter} is {plain(film.name)}",
            )
            if (low, high) == (0, whole) or low == high:
                spans.append((0, film.count))
            else:
                st.caption(f"{clock(low)} – {clock(high)}")
                spans.append((round(low * view.fps), min(film.count, round(high * view.fps))))
    return spans[0], spans[1]


def _plot(results: Results, a: int, b: int, spans: tuple[Span, Span], sequences: list[Any]) -> tuple[int, int] | None:
    view = results.view
    what = data.measure(view)
    drawn = dotplot.plot(view, a, b, spans, results.threshold, sequences)
    if not len(drawn.cells):
        st.info("No frame of one is among the nearest of any frame of the other here.", icon=":material/info:")
        return None
    sizes = [s[1] - s[0] for s in spans]
    seconds = [(s[0] / view.fps, s[1] / view.fps) for s in spans]
    titles = distinct_titles([v.name for v in view.videos])
    names = titles[view.videos[a].name], titles[view.videos[b].name]
    # The longer video lies along the wide side.
    a_down = sizes[0] < sizes[1]
    height = max(PLOT_HEIGHTS[0], round(PLOT_HEIGHTS[1] * min(sizes) / max(sizes)))
    event: Any = st.altair_chart(
        charts.dot_plot(drawn.cells, drawn.lines, (seconds[0], seconds[1]), names, what, height, a_down=a_down),
        width="stretch",
        key=f"dotplot-{a}-{b}",
        on_select="rerun",
        selection_mode="cell",
        alt=f"Dot plot of {names[0]} against {names[1]} with {count(len(sequences), 'sequence')}",
    )
    each = "a frame" if drawn.block == 1 else length(drawn.block / view.fps)
    st.caption(
        f"Each square holds {each} of one against {each} of the other, as near as its closest pair; blank: not "
        f"among the {view.settings.search.neighbours_considered} nearest. Lines are sequences. Click a "
        "square."
    )
    rows = (event or {}).get("selection", {}).get("cell") or []
    try:
        return int(rows[0]["a"]), int(rows[0]["b"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _frames(results: Results, a: int, b: int, cell: tuple[int, int] | None) -> None:
    view = results.view
    if cell is None or not (cell[0] < view.videos[a].count and cell[1] < view.videos[b].count):
        st.caption("Click a square to see its two frames here.")
        return
    scored = alignment.score(view, a, b, [cell[0]], [cell[1]])  # type: ignore[arg-type]
    st.html(filmstrip.pairs_html(view, [(a, cell[0], b, cell[1])], [float(scored.distance[0])], height=200))


def _listed(results: Results, sequences: list[Any]) -> None:
    seconds = sum(s.seconds for s in sequences)
    st.markdown(
        f"**{count(len(sequences), 'sequence')}** between these two" + (f" · {clock(seconds)}" if sequences else "")
    )
    if not results.found:
        nothing_found(results)
    elif not sequences:
        st.caption(f"None at or below {four_digits(results.threshold)} with the present filters.")
    with st.container(gap=None):
        for sequence in sorted(sequences, key=lambda s: -s.seconds)[:MOST_LISTED]:
            st.button(
                f"{clock(sequence.start_a)} and {clock(sequence.start_b)} · **{length(sequence.seconds)}** · mean "
                f"{four_digits(sequence.mean_distance)}",
                key=f"go-{sequence.sequence}",
                type="tertiary",
                icon=":material/compare:",
                on_click=links.to_sequence,
                args=(sequence.sequence,),
                help="Play both sides in step",
            )
    if len(sequences) > MOST_LISTED:
        st.button(
            f"All {len(sequences):,} in the list",
            on_click=links.to_list,
            type="tertiary",
            args=([sequences[0].video_a, sequences[0].video_b],),
        )

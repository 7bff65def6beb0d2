"""Measure a view against known reuse: at the present threshold, and over all of them beside the page.

A sweep asks step 4 some sixty times. It runs in a thread, its answer is kept, and one that nobody waits for any more
(the slider moved on) gives up by itself.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence as Rows
from concurrent.futures import Future
from dataclasses import replace

import streamlit as st

from dashboard.evaluate.truth_file import Truth
from dashboard.jobs.questions import Questions
from dashboard.shell import data
from vrd_core.errors import Cancelled, ThresholdError
from vrd_core.evaluation.curve import Curve, curve_of, rows_of_found
from vrd_core.evaluation.line import Line, line_of
from vrd_core.evaluation.metric import Evaluation, evaluate
from vrd_core.evaluation.missed import Explanation, explain_missed
from vrd_core.evaluation.truth import Reuse
from vrd_core.project.found import Found
from vrd_core.project.view import View
from vrd_core.settings import SequenceSettings
from vrd_core.text import digest

SECONDS_AT_ONCE = 3.0
"""Seconds that a page waits for a sweep before it says that one runs."""

SECONDS_UNTIL_GIVEN_UP = 15.0
"""Seconds after which a sweep that no page asks for ends."""

_wanted: dict[str, float] = {}


@st.cache_resource(show_spinner=False)
def _sweeps() -> Questions:
    # Apart from the other questions, so that a long sweep holds up nothing else.
    return Questions()


def present(found: Found, truth: Truth) -> tuple[list[Reuse], Evaluation]:
    """Return what was found as rows, and what they are worth."""
    rows = rows_of_found(found)
    return rows, evaluate(rows, truth.rows)


def curve(view: View, truth: Truth, settings: SequenceSettings) -> tuple[str, Future[Curve]]:
    """Return the key and the curve to come of a view under everything in the settings but their threshold."""
    base = replace(settings, max_distance="auto")
    key = digest("curve", data.identity(view), truth.key, base.key())
    asked = time.monotonic()
    _wanted[key] = asked
    while len(_wanted) > 256:
        _wanted.pop(next(iter(_wanted)))
    future = _sweeps().ask(key, lambda: sweep(view, truth.rows, base, key))
    if future.done() and isinstance(future.exception(), Cancelled):
        _sweeps().forget(key)
        future = _sweeps().ask(key, lambda: sweep(view, truth.rows, base, key))
    return key, future


def still_wanted(key: str) -> None:
    """Say that a page waits for this curve."""
    _wanted[key] = time.monotonic()


def forget(key: str) -> None:
    """Drop a curve, so that it is computed again."""
    _sweeps().forget(key)


def sweep(view: View, truth: Rows[Reuse], settings: SequenceSettings, key: str = "") -> Curve:
    """Return the curve of a view. Raises Cancelled when nobody waits for `key` any more."""
    started = time.monotonic()

    def find(threshold: float) -> list[Reuse]:
        if key and time.monotonic() - _wanted.get(key, started) > SECONDS_UNTIL_GIVEN_UP:
            raise Cancelled("Nobody waits for this curve any more.")
        return rows_of_found(view.find_sequences(replace(settings, max_distance=float(threshold))))

    automatic: float | None = None
    with contextlib.suppress(ThresholdError):
        automatic = view.threshold.value
    curve = curve_of(find, truth, view.neighbours, automatic)
    return replace(
        curve,
        points=tuple(replace(p, evaluation=replace(p.evaluation, found_right=(), true_found=())) for p in curve.points),
    )


@st.cache_resource(
    max_entries=64,
    show_spinner="Following the stretch through the steps …",
    hash_funcs={View: data.identity, SequenceSettings: SequenceSettings.key},
)
def explained(view: View, reuse: Reuse, settings: SequenceSettings) -> Explanation:
    """Return why a stretch is missed; the last answers are kept. Raises VRDError where it lies outside its videos."""
    return explain_missed(view, reuse, settings)


@st.cache_resource(
    max_entries=256,
    show_spinner=False,
    hash_funcs={View: data.identity, SequenceSettings: lambda settings: settings.alignment},
)
def line(view: View, reuse: Reuse, settings: SequenceSettings) -> Line:
    """Return the frame pairs of a known stretch, where they agree best. Raises VRDError as `explained` does."""
    place = {video.name: n for n, video in enumerate(view.videos)}
    a, b = place[reuse.video_a], place[reuse.video_b]
    if a > b:
        a, b = b, a
        reuse = reuse.swapped()
    return line_of(view, a, b, reuse, replace(settings, max_distance=0.0))


def best_match(row: Reuse, found: Rows[Reuse]) -> tuple[int, float] | None:
    """Return which of the found rows lies best on a known one, and how many seconds beside it; None where none does."""
    near: list[tuple[float, int]] = []
    for place, other in enumerate(found):
        if {row.video_a, row.video_b} == {other.video_a, other.video_b}:
            error = evaluate([other], [row]).offset_error
            if error == error:
                near.append((error, place))
    return (min(near)[1], min(near)[0]) if near else None


def waited(key: str, answer: Future[Curve], name: str) -> Curve | None:
    """Return the curve, or say that it is being computed and look again until it is there; `name` tells two apart."""
    try:
        return answer.result(timeout=SECONDS_AT_ONCE)
    except TimeoutError:
        if answer.done():
            raise
        st.fragment(_wait, run_every="1s", key=f"wait_{name}")(key, answer)
        return None


def _wait(key: str, answer: Future[Curve]) -> None:
    still_wanted(key)
    if answer.done():
        st.rerun()
    st.markdown(":material/hourglass_top: Measuring at some sixty thresholds. The rest of the page works meanwhile.")

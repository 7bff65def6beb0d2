"""The page Evaluate: a list of known reuse, what the present settings are worth on it, and what they miss."""

from __future__ import annotations

import math
import shlex

import streamlit as st

from dashboard.evaluate import charts, compared, measuring, missed, outcomes, truth_file
from dashboard.evaluate.measuring import Curve
from dashboard.evaluate.truth_file import Truth
from dashboard.parts.text import length, plain
from dashboard.shell import data, state
from dashboard.shell.page import need_results
from dashboard.shell.screen import Results
from vrd_core.errors import VRDError
from vrd_core.evaluation.curve import Point
from vrd_core.evaluation.metric import Evaluation
from vrd_core.project.project import Project
from vrd_core.text import count, four_digits

UPLOAD, CURVE = "truth_upload", "quality"
_ERROR, _SAYS, _TAKEN = "_truth_error", "_truth_kept", "_truth_taken"

EXAMPLE = """video_a,start_a,end_a,video_b,start_b,end_b,edit
archive/Harbour Days.mp4,8.5,19.5,films/The Harbour Remembers.mp4,7,18,black-and-white
archive/Harbour Days.mp4,0:00:53,0:01:11,films/The Harbour Remembers.mp4,0:01:34,0:01:52,"""


def render() -> None:
    """Draw the page."""
    results = need_results("Evaluate", "Then what is found can be measured against reuse that is known.")
    try:
        truth = truth_file.load(results.project, [v.name for v in results.view.videos])
    except VRDError as error:
        st.title("Evaluate")
        st.error(plain(f"The list of known reuse cannot be read: {error}"), icon=":material/error:")
        _replace(results)
        return
    if truth is None:
        _nothing_yet(results)
    else:
        _heading(results, truth)
        if truth.rows:
            _measured(results, truth)
    missed.ask(results)
    _plant(results)


def _nothing_yet(results: Results) -> None:
    st.title("Evaluate")
    st.markdown(
        "How much of the reuse is found, and how much of what is found is reuse? That can be measured where "
        "some reuse is known: noted by hand, published with a collection, or planted on purpose."
    )
    _said()
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.subheader("A list of your own")
        _uploader(results)
        st.markdown(
            "A table with these columns; times in seconds or h:mm:ss, the edit may be left out. Names as the "
            "table under *Videos* shows them. Annotations in VCDB's form (v1, v2, s1, e1, s2, e2) and a table "
            "downloaded under *Sequences* are read as well."
        )
        st.code(EXAMPLE, language=None, wrap_lines=True)
    with right, st.container(border=True, height="stretch"):
        if truth_file.truth_with_the_films(results.project) is not None:
            st.subheader("The list that came with these films")
            st.markdown(
                "These films were made together with a list of what they borrow from one another, and how it "
                "was edited."
            )
            st.button(
                "Use it",
                type="primary",
                icon=":material/fact_check:",
                key="truth_beside",
                on_click=_take_beside,
                args=(results,),
            )
        else:
            st.subheader("No list?")
            st.markdown(
                "Plant reuse of your own films in documentaries made for the purpose: the last section of this "
                "page says how. Or begin with a single stretch that you know, below."
            )


def _heading(results: Results, truth: Truth) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Evaluate", width="content")
        st.space("stretch")
        with st.popover("The list", icon=":material/fact_check:"):
            _replace(results)
    _said()
    rows = f"**{count(len(truth.rows), 'stretch', 'stretches')}** known to be reused"
    notes = [f"{count(truth.adapted, 'name was', 'names were')} recognised without folder or ending"] * bool(
        truth.adapted
    )
    st.markdown(" · ".join([rows, *notes]) + ".")
    if truth.left_out:
        some = ", ".join(plain(name) for name in truth.unknown[:4])
        more = f" and {len(truth.unknown) - 4:,} more" if len(truth.unknown) > 4 else ""
        rows = f"{count(truth.left_out, 'row names', 'rows name')} a film that is not among the videos compared here"
        st.warning(
            f"{rows} and {'is' if truth.left_out == 1 else 'are'} left out: {some}{more}. Names are relative to "
            "the folder of the films, as the table under *Videos* shows them.",
            icon=":material/warning:",
            title=None if truth.rows else "No row can be measured",
        )
    if results.filters.limits_videos or results.filters.longest is not None:
        st.caption("The filters for videos, collections and length do not act here: everything is measured.")


def _replace(results: Results) -> None:
    """Draw what can be done with the list that is there."""
    _uploader(results, "Another list instead", f"{UPLOAD}_again")
    if truth_file.truth_with_the_films(results.project) is not None:
        st.button(
            "Use the one that came with the films",
            key="truth_beside",
            on_click=_take_beside,
            args=(results,),
            icon=":material/fact_check:",
            width="stretch",
        )
    file = truth_file.file_of(results.project)
    if file.is_file():
        st.download_button(
            "Download it",
            file.read_bytes,
            f"{results.project.slug}-truth.csv",
            "text/csv",
            key="truth_download",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
        st.button(
            "Remove it",
            key="truth_forget",
            icon=":material/delete:",
            on_click=truth_file.forget,
            args=(results.project,),
            width="stretch",
            help="Measures nothing any more; the films stay.",
        )


def _uploader(results: Results, label: str = "A CSV file of known reuse", key: str = UPLOAD) -> None:
    """Ask for a file and take it, once; why it is refused stays as long as it is chosen."""
    upload = st.file_uploader(label, ["csv", "txt", "tsv"], key=key)
    if upload is None:
        return
    if st.session_state.get(_TAKEN) != upload.file_id:
        st.session_state[_TAKEN] = upload.file_id
        _take(results.project, upload.name, upload.getvalue())
        if _ERROR not in st.session_state:
            st.rerun()
    _refused()


def _refused() -> None:
    if error := st.session_state.get(_ERROR):
        st.error(plain(error), title="This list cannot be used", icon=":material/error:")


def _take_beside(results: Results) -> None:
    file = truth_file.truth_with_the_films(results.project)
    if file is not None:
        _take(results.project, file.name, file.read_bytes())
    if error := st.session_state.pop(_ERROR, None):
        st.toast(plain(error), icon=":material/error:")


def _take(project: Project, name: str, content: bytes) -> None:
    try:
        rows = truth_file.keep(project, name, content)
    except (VRDError, OSError) as error:
        st.session_state[_ERROR] = str(error)
        return
    st.session_state.pop(_ERROR, None)
    st.session_state[_SAYS] = f"{count(rows, 'row')} read; the list is kept with the project."
    st.query_params.pop(outcomes.WHY, None)


def _said() -> None:
    if says := st.session_state.pop(_SAYS, None):
        st.toast(says, icon=":material/check:")


def _measured(results: Results, truth: Truth) -> None:
    found = results.everything
    rows, evaluation = measuring.present(found, truth)
    _cards(evaluation)
    left, right = st.columns([5, 3], gap="large")
    with left:
        place = st.container()
    with right:
        st.markdown("**Stretches found by edit** · at this threshold")
        st.altair_chart(
            charts.by_edit({"": evaluation.by_edit}),
            width="stretch",
            key="edits",
            alt="Share of the known stretches that is found, by edit: "
            + "; ".join(f"{edit or 'not named'} {r.found} of {r.planted}" for edit, r in evaluation.by_edit.items()),
        )
    st.subheader("Row by row")
    outcomes.render(results, truth, rows, evaluation)
    # Last, so that the lists are there while a sweep still runs.
    with place:
        curve = _curve(results, truth, Point(results.threshold, evaluation, len(rows)))
    compared.render(results, truth, curve)


def _cards(value: Evaluation) -> None:
    stretches = value.stretches
    cards = (
        (
            "Precision",
            _share(value.precision),
            "of the found",
            "Of what is found, how much is true: the length on both films that known reuse covers, averaged over the "
            "pairs of films (the measure of VCSL).",
        ),
        (
            "Recall",
            _share(value.recall),
            "of the true",
            "Of what is true, how much is found, measured in the same way.",
        ),
        ("F", _share(value.f), "both in one", "The harmonic mean of precision and recall."),
        (
            "Stretches found",
            f"{stretches.found} of {stretches.planted}",
            "within 2 s",
            "Right films, and the alignment at most two seconds beside the true one.",
        ),
        (
            "Pairs of films",
            f"{value.pairs_hit} · {value.pairs_missed} · {value.pairs_false}",
            "hit · missed · false",
            "Pairs that share something, found or not; pairs that share nothing where something was found.",
        ),
        (
            "Offset error",
            "–" if math.isnan(value.offset_error) else f"{value.offset_error:.2f} s",
            "median",
            "Half of the known stretches that are found lie closer to their true place than this.",
        ),
    )
    for column, (label, says, below, why) in zip(st.columns(len(cards), gap="small"), cards, strict=True):
        column.metric(label, says, below, delta_color="off", delta_arrow="off", help=why, border=True)


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def _curve(results: Results, truth: Truth, now: Point) -> Curve | None:
    scale, settings = results.scale, results.settings
    st.markdown("**Quality over the threshold** · click to move the threshold there")
    key, answer = measuring.curve(results.view, truth, settings)
    try:
        curve = measuring.waited(key, answer, "curve")
    except VRDError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Measure again", on_click=measuring.forget, args=(key,), icon=":material/refresh:")
        return None
    if curve is None:
        return None
    what = data.measure(results.view)

    def move() -> None:
        picked = (st.session_state.get(CURVE) or {}).get("selection", {}).get("at") or []
        if picked and "threshold" in picked[0]:
            st.session_state[state.threshold_key(results.view)] = scale.snapped(float(picked[0]["threshold"]))

    best = curve.best
    st.altair_chart(
        charts.over_threshold(curve.points, results.threshold, now, scale.suggested, best, what),
        width="stretch",
        key=CURVE,
        on_select=move,
        selection_mode="at",
        alt=f"Precision, recall and F over the threshold; F is best, {best.evaluation.f:.2f}, at "
        f"{four_digits(best.threshold)} and {_share(now.evaluation.f)} at the present {four_digits(results.threshold)}",
    )
    says = f"Best F **{_share(best.evaluation.f)}** at {four_digits(best.threshold)}"
    if curve.automatic is not None:
        says += (
            f"; the suggested threshold, {four_digits(curve.automatic.threshold)}, gives "
            f"**{_share(curve.automatic.evaluation.f)}**"
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(says + ".", width="stretch")
        target = scale.snapped(best.threshold)
        if abs(target - best.threshold) <= scale.step and target != scale.snapped(results.threshold):
            st.button(
                "Use the best",
                key="use_best",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=_move,
                args=(state.threshold_key(results.view), target),
            )
    return curve


def _move(key: str, place: float) -> None:
    st.session_state[key] = place


def _plant(results: Results) -> None:
    with st.expander("Make a list by planting reuse", icon=":material/forest:"):
        st.markdown(
            "Nobody knows all the reuse in real films. So this program can make documentaries that quote your "
            "films, stretches of 6 to 30 seconds, grey, tinted, cropped, mirrored, slowed down or re-cut, "
            "between footage that is nowhere else, and write down what it did. Whatever is not found was "
            "missed for certain. It takes some minutes; run it from the folder of the program:"
        )
        library = shlex.quote(str(results.project.library))
        st.code(
            f"python -m vrd_core plant {library} planted\npython -m vrd_core run planted/films --project Planted",
            language="bash",
            wrap_lines=True,
        )
        minutes = sum(v.count for v in results.view.videos) / results.view.fps
        st.markdown(
            f"Then choose the project *Planted* in the sidebar and this page offers its list. Your films have "
            f"{length(minutes)}; no second of them is planted more than twice. What it measures holds for the "
            "edits that were planted, and less for those of history."
        )

"""What runs, on every screen: bars per step with what is left, cancel, and the word when something ended."""

from __future__ import annotations

import time

import streamlit as st

from dashboard.jobs import queue
from dashboard.jobs.queue import Job, Step
from dashboard.parts.text import length, plain, shortened
from dashboard.shell import data, state
from vrd_core.errors import VRDError
from vrd_core.progress import STEPS
from vrd_core.store import Store

NAMES = {**STEPS, "demo": "Drawing the demo", "playable": "Copy for the browser", "weights": "Weights"}
_SEEN, _MINE, _OPEN = "_jobs_seen", "_jobs_mine", "_open_next"
_RECENT = 24 * 3600.0


def started(job: Job) -> None:
    """Remember that this session asked for a job: its view is opened when it is done."""
    st.session_state.setdefault(_MINE, set()).add(job.id)


def open_finished() -> None:
    """Open the view that a job of this session made: to be called before the switchers are drawn."""
    project, view = st.session_state.pop(_OPEN, (None, None))
    if view and st.session_state.get(state.PROJECT) in (project, None):
        state.choose_project(project)
        state.choose_view(view)


def render_running() -> None:
    """Draw what runs or has just ended, and keep looking; the whole page runs again when a job ends."""
    store = data.store()
    quick = bool(queue.active(store))
    st.fragment(_panel, run_every="1s" if quick else "5s", key="running")(store, quick)


def _panel(store: Store, quick: bool) -> None:
    active = queue.active(store)
    _notice_changes(store, active, quick)
    if active:
        st.markdown("**Running**")
        for job in active:
            _running(store, job)
    for job in _to_tell(store, active):
        _ended(store, job)


def _notice_changes(store: Store, active: list[Job], quick: bool) -> None:
    before: set[str] = st.session_state.get(_SEEN, set())
    st.session_state[_SEEN] = {job.id for job in active}
    gone = before - st.session_state[_SEEN]
    for job_id in gone & st.session_state.get(_MINE, set()):
        job = queue.get(store, job_id)
        if job and job.state == "done" and job.view:
            st.session_state[_OPEN] = (job.project, job.view)
    if gone or quick != bool(active):
        # Pages read artefacts that were not there a moment ago, and the pace of looking changes.
        st.rerun(scope="app")


def _running(store: Store, job: Job) -> None:
    with st.container(border=True, gap="xsmall", key=f"job_{job.id}"):
        title = plain(shortened(job.title, 40))
        st.markdown(f"**{title}**" + (" · waits for its turn" if job.state == "waiting" else ""))
        bars(job)
        if job.state == "running" and not job.steps:
            st.caption("Starting …")
        stopping = queue.is_cancelling(store, job)
        st.button(
            "Stopping …" if stopping else "Cancel",
            key=f"cancel_{job.id}",
            on_click=queue.cancel,
            args=(store, job),
            type="tertiary",
            icon=":material/stop_circle:",
            disabled=stopping,
            help="What is finished is kept.",
        )


def render_in_page(store: Store, project: str) -> bool:
    """Draw the bars of a project's job where its button stands; False when none waits or runs."""
    if not any(job.project == project and job.kind in ("process", "demo") for job in queue.active(store)):
        return False
    st.fragment(_in_page, run_every="1s", key="running_in_page")(store, project)
    return True


def _in_page(store: Store, project: str) -> None:
    for job in queue.active(store):
        if job.project == project and job.kind in ("process", "demo"):
            with st.container(border=True, gap="xsmall"):
                st.markdown(
                    "**Waits for its turn** behind another project"
                    if job.state == "waiting"
                    else "**Processing** · it goes on when you leave this page or close the tab"
                )
                bars(job)


def bars(job: Job) -> None:
    """Draw one bar per step of a job that runs."""
    order = {name: place for place, name in enumerate(NAMES)}
    for step in sorted(job.steps, key=lambda s: order.get(s.name, 99)):
        whole = step.total > 0 and step.done >= step.total
        st.progress(min(1.0, max(0.0, step.done / step.total)) if step.total > 0 else 0.0, text=_line(step, whole))


def _line(step: Step, whole: bool) -> str:
    name = NAMES.get(step.name, step.name)
    if whole:
        return f"{name} :material/check:"
    left = f" · {length(_rounded(step.seconds_left))} left" if step.seconds_left else ""
    unit = " s" if step.name == "playable" else ""
    video = f"  \n:small[{plain(shortened(step.detail, 44))}]" if step.detail else ""
    return f"{name} {step.done:,.0f} / {step.total:,.0f}{unit}{left}{video}"


def _rounded(seconds: float) -> float:
    """Remaining times jump about; nobody needs their last second."""
    return max(1.0, round(seconds) if seconds < 20 else round(seconds / 5) * 5)


def _to_tell(store: Store, active: list[Job]) -> list[Job]:
    """Return jobs that ended badly and were not followed by another try."""
    told = [
        job
        for job in queue.all_jobs(store)
        if job.state in ("failed", "died", "cancelled") and job.ended and time.time() - job.ended < _RECENT
    ]
    newest = {(job.project, job.kind, job.title): job.id for job in queue.all_jobs(store)}
    busy = {job.project for job in active}
    return [
        job
        for job in told
        if newest[job.project, job.kind, job.title] == job.id and not (job.kind != "playable" and job.project in busy)
    ][-3:]


def _ended(store: Store, job: Job) -> None:
    with st.container(border=True, gap="xsmall", key=f"ended_{job.id}"):
        word = {"cancelled": "stopped", "failed": "did not work", "died": "was interrupted"}[job.state]
        st.markdown(f"**{plain(shortened(job.title, 40))}** {word}")
        st.caption(plain(job.message) if job.message else "What was finished is kept.")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Go on" if job.state != "failed" else "Try again",
                key=f"again_{job.id}",
                on_click=again,
                args=(store, job),
                icon=":material/play_arrow:",
                type="tertiary",
            )
            st.button("Dismiss", key=f"dismiss_{job.id}", on_click=queue.dismiss, args=(store, job), type="tertiary")
            if job.log and job.state != "cancelled":
                with st.popover("Details", type="tertiary"):
                    st.code(job.log, language=None, wrap_lines=True)


def again(store: Store, job: Job) -> None:
    """Ask for a job once more, from a button."""
    try:
        started(queue.again(store, job))
    except VRDError as error:
        st.toast(plain(str(error)), icon=":material/error:")

"""The box with the one button: what is missing under some settings, how long it takes about, and the way to start."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.jobs import panel, queue
from dashboard.parts.text import length, plain
from dashboard.videos.status import Status, frames_expected
from vrd_core.errors import VRDError
from vrd_core.fingerprints.catalogue import weights_state
from vrd_core.fingerprints.worker import measured_speed
from vrd_core.media.library import Video
from vrd_core.project.project import Project
from vrd_core.settings import ViewSettings
from vrd_core.text import count

FRAMES_DECODED_PER_SECOND = 60.0
"""Frames that ffmpeg takes out of a film in a second at one frame per second of film, roughly."""


def render(project: Project, status: Status, settings: ViewSettings, *, label: str, key: str) -> None:
    """Draw what is missing and the button that processes it; bars while it runs."""
    if panel.render_in_page(project.store, project.slug):
        return
    with st.container(border=True):
        if not status.chosen:
            st.markdown("No video takes part. Tick some, or change what is compared.")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(width="stretch"):
                _say(project, status, settings, label)
            ready = status.ready
            st.button(
                "Process again" if ready else "Process what is missing",
                type="tertiary" if ready else "primary",
                icon=":material/refresh:" if ready else ":material/play_arrow:",
                key=key,
                on_click=start,
                args=(project, settings),
                help="Takes what is on disk and computes the rest. It goes on when you leave the page.",
            )


def start(project: Project, settings: ViewSettings) -> None:
    """Put the project in the queue, from a button."""
    try:
        panel.started(queue.process(project.store, project, settings))
    except VRDError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def _say(project: Project, status: Status, settings: ViewSettings, label: str) -> None:
    if status.ready:
        st.markdown(f":material/check: {count(len(status.chosen), 'video')} processed with {plain(label)}.")
        return
    if len(status.chosen) == 1:
        st.markdown("Only one video takes part: there is nothing to compare it with. Add or tick another.")
        return
    missing = {step: status.missing(step) for step in ("frames", "fingerprints")}
    st.markdown(f"{_needed(missing, status)} With {plain(label)}.")
    if estimate := _estimate(project, missing, settings):
        st.caption(estimate)


def _needed(missing: Mapping[str, list[Video]], status: Status) -> str:
    total = len(status.chosen)
    lacking = {step: len(videos) for step, videos in missing.items() if videos}
    if not lacking:
        return f"Frames and fingerprints of all {count(total, 'video')} are on disk; what is left is to compare them."
    if len(set(lacking.values())) == 1:
        lacking = {" and ".join(lacking): next(iter(lacking.values()))}
    text = ", ".join(
        f"{_share_of(number, total)} {'lack' if number != 1 else 'lacks'} {what}" for what, number in lacking.items()
    )
    return f"{text[0].upper()}{text[1:]}; then all are compared."


def _share_of(number: int, total: int) -> str:
    return f"all {count(total, 'video')}" if number == total else f"{number:,} of {count(total, 'video')}"


def _estimate(project: Project, missing: Mapping[str, list[Video]], settings: ViewSettings) -> str:
    frames = {step: frames_expected(videos, settings) for step, videos in missing.items()}
    if not any(frames.values()):
        return ""
    speed = measured_speed(project.store, settings.fingerprints.network)
    # Decoding of the next film overlaps with the network's work on this one.
    slowest = max(frames["frames"] / FRAMES_DECODED_PER_SECOND, frames["fingerprints"] / speed if speed else 0.0)
    about = f", about {length(max(10.0, round(slowest / 10) * 10))} on this machine" if speed else ""
    note = weights_state(settings.fingerprints)
    download = f" Weights: {plain(note)}." if note.startswith("needs") else ""
    return f"{max(frames.values()):,} frames{about}.{download}"

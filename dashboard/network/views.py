"""The finished views of a project: what a choice would recompute, and the way back to what is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from dashboard.jobs.questions import questions
from dashboard.parts.text import plain
from dashboard.shell import data, state
from dashboard.shell.screen import Screen
from dashboard.videos import processing
from dashboard.videos.status import Status, frames_expected, look, status_of
from vrd_core.errors import VRDError
from vrd_core.fingerprints.catalogue import NetworkInfo, network_info
from vrd_core.fingerprints.worker import measured_speed, request
from vrd_core.project import records
from vrd_core.project.project import Project
from vrd_core.project.view import View
from vrd_core.settings import FingerprintSettings, ViewSettings
from vrd_core.store import Store
from vrd_core.text import count, digest


@dataclass(frozen=True)
class Finished:
    """A view that was run."""

    view_id: str
    label: str
    network: str
    layer: str
    when: float


def finished(project: Project) -> list[Finished]:
    """Return the views of a project, latest first."""
    found = []
    for choice in data.view_choices(project):
        prints = records.read_view(choice.file)["settings"]["fingerprints"]
        found.append(Finished(choice.view_id, choice.label, prints["network"], prints["layer"], choice.finished))
    return found


def offer(project: Project, settings: ViewSettings, there: list[Finished], screen: Screen | None) -> None:
    """Say what processing with these settings would compute, or offer what is finished."""
    same = next((f for f in there if f.view_id == settings.view_id), None)
    try:
        library = look(project)
    except (VRDError, OSError) as error:
        st.error(plain(str(error)), icon=":material/folder_off:")
        return
    view: View | None = None
    if same is not None:
        choice = next(c for c in data.view_choices(project) if c.view_id == same.view_id)
        view = data.open_view(project, choice)
    status = status_of(project, library, settings, view)
    if same is not None and (screen is None or screen.view.view_id != same.view_id):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(":material/check: Finished: nothing has to be computed to see it.")
            st.space("stretch")
            st.button(
                "Switch to it",
                type="primary",
                icon=":material/swap_horiz:",
                on_click=state.choose_view,
                args=(same.view_id,),
                key="switch_view",
            )
    if same is None or not status.ready:
        st.caption(_cost(status, settings))
    processing.render(project, status, settings, label=data.describe(settings.to_dict()), key="process_network")


def _cost(status: Status, settings: ViewSettings) -> str:
    videos = status.missing("fingerprints")
    layer = network_info(settings.fingerprints.network).layer(settings.fingerprints.layer)
    length = layer.vector_length(settings.fingerprints.pooling)
    size = 4 * length * frames_expected(videos, settings) / 1e6
    frames = "Frames are kept" if not status.missing("frames") else "Frames are taken where they are missing"
    passes = " Mirrored frames are fingerprinted as well." if settings.search.mirrored else ""
    disk = f", {size:,.0f} MB on disk" if size >= 1 else ""
    return (
        f"{frames}; fingerprints of {count(len(videos), 'video')} are computed ({length:,} numbers each{disk}), "
        f"and neighbours are searched again.{passes} What other networks and layers gave is kept: switch "
        "back to it at any time. The threshold is set again: distances of two layers have nothing in common."
    )


def render(project: Project, there: list[Finished], screen: Screen | None) -> None:
    """List what is finished, with a button to switch to each."""
    st.subheader("Finished in this project")
    shown = screen.view.view_id if screen is not None else ""
    for view in there:
        with st.container(horizontal=True, vertical_alignment="center", key=f"finished_{view.view_id}"):
            st.markdown(plain(view.label), width="content")
            st.caption(datetime.fromtimestamp(view.when).astimezone().strftime("%Y-%m-%d %H:%M"), width="content")
            st.space("stretch")
            if view.view_id == shown:
                st.caption(":material/visibility: shown", width="content")
            else:
                st.button(
                    "Show",
                    type="tertiary",
                    key=f"show_{view.view_id}",
                    on_click=state.choose_view,
                    args=(view.view_id,),
                    icon=":material/swap_horiz:",
                )


def speed(store: Store, info: NetworkInfo) -> None:
    """Draw the button that measures a network on this machine, and the answer."""
    name = str(info.path or info.name)
    key = digest("speed", str(store.root), name)

    def ask() -> float:
        answer = request(store, "speed", settings=FingerprintSettings(network=name).to_dict())
        return float(answer["frames_per_second"])

    def begin() -> None:
        questions().forget(key)
        questions().ask(key, ask)
        st.session_state["_measuring"] = key

    if st.session_state.get("_measuring") != key:
        known = measured_speed(store, name)
        says = f"{known:,.0f} frames/s on this machine: measure again" if known else "measure its speed on this machine"
        st.button(
            f"{plain(info.name)}: {says}", type="tertiary", icon=":material/speed:", on_click=begin, key="measure"
        )
        return
    st.fragment(_measuring, run_every="1s", key="measuring")(key)


def _measuring(key: str) -> None:
    answer = questions().ask(key, lambda: None)
    if not answer.done():
        st.caption(":material/hourglass_top: Measuring; loading the network takes some seconds.")
        return
    st.session_state.pop("_measuring", None)
    if error := answer.exception():
        st.session_state["_measured_wrong"] = str(error)
        questions().forget(key)
    st.rerun(scope="app")

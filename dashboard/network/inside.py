"""See inside: one frame whole, trimmed and as the network gets it, and the maps of activations of the layer."""

from __future__ import annotations

import base64
from concurrent.futures import Future
from typing import Any

import streamlit as st

from dashboard.jobs.questions import questions
from dashboard.parts.text import distinct_titles, plain
from vrd_core.errors import VRDError
from vrd_core.fingerprints.inside import frame_pictures
from vrd_core.fingerprints.worker import request
from vrd_core.frames.extract import Frames
from vrd_core.project.view import View
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store
from vrd_core.text import clock, count, digest, four_digits


def render(view: View, settings: FingerprintSettings) -> None:
    """Let a frame be picked and show what becomes of it."""
    names = [v.name for v in view.videos]
    titles = distinct_titles(names)
    left, right = st.columns([2, 3], gap="medium")
    name = left.selectbox("Film", names, format_func=titles.__getitem__, key="inside_video", bind="query-params")
    video = names.index(str(name))
    last = view.videos[video].count - 1
    k = 0
    if last > 0:
        k = right.slider(f"Frame (of {last + 1:,})", 0, last, min(last, last // 3), key=f"inside_frame_{video}")
    frames = view.frames(video)
    try:
        pictures = frame_pictures(frames, k, settings)
    except VRDError as error:
        st.error(plain(str(error)))
        return
    at = clock(k / view.fps)
    width, height = pictures["network"].size
    columns = st.columns(3, gap="small")
    for column, (what, caption) in zip(
        columns,
        (
            ("whole", f"The still at {at}"),
            ("trimmed", "Without its borders"),
            ("network", f"As the network gets it: {width} × {height}"),
        ),
        strict=True,
    ):
        column.image(pictures[what], caption=caption, width="stretch", alt=f"{caption}, {name}")
    if st.toggle(
        "Show what the layer makes of it",
        key="inside",
        bind="query-params",
        help="The first look starts the network, which takes some seconds.",
    ):
        _activations(view.store, frames, k, settings)


def _activations(store: Store, frames: Frames, k: int, settings: FingerprintSettings) -> None:
    key = digest("inside", str(store.root), frames.key, str(k), settings.key())

    def ask() -> Any:
        return request(store, "activations", frames_key=frames.key, k=k, settings=settings.to_dict())

    answer = questions().ask(key, ask)
    st.fragment(_show, run_every=None if answer.done() else "0.7s", key="inside_answer")(answer, key)


def _show(answer: Future[Any], key: str) -> None:
    if not answer.done():
        st.markdown(
            ":material/hourglass_top: The network looks at the frame. The first time it has to be loaded, "
            "which takes some seconds."
        )
        return
    error = answer.exception()
    if error is not None:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Ask again", on_click=questions().forget, args=(key,), icon=":material/refresh:")
        return
    seen = answer.result()
    shape = " × ".join(map(str, seen["shape"]))
    picture = base64.b64decode(seen["png"])
    if seen["values"]:
        st.image(
            picture,
            width="stretch",
            alt=f"The {len(seen['values'])} numbers of {seen['layer']} as bars",
            caption=f"{seen['layer']}: {count(len(seen['values']), 'number')}, in their order; "
            f"{count(seen['dead'], 'is', 'are')} zero.",
        )
        return
    channels = seen["shape"][-1]
    lowest = min((low for low, _ in seen["ranges"]), default=0.0)
    highest = max((high for _, high in seen["ranges"]), default=0.0)
    st.image(
        picture,
        alt=f"Maps of activations of {seen['layer']}",
        caption=f"{seen['layer']}, {shape}: the {len(seen['channels'])} strongest of {channels:,} maps, dark blue "
        "low to yellow high, each from its own least to its own greatest value (between "
        f"{four_digits(lowest)} and {four_digits(highest)}); {count(seen['dead'], 'map is', 'maps are')} zero "
        "everywhere.",
    )

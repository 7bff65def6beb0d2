"""The page Network: choose the network and layer that make the fingerprints, say what that costs, and see inside."""

from __future__ import annotations

import streamlit as st

from dashboard.network import choice, inside, views
from dashboard.parts.text import plain
from dashboard.shell import data, state
from dashboard.shell.screen import open_screen
from dashboard.videos.status import default_settings
from vrd_core.errors import VRDError
from vrd_core.project.view import resolved
from vrd_core.settings import FingerprintSettings, ViewSettings


def render() -> None:
    """Draw the page."""
    st.title("Network")
    project, screen, store = state.current_project(), open_screen(), data.store()
    current = screen.view.settings if screen is not None else default_settings()
    finished = views.finished(project) if project is not None else []

    st.caption(
        "A network turns each frame into a list of numbers, its fingerprint; frames that look alike get numbers "
        "that lie close together. Later layers see what is shown, earlier ones textures and shapes."
    )
    info = choice.network(store, current, {f.network for f in finished})
    views.speed(store, info)
    pooling, normalise, weights = choice.treatment(info)
    frames, trim, search = choice.rest(current)
    st.subheader(f"Layers of {plain(info.name)}")
    layer = choice.layer(
        info,
        current,
        pooling or info.default_pooling,
        frames.fps,
        {f.layer for f in finished if f.network == choice.name_of(info)},
    )
    settings: ViewSettings | None = None
    try:
        chosen = ViewSettings(
            frames,
            FingerprintSettings(
                network=choice.name_of(info),
                layer=layer,
                weights=weights,
                pooling=pooling,
                normalise=normalise,
                trim_borders=trim,
            ),
            search,
        )
        settings = resolved(chosen, store)
    except VRDError as error:
        st.error(plain(str(error)), title="This layer cannot be used", icon=":material/error:")

    if settings is not None and project is not None:
        st.subheader("What a change costs")
        views.offer(project, settings, finished, screen)
    if screen is not None:
        st.subheader("See inside")
        inside.render(
            screen.view,
            settings.fingerprints
            if settings is not None
            else FingerprintSettings(network=choice.name_of(info), layer=layer, trim_borders=trim),
        )
    else:
        st.info(
            "Once films are processed, you can pick a frame here and see what each layer makes of it.",
            icon=":material/visibility:",
        )
    if project is not None and finished:
        views.render(project, finished, screen)

"""The page Videos: choose the films, see what is wrong with them, and process them."""

from __future__ import annotations

import streamlit as st

from dashboard.jobs import panel
from dashboard.parts.text import length, plain
from dashboard.shell import data, state
from dashboard.shell.screen import open_screen
from dashboard.videos import new_project, processing, table
from dashboard.videos.status import default_settings, look, status_of
from vrd_core.errors import VRDError
from vrd_core.media.library import Library
from vrd_core.project.project import Project
from vrd_core.text import count


def render() -> None:
    """Draw the page."""
    st.title("Videos")
    project = state.current_project()
    if project is None:
        new_project.welcome()
        panel.render_in_page(data.store(), "demo")
        st.stop()

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Videos of {plain(project.name)}, from {plain(str(project.library))}")
        st.space("stretch")
        if st.button("New project", icon=":material/add:", key="new_project"):
            new_project.dialog()
        if project.slug != "demo":
            new_project.demo_button()
    library = _look(project)
    screen = open_screen()
    view = screen.view if screen is not None else None
    settings = view.settings if view is not None else default_settings()
    label = data.describe(settings.to_dict())
    status = status_of(project, library, settings, view)

    if not library.videos and not library.problems:
        st.info(
            "There is no video and no picture in this folder yet. Put some there, in sub-folders if you want "
            "collections, and this list fills by itself.",
            title="An empty folder",
            icon=":material/folder_open:",
        )
    else:
        processing.render(project, status, settings, label=label, key="process")
    table.comparison(project, library)
    if library.videos:
        seconds = sum(v.media.duration or 0 for v in library.videos)
        size = sum(v.media.bytes for v in library.videos)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{count(len(library.videos), 'video')} · {length(seconds)} · {size / 1e9:,.2f} GB", width="content"
            )
            table.all_or_none(project, library)
        table.render(project, library, status)
    table.problems(library, view.problems if view is not None else [])
    if new_project.takes_uploads(project):
        new_project.add_files(project)


def _look(project: Project) -> Library:
    """Return the library; where it cannot be read, say so and end the page."""
    place = st.empty()

    def progress(_step: str, done: float, total: float, _detail: str) -> None:
        """Show how far a first look at a large library is."""
        if total > 20:
            place.progress(min(1.0, done / total), f"Reading {done:,.0f} of {total:,.0f} files")

    try:
        library = look(project, progress)
    except (VRDError, OSError) as error:
        st.error(plain(str(error)), title="The library cannot be read", icon=":material/folder_off:")
        panel.render_in_page(project.store, project.slug)
        st.stop()
    place.empty()
    return library

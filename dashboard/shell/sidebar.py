"""The frame around every page: project, view, and the filters that act on every screen of results."""

from __future__ import annotations

import streamlit as st

from dashboard.jobs.panel import open_finished, render_running
from dashboard.parts.text import length
from dashboard.shell import data, filters, state
from dashboard.shell.data import ViewChoice
from dashboard.shell.screen import Screen
from vrd_core.project.project import Project
from vrd_core.project.view import View
from vrd_core.text import count


def render(*, filtered: bool) -> Screen | None:
    """Draw the sidebar and return what the page is to show; None where nothing has been processed yet.

    `filtered` says whether the page shows results; elsewhere only project and view are asked for.
    """
    open_finished()
    with st.sidebar:
        project = _project()
        screen = None
        if project is not None:
            choices = data.view_choices(project)
            choice = _view(choices)
            if choice is None:
                st.caption("Nothing processed yet")
            else:
                view = data.open_view(project, choice)
                _about(view)
                screen = filters.render(project, choice, view) if filtered else Screen(project, view, choice)
        render_running()
    return screen


def _project() -> Project | None:
    projects = data.projects()
    asked = st.query_params.get(state.PROJECT) if state.new_address() else None
    names = {p.slug: p.name for p in projects}
    if asked and asked not in names and asked not in names.values():
        state.tell(f"There is no project “{asked}” here." + (" Choose one in the sidebar." if projects else ""))
        if projects:
            # Not the results of another project in its place.
            st.session_state[state.PROJECT] = None
    if not projects:
        st.caption("No project yet")
        return None
    # A link may name the project's folder, too.
    first = next((p for p in projects if p.slug == asked), projects[0])
    if not (asked and state.PROJECT in st.session_state and st.session_state[state.PROJECT] is None):
        state.fill_link(state.PROJECT, first.slug, first.name, names.values())
    drawn = st.selectbox(
        "Project",
        list(names),
        None,
        format_func=lambda s: names.get(s, s),
        key=state.PROJECT,
        bind="query-params",
        on_change=state.changed_project,
        args=(projects[0].slug,),
        placeholder="Choose a project",
    )
    slug = state.held(state.PROJECT, drawn)
    return next((p for p in projects if p.slug == slug), None)


def _view(choices: list[ViewChoice]) -> ViewChoice | None:
    if not choices:
        return None
    labels = {c.view_id: c.label for c in choices}
    opened = state.new_address()
    if st.session_state.get(state.VIEW) not in labels:
        # Nothing chosen yet, or chosen in the project that was open before.
        st.session_state.pop(state.VIEW, None)
    asked = state.fill_link(state.VIEW, choices[0].view_id, choices[0].label, labels.values())
    if asked and opened:
        state.tell(f"This project has no results of “{asked}”; these are of “{choices[0].label}”.")
    drawn = st.selectbox(
        "Network and layer",
        list(labels),
        None,
        format_func=lambda v: labels.get(v, v),
        key=state.VIEW,
        bind="query-params",
        on_change=state.keep_view,
        args=(choices[0].view_id,),
        help="Each has distances, and so a threshold, of its own.",
    )
    picked = state.held(state.VIEW, drawn)
    return next((c for c in choices if c.view_id == picked), choices[0])


def _about(view: View) -> None:
    seconds = sum(v.count for v in view.videos) / view.fps
    if seconds >= 600:
        # Counted in frames, so not exact to the second.
        seconds = round(seconds / 60) * 60
    failed = f" · :orange[{count(len(view.problems), 'problem')}]" if view.problems else ""
    st.caption(f"{count(len(view.videos), 'video')} · {length(seconds)} · ready :material/check:{failed}")

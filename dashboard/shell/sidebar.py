"""The frame around every page: project, view, and the filters that act on every screen of results."""

from __future__ import annotations

import streamlit as st

from dashboard.jobs.panel import open_finished, render_running
from dashboard.parts.text import count, length, plain
from dashboard.shell import data, filters, state
from dashboard.shell.data import ViewChoice
from dashboard.shell.screen import Screen
from vrd_core.project.project import Project
from vrd_core.project.view import View


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
    if not projects:
        st.caption("No project yet")
        return None
    names = {p.slug: p.name for p in projects}
    # A link may name the project's folder, too.
    first = next((p for p in projects if p.slug == st.query_params.get(state.PROJECT)), projects[0])
    asked = state.fill_link(state.PROJECT, first.slug, first.name, names.values())
    if asked not in (None, first.slug):
        st.toast(plain(f"No project “{asked}” here; this is “{first.name}”."), icon=":material/link_off:")
    slug = st.selectbox(
        "Project",
        list(names),
        None,
        format_func=lambda s: names.get(s, s),
        key=state.PROJECT,
        bind="query-params",
        on_change=state.changed_project,
        args=(projects[0].slug,),
    )
    return next(p for p in projects if p.slug == slug)


def _view(choices: list[ViewChoice]) -> ViewChoice | None:
    if not choices:
        return None
    labels = {c.view_id: c.label for c in choices}
    if st.session_state.get(state.VIEW) not in labels:
        # Nothing chosen yet, or chosen in the project that was open before.
        st.session_state.pop(state.VIEW, None)
    state.fill_link(state.VIEW, choices[0].view_id, choices[0].label, labels.values())
    picked = st.selectbox(
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
    return next(c for c in choices if c.view_id == picked)


def _about(view: View) -> None:
    seconds = sum(v.count for v in view.videos) / view.fps
    if seconds >= 600:
        # Counted in frames, so not exact to the second.
        seconds = round(seconds / 60) * 60
    failed = f" · :orange[{count(len(view.problems), 'problem')}]" if view.problems else ""
    st.caption(f"{count(len(view.videos), 'video')} · {length(seconds)} · ready :material/check:{failed}")

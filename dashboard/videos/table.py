"""The table of a library: poster, name, what it is, which steps are done; a tick leaves a video in or out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.media import addresses
from dashboard.videos.status import Done, Status
from vrd_core.media.library import Library, Video
from vrd_core.project.project import EVERYTHING_ELSE, Project, Selection
from vrd_core.text import clock, count, digest

_GENERATION = "_videos_generation"
TOP = "(top of the library)"
_REASONS = {
    "missing": "not there or not readable",
    "empty": "empty",
    "damaged": "damaged",
    "no picture": "no picture",
    "refused": "refused for safety",
    "too long to read": "too slow to read",
}


def render(project: Project, library: Library, status: Status) -> None:
    """Draw the table and take ticks over into the project."""
    videos = library.videos
    table = pd.DataFrame(
        {
            "use": [v.name not in project.selection.excluded for v in videos],
            "still": [addresses.poster_address(project.slug, v.content_id) for v in videos],
            "name": [v.name.rpartition("/")[2] for v in videos],
            "collection": [v.collection for v in videos],
            "length": [
                "still" if v.media.still else clock(round(v.media.duration)) if v.media.duration else "unknown"
                for v in videos
            ],
            "picture": [f"{v.media.width} × {v.media.height}" for v in videos],
            "codec": [v.media.codec for v in videos],
            "size": [v.media.bytes / 1e6 for v in videos],
            "done": [_done(status.done[v.name]) for v in videos],
            "note": [_note(v, project.selection) for v in videos],
        }
    )
    collections = len({v.collection for v in videos}) > 1
    notes = bool(table["note"].any())
    # The ticks so far are part of the table, so a new set of videos needs a new editor: rows are known by position.
    generation = st.session_state.get(_GENERATION, 0)
    key = f"videos_{project.slug}_{digest(*(v.name for v in videos))[:8]}_{generation}"
    st.data_editor(
        table,
        key=key,
        hide_index=True,
        row_height=58,
        height=min(38 + 58 * max(1, len(videos)), 720),
        alt="The videos of the library",
        on_change=_ticked,
        args=(key, project, [v.name for v in videos]),
        disabled=[c for c in table.columns if c != "use"],
        column_order=[c for c in table.columns if (c != "collection" or collections) and (c != "note" or notes)],
        column_config={
            "use": st.column_config.CheckboxColumn("Use", width=62, help="Untick to leave a video out."),
            "still": st.column_config.ImageColumn("Still", width=100),
            "name": st.column_config.TextColumn("Name", width=250),
            "collection": st.column_config.TextColumn("Collection", help="The first-level sub-folder.", width=115),
            "length": st.column_config.TextColumn("Length", width=75, alignment="right"),
            "picture": st.column_config.TextColumn("Picture", width=95, alignment="right"),
            "codec": st.column_config.TextColumn("Codec", width=75),
            "size": st.column_config.NumberColumn("Size", width=85, format="%.1f MB"),
            "done": st.column_config.TextColumn(
                "Done", width=100, help="The last step that is done, of frames, fingerprints, compared."
            ),
            "note": st.column_config.TextColumn("Note"),
        },
    )


def _done(done: Done) -> str:
    return "compared" if done.compared else "fingerprints" if done.fingerprints else "frames" if done.frames else "–"


def _note(video: Video, selection: Selection) -> str:
    if video.name in selection.excluded:
        return "left out"
    if video.collection in selection.excluded_collections:
        return "its collection is left out"
    return "" if selection.side(video) is not None else "not on either side"


def _ticked(key: str, project: Project, names: list[str]) -> None:
    """Take the ticks over by name: positions mean nothing once the library changes."""
    edited: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    excluded = set(project.selection.excluded)
    for row, change in edited.items():
        if "use" in change and int(row) < len(names):
            (excluded.discard if change["use"] else excluded.add)(names[int(row)])
    project.select(excluded=tuple(sorted(excluded)))


def all_or_none(project: Project, library: Library) -> None:
    """Draw the buttons that tick all or no video."""
    every = tuple(v.name for v in library.videos)
    left_out = set(project.selection.excluded)
    st.button("Use all", type="tertiary", key="use_all", disabled=not left_out, on_click=_set_all, args=(project, ()))
    st.button(
        "Use none",
        type="tertiary",
        key="use_none",
        disabled=left_out >= set(every),
        on_click=_set_all,
        args=(project, every),
    )


def _set_all(project: Project, excluded: tuple[str, ...]) -> None:
    project.select(excluded=excluded)
    # The editor holds ticks of its own; a new one starts from the project.
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1


def problems(library: Library, later: list[dict[str, str]]) -> None:
    """Say which files could not be used and why; `later` are those that failed while they were processed."""
    found = [{"name": p.name, "reason": p.reason, "message": p.message} for p in library.problems]
    known, scanned = {p["name"] for p in found}, {v.name for v in library.videos}
    found += [p for p in later if p["name"] not in known and p["name"] in scanned]
    if not found:
        return
    reasons = Counter(_REASONS.get(p["reason"], p["reason"]) for p in found)
    why = ", ".join(f"{reason} ({n})" for reason, n in reasons.most_common())
    total = len(library.videos) + len(library.problems)
    with st.expander(
        f"{len(found)} of {count(total, 'file')} could not be used: {why}. The rest is not affected.",
        icon=":material/warning:",
    ):
        st.dataframe(
            pd.DataFrame({"File": [p["name"] for p in found], "What is wrong": [p["message"] for p in found]}),
            hide_index=True,
            column_config={
                "File": st.column_config.TextColumn(width="medium"),
                "What is wrong": st.column_config.TextColumn(width="large"),
            },
            alt="Files that could not be used",
        )


def comparison(project: Project, library: Library) -> None:
    """Ask which collections take part and whether all are compared with all."""
    names = sorted({v.collection for v in library.videos})
    if len(names) < 2:
        return
    selection = project.selection
    left, right = st.columns([3, 2], gap="medium")
    with left:
        mode = st.segmented_control(
            "Compare",
            ["all", "sides"],
            default="sides" if selection.compare else "all",
            required=True,
            format_func={"all": "Everything with everything", "sides": "One collection against another"}.__getitem__,
            key=f"compare_{project.slug}",
            on_change=_compare,
            args=(project, names),
        )
        if mode == "sides":
            _sides(project, names)
    with right:
        st.multiselect(
            "Collections left out",
            names,
            [n for n in selection.excluded_collections if n in names],
            format_func=_shown,
            key=f"without_{project.slug}",
            placeholder="None",
            on_change=_leave_out,
            args=(project,),
        )


def _sides(project: Project, names: list[str]) -> None:
    first, second = project.selection.compare or (names[0], EVERYTHING_ELSE)
    one, other = st.columns(2)
    one.selectbox(
        "This collection",
        names,
        names.index(first) if first in names else 0,
        format_func=_shown,
        key=f"first_{project.slug}",
        on_change=_compare,
        args=(project, names),
    )
    others = [EVERYTHING_ELSE, *names]
    other.selectbox(
        "against",
        others,
        others.index(second) if second in others else 0,
        format_func=lambda n: "everything else" if n == EVERYTHING_ELSE else _shown(n),
        key=f"second_{project.slug}",
        on_change=_compare,
        args=(project, names),
    )


def _shown(name: str) -> str:
    return name or TOP


def _compare(project: Project, names: list[str]) -> None:
    if st.session_state.get(f"compare_{project.slug}") != "sides":
        project.select(compare=None)
        return
    first = st.session_state.get(f"first_{project.slug}", names[0])
    second = st.session_state.get(f"second_{project.slug}", EVERYTHING_ELSE)
    project.select(compare=(first, EVERYTHING_ELSE if second == first else second))


def _leave_out(project: Project) -> None:
    project.select(excluded_collections=tuple(st.session_state[f"without_{project.slug}"]))

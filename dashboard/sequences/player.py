"""Two films side by side, played, paused and scrubbed in step from where they match.

A film that browsers do not play gets a copy, made once in the background; until it is there, and where there is none,
the stills of its frames are shown in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.jobs import panel, queue
from dashboard.media import addresses
from dashboard.media.browser_copy import has_sound, open_playable, plays
from dashboard.parts.text import plain
from vrd_core.errors import VRDError
from vrd_core.project.found import Sequence
from vrd_core.project.records import slug_of
from vrd_core.project.view import View

SECONDS_AROUND = 5.0
"""Seconds shown before and after the matched stretch."""

_PARTS = Path(__file__).with_name("player_parts")


def _part(kind: str) -> str:
    return (_PARTS / f"player.{kind}").read_text(encoding="utf-8")


_player = st.components.v2.component("vrd_player", html=_part("html"), css=_part("css"), js=_part("js"))


@dataclass(frozen=True)
class Source:
    """What one side of the player shows."""

    url: str | None
    note: str = ""
    """Why there are stills instead of the film, in plain words."""
    sound: bool = False
    """Copies have none; an original may have."""
    copying: bool = False
    """A copy is being made: look again soon."""


def source(view: View, video: int, *, refused: bool = False) -> Source:
    """Return what there is to play of a video, asking for a copy where one is needed.

    `refused` says that this browser could not play the original.
    """
    known, slug, store = view.videos[video], slug_of(view.project), view.store
    path = addresses.locate(store, slug, known.content_id)
    if path is None:
        return Source(
            None,
            "The film is not at its place any more, has changed, or lies outside the library folders: "
            "stills are shown.",
        )
    if known.count <= 1 and not known.duration:
        return Source(None)
    if not refused and plays(path, store):
        return Source(addresses.video_address(slug, known.content_id), sound=has_sound(path, store))
    if open_playable(store, known.content_id):
        return Source(addresses.video_address(slug, known.content_id, copy=True))
    job = queue.playable_job(store, known.content_id)
    try:
        if job is None or (not job.active and job.state in ("done", "died")):
            job = queue.playable(store, slug, known.name, path, known.content_id)
    except VRDError as error:
        return Source(None, f"Stills are shown: {error}")
    if not job.active:
        why = "its copy was stopped" if job.state == "cancelled" else job.message
        return Source(None, f"Stills are shown: {why}")
    done = next((f" ({s.done / s.total:.0%})" for s in job.steps if s.total), "")
    return Source(
        None,
        f"Browsers do not play this kind of file. A copy that plays is being made{done}; stills until then.",
        copying=True,
    )


def render(view: View, sequence: Sequence, *, shift: float = 0.0) -> None:
    """Draw the player at the matched position; `shift` moves film B on by seconds."""
    sides = (source(view, sequence.a), source(view, sequence.b))
    copying = any(side.copying for side in sides)
    st.fragment(_draw, run_every="2s" if copying else None, key="player_fragment")(view, sequence, shift)


def _draw(view: View, sequence: Sequence, shift: float) -> None:
    refused: set[str] = st.session_state.setdefault("_refused", set())
    sides = [
        source(view, video, refused=view.videos[video].content_id in refused) for video in (sequence.a, sequence.b)
    ]
    data = {
        "name": sequence.sequence,
        "around": SECONDS_AROUND,
        "speed": sequence.speed or 1.0,
        "shift": shift,
        "mirrored": bool(view.looks_mirrored(sequence)),
        "a": _side(view, sequence.a, sides[0], sequence.start_a, sequence.end_a),
        "b": _side(view, sequence.b, sides[1], sequence.start_b, sequence.end_b),
        "aspect": max(width / height for width, height in (view.frames(v).size for v in (sequence.a, sequence.b))),
    }
    result = _player(data=data, key="player", on_unplayable_change=_nothing)
    if result.unplayable in ("a", "b"):
        refused.add(view.videos[sequence.a if result.unplayable == "a" else sequence.b].content_id)
        st.rerun(scope="app")
    waiting = [
        queue.playable_job(view.store, view.videos[v].content_id)
        for v, side in zip((sequence.a, sequence.b), sides, strict=True)
        if not side.url and side.note
    ]
    for job in waiting:
        if job is not None and job.state in ("failed", "cancelled"):
            st.button(
                f"Try again to make a copy of {plain(job.title)}",
                icon=":material/refresh:",
                type="tertiary",
                key=f"recopy_{job.key}",
                on_click=panel.again,
                args=(view.store, job),
            )


def _nothing() -> None:
    """The trigger is read from the result; a callback has to exist for it to be there."""


def _side(view: View, video: int, shown: Source, start: float, end: float) -> dict[str, Any]:
    known = view.videos[video]
    return {
        "title": known.name,
        "url": shown.url,
        "note": shown.note,
        "sound": shown.sound,
        "start": start,
        "end": end,
        "duration": known.duration or known.count / view.fps,
        "count": known.count,
        "fps": view.fps,
        "still": addresses.still_address(slug_of(view.project), known.frames_key, "{k}"),
    }

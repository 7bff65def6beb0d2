"""Find the file behind an address of the media route: only videos of projects, only under the library roots.

An address names a project and the content of a video. Where that content lies is looked up in what the project's scans
and runs wrote down, so nothing that a visitor types is ever used as a path.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dashboard.media.roots import OutsideRootsError, allowed
from vrd_core.errors import MediaError, ProjectError
from vrd_core.media.info import content_id
from vrd_core.media.library import Library
from vrd_core.project import records
from vrd_core.project.project import Project
from vrd_core.project.records import RecordFile, slug_of
from vrd_core.store import Store
from vrd_core.text import digest

KEY = re.compile(r"[0-9a-f]{32}")
"""Content ids and keys of artefacts."""

PREFIX = "/vrd"


def base() -> str:
    """Return what stands before every address: the server's base path, with its slash."""
    import streamlit as st

    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}{PREFIX}" if path else PREFIX


def video_address(slug: str, content: str, *, copy: bool = False) -> str:
    """Return the address of a video of a project; of its copy for browsers where that is wanted."""
    return f"{base()}/video/{quote(slug)}/{content}{'?copy=1' if copy else ''}"


def still_address(slug: str, frames_key: str, k: int | str) -> str:
    """Return the address of still k; `k` may be a placeholder that a script fills in."""
    return f"{base()}/still/{quote(slug)}/{frames_key}/{k}.jpg"


def poster_address(slug: str, content: str) -> str:
    """Return the address of a small picture of a video, processed or not."""
    return f"{base()}/poster/{quote(slug)}/{content}.jpg"


def remember(project: Project, library: Library) -> None:
    """Write down what a scan found, so that posters and players find videos that were not processed yet."""
    records.write_library(project.store, project.slug, ((v.content_id, str(v.path)) for v in library.videos))


def project_of(store: Store, slug: str) -> Project | None:
    """Return the project of that very slug, or None."""
    if slug_of(slug) != slug:
        return None
    try:
        return Project.open(slug, store=store)
    except ProjectError:
        return None


def locate(store: Store, slug: str, content: str) -> Path | None:
    """Return the real path of a video, or None where this project has none such that may be read.

    The file must lie under the library roots and in the project's folder after every link is followed, and still hold
    what its name says.
    """
    project = project_of(store, slug) if KEY.fullmatch(content) else None
    if project is None:
        return None
    for path in _paths(records.library_files(store, slug), records.view_files(store, slug)).get(content, ()):
        try:
            real = allowed(path, store.root, within=project.library)
            if real.is_file() and _content(real, store) == content:
                return real
        except (OutsideRootsError, MediaError, OSError):
            continue
    return None


def belongs(store: Store, slug: str, frames_key: str) -> bool:
    """Return whether a project's runs made these frames."""
    return (
        bool(KEY.fullmatch(frames_key))
        and project_of(store, slug) is not None
        and frames_key in _frames(records.view_files(store, slug))
    )


@lru_cache(maxsize=64)
def _paths(scans: tuple[RecordFile, ...], views: tuple[RecordFile, ...]) -> dict[str, list[str]]:
    """Return where each content lies, as far as scans and runs wrote it down."""
    paths: dict[str, dict[str, None]] = {}
    for content, path in (
        *(pair for file in scans for pair in records.read_library(file)),
        *((video["content_id"], video["path"]) for file in views for video in _videos(file)),
    ):
        paths.setdefault(content, {})[path] = None
    return {content: list(found) for content, found in paths.items()}


@lru_cache(maxsize=64)
def _frames(views: tuple[RecordFile, ...]) -> frozenset[str]:
    return frozenset(video["frames_key"] for file in views for video in _videos(file))


def _videos(file: RecordFile) -> list[dict[str, Any]]:
    # A damaged record must not take the other videos with it.
    try:
        return list(records.read_view(file)["videos"])
    except ProjectError:
        return []


def _content(path: Path, store: Store) -> str:
    """Return the content id of a file, remembered until it changes."""
    state = path.stat()
    note = "content/" + digest(str(path), str(state.st_size), str(state.st_mtime_ns))
    known = store.recall(note)
    if known is None:
        known = content_id(path)
        store.note(note, known)
    return str(known)

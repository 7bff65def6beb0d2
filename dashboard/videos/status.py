"""What the library of a project holds, which steps are done for each video, and what is still to do."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.media import addresses, roots
from vrd_core.fingerprints.catalogue import fingerprints_key, weights_digest
from vrd_core.frames.extract import frames_key
from vrd_core.media.library import Library, Video
from vrd_core.progress import Progress
from vrd_core.project.project import Project
from vrd_core.project.view import View, resolved
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, ViewSettings
from vrd_core.text import digest


@dataclass(frozen=True)
class Done:
    """Which steps of a video are on disk."""

    frames: bool
    fingerprints: bool
    compared: bool


@dataclass(frozen=True)
class Status:
    """How far a project is under some settings."""

    chosen: tuple[Video, ...]
    """Videos that take part."""
    done: dict[str, Done]
    """By name, for every video of the library."""

    @property
    def ready(self) -> bool:
        """Whether nothing is left to process."""
        return bool(self.chosen) and all(self.done[v.name].compared for v in self.chosen)

    def missing(self, step: str) -> list[Video]:
        """Return the chosen videos that lack "frames", "fingerprints" or "compared"."""
        return [v for v in self.chosen if not getattr(self.done[v.name], step)]


def default_settings() -> ViewSettings:
    """Return what is run where nobody chose anything."""
    return resolved(ViewSettings(FrameSettings(), FingerprintSettings(), SearchSettings()))


def look(project: Project, progress: Progress | None = None) -> Library:
    """Return the library, looked at again only when something in its folder changed.

    Raises OutsideRootsError where the folder may not be read (any more).
    """
    folder = roots.allowed(project.library, project.store.root)
    held, signature = _held(str(project.store.root), str(folder)), _signature(folder)
    if held.get("signature") != signature:
        # Not inside a cached function: what the callback draws would be recorded there.
        held.update(library=project.scan(progress), signature=signature)
    library: Library = held["library"]
    addresses.remember(project, library)
    return library


@st.cache_resource(max_entries=8, show_spinner=False)
def _held(workspace: str, folder: str) -> dict[str, Any]:
    return {}


def _signature(folder: Path) -> str:
    """Return a text that changes when a file in the tree comes, goes or changes. 10,000 files take 0.1 s."""
    parts = []
    stack = [str(folder)]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(entry.path)
                    else:
                        state = entry.stat()
                        parts.append(f"{entry.path}\0{state.st_size}\0{state.st_mtime_ns}")
        except OSError:
            continue
    return digest(*(p.encode(errors="replace").decode() for p in sorted(parts)))


def status_of(project: Project, library: Library, settings: ViewSettings, view: View | None) -> Status:
    """Return how far a project is under `settings`; `view` is what a run with them left, if there was one."""
    chosen, sides = project.chosen(library.videos)
    weights = weights_digest(settings.fingerprints)
    names = {v.name: _names(v.content_id, settings.frames, settings.fingerprints, weights) for v in library.videos}
    side_of = {v.name: side for v, side in zip(chosen, sides, strict=True)}
    then: set[tuple[str, str, str]] = set()
    failed: set[str] = set()
    if view is not None:
        then = {(v.name, v.fingerprints_key, v.group) for v in view.videos}
        failed = {p["name"] for p in view.problems}
    now = {(name, names[name][1], side) for name, side in side_of.items() if name not in failed}
    # A run compares all with all: one video more or less, on another side or with newer weights, and it is done again.
    whole = bool(now) and then == now
    there = {step: _keys(str(project.store.root / "artefacts" / step)) for step in ("frames", "fingerprints")}
    done = {
        name: Done(
            frames in there["frames"], prints in there["fingerprints"], whole and name in side_of and name not in failed
        )
        for name, (frames, prints) in names.items()
    }
    return Status(tuple(v for v in chosen if v.name not in failed), done)


@lru_cache(maxsize=20_000)
def _names(content: str, frames: FrameSettings, prints: FingerprintSettings, _weights: str) -> tuple[str, str]:
    """Return the names of a video's frames and fingerprints; `_weights` makes newer weights another entry."""
    key = frames_key(content, frames)
    return key, fingerprints_key(key, prints)


def _keys(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def frames_expected(videos: list[Video], settings: ViewSettings) -> int:
    """Return how many frames these videos have, about."""
    return round(sum(max(1.0, (v.media.duration or 0) * settings.frames.fps) for v in videos))

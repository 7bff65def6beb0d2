"""What the artefacts of a workspace take up, for which videos, and what no project needs any more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from vrd_core.errors import SettingsError
from vrd_core.media.library import scan_library
from vrd_core.project.project import Project
from vrd_core.store import Artefact, Store


@dataclass(frozen=True)
class Usage:
    """Bytes on disk, counted three ways."""

    by_step: dict[str, tuple[int, int]]
    """Step -> (artefacts, bytes)."""
    by_video: dict[str, int]
    """Path of a video -> bytes of the artefacts made from it."""
    unused: list[Artefact]
    """What belongs to no video of any project's library and to no view."""


def usage(store: Store) -> Usage:
    """Return what takes how much space."""
    steps: dict[str, tuple[int, int]] = {}
    videos: dict[str, int] = defaultdict(int)
    names = _names(store)
    artefacts = list(store.entries())
    for artefact in artefacts:
        count, size = steps.get(artefact.step, (0, 0))
        steps[artefact.step] = count + 1, size + artefact.size
        if content := artefact.facts.get("content_id"):
            videos[names.get(content, f"a video of no project ({content[:10]})")] += artefact.size
    return Usage(steps, dict(videos), _unused(store, artefacts))


def select(
    store: Store, *, step: str | None = None, video: str | None = None, unused: bool = False
) -> list[Artefact] | None:
    """Return the artefacts that the choices name together, or None when nothing was chosen.

    `video` is a path or a name within its library. Raises SettingsError when it, or the step, has no artefacts.
    """
    if step is None and video is None and not unused:
        return None
    chosen = list(store.entries())
    if unused:
        chosen = _unused(store, chosen)
    if step is not None:
        steps = sorted({a.step for a in store.entries()})
        if step not in steps:
            raise SettingsError(f"The steps with artefacts are: {', '.join(steps) or 'none'}. Received: {step!r}.")
        chosen = [a for a in chosen if a.step == step]
    if video is not None:
        contents = {c for c, path in _names(store).items() if path == video or path.endswith("/" + video)}
        if not contents:
            raise SettingsError(f"No project has a video of that name; `cache` lists them. Received: {video!r}.")
        chosen = [a for a in chosen if a.facts.get("content_id") in contents]
    return chosen


def _names(store: Store) -> dict[str, str]:
    """Return content id -> path of every video of every project's library and views."""
    names: dict[str, str] = {}
    for project in Project.list(store):
        for view in project.views():
            names.update((v.content_id, v.path) for v in view.videos)
        if Path(project.library).is_dir():
            names.update((v.content_id, str(v.path)) for v in scan_library(project.library, store).videos)
    return names


def _unused(store: Store, artefacts: list[Artefact]) -> list[Artefact]:
    contents, views = set(_names(store)), {v.key for p in Project.list(store) for v in p.views()}

    def used(artefact: Artefact) -> bool:
        if content := artefact.facts.get("content_id"):
            return content in contents
        return artefact.key in views or artefact.facts.get("neighbours_key") in views

    return [a for a in artefacts if not used(a)]

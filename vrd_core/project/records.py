"""The files in which a workspace keeps its projects: the one place that knows where they lie and what they hold.

workspace/projects/<slug>/project.json          name, library folder, what is left out, which sides are compared
workspace/projects/<slug>/views/<view id>.json  the record of a run: settings, videos with their keys, problems
workspace/projects/<slug>/library.json          content id and path of every video that a scan found

Each is written to a temporary name and renamed. What cannot be read is a ProjectError that names the file.
"""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vrd_core.errors import ProjectError
from vrd_core.settings import ViewSettings
from vrd_core.store import Store, write_atomically
from vrd_core.system import safe_name


@dataclass(frozen=True)
class ViewVideo:
    """One video as a view knows it."""

    name: str
    path: str
    content_id: str
    collection: str
    group: str
    """What it counts to when collections are compared: its collection, or the side it was put on."""
    duration: float | None
    count: int
    """Frames."""
    frames_key: str
    fingerprints_key: str
    mirrored_key: str | None = None
    """Fingerprints of the frames flipped, where they were compared too."""
    dense_key: str | None = None
    """Fingerprints between the stills, where sequences are aligned by them."""


@dataclass(frozen=True)
class RecordFile:
    """A file of a project with its time: equal ones hold the same, so that it can be part of a cache's key."""

    path: Path
    modified: int
    """Nanoseconds."""

    @property
    def view_id(self) -> str:
        """The name in links of the view whose record this is."""
        return self.path.stem


def slug_of(name: str) -> str:
    """Return the folder name of a project's name: lower-case letters, digits and dashes, of any script."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    # Some names no folder may have on Windows, such as "con".
    return safe_name(re.sub(r"[\W_]+", "-", plain).strip("-")[:80], otherwise="project", longest=255)


def folder_of(store: Store, slug: str) -> Path:
    """Return the folder of a project, whether or not it is there."""
    return store.root / "projects" / slug


def slugs(store: Store) -> tuple[str, ...]:
    """Return the folder name of every project of a workspace, in order."""
    names = (file.parent.name for file in (store.root / "projects").glob("*/project.json"))
    return tuple(sorted(name for name in names if slug_of(name) == name))


def read_project(store: Store, slug: str) -> dict[str, Any] | None:
    """Return {"name", "library", "selection"} of a project, None where there is none of that slug.

    Raises ProjectError where the file is damaged.
    """
    file = folder_of(store, slug) / "project.json"
    if not file.is_file():
        return None
    values = _read(file, ("name", "library", "selection"))
    _check(file, values["selection"], ("excluded", "excluded_collections", "compare"))
    return values


def write_project(store: Store, slug: str, values: dict[str, Any]) -> None:
    """Write {"name", "library", "selection"} of a project."""
    folder = folder_of(store, slug)
    (folder / "views").mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "project.json", json.dumps(values, indent=1))


def view_files(store: Store, slug: str) -> tuple[RecordFile, ...]:
    """Return the records of a project's views, by view id; nothing of them is read."""
    return _stamped(sorted((folder_of(store, slug) / "views").glob("*.json")))


def read_view(file: RecordFile) -> dict[str, Any]:
    """Return {"settings", "neighbours_key", "finished", "videos", "problems"}.

    Raises ProjectError where the file is damaged.
    """
    return _read(file.path, ("settings", "neighbours_key", "finished", "videos"))


def write_view(
    store: Store,
    slug: str,
    *,
    settings: ViewSettings,
    neighbours_key: str,
    finished: float,
    videos: Iterable[ViewVideo],
    problems: Sequence[dict[str, str]] = (),
) -> dict[str, Any]:
    """Write the record of a run and return it."""
    record = {
        "settings": settings.to_dict(),
        "neighbours_key": neighbours_key,
        "finished": finished,
        "videos": [asdict(video) for video in videos],
        "problems": list(problems),
    }
    folder = folder_of(store, slug) / "views"
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / f"{settings.view_id}.json", json.dumps(record))
    return record


def write_library(store: Store, slug: str, videos: Iterable[tuple[str, str]]) -> None:
    """Write (content id, path) of every video that a scan found, where that changed."""
    file, text = folder_of(store, slug) / "library.json", json.dumps([list(video) for video in videos])
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text)


def library_files(store: Store, slug: str) -> tuple[RecordFile, ...]:
    """Return the file with what a project's last scan found; none where nothing was scanned."""
    return _stamped([folder_of(store, slug) / "library.json"])


def read_library(file: RecordFile) -> list[tuple[str, str]]:
    """Return what `write_library` wrote; nothing where it cannot be read, since the next scan writes it again."""
    try:
        return [(str(content), str(path)) for content, path in json.loads(file.path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _stamped(paths: Iterable[Path]) -> tuple[RecordFile, ...]:
    found = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            found.append(RecordFile(path, path.stat().st_mtime_ns))
    return tuple(found)


def _read(file: Path, names: Sequence[str]) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ProjectError(f"{file} cannot be read ({error}). Restore it, or process the project again.") from error
    _check(file, values, names)
    return dict(values)


def _check(file: Path, values: Any, names: Sequence[str]) -> None:
    lacking = [name for name in names if not isinstance(values, dict) or name not in values]
    if lacking:
        raise ProjectError(
            f"{file} is no record of this program: it lacks {', '.join(lacking)}. "
            "Restore it, or process the project again."
        )

"""Find the videos and stills in a folder tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vrd_core.errors import MediaError, ProjectError
from vrd_core.media.info import ENDINGS, MediaInfo, content_id, plain_errors
from vrd_core.media.probe import probe
from vrd_core.progress import Progress
from vrd_core.store import Store
from vrd_core.system import full_path
from vrd_core.text import digest

_DEEP = 4000
"""Letters of the longest path below a library."""

VERSION = "2"
"""Goes up when a probe would say something else of a file that has not changed."""

_NEVER = """
    .7z .aac .aif .aiff .ass .cfg .csv .cue .db .dll .doc .docx .exe .flac .gz .h5 .htm .html .idx .ini .ipynb .json
    .jsonl .keras .lnk .log .m3u .m3u8 .m4a .md .mp3 .nfo .npy .npz .odp .ods .odt .opus .pdf .pls .ppt .pptx .py
    .rar .rst .rtf .sqlite .srt .ssa .sub .svg .tar .tsv .txt .url .vtt .wav .wma .xls .xlsx .xml .xz .yaml .yml
    .zip
"""
"""Endings that are not even looked into."""

_FILM = re.compile(
    rb"....(ftyp|moov|mdat)|RIFF....AVI |\x1aE\xdf\xa3|\0\0\x01[\xb3\xba]|0&\xb2u|FLV\x01|\x06\x0e\x2b\x34", re.DOTALL
)
"""First bytes of MP4, AVI, Matroska, MPEG, Windows Media, Flash and MXF."""


@dataclass(frozen=True)
class Video:
    """A film or a still of the library."""

    name: str
    """Path relative to the library, with forward slashes: two files of one name in two folders are two videos."""
    path: Path
    content_id: str
    collection: str
    """First-level sub-folder; empty at the top."""
    media: MediaInfo


@dataclass(frozen=True)
class Problem:
    """A file that looks like a video and cannot be used."""

    name: str
    path: Path
    reason: str
    """One of MediaError.REASONS."""
    message: str


@dataclass(frozen=True)
class Library:
    """What a folder holds, sorted by name."""

    root: Path
    videos: tuple[Video, ...]
    problems: tuple[Problem, ...]


def scan_library(folder: str | Path, store: Store, progress: Progress | None = None) -> Library:
    """Find every video and still under a folder, by asking ffmpeg and not by a list of endings.

    What is said of a file is remembered with its path, size and time of change, so a second scan asks nothing. Hidden
    files, documents and the workspace itself are left out. A link that leads out of the folder is a problem, as is a
    file that cannot be read though its ending or its first bytes are those of a video or picture.

    Raises ProjectError where there is no such folder.
    """
    root = Path(folder).absolute()
    if not root.is_dir():
        raise ProjectError(f"There is no folder {root}. Name the folder that holds the videos.")
    problems: list[Problem] = []
    found = sorted(_files(root, store.root, problems))
    videos: list[Video] = []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        waiting = {pool.submit(_look, path, store): (name, path) for name, path in found}
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                name, path = waiting[future]
                record = future.result()
                if "media" in record:
                    collection = name.split("/", 1)[0] if "/" in name else ""
                    videos.append(Video(name, path, record["content_id"], collection, MediaInfo(**record["media"])))
                elif path.suffix.lower() in ENDINGS or record["reason"] == "too long to read" or record.get("film"):
                    problems.append(_problem(name, path, record["reason"], record["message"]))
                if progress:
                    progress("scan", done, len(found), name)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return Library(root, tuple(sorted(videos, key=lambda v: v.name)), tuple(sorted(problems, key=lambda p: p.name)))


def _files(root: Path, workspace: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of every file worth a look; links that are not followed go to `problems`."""
    inside = root.resolve()
    # Room for folders below that are deeper than the root's own path says.
    top, kept = full_path(root, _DEEP), full_path(workspace, _DEEP)
    for folder, folders, files in os.walk(top):
        here = root / Path(folder).relative_to(top)
        folders[:] = [f for f in folders if not f.startswith(".") and full_path(here / f, _DEEP) != kept]
        for file in [*folders, *files]:
            path = here / file
            if file.startswith(".") or path.suffix.lower() in _NEVER.split():
                continue
            there, name = full_path(path), path.relative_to(root).as_posix()
            if there.is_symlink() and not path.resolve().is_relative_to(inside):
                what = f"{path.name} is a link that leads out of the library, and is not followed, for safety."
                problems.append(_problem(name, path, "refused", f"{what} Copy what it leads to into the library."))
            elif there.is_symlink() and not there.exists():
                problems.append(_problem(name, path, "missing", f"{path.name} is a link to a file that is gone."))
            elif there.is_file():
                yield name, path


def _problem(name: str, path: Path, reason: str, message: str) -> Problem:
    # A name may hold bytes that are no letters, which no screen shows.
    return Problem(name.encode(errors="replace").decode(), path, reason, message)


def _look(path: Path, store: Store) -> dict[str, Any]:
    """Return {"media", "content_id"} or {"reason", "message"}, from memory where the file has not changed."""
    try:
        try:
            str(path).encode()
        except UnicodeEncodeError:
            raise MediaError(
                "Its name holds bytes that are no letters (not UTF-8). Rename the file.", reason="refused"
            ) from None
        try:
            state = full_path(path).stat()
        except OSError as error:
            raise MediaError(f"{path.name} cannot be read ({error.strerror}).", reason="missing") from error
        note = "media/" + digest(VERSION, str(path), str(state.st_size), str(state.st_mtime_ns))
        record: dict[str, Any] | None = store.recall(note)
        if record is None:
            try:
                record = {"media": asdict(probe(path)), "content_id": content_id(path)}
            except MediaError as error:
                if error.reason in ("missing", "too long to read"):
                    raise  # may be otherwise next time
                record = {"reason": error.reason, "message": str(error), "film": _begins_as_film(path, error)}
            store.note(note, record)
        return record
    except MediaError as error:
        return {"reason": error.reason, "message": str(error)}


def _begins_as_film(path: Path, error: MediaError) -> bool:
    """Return whether a file that cannot be read begins as films do, whatever its name."""
    if error.reason != "damaged":
        return False
    with plain_errors(path), open(full_path(path), "rb") as file:
        return _FILM.match(file.read(16)) is not None

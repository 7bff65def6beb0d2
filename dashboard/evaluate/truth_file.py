"""The list of known reuse that a project is measured against: kept in its folder, its names matched to the videos.

workspace/projects/<slug>/truth.csv
"""

from __future__ import annotations

import csv
import io
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

import streamlit as st

from dashboard.media import roots
from vrd_core import system
from vrd_core.errors import TruthError
from vrd_core.evaluation.truth import Reuse, read_reuse
from vrd_core.project.project import Project
from vrd_core.project.records import folder_of
from vrd_core.text import digest

FILE = "truth.csv"
LARGEST = 20_000_000
"""Bytes that are taken: some 200,000 rows."""


@dataclass(frozen=True)
class Truth:
    """Known reuse under the names that a view has for its videos."""

    rows: tuple[Reuse, ...]
    unknown: tuple[str, ...] = ()
    """Names that are no video of the view, each once."""
    left_out: int = 0
    """Rows that name one of them."""
    adapted: int = 0
    """Names that were recognised without their folder, ending or spelling of capitals."""

    @cached_property
    def key(self) -> str:
        """Content key of the rows."""
        return digest(*(repr(row) for row in self.rows))


def file_of(project: Project) -> Path:
    """Return where a project's truth lies, whether or not it is there."""
    return folder_of(project.store, project.slug) / FILE


def load(project: Project, names: Iterable[str]) -> Truth | None:
    """Return a project's truth for these videos; None where it has none. Raises TruthError where it is damaged."""
    file = file_of(project)
    try:
        state = file.stat()
    except OSError:
        return None
    return _load(str(file), state.st_mtime_ns, state.st_size, tuple(names))


@st.cache_resource(max_entries=16, show_spinner=False)
def _load(file: str, modified: int, size: int, names: tuple[str, ...]) -> Truth:
    return matched(read_reuse(file), names)


def keep(project: Project, name: str, content: bytes) -> int:
    """Keep a file as the project's truth, in place of the one before; return how many rows it has.

    Raises TruthError, which names the file as the person does, where it cannot be understood.
    """
    if len(content) > LARGEST:
        raise TruthError(f"{name} has {len(content) / 1e6:,.0f} MB; a list of reuse may have {LARGEST / 1e6:g} MB.")
    partial = project.store.root / "tmp" / f"truth-{uuid.uuid4().hex}.csv"
    try:
        partial.write_text(_as_csv(content), encoding="utf-8", newline="")
        rows = read_reuse(partial)
        if not rows:
            raise TruthError(f"{name} has no row in which two different videos share something.")
        system.replace(partial, file_of(project))
    except TruthError as error:
        raise TruthError(str(error).replace(str(partial), name)) from None
    finally:
        system.remove(partial)
    return len(rows)


def forget(project: Project) -> None:
    """Take the truth away from a project."""
    system.remove(file_of(project))


def truth_with_the_films(project: Project) -> Path | None:
    """Return the truth that came with the films: the demo and planted films have it beside their folder `films`."""
    file = project.library.parent / FILE
    if project.library.name != "films" or not file.is_file():
        return None
    try:
        return roots.allowed(file, project.store.root)
    except roots.OutsideRootsError:
        return None


def matched(rows: Iterable[Reuse], names: Iterable[str]) -> Truth:
    """Return the rows whose two videos are among `names`, under those names; A is the first in `names`.

    A name is looked for as it stands, then without regard to capitals, then by its last part, then by that without its
    ending; what could be two videos is neither.
    """
    names = tuple(names)
    find, place = _finder(names), {name: n for n, name in enumerate(names)}
    kept: list[Reuse] = []
    unknown: dict[str, None] = {}
    adapted: set[str] = set()
    left_out = 0
    for row in rows:
        one, other = find(row.video_a), find(row.video_b)
        unknown.update({name: None for name, found in ((row.video_a, one), (row.video_b, other)) if found is None})
        if one is None or other is None:
            left_out += 1
        elif one != other:
            adapted |= {name for name, found in ((row.video_a, one), (row.video_b, other)) if name != found}
            renamed = replace(row, video_a=one, video_b=other)
            kept.append(renamed if place[one] < place[other] else _turned(renamed))
    return Truth(tuple(kept), tuple(unknown), left_out, len(adapted))


def _turned(row: Reuse) -> Reuse:
    return replace(
        row,
        video_a=row.video_b,
        start_a=row.start_b,
        end_a=row.end_b,
        video_b=row.video_a,
        start_b=row.start_a,
        end_b=row.end_a,
    )


_FORMS: tuple[Callable[[str], str], ...] = (
    lambda name: name,
    lambda name: _folded(name),
    lambda name: PurePosixPath(_folded(name)).name,
    lambda name: PurePosixPath(_folded(name)).stem,
)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().removeprefix("./")


def _finder(names: tuple[str, ...]) -> Callable[[str], str | None]:
    tables: list[dict[str, list[str]]] = []
    for form in _FORMS:
        table: dict[str, list[str]] = {}
        for name in names:
            table.setdefault(form(name), []).append(name)
        tables.append(table)

    def find(name: str) -> str | None:
        for form, table in zip(_FORMS, tables, strict=True):
            if found := table.get(form(name)):
                return found[0] if len(found) == 1 else None
        return None

    return find


def _as_csv(content: bytes) -> str:
    """Return a table as CSV in UTF-8 with commas: spreadsheets also write other encodings and semicolons."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";\t,", key=first.count)
    if separator == ",":
        return text
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    # Where columns are not divided by commas, a comma between digits is a decimal one.
    for line in csv.reader(io.StringIO(text), delimiter=separator):
        writer.writerow([c.replace(",", ".") if c.replace(",", "").replace(":", "").isdigit() else c for c in line])
    return out.getvalue()

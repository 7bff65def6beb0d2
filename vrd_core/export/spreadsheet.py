"""The sequences as an Excel workbook: one sheet of sequences, one of videos, one of settings."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

from vrd_core.export.facts import facts
from vrd_core.project.found import Found
from vrd_core.text import clock

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""Characters that a cell cannot hold."""

COLUMNS = (
    ("Video A", 44),
    ("from", 10),
    ("to", 10),
    ("Video B", 44),
    ("from", 10),
    ("to", 10),
    ("Length (s)", 11),
    ("Mean distance", 14),
    ("Frames", 9),
    ("Deviating", 10),
    ("Speed", 8),
    ("Mirrored", 10),
    ("Collection A", 18),
    ("Collection B", 18),
    ("from A (s)", 11),
    ("to A (s)", 11),
    ("from B (s)", 11),
    ("to B (s)", 11),
    ("Sequence", 36),
)
"""Headings and widths: times as people read them first, as numbers to sort and count with at the end."""


def to_excel(found: Found, path: str | Path | None = None) -> bytes:
    """Return an .xlsx workbook and write it to `path` when given. Names are text, whatever they begin with."""
    book = Workbook(write_only=True)
    _sheet(book, "Sequences", COLUMNS, (_row(r) for r in found.rows()))
    _sheet(
        book,
        "Videos",
        (("Video", 60), ("Collection", 20), ("Length", 12), ("Seconds", 11), ("Frames", 10), ("Content", 36)),
        (
            (v.name, v.collection, clock(v.duration or 0), v.duration or 0, v.count, v.content_id)
            for v in found.view.videos
        ),
    )
    _sheet(book, "Settings", (("Setting", 36), ("Value", 90)), facts(found))
    stream = io.BytesIO()
    book.save(stream)
    if path is not None:
        Path(path).write_bytes(stream.getvalue())
    return stream.getvalue()


def _row(r: dict[str, Any]) -> tuple[Any, ...]:
    return (
        r["video_a"],
        clock(r["start_a"]),
        clock(r["end_a"]),
        r["video_b"],
        clock(r["start_b"]),
        clock(r["end_b"]),
        r["seconds"],
        r["mean_distance"],
        r["frames"],
        r["deviating_frames"],
        r["speed"],
        "yes" if r["mirrored"] else "no",
        r["collection_a"],
        r["collection_b"],
        r["start_a"],
        r["end_a"],
        r["start_b"],
        r["end_b"],
        r["sequence"],
    )


def _sheet(book: Workbook, title: str, columns: Iterable[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> None:
    columns = list(columns)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    heading = []
    for name, _ in columns:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top")
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=_FORBIDDEN.sub("�", value)[:32_767])
    # A file named =1+1.mp4 is not a formula.
    cell.data_type = "s"
    return cell

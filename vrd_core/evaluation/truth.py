"""Read and write reuse as CSV: what was found, what is true, and annotations in the format of VCDB.

VCDB: Jiang, Jiang, Wang, "VCDB: A Large-Scale Database for Partial Copy Detection in Videos", ECCV 2014; one line per
copy, `v1,v2,s1,e1,s2,e2`, usually without a header, times as HH:MM:SS or in seconds.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vrd_core.errors import TruthError

COLUMNS = ("video_a", "start_a", "end_a", "video_b", "start_b", "end_b")
_VCDB = ("v1", "s1", "e1", "v2", "s2", "e2")
_VCDB_ORDER = ("v1", "v2", "s1", "e1", "s2", "e2")


@dataclass(frozen=True)
class Reuse:
    """One stretch of video A that is also in video B. Times in seconds; an end is where the stretch stops."""

    video_a: str
    start_a: float
    end_a: float
    video_b: str
    start_b: float
    end_b: float
    edit: str = ""
    """What was done to it, for example "crop+grey"; the first name is the one it is counted under."""
    stretch: str = ""
    """Rows of one name are pieces of one reused stretch (three shots in another order); "" stands alone."""
    mean_distance: float = math.nan

    def __post_init__(self) -> None:
        times = (self.start_a, self.end_a, self.start_b, self.end_b)
        if not all(math.isfinite(t) for t in times) or self.end_a < self.start_a or self.end_b < self.start_b:
            raise TruthError(
                "A stretch needs four times in seconds, each end at or after its start. Received: "
                f"{self.video_a} {times[:2]}, {self.video_b} {times[2:]}."
            )

    @property
    def pair(self) -> tuple[str, str]:
        """Return the two videos' names as they stand."""
        return self.video_a, self.video_b

    def ordered(self) -> Reuse:
        """Return the same reuse with the name that sorts first as video A: either order is the same reuse."""
        return self if self.video_a <= self.video_b else self.swapped()

    def swapped(self) -> Reuse:
        """Return the same reuse seen from its other side."""
        return replace(
            self,
            video_a=self.video_b,
            start_a=self.start_b,
            end_a=self.end_b,
            video_b=self.video_a,
            start_b=self.start_a,
            end_b=self.end_a,
        )

    def at(self, second_a: float) -> float:
        """Return the second of video B that this stretch puts beside a second of video A (a straight line)."""
        length = self.end_a - self.start_a
        speed = (self.end_b - self.start_b) / length if length > 0 else 1.0
        return self.start_b + (second_a - self.start_a) * speed


def read_reuse(path: str | Path) -> list[Reuse]:
    """Read FOUND.csv, a truth, or VCDB annotations: told apart by their first line.

    Raises TruthError that names the file, the line and what is wrong with it.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = [(number, line) for number, line in enumerate(csv.reader(handle), 1) if any(map(str.strip, line))]
    except OSError as error:
        raise TruthError(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TruthError(f"{path} is not a CSV file in UTF-8: {error}.") from error
    if not lines:
        raise TruthError(f"{path} is empty. It needs at least a line with the columns' names: {', '.join(COLUMNS)}.")
    header = [cell.strip().lower() for cell in lines[0][1]]
    if set(COLUMNS) <= set(header):
        names, body = COLUMNS, lines[1:]
    elif set(_VCDB) <= set(header):
        names, body = _VCDB, lines[1:]
    elif len(header) >= 6 and all(_is_time(cell) for cell in header[2:6]):
        header, names, body = list(_VCDB_ORDER), _VCDB, lines
    else:
        raise TruthError(
            f"{path}: the first line must name the columns {','.join(COLUMNS)} (or VCDB's "
            f"{','.join(_VCDB_ORDER)}). Received: {','.join(lines[0][1])!r}."
        )
    place = {name: header.index(name) for name in {*names, "edit", "stretch", "mean_distance"} if name in header}
    rows = [_read_line(path, number, line, names, place) for number, line in body]
    return [row for row in rows if row.video_a != row.video_b]


def write_reuse(path: str | Path, rows: Iterable[Reuse], extra: Sequence[str] = ("edit", "stretch")) -> None:
    """Write rows as CSV: the six columns, times with two decimals, then the named extra ones."""
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow([*COLUMNS, *extra])
        for row in rows:
            times = [getattr(row, name) for name in COLUMNS]
            cells = [t if isinstance(t, str) else f"{t:.2f}" for t in times]
            writer.writerow([*cells, *(getattr(row, name) for name in extra)])


def _read_line(path: Path, number: int, line: list[str], names: Sequence[str], place: dict[str, int]) -> Reuse:
    def cell(name: str) -> str:
        column = place.get(name)
        return line[column].strip() if column is not None and column < len(line) else ""

    values: dict[str, Any] = {}
    for target, name in zip(COLUMNS, names, strict=True):
        text = cell(name)
        if target.startswith("video"):
            if not text:
                raise TruthError(f"{path}, line {number}: {name} is empty; it must name a video.")
            values[target] = text.replace("\\", "/")
        elif _is_time(text):
            values[target] = _seconds(text)
        else:
            raise TruthError(f"{path}, line {number}: {name} must be seconds or HH:MM:SS. Received: {text!r}.")
    try:
        return Reuse(**values, edit=cell("edit"), stretch=cell("stretch"), mean_distance=_number(cell("mean_distance")))
    except TruthError as error:
        raise TruthError(f"{path}, line {number}: {error}") from error


def _seconds(text: str) -> float:
    """Return seconds from "12.5", "01:02.5" or "00:01:02"."""
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return total


def _is_time(text: str) -> bool:
    try:
        return 0 <= _seconds(text.strip()) < math.inf and text.count(":") <= 2
    except ValueError:
        return False


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan

"""Tables and times as text, for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def clock(seconds: float) -> str:
    """Return h:mm:ss, with a tenth where there is one."""
    whole, tenth = divmod(round(seconds * 10), 10)
    text = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{tenth}" if tenth else text


def count(number: int, thing: str) -> str:
    """Return "1 sequence", "2 sequences"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a header in columns as wide as what is in them."""
    table = [tuple(header), *(tuple(r) for r in rows)]
    widths = [max(len(row[c]) for row in table) for c in range(len(header))]
    for number, row in enumerate(table):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))

"""Times, counts and tables as text, and the name of a list of texts."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal


def digest(*parts: str) -> str:
    """Return 32 hexadecimal digits that name this list of texts (BLAKE2b)."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def clock(seconds: float) -> str:
    """Return h:mm:ss, with a tenth where there is one.

    >>> clock(416), clock(3725.5)
    ('0:06:56', '1:02:05.5')
    """
    whole, tenth = divmod(round(seconds * 10), 10)
    text = f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{text}.{tenth}" if tenth else text


def count(number: int, one: str, many: str | None = None) -> str:
    """Return "1 sequence", "2 sequences", with groups of thousands.

    >>> count(1, "pair"), count(12345, "pair"), count(2, "stretch", "stretches")
    ('1 pair', '12,345 pairs', '2 stretches')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def four_digits(value: float) -> str:
    """Return a distance with four significant digits, never in scientific notation."""
    return f"{Decimal(f'{value:.4g}'):f}" if math.isfinite(value) else str(value)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under a header in columns as wide as what is in them."""
    table = [tuple(header), *(tuple(r) for r in rows)]
    widths = [max(len(row[c]) for row in table) for c in range(len(header))]
    for number, row in enumerate(table):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))

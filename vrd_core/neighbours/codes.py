"""The coded neighbour: distance, row and the mark of a mirrored pair in one uint64 whose order is theirs.

Bits 32 to 63 are those of the float32 distance, which is not negative, so that its bits are ordered as it is; bits 1 to
31 are the neighbour's row; bit 0 says that the mirrored frame was the nearer one.
"""

from __future__ import annotations

import numpy as np

NONE = np.uint64(2**64 - 1)
"""The code of "no neighbour"; larger than every other code."""

_DISTANCE = np.uint64(0xFFFFFFFF00000000)
_MIRRORED = np.uint64(1)


def encode(distance: np.ndarray, row: np.ndarray, mirrored: np.ndarray | None = None) -> np.ndarray:
    """Pack float32 distances, rows and marks into codes."""
    code = (distance.view(np.uint32).astype(np.uint64) << np.uint64(32)) | _row_bits(row)
    return code if mirrored is None else code | mirrored.astype(np.uint64)


def code_distance(code: np.ndarray) -> np.ndarray:
    """Return the float32 distances of codes; meaningless for NONE."""
    return (code >> np.uint64(32)).astype(np.uint32).view(np.float32)


def code_row(code: np.ndarray) -> np.ndarray:
    """Return the int64 rows of codes."""
    return ((code & ~_DISTANCE) >> np.uint64(1)).astype(np.int64)


def code_mirrored(code: np.ndarray) -> np.ndarray:
    """Return the bool marks of codes."""
    return (code & _MIRRORED).astype(bool)


def with_row(code: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the codes with other rows, distance and mark as they were."""
    return (code & (_DISTANCE | _MIRRORED)) | _row_bits(row)


def first_after(code: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return the smallest codes of the same distances whose rows come after `row` (-1 or more)."""
    return (code & _DISTANCE) | _row_bits(row + 1)


def _row_bits(row: np.ndarray) -> np.ndarray:
    return row.astype(np.uint64) << np.uint64(1)

"""Open arrays that steps left on disk, and small sums over them.

Nothing here evaluates the header of a file as Python. np.load does (`ast.literal_eval`), and on CPython 3.11 two
threads that do so at once can end in "SystemError: AST constructor recursion depth mismatch" (seen with 3.11.7; kin of
python/cpython gh-106905). So every array of this project is opened by `open_array` or `open_arrays`.
"""

from __future__ import annotations

import math
import os
import re
import zipfile
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from vrd_core.errors import StoreError

_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 1 << 16
# What numpy writes for numbers, truth values and texts; an object would be a pickle, which can run code.
_HEADER = re.compile(
    r"\{'descr': '([<>|=][biufcU]\d{1,6})', 'fortran_order': (True|False), "
    r"'shape': \(((?:\d{1,18}, ?)*(?:\d{1,18})?)\), ?\} *\n"
)


class _Header(NamedTuple):
    dtype: np.dtype
    shape: tuple[int, ...]
    order: str
    start: int
    """Where the values begin, in bytes."""

    @property
    def bytes(self) -> int:
        """How many bytes the values take."""
        return math.prod(self.shape) * self.dtype.itemsize


def open_array(path: str | os.PathLike[str], *, mapped: bool = True) -> np.ndarray:
    """Return the array of a .npy file: a memory map that cannot be written, or read whole with mapped=False.

    An empty array cannot be mapped: a new one is made. Raises FileNotFoundError, and StoreError where the file is
    damaged or holds anything but plain numbers, truth values and texts.
    """
    path = Path(path)
    with path.open("rb") as file:
        header = _read_header(file, path.name)
        there = os.fstat(file.fileno()).st_size - header.start
        if there != header.bytes:
            raise _damaged(path.name, f"{header.bytes:,} bytes of values are announced and {there:,} are there")
        if not header.bytes:
            return np.zeros(header.shape, header.dtype)
        if not mapped:
            return _shaped(np.fromfile(file, header.dtype), header)
    return np.memmap(path, header.dtype, "r", header.start, header.shape, "F" if header.order == "F" else "C")


def open_arrays(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Return the arrays of a .npz file by name, read whole.

    Raises FileNotFoundError, and StoreError where the file is damaged.
    """
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy"): _read_member(archive, name, path.name) for name in archive.namelist()}
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise _damaged(path.name, str(error)) from error


def rounded(distance: np.ndarray) -> np.ndarray:
    """Round float32 to 20 significant bits (six digits), so that the last bits of a sum's order do not show."""
    bits = np.maximum(distance, np.float32(0)).view(np.uint32)
    return ((bits + np.uint32(8)) & np.uint32(0xFFFFFFF0)).view(np.float32)


def expand(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return 0 … length - 1 for every length, one after another, and which length each belongs to."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    return np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths), owner


def _read_member(archive: zipfile.ZipFile, name: str, where: str) -> np.ndarray:
    size = archive.getinfo(name).file_size
    with archive.open(name) as file:
        header = _read_header(file, where)
        if size - header.start != header.bytes:
            raise _damaged(where, f"{name} announces {header.bytes:,} bytes of values and has {size - header.start:,}")
        # A bytearray, so that the array can be written to.
        return _shaped(np.frombuffer(bytearray(file.read()), header.dtype), header)


def _read_header(file: IO[bytes], name: str) -> _Header:
    """Read what numpy writes before the values, strictly: magic, version, length, a dictionary of three entries."""
    start = file.read(8)
    if start[:6] != _MAGIC or start[6:] not in (b"\1\0", b"\2\0", b"\3\0"):
        raise _damaged(name, "it does not begin as an array does")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    text = file.read(length) if length <= _LONGEST_HEADER else b""
    found = _HEADER.fullmatch(text.decode("latin-1"))
    if len(text) != length or not found:
        raise _damaged(name, "its header is not one of plain numbers")
    try:
        dtype = np.dtype(found[1])
    except TypeError:
        raise _damaged(name, f"it holds an unknown kind of number, {found[1]!r}") from None
    shape = tuple(int(n) for n in found[3].split(",") if n.strip())
    return _Header(dtype, shape, "F" if found[2] == "True" else "C", 8 + width + length)


def _shaped(values: np.ndarray, header: _Header) -> np.ndarray:
    return values.reshape(header.shape[::-1]).T if header.order == "F" else values.reshape(header.shape)


def _damaged(name: str, what: str) -> StoreError:
    return StoreError(
        f"{name} is damaged: {what}. Clear it (`python -m vrd_core cache --clear-step STEP`) and run again."
    )

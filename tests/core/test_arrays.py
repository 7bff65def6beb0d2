"""Arrays on disk are opened without evaluating their headers: in many threads at once, and damaged ones in words."""

from __future__ import annotations

import ast
import builtins
import gc
import io
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vrd_core.arrays import open_array, open_arrays
from vrd_core.errors import StoreError

RANDOM = np.random.default_rng(3)
ARRAYS = {
    "float": RANDOM.random((7, 5), np.float32),
    "codes": RANDOM.integers(0, 2**63, (4, 3), np.uint64),
    "marks": RANDOM.random(9) > 0.5,
    "columns first": np.asfortranarray(RANDOM.random((6, 4))),
    "big end": np.arange(5, dtype=">i4"),
    "one": np.array(7),
    "words": np.array(["plan", "plans"]),
    "empty": np.zeros((0, 12), np.float32),
    "deep": RANDOM.random((2, 3, 4, 5)),
}


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("mapped", [True, False])
def test_what_numpy_wrote_comes_back(tmp_path: Path, name: str, mapped: bool) -> None:
    np.save(tmp_path / "x.npy", ARRAYS[name])
    read = open_array(tmp_path / "x.npy", mapped=mapped)
    assert (read.dtype, read.shape) == (ARRAYS[name].dtype, ARRAYS[name].shape)
    np.testing.assert_array_equal(read, ARRAYS[name])
    assert isinstance(read, np.memmap) == (mapped and ARRAYS[name].size > 0)
    if isinstance(read, np.memmap):
        assert not read.flags.writeable


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_all_versions_of_the_format(tmp_path: Path, version: tuple[int, int]) -> None:
    with (tmp_path / "x.npy").open("wb") as file:
        np.lib.format.write_array(file, ARRAYS["float"], version)
    np.testing.assert_array_equal(open_array(tmp_path / "x.npy"), ARRAYS["float"])


def test_several_in_one_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", **ARRAYS)
    read = open_arrays(tmp_path / "x.npz")
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(read[name], array)


def _header(text: str) -> bytes:
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode()


def _saved(array: np.ndarray) -> bytes:
    held = io.BytesIO()
    np.save(held, array, allow_pickle=True)
    return held.getvalue()


WHOLE = _saved(ARRAYS["float"])
DAMAGED = {
    "empty": b"",
    "another kind": b"\x89PNG" + WHOLE,
    "cut in the header": WHOLE[:40],
    "cut in the values": WHOLE[:-1],
    "too long": WHOLE + b"\0",
    "objects": _saved(np.array([{}, None], dtype=object)),
    "a future version": WHOLE[:6] + b"\x09\0" + WHOLE[8:],
    "a header without end": b"\x93NUMPY\2\0\xff\xff\xff\x7f" + WHOLE[10:],
    "code": _header("{'descr': __import__('os').abort(), 'fortran_order': False, 'shape': (1,), }\n"),
    "records": _saved(np.zeros(2, [("a", "<i4")])),
    "no such number": _header("{'descr': '<f3', 'fortran_order': False, 'shape': (0,), }\n"),
    "a shape that is none": _header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }\n"),
    "more than there is": _header("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 999999), }\n"),
}


@pytest.mark.parametrize("kind", DAMAGED)
@pytest.mark.parametrize("mapped", [True, False])
def test_damaged_files_are_told_in_words(tmp_path: Path, kind: str, mapped: bool) -> None:
    (tmp_path / "x.npy").write_bytes(DAMAGED[kind])
    with pytest.raises(StoreError, match=r"x\.npy is damaged: .*Clear"):
        open_array(tmp_path / "x.npy", mapped=mapped)


@pytest.mark.parametrize("end", [10, -30, -1])
def test_a_damaged_file_of_several(tmp_path: Path, end: int) -> None:
    np.savez(tmp_path / "whole.npz", **ARRAYS)
    (tmp_path / "x.npz").write_bytes((tmp_path / "whole.npz").read_bytes()[:end])
    with pytest.raises(StoreError, match=r"x\.npz is damaged"):
        open_arrays(tmp_path / "x.npz")


def test_what_is_not_there(tmp_path: Path) -> None:
    for opened in (open_array, open_arrays):
        with pytest.raises(FileNotFoundError):
            opened(tmp_path / "x.npy")


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("A header was evaluated as Python.")


def test_no_header_is_evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "x.npy", ARRAYS["float"])
    np.savez(tmp_path / "x.npz", **ARRAYS)
    for owner, name in ((ast, "parse"), (ast, "literal_eval"), (builtins, "compile"), (builtins, "eval")):
        monkeypatch.setattr(owner, name, _refuse)
    assert open_array(tmp_path / "x.npy").shape == (7, 5)
    assert set(open_arrays(tmp_path / "x.npz")) == set(ARRAYS)


@pytest.fixture
def busy_collector() -> Iterator[None]:
    """Let garbage be collected all the time, and another thread go on whenever it is: inside of evaluations too."""

    def let_others_go_on(*_: object) -> None:
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(let_others_go_on)
    gc.set_threshold(20)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(let_others_go_on)


@pytest.mark.usefixtures("busy_collector")
def test_threads_open_while_another_evaluates(tmp_path: Path) -> None:
    """On CPython 3.11 this ends in "AST constructor recursion depth mismatch" where headers are evaluated."""
    np.save(tmp_path / "x.npy", ARRAYS["float"])
    np.savez(tmp_path / "x.npz", **ARRAYS)
    stop = threading.Event()

    def evaluate() -> int:
        done = 0
        while not stop.is_set():
            with (tmp_path / "x.npy").open("rb") as file:
                done += len(np.load(file))
            assert ast.literal_eval(str(list(range(200)))) == list(range(200))
        return done

    def hammer(opened: Callable[[], object]) -> None:
        for _ in range(100):
            opened()

    with ThreadPoolExecutor(9) as pool:
        other = pool.submit(evaluate)
        try:
            kinds = [lambda: open_array(tmp_path / "x.npy"), lambda: open_arrays(tmp_path / "x.npz")]
            for work in [pool.submit(hammer, kinds[n % 4 == 3]) for n in range(8)]:
                work.result()
        finally:
            stop.set()
        assert other.result() > 0

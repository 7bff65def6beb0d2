"""Refuse to rename, replace or delete what any process has open or memory-mapped, as Windows does (on Linux only).

Only below one folder, that of a test. Every refusal is written down in a file beside it.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

VARIABLE = "VRD_AS_WINDOWS"
"""The folder; set for the processes that a test starts."""

PATCHED = ("rename", "replace", "remove", "unlink", "rmdir")
_real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in PATCHED}


def log_of(root: Path) -> Path:
    """Return the file of the refusals."""
    return root.with_name(f"{root.name}.refused")


def refuse(root: Path) -> None:
    """Begin to refuse."""
    root = root.resolve()

    def patched(name: str) -> Callable[..., Any]:
        def call(*paths: Any, **options: Any) -> Any:
            for place, path in enumerate(paths):
                where = _absolute(path, options, place)
                if where.is_relative_to(root) and (holder := _held(where, root)):
                    with log_of(root).open("a", encoding="utf-8") as log:
                        log.write(f"{name} {where.relative_to(root)} ({holder})\n")
                    error = PermissionError(errno.EACCES, "The file is in use by another process", str(where))
                    error.winerror = 32  # type: ignore[attr-defined]
                    raise error
            return _real[name](*paths, **options)

        return call

    for name in PATCHED:
        setattr(os, name, patched(name))


def allow() -> None:
    """Stop refusing."""
    for name, real in _real.items():
        setattr(os, name, real)


def _absolute(path: Any, options: dict[str, Any], place: int) -> Path:
    folder = options.get("dir_fd") or options.get(("src_dir_fd", "dst_dir_fd")[place])
    base = Path(os.readlink(f"/proc/self/fd/{folder}")) if folder is not None else Path.cwd()
    where = base / os.fsdecode(path)
    return where.parent.resolve() / where.name


def _held(where: Path, root: Path) -> str:
    """Return what of a file, or of what is in a folder, is open or mapped by whom; "" where nothing is."""
    for process, path in _open(root):
        if path == where or path.is_relative_to(where):
            return f"{path.name}, process {process}"
    return ""


def _open(root: Path) -> Iterator[tuple[str, Path]]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            lines = (process / "maps").read_text(errors="replace").splitlines()
            mapped = {line.split(maxsplit=5)[-1] for line in lines if str(root) in line}
            handles = os.listdir(process / "fd")
        except OSError:
            continue  # of another user, or just ended
        opened = set()
        for handle in handles:
            with contextlib.suppress(OSError):  # that of the listing itself is gone
                opened.add(os.readlink(process / "fd" / handle))
        for name in mapped | opened:
            # Folders that are open do not count: to walk one that is being deleted is the way of Linux, not of Windows.
            path = Path(name)
            if path.is_relative_to(root) and not path.is_dir():
                yield process.name, path

"""Which folders the dashboard may read: nothing outside is listed, streamed or linked to.

VRD_LIBRARY_ROOTS=/films:/mnt/archive     these folders (a list as in PATH, so with ";" on Windows)
unset, server bound to this computer      everything that the user may read
unset, server open to others              only what the workspace holds itself: uploads and the demo
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vrd_core.errors import VRDError
from vrd_core.system import drives

VARIABLE = "VRD_LIBRARY_ROOTS"

_OWN = ("uploads", "demo")
"""Folders of the workspace that hold videos; they may always be read."""

_LOCAL = ("localhost", "127.0.0.1", "::1")


class OutsideRootsError(VRDError):
    """A path lies outside the library roots, or is not there."""


def bound_to_localhost() -> bool:
    """Return whether Streamlit was told to listen on this computer only; not told means it listens to everyone."""
    import streamlit as st

    return str(st.get_option("server.address") or "").strip("[]") in _LOCAL


def roots(workspace: Path) -> tuple[Path, ...]:
    """Return the folders that may be read, resolved, those that the person named first."""
    own = tuple((workspace / name).resolve() for name in _OWN)
    named = os.environ.get(VARIABLE)
    if named is not None:
        return (*(Path(n).expanduser().resolve() for n in named.split(os.pathsep) if n.strip()), *own)
    return (*drives(), *own) if bound_to_localhost() else own


def everything() -> bool:
    """Return whether all that the user may read may be read, shares of a network included, which are on no drive."""
    return VARIABLE not in os.environ and bound_to_localhost()


def allowed(path: str | Path, workspace: Path, *, within: Path | None = None) -> Path:
    """Return the real path of a file or folder that may be read.

    Symbolic links are followed first and the place they lead to is what counts; with `within` it must also lie in that
    folder. Raises OutsideRootsError with the same words for what is missing and what is forbidden.
    """
    refusal = OutsideRootsError(
        f"{path} is not there or lies outside the folders this server may read. {hint(workspace)}"
    )
    try:
        real = Path(path).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # ValueError: a NUL in the name; RuntimeError: no such home
        raise refusal from None
    if not everything() and not any(real.is_relative_to(root) for root in roots(workspace)):
        raise refusal
    if within is not None and not real.is_relative_to(within.resolve()):
        raise refusal
    return real


def hint(workspace: Path) -> str:
    """Return a sentence that says what may be read."""
    named = [str(r) for r in roots(workspace) if not r.is_relative_to(workspace.resolve())]
    if everything() or named == ["/"]:
        return "It may read every folder that you may."
    if named:
        return f"It may read: {', '.join(named)}."
    return (
        f"It is open to other computers and no folder was released to it: set {VARIABLE} to the folders it may "
        "read, or upload the videos."
    )


def subfolders(folder: Path, workspace: Path) -> Iterator[Path]:
    """Yield the folders in one that may be read, by name; hidden ones and links are left out."""
    try:
        entries = sorted(os.scandir(allowed(folder, workspace)), key=lambda e: e.name.casefold())
    except OSError:
        return
    for entry in entries:
        if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False) and os.access(entry.path, os.R_OK):
            yield Path(entry.path)

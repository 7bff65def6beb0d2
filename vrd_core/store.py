"""The disk cache: one folder per artefact, named by what it was made from, with diskcache as the index.

    workspace/
      artefacts/<step>/<key>/   what a step made, with its manifest.json; written under tmp/ and renamed
      index/                    diskcache: "<step>/<key>" -> manifest, and small records (what a probe said of a file)
      locks/                    one file per artefact being made, held by its process: the lock goes with it
      tmp/  projects/  jobs/

Windows refuses to move or delete what is open or memory-mapped. An artefact that is replaced or deleted while somebody
looks at it loses its manifest, which is what makes it one; its folder is cleared when the workspace is next opened,
and a new one lies beside it as <key>.1.

The manifests on disk are the truth, the index is for speed: a lost index is rebuilt from them. Nothing is ever evicted.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diskcache  # type: ignore[import-untyped]
from diskcache.core import MODE_PICKLE  # type: ignore[import-untyped]

from vrd_core import system
from vrd_core.errors import StoreError

WORKSPACE_VARIABLE = "VRD_WORKSPACE"

_PLACES = 8
"""Folders of one artefact that may be open at once, each replaced while somebody looked at it."""

_ROOM = 110
"""Letters of the longest path below a workspace, uploads aside."""


def default_workspace() -> Path:
    """Return the folder named by VRD_WORKSPACE, else `workspace/` in the working folder."""
    return Path(os.environ.get(WORKSPACE_VARIABLE) or "workspace").absolute()


@dataclass(frozen=True)
class Artefact:
    """What a step left on disk."""

    step: str
    key: str
    path: Path
    """Its folder."""
    facts: dict[str, Any]
    """What the step said of it (plain JSON)."""
    size: int
    """Bytes on disk."""


class _PlainDisk(diskcache.Disk):
    """Keep JSON texts under text keys and never unpickle: whoever can write a cache could otherwise run code."""

    def put(self, key: object) -> tuple[str, bool]:
        if not isinstance(key, str):
            raise TypeError(f"A key of the index is text. Received: {key!r}.")
        return key, True

    def get(self, key: str, raw: bool) -> str:
        if not raw:
            raise StoreError("The index holds a pickled key and was not written by this program. Delete its folder.")
        return key

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, str | None, object]:
        return super().store(json.dumps(value), False, key)

    def fetch(self, mode: int, filename: str | None, value: object, read: bool) -> Any:
        if mode == MODE_PICKLE:
            raise StoreError("The index holds a pickled value and was not written by this program. Delete its folder.")
        return json.loads(super().fetch(mode, filename, value, False))


class Store:
    """The artefacts in one workspace; several processes may use one workspace at once."""

    def __init__(self, root: str | Path | None = None, *, index: bool = True) -> None:
        """Open or make the workspace at `root`, else at `default_workspace()`.

        With index=False the manifests alone are used, and nothing is locked: for the workers of a cluster, as neither
        SQLite nor a lock can be trusted on a network file system. Two that make one artefact both rename it; one wins.
        Raises StoreError when the folder cannot be written.
        """
        self.root = system.full_path(root if root is not None else default_workspace(), _ROOM)
        with self._plain_errors():
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("artefacts", "locks", "tmp", "projects", "jobs"):
                (self.root / name).mkdir(exist_ok=True)
            self._index: Any = None
            if index:
                (self.root / "index").mkdir(mode=0o700, exist_ok=True)
                self._index = diskcache.Cache(
                    str(self.root / "index"), disk=_PlainDisk, eviction_policy="none", size_limit=2**62, timeout=60
                )
                self._clear_left()

    def close(self) -> None:
        """Close the index."""
        if self._index is not None:
            self._index.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- artefacts ---------------------------------------------------------------------------------------------------

    def find(self, step: str, key: str) -> Artefact | None:
        """Return the artefact, or None when there is none."""
        name, home = f"{step}/{key}", self.root / "artefacts" / step
        entry = self._index.get(name) if self._index is not None else None
        if entry is None or not (home / entry.get("folder", key)).is_dir():
            folder = next((f for f in self._places(step, key) if (f / "manifest.json").is_file()), None)
            if folder is None:
                return None
            # Killed between the rename and the entry in the index, or written by a process that has no index.
            manifest = folder / "manifest.json"
            entry = {**json.loads(system.patiently(manifest.read_text)), "folder": folder.name}
            self._remember(name, entry)
        return Artefact(step, key, home / entry.get("folder", key), entry["facts"], entry["size"])

    def produce(
        self, step: str, key: str, build: Callable[[Path], Mapping[str, Any]], *, recompute: bool = False
    ) -> Artefact:
        """Return the artefact, making it with `build(folder)` when there is none.

        `build` fills an empty folder and returns plain JSON facts about it. A second process that wants the same
        artefact waits for the first one and takes its result. With `recompute` a present one is replaced.
        """
        if not recompute and (found := self.find(step, key)):
            return found
        before = self.find(step, key)
        with self.lock(f"{step}-{key}"):
            found = self.find(step, key)
            if found and (not recompute or before is None or found.facts != before.facts):
                return found
            if self._index is not None:
                for leftover in (self.root / "tmp").glob(f"{step}-{key}.*"):
                    system.remove_tree(leftover)
            folder = self.root / "tmp" / f"{step}-{key}.{uuid.uuid4().hex[:8]}"
            try:
                with self._plain_errors():
                    folder.mkdir()
                    facts = dict(build(folder))
                    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
                    entry = {"facts": facts, "size": size, "made": time.time()}
                    (folder / "manifest.json").write_text(json.dumps(entry))
                    target = self._publish(folder, step, key, recompute)
                    self._remember(f"{step}/{key}", {**entry, "folder": target.name})
            finally:
                system.remove_tree(folder)
        return Artefact(step, key, target, facts, size)

    def _places(self, step: str, key: str) -> list[Path]:
        """Return where the folder of an artefact can be: its key, and others for when that one cannot be cleared."""
        home = self.root / "artefacts" / step
        return [home / key, *(home / f"{key}.{number}" for number in range(1, _PLACES))]

    def _publish(self, folder: Path, step: str, key: str, recompute: bool) -> Path:
        """Give what was built its place, instead of what is there, and return it."""
        (self.root / "artefacts" / step).mkdir(exist_ok=True)
        free = None
        for place in self._places(step, key):
            if self._index is None and not recompute and (place / "manifest.json").exists():
                # Without locks another worker may have been first; what it made is the same.
                return place
            if self._retire(place) and free is None:
                free = place
        if free is None:
            raise StoreError(
                f"{_PLACES} earlier results of the step {step!r} are open in other programs. Close some and run again."
            )
        try:
            system.rename_folder(folder, free)
        except OSError as error:
            if self._index is not None or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
        return free

    def _retire(self, folder: Path) -> bool:
        """Make a folder no artefact any more; return whether it is gone. What is open is cleared later."""
        if self._bury(folder):
            return True
        if (folder / "manifest.json").exists():
            note = self.root / "tmp" / f"left-{uuid.uuid4().hex}.json"
            note.write_text(json.dumps([folder.parent.name, folder.name]))
            system.remove(folder / "manifest.json")
        return False

    def _bury(self, folder: Path) -> bool:
        """Delete a folder, whole or not at all; return whether it is gone."""
        grave = self.root / "tmp" / f"gone-{uuid.uuid4().hex}"
        try:
            os.rename(folder, grave)
        except FileNotFoundError:
            return True
        except OSError as error:
            if not system.is_in_use(error):
                raise
            return False
        system.remove_tree(grave)
        return True

    def _clear_left(self) -> None:
        """Delete what could not be deleted earlier because it was open, unless it still is."""
        for grave in (self.root / "tmp").glob("gone-*"):
            system.remove_tree(grave, 0)
        for note in (self.root / "tmp").glob("left-*.json"):
            with contextlib.suppress(OSError, ValueError):
                step, name = json.loads(note.read_text())
                lock = system.try_lock(self.lock_file(f"{step}-{name.partition('.')[0]}"))
                if lock is None:
                    continue
                folder = self.root / "artefacts" / step / name
                try:
                    # With a manifest it is an artefact again, made in that place meanwhile.
                    if (folder / "manifest.json").exists() or self._bury(folder):
                        system.remove(note)
                finally:
                    lock.release()

    def entries(self, step: str | None = None) -> Iterator[Artefact]:
        """Yield every artefact on disk, or those of one step."""
        folders = (self.root / "artefacts").glob(f"{step or '*'}/*")
        for name, key in sorted({(f.parent.name, f.name.partition(".")[0]) for f in folders}):
            if found := self.find(name, key):
                yield found

    def remove(self, artefact: Artefact) -> None:
        """Delete one artefact. It can be computed again. What somebody has open keeps its room until that is over."""
        with self.lock(f"{artefact.step}-{artefact.key}"), self._plain_errors():
            for place in self._places(artefact.step, artefact.key):
                self._retire(place)
            self._index.delete(f"{artefact.step}/{artefact.key}")

    # -- small records and locks -------------------------------------------------------------------------------------

    def recall(self, name: str) -> Any:
        """Return the plain JSON value noted under `name`, or None."""
        return self._index.get(f"note/{name}") if self._index is not None else None

    def note(self, name: str, value: Any) -> None:
        """Keep a small plain JSON value that is cheap to find again, such as what a probe said of a file."""
        self._remember(f"note/{name}", value)

    def _remember(self, name: str, value: Any) -> None:
        if self._index is not None:
            self._index.set(name, value)

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock that every process on this workspace honours; a killed process lets go of it."""
        if self._index is None:
            yield
            return
        with self._plain_errors():
            # Only the taking of the lock can fail with the workspace; what is done under it speaks for itself.
            held = contextlib.ExitStack()
            held.enter_context(system.locked(self.lock_file(name)))
        with held:
            yield

    def lock_file(self, name: str) -> Path:
        """Return the file of a lock."""
        return self.root / "locks" / system.safe_name(name)

    @contextlib.contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                free = shutil.disk_usage(self.root).free if self.root.exists() else 0
                raise StoreError(
                    f"The disk is full: {free / 1e6:.0f} MB are free at {self.root}. What was finished is "
                    "kept; make room (`python -m vrd_core cache`) or choose another --workspace, and run "
                    "again."
                ) from error
            if system.is_in_use(error):
                raise StoreError(
                    f"{error.filename} is open in another program, or may not be written ({error.strerror}). Close it "
                    "there and run again."
                ) from error
            if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM) and str(self.root) in str(error.filename or ""):
                raise StoreError(
                    f"The workspace {self.root} cannot be written ({error.strerror}). Choose another with "
                    f"--workspace or {WORKSPACE_VARIABLE}."
                ) from error
            raise


def write_atomically(path: Path, text: str) -> None:
    """Write a small text file so that a reader sees the old or the new one, never half."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    temporary.write_text(text, encoding="utf-8")
    system.replace(temporary, path)

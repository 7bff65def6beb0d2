"""The disk cache: one folder per artefact, named by what it was made from, with diskcache as the index.

    workspace/
      artefacts/<step>/<key>/   what a step made, with its manifest.json; written under tmp/ and renamed
      index/                    diskcache: "<step>/<key>" -> manifest, and small records (what a probe said of a file)
      locks/                    one file per artefact being made, held with flock: it goes when its process goes
      tmp/  projects/  jobs/

The manifests on disk are the truth, the index is for speed: a lost index is rebuilt from them. Nothing is ever evicted.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
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

from vrd_core.errors import StoreError

WORKSPACE_VARIABLE = "VRD_WORKSPACE"


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
        SQLite nor flock can be trusted on a network file system. Two that make one artefact both rename it; one wins.
        Raises StoreError when the folder cannot be written.
        """
        self.root = Path(root).absolute() if root is not None else default_workspace()
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
        name = f"{step}/{key}"
        folder = self.root / "artefacts" / step / key
        entry = self._index.get(name) if self._index is not None else None
        if entry is None or not folder.is_dir():
            manifest = folder / "manifest.json"
            if not manifest.is_file():
                return None
            # Killed between the rename and the entry in the index, or written by a process that has no index.
            entry = json.loads(manifest.read_text())
            self._remember(name, entry)
        return Artefact(step, key, folder, entry["facts"], entry["size"])

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
                    shutil.rmtree(leftover, ignore_errors=True)
            folder = self.root / "tmp" / f"{step}-{key}.{uuid.uuid4().hex[:8]}"
            try:
                with self._plain_errors():
                    folder.mkdir()
                    facts = dict(build(folder))
                    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
                    entry = {"facts": facts, "size": size, "made": time.time()}
                    (folder / "manifest.json").write_text(json.dumps(entry))
                    target = self.root / "artefacts" / step / key
                    target.parent.mkdir(exist_ok=True)
                    if target.exists() and (recompute or self._index is not None):
                        shutil.rmtree(target)
                    try:
                        os.rename(folder, target)
                    except OSError as error:
                        # Without locks another worker may have been first; what it made is the same.
                        if self._index is not None or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                            raise
                    self._remember(f"{step}/{key}", entry)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        return Artefact(step, key, target, facts, size)

    def entries(self, step: str | None = None) -> Iterator[Artefact]:
        """Yield every artefact on disk, or those of one step."""
        for folder in sorted((self.root / "artefacts").glob(f"{step or '*'}/*")):
            if found := self.find(folder.parent.name, folder.name):
                yield found

    def remove(self, artefact: Artefact) -> None:
        """Delete one artefact. It can be computed again."""
        with self.lock(f"{artefact.step}-{artefact.key}"), self._plain_errors():
            self._index.delete(f"{artefact.step}/{artefact.key}")
            grave = self.root / "tmp" / f"{artefact.step}-{artefact.key}.{uuid.uuid4().hex[:8]}"
            with contextlib.suppress(FileNotFoundError):
                os.rename(artefact.path, grave)
            shutil.rmtree(grave, ignore_errors=True)

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
        path = self.root / "locks" / name
        with self._plain_errors():
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            # Polling, not a blocking flock: a signal or a raise from another thread must get through while waiting.
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(0.1)
            yield
        finally:
            os.close(handle)

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
    os.replace(temporary, path)

"""Long work outside the server: a queue on disk, one folder per job under workspace/jobs.

Nothing here is kept in memory: whoever reads the folder (another tab, another user, the server after a restart) sees
the same. `job_runner` is the process that looks after a job. Two who ask for the same thing get one job.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.jobs.runner import is_alive, read, write
from vrd_core import system
from vrd_core.errors import VRDError
from vrd_core.store import WORKSPACE_VARIABLE, Store
from vrd_core.text import digest

if TYPE_CHECKING:
    from vrd_core.project.project import Project
    from vrd_core.settings import ViewSettings

ROOT = Path(__file__).resolve().parents[2]
KEEP = 30
"""Finished jobs whose record is kept; the results themselves are in the store and stay."""

START_SECONDS = 60.0
"""How long the process that looks after a job may take to take hold of it."""

ACTIVE = ("waiting", "running")


class JobError(VRDError):
    """A job could not be put in the queue."""


@dataclass(frozen=True)
class Step:
    """How far one step of a job is."""

    name: str
    done: float
    total: float
    detail: str
    """What it is at, usually the name of a video."""
    seconds_left: float | None


@dataclass(frozen=True)
class Job:
    """One job as its folder shows it."""

    id: str
    kind: str
    """"process", "demo" or "playable"."""
    project: str
    """Slug of the project it belongs to."""
    title: str
    key: str
    """Equal for two jobs that do the same."""
    state: str
    """"waiting", "running", "done", "cancelled", "failed" (it said why) or "died" (it could not say)."""
    steps: tuple[Step, ...]
    message: str
    """Why it failed or died, in plain words."""
    log: str
    """The last lines of its error output."""
    problems: tuple[dict[str, str], ...]
    """Videos that could not be used."""
    view: str
    """The view that was made."""
    created: float
    started: float | None
    ended: float | None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ACTIVE


def process(store: Store, project: Project, settings: ViewSettings) -> Job:
    """Run steps 1 to 3 for a project: what is missing is computed, the rest is taken from the store."""
    chosen = json.dumps([settings.to_dict(), str(project.selection), str(project.library)], sort_keys=True)
    return _submit(
        store,
        kind="process",
        project=project.slug,
        title=project.name,
        key=digest("process", chosen),
        command=["vrd_core", "run", "--project", project.slug, "--json-progress", "--settings", "{folder}/view.json"],
        files={"view.json": settings.to_dict()},
    )


def demo(store: Store) -> Job:
    """Draw the demo films and process them."""
    return _submit(
        store,
        kind="demo",
        project="demo",
        title="Demo",
        key=digest("demo"),
        command=["vrd_core", "demo", "--json-progress"],
    )


def playable(store: Store, project: str, name: str, path: Path, content: str) -> Job:
    """Make the copy of a video that browsers play. It does not wait for a project's processing."""
    return _submit(
        store,
        kind="playable",
        project=project,
        title=name,
        key=digest("playable", content),
        lane="copies",
        command=["dashboard.media.browser_copy", "--content-id", content, "--", str(path)],
    )


def again(store: Store, job: Job) -> Job:
    """Ask for the same once more: what the first attempt finished is taken from the store."""
    values = read(_folder(store, job.id) / "job.json")
    if not values:
        raise JobError("The record of this job is gone. Start it afresh.")
    files = {p.name: read(p) for p in _folder(store, job.id).glob("view.json")}
    return _submit(
        store,
        files=files,
        command=values["words"],
        **{name: values[name] for name in ("kind", "project", "title", "key", "lane")},
    )


def cancel(store: Store, job: Job) -> None:
    """Ask a job to stop; what it finished is kept."""
    folder = _folder(store, job.id)
    if folder.is_dir() and not (folder / "result.json").exists():
        (folder / "cancel").touch()


def is_cancelling(store: Store, job: Job) -> bool:
    """Return whether a job was asked to stop."""
    return (_folder(store, job.id) / "cancel").exists()


def dismiss(store: Store, job: Job) -> None:
    """Forget a job that ended."""
    if not job.active:
        _forget(_folder(store, job.id))


def get(store: Store, job_id: str) -> Job | None:
    """Return a job by its id."""
    folder = _folder(store, job_id)
    return _read(folder) if folder.is_dir() else None


def all_jobs(store: Store, *, kinds: tuple[str, ...] | None = None) -> list[Job]:
    """Return every job whose record is kept, oldest first."""
    found = (_read(folder) for folder in _folders(store))
    return [job for job in found if job and (kinds is None or job.kind in kinds)]


def active(store: Store) -> list[Job]:
    """Return the jobs that wait or run, oldest first."""
    # Ended ones are recognised by a file name, without reading them.
    unended = (folder for folder in _folders(store) if not (folder / "result.json").exists())
    return [job for folder in unended if (job := _read(folder)) and job.active]


def find(store: Store, key: str) -> Job | None:
    """Return the newest job of a key."""
    return next((job for job in reversed(all_jobs(store)) if job.key == key), None)


def playable_job(store: Store, content: str) -> Job | None:
    """Return the newest job that makes, or made, the copy of a video."""
    return find(store, digest("playable", content))


def _folder(store: Store, job_id: str) -> Path:
    return store.root / "jobs" / Path(job_id).name


def _folders(store: Store) -> list[Path]:
    return sorted(f for f in (store.root / "jobs").iterdir() if f.is_dir())


def _submit(
    store: Store,
    *,
    kind: str,
    project: str,
    title: str,
    key: str,
    command: list[str],
    lane: str = "process",
    files: dict[str, Any] | None = None,
) -> Job:
    with _alone(store):
        for job in active(store):
            if job.key == key and not is_cancelling(store, job):
                return job
        _forget_old(store)
        name = f"{time.time_ns():020d}-{secrets.token_hex(3)}"
        folder = _folder(store, name)
        folder.mkdir(mode=0o700)
        for file, value in (files or {}).items():
            write(folder / file, value)
        module, *rest = (word.replace("{folder}", str(folder)) for word in command)
        write(
            folder / "asked.json",
            {
                "kind": kind,
                "project": project,
                "title": title,
                "key": key,
                "lane": lane,
                "created": time.time(),
                "words": command,
                "command": [sys.executable, "-m", module, *rest],
                "cwd": str(ROOT),
                "env": {
                    WORKSPACE_VARIABLE: str(store.root),
                    system.STOP_VARIABLE: str(folder / "cancel"),
                    "TF_CPP_MIN_LOG_LEVEL": "2",
                    "PYTHONUNBUFFERED": "1",
                    # Else a letter that a Western Windows does not know would end the command that prints it.
                    "PYTHONUTF8": "1",
                },
            },
        )
        _start(folder)
        new = _read(folder)
        assert new is not None
        return new


def _start(folder: Path) -> None:
    """Start the process that looks after a job, and wait until it holds it."""
    said = folder / "runner.txt"
    with said.open("wb") as output:
        runner = system.start_detached(
            [sys.executable, "-m", "dashboard.jobs.runner", str(folder)], cwd=ROOT, output=output
        )
    until = time.monotonic() + START_SECONDS
    while not (folder / "job.json").exists():
        if runner.poll() is not None or time.monotonic() > until:
            system.end_tree(runner)
            reason = _last_lines(said)[-300:] or "no reason given"
            system.remove_tree(folder)
            raise JobError(f"The work could not be started: {reason}")
        time.sleep(0.02)


def _forget_old(store: Store) -> None:
    folders = _folders(store)
    ended = [f for f in folders if (f / "result.json").exists()]
    # Without job.json: it never became a job, or could not be deleted whole because a file of it was open.
    for folder in [*ended[:-KEEP], *(f for f in folders if not (f / "job.json").exists())]:
        _forget(folder)


def _forget(folder: Path) -> None:
    # First what makes it a job.
    system.remove(folder / "job.json")
    system.remove_tree(folder)


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Let one at a time look whether a job is there and start it."""
    with system.locked(store.root / "jobs" / ".asking"):
        yield


def _read(folder: Path) -> Job | None:
    values = read(folder / "job.json")
    if values is None:
        return None
    result, started = read(folder / "result.json"), read(folder / "started")
    if result is None and not is_alive(folder):
        # It may have ended between the two looks.
        result = read(folder / "result.json") or {"code": None, "ended": (folder / "alive").stat().st_mtime}
    progress = read(folder / "progress.json") or {"steps": {}}
    steps = tuple(
        Step(name, v["done"], v["total"], v["detail"], v.get("seconds_left")) for name, v in progress["steps"].items()
    )
    state, message = ("running" if started else "waiting"), ""
    if result is not None:
        state, message = _outcome(result, (folder / "cancel").exists())
    log = ""
    if state in ("failed", "died"):
        log = _last_lines(folder / "log.txt")
        message = message or (log.splitlines() or ["It ended without a word."])[-1]
    said = result or progress
    return Job(
        folder.name,
        values["kind"],
        values["project"],
        values["title"],
        values["key"],
        state,
        steps,
        message,
        log,
        tuple(said.get("problems", ())),
        str((result or {}).get("view", "")),
        values["created"],
        started,
        result["ended"] if result else None,
    )


def _outcome(result: dict[str, Any], cancelled: bool) -> tuple[str, str]:
    """Return state and message of a job that ended."""
    code, message = result["code"], str(result.get("message", ""))
    if code in (0, 3):
        return "done", ""
    if cancelled or code == 130:
        return "cancelled", "Stopped. What was finished is kept."
    if code is None:
        return "died", "It was cut off: the computer or the server was switched off, or its memory ran out."
    if code in (-9, 137):
        return "died", "The system ended it, most likely because memory ran out. Close other programs and go on."
    # Windows has no signals; a crash there is a status of 32 bits such as 0xC0000005.
    if (code < 0 or code >= 1 << 31) and not message:
        return "died", f"It crashed ({f'signal {-code}' if code < 0 else f'{code:#X}'})."
    return "failed", message


def _last_lines(file: Path, count: int = 12) -> str:
    try:
        with file.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - 8192))
            return "\n".join(stream.read().decode(errors="replace").strip().splitlines()[-count:])
    except OSError:
        return ""

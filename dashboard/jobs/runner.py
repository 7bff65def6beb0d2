"""The process that looks after one job: waits for its turn, runs the command, writes down what it says.

    python -m dashboard.jobs.runner FOLDER      FOLDER holds asked.json

It is started apart from the server, so a restart of that or a closed tab does not end it, and it imports nothing heavy,
so that waiting costs little. In its folder it keeps

    alive          locked while it runs: whether a job lives never depends on a process number
    job.json       what was asked.json: the job shows from the moment on at which it is held
    started        when its turn came
    progress.json  the last line of each step and the problems so far, at most twice a second
    log.txt        what the command wrote to standard error
    result.json    how it ended
and there is `cancel`: the command looks for that file itself (see `system.stop_wanted`) and ends; if it does not, the
runner ends it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from vrd_core import system

GRACE = float(os.environ.get("VRD_JOBS_GRACE") or 30)
"""Seconds a cancelled command has to put its things in order before it is killed."""

AT_ONCE = int(os.environ.get("VRD_JOBS_AT_ONCE") or 1)
"""Jobs of one lane that run at the same time; one project never runs two."""


_LOOKING = threading.Lock()


def is_alive(folder: Path) -> bool:
    """Return whether a runner holds this job."""
    for look in range(2):
        if not (folder / "alive").exists():
            return False
        # To look is to take the lock for a moment. Two who look at once must not take each other for the runner:
        # threads of one process go one by one, another process is through with it at the second look.
        with _LOOKING:
            try:
                lock = system.try_lock(folder / "alive")
            except OSError:  # forgotten just now
                return False
            if lock is not None:
                lock.release()
                return False
        time.sleep(0.005 * (1 - look))
    return True


def write(path: Path, value: Any) -> None:
    """Write JSON so that a reader sees the old or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(value), encoding="utf-8")
    system.replace(temporary, path)


def read(path: Path) -> Any:
    """Return the JSON of a file, None when it is not there or not whole."""
    try:
        return json.loads(system.patiently(lambda: path.read_text(encoding="utf-8"), 0.5))
    except (OSError, ValueError):
        return None


def main(folder: Path) -> int:
    """Take hold of the job, put it among the others, and see it through."""
    lock = system.try_lock(folder / "alive")
    if lock is None:
        return 1
    # Only now: there is no moment at which the job shows and nobody holds it. A folder whose lock is open could not be
    # renamed on Windows, so it is this file that makes it a job.
    system.replace(folder / "asked.json", folder / "job.json")
    # The dashboard stays nimble while a network computes.
    system.step_back()
    try:
        look_after(folder)
    except BaseException as error:
        write(folder / "result.json", {"code": -1, "ended": time.time(), "message": f"Its keeper failed: {error!r}"})
    finally:
        lock.release()
    return 0


def look_after(folder: Path) -> None:
    """Wait for the turn, run, write the result."""
    job = read(folder / "job.json")
    while not _my_turn(folder, job):
        if (folder / "cancel").exists():
            write(folder / "result.json", {"code": 130, "ended": time.time()})
            return
        time.sleep(0.3)
    write(folder / "started", time.time())
    with open(folder / "log.txt", "wb") as log:
        try:
            process = subprocess.Popen(
                job["command"],
                cwd=job["cwd"],
                env={**os.environ, **job["env"]},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
            )
        except OSError as error:
            write(folder / "result.json", {"code": -1, "ended": time.time(), "message": f"It did not start: {error}."})
            return
        output = system.Output(process)
        try:
            said = _follow(process, output, folder)
        finally:
            system.end_tree(process)
            process.wait()
            output.leave()
    write(folder / "result.json", {**said, "code": process.returncode, "ended": time.time()})


def _my_turn(folder: Path, job: dict[str, Any]) -> bool:
    """Older jobs go first; names of folders begin with the time, so their order is the order of asking."""
    ahead = 0
    for other in folder.parent.iterdir():
        if other.name >= folder.name or (other / "result.json").exists():
            continue
        values = read(other / "job.json")
        if values and values["lane"] == job["lane"] and is_alive(other):
            ahead += 1
            if values["project"] == job["project"]:
                return False
    return ahead < AT_ONCE


def _follow(process: subprocess.Popen[bytes], output: system.Output, folder: Path) -> dict[str, Any]:
    """Take down the command's JSON lines until it ends; end it where it was asked to stop and does not."""
    said: dict[str, Any] = {"steps": {}, "problems": []}
    rest, written, dirty, asked = b"", 0.0, False, None
    while True:
        block = output.get(0.3)
        if asked is None and (folder / "cancel").exists():
            asked = time.monotonic()
        if asked is not None and time.monotonic() - asked > GRACE:
            system.end_tree(process)
        if block is not None:
            if not block:
                break
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                dirty = _take(line, said) or dirty
        if dirty and time.monotonic() - written > 0.5:
            write(folder / "progress.json", said)
            written, dirty = time.monotonic(), False
    write(folder / "progress.json", said)
    return {name: value for name, value in said.items() if name != "steps"}


def _take(line: bytes, said: dict[str, Any]) -> bool:
    """Note one event; anything that is not one (a library's greeting) is passed over."""
    try:
        event = json.loads(line)
        kind = event.pop("event")
    except (ValueError, KeyError, AttributeError, TypeError):
        return False
    if kind == "progress":
        said["steps"][event.pop("step")] = {**event, "at": time.time()}
    elif kind == "problem":
        said["problems"] = [*said["problems"], event][-1000:]
    else:
        # "done" brings the view, "error" and "stopped" a message.
        said.update({k: v for k, v in event.items() if k not in ("problems", "steps")}, last=kind)
    return True


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))

"""The process that looks after one job: waits for its turn, runs the command, writes down what it says.

    python -m dashboard.jobs.runner FOLDER      FOLDER holds job.json; returns at once, the work goes on by itself

It is started in a session of its own, so a restart of the server or a closed tab does not end it, and it imports only
the standard library, so that waiting costs little. In its folder it keeps

    alive          locked (flock) while it runs: whether a job lives never depends on a process number
    started        when its turn came
    progress.json  the last line of each step and the problems so far, at most twice a second
    log.txt        what the command wrote to standard error
    result.json    how it ended
and it obeys `cancel`: the moment that file is there, the command gets SIGTERM.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

GRACE = 30
"""Seconds a cancelled command has to put its things in order before it is killed."""

AT_ONCE = int(os.environ.get("VRD_JOBS_AT_ONCE") or 1)
"""Jobs of one lane that run at the same time; one project never runs two."""


def is_alive(folder: Path) -> bool:
    """Return whether a runner holds this job."""
    try:
        handle = os.open(folder / "alive", os.O_RDONLY)
    except OSError:
        return False
    try:
        # Shared: two who look at once do not take each other for the runner.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def write(path: Path, value: Any) -> None:
    """Write JSON so that a reader sees the old or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(value), encoding="utf-8")
    os.replace(temporary, path)


def read(path: Path) -> Any:
    """Return the JSON of a file, None when it is not there or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def main(folder: Path) -> int:
    """Take hold of the job, put it among the others, and go on without the caller."""
    handle = os.open(folder / "alive", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    # It shows under its own name only now: no moment at which it is there and nobody holds it.
    final = folder.with_name(folder.name.removeprefix(".new-"))
    os.rename(folder, final)
    if os.fork():
        return 0
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    # The dashboard stays nimble while a network computes.
    os.nice(5)
    try:
        look_after(final)
    except BaseException as error:
        write(final / "result.json", {"code": -1, "ended": time.time(), "message": f"Its keeper failed: {error!r}"})
    os._exit(0)


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
            )
        except OSError as error:
            write(folder / "result.json", {"code": -1, "ended": time.time(), "message": f"It did not start: {error}."})
            return
        with process:
            said = _follow(process, folder)
    write(folder / "result.json", {**said, "code": process.returncode, "ended": time.time()})


def _my_turn(folder: Path, job: dict[str, Any]) -> bool:
    """Older jobs go first; names of folders begin with the time, so their order is the order of asking."""
    ahead = 0
    for other in folder.parent.iterdir():
        if other.name >= folder.name or other.name.startswith(".") or (other / "result.json").exists():
            continue
        values = read(other / "job.json")
        if values and values["lane"] == job["lane"] and is_alive(other):
            ahead += 1
            if values["project"] == job["project"]:
                return False
    return ahead < AT_ONCE


def _follow(process: subprocess.Popen[bytes], folder: Path) -> dict[str, Any]:
    """Take down the command's JSON lines until it ends, and hand on a wish to cancel."""
    assert process.stdout is not None
    said: dict[str, Any] = {"steps": {}, "problems": []}
    rest, written, dirty, asked = b"", 0.0, False, None
    while True:
        ready, _, _ = select.select([process.stdout], [], [], 0.3)
        if asked is None and (folder / "cancel").exists():
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
        if asked is not None and time.monotonic() - asked > GRACE:
            process.kill()
        if ready:
            block = os.read(process.stdout.fileno(), 1 << 16)
            if not block:
                break
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                dirty = _take(line, said) or dirty
        if dirty and time.monotonic() - written > 0.5:
            write(folder / "progress.json", said)
            written, dirty = time.monotonic(), False
    process.wait()
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

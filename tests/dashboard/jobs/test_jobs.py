"""The queue on disk: turns, one job for two wishes, cancelling, dying, going on, outliving the one who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from dashboard.jobs import queue
from dashboard.jobs.queue import Job, JobError
from dashboard.jobs.runner import is_alive
from vrd_core import system
from vrd_core.project.project import Project
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, ViewSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow

ACTOR = """
import json, os, subprocess, sys, time

def say(**event):
    print(json.dumps(event), flush=True)

until, how = sys.argv[1], sys.argv[2]
open(sys.argv[1] + ".pid", "w").write(str(os.getpid()))
say(event="progress", step="frames", done=3, total=10, detail="<b>film</b>.mp4", seconds_left=7)
say(event="problem", name="bad.mp4", reason="damaged", message="It is damaged.")
print("no JSON at all", flush=True)
if how == "deaf":
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], stdout=subprocess.DEVNULL)
while not os.path.exists(until):
    if os.path.exists(os.environ["VRD_STOP_FILE"]) and how != "deaf":
        say(event="stopped", message="Stopped.")
        sys.exit(130)
    time.sleep(0.02)
if how == "fail":
    say(event="error", message="Nothing could be processed.")
    sys.exit(1)
if how == "die":
    print("Traceback\\nMemoryError: no more", file=sys.stderr, flush=True)
    os._exit(137)
if how == "crash":
    raise RuntimeError("unforeseen")
say(event="progress", step="frames", done=10, total=10, detail="", seconds_left=0)
say(event="done", view="0123456789")
sys.exit(3)
"""


@pytest.fixture
def act(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Job]]:
    """Put a command in the queue that waits until `release` is called, then does as told."""
    (tmp_path / "vrd_test_actor.py").write_text(ACTOR)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started: list[Job] = []

    def ask(key: str, project: str = "one", how: str = "work", lane: str = "process") -> Job:
        job = queue._submit(
            store,
            kind="process",
            project=project,
            title=project,
            key=key,
            lane=lane,
            command=["vrd_test_actor", str(tmp_path / f"go-{key}"), how],
        )
        started.append(job)
        return job

    yield ask
    for job in started:
        queue.cancel(store, job)
    for job in started:
        if queue.get(store, job.id) is not None:
            until(store, job, lambda j: not j.active)


def release(tmp_path: Path, key: str) -> None:
    (tmp_path / f"go-{key}").touch()


def until(store: Store, job: Job, wanted: Callable[[Job], bool], seconds: float = 30) -> Job:
    """Return the job once it is as wanted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = queue.get(store, job.id)
        assert now is not None
        if wanted(now):
            return now
        time.sleep(0.05)
    raise AssertionError(f"Still {now}")


def test_progress_and_end(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    job = act("a")
    now = until(store, job, lambda j: bool(j.steps))
    assert now.state == "running"
    step = now.steps[0]
    assert (step.name, step.done, step.total, step.detail, step.seconds_left) == ("frames", 3, 10, "<b>film</b>.mp4", 7)
    release(tmp_path, "a")
    now = until(store, job, lambda j: not j.active)
    assert (now.state, now.view) == ("done", "0123456789")
    assert [p["name"] for p in now.problems] == ["bad.mp4"]
    assert queue.active(store) == []


def test_two_who_ask_for_the_same_get_one_job(store: Store, act: Callable[..., Job]) -> None:
    assert act("a").id == act("a").id
    assert act("b").id != act("a").id


def test_one_at_a_time_in_the_order_of_asking(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    first, second, third = act("a"), act("b"), act("c", project="two")
    until(store, first, lambda j: bool(j.steps))
    time.sleep(0.8)
    assert [queue.get(store, j.id).state for j in (first, second, third)] == ["running", "waiting", "waiting"]  # type: ignore[union-attr]
    release(tmp_path, "a")
    until(store, second, lambda j: j.state == "running")
    assert queue.get(store, third.id).state == "waiting"  # type: ignore[union-attr]
    release(tmp_path, "b")
    until(store, third, lambda j: j.state == "running")


def test_copies_do_not_wait_for_a_projects_processing(store: Store, act: Callable[..., Job]) -> None:
    act("a")
    until(store, act("copy", project="other", lane="copies"), lambda j: j.state == "running")


def test_cancel_running_and_waiting(store: Store, act: Callable[..., Job]) -> None:
    running, waiting = act("a"), act("b")
    until(store, running, lambda j: bool(j.steps))
    queue.cancel(store, waiting)
    assert until(store, waiting, lambda j: not j.active).state == "cancelled"
    queue.cancel(store, running)
    now = until(store, running, lambda j: not j.active)
    assert now.state == "cancelled"
    assert "kept" in now.message


def test_cancelled_command_that_does_not_listen_is_ended_with_all_it_started(
    store: Store, tmp_path: Path, act: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRD_JOBS_GRACE", "1")
    job = act("a", how="deaf")
    until(store, job, lambda j: bool(j.steps))
    command = psutil.Process(int((tmp_path / "go-a.pid").read_text()))
    [child] = command.children()
    queue.cancel(store, job)
    assert until(store, job, lambda j: not j.active).state == "cancelled"
    _, alive = psutil.wait_procs([command, child], timeout=10)
    assert alive == []


def test_cancelled_is_not_shared_with_who_asks_after(store: Store, act: Callable[..., Job]) -> None:
    job = act("a")
    queue.cancel(store, job)
    assert act("a").id != job.id


def test_failure_in_its_own_words(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    release(tmp_path, "a")
    now = until(store, act("a", how="fail"), lambda j: not j.active)
    assert (now.state, now.message) == ("failed", "Nothing could be processed.")


def test_unforeseen_error_shows_its_last_lines(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    release(tmp_path, "a")
    now = until(store, act("a", how="crash"), lambda j: not j.active)
    assert (now.state, now.message) == ("failed", "RuntimeError: unforeseen")
    assert "Traceback" in now.log


def test_killed_for_memory(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    release(tmp_path, "a")
    now = until(store, act("a", how="die"), lambda j: not j.active)
    assert now.state == "died"
    assert "memory" in now.message
    assert "MemoryError" in now.log


def test_goes_on_after_it_died(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    job = act("a")
    until(store, job, lambda j: bool(j.steps))
    psutil.Process(int((tmp_path / "go-a.pid").read_text())).kill()
    dead = until(store, job, lambda j: not j.active)
    # Windows does not say that a process was ended from outside.
    assert dead.state == ("failed" if system.WINDOWS else "died")
    release(tmp_path, "a")
    new = queue.again(store, dead)
    assert new.id != dead.id
    assert until(store, new, lambda j: not j.active).state == "done"


def test_keeper_and_command_both_gone(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    """As after a power cut: nothing was written down, and still it does not seem to run."""
    job = act("a")
    until(store, job, lambda j: bool(j.steps))
    pid = int((tmp_path / "go-a.pid").read_text())
    command = psutil.Process(pid)
    keeper = command.parent()
    assert keeper is not None
    keeper.kill()
    command.kill()
    now = until(store, job, lambda j: not j.active)
    assert now.state == "died"
    assert "switched off" in now.message


def test_outlives_who_asked(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    """The server is restarted, even killed with its whole process group: the job goes on and is found again."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from dashboard.jobs import queue as jobs; from vrd_core.store import Store\n"
        "job = jobs._submit(Store(), kind='process', project='p', title='p', key='s', "
        "command=['vrd_test_actor', sys.argv[2], 'work'])\n"
        "print(job.id, flush=True)\nimport time; time.sleep(60)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script, str(queue.ROOT), str(tmp_path / "go-s")],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # without effect on Windows
    )
    with server:
        assert server.stdout is not None
        job_id = server.stdout.readline().strip()
        if system.WINDOWS:
            server.kill()
        else:
            os.killpg(server.pid, signal.SIGKILL)
    found = next(j for j in queue.active(store) if j.id == job_id)
    assert until(store, found, lambda j: bool(j.steps)).state == "running"
    release(tmp_path, "s")
    assert until(store, found, lambda j: not j.active).state == "done"


def test_what_could_not_be_started_says_why(
    store: Store, act: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "ROOT", store.root)
    with pytest.raises(JobError, match=r"could not be started: .*No module named"):
        act("a")
    assert queue.all_jobs(store) == []
    assert [p for p in (store.root / "jobs").iterdir() if p.is_dir()] == []


def test_a_job_that_was_never_held_does_not_show_and_is_cleared(store: Store, act: Callable[..., Job]) -> None:
    half = store.root / "jobs" / "00000000000000000001-abcdef"
    half.mkdir()
    (half / "asked.json").write_text("{}")
    assert (queue.all_jobs(store), queue.get(store, half.name)) == ([], None)
    act("a")
    assert not half.exists()


def test_looking_at_a_job_is_not_taken_for_its_runner(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    release(tmp_path, "a")
    job = until(store, act("a"), lambda j: not j.active)
    folder = store.root / "jobs" / job.id
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: is_alive(folder), range(400)))
    assert not any(seen)


def test_records_of_old_jobs_are_dropped(
    store: Store, tmp_path: Path, act: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "KEEP", 1)
    for key in "abc":
        release(tmp_path, key)
        until(store, act(key), lambda j: not j.active)
    act("d")
    assert [j.key for j in queue.all_jobs(store)] == ["c", "d"]


def test_dismiss(store: Store, tmp_path: Path, act: Callable[..., Job]) -> None:
    job = act("a")
    queue.dismiss(store, job)
    assert queue.get(store, job.id) is not None
    release(tmp_path, "a")
    queue.dismiss(store, until(store, job, lambda j: not j.active))
    assert queue.get(store, job.id) is None


def test_names_of_jobs_are_no_paths(store: Store) -> None:
    assert queue.get(store, "../projects") is None
    assert queue.get(store, "..") is None


def test_a_real_project_that_has_nothing(store: Store, tmp_path: Path) -> None:
    """The command that is really run, with a library in which nothing can be processed: it says so."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library/broken.mp4").write_bytes(b"not a film")
    project = Project.open("broken", videos=tmp_path / "library", store=store)
    settings = ViewSettings(FrameSettings(), FingerprintSettings(), SearchSettings())
    now = until(store, queue.process(store, project, settings), lambda j: not j.active, 120)
    assert now.state == "failed"
    assert "broken.mp4" in now.message

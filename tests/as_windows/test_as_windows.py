"""Probe, run, look, recompute, clear, start and cancel jobs, while nothing that is open can be moved or deleted."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dashboard.jobs import queue
from dashboard.jobs.queue import Job
from tests.as_windows import refusals
from vrd_core.arrays import open_array
from vrd_core.cli.main import main
from vrd_core.media.info import content_id
from vrd_core.project.project import Project
from vrd_core.store import Store

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="what is open is read from /proc; Windows does it itself"),
]


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Refuse in this process and in those that it starts; return the workspace."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    monkeypatch.setenv(refusals.VARIABLE, str(workspace))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("VRD_WORKSPACE", str(workspace))
    refusals.refuse(workspace)
    yield workspace
    refusals.allow()


def refused(workspace: Path) -> list[str]:
    """Return what was refused so far, and forget it."""
    log = refusals.log_of(workspace)
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def command(*words: object, seconds: float = 0.0) -> str:
    """Run the command line with a network that stands in for a real one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.stub", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "STUB_SECONDS": str(seconds)},
        timeout=240,
    )
    assert done.returncode in (0, 3), done.stderr
    return done.stdout


def until(store: Store, job: Job, wanted: Callable[[Job], bool]) -> Job:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        now = queue.get(store, job.id)
        assert now is not None
        if wanted(now):
            return now
        time.sleep(0.05)
    raise AssertionError(f"Still {now}")


def test_it_refuses_as_windows_does(windows: Path) -> None:
    (windows / "folder").mkdir()
    np.save(windows / "folder" / "x.npy", np.arange(9))
    with (windows / "folder" / "y").open("w"):
        for refused_call in (
            lambda: (windows / "folder" / "y").unlink(),
            lambda: (windows / "folder").rename(windows / "other"),
        ):
            with pytest.raises(PermissionError):
                refused_call()
    (windows / "folder").rename(windows / "other")
    mapped = open_array(windows / "other" / "x.npy")
    other = "import os, sys\nos.replace(sys.argv[1], sys.argv[2])"
    failed = subprocess.run(
        [sys.executable, "-c", other, str(windows / "other" / "y"), str(windows / "other" / "x.npy")],
        capture_output=True,
        text=True,
    )
    assert "PermissionError" in failed.stderr
    del mapped
    (windows / "other" / "x.npy").unlink()
    assert len(refused(windows)) == 3


def test_probe_run_and_look(films: Path, windows: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert main(["probe", *map(str, sorted(films.rglob("*.mp4")))]) == 3
    assert "archive/source.mp4: 0:01:00" in said.getvalue().replace(os.sep, "/")
    assert "1 sequence" in command("run", films, "--max-distance", 0.5)
    assert refused(windows) == [], "a plain run moves or deletes something that it has open"

    with Store() as store:
        view = Project.for_folder(films, store).open_view()
        frames, pairs = view.frames(0), view.neighbours
        vectors = open_array(windows / "artefacts" / "fingerprints" / view.videos[0].fingerprints_key / "vectors.npy")
        before = [np.array(pairs.frame_a), np.array(pairs.distance), np.array(vectors)]

        # Everything is made anew while this process looks at it; what it looks at stays.
        assert "1 sequence" in command("run", films, "--max-distance", 0.5, "--recompute", "frames")
        assert any(line.startswith("rename artefacts/neighbours/") for line in refused(windows))
        for held, whole in zip((pairs.frame_a, pairs.distance, vectors), before, strict=True):
            np.testing.assert_array_equal(held, whole)
        assert frames.jpeg(0)[:2] == b"\xff\xd8"
        key = view.key
        again = store.find("neighbours", key)
        assert again is not None
        assert again.path != pairs.folder
        np.testing.assert_array_equal(open_array(again.path / "frame_a.npy"), before[0])

        # The cache is cleared while this process looks; what it says is gone is not found any more.
        assert "Deleted 1 artefacts" in command("cache", "--clear-step", "neighbours")
        assert store.find("neighbours", key) is None
        np.testing.assert_array_equal(pairs.distance, before[1])
        assert list(store.entries("neighbours")) == []
        assert (pairs.folder / "distance.npy").exists()
        del pairs, vectors, held, view, frames
        gc.collect()

    # Nobody looks any more: the next who opens the workspace clears what was left.
    assert "1 sequence" in command("run", films, "--max-distance", 0.5)
    for step in ("neighbours", "fingerprints", "frames"):
        folders = list((windows / "artefacts" / step).iterdir())
        assert [folder for folder in folders if not (folder / "manifest.json").exists()] == []
        assert len({folder.name.partition(".")[0] for folder in folders}) == len(folders)
    assert list((windows / "tmp").iterdir()) == []


def test_the_index_is_lost_while_an_artefact_lies_in_its_second_place(windows: Path) -> None:
    def build(folder: Path) -> dict[str, int]:
        np.save(folder / "x.npy", np.arange(5))
        return {"made": len(list((windows / "artefacts").glob("frames/*")))}

    with Store() as store:
        held = open_array(store.produce("frames", "k", build).path / "x.npy")
        made = store.produce("frames", "k", build, recompute=True)
        assert made.path.name == "k.1"
        del held
    with Store() as store:
        assert not (windows / "artefacts" / "frames" / "k").exists()
        store._index.clear()
        assert store.find("frames", "k") == made
        assert [a.path for a in store.entries()] == [made.path]
    with Store(index=False) as store:
        assert store.find("frames", "k") == made
        assert store.produce("frames", "k", build) == made


def test_jobs_start_cancel_and_are_forgotten(films: Path, windows: Path) -> None:
    with Store() as store:
        project = Project.open("two clips", videos=films, store=store)
        os.environ["STUB_SECONDS"] = "0.5"
        try:
            job = queue._submit(
                store,
                kind="process",
                project=project.slug,
                title=project.name,
                key="process",
                command=["tests.cli.stub", "run", "--project", project.slug, "--json-progress"],
            )
        finally:
            del os.environ["STUB_SECONDS"]
        until(store, job, lambda j: any(step.name == "fingerprints" for step in j.steps))
        asked = time.monotonic()
        queue.cancel(store, job)
        ended = until(store, job, lambda j: not j.active)
        assert ended.state == "cancelled"
        assert time.monotonic() - asked < 20
        again = until(store, queue.again(store, ended), lambda j: not j.active)
        assert again.state == "done", again.log
        assert project.open_view().view_id == again.view

        film = films / "archive" / "source.mp4"
        copy = until(
            store, queue.playable(store, project.slug, film.name, film, content_id(film)), lambda j: not j.active
        )
        assert copy.state == "done", copy.log
        # A reader is in the middle of a record.
        with (store.root / "jobs" / ended.id / "log.txt").open():
            queue.dismiss(store, ended)
            assert queue.get(store, ended.id) is None
            assert ended.id not in [j.id for j in queue.all_jobs(store)]
        for other in (again, copy):
            queue.dismiss(store, other)
        film = queue.playable(store, project.slug, film.name, film, "0" * 32)
        until(store, film, lambda j: not j.active)
        assert [f.name for f in (store.root / "jobs").iterdir() if f.is_dir()] == [film.id]

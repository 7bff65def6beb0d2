"""`python -m vrd_core run` as a person uses it: output, exit codes, and what a kill leaves behind."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vrd_core import system

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(*arguments, stub=True, **environment):
    module = "tests.cli.stub" if stub else "vrd_core"
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=240,
    )


@pytest.fixture(scope="module")
def undisturbed(films, tmp_path_factory):
    """What an undisturbed run writes."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = run("run", films, "--out", folder / "found.csv", "--max-distance", 0.5, "--workspace", folder / "w")
    return done, folder


def test_a_run_prints_the_table_writes_the_file_and_names_the_broken_video(undisturbed):
    done, folder = undisturbed
    assert done.returncode == 3, done.stderr
    assert "archive/source.mp4" in done.stdout
    assert "1 sequence, 0:00:15 of reuse" in done.stdout
    assert "1 file could not be used" in done.stdout
    assert "broken.mp4: " in done.stdout
    assert (folder / "found.csv").read_text().count("\n") == 2


def test_a_second_run_loads_nothing_heavy_and_writes_the_same(undisturbed, films):
    _, folder = undisturbed
    again = run("run", films, "--out", folder / "again.csv", "--max-distance", 0.5, "--workspace", folder / "w")
    assert again.returncode == 3
    assert again.stderr.splitlines()[-1] == ""
    assert (folder / "again.csv").read_bytes() == (folder / "found.csv").read_bytes()


def test_killed_at_any_moment_and_run_again_it_writes_the_same_bytes(undisturbed, films, tmp_path):
    _, folder = undisturbed
    arguments = [
        "run",
        str(films),
        "--out",
        str(tmp_path / "found.csv"),
        "--max-distance",
        "0.5",
        "--workspace",
        str(tmp_path / "w"),
    ]
    moments = random.Random(4)
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.cli.stub", *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "STUB_SECONDS": "0.1"},
        ) as process:
            time.sleep(moments.uniform(0.3, 2.5))
            system.end_tree(process)
    made = (tmp_path / "w" / "artefacts").glob("*/*")
    # Pictures between the stills are kept only until their fingerprints are made.
    finished = {p: p.stat().st_mtime_ns for p in made if p.parent.name != "between"}
    done = run(*arguments)
    assert done.returncode == 3
    assert (tmp_path / "found.csv").read_bytes() == (folder / "found.csv").read_bytes()
    assert {p: p.stat().st_mtime_ns for p in finished} == finished, "a finished artefact was made again"
    assert not list((tmp_path / "w" / "artefacts" / "between").glob("*"))


def test_two_runs_at_once_share_the_work(undisturbed, films, tmp_path):
    _, folder = undisturbed
    both = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.cli.stub",
                "run",
                str(films),
                "--out",
                str(tmp_path / f"{n}.csv"),
                "--max-distance",
                "0.5",
                "--workspace",
                str(tmp_path / "w"),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for n in range(2)
    ]
    for process in both:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 3, errors
    for n in range(2):
        assert (tmp_path / f"{n}.csv").read_bytes() == (folder / "found.csv").read_bytes()
    assert not list((tmp_path / "w" / "tmp").iterdir())


@pytest.mark.parametrize(
    "asked", ["file", pytest.param("signal", marks=pytest.mark.skipif(system.WINDOWS, reason="it has no signals"))]
)
def test_asked_to_stop_it_stops_cleanly(films, tmp_path, asked):
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.cli.stub",
            "run",
            str(films),
            "--json-progress",
            "--workspace",
            str(tmp_path / "w"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "STUB_SECONDS": "0.5", system.STOP_VARIABLE: str(tmp_path / "stop")},
    ) as process:
        for line in process.stdout:
            if json.loads(line).get("step") == "fingerprints":
                process.terminate() if asked == "signal" else (tmp_path / "stop").touch()
                break
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(rest.splitlines()[-1])["event"] == "stopped"
    assert "kept" in errors
    assert not list((tmp_path / "w" / "tmp").iterdir())


def test_json_progress_is_one_object_a_line(films, tmp_path):
    done = run("run", films, "--json-progress", "--workspace", tmp_path / "w")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {e["event"] for e in events} == {"progress", "problem", "done"}
    steps = {e["step"] for e in events if e["event"] == "progress"}
    assert steps == {"scan", "frames", "fingerprints", "neighbours", "alignment"}
    assert events[-1]["videos"] == 2
    assert events[-1]["problems"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "absent"], 1, "no folder"),
        (["run"], 2, "Give the folder"),
        (["run", ".", "--fps", "0"], 2, "Received: 0"),
        (["run", ".", "--max-distance", "low"], 2, "Received: 'low'"),
        (["run", ".", "--network", "alexnet"], 1, "Received: 'alexnet'"),
        (["run", "--project", "absent"], 1, "no project 'absent'"),
        (["nonsense"], 2, "invalid choice"),
        (["layers", "efficientnetb99"], 1, "Did you mean"),
        (["probe", "absent.mp4"], 1, "absent.mp4"),
        (["cache", "--clear-step", "x"], 2, "Received: 'x'"),
    ],
)
def test_wrong_use_is_told_in_plain_words(arguments, code, words, tmp_path):
    done = run(*arguments, stub=False, VRD_WORKSPACE=str(tmp_path / "w"))
    assert done.returncode == code
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_process_is_exit_code_1(tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "fake.mp4").write_text("not a film")
    done = run("run", tmp_path / "library", "--workspace", tmp_path / "w")
    assert done.returncode == 1
    assert "fake.mp4" in done.stderr


def test_few_frames_take_the_usual_threshold_or_ask_for_a_number(films, tmp_path):
    import shutil

    for name in ("a", "b"):
        (tmp_path / "library" / name).mkdir(parents=True)
        shutil.copy(films / "films" / "borrower.mp4", tmp_path / "library" / name / "x.mp4")
    arguments = ("run", tmp_path / "library", "--fps", 0.5, "--workspace", tmp_path / "w")
    done = run(*arguments)
    assert done.returncode == 0
    assert "0.7 is the usual choice" in done.stdout
    assert "a/x.mp4" in done.stdout
    done = run(*arguments, "--score", "distance")
    assert done.returncode == 2
    assert "Give max_distance as a number" in done.stderr


def test_the_cache_shows_and_clears(films, tmp_path):
    workspace = ("--workspace", tmp_path / "w")
    run("run", films, *workspace)
    shown = run("cache", *workspace)
    assert "source.mp4" in shown.stdout
    assert "0 artefacts, 0.0 MB, are used by no project" in shown.stdout
    one = run("cache", "--clear-video", "films/borrower.mp4", *workspace)
    assert one.stdout.startswith("Deleted 3 artefacts")
    rest = run("cache", "--clear-step", "fingerprints", *workspace)
    assert rest.stdout.startswith("Deleted 1 artefact")
    for project in (tmp_path / "w" / "projects").iterdir():
        import shutil

        shutil.rmtree(project)
    assert run("cache", "--clear-unused", *workspace).stdout.startswith("Deleted ")
    assert not list((tmp_path / "w" / "artefacts").glob("*/*"))

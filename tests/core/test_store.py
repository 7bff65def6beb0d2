"""The store keeps whole artefacts or none, and never loses or repeats work."""

import errno
import json
import multiprocessing
import pickle
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vrd_core import system
from vrd_core.errors import StoreError
from vrd_core.store import Store, default_workspace, write_atomically
from vrd_core.text import digest


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "workspace") as opened:
        yield opened


def _write(text):
    def build(folder):
        (folder / "data").write_text(text)
        return {"text": text}

    return build


def test_an_artefact_is_made_once_and_found_again(store):
    made = store.produce("frames", "k1", _write("one"))
    again = store.produce("frames", "k1", _write("two"))
    assert (again.path / "data").read_text() == "one"
    assert again == made == store.find("frames", "k1")
    assert made.size == 3
    assert [a.key for a in store.entries()] == ["k1"]


def test_recompute_replaces(store):
    store.produce("frames", "k1", _write("one"))
    assert store.produce("frames", "k1", _write("two"), recompute=True).facts == {"text": "two"}
    assert store.find("frames", "k1").facts == {"text": "two"}


def test_a_failed_build_leaves_nothing(store):
    def fails(folder):
        (folder / "half").write_text("half")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        store.produce("frames", "k1", fails)
    assert store.find("frames", "k1") is None
    assert not list((store.root / "tmp").iterdir())


def test_a_lost_index_is_rebuilt_from_the_manifests(tmp_path):
    with Store(tmp_path) as store:
        store.produce("frames", "k1", _write("one"))
        store._index.clear()
        assert store.find("frames", "k1").facts == {"text": "one"}


def test_an_artefact_deleted_by_hand_is_not_found(store):
    made = store.produce("frames", "k1", _write("one"))
    (made.path / "data").unlink()
    (made.path / "manifest.json").unlink()
    made.path.rmdir()
    assert store.find("frames", "k1") is None


def test_remove_deletes_one_artefact(store):
    store.remove(store.produce("frames", "k1", _write("one")))
    assert store.find("frames", "k1") is None


def test_nothing_is_evicted(store):
    for number in range(300):
        store.note(f"n{number}", "x" * 20_000)
    assert all(store.recall(f"n{number}") for number in range(300))
    assert store._index.eviction_policy == "none"


def test_a_pickled_row_is_refused_not_run(store):
    store.note("n", 1)
    store._index.close()
    with sqlite3.connect(store.root / "index" / "cache.db") as rows:
        rows.execute("UPDATE Cache SET mode = 4, value = ? WHERE key = 'note/n'", (sqlite3.Binary(pickle.dumps(2)),))
    rows.close()
    with pytest.raises(StoreError, match="pickled"):
        store.recall("n")


@pytest.mark.skipif(system.WINDOWS, reason="folders have no such mode there; they lie in the user's own")
def test_only_the_owner_may_enter_the_workspace(store):
    assert (store.root.stat().st_mode & 0o777) == 0o700


def _slow(root, key, log):
    def build(folder):
        with open(log, "a") as lines:
            lines.write("built\n")
        time.sleep(0.5)
        (folder / "data").write_text("x")
        return {}

    with Store(root) as store:
        store.produce("frames", key, build)


def test_two_processes_make_one_artefact_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_slow, args=(tmp_path / "w", "k", tmp_path / "log")) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
        assert process.exitcode == 0
    assert (tmp_path / "log").read_text() == "built\n"


def test_a_killed_process_leaves_nothing_and_its_lock_goes_with_it(tmp_path):
    code = (
        "import sys, time; from vrd_core.store import Store\n"
        "def build(folder):\n    (folder / 'half').write_text('x'); print('in', flush=True); time.sleep(60)\n"
        "Store(sys.argv[1]).produce('frames', 'k', build)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout.readline() == b"in\n"
        process.kill()
    with Store(tmp_path) as store:
        assert store.find("frames", "k") is None
        assert store.produce("frames", "k", _write("whole")).facts == {"text": "whole"}
        assert not list((store.root / "tmp").iterdir())


def test_a_full_disk_is_told_in_plain_words(store):
    def full(folder):
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    with pytest.raises(StoreError, match=r"disk is full.*kept"):
        store.produce("frames", "k", full)


def test_the_workspace_is_named_by_argument_environment_or_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VRD_WORKSPACE", raising=False)
    assert default_workspace() == tmp_path / "workspace"
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path / "elsewhere"))
    assert default_workspace() == tmp_path / "elsewhere"
    with Store(tmp_path / "given") as store:
        assert store.root == tmp_path / "given"


def test_digest_tells_lists_apart():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", "b") == digest("a", "b")


def test_write_atomically_replaces_the_whole_file(tmp_path):
    write_atomically(tmp_path / "x.json", json.dumps([1]))
    write_atomically(tmp_path / "x.json", "[]")
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]
    assert (tmp_path / "x.json").read_text() == "[]"

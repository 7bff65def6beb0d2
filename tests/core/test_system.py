"""Names, long paths, files in use, locks, pipes and processes, as far as one system can show them for three."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from demo_films.programme import programme
from vrd_core import system
from vrd_core.project.project import Project, slug_of
from vrd_core.store import Store

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("film.mp4", "film.mp4"),
        ("Ärger (1931) – Teil 2.mkv", "Ärger (1931) _ Teil 2.mkv"),
        ("新聞.mov", "新聞.mov"),
        ("frames/0123", "frames_0123"),
        ('12:30? <a> "b" |*.avi', "12_30_ _a_ _b_ __.avi"),
        ("tab\tnull\0line\n", "tab_null_line_"),
        ("film. . ", "film"),
        (" ..film", "film"),
        ("CON", "CON_"),
        ("nul.mp4", "nul_.mp4"),
        ("Aux .tar.gz", "Aux_.tar.gz"),
        ("com1", "com1_"),
        ("LPT².txt", "LPT²_.txt"),
        ("conin$", "conin_"),
        ("console.mp4", "console.mp4"),
        ("com10", "com10"),
        ("...", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_safe_names(given: str, expected: str) -> None:
    assert system.safe_name(given) == expected
    assert system.safe_name(expected) == expected


@pytest.mark.parametrize("name", ["x" * 300, "ä" * 300 + ".mp4", "a." + "b" * 300, "新" * 200 + ".webm"])
def test_long_names_fit_and_keep_their_ending(name: str) -> None:
    made = system.safe_name(name)
    assert 150 < len(made.encode()) <= 200
    if len(name.rpartition(".")[2]) < 9:
        assert Path(made).suffix == Path(name).suffix


def test_names_of_projects_demo_films_and_locks_are_safe(tmp_path: Path) -> None:
    for name in ("Con", "nul", "COM1", "Ärger: 1931", "a/b\\c", " . ", "新聞" * 60, "Apollo 11."):
        slug = slug_of(name)
        assert slug == slug_of(slug) == system.safe_name(slug, longest=255)
    for film in programme():
        for part in film.path.split("/"):
            assert part == system.safe_name(part)
    with Store(tmp_path / "w") as store:
        with store.lock("step/key:1."):
            assert [p.name for p in (store.root / "locks").iterdir()] == ["step_key_1"]
        (tmp_path / "films").mkdir()
        assert Project.open("CON", videos=tmp_path / "films", store=store).slug == "con_"
        # A folder that an earlier version, or somebody by hand, made under another name is passed over.
        os.rename(store.root / "projects" / "con_", store.root / "projects" / "con")
        assert Project.list(store) == ()


LONG = "C:\\" + "\\".join(["folder"] * 40) + "\\film.mp4"


@pytest.mark.parametrize(
    ("given", "room", "expected"),
    [
        ("C:\\films\\a.mp4", 0, "C:\\films\\a.mp4"),
        ("C:\\films", 300, "\\\\?\\C:\\films"),
        (LONG, 0, "\\\\?\\" + LONG),
        (LONG.replace("\\", "/"), 0, "\\\\?\\" + LONG),
        ("\\\\?\\" + LONG, 0, "\\\\?\\" + LONG),
        ("\\\\server\\share\\" + LONG[3:], 0, "\\\\?\\UNC\\server\\share\\" + LONG[3:]),
        ("C:\\" + "x" * 244, 0, "C:\\" + "x" * 244),
        ("C:\\" + "x" * 245, 0, "\\\\?\\C:\\" + "x" * 245),
    ],
)
def test_long_paths_of_windows(given: str, room: int, expected: str) -> None:
    assert system.with_prefix(given, room) == expected


def in_use(*_: object, **__: object) -> None:
    error = PermissionError(13, "in use")
    error.winerror = 32  # type: ignore[attr-defined]
    raise error


def test_what_is_in_use_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")
    tries, real = [], os.replace

    def replace(source: Path, target: Path) -> None:
        tries.append(source)
        in_use() if len(tries) < 3 else real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    system.replace(tmp_path / "a", tmp_path / "b")
    assert ((tmp_path / "b").read_text(), len(tries)) == ("new", 3)


def test_what_stays_in_use_is_left_or_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").touch()
    monkeypatch.setattr(os, "unlink", in_use)
    assert not system.remove(tmp_path / "a", 0.1)
    monkeypatch.setattr(os, "rename", in_use)
    monkeypatch.setattr(system, "PATIENCE", 0.1)
    with pytest.raises(PermissionError):
        system.patiently(lambda: os.rename(tmp_path / "a", tmp_path / "b"), 0.1)


def test_what_is_refused_for_another_reason_is_told_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(FileNotFoundError):
        system.replace(tmp_path / "none", tmp_path / "b")
    assert time.monotonic() - began < 1
    assert system.remove(tmp_path / "none")


@pytest.mark.parametrize("links", [True, False])
def test_a_new_name_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(1, "no links here")))
    for name in "ab":
        (tmp_path / name).write_text(name)
    with pytest.raises(FileExistsError):
        system.move_new(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "b"
    system.move_new(tmp_path / "a", tmp_path / "c")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b", "c"]
    assert (tmp_path / "c").read_text() == "a"


def python(code: str, *words: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-c", code, *words], cwd=ROOT, stdout=subprocess.PIPE, bufsize=0, **options
    )


def test_a_lock_keeps_others_out_and_goes_with_its_process(tmp_path: Path) -> None:
    lock = system.try_lock(tmp_path / "lock")
    assert lock is not None
    assert system.try_lock(tmp_path / "lock") is None
    lock.release()
    code = (
        "import sys, time, pathlib; from vrd_core.system import try_lock\n"
        "lock = try_lock(pathlib.Path(sys.argv[1])); print(lock is not None, flush=True); time.sleep(60)"
    )
    with python(code, str(tmp_path / "lock")) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"True"
        assert system.try_lock(tmp_path / "lock") is None
        other.kill()
    with system.locked(tmp_path / "lock"):
        assert system.try_lock(tmp_path / "lock") is None


def test_output_comes_in_pieces_of_one_size() -> None:
    process = python(
        "import sys; w = sys.stdout.buffer; [w.write(bytes([n]) * 100_000) for n in range(3)]; w.write(b'x')"
    )
    output = system.Output(process, 100_000)
    pieces = [output.get(30) for _ in range(3)]
    assert pieces == [bytes([n]) * 100_000 for n in range(3)]
    assert (output.get(30), output.get(30)) == (b"", b"")
    process.wait()
    output.leave()


def test_output_that_does_not_come_and_output_that_nobody_wants() -> None:
    process = python("import os, time; os.write(1, b'a'); time.sleep(1); os.write(1, b'x' * 10**7); time.sleep(60)")
    output = system.Output(process)
    assert output.get(30) == b"a"
    assert output.get(0.1) is None
    assert output.get(30)
    process.kill()
    process.wait()
    output.leave()
    assert process.stdout is not None
    assert process.stdout.closed


def test_a_process_is_ended_with_all_it_started() -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with python(code) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        system.end_tree(process)
    _, alive = psutil.wait_procs([child], timeout=10)
    assert alive == []
    system.end_tree(process)  # once more is no error


def test_a_command_is_stopped_by_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(system.STOP_VARIABLE, str(tmp_path / "cancel"))
    with system.stop_wanted() as wanted:
        assert not wanted()
        (tmp_path / "cancel").touch()
        assert wanted()


@pytest.mark.skipif(system.WINDOWS, reason="Windows ends a process where others ask it")
def test_a_command_is_stopped_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(system.STOP_VARIABLE, raising=False)
    code = (
        "import time; from vrd_core.system import stop_wanted\n"
        "with stop_wanted() as wanted:\n    print('on', flush=True)\n    while not wanted(): time.sleep(.01)\n"
        "print('stopped', flush=True)"
    )
    with python(code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"on\n"
        process.terminate()
        assert process.stdout.readline() == b"stopped\n"


def test_giving_way() -> None:
    code = "import psutil; from vrd_core.system import step_back; step_back(); print(int(psutil.Process().nice()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    mine = int(psutil.Process().nice())
    assert int(done.stdout) == (psutil.BELOW_NORMAL_PRIORITY_CLASS if system.WINDOWS else min(19, mine + 5))

"""Projects, views and the pipeline, with a stand-in for the network."""

import json

import numpy as np
import pytest

from tests.films import Thumbnails
from vrd_core.errors import Cancelled, ProjectError
from vrd_core.fingerprints import compute
from vrd_core.project.project import Project, Selection
from vrd_core.project.records import slug_of
from vrd_core.settings import SequenceSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def thumbnails(monkeypatch):
    loaded = []
    monkeypatch.setattr(compute, "load_fingerprinter", lambda settings: loaded.append(settings) or Thumbnails())
    return loaded


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "workspace") as opened:
        yield opened


def _quiet(*_):
    pass


def test_the_reuse_is_found_with_its_times_and_the_broken_file_is_told(films, store):
    view = Project.open("Test", videos=films, store=store).run(progress=_quiet)
    assert [v.name for v in view.videos] == ["archive/source.mp4", "films/borrower.mp4"]
    assert [(p["name"], p["reason"]) for p in view.problems] == [("broken.mp4", "damaged")]
    (found,) = view.find_sequences(max_distance=0.5)
    assert (found.video_a, found.video_b) == ("archive/source.mp4", "films/borrower.mp4")
    assert (found.start_a, found.end_a, found.start_b, found.end_b) == (10, 25, 20, 35)
    assert (found.seconds, found.frames, found.deviating_frames, found.speed) == (15, 15, 0, 1)
    assert 0 <= found.mean_distance <= 0.5
    assert (found.collection_a, found.collection_b) == ("archive", "films")


def test_a_second_run_computes_nothing(films, store, thumbnails):
    project = Project.open("Test", videos=films, store=store)
    first = project.run(progress=_quiet)
    made = {a.path: a.path.stat().st_mtime_ns for a in store.entries()}
    again = project.run(progress=_quiet)
    assert len(thumbnails) == 1
    assert {a.path: a.path.stat().st_mtime_ns for a in store.entries()} == made
    assert again.key == first.key


def test_a_moved_library_keeps_its_artefacts(films, store, tmp_path, thumbnails):
    import shutil

    Project.open("Test", videos=films, store=store).run(progress=_quiet)
    shutil.copytree(films, tmp_path / "moved")
    (tmp_path / "moved" / "archive" / "source.mp4").rename(tmp_path / "moved" / "archive" / "renamed.mp4")
    view = Project.open("Moved", videos=tmp_path / "moved", store=store).run(progress=_quiet)
    assert len(thumbnails) == 1
    assert [s.video_a for s in view.find_sequences(max_distance=0.5)] == ["archive/renamed.mp4"]


def test_two_copies_of_one_file_are_two_videos_that_match_exactly(films, store, tmp_path):
    import shutil

    for name in ("one", "two"):
        (tmp_path / "copies" / name).mkdir(parents=True)
        shutil.copy(films / "archive" / "source.mp4", tmp_path / "copies" / name / "same.mp4")
    view = Project.open("Copies", videos=tmp_path / "copies", store=store).run(progress=_quiet)
    assert [v.name for v in view.videos] == ["one/same.mp4", "two/same.mp4"]
    found = view.find_sequences(max_distance=0, shortest_sequence=5)
    assert [(s.start_a, s.end_a, s.start_b, s.end_b, s.mean_distance) for s in found] == [(0, 60, 0, 60, 0)]


@pytest.mark.parametrize("step", ["frames", "fingerprints", "neighbours"])
def test_recompute_takes_the_later_steps_along(films, store, step):
    project = Project.open("Test", videos=films, store=store)
    project.run(progress=_quiet)
    made = {a.path: a.path.stat().st_mtime_ns for a in store.entries()}
    project.run(progress=_quiet, recompute=step)
    steps = ("frames", "fingerprints", "neighbours")
    expected = set(steps[steps.index(step) :])
    assert {a.step for a in store.entries() if a.path.stat().st_mtime_ns != made.get(a.path)} & set(steps) == expected


def test_stopping_keeps_what_was_finished(films, store):
    def stop(step, done, total, detail):
        if step == "fingerprints" and detail == "films/borrower.mp4":
            raise Cancelled("stop")

    project = Project.open("Test", videos=films, store=store)
    with pytest.raises(Cancelled):
        project.run(progress=stop)
    assert len(list(store.entries("fingerprints"))) == 1
    assert len(project.run(progress=_quiet).videos) == 2


def test_a_bug_in_the_extraction_thread_is_not_swallowed(films, store, monkeypatch):
    from vrd_core.project import pipeline

    monkeypatch.setattr(pipeline, "extract_frames", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Project.open("Test", videos=films, store=store).run(progress=_quiet)


def test_progress_never_goes_back_and_ends_at_its_total(films, store):
    seen = {}

    def note(step, done, total, detail):
        assert seen.get(step, (0, 0))[0] <= done <= total + 1e-6
        seen[step] = done, total

    Project.open("Test", videos=films, store=store).run(progress=note)
    for step in ("frames", "fingerprints", "neighbours"):
        assert seen[step][0] == pytest.approx(seen[step][1])


def test_left_out_videos_and_collections_take_no_part(films, store):
    project = Project.open("Test", videos=films, store=store)
    project.select(excluded_collections=("archive",))
    assert [v.name for v in project.run(progress=_quiet).videos] == ["films/borrower.mp4"]
    again = Project.open("Test", store=store)
    assert again.selection == Selection(excluded_collections=("archive",))


def test_one_collection_against_another_names_the_first_side_first(films, store):
    project = Project.open("Test", videos=films, store=store)
    project.select(compare=("films", "archive"))
    view = project.run(progress=_quiet)
    (found,) = view.find_sequences(max_distance=0.5)
    assert (found.video_a, found.start_a, found.video_b) == ("films/borrower.mp4", 20, "archive/source.mp4")
    project.select(compare=("films", "*"))
    assert [v.group for v in project.run(progress=_quiet).videos] == ["films", "*"]


def test_a_view_is_opened_from_its_record_when_the_library_is_gone(films, store, tmp_path):
    import shutil

    shutil.copytree(films, tmp_path / "stick")
    project = Project.open("Stick", videos=tmp_path / "stick", store=store)
    view = project.run(progress=_quiet)
    shutil.rmtree(tmp_path / "stick")
    opened = Project.open("Stick", store=store).open_view(view.view_id)
    assert opened.find_sequences(max_distance=0.5).to_csv() == view.find_sequences(max_distance=0.5).to_csv()


def test_the_table_has_the_promised_columns(films, store, tmp_path):
    found = Project.open("Test", videos=films, store=store).run(progress=_quiet).find_sequences(max_distance=0.5)
    found.to_csv(tmp_path / "found.csv")
    header, row = (tmp_path / "found.csv").read_text().splitlines()
    assert header.startswith("video_a,start_a,end_a,video_b,start_b,end_b,seconds,mean_distance,")
    assert row.startswith("archive/source.mp4,10.00,25.00,films/borrower.mp4,20.00,35.00,15.00,")
    table = found.to_dataframe()
    assert table.loc[0, "end_b"] == 35
    assert list(table.columns) == header.split(",")
    (sequence,) = found
    assert found.by_name(sequence.sequence) == sequence
    json.dumps(found.rows())


def test_a_mirrored_sequence_is_seen_in_its_stills(films, store, tmp_path):
    import subprocess

    from vrd_core.media.ffmpeg import ffmpeg_exe
    from vrd_core.project.mirror import looks_mirrored

    subprocess.run(
        [ffmpeg_exe(), "-v", "error", "-i", films / "archive" / "source.mp4", "-vf", "hflip", tmp_path / "flipped.mp4"],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    (tmp_path / "both").mkdir()
    (tmp_path / "flipped.mp4").rename(tmp_path / "both" / "flipped.mp4")
    view = Project.open("Test", videos=films, store=store).run(progress=_quiet)
    flipped = Project.open("Flip", videos=tmp_path / "both", store=store).run(progress=_quiet)
    pairs = [(k, k) for k in (5, 20, 40)]
    assert looks_mirrored(view.frames(0), flipped.frames(0), pairs)
    assert not looks_mirrored(view.frames(0), view.frames(0), pairs)


def test_errors_name_what_is_there(store, films, tmp_path):
    with pytest.raises(ProjectError, match=r"no project 'nothing'.*none"):
        Project.open("nothing", store=store)
    with pytest.raises(ProjectError, match="no folder"):
        Project.open("x", videos=tmp_path / "absent", store=store)
    Project.open("x", videos=films, store=store)
    with pytest.raises(ProjectError, match="looks at"):
        Project.open("x", videos=tmp_path, store=store)
    with pytest.raises(ProjectError, match="processed"):
        Project.open("x", store=store).open_view()
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProjectError, match="No video and no picture"):
        Project.open("e", videos=tmp_path / "empty", store=store).run(progress=_quiet)


def test_names_of_projects_become_safe_folders():
    assert slug_of("  Apollo 11: The Eagle! ") == "apollo-11-the-eagle"
    assert slug_of("../../etc") == "etc"
    assert slug_of("Новости") == "новости"
    assert slug_of("///") == "project"


def test_every_slider_value_gives_a_table(films, store):
    view = Project.open("Test", videos=films, store=store).run(progress=_quiet)
    lengths = [
        len(view.find_sequences(SequenceSettings(max_distance=d, shortest_sequence=1))) for d in np.linspace(0, 50, 6)
    ]
    assert lengths[0] <= max(lengths)

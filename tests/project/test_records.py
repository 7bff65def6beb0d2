"""The files of projects and views: what is written is read back, and what is damaged is named."""

import pytest

from vrd_core.errors import ProjectError
from vrd_core.project import records
from vrd_core.project.project import Project
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, ViewSettings
from vrd_core.store import Store

SETTINGS = ViewSettings(FrameSettings(), FingerprintSettings(), SearchSettings())
VIDEO = records.ViewVideo(
    name="a/film.mp4",
    path="/films/a/film.mp4",
    content_id="c",
    collection="a",
    group="a",
    duration=12.5,
    count=13,
    frames_key="f",
    fingerprints_key="p",
)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "workspace") as opened:
        yield opened


def test_a_view_is_read_back_as_it_was_written(store):
    written = records.write_view(
        store, "films", settings=SETTINGS, neighbours_key="n", finished=7.0, videos=[VIDEO], problems=[{"name": "x"}]
    )
    (file,) = records.view_files(store, "films")
    assert file.view_id == SETTINGS.view_id
    assert records.read_view(file) == written
    assert [records.ViewVideo(**v) for v in written["videos"]] == [VIDEO]
    assert ViewSettings.from_dict(written["settings"]) == SETTINGS


def test_what_a_scan_found_is_read_back(store):
    assert records.library_files(store, "films") == ()
    records.write_library(store, "films", [("c", "/films/a.mp4"), ("d", "/films/b.mp4")])
    (file,) = records.library_files(store, "films")
    assert records.read_library(file) == [("c", "/films/a.mp4"), ("d", "/films/b.mp4")]
    file.path.write_text("[[")
    assert records.read_library(file) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "Films"}', '{"name": "F", "library": "/", "selection": {}}'])
def test_a_damaged_project_is_named(store, tmp_path, text):
    project = Project.open("Films", videos=tmp_path, store=store)
    file = records.folder_of(store, project.slug) / "project.json"
    file.write_text(text)
    assert records.slugs(store) == ("films",)
    with pytest.raises(ProjectError, match=r"project\.json"):
        Project.open("Films", store=store)


@pytest.mark.parametrize("text", ["{", "[]", '{"settings": {}}'])
def test_a_damaged_view_is_named(store, text):
    records.write_view(store, "films", settings=SETTINGS, neighbours_key="n", finished=7.0, videos=[VIDEO])
    (file,) = records.view_files(store, "films")
    file.path.write_text(text)
    with pytest.raises(ProjectError, match=SETTINGS.view_id):
        records.read_view(file)

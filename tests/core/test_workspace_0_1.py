"""A workspace that version 0.1 wrote (commit ee6f15d) opens as it is: nothing is computed again, links still fit."""

import json
import zipfile
from pathlib import Path

import pytest

from vrd_core import FingerprintSettings, FrameSettings, Project, SearchSettings, Store
from vrd_core.fingerprints import compute

WRITTEN = Path(__file__).parent / "data" / "workspace_0.1.zip"
VIEW_ID = "32d830552b"
SEQUENCE = "592390fb28-10-413c7775d6-8-14"
ROW = "archive/source.mp4,10.00,24.00,tv/borrower.mp4,8.00,22.00,14.00,0.007164"


@pytest.fixture
def old(tmp_path):
    with zipfile.ZipFile(WRITTEN) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def artefacts(folder):
    return {p.relative_to(folder).as_posix() for p in (folder / "workspace" / "artefacts").glob("*/*")}


def test_its_view_opens_and_finds_what_it_found(old):
    with Store(old / "workspace") as store:
        view = Project.open("Legacy", store=store).open_view(VIEW_ID)
        found = view.find_sequences(max_distance=0.5)
        assert ROW in found.to_csv()
        assert found.by_name(SEQUENCE) is not None


def test_a_run_over_the_same_films_computes_nothing(old, monkeypatch):
    monkeypatch.setattr(compute, "load_fingerprinter", lambda _: pytest.fail("a network was loaded"))
    before = artefacts(old)
    with Store(old / "workspace") as store:
        project = Project.open("Moved", videos=old / "films", store=store)
        view = project.run(align_fps=0)
        assert view.view_id == VIEW_ID
        assert artefacts(old) == before
        assert ROW in view.find_sequences(max_distance=0.5).to_csv()


@pytest.mark.slow
def test_a_run_as_is_usual_now_adds_what_lies_between_the_stills_and_nothing_else(old):
    before = artefacts(old)
    with Store(old / "workspace") as store:
        project = Project.open("Moved", videos=old / "films", store=store)
        view = project.run()
        assert {name.split("/")[-2] for name in artefacts(old) - before} == {"dense", "alignment"}
        assert view.view_id != VIEW_ID
        found = view.find_sequences(max_distance=0.5)
        assert found.by_name(SEQUENCE) is not None
        assert found[0].start_a == pytest.approx(10, abs=0.5)


def test_the_keys_of_its_settings_are_the_same(old):
    record = json.loads((old / f"workspace/projects/legacy/views/{VIEW_ID}.json").read_text())
    for name, kind in (("frames", FrameSettings), ("fingerprints", FingerprintSettings), ("search", SearchSettings)):
        values = record["settings"][name]
        assert kind.from_dict(values).key() == json.dumps(values, sort_keys=True, separators=(",", ":"))

"""A run on a Dask cluster, workers dying midway, gives the same bytes as a run on this machine."""

import shutil
import sys

import pytest

from tests.films import Thumbnails
from vrd_core.errors import SettingsError
from vrd_core.fingerprints import compute
from vrd_core.project import cluster
from vrd_core.project.project import Project
from vrd_core.store import Store

distributed = pytest.importorskip("distributed", reason="needs requirements-cluster.txt")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture
def copies(films, tmp_path):
    """Five videos, so that there is something to spread."""
    for name in ("a", "b"):
        (tmp_path / "library" / name).mkdir(parents=True)
        shutil.copy(films / "archive" / "source.mp4", tmp_path / "library" / name / "one.mp4")
        shutil.copy(films / "films" / "borrower.mp4", tmp_path / "library" / name / "two.mp4")
    shutil.copy(films / "broken.mp4", tmp_path / "library" / "broken.mp4")
    return tmp_path / "library"


def test_a_cluster_with_dying_workers_gives_the_same_bytes(copies, tmp_path, monkeypatch):
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("STUB_MARKS", str(tmp_path / "marks"))
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    monkeypatch.setattr(cluster, "BLOCK_ROWS", 100)
    monkeypatch.setattr(compute, "load_fingerprinter", lambda settings: Thumbnails())
    from tests.project import stub_workers

    with (
        distributed.LocalCluster(
            n_workers=3,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            preload="tests.project.stub_workers",
            silence_logs=50,
        ) as local,
        Store(tmp_path / "there") as there,
        Store(tmp_path / "here") as here,
    ):
        monkeypatch.setattr(cluster, "_search_block", stub_workers._search_block)
        spread = Project.open("Spread", videos=copies, store=there).run(
            progress=lambda *_: None, cluster=local.scheduler_address
        )
        alone = Project.open("Alone", videos=copies, store=here).run(progress=lambda *_: None)
        assert {p.name for p in (tmp_path / "marks").iterdir()} == {"fingerprints", "blocks"}
        assert spread.key == alone.key
        for file in sorted((alone.store.find("neighbours", alone.key).path).iterdir()):
            if file.name != "manifest.json":
                other = there.find("neighbours", spread.key).path / file.name
                assert file.read_bytes() == other.read_bytes(), file.name
        found = [v.find_sequences(max_distance=0.5).to_csv() for v in (spread, alone)]
        assert found[0] == found[1]
        assert found[0].count("\n") > 4
        assert len(spread.problems) == len(alone.problems) == 1
        assert not list(there.entries("blocks"))


def test_nobody_at_the_address_is_told_in_plain_words(copies, store_of):
    with pytest.raises(SettingsError, match=r"No Dask scheduler.*Received: 'tcp://127.0.0.1:9'"):
        Project.open("x", videos=copies, store=store_of).run(progress=lambda *_: None, cluster="tcp://127.0.0.1:9")


@pytest.fixture
def store_of(tmp_path):
    with Store(tmp_path / "w") as opened:
        yield opened

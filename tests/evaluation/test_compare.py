"""One table over several fingerprints, on planted films; peers stand in for networks, which take long to load."""

import sys

import numpy as np
import pytest

from vrd_core.errors import ProjectError, SettingsError
from vrd_core.evaluation.compare import compare, table_of, variants, write_table
from vrd_core.evaluation.peers import PEERS
from vrd_core.evaluation.truth import Reuse, read_reuse
from vrd_core.settings import FrameSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow

FRAMES = FrameSettings(fps=2)


def test_variants_are_all_combinations():
    made = variants(
        networks=["mobilenetv2:untrained", "dhash"],
        layers=["x", "y"],
        normalise=["yes", "no"],
        alignment=["rigid", "elastic"],
    )
    assert len(made) == 2 * (2 * 2 + 1)
    assert sum(v.peer == "dhash" for v in made) == 2
    assert {v.fingerprints.weights for v in made if v.fingerprints} == {"untrained"}
    assert len({v.label for v in made}) == len(made)
    assert variants()[0].fingerprints.network == "reusenet"
    assert variants(mirrored=True)[0].search.mirrored


@pytest.mark.parametrize(
    "values",
    [{"normalise": ["maybe"]}, {"score": ["x"]}, {"alignment": ["x"]}, {"networks": ["reusenet"], "pooling": ["max"]}],
)
def test_wrong_names_are_refused_at_once(values):
    with pytest.raises(SettingsError):
        variants(**values)


def test_a_hash_whose_package_is_missing_says_what_to_install(planted, tmp_path, monkeypatch):
    made, _ = planted
    monkeypatch.setitem(sys.modules, "pdqhash", None)
    with Store(tmp_path) as store, pytest.raises(SettingsError, match="pip install pdqhash"):
        compare(made.films, read_reuse(made.truth), variants(networks=["pdq"]), store, frames=FRAMES)


def test_comparison_of_peers(planted, tmp_path):
    pytest.importorskip("pdqhash", reason="needs requirements-peers.txt")
    made, _ = planted
    truth = read_reuse(made.truth)
    chosen = variants(networks=["thumbnail", "dhash", "pdq"])
    with Store(tmp_path) as store:
        results = compare(made.films, truth, chosen, store, frames=FRAMES, shortest_sequence=2)
        before = {(a.step, a.key) for a in store.entries()}
        again = compare(made.films, truth, chosen, store, frames=FRAMES, shortest_sequence=2, speed=False)
        assert {(a.step, a.key) for a in store.entries()} == before
    assert [r.best for r in again] == [r.best for r in results]
    thumbnail = results[0]
    assert thumbnail.best.evaluation.f > 0.3
    assert thumbnail.automatic is None or thumbnail.automatic.f <= thumbnail.best.evaluation.f
    assert thumbnail.frames_per_second > 0
    assert np.isnan(again[0].frames_per_second)
    assert [r.bytes_per_frame for r in results] == [PEERS[n].bytes_per_frame for n in ("thumbnail", "dhash", "pdq")]
    rows = table_of(results)
    assert rows[0][:3] == ["variant", "F auto", "F best"]
    assert "none" in rows[0]
    assert {len(row) for row in rows} == {len(rows[0])}
    write_table(tmp_path / "t.csv", results)
    assert (tmp_path / "t.csv").read_text().count("\n") == 4


def test_mirrored_reuse_is_found_when_asked_for(planted, tmp_path):
    made, _ = planted
    truth = [row for row in read_reuse(made.truth) if row.edit == "mirror"]
    with Store(tmp_path) as store:
        plain, mirrored = (
            compare(
                made.films,
                truth,
                variants(networks=["thumbnail"], mirrored=asked),
                store,
                frames=FRAMES,
                shortest_sequence=2,
                speed=False,
            )[0]
            for asked in (False, True)
        )
    assert mirrored.best.evaluation.recall >= plain.best.evaluation.recall
    # These films repeat themselves every 2.56 s, and a line one period beside is as near: what is covered counts here.
    assert mirrored.best.evaluation.pairs_hit == 1
    assert mirrored.best.evaluation.recall > 0.9


def test_a_truth_of_other_films(planted, tmp_path):
    with Store(tmp_path) as store, pytest.raises(ProjectError, match="No video of the truth"):
        compare(planted[0].films, [Reuse("x", 0, 5, "y", 0, 5)], variants(networks=["dhash"]), store)

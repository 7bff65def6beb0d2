"""The quality benchmark: its libraries, how it measures one, and the page it writes."""

from itertools import combinations

import pytest

from benchmarks import quality
from benchmarks.libraries import LIBRARIES, Library
from benchmarks.quality_measure import Figures, Variant, measure
from benchmarks.quality_report import report
from vrd_core.evaluation import plan
from vrd_core.evaluation.curve import Point
from vrd_core.evaluation.metric import evaluate
from vrd_core.evaluation.truth import Reuse
from vrd_core.store import Store

TRUE = [Reuse("a", 0, 10, "b", 20, 30, "grey", "s1"), Reuse("a", 40, 50, "b", 60, 70, "crop", "s2")]


def test_no_seed_both_tunes_and_is_reported():
    seeds = [set(seeds) for library in LIBRARIES for seeds in (library.tuning, library.reported)]
    assert all(seeds)
    assert not any(one & two for one, two in combinations(seeds, 2))
    assert len({library.name for library in LIBRARIES}) == len(LIBRARIES)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(plan, "SIZES", ((96, 72),))
    return Library(
        name="small",
        says="two stretches",
        tuning=(1,),
        reported=(2,),
        values={"documentaries": 2, "stretches": 4, "shortest": 4, "longest": 6, "edits": ("none",)},
        shortest_sequence=3.0,
    )


@pytest.mark.slow
def test_measure_runs_what_a_user_runs(small, numbered_films, tmp_path):
    made = small.make(numbered_films, tmp_path, 2)
    assert made.films == tmp_path / "small_2/films"
    with Store(tmp_path / "workspace") as store:
        figures = measure(made, small, Variant(label="plain"), store, at=[0.5, 1e-6], values={"allow_skip": 1})
        assert list((tmp_path / "workspace/projects").iterdir())
        peer = measure(made, small, Variant(label="dhash", peer="dhash"), store)
    assert figures.planted == peer.planted == 4
    assert figures.minutes > 1
    assert figures.best is not None
    assert figures.best.evaluation.f >= figures.at[0.5].f
    # Some drawn frames are the same to the bit, and are found at any threshold.
    assert figures.at[1e-6].recall < figures.at[0.5].recall
    assert "best" in figures.line()


def test_the_page_says_what_was_found():
    one = Figures(
        planted=2,
        minutes=3.0,
        automatic=evaluate(TRUE[:1], TRUE),
        threshold=0.7,
        best=Point(0.8, evaluate(TRUE, TRUE), 2),
        at={0.6: evaluate([], TRUE)},
        ends=0.25,
        step_4=0.1,
    )
    nothing = Figures(
        planted=0,
        minutes=20.0,
        automatic=evaluate([Reuse("c", 0, 5, "d", 0, 5)], []),
        threshold=0.6,
        best=None,
        at={},
        ends=float("nan"),
        step_4=0.1,
    )
    libraries = [library for library in LIBRARIES if library.name in ("first", "none")]
    variants = [Variant(label="ours"), Variant(label="theirs")]
    results = {(lib, v.label): [one if lib == "first" else nothing] for lib in ("first", "none") for v in variants}
    page = report(libraries, variants, results, at=[0.6])
    assert "| first | 0.400 | 1.000 | 0.40 | 0.000 | 1.000 | 0.250 | 0 | 0.25 | 0.7 to 0.7 |" in page
    assert "| grey | black and white | 1/1 | 1.00 |" in page
    assert "| **all edits** |  | 1/2 | 0.50 |" in page
    assert "| theirs | 1 | 20 | 0.6 |" in page
    assert "nan" not in page


def test_only_a_full_run_writes_the_page(monkeypatch, tmp_path, capsys):
    page = tmp_path / "quality.md"
    made = Figures(planted=0, minutes=1, automatic=None, threshold=None, best=None, at={}, ends=float("nan"), step_4=0)
    monkeypatch.setattr(quality, "PAGE", page)
    monkeypatch.setattr(quality, "measure", lambda *args, **values: made)
    monkeypatch.setattr(Library, "make", lambda *args: None)
    usual = ["--clips", str(tmp_path), "--workspace", str(tmp_path / "workspace")]
    assert quality.main([*usual, "--tuning", "--libraries", "none"]) == 0
    assert "Tuning seeds" in capsys.readouterr().out
    assert not page.exists()
    assert quality.main([*usual, "--set", "fps=2"]) == 0
    assert not page.exists()
    assert quality.main(usual) == 0
    assert page.read_text(encoding="utf-8").startswith("# Quality")
    assert quality.main([*usual, "--only", "nothing of that name"]) == 1

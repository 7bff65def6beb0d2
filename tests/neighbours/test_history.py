"""The same bytes whether found at once, resumed after a kill, or built on an earlier result."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.made_up.fingerprints import films, items
from vrd_core.arrays import rounded
from vrd_core.errors import Cancelled
from vrd_core.neighbours import earlier, exact, nearest, ordering, write
from vrd_core.neighbours.find import find_neighbours
from vrd_core.settings import SearchSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow

COUNTS = [70, 90, 1, 120, 45, 80]


def library(pick, **more):
    vectors = films(COUNTS, 12, seed=2)
    # Frames that stand still, in two films, so that ties are cut at k.
    vectors[1][:30] = vectors[3][50:80] = vectors[3][50]
    return items([vectors[v] for v in pick], keys=[f"key{v}" for v in pick], **more)


def content(found):
    return {p.name: p.read_bytes() for p in sorted(Path(found.folder).glob("*")) if p.name != "manifest.json"}


def at_once(tmp_path, wanted, settings):
    with Store(tmp_path / "at-once") as store:
        return content(find_neighbours(wanted, settings, store))


@pytest.mark.parametrize("strip", [32, 4096])
@pytest.mark.parametrize("k", [3, 200])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([0, 1, 3, 4, 5], [0, 1, 2, 3, 4, 5]),  # one more
        ([0, 1, 2, 3, 4, 5], [0, 2, 3, 4, 5]),  # one less
        ([0, 1, 2, 3], [5, 3, 1, 0]),  # one of each, and other names, hence another order
        ([0, 1, 3, 3, 4], [0, 3, 1, 4]),  # one of two copies goes
        ([0, 1, 3, 4], [3, 0, 1, 3, 4]),  # a copy comes
    ],
)
def test_building_on_an_earlier_result(tmp_path, monkeypatch, before, after, k, strip):
    monkeypatch.setattr(exact, "STRIP", strip)
    settings = SearchSettings(neighbours_considered=k)
    with Store(tmp_path / "grown") as store:
        find_neighbours(library(before), settings, store)
        taken = []
        take_over = nearest.Nearest.take_over
        monkeypatch.setattr(nearest.Nearest, "take_over", lambda self, path: taken.append(1) or take_over(self, path))
        grown = content(find_neighbours(library(after), settings, store))
        assert taken == [1]
    assert grown == at_once(tmp_path, library(after), settings)


@pytest.mark.parametrize(("k", "pairs_at_once"), [(3, 50), (25, 2**18), (400, 50)])
@pytest.mark.parametrize(
    ("score_before", "score", "flipped"),
    [
        ("distance", "distance", False),
        ("distance", "distance", True),
        ("normalised", "normalised", False),
        ("normalised", "normalised", True),
        ("distance", "normalised", False),
        ("normalised", "distance", False),
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([1, 3, 4, 5], [0, 1, 3, 4, 5]),
        ([0, 1, 3, 5], [0, 1, 3, 4, 5]),
        ([0, 1, 3, 4], [0, 1, 3, 4, 5]),
        ([0, 1, 3], [0, 1, 2, 3, 4]),
        ([0, 1, 2, 3, 5], [0, 1, 2, 5]),
        ([0, 1, 3, 4, 5], [2, 0, 1, 4, 5]),
    ],
)
def test_earlier_pairs_are_copied(tmp_path, monkeypatch, before, after, score_before, score, flipped, k, pairs_at_once):
    monkeypatch.setattr(earlier, "PAIRS", pairs_at_once)
    merged, used = earlier.Earlier.merged, []
    monkeypatch.setattr(earlier.Earlier, "merged", lambda self, *more: used.append(1) or merged(self, *more))

    def wanted(pick):
        flips = [v[:, ::-1].copy() for v in films(COUNTS, 12, seed=2)]
        return library(pick, mirrored=[flips[v] for v in pick] if flipped else None)

    settings = SearchSettings(neighbours_considered=k, score=score, mirrored=flipped)
    with Store(tmp_path / "grown") as store:
        find_neighbours(wanted(before), replace(settings, score=score_before), store)
        found = content(find_neighbours(wanted(after), settings, store))
    assert used == [1]
    assert found == at_once(tmp_path, wanted(after), settings)


def test_only_the_score_changes(tmp_path):
    settings = SearchSettings(neighbours_considered=20, score="normalised")
    with Store(tmp_path / "grown") as store:
        find_neighbours(library([0, 1, 3]), replace(settings, score="distance"), store)
        found = content(find_neighbours(library([0, 1, 3]), settings, store))
    assert found == at_once(tmp_path, library([0, 1, 3]), settings)


def test_collections_that_change_their_videos(tmp_path):
    settings = SearchSettings(neighbours_considered=4, scope="collections")
    with Store(tmp_path / "grown") as store:
        find_neighbours(library([0, 1, 3, 4], collections=list("aabb")), settings, store)
        grown = content(find_neighbours(library([0, 1, 3, 4, 5], collections=list("ababc")), settings, store))
    assert grown == at_once(tmp_path, library([0, 1, 3, 4, 5], collections=list("ababc")), settings)


def test_adding_a_video_computes_only_its_own_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(exact, "STRIP", 64)
    computed = []
    tile = exact.Searcher.tile
    monkeypatch.setattr(exact.Searcher, "tile", lambda self, a, b: computed.append(len(a.rows)) or tile(self, a, b))
    with Store(tmp_path) as store:
        find_neighbours(library([0, 1, 3, 5]), SearchSettings(neighbours_considered=5), store)
        computed.clear()
        find_neighbours(library([0, 1, 3, 4, 5]), SearchSettings(neighbours_considered=5), store)
    assert set(computed) == {COUNTS[4]}


def test_a_cancelled_search_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(exact, "STRIP", 32)
    tiles = []
    tile = exact.Searcher.tile
    monkeypatch.setattr(exact.Searcher, "tile", lambda self, a, b: tiles.append(1) or tile(self, a, b))
    settings = SearchSettings(neighbours_considered=5)

    def stop(step, done, total, detail):
        if done > total / 2:
            raise Cancelled("stop")

    with Store(tmp_path / "resumed") as store:
        with pytest.raises(Cancelled):
            find_neighbours(library(range(6)), settings, store, progress=stop)
        first = len(tiles)
        resumed = content(find_neighbours(library(range(6)), settings, store))
        second = len(tiles) - first
        assert not list((tmp_path / "resumed" / "tmp").iterdir())
    tiles.clear()
    assert resumed == at_once(tmp_path, library(range(6)), settings)
    assert first > 0
    assert second > 0
    assert first + second == len(tiles)


_KILLED = """
import sys, psutil
from tests.neighbours.test_history import library
from vrd_core.neighbours import exact as search
from vrd_core.neighbours.find import find_neighbours
from vrd_core.settings import SearchSettings
from vrd_core.store import Store
search.STRIP, search.CHECKPOINT_SECONDS = 32, 0.0
tile, done = search.Searcher.tile, []
def counted(self, a, b):
    done.append(1)
    if len(done) == 20:
        psutil.Process().kill()
    tile(self, a, b)
search.Searcher.tile = counted
find_neighbours(library(range(6)), SearchSettings(neighbours_considered=5), Store(sys.argv[1]))
"""


def test_kill_minus_nine_loses_one_block(tmp_path, monkeypatch):
    monkeypatch.setattr(exact, "STRIP", 32)
    run = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "killed")], check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert run.returncode in (-9, 15)  # on Windows 15
    tiles = []
    tile = exact.Searcher.tile
    monkeypatch.setattr(exact.Searcher, "tile", lambda self, a, b: tiles.append(1) or tile(self, a, b))
    settings = SearchSettings(neighbours_considered=5)
    with Store(tmp_path / "killed") as store:
        resumed = content(find_neighbours(library(range(6)), settings, store))
    after = len(tiles)
    tiles.clear()
    assert resumed == at_once(tmp_path, library(range(6)), settings)
    assert after == len(tiles) - 19


def test_batches_of_pairs_leave_no_trace(tmp_path, monkeypatch):
    settings = SearchSettings(neighbours_considered=9)
    whole = at_once(tmp_path, library(range(6)), settings)
    monkeypatch.setattr(ordering, "BATCH", 500)
    monkeypatch.setattr(write, "_CHUNK", 100)
    with Store(tmp_path / "batches") as store:
        assert content(find_neighbours(library(range(6)), settings, store)) == whole


def test_recompute_starts_afresh_and_agrees(tmp_path):
    settings = SearchSettings(neighbours_considered=5)
    with Store(tmp_path) as store:
        first = content(find_neighbours(library(range(6)), settings, store))
        assert content(find_neighbours(library(range(6)), settings, store, recompute=True)) == first


def test_distances_do_not_depend_on_the_tile(tmp_path):
    vectors = films([40, 40], 300, seed=1, normalise=False)
    with Store(tmp_path) as store:
        found = find_neighbours(items(vectors), SearchSettings(neighbours_considered=10), store)
        alone = rounded(
            exact.indexed_distances(vectors[0], vectors[1], np.array(found.frame_a), np.array(found.frame_b))
        )
        assert (found.distance == alone).all()

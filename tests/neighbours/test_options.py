"""Approximate indexes, and all pairs below a distance."""

import numpy as np
import pytest

from benchmarks.synthetic import films, items
from tests.neighbours.brute import brute, pairs_of
from vrd_core import search
from vrd_core.below import find_pairs_below
from vrd_core.errors import SettingsError
from vrd_core.neighbours import find_neighbours
from vrd_core.settings import SearchSettings
from vrd_core.store import Store


@pytest.mark.parametrize("index", ["SQ8", "IVF8,Flat", "PCA12,IVF4,SQ8", "HNSW16"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_approximate_indexes_find_most_and_score_exactly(tmp_path, index, mirrored):
    vectors = films([300, 200, 250], 16, seed=4)
    flipped = [v[:, ::-1].copy() for v in vectors]
    given = items(vectors, mirrored=flipped)
    with Store(tmp_path) as store:
        exact = pairs_of(find_neighbours(given, SearchSettings(neighbours_considered=10, mirrored=mirrored), store))
        rough = pairs_of(find_neighbours(
            given, SearchSettings(neighbours_considered=10, mirrored=mirrored, index=index), store))
    shared = exact.keys() & rough.keys()
    assert len(shared) > 0.8 * len(exact)
    assert all(exact[p] == rough[p] for p in shared)


def test_a_factory_string_that_makes_no_sense_is_refused(tmp_path):
    with Store(tmp_path) as store, pytest.raises(SettingsError, match="factory string"):
        find_neighbours(items(films([30, 30], 8)), SearchSettings(index="Nonsense9"), store)


@pytest.mark.parametrize("strip", [32, 4096])
def test_all_pairs_below_a_distance(tmp_path, monkeypatch, strip):
    monkeypatch.setattr(search, "STRIP", strip)
    vectors = films([60, 1, 80, 40], 8, seed=4)
    with Store(tmp_path) as store:
        found = find_pairs_below(items(vectors), 0.9, SearchSettings(), store)
        everything = brute(vectors, 10_000)
        assert pairs_of(found).keys() == {p for p, d in everything.items() if d <= 0.9}
        first = [min((d for p, d in everything.items() if (p[0], p[2]) == (0, f)), default=9) for f in range(60)]
        near = np.nan_to_num(found.nearest[found.rows(0)], nan=9)
        assert near == pytest.approx([d if d <= 0.9 else 9 for d in first], rel=1e-5)
        with pytest.raises(SettingsError, match="More than 10 pairs"):
            find_pairs_below(items(vectors), 0.8, SearchSettings(), store, most=10)

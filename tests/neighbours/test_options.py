"""Approximate indexes."""

import pytest

from tests.made_up.fingerprints import films, items
from tests.neighbours.brute import pairs_of
from vrd_core.errors import SettingsError
from vrd_core.neighbours.find import find_neighbours
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
        rough = pairs_of(
            find_neighbours(given, SearchSettings(neighbours_considered=10, mirrored=mirrored, index=index), store)
        )
    shared = exact.keys() & rough.keys()
    assert len(shared) > 0.8 * len(exact)
    assert all(exact[p] == rough[p] for p in shared)


def test_a_factory_string_that_makes_no_sense_is_refused(tmp_path):
    with Store(tmp_path) as store, pytest.raises(SettingsError, match="factory string"):
        find_neighbours(items(films([30, 30], 8)), SearchSettings(index="Nonsense9"), store)

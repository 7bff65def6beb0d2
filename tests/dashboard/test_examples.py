import numpy as np

from dashboard.distances import examples
from dashboard.shell import data
from dashboard.shell.screen import Filters


def test_pairs_lie_where_they_were_asked_for(view):
    pairs, distances = examples.pairs_at_distance(view, 0.5, 1.2, 6, seed=0)
    assert len(pairs) == 6
    assert distances == sorted(distances)
    for (a, fa, b, fb), distance in zip(pairs, distances, strict=True):
        assert 0.5 <= distance <= 1.2
        apart = ((view.vectors(a)[fa] - view.vectors(b)[fb]) ** 2).sum()
        assert abs(apart - distance) < 1e-3


def test_a_seed_gives_the_same_pairs_and_another_one_others(view):
    first = examples.pairs_at_distance(view, 0.5, 1.5, 6, seed=0)
    data.st.cache_data.clear()
    assert examples.pairs_at_distance(view, 0.5, 1.5, 6, seed=0) == first
    assert examples.pairs_at_distance(view, 0.5, 1.5, 6, seed=1) != first


def test_filters_hold_for_examples(view):
    pairs, _ = examples.pairs_at_distance(view, 0.0, 2.0, 8, 0, Filters(across=True).keep(view))
    assert all(a % 2 != b % 2 for a, _, b, _ in pairs)


def test_nothing_there_is_no_error(view):
    assert examples.pairs_at_distance(view, 90, 91, 6, 0) == ([], [])


def test_counts_agree_with_the_distances(view):
    keep = Filters(across=True).keep(view)
    for mask in (None, keep):
        counts = data.counts_below(view, 1.0, 40, mask)
        kept = (
            np.ones(len(view.neighbours), bool)
            if mask is None
            else np.repeat(mask, np.diff(view.neighbours.pair_starts))
        )
        distance = np.asarray(view.neighbours.distance)[kept]
        assert counts.sum() == len(distance)
        assert abs(int(counts[:20].sum()) - int((distance < 0.5).sum())) <= 1
        assert data.passing(view, 0.5, mask) == (distance <= np.float32(0.5)).sum()

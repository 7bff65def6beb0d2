import numpy as np
import pytest

from dashboard.shell.screen import Filters
from vrd_core.project.found import Sequence


@pytest.fixture
def found(view):
    return view.find_sequences(max_distance=0.05, shortest_sequence=5)


def pairs(found):
    return {(s.a, s.b) for s in found}


def test_no_filter_leaves_everything(found):
    assert Filters().apply(found) is found


def test_a_video_may_be_on_either_side(found):
    name = found.view.videos[4].name
    left = Filters(videos=(name,)).apply(found)
    assert pairs(left) == {p for p in pairs(found) if 4 in p}
    assert len(left) > 0


def test_among_videos_means_both_sides(found):
    names = tuple(found.view.videos[v].name for v in (0, 1, 4))
    assert pairs(Filters(videos=names, both=True).apply(found)) <= {(0, 1), (0, 4), (1, 4)}


def test_a_collection_may_be_on_either_side(found):
    left = Filters(collections=("films",)).apply(found)
    assert pairs(left) == {(a, b) for a, b in pairs(found) if a % 2 or b % 2}


def test_matches_within_one_collection_can_be_left_out(found):
    left = Filters(across=True).apply(found)
    assert pairs(left) == {(a, b) for a, b in pairs(found) if a % 2 != b % 2}
    assert pairs(left) < pairs(found)


def test_long_sequences_can_be_left_out(found):
    left = Filters(longest=10).apply(found)
    assert {s.sequence for s in left} == {s.sequence for s in found if s.seconds <= 10}


def test_the_histogram_gets_the_same_pairs_of_videos(view):
    keep = Filters(across=True).keep(view)
    both = view.neighbours.pair_videos
    assert np.array_equal(keep, both[:, 0] % 2 != both[:, 1] % 2)
    assert Filters(longest=3).keep(view) is None


def test_a_name_of_a_link_describes_its_stretch(found):
    for sequence in found:
        again = Sequence.parse(sequence.sequence, found.view)
        assert again is not None
        for what in ("a", "b", "first_a", "last_a", "first_b", "last_b", "start_a", "end_b", "video_a", "video_b"):
            assert getattr(again, what) == getattr(sequence, what)


@pytest.mark.parametrize("name", ["", "nonsense", "a-1-b-2-3", "a-1-b-2-3-4", "../..-0-x-0-1"])
def test_a_wrong_name_of_a_link_is_no_stretch(view, name):
    assert Sequence.parse(name, view) is None


def test_a_stretch_beyond_the_end_of_a_film_is_none(view):
    one, other = view.videos[0], view.videos[1]
    assert Sequence.parse(f"{one.content_id[:10]}-80-{other.content_id[:10]}-0-20", view) is None

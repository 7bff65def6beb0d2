import numpy as np
import pytest

from dashboard.parts import alignment
from vrd_core.project.found import Sequence


@pytest.fixture
def found(view):
    return view.find_sequences(max_distance=0.05, shortest_sequence=5)


def moved_on(sequence, start_b=0, end_b=0):
    """Return the name of a sequence with other times, in seconds, on the side of B."""
    *side_a, label, start, end = sequence.sequence.split("-")
    return "-".join([*side_a, label, str(int(start) + 1000 * start_b), str(int(end) + 1000 * end_b)])


def test_distances_along_a_sequence_are_those_of_the_vectors(found):
    for sequence in list(found)[:5]:
        line = alignment.aligned(found, sequence)
        one, other = found.view.vectors(sequence.a), found.view.vectors(sequence.b)
        wanted = ((one[line.frame_a] - other[line.frame_b]) ** 2).sum(1)
        assert line.distance == pytest.approx(wanted, rel=1e-4, abs=1e-5)
        assert line.mean == pytest.approx(sequence.mean_distance, rel=1e-4)
        assert line.deviating(0.05).sum() == sequence.deviating_frames


def test_a_margin_stays_inside_both_films(found):
    sequence = next(s for s in found if s.first_b < 5)
    line = alignment.aligned_with_margin(found, sequence, 50)
    assert line.frame_a.min() >= 0
    assert line.frame_b.min() == 0
    assert np.array_equal(line.frame_b - line.frame_a, np.full(len(line), sequence.first_b - sequence.first_a))


def test_the_right_shift_has_the_lowest_mean(found):
    sequence = next(s for s in found if (s.a, s.first_a) == (0, 10))
    moved = Sequence.parse(moved_on(sequence, start_b=3, end_b=3), found.view)
    shifts, means = alignment.by_shift(found, moved, 6)
    assert shifts[int(np.nanargmin(means))] == -3


def test_a_link_may_describe_stretches_of_different_lengths(found):
    sequence = next(s for s in found if (s.a, s.first_a) == (0, 10))
    slow = Sequence.parse(moved_on(sequence, end_b=-10), found.view)
    line = alignment.aligned(found, slow)
    assert (line.frame_a[0], line.frame_a[-1]) == (sequence.first_a, sequence.last_a)
    assert (line.frame_b[0], line.frame_b[-1]) == (sequence.first_b, sequence.last_b - 10)
    assert len(line) == sequence.frames


def test_masked_frames_count_neither_way(found, monkeypatch):
    sequence = found[0]
    usable = np.array(found.view.neighbours._usable)
    usable[found.view.neighbours.rows(sequence.a).start + sequence.first_a] = False
    monkeypatch.setattr(found.view.neighbours, "_usable", usable)
    line = alignment.aligned(found, sequence)
    assert np.isnan(line.distance).tolist() == [True] + [False] * (len(line) - 1)
    assert not line.deviating(0.0)[np.isnan(line.distance)].any()

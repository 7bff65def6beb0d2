"""Faults of the original toolkit that must not come back, and the other words of the design, one by one."""

import numpy as np
import pytest

from tests.sequences.drawn import artefact, rows_of, vectors_for
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SequenceSettings


@pytest.fixture
def find(tmp_path):
    """Return find(pairs, counts, **settings) -> list of tuples."""

    def call(pairs, counts=(60, 60), *, masked=(), vectors=None, fps=1.0, mirrored=(), **values):
        wanted = SequenceSettings(**{"max_distance": 1.0, **values})
        neighbours = artefact(tmp_path, pairs, counts, masked, mirrored)
        return rows_of(find_sequences(neighbours, wanted, fps=fps, vectors=vectors or vectors_for(counts)))

    return call


def run(first_a, first_b, length, distance=0.5, a=0, b=1, without=()):
    return {(a, b, first_a + i, first_b + i): distance for i in range(length) if i not in without}


def test_mean_distance_is_not_doubled_and_not_above_the_threshold(find):
    assert find(run(5, 9, 8, 0.75)) == [(0, 1, 5, 12, 9, 16, 8, 0, 0.75)]


def test_frames_at_distance_zero_match(find):
    assert find(run(5, 9, 8, 0.0), max_distance=0) == [(0, 1, 5, 12, 9, 16, 8, 0, 0.0)]


def test_the_first_frame_of_a_later_run_on_a_diagonal_is_kept(find):
    assert [f[2:4] for f in find(run(5, 9, 8) | run(30, 34, 6) | run(46, 50, 7))] == [(5, 12), (30, 35), (46, 52)]


def test_overlapping_sequences_are_not_merged_into_a_box(find):
    found = find(run(5, 9, 20, 0.5) | run(10, 16, 12, 0.1))
    assert found == [(0, 1, 5, 24, 9, 28, 20, 0, 0.5)]
    assert len(find(run(5, 9, 20, 0.5) | run(10, 16, 12, 0.1), combine_overlap=False, drop_echoes=False)) == 2


def test_a_tie_in_hits_goes_to_the_lower_mean(find):
    assert find(run(5, 9, 10, 0.5) | run(5, 10, 10, 0.25)) == [(0, 1, 5, 14, 10, 19, 10, 0, 0.25)]


def test_offsets_four_apart_are_two_reuses(find):
    assert len(find(run(5, 9, 10) | run(5, 13, 10))) == 2
    assert len(find(run(5, 9, 10) | run(5, 12, 10))) == 1


@pytest.mark.parametrize(
    ("offset", "distance", "sequences"),
    [
        (8, 0.5, 1),  # a shot against a later moment of itself, five times as far
        (8, 0.15, 2),  # nearly as close: the stretch may well be there twice
        (21, 0.5, 2),
    ],
)  # elsewhere in the other video: used again
def test_echoes_are_left_out(find, offset, distance, sequences):
    pairs = run(5, 5, 10, 0.1) | run(5, 5 + offset + 5, 10, distance)
    assert len(find(pairs)) == sequences
    assert len(find(pairs, drop_echoes=False)) == 2


def test_runs_stay_inside_their_videos(find):
    # The end of film 0 and the start of film 1 against film 2, at offsets that would continue each other.
    pairs = run(15, 10, 5, a=0, b=2) | run(0, 15, 5, a=1, b=2)
    assert [f[:6] for f in find(pairs, (20, 20, 40))] == [(0, 2, 15, 19, 10, 14), (1, 2, 0, 4, 15, 19)]


def test_runs_that_touch_both_ends_of_both_videos(find):
    assert find(run(0, 0, 30), (30, 30))[0][2:6] == (0, 29, 0, 29)


@pytest.mark.parametrize(("missing", "sequences"), [(2, 1), (3, 2)])
def test_skips_of_exactly_and_one_more_than_allowed(find, missing, sequences):
    assert len(find(run(5, 5, 6) | run(11 + missing, 11 + missing, 6), allow_skip=2)) == sequences


def test_skips_are_not_unlimited_in_number(find):
    # Every third frame matches: never more than two in a row are missing, and yet most are.
    assert find({(0, 1, f, f): 0.5 for f in range(0, 60, 3)}, allow_skip=2) == []
    assert len(find({(0, 1, f, f): 0.5 for f in range(0, 60, 2)}, allow_skip=2)) == 1


def test_the_mean_counts_deviating_frames(find):
    vectors = [np.zeros((60, 1), np.float32), np.zeros((60, 1), np.float32)]
    vectors[1][12] = 3
    found = find(run(5, 9, 8, 0.5, without=(3, 5)) | {(0, 1, 10, 14): 2.5}, vectors=lambda v: vectors[v])
    assert found == [(0, 1, 5, 12, 9, 16, 6, 2, pytest.approx((6 * 0.5 + 9 + 2.5) / 8))]


def test_without_vectors_an_unknown_deviation_is_no_number(tmp_path):
    neighbours = artefact(tmp_path, run(5, 9, 8, without=(3,)), (60, 60))
    assert np.isnan(find_sequences(neighbours, SequenceSettings(max_distance=1), fps=1).mean_distance).all()


def test_masked_frames_count_neither_way(find):
    pairs = run(5, 9, 4) | run(19, 23, 4)
    masked = {(0, f) for f in range(9, 16)} | {(1, f) for f in range(18, 23)}
    assert find(pairs, masked=masked, vectors=vectors_for((60, 60))) == [(0, 1, 5, 22, 9, 26, 8, 0, 0.5)]


def test_two_reuses_of_one_stretch(find):
    assert [f[2:6] for f in find(run(5, 0, 10) | run(5, 40, 10))] == [(5, 14, 0, 9), (5, 14, 40, 49)]


def test_stills_and_short_videos_need_no_length(find):
    assert [f[:6] for f in find({(0, 1, 0, 17): 0.5}, (1, 60))] == [(0, 1, 0, 0, 17, 17)]
    assert len(find(run(0, 7, 3), (4, 60))) == 1
    assert find(run(0, 7, 4), (5, 60)) == []


def test_shortest_sequence_is_in_seconds(find):
    assert len(find(run(0, 0, 10), fps=2.0, shortest_sequence=5)) == 1
    assert find(run(0, 0, 9), fps=2.0, shortest_sequence=5) == []


def test_mirrored_where_most_hits_are(find, tmp_path):
    pairs = run(5, 9, 8) | run(30, 34, 8)
    neighbours = artefact(tmp_path, pairs, (60, 60), mirrored=set(run(5, 9, 5)) | set(run(30, 34, 4)))
    assert find_sequences(neighbours, SequenceSettings(max_distance=1), fps=1).mirrored.tolist() == [True, False]


def test_pairs_of_videos_can_be_left_out(tmp_path):
    neighbours = artefact(tmp_path, run(5, 9, 8) | run(5, 9, 8, a=0, b=2) | run(5, 9, 8, a=1, b=2), (60, 60, 60))
    found = find_sequences(
        neighbours, SequenceSettings(max_distance=1), fps=1, pairs=(neighbours.pair_videos == 0).any(axis=1)
    )
    assert found.video_b.tolist() == [1, 2]
    assert (found.alignment(0) == np.stack([np.arange(5, 13), np.arange(9, 17)], axis=1)).all()


def test_nothing_below_the_threshold(find):
    assert find(run(5, 9, 8), max_distance=0.1) == []
    assert find({}) == []

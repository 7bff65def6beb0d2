"""Faults of the original toolkit that must not come back, and what step 4 does with odd input."""

import numpy as np
import pytest

from tests.sequences.drawn import artefact, rows_of
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SequenceSettings


@pytest.fixture
def find(tmp_path):
    """Return find(pairs, counts, **settings) -> list of tuples. Pairs that are not given are no neighbours."""

    def call(pairs, counts=(60, 60), *, masked=(), vectors=None, fps=1.0, **values):
        wanted = SequenceSettings(**{"max_distance": 1.0, **values})
        return rows_of(find_sequences(artefact(tmp_path, pairs, counts, masked), wanted, fps=fps, vectors=vectors))

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
    pairs = run(5, 9, 20, 0.5) | run(10, 16, 12, 0.25)
    assert find(pairs) == [(0, 1, 5, 24, 9, 28, 20, 0, 0.5)]
    assert len(find(pairs, combine_overlap=False)) == 2


def test_of_two_with_the_same_evidence_the_nearer_stays(find):
    assert find(run(5, 9, 12, 0.5) | run(5, 10, 16, 0.625)) == [(0, 1, 5, 16, 9, 20, 12, 0, 0.5)]


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


@pytest.mark.parametrize("distance", [1.25, 9.0])
def test_one_wrong_frame_is_not_the_end(find, distance):
    # A cut that falls between two stills of one video and on a still of the other.
    assert [f[2:8] for f in find(run(5, 9, 12, without=(6,)) | {(0, 1, 11, 15): distance})] == [(5, 16, 9, 20, 11, 1)]


def test_the_mean_counts_deviating_frames(find):
    pairs = run(5, 9, 8, 0.5, without=(5,)) | {(0, 1, 10, 14): 1.25}
    assert find(pairs) == [(0, 1, 5, 12, 9, 16, 7, 1, (7 * 0.5 + 1.25) / 8)]


def test_pairs_that_are_no_neighbours_are_scored_from_the_fingerprints(find):
    films = [np.arange(60, dtype=np.float32)[:, None] * 10, np.full((60, 1), -1e4, np.float32)]
    films[1][9:17] = films[0][5:13]
    films[1][12] += 1.1
    films[1][14] += 0.5
    found = find(run(5, 9, 8, 0.0, without=(3, 5)), vectors=films.__getitem__)
    assert found == [(0, 1, 5, 12, 9, 16, 7, 1, pytest.approx((1.1**2 + 0.5**2) / 8, rel=1e-4))]


def test_without_vectors_an_unknown_deviation_is_no_number(tmp_path):
    neighbours = artefact(tmp_path, run(5, 9, 8, without=(3,)), (60, 60))
    assert np.isnan(find_sequences(neighbours, SequenceSettings(max_distance=1), fps=1).mean_distance).all()


def test_masked_frames_count_neither_way(find):
    pairs = run(5, 9, 4) | run(19, 23, 4)
    masked = {(0, f) for f in range(9, 16)} | {(1, f) for f in range(18, 23)}
    assert find(pairs, masked=masked) == [(0, 1, 5, 22, 9, 26, 8, 0, 0.5)]


def test_two_reuses_of_one_stretch(find):
    assert [f[2:6] for f in find(run(5, 0, 10) | run(5, 40, 10))] == [(5, 14, 0, 9), (5, 14, 40, 49)]


def test_a_still_needs_no_length(find):
    assert [f[:6] for f in find({(0, 1, 0, 17): 0.5}, (1, 60))] == [(0, 1, 0, 0, 17, 17)]
    assert [f[:6] for f in find({(0, 1, 17, 0): 0.5}, (60, 1))] == [(0, 1, 17, 17, 0, 0)]


def test_shortest_sequence_is_in_seconds(find):
    assert len(find(run(0, 0, 10), fps=2.0, shortest_sequence=5)) == 1
    assert find(run(0, 0, 9), fps=2.0, shortest_sequence=5) == []


def test_mirrored_where_most_hits_are(tmp_path):
    pairs = run(5, 9, 8) | run(30, 34, 8)
    upright = [np.arange(60, dtype=np.float32)[:, None] * 10, np.full((60, 1), -1e4, np.float32)]
    flipped = [upright[0] + 1e3, np.full((60, 1), 1e4, np.float32)]
    for begin, count in ((5, 5), (30, 4)):  # of eight each
        upright[1][begin + 4 : begin + 12] = upright[0][begin : begin + 8]
        upright[1][begin + 4 : begin + 4 + count] = flipped[0][begin : begin + count]
    neighbours = artefact(tmp_path, pairs, (60, 60), mirrored={(0, 1, 5, 9)})
    table = find_sequences(
        neighbours,
        SequenceSettings(max_distance=1),
        fps=1,
        vectors=upright.__getitem__,
        mirrored_vectors=flipped.__getitem__,
    )
    assert table.first_a.tolist() == [5, 30]
    assert table.mirrored.tolist() == [True, False]


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

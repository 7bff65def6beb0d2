"""The metric against cases worked out by hand."""

import math

import pytest

from vrd_core.evaluation.metric import evaluate
from vrd_core.evaluation.truth import Reuse


def box(start_a, end_a, start_b, end_b, a="a.mp4", b="b.mp4", **more):
    return Reuse(a, start_a, end_a, b, start_b, end_b, **more)


def test_the_truth_itself_scores_one():
    truth = [box(0, 10, 20, 30, edit="none"), box(5, 15, 0, 10, b="c.mp4", edit="grey")]
    result = evaluate(truth, truth)
    assert (result.precision, result.recall, result.f) == (1, 1, 1)
    assert (result.pairs_hit, result.pairs_missed, result.pairs_false) == (2, 0, 0)
    assert result.offset_error == 0
    assert result.stretches.share == 1
    assert result.false_sequences == 0


def test_half_a_box_on_both_axes():
    # True 10 s; found 10 s, shifted by 5 s along the diagonal: half is covered on each axis.
    result = evaluate([box(5, 15, 25, 35)], [box(0, 10, 20, 30)])
    assert result.precision == pytest.approx(0.5 * 0.5)
    assert result.recall == pytest.approx(0.5 * 0.5)
    assert result.f == pytest.approx(0.25)
    assert result.offset_error == 0


def test_too_short_costs_recall_only():
    result = evaluate([box(2, 8, 22, 28)], [box(0, 10, 20, 30)])
    assert result.precision == 1
    assert result.recall == pytest.approx(0.6 * 0.6)


def test_too_long_costs_precision_only():
    result = evaluate([box(0, 20, 20, 40)], [box(0, 10, 20, 30)])
    assert result.precision == pytest.approx(0.5 * 0.5)
    assert result.recall == 1


def test_two_found_boxes_in_one_true_box_count_their_union():
    # [0, 6] and [4, 10] cover all of the ten true seconds once; every found second is right.
    result = evaluate([box(0, 6, 20, 26), box(4, 10, 24, 30)], [box(0, 10, 20, 30)])
    assert (result.precision, result.recall) == (1, 1)


def test_a_box_beside_counts_for_its_length():
    # One of two equally long found boxes is right: (10 + 0) / 20 on each axis.
    result = evaluate([box(0, 10, 20, 30), box(50, 60, 70, 80)], [box(0, 10, 20, 30)])
    assert result.precision == pytest.approx(0.25)
    assert result.recall == 1
    assert result.false_sequences == 1
    assert result.found_right == (True, False)


def test_overlap_on_one_axis_only_is_no_hit():
    result = evaluate([box(0, 10, 50, 60)], [box(0, 10, 20, 30)])
    assert (result.precision, result.recall, result.f) == (0, 0, 0)
    assert (result.pairs_hit, result.pairs_missed, result.pairs_false) == (0, 1, 1)
    assert math.isnan(result.offset_error)


def test_boxes_that_only_touch_do_not_hit():
    assert evaluate([box(10, 20, 30, 40)], [box(0, 10, 20, 30)]).pairs_hit == 0


def test_means_are_over_pairs_of_videos():
    # Pair ab found in full, pair ac not found, pair ad found and not true: precision (1 + 0) / 2, recall (1 + 0) / 2.
    truth = [box(0, 10, 0, 10), box(0, 90, 0, 90, b="c.mp4")]
    found = [box(0, 10, 0, 10), box(0, 90, 0, 90, b="d.mp4")]
    result = evaluate(found, truth)
    assert (result.precision, result.recall, result.f) == (0.5, 0.5, 0.5)
    assert (result.pairs_hit, result.pairs_missed, result.pairs_false) == (1, 1, 1)


def test_a_found_box_over_two_true_ones():
    # Found [0, 30] x [0, 30], true [0, 10] and [20, 30] on the same diagonal: 20 of 30 s on each axis.
    result = evaluate([box(0, 30, 0, 30)], [box(0, 10, 0, 10), box(20, 30, 20, 30)])
    assert result.precision == pytest.approx((20 / 30) ** 2)
    assert result.recall == 1


def test_sides_may_be_exchanged():
    result = evaluate([box(20, 30, 0, 10, a="b.mp4", b="a.mp4")], [box(0, 10, 20, 30)])
    assert (result.precision, result.recall, result.offset_error) == (1, 1, 0)
    mixed = evaluate([box(0, 10, 20, 30), box(20, 30, 0, 10, a="b.mp4", b="a.mp4")], [box(0, 10, 20, 30)])
    assert (mixed.precision, mixed.recall, mixed.pairs_hit) == (1, 1, 1)


def test_offset_of_a_stretch_at_another_speed_is_taken_in_the_middle():
    # b runs at 1.5 times: at a = 5 the truth says 7.5; the found line of speed 1 from (0, 3) says 8.
    result = evaluate([box(0, 10, 3, 13)], [box(0, 10, 0, 15)])
    assert result.offset_error == pytest.approx(0.5)


def test_found_means_within_two_seconds():
    truth = [box(0, 10, 20, 30, edit="crop+grey"), box(0, 10, 20, 30, b="c.mp4", edit="crop")]
    found = [box(0, 10, 21.9, 31.9), box(0, 10, 22.1, 32.1, b="c.mp4")]
    result = evaluate(found, truth)
    assert result.true_found == (True, False)
    assert result.by_edit["crop"].planted == 2
    assert result.by_edit["crop"].found == 1
    assert result.offset_error == pytest.approx(2.0)


def test_pieces_of_one_stretch_are_one():
    truth = [
        box(0, 6, 20, 26, edit="recut", stretch="s1"),
        box(6, 12, 0, 6, edit="recut", stretch="s1"),
        box(30, 36, 0, 6, edit="recut", stretch="s2"),
    ]
    result = evaluate([box(6, 12, 0, 6)], truth)
    assert result.by_edit["recut"].planted == 2
    assert result.by_edit["recut"].found == 1


def test_nothing_found():
    result = evaluate([], [box(0, 10, 20, 30)])
    assert (result.precision, result.recall, result.f) == (0, 0, 0)
    assert result.pairs_missed == 1


def test_nothing_true():
    result = evaluate([box(0, 10, 20, 30)], [])
    assert result.precision == 0
    assert math.isnan(result.recall)
    assert math.isnan(result.f)
    assert result.false_sequences == 1
    assert math.isnan(evaluate([], []).precision)

"""What the metric says of ends, and of held shots that need not be found."""

import math

import pytest

from vrd_core.evaluation.metric import end_error, evaluate
from vrd_core.evaluation.truth import Reuse

TRUE = Reuse("a", 10, 20, "b", 30, 40, "grey")
HELD = Reuse("a", 50, 66, "b", 60, 68, "held+none")


def test_end_error_is_the_median_over_all_four_ends():
    found = Reuse("a", 10.5, 20.25, "b", 30.5, 40.25)
    assert end_error([found], [TRUE]) == pytest.approx(0.375)


def test_the_row_that_covers_most_is_compared():
    near, far = Reuse("a", 10, 20, "b", 31, 41), Reuse("a", 10, 11, "b", 30, 31)
    assert end_error([far, near], [TRUE]) == pytest.approx(0.5)


def test_sides_may_be_exchanged():
    found = Reuse("b", 30.5, 40.25, "a", 10.5, 20.25)
    assert end_error([found], [TRUE]) == pytest.approx(0.375)


def test_no_error_where_nothing_right_is_found():
    assert math.isnan(end_error([], [TRUE]))
    assert math.isnan(end_error([Reuse("a", 40, 50, "b", 0, 10), Reuse("a", 10, 20, "c", 30, 40)], [TRUE]))
    assert math.isnan(end_error([HELD], [HELD]))


def test_a_held_shot_that_is_missed_costs_nothing():
    result = evaluate([TRUE], [TRUE, HELD])
    assert (result.f, result.precision, result.recall) == (1, 1, 1)
    assert "held" not in result.by_edit
    assert result.true_found == (True, True)


def test_a_held_shot_that_is_found_is_not_false():
    on_held = Reuse("b", 60, 67, "a", 56, 57)
    result = evaluate([on_held, TRUE], [HELD, TRUE])
    assert (result.f, result.false_sequences, result.pairs_false) == (1, 0, 0)
    assert result.found_right == (True, True)


def test_what_touches_held_and_counted_rows_is_scored_as_usual():
    long = Reuse("a", 10, 60, "b", 30, 70)
    both, alone = evaluate([long], [TRUE, HELD]), evaluate([long], [TRUE])
    assert both.precision == alone.precision < 1
    assert both.recall == alone.recall == 1


def test_what_is_beside_a_held_shot_is_false():
    beside = Reuse("a", 50, 58, "b", 80, 88)
    result = evaluate([beside, TRUE], [HELD, TRUE])
    assert result.found_right == (False, True)
    assert result.precision < 1


def test_only_held_shots():
    nothing = evaluate([], [HELD])
    assert math.isnan(nothing.f)
    assert evaluate([Reuse("a", 55, 60, "b", 60, 65)], [HELD]).false_sequences == 0
    assert evaluate([Reuse("a", 0, 5, "b", 0, 5)], [HELD]).false_sequences == 1

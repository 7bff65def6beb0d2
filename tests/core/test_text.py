"""Distances, times and counts as people read them."""

import numpy as np
import pytest

from vrd_core.text import clock, count, four_digits


@pytest.mark.parametrize("value", [0.0, 1.0, 0.012345, 125.0, 99999.0, 1.2345e-7, 2.71828e9, float("inf")])
def test_four_digits_are_never_in_scientific_notation(value):
    assert four_digits(value) == np.format_float_positional(float(f"{value:.4g}"), trim="-")


def test_an_unknown_distance_is_nan():
    assert four_digits(float("nan")) == "nan"
    assert four_digits(np.float32(0.5)) == "0.5"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00:00"), (59.94, "0:00:59.9"), (59.96, "0:01:00"), (3725.5, "1:02:05.5")]
)
def test_times_are_hours_minutes_and_seconds(seconds, text):
    assert clock(seconds) == text


def test_counts_agree_with_their_nouns():
    assert [count(n, "sequence") for n in (0, 1, 1200)] == ["0 sequences", "1 sequence", "1,200 sequences"]

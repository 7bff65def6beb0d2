"""Precision and recall over the threshold."""

from types import SimpleNamespace

import numpy as np
import pytest

from vrd_core.evaluation.curve import best, candidate_thresholds, curve_of, reuse_of, sweep
from vrd_core.evaluation.truth import Reuse

TRUTH = [Reuse("a", 0, 10, "b", 20, 30)]


def find(threshold):
    """Find the truth from 0.4 on, and something false beside it from 0.7 on."""
    return TRUTH * (threshold >= 0.4) + [Reuse("a", 0, 10, "c", 0, 10)] * (threshold >= 0.7)


def test_points_rise_and_the_best_is_in_the_middle_of_its_plateau():
    points = sweep(find, TRUTH, [0.9, 0.1, 0.4, 0.5, 0.6])
    assert [p.threshold for p in points] == [0.1, 0.4, 0.5, 0.6, 0.9]
    assert [p.sequences for p in points] == [0, 1, 1, 1, 2]
    assert best(points).threshold == 0.5


def test_a_sweep_ends_where_everything_is_found():
    points = sweep(lambda t: TRUTH * (1000 if t > 0.5 else 1), TRUTH, np.linspace(0, 1, 11).tolist())
    assert points[-1].threshold == pytest.approx(0.6)


def test_thresholds_to_try_come_from_the_nearest_distances():
    nearest = np.concatenate([np.linspace(0.2, 1.2, 400), [np.nan]]).astype(np.float32)
    neighbours = SimpleNamespace(nearest=nearest)
    thresholds = candidate_thresholds(neighbours)
    assert thresholds == sorted(thresholds)
    assert 0.19 < thresholds[0] < 0.25
    assert thresholds[-1] > 1.2
    curve = curve_of(find, TRUTH, neighbours, 0.1)
    assert curve.best.evaluation.f == 1
    assert curve.automatic.threshold == 0.1
    assert curve.automatic in curve.points
    assert len(curve.points) > 20
    assert [p.threshold for p in curve.points] == sorted(p.threshold for p in curve.points)
    assert curve_of(find, TRUTH, neighbours, None).automatic is None
    assert candidate_thresholds(SimpleNamespace(nearest=np.array([np.nan], np.float32))) == []


def test_rows_of_a_table_of_sequences():
    def column(*values):
        return np.array(values)

    columns = {
        "video_a": column(0),
        "video_b": column(1),
        "start_a": column(1.0),
        "end_a": column(3.25),
        "start_b": column(4.5),
        "end_b": column(6.75),
        "mean_distance": column(0.25),
    }
    table = type("Table", (), {**columns, "__len__": lambda self: 1})()
    assert reuse_of(table, ["x", "y"]) == [Reuse("x", 1.0, 3.25, "y", 4.5, 6.75, mean_distance=0.25)]

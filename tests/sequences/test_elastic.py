"""Reuse at another speed."""

import numpy as np
import pytest

from benchmarks.planted import ends_found, library
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SearchSettings, SequenceSettings


def find(vectors, tmp_path, alignment, threshold=0.35):
    from tests.made_up.fingerprints import items
    from vrd_core.neighbours.find import find_neighbours
    from vrd_core.store import Store

    with Store(tmp_path) as store:
        neighbours = find_neighbours(items(vectors), SearchSettings(neighbours_considered=50), store)
    return find_sequences(
        neighbours, SequenceSettings(max_distance=threshold, alignment=alignment), fps=1, vectors=lambda v: vectors[v]
    )


@pytest.mark.parametrize("speed", [0.8, 25 / 24, 1.5])
def test_planted_speeds_are_found_with_both_ends(tmp_path, speed):
    for seed in range(3):
        vectors, truth = library(seed, speed)
        table = find(vectors, tmp_path / str(seed), "elastic")
        assert ends_found(truth, table) == len(table) == len(truth)


def test_rigid_alignment_loses_another_speed(tmp_path):
    vectors, truth = library(0, 1.5)
    assert ends_found(truth, find(vectors, tmp_path, "rigid")) == 0


def test_speed_and_alignment_are_told(tmp_path):
    vectors, truth = library(0, 1.5)
    table = find(vectors, tmp_path, "elastic")
    row = int(np.flatnonzero((table.video_a == truth[0][0]) & (table.speed > 1.1))[0])
    assert table.speed[row] == pytest.approx(1.5, abs=0.1)
    path = table.alignment(row)
    assert path[0].tolist() == [table.first_a[row], table.first_b[row]]
    assert path[-1].tolist() == [table.last_a[row], table.last_b[row]]
    assert (np.diff(path, axis=0) >= 0).all()
    assert len(path) == table.hits[row] + table.deviating[row]
    apart = ((vectors[0][path[:, 0]] - vectors[1][path[:, 1]]) ** 2).sum(axis=1)
    # The path is told in whole stills between its ends, the mean is that of the line itself.
    assert table.mean_distance[row] == pytest.approx(apart.mean(), abs=0.1)


def test_what_runs_at_one_speed_is_as_rigid_says(tmp_path):
    vectors, truth = library(1, 1.0)
    rigid, elastic = find(vectors, tmp_path, "rigid"), find(vectors, tmp_path, "elastic")
    assert ends_found(truth, elastic) == len(truth)
    assert len(elastic) == len(rigid)
    assert elastic.first_a.tolist() == rigid.first_a.tolist()


@pytest.mark.parametrize("threshold", [0.5, 0.65])
def test_no_more_false_sequences_than_rigid(tmp_path, threshold):
    totals = {"rigid": 0, "elastic": 0}
    for seed in range(3):
        vectors, _ = library(100 + seed, None)
        for alignment in totals:
            totals[alignment] += len(find(vectors, tmp_path / str(seed), alignment, threshold))
    assert totals["elastic"] <= totals["rigid"]

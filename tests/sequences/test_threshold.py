"""max_distance="auto"."""

import numpy as np
import pytest

from benchmarks.planted import ends_found, library
from tests.made_up.fingerprints import films, items
from vrd_core.errors import ThresholdError
from vrd_core.neighbours.find import find_neighbours
from vrd_core.sequences.find import find_sequences
from vrd_core.sequences.threshold import automatic_threshold
from vrd_core.settings import SearchSettings, SequenceSettings
from vrd_core.store import Store


def neighbours(vectors, folder):
    with Store(folder) as store:
        return find_neighbours(items(vectors), SearchSettings(neighbours_considered=50), store)


@pytest.mark.parametrize("scale", [1.0, 17.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_planted_reuse_is_found_whatever_the_unit(tmp_path, seed, scale):
    vectors, truth = library(seed, 1.0)
    found = neighbours([v * np.float32(scale) for v in vectors], tmp_path)
    threshold = automatic_threshold(found)
    table = find_sequences(found, SequenceSettings(), fps=1)
    assert ends_found(truth, table) == len(truth)
    assert 0.3 < threshold.value / scale**2 < 1.0
    assert f"{threshold.value:.4g}" in threshold.reason


@pytest.mark.parametrize("seed", [100, 101, 102, 103])
def test_films_that_share_nothing_give_almost_nothing(tmp_path, seed):
    vectors, _ = library(seed, None)
    assert len(find_sequences(neighbours(vectors, tmp_path), SequenceSettings(), fps=1)) <= 4


def test_a_library_that_is_mostly_copies(tmp_path):
    vectors = films([300, 200], 32, seed=1)
    found = neighbours([*vectors, vectors[0].copy(), vectors[1].copy()], tmp_path)
    table = find_sequences(found, SequenceSettings(), fps=1)
    whole = (table.last_a - table.first_a + 1) >= 200
    assert sorted(zip(table.video_a[whole].tolist(), table.video_b[whole].tolist(), strict=True)) == [(0, 2), (1, 3)]


def test_too_few_frames_ask_for_a_number(tmp_path):
    found = neighbours(films([30, 40], 8), tmp_path)
    with pytest.raises(ThresholdError, match=r"at least 100 frames.*Received: 70\. Give max_distance as a number"):
        automatic_threshold(found)
    with pytest.raises(ThresholdError):
        find_sequences(found, SequenceSettings(), fps=1)


MEASURED = (0.55, 0.7, 0.85)
"""The least, usual and greatest threshold at which made-up fingerprints were measured to work."""


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("measured", [MEASURED, (0.05, 0.06, 0.07), (1.5, 1.6, 1.7)])
def test_a_measured_range_is_never_left(tmp_path, seed, measured):
    vectors, _ = library(seed, 1.0)
    found = automatic_threshold(neighbours(vectors, tmp_path), measured=measured)
    assert measured[0] <= found.value <= measured[2]
    assert f"from {measured[0]:g} to {measured[2]:g}" in found.reason


def test_within_the_measured_range_planted_reuse_is_found(tmp_path):
    vectors, truth = library(1, 1.0)
    found = neighbours(vectors, tmp_path)
    threshold = automatic_threshold(found, measured=MEASURED)
    table = find_sequences(found, SequenceSettings(max_distance=threshold.value), fps=1, vectors=vectors.__getitem__)
    assert ends_found(truth, table) == len(truth)


@pytest.mark.parametrize(
    ("counts", "why"), [([30, 40], "too few frames here"), ([300, 300], "show no clear sign of reuse")]
)
def test_where_films_say_nothing_the_usual_threshold_is_taken(tmp_path, counts, why):
    found = automatic_threshold(neighbours(films(counts, 8), tmp_path), measured=MEASURED)
    assert found.value == 0.7
    assert why in found.reason

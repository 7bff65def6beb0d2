"""What is found against films run backwards stands for what is found by chance."""

import numpy as np
import pytest

from vrd_core.chance import estimate_chance
from vrd_core.neighbours import SearchItem, find_neighbours
from vrd_core.settings import SearchSettings
from vrd_core.store import Store


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def films(rng, count=4, frames=120, dim=24):
    """Return films made of shots of ten frames that drift."""
    shots = rng.standard_normal((count, frames // 10, 1, dim))
    shots = shots + 0.3 * rng.standard_normal((count, frames // 10, 10, dim))
    return [unit(film.reshape(frames, dim)) for film in shots]


def chance(tmp_path, vectors, thresholds, **more):
    items = [SearchItem(key=f"{k}-{v.sum()}", video=k, collection="", vectors=v, usable=np.ones(len(v), bool))
             for k, v in enumerate(vectors)]
    return estimate_chance(find_neighbours(items, SearchSettings(), Store(tmp_path)), thresholds, **more)


@pytest.fixture
def rng():
    return np.random.default_rng(2)


def test_reuse_is_found_forwards(rng, tmp_path):
    vectors = films(rng)
    vectors[1][40:70] = vectors[0][10:40]
    found = chance(tmp_path, vectors, [0.01])[0]
    assert (found.forwards, found.backwards, found.events, found.chance_events) == (30, 0, 1, 0)


def test_film_run_backwards_is_found_backwards(rng, tmp_path):
    vectors = films(rng)
    vectors[1][40:70] = vectors[0][10:40][::-1]
    found = chance(tmp_path, vectors, [0.01])[0]
    assert (found.forwards, found.backwards, found.events, found.chance_events) == (0, 30, 0, 1)


def test_what_stands_still_says_nothing(rng, tmp_path):
    vectors = films(rng)
    vectors[0][10:40] = vectors[1][50:80] = vectors[0][10]
    found = chance(tmp_path, vectors, [0.01])[0]
    assert found.ties == 30
    assert (found.forwards, found.backwards) == (0, 0)


def test_unrelated_films_match_as_often_either_way(rng, tmp_path):
    found = chance(tmp_path, films(rng, count=8), [0.5, 0.9, 1.0])
    for level in found:
        assert abs(level.forwards - level.backwards) <= 4 * np.sqrt(10 * (level.forwards + level.backwards) + 10)
    assert found[-1].backwards > 50


def test_runs_are_those_of_step_4_by_default(rng, tmp_path):
    vectors = films(rng)
    vectors[1][40:44] = vectors[0][10:14]  # too short
    vectors[2][40:50] = vectors[0][60:70]
    vectors[2][44:46] = unit(rng.standard_normal((2, 24)))  # two may be skipped
    vectors[3][40:50] = vectors[0][90:100]
    vectors[3][44:47] = unit(rng.standard_normal((3, 24)))  # three may not
    found = chance(tmp_path, vectors, [0.001])[0]
    assert (found.forwards, found.events) == (10, 1)
    assert chance(tmp_path, vectors, [0.001], fps=2.0)[0].forwards == 10
    assert chance(tmp_path, vectors, [0.001], fps=2.2)[0].forwards == 0


def test_nothing_to_compare(rng, tmp_path):
    assert chance(tmp_path, films(rng, count=1), [0.5])[0].forwards == 0
    assert chance(tmp_path, films(rng, count=2), []) == []

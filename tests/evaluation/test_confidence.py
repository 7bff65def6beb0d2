"""A long, eventful and close sequence is more convincing than a short, unmoving or distant one."""

from types import SimpleNamespace

import numpy as np
import pytest

from vrd_core.evaluation.confidence import LEVELS, confidences, features
from vrd_core.project.found import Found
from vrd_core.sequences.table import SequenceTable
from vrd_core.settings import SequenceSettings

DIM = 32


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def vectors():
    """Two films: in the first minute every second is new, in the second nothing moves."""
    rng = np.random.default_rng(3)
    film = rng.standard_normal((120, DIM))
    film[60:] = film[60]
    return unit(film)


def found(vectors, *rows):
    """Return a Found of rows (first, last, deviating, mean distance), the same frames in both films."""
    first, last, deviating, mean = (np.array(column) for column in zip(*rows, strict=True))
    count = len(rows)
    table = SequenceTable(
        video_a=np.zeros(count, np.int32),
        video_b=np.ones(count, np.int32),
        first_a=first,
        last_a=last,
        first_b=first,
        last_b=last,
        start_a=first.astype(float),
        end_a=last + 1.0,
        start_b=first.astype(float),
        end_b=last + 1.0,
        evidence=np.ones(count, np.float32),
        hits=(last - first + 1 - deviating).astype(np.int32),
        deviating=deviating.astype(np.int32),
        mean_distance=mean.astype(np.float32),
        speed=np.ones(count, np.float32),
        mirrored=np.zeros(count, bool),
    )
    videos = [SimpleNamespace(name=name, content_id=name * 10, collection="") for name in "ab"]
    view = SimpleNamespace(
        videos=videos,
        label_of=lambda video: "ab"[video],
        fps=1.0,
        vectors=lambda _: vectors,
        neighbours=SimpleNamespace(distance=np.full(50, 1.5, np.float32)),
    )
    return Found(view=view, settings=SequenceSettings(max_distance=1.0), table=table)


def test_what_convinces(vectors):
    sure, short, still, far, holes = (
        c.share
        for c in confidences(
            found(vectors, (0, 29, 0, 0.1), (0, 4, 0, 0.1), (70, 99, 0, 0.1), (0, 29, 0, 0.9), (0, 29, 14, 0.1))
        )
    )
    assert sure > max(short, still, far)
    assert sure >= holes
    assert all(0 <= share <= 1 for share in (sure, short, still, far, holes))


def test_words_say_why(vectors):
    one = confidences(found(vectors, (0, 29, 3, 0.25)))[0]
    assert one.level in [name for _, name in LEVELS]
    assert one.words.startswith(one.level.capitalize())
    for part in ("30 s long", "distance 0.25", "about 1.5", "27 of 30 frames match"):
        assert part in one.words
    assert "every frame matches" in confidences(found(vectors, (0, 5, 0, 0.2)))[0].words


def test_nothing_found(vectors):
    empty = found(vectors, (0, 5, 0, 0.2))
    empty.table = empty.table.take(np.zeros(0, int))
    assert confidences(empty) == []
    assert features(empty).shape == (0, 3)

"""What goes where, before any film is touched."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from vrd_core.errors import SettingsError
from vrd_core.evaluation.edits import EDITS
from vrd_core.evaluation.plan import Source, Stretch, plan_documentaries, truth_of


def source(name, seconds, dull=()):
    mask = np.zeros(int(seconds * 2), bool)
    for start, end in dull:
        mask[int(start * 2) : int(end * 2)] = True
    return Source(f"archive/{name}", Path(name), seconds, mask)


SOURCES = [source("a", 90), source("b", 45, dull=[(10, 20)]), source("c", 30), source("d", 7)]
USUAL = {"seed": 3, "documentaries": 4, "stretches": 24, "shortest": 4.0, "longest": 20.0, "edits": tuple(EDITS)}


def stretches_of(plans):
    return [part for plan in plans for part in plan.parts if isinstance(part, Stretch)]


@pytest.mark.parametrize("seed", range(8))
def test_no_second_is_planted_more_than_twice(seed):
    uses = {s.name: np.zeros(int(s.seconds * 100) + 1, int) for s in SOURCES}
    for stretch in stretches_of(plan_documentaries(SOURCES, **USUAL | {"seed": seed})):
        for piece in stretch.pieces:
            assert piece.start >= 0
            assert piece.end <= piece.source.seconds
            uses[piece.source.name][int(piece.start * 100) + 1 : int(piece.end * 100)] += 1
    assert max(used.max() for used in uses.values()) <= 2


@pytest.mark.parametrize("seed", range(4))
def test_pieces_are_as_long_as_asked(seed):
    for stretch in stretches_of(plan_documentaries(SOURCES, **USUAL | {"seed": seed})):
        film = [piece for piece in stretch.pieces if not piece.held]
        assert len(film) == EDITS[stretch.edits[0]].pieces
        assert all(piece.frames >= 4.0 * 25 - 1 for piece in film)
        assert 1 <= len(stretch.edits) <= 2
        if len(film) == 1:
            assert stretch.frames <= 20.0 * 25 * 1.5


def test_edits_come_equally_often():
    count = Counter(
        s.edits[0] for s in stretches_of(plan_documentaries([source("long", 3000)], **USUAL | {"stretches": 54}))
    )
    assert set(count.values()) == {3}


def test_dull_film_is_not_taken():
    plans = plan_documentaries([source("b", 45, dull=[(10, 45)])], **USUAL)
    assert all(piece.end < 16 for s in stretches_of(plans) for piece in s.pieces)


def test_truth_names_what_two_documentaries_share():
    plans = plan_documentaries(SOURCES, **USUAL)
    rows = truth_of(plans)
    direct = [r for r in rows if r.video_a.startswith("archive/")]
    shared = [r for r in rows if not r.video_a.startswith("archive/")]
    assert {r.stretch for r in direct} == {s.name for s in stretches_of(plans)}
    assert shared
    for row in shared:
        one, two = row.stretch.split("/")
        middle = (row.start_a + row.end_a) / 2
        seconds = set()
        for name, at in ((one, middle), (two, row.at(middle))):
            piece = next(r for r in direct if r.stretch == name and r.start_b - 0.05 <= at <= r.end_b + 0.05)
            swapped = type(piece)(piece.video_b, piece.start_b, piece.end_b, piece.video_a, piece.start_a, piece.end_a)
            seconds.add((piece.video_a, round(swapped.at(at), 1)))
        assert len({video for video, _ in seconds}) == 1
        assert max(t for _, t in seconds) - min(t for _, t in seconds) < 0.11
    assert rows == [row.ordered() for row in rows]


def test_the_same_seed_plans_the_same():
    usual = truth_of(plan_documentaries(SOURCES, **USUAL))
    assert truth_of(plan_documentaries(SOURCES, **USUAL)) == usual
    assert truth_of(plan_documentaries(SOURCES, **USUAL | {"seed": 4})) != usual


def test_documentaries_without_reuse():
    plans = plan_documentaries(SOURCES, **USUAL | {"stretches": 0})
    assert truth_of(plans) == []
    assert all(plan.frames > 30 * 25 for plan in plans)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"edits": ("sepia",)}, "Received: sepia"),
        ({"edits": ()}, "Received: none"),
        ({"shortest": 9, "longest": 5}, "Received: 9 and 5"),
        ({"documentaries": 1}, "2 or more"),
    ],
)
def test_values_that_make_no_sense(values, says):
    with pytest.raises(SettingsError, match=says):
        plan_documentaries(SOURCES, **USUAL | values)

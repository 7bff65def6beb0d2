"""What goes where, before any film is touched."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from vrd_core.errors import SettingsError
from vrd_core.evaluation.edits import EDITS, FIRST_EDITS, LATER_EDITS
from vrd_core.evaluation.plan import Source, Stretch, plan_documentaries, truth_of, whole_room
from vrd_core.evaluation.structures import Structures, plan_structures


def source(name, seconds, dull=()):
    mask = np.zeros(int(seconds * 2), bool)
    for start, end in dull:
        mask[int(start * 2) : int(end * 2)] = True
    return Source(f"archive/{name}", Path(name), seconds, mask)


SOURCES = [source("a", 90), source("b", 45, dull=[(10, 20)]), source("c", 30), source("d", 7)]
USUAL = {"seed": 3, "documentaries": 4, "stretches": 24, "shortest": 4.0, "longest": 20.0, "edits": tuple(FIRST_EDITS)}


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


def test_the_first_edits_are_planted_where_they_always_were():
    assert list(EDITS)[:18] == list(FIRST_EDITS)
    rows = truth_of(plan_documentaries(SOURCES, **USUAL))
    assert len(rows) == 44
    assert [(r.video_a, round(r.start_a, 2), r.video_b, round(r.start_b, 2), r.edit) for r in rows[:3]] == [
        ("archive/a", 0.39, "documentaries/documentary_2.mp4", 80.04, "recut"),
        ("archive/a", 0.89, "documentaries/documentary_3.mp4", 87.88, "pillarbox"),
        ("archive/a", 4.39, "documentaries/documentary_2.mp4", 75.96, "recut"),
    ]


def test_up_to_three_edits_at_once():
    values = USUAL | {"edits": tuple(LATER_EDITS), "stretches": 400}
    stretches = stretches_of(plan_documentaries([source("long", 9000)], **values, at_once=3))
    counts = Counter(len(stretch.edits) for stretch in stretches)
    assert counts[1] > counts[2] > counts[3] > 10
    assert max(counts) == 3
    assert all(len(set(stretch.edits)) == len(stretch.edits) for stretch in stretches)
    assert set(Counter(stretch.edits[0] for stretch in stretches).values()) == {20}


def structured(seed=3, **wanted):
    room = whole_room(SOURCES)
    plans = plan_documentaries(SOURCES, **USUAL | {"stretches": 4, "seed": seed}, room=room)
    wanted = Structures(**wanted)
    return plans, plan_structures(SOURCES, room, wanted, seed=seed, shortest=4.0, longest=10.0)


@pytest.mark.parametrize("seed", range(4))
def test_structures_take_what_is_left(seed):
    uses = {s.name: np.zeros(int(s.seconds * 100) + 1, int) for s in SOURCES}
    for stretch in stretches_of([*(both := structured(seed, doubles=3, held=3, copies=10))[0], *both[1]]):
        for piece in stretch.pieces:
            uses[piece.source.name][int(piece.start * 100) + 1 : int(piece.end * 100)] += 1
    assert max(used.max() for used in uses.values()) <= 2


def test_a_stretch_quoted_twice_is_in_one_film():
    _, films = structured(doubles=2)
    rows = [row for row in truth_of(films) if row.edit.startswith("double+")]
    assert len(rows) == 4
    for name in ("d01", "d02"):
        one, two = (row for row in rows if row.stretch.startswith(name))
        assert one.pair == two.pair
        assert min(one.end_a, two.end_a) - max(one.start_a, two.start_a) > 2
        assert one.end_b <= two.start_b or two.end_b <= one.start_b


def test_copies_share_everything():
    plans, films = structured(copies=10)
    rows = truth_of([*plans, *films])
    reel = next(film for film in films if film.copies)
    names = [reel.name, *reel.copies]
    pairs = [row for row in rows if row.edit == "copy"]
    assert len(pairs) == 45
    assert {(row.start_a, row.end_a, row.start_b, row.end_b) for row in pairs} == {
        (0, reel.frames / 25, 0, reel.frames / 25)
    }
    beside = {name: [row for row in rows if name in row.pair and row.edit != "copy"] for name in names}
    assert len(beside[names[0]]) >= 4  # two sources, and two films that quote them too
    assert len({len(of) for of in beside.values()}) == 1
    assert any(row.video_a.startswith("archive/") for row in beside[names[9]])
    assert any(row.edit.startswith("shared+") for row in beside[names[9]])


def test_held_shots_are_boxes_that_need_not_be_found():
    plans, films = structured(held=3)
    rows = truth_of([*plans, *films])
    held = [row for row in rows if row.edit == "held+none"]
    assert len(held) == 3
    for row in held:
        assert 5.99 < row.end_b - row.start_b < 10.01
        assert row.start_a >= 0
    assert all(row.edit.startswith(("held", "shared")) for row in truth_of(films))


def test_films_with_a_badge_reuse_nothing():
    _, films = structured(badges=3)
    assert [film.badge for film in films] == [True] * 3
    assert truth_of(films) == []
    some = plan_documentaries(SOURCES, **USUAL | {"stretches": 0}, badges=2)
    assert [film.badge for film in some] == [True, True, False, False]


@pytest.mark.parametrize("wanted", [{"copies": 1}, {"held": -1}])
def test_structures_that_make_no_sense(wanted):
    with pytest.raises(SettingsError, match="Structures are counts"):
        Structures(**wanted)


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
        ({"at_once": 4}, "Received: 4"),
    ],
)
def test_values_that_make_no_sense(values, says):
    with pytest.raises(SettingsError, match=says):
        plan_documentaries(SOURCES, **USUAL | values)

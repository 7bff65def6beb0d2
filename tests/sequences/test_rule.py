"""The rule of step 4 in its own words: lengths, stills, which line is the reuse, and where everything ends."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sequences.drawn import artefact, rows_of
from tests.sequences.test_slow_agrees import films
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SequenceSettings


def find(folder, pairs, counts=(60, 60), *, fps=1.0, masked=(), **values):
    """Return videos and frames of what is found of pairs whose limit is 1."""
    wanted = SequenceSettings(**{"max_distance": 1.0, **values})
    return [row[:6] for row in rows_of(find_sequences(artefact(Path(folder), pairs, counts, masked), wanted, fps=fps))]


def run(first_a, first_b, length, distance=0.25):
    return {(0, 1, first_a + i, first_b + i): distance for i in range(length)}


@given(films=films(), shorter=st.integers(0, 12), more=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_a_longer_shortest_sequence_lets_nothing_in(films, shorter, more):
    counts, pairs, masked = films
    pairs = {p: d for p, d in pairs.items() if (p[0], p[2]) not in masked and (p[1], p[3]) not in masked}
    with tempfile.TemporaryDirectory() as folder:
        few, many = (
            find(folder, pairs, counts, masked=masked, shortest_sequence=s, combine_overlap=False)
            for s in (shorter + more, shorter)
        )
    assert set(few) <= set(many)


@pytest.mark.parametrize("length", [5, 12, 30])
def test_a_clip_as_long_as_asked_or_shorter_is_found(tmp_path, length):
    pairs = run(20, 0, 12)
    assert find(tmp_path, pairs, (60, 12), shortest_sequence=length) == [(0, 1, 20, 31, 0, 11)]


@pytest.mark.parametrize(("length", "rows"), [(10, 1), (9, 0)])
def test_of_a_clip_four_fifths_are_asked_for(tmp_path, length, rows):
    assert len(find(tmp_path, run(20, 0, length), (60, 12), shortest_sequence=30)) == rows


def test_masked_frames_of_a_clip_are_not_asked_for(tmp_path):
    black = {(1, f) for f in range(6, 12)}
    assert find(tmp_path, run(20, 0, 6), (60, 12), masked=black, shortest_sequence=30) == [(0, 1, 20, 25, 0, 5)]
    assert find(tmp_path, run(20, 0, 6), (60, 12), shortest_sequence=30) == []


def test_a_still_against_held_shots_is_one_row_for_each(tmp_path):
    held = {(0, 1, 0, g): 0.25 for g in [*range(10, 20), *range(40, 46)]}
    assert find(tmp_path, held, (1, 60)) == [(0, 1, 0, 0, 10, 19), (0, 1, 0, 0, 40, 45)]
    turned = {(0, 1, g, 0): d for (_, _, _, g), d in held.items()}
    assert find(tmp_path, turned, (60, 1)) == [(0, 1, 10, 19, 0, 0), (0, 1, 40, 45, 0, 0)]


@pytest.mark.parametrize("offset", [1, 3, -3])
def test_an_exact_match_is_not_dropped_for_a_longer_worse_one(tmp_path, offset):
    assert find(tmp_path, run(20, 20, 10, 0.0) | run(18, 18 + offset, 15, 0.5)) == [(0, 1, 20, 29, 20, 29)]


@pytest.mark.parametrize(
    ("apart", "distance", "rows"),
    [
        (30, 0.25, 2),  # quoted twice, as near both times
        (30, 0.5, 2),
        (30, 0.75, 1),  # a shot that looks alike
        (5, 0.5, 1),  # the same shot a moment later
        (5, 0.0, 2),  # right beside, and nearer
    ],
)
def test_a_shot_quoted_twice_keeps_both_quotations(tmp_path, apart, distance, rows):
    count = 10 if distance else 6
    pairs = run(5, 5, 10) | run(5, 15 + apart, count, distance)
    assert len(find(tmp_path, pairs)) == rows
    assert len(find(tmp_path, pairs, combine_overlap=False)) == 2


def test_several_better_ones_together_may_cover_a_worse_one(tmp_path):
    better = run(0, 0, 10, 0.0) | run(20, 20, 10, 0.0)
    # Shares 8 s with either of both, on both sides, which is less than half of its own 26.
    worse = run(2, 3, 26, 0.75)
    assert len(find(tmp_path, worse)) == 1
    assert find(tmp_path, better | worse) == [(0, 1, 0, 9, 0, 9), (0, 1, 20, 29, 20, 29)]


@given(films=films(), alignment=st.sampled_from(["rigid", "elastic"]), fps=st.sampled_from([1.0, 2.0]))
@settings(max_examples=40, deadline=None)
def test_nothing_crosses_the_end_of_a_video(films, alignment, fps):
    counts, pairs, _ = films
    wanted = SequenceSettings(max_distance=1.0, least_evidence=0.5, shortest_sequence=0, alignment=alignment)
    with tempfile.TemporaryDirectory() as folder:
        table = find_sequences(artefact(Path(folder), pairs, counts), wanted, fps=fps)
    for row in range(len(table)):
        for side in "ab":
            end = counts[getattr(table, f"video_{side}")[row]]
            first, last = getattr(table, f"first_{side}")[row], getattr(table, f"last_{side}")[row]
            assert 0 <= first <= last < end
            assert 0 <= getattr(table, f"start_{side}")[row] < getattr(table, f"end_{side}")[row] <= end / fps

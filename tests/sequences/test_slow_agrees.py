"""The vectorised step 4 against a slow and obvious one, on generated cases."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sequences import slow
from tests.sequences.drawn import artefact, rows_of
from vrd_core.sequences.evidence import along_lines, evidence_of, stretches
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SequenceSettings

NEAR, FAR = [0.0, 0.25, 0.5, 0.75, 1.0], [1.25, 1.5, 2.0, 4.0]
"""Shares of the limit, exact in floating point. Nothing between 1 and 1.25: how far from a frame what is not among its
neighbours lies is not known to the candidates, which take it to be at least that far."""


@st.composite
def films(draw):
    """Draw films of up to 30 frames, all pairs of their frames, with near ones along diagonals, and masked frames."""
    counts = draw(st.lists(st.integers(1, 30), min_size=2, max_size=3))
    masked = draw(st.sets(st.tuples(st.integers(0, len(counts) - 1), st.integers(0, 29)), max_size=8))
    masked = {(v, f) for v, f in masked if f < counts[v]}
    couples = [(a, b) for a in range(len(counts)) for b in range(a + 1, len(counts))]
    pairs = {(a, b, f, g): 2.5 for a, b in couples for f in range(counts[a]) for g in range(counts[b])}
    for _ in range(draw(st.integers(0, 6))):
        a, b = draw(st.sampled_from(couples))
        f, g = draw(st.integers(0, counts[a] - 1)), draw(st.integers(0, counts[b] - 1))
        for step, mark in enumerate(draw(st.lists(st.sampled_from(NEAR * 3 + FAR), min_size=1, max_size=25))):
            place = (a, b, min(f + step, counts[a] - 1), min(g + step, counts[b] - 1))
            pairs[place] = mark
    return counts, pairs, masked


@given(
    films=films(),
    limit=st.sampled_from([0.5, 1.0, 2.0]),
    shortest=st.integers(0, 6),
    skip=st.integers(0, 4),
    least=st.sampled_from([0.5, 1.0, 2.5]),
    combine=st.booleans(),
    fps=st.sampled_from([1.0, 2.0, 0.5]),
    later=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_agrees(films, limit, shortest, skip, least, combine, fps, later):
    counts, pairs, masked = films
    pairs = {place: distance * limit for place, distance in pairs.items()}
    known = {p: d for p, d in pairs.items() if (p[0], p[2]) not in masked and (p[1], p[3]) not in masked}
    expected = slow.sequences(
        known,
        counts,
        limit=limit,
        shortest=shortest / fps,
        skip=skip,
        least=least,
        fps=fps,
        masked=masked,
        combine=combine,
    )
    wanted = SequenceSettings(
        max_distance=limit,
        shortest_sequence=shortest / fps,
        allow_skip=skip,
        least_evidence=least,
        combine_overlap=combine,
    )
    with tempfile.TemporaryDirectory() as folder:
        # Masked by the search or afterwards, as `usable` says: the same, but for what the shorter video holds.
        neighbours = artefact(Path(folder), pairs if later else known, counts, () if later else masked)
        usable = (lambda v: np.array([(v, f) not in masked for f in range(counts[v])])) if later else None
        table = find_sequences(neighbours, wanted, fps=fps, usable=usable)
        found = rows_of(table)
    assert [f[:8] for f in found] == [
        (r.a, r.b, r.first_a, r.last_a, r.first_b, r.last_b, r.hits, r.deviating) for r in expected
    ]
    assert [f[8] for f in found] == pytest.approx([r.mean for r in expected], rel=1e-5)
    assert table.evidence.tolist() == pytest.approx([r.evidence for r in expected], rel=1e-5)
    assert table.start_a.tolist() == [r.span("a")[0] for r in expected]
    assert table.end_b.tolist() == [r.span("b")[1] for r in expected]


@given(
    gain=st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0]), max_size=25),
    gaps=st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, 1.25, 1.5, np.inf]), min_size=25, max_size=25),
)
@settings(deadline=None)
def test_stretches_are_those_of_a_plain_loop(gain, gaps):
    gap = [np.inf, *gaps][: len(gain)]
    expected, at = [], 0
    while at < len(gain):
        total = top = gain[at]
        end = at
        for block in range(at + 1, len(gain)):
            total -= gap[block]
            if total <= 0 or top - total > 1.25:
                break
            total += gain[block]
            if total > top:
                top, end = total, block
        expected.append((at, end, top))
        at = end + 1
    assert list(zip(*(x.tolist() for x in stretches(np.array(gain), np.array(gap))), strict=True)) == expected


@given(
    lines=st.lists(
        st.lists(st.tuples(st.sampled_from([*NEAR, *FAR]), st.booleans() | st.just(False)), min_size=1, max_size=20),
        max_size=4,
    ),
    skip=st.integers(0, 4),
)
@settings(deadline=None)
def test_stretches_along_lines_are_those_of_a_plain_loop(lines, skip):
    expected, starts, begin = [], [], 0
    for line in lines:
        evidence = [0.0 if hidden else float(evidence_of(np.array([d]), 1.0, 1.0)[0]) for d, hidden in line]
        found = slow.stretches(evidence, [hidden for _, hidden in line], skip)
        expected += [(begin + first, begin + last, total) for first, last, total in found]
        starts.append(begin)
        begin += len(line)
    flat = [part for line in lines for part in line]
    hidden = np.array([h for _, h in flat], bool)
    evidence = evidence_of(np.array([d for d, _ in flat]), 1.0, 1.0)
    evidence[hidden] = 0
    found = along_lines(evidence, hidden, np.array(starts, np.int64), skip)
    assert list(zip(*(x.tolist() for x in found), strict=True)) == expected


def test_evidence_of_a_frame_pair():
    apart = np.array([0.0, 0.5, 1.0, 1.5, 2.6, 9.0, np.nan])
    quarter, whole = evidence_of(apart, 1.0, 0.25), evidence_of(apart, 1.0, 1.0)
    assert quarter.tolist() == pytest.approx([0.25, 0.125, 0.0, -0.125, -0.4, -0.4, 0.0])
    assert whole.tolist() == pytest.approx([1.0, 0.5, 0.0, -0.5, -0.625, -0.625, 0.0])
    assert evidence_of(np.array([0.0, 0.1]), 0.0, 1.0).tolist() == pytest.approx([1.0, -0.625])

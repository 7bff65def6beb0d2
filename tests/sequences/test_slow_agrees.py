"""The vectorised step 4 against a slow and obvious one, on generated cases."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.sequences import slow
from tests.sequences.drawn import artefact, rows_of, vectors_for
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SequenceSettings

pytestmark = pytest.mark.slow


@st.composite
def cases(draw):
    """Draw films of up to 40 frames with stretches of matches on diagonals, scattered matches and masked frames."""
    counts = draw(st.lists(st.integers(1, 40), min_size=2, max_size=4))
    pairs = {}
    couples = [(a, b) for a in range(len(counts)) for b in range(a + 1, len(counts))]
    for _ in range(draw(st.integers(0, 8))):
        a, b = draw(st.sampled_from(couples))
        f, g = draw(st.integers(0, counts[a] - 1)), draw(st.integers(0, counts[b] - 1))
        length = draw(st.integers(1, 25))
        marks = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.5, None]), min_size=length, max_size=length))
        for step, mark in enumerate(marks):
            if mark is not None and f + step < counts[a] and g + step < counts[b]:
                pairs[a, b, f + step, g + step] = mark
    masked = draw(st.sets(st.tuples(st.integers(0, len(counts) - 1), st.integers(0, 39)), max_size=12))
    masked = {(v, f) for v, f in masked if f < counts[v]}
    pairs = {p: d for p, d in pairs.items() if (p[0], p[2]) not in masked and (p[1], p[3]) not in masked}
    return (
        counts,
        pairs,
        masked,
        draw(st.sampled_from([0.0, 0.5, 1.0, 2.0])),
        draw(st.integers(0, 9)),
        draw(st.integers(0, 6)),
        draw(st.booleans()),
        draw(st.sampled_from([1.0, 2.0, 0.3])),
    )


@given(case=cases(), extra=st.booleans(), drop=st.booleans())
@settings(max_examples=200, deadline=None)
def test_agrees(case, extra, drop):
    counts, pairs, masked, threshold, frames, skip, combine, fps = case
    vectors = vectors_for(counts)
    expected = slow.sequences(
        pairs,
        counts,
        threshold=threshold,
        shortest=frames / fps,
        skip=skip,
        fps=fps,
        masked=masked,
        combine=combine,
        distance=lambda a, f, b, g: float((vectors(a)[f, 0] - vectors(b)[g, 0]) ** 2),
    )
    if drop:
        # Twice as far, but for the last digits of a mean, is either.
        means = [e[8] for e in expected]
        assume(not any(abs(m - 2 * n) < 1e-4 * m and m / 0.125 % 1 for m in means for n in means if n))
        expected = slow.without_echoes(expected, fps)
    with tempfile.TemporaryDirectory() as folder:
        # Masked by the search, or afterwards by `usable`: the same.
        neighbours = artefact(Path(folder), pairs, counts, () if extra else masked)
        later = {"usable": lambda v: np.array([(v, f) not in masked for f in range(counts[v])])} if extra else {}
        wanted = SequenceSettings(
            max_distance=threshold,
            shortest_sequence=frames / fps,
            allow_skip=skip,
            combine_overlap=combine,
            drop_echoes=drop,
        )
        found = rows_of(find_sequences(neighbours, wanted, fps=fps, vectors=vectors, **later))
    assert [f[:8] for f in found] == [e[:8] for e in expected]
    assert [f[8] for f in found] == pytest.approx([e[8] for e in expected], rel=1e-5)


@given(case=cases(), more=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_a_run_found_at_one_skip_is_found_at_every_larger_one(case, more):
    counts, pairs, masked, threshold, frames, skip, _, fps = case
    with tempfile.TemporaryDirectory() as folder:
        neighbours = artefact(Path(folder), pairs, counts, masked)

        def found(allowed):
            wanted = SequenceSettings(
                max_distance=threshold,
                shortest_sequence=frames / fps,
                allow_skip=allowed,
                combine_overlap=False,
                drop_echoes=False,
            )
            return rows_of(find_sequences(neighbours, wanted, fps=fps))

        larger = found(skip + more)
        for a, b, first, last, first_b, *_ in found(skip):
            assert any(
                s[:2] == (a, b) and s[4] - s[2] == first_b - first and s[2] <= first and last <= s[3] for s in larger
            )

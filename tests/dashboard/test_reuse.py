from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.reuse_map import reuse

ROW = st.tuples(st.integers(0, 2), st.integers(3, 4), st.integers(0, 40), st.integers(0, 40), st.integers(1, 15))


def found_of(rows):
    columns = np.array(rows, np.int32).reshape(-1, 5).T
    a, b, first_a, first_b, length = columns
    table = SimpleNamespace(
        video_a=a,
        video_b=b,
        start_a=first_a / 2,
        end_a=(first_a + length) / 2,
        start_b=first_b / 2,
        end_b=(first_b + length) / 2,
    )

    class Found(SimpleNamespace):
        def __len__(self):
            return len(a)

    return Found(table=table, view=SimpleNamespace(fps=2.0))


@settings(deadline=None, max_examples=40)
@given(st.lists(ROW, max_size=12))
def test_seconds_are_frames_covered_once(rows):
    found = found_of(rows)
    covered = {}
    for a, b, first_a, first_b, length in rows:
        covered.setdefault((a, b), set()).update(range(first_a, first_a + length))
        covered.setdefault((b, a), set()).update(range(first_b, first_b + length))
    table = reuse.shared(found)
    assert {(int(r.video), int(r.other)): r.seconds for r in table.itertuples()} == {
        k: pytest.approx(len(v) / 2) for k, v in covered.items()
    }
    whole = {}
    for (video, _), frames in covered.items():
        whole.setdefault(video, set()).update(frames)
    assert {int(k): v for k, v in reuse.totals(found).items()} == {k: len(v) / 2 for k, v in whole.items()}


def test_most_comes_first():
    table = reuse.shared(found_of([(0, 3, 0, 0, 5), (1, 3, 0, 20, 9), (0, 4, 30, 0, 2)]))
    assert list(table["seconds"]) == sorted(table["seconds"], reverse=True)
    assert list(table["sequences"]) == [1] * 6

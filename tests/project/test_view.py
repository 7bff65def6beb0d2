"""What a view says of frame pairs, mirrored ones included."""

import numpy as np
import pytest

from dashboard.parts import alignment
from tests.made_up.project import Shared, make
from vrd_core.evaluation.line import line_of
from vrd_core.evaluation.truth import Reuse
from vrd_core.settings import SequenceSettings
from vrd_core.store import Store


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    """Of every frame only the two nearest are kept, so that deviating pairs must be scored from the vectors."""
    with Store(tmp_path_factory.mktemp("workspace")) as store:
        shared = [Shared(0, 10, 1, 30, 20, deviating=(4, 9), mirrored=True), Shared(0, 50, 2, 5, 12)]
        yield make(store, "Mirrored", [80, 90, 70], shared, kept=2, mirrored=True).open_view()


def scored(view, a, b, frames_a, frames_b):
    """The obvious way: the least of upright and either side flipped."""
    sides = [(view.vectors(a), view.vectors(b)), (view.mirrored_vectors(a), view.vectors(b))]
    sides.append((view.vectors(a), view.mirrored_vectors(b)))
    return np.min([((x[frames_a] - y[frames_b]) ** 2).sum(1) for x, y in sides], axis=0)


def test_the_strip_of_a_mirrored_sequence_shows_what_step_4_says(view):
    found = view.find_sequences(max_distance=0.1)
    sequence = next(s for s in found if s.mirrored)
    line = alignment.aligned(found, sequence)
    assert line.distance == pytest.approx(scored(view, 0, 1, line.frame_a, line.frame_b), rel=1e-4)
    assert line.mean == pytest.approx(sequence.mean_distance, rel=1e-4)


def test_the_line_of_a_mirrored_stretch_is_scored_as_step_4_does(view):
    reuse = Reuse(view.videos[0].name, 10, 30, view.videos[1].name, 30, 50)
    line = line_of(view, 0, 1, reuse, SequenceSettings(max_distance=0.1))
    assert line.frame_b[0] - line.frame_a[0] == 20
    assert line.distance == pytest.approx(scored(view, 0, 1, line.frame_a, line.frame_b), rel=1e-4)
    assert line.close.sum() == 18

"""Borders against a table of drawn cases whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import numpy as np
import pytest
from PIL import Image

from tests.frames.scenes import (
    SIZE,
    WHOLE,
    Box,
    Luma,
    black,
    credits,
    faded,
    framed,
    horizon,
    landscape,
    night,
    noisy,
    stage,
    text,
    titles,
)
from vrd_core.frames.borders import BorderFinder

WIDE: Box = (0, 49, 683, 335)
"""2.39 : 1 inside 16 : 9."""
FLAT: Box = (0, 8, 683, 376)
OLD: Box = (85, 0, 597, 384)
"""4 : 3 inside 16 : 9."""
SMALL: Box = (110, 40, 573, 344)
"""A border all around."""

Stretch = tuple[int, Box]
Case = tuple[Callable[[], Iterator[Luma]], list[Stretch]]

CASES: dict[str, Case] = {
    "no border": (lambda: landscape(1, 30), [(30, WHOLE)]),
    "letterbox": (lambda: framed(landscape(2, 30), WIDE), [(30, WIDE)]),
    "narrow letterbox": (lambda: framed(landscape(3, 30), FLAT), [(30, FLAT)]),
    "pillarbox": (lambda: framed(landscape(4, 30), OLD), [(30, OLD)]),
    "both": (lambda: framed(landscape(5, 30), SMALL), [(30, SMALL)]),
    "not centred": (lambda: framed(landscape(6, 30), (0, 70, 683, 350)), [(30, (0, 70, 683, 350))]),
    "white": (lambda: framed(landscape(7, 30), OLD, 255), [(30, OLD)]),
    "grey": (lambda: framed(landscape(8, 30), SMALL, 128), [(30, SMALL)]),
    "grain in the border": (lambda: noisy(framed(landscape(9, 30), WIDE, 12), 4), [(30, WIDE)]),
    "dark film": (lambda: framed(landscape(10, 60, brightness=0.25), WIDE), [(60, WIDE)]),
    "dark scenes": (
        lambda: chain(framed(landscape(11, 15), WIDE), framed(night(1, 20), WIDE), framed(landscape(12, 15), WIDE)),
        [(50, WIDE)],
    ),
    "subtitles in the border": (
        lambda: text(framed(landscape(13, 40), WIDE), (160, 343, 520, 376), every=4),
        [(40, WIDE)],
    ),
    "logo in the border": (lambda: text(framed(landscape(14, 40), WIDE), (620, 10, 665, 40)), [(40, WIDE)]),
    "fades and leader": (
        lambda: chain(black(8), faded(list(framed(landscape(15, 30), WIDE)), 6), black(8)),
        [(46, WIDE)],
    ),
    "fades without border": (lambda: chain(black(8), faded(list(landscape(16, 30)), 6), black(8)), [(46, WHOLE)]),
    "quotation": (
        lambda: chain(landscape(17, 20), framed(landscape(18, 8), OLD), landscape(19, 20)),
        [(20, WHOLE), (8, OLD), (20, WHOLE)],
    ),
    "quotation in a letterbox": (
        lambda: chain(
            framed(landscape(20, 20), WIDE), framed(landscape(21, 8), SMALL), framed(landscape(22, 20), WIDE)
        ),
        [(20, WIDE), (8, SMALL), (20, WIDE)],
    ),
    "two shapes": (
        lambda: chain(framed(landscape(23, 20), WIDE), framed(landscape(24, 20), OLD)),
        [(20, WIDE), (20, OLD)],
    ),
    "a flash of another shape": (
        lambda: chain(landscape(25, 20), framed(landscape(26, 1), OLD), landscape(27, 20)),
        [(41, WHOLE)],
    ),
    "night street": (lambda: night(2, 60), [(60, WHOLE)]),
    "night street in a film": (lambda: chain(landscape(28, 15), night(3, 40), landscape(29, 15)), [(70, WHOLE)]),
    "horizon at night": (lambda: horizon(40), [(40, WHOLE)]),
    "horizon in a film": (lambda: chain(landscape(30, 20), horizon(20), landscape(31, 20)), [(60, WHOLE)]),
    "stage": (lambda: stage(50), [(50, WHOLE)]),
    "stage in a letterbox": (lambda: chain(framed(landscape(32, 15), WIDE), framed(stage(30), WIDE)), [(45, WIDE)]),
    "titles on black": (lambda: titles(30), [(30, WHOLE)]),
    "titles in a film": (lambda: chain(landscape(33, 15), titles(12), landscape(34, 15)), [(42, WHOLE)]),
    "titles in a letterbox": (lambda: chain(titles(10), framed(landscape(35, 25), WIDE), titles(10)), [(45, WIDE)]),
    "rolling credits": (lambda: credits(60), [(60, WHOLE)]),
    "only black": (lambda: black(20), [(20, WHOLE)]),
    "never less than two fifths": (lambda: framed(landscape(36, 30), (220, 0, 463, 384)), [(30, WHOLE)]),
    "still with margins": (lambda: framed(landscape(37, 1), (60, 45, 620, 330), 250), [(1, (60, 45, 620, 330))]),
    "still without": (lambda: landscape(38, 1), [(1, WHOLE)]),
    "still of a night": (lambda: night(4, 1), [(1, WHOLE)]),
    "still of a horizon": (lambda: horizon(1), [(1, WHOLE)]),
    "still of a title": (lambda: titles(1), [(1, WHOLE)]),
    "one second of letterbox": (lambda: framed(landscape(39, 2), WIDE), [(2, WIDE)]),
}


def found(pictures: Iterator[Luma], fps: float = 1.0) -> np.ndarray:
    finder = BorderFinder(SIZE)
    for picture in pictures:
        finder.add(Image.fromarray(picture))
    return finder.boxes(fps)


@pytest.mark.parametrize("case", CASES)
def test_drawn_case(case: str) -> None:
    draw, stretches = CASES[case]
    boxes = found(draw())
    truth = np.repeat([box for _, box in stretches], [count for count, _ in stretches], axis=0)
    assert boxes.shape == truth.shape
    off = boxes - truth
    # Within one hundredth of the side, and never outside the picture: no dark line is left over.
    assert (np.abs(off) <= np.ceil(0.01 * np.array([*SIZE, *SIZE]))).all(), boxes[np.abs(off).max(axis=1).argmax()]
    assert (off[:, :2] >= 0).all()
    assert (off[:, 2:] <= 0).all()


def test_a_box_does_not_flicker() -> None:
    pictures = list(chain(framed(landscape(50, 25), WIDE), framed(night(5, 25), WIDE), framed(stage(25), WIDE)))
    assert len(np.unique(found(iter(pictures)), axis=0)) == 1


@pytest.mark.parametrize("fps", [0.1, 5.0, 25.0])
def test_other_sampling_rates(fps: float) -> None:
    count = max(8, round(8 * fps))
    pictures = chain(landscape(51, count), framed(landscape(52, count), OLD))
    boxes = found(pictures, fps)
    assert (boxes[:count] == WHOLE).all()
    assert (np.abs(boxes[count:] - OLD) <= 7).all()


def test_a_video_smaller_than_the_bins() -> None:
    finder = BorderFinder((20, 12))
    for picture in landscape(53, 5, (20, 12)):
        finder.add(Image.fromarray(picture))
    assert (finder.boxes(1.0) == (0, 0, 20, 12)).all()


def test_no_frames() -> None:
    assert BorderFinder(SIZE).boxes(1.0).shape == (0, 4)

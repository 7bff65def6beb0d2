import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from dashboard.parts import alignment, filmstrip
from tests.dashboard.conftest import AWKWARD
from tests.made_up.project import colour


def cells(html):
    """Return the picture of a strip and, for every pair, where it lies in it."""
    jpeg = base64.b64decode(re.search(r"base64,([^)]*)\)", html)[1])
    places = re.findall(r"background-position:-(\d+)px -(\d+)px", html)
    return Image.open(io.BytesIO(jpeg)).convert("RGB"), [(int(x), int(y)) for x, y in places]


def near(picture, x, y, expected):
    return np.abs(np.subtract(picture.getpixel((x, y)), expected)).max() < 40


@pytest.fixture
def planted(view):
    found = view.find_sequences(max_distance=1.0, shortest_sequence=5)
    return found, next(s for s in found if (s.a, s.first_a) == (0, 50))


def test_each_pair_stands_frame_under_frame(view):
    pairs = [(0, k, 4, 2 * k) for k in range(20)]
    strip = filmstrip.compose(view, pairs, 64)
    picture = Image.open(io.BytesIO(strip.jpeg)).convert("RGB")
    for number, (a, fa, b, fb) in enumerate(pairs):
        x, y = number % filmstrip.PAIRS_PER_ROW * strip.width, number // filmstrip.PAIRS_PER_ROW * strip.height
        assert near(picture, x + strip.width - 4, y + 3, colour(a, fa))
        assert near(picture, x + strip.width - 4, y + 64 + 2 + 3, colour(b, fb))


def test_a_strip_is_composed_once(view, monkeypatch):
    pairs = [(0, 1, 1, 2)]
    first = filmstrip.compose(view, pairs, 64)
    monkeypatch.setattr(filmstrip, "_small", None)
    assert filmstrip.compose(view, pairs, 64) is first


def test_deviating_pairs_are_marked_in_their_place(planted):
    found, sequence = planted
    line = alignment.aligned(found, sequence)
    assert sequence.deviating_frames == 1
    html = filmstrip.strip_html(found.view, 0, 2, line, found.threshold, height=44, most=60, label="x")
    kinds = re.findall(r'<i( class="off")?', html)
    assert [bool(k) for k in kinds] == [k == 6 for k in range(12)]
    assert "above the threshold" in html


def test_a_long_strip_is_thinned_evenly_and_says_so(planted):
    found, sequence = planted
    line = alignment.aligned_with_margin(found, sequence, 30)
    html = filmstrip.strip_html(found.view, 0, 2, line, found.threshold, height=44, most=10, label="x")
    assert len(cells(html)[1]) <= 10
    assert re.search(r"every \d+(st|nd|rd|th) frame of \d+", html)


def test_names_never_become_html(view):
    html = filmstrip.pairs_html(view, [(3, 0, 0, 0)], [0.5], height=44)
    assert "<b>*Long*" not in html
    assert "&lt;b&gt;*Long*&lt;/b&gt;" in html
    assert AWKWARD not in html


def test_strips_have_alternative_texts(planted):
    found, sequence = planted
    line = alignment.aligned(found, sequence)
    html = filmstrip.strip_html(found.view, 0, 2, line, found.threshold, height=44, most=60, label='12 frames of "a"')
    assert 'role="img" aria-label="12 frames of &quot;a&quot;"' in html


def test_stills_are_decoded_once_and_the_memory_for_them_is_bounded(view, monkeypatch):
    kept = filmstrip._Thumbnails(10 * 96 * 54 * 3)
    decoded = []
    small = filmstrip._small
    monkeypatch.setattr(filmstrip, "_small", lambda *a: decoded.append(a[1]) or small(*a))
    for frame in (1, 2, 1, 2):
        kept.get(view.frames(0), frame, 96, 54)
    assert decoded == [1, 2]
    for frame in range(40):
        kept.get(view.frames(0), frame, 96, 54)
        assert kept.size <= kept.most
    kept.get(view.frames(0), 39, 96, 54)
    assert decoded.count(39) == 1

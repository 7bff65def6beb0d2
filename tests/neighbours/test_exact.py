"""Every frame's nearest frames in scope, whatever the shapes of videos and tiles."""

import numpy as np
import pytest

from tests.made_up.fingerprints import films, items
from tests.neighbours.brute import brute, pairs_of
from vrd_core.errors import SettingsError
from vrd_core.neighbours import exact as search
from vrd_core.neighbours.artefact import open_neighbours
from vrd_core.neighbours.find import find_neighbours, neighbours_key
from vrd_core.settings import SearchSettings
from vrd_core.store import Store


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("strip", [16, 37, 4096])
@pytest.mark.parametrize("k", [1, 5, 30, 400])
def test_equals_brute_force(store, monkeypatch, strip, k):
    monkeypatch.setattr(search, "STRIP", strip)
    vectors = films([40, 1, 63, 17, 0, 50], 16)
    found = pairs_of(find_neighbours(items(vectors), SearchSettings(neighbours_considered=k), store))
    expected = brute(vectors, k)
    assert found.keys() == expected.keys()
    assert np.allclose([found[p] for p in expected], list(expected.values()), rtol=1e-5, atol=1e-6)


def test_a_sample_guesses_and_wrong_guesses_are_put_right(store, monkeypatch):
    monkeypatch.setattr(search, "STRIP", 512)
    vectors = films([700, 900, 800, 600], 16, seed=3)
    # One in a hundred frames has all its likes side by side, where an even sample sees one of them at most.
    vectors[3][:5] = vectors[0][:5] + 10
    vectors[2][:40] = vectors[0][:1] + 10
    found = pairs_of(find_neighbours(items(vectors), SearchSettings(neighbours_considered=40), store))
    everything = np.concatenate(vectors).astype(np.float64)
    video = np.repeat(np.arange(4), [len(v) for v in vectors])
    frame = np.concatenate([np.arange(len(v)) for v in vectors])
    expected = set()
    for row in range(len(everything)):
        distance = ((everything - everything[row]) ** 2).sum(axis=1)
        distance[video == video[row]] = np.inf
        for other in np.argsort(distance)[:40]:
            a, b = sorted([row, int(other)])
            expected.add((int(video[a]), int(video[b]), int(frame[a]), int(frame[b])))
    # The planted likes are all at one distance: which forty of them stay is the tie-break's to say.
    free = {p for p in found.keys() ^ expected if {p[0], p[1]} <= {0, 2} and p[2] < 5 and p[3] < 40}
    assert found.keys() ^ expected == free


@pytest.mark.parametrize("scope", ["videos", "collections"])
def test_scope_is_left_out_before_the_cut(store, scope):
    vectors = films([30, 30, 30, 30], 8, seed=5)
    names = ["x", "y", "x", ""]
    settings = SearchSettings(neighbours_considered=3, scope=scope)
    found = pairs_of(find_neighbours(items(vectors, collections=names), settings, store))
    expected = brute(vectors, 3, groups=names if scope == "collections" else None)
    assert found.keys() == expected.keys()


def test_masked_and_broken_frames_take_no_part(store):
    vectors = films([30, 40, 20], 8, seed=6)
    usable = [np.ones(len(v), bool) for v in vectors]
    usable[0][5:9] = usable[1][0] = False
    vectors[1][7, 3], vectors[2][0, 0] = np.nan, np.inf
    neighbours = find_neighbours(items(vectors, usable=usable), SearchSettings(neighbours_considered=4), store)
    taking_part = [u.copy() for u in usable]
    taking_part[1][7] = taking_part[2][0] = False
    assert pairs_of(neighbours).keys() == brute(vectors, 4, usable=taking_part).keys()
    assert all((neighbours.usable(v) == taking_part[v]).all() for v in range(3))


def test_a_vector_of_zeros_is_a_point_like_any_other(store):
    vectors = films([30, 40], 8, seed=6, normalise=False)
    vectors[0][3] = vectors[1][5] = 0
    found = pairs_of(find_neighbours(items(vectors), SearchSettings(neighbours_considered=4), store))
    assert found.keys() == brute(vectors, 4).keys()
    assert found[0, 1, 3, 5] == 0


def test_identical_files_match_at_distance_zero(store):
    (film, other) = films([300, 200], 32, seed=7, normalise=False)
    neighbours = find_neighbours(
        items([film, film.copy(), other], keys=["same", "same", "other"]),
        SearchSettings(neighbours_considered=5),
        store,
    )
    found = pairs_of(neighbours)
    assert all(found[0, 1, f, f] == 0.0 for f in range(300))
    assert (neighbours.nearest[neighbours.rows(0)] == 0).all()


def test_mirrored_frames_are_compared_and_marked(store):
    vectors = films([30, 40, 20], 8, seed=8)
    flipped = films([30, 40, 20], 8, seed=9)
    vectors[2][3:9] = flipped[0][10:16]
    neighbours = find_neighbours(
        items(vectors, mirrored=flipped), SearchSettings(neighbours_considered=4, mirrored=True), store
    )
    assert pairs_of(neighbours).keys() == brute(vectors, 4, mirrored=flipped).keys()
    part = neighbours.between(0, 2)
    exact = neighbours.distance[part] == 0
    assert neighbours.mirrored[part][exact].sum() == 6


def test_large_distances_of_raw_networks_stay_exact(store):
    vectors = [v + 40 for v in films([60, 50, 70], 64, seed=10, normalise=False)]
    found = pairs_of(find_neighbours(items(vectors), SearchSettings(neighbours_considered=7), store))
    assert found.keys() == brute(vectors, 7).keys()


def test_normalised_scores_divide_by_what_is_usual(store):
    vectors = films([200, 150], 16, seed=11)
    neighbours = find_neighbours(items(vectors), SearchSettings(neighbours_considered=100, score="normalised"), store)
    raw = find_neighbours(items(vectors), SearchSettings(neighbours_considered=100), store)
    x, y = vectors
    row = 1234
    a, b = int(raw.frame_a[row]), int(raw.frame_b[row])
    usual = [np.sort(((x[a] - y) ** 2).sum(1))[40:80].mean(), np.sort(((y[b] - x) ** 2).sum(1))[40:80].mean()]
    assert neighbours.distance[row] == pytest.approx(raw.distance[row] / np.mean(usual), rel=1e-4)


def test_a_cached_result_is_opened_without_faiss(store, tmp_path):
    import subprocess
    import sys

    all_items = items(films([30, 40], 8))
    key = find_neighbours(all_items, SearchSettings(), store).key
    assert key == neighbours_key(all_items, SearchSettings())
    code = (
        "import sys; from vrd_core.store import Store;"
        "from vrd_core.neighbours import find_neighbours, open_neighbours;"
        "from vrd_core.sequences import find as sequences, threshold;"
        "from vrd_core.settings import SequenceSettings as S;"
        f"n = open_neighbours(Store({str(tmp_path)!r}), {key!r});"
        "sequences.find_sequences(n, S(max_distance=1, alignment='elastic'), fps=1); print(len(n));"
        "assert not {'faiss', 'tensorflow', 'streamlit'} & set(sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(printed) == len(open_neighbours(store, key)) > 0


def test_items_that_do_not_fit_are_refused(store):
    a, b = films([10, 10], 8)
    with pytest.raises(SettingsError, match="one length"):
        find_neighbours(items([a, b[:, :5]]), SearchSettings(), store)
    with pytest.raises(SettingsError, match="at least one"):
        find_neighbours([], SearchSettings(), store)
    with pytest.raises(SettingsError, match="mirrored"):
        find_neighbours(items([a, b]), SearchSettings(mirrored=True), store)
    with pytest.raises(SettingsError, match="marks"):
        find_neighbours(items([a, b], usable=[np.ones(10, bool), np.ones(9, bool)]), SearchSettings(), store)
    assert len(find_neighbours(items([a]), SearchSettings(), store)) == 0

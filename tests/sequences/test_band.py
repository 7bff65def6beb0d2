"""Lines scored between the stills, once for a view: the same as when all is scored, and finer than the stills."""

import numpy as np
import pytest

from tests.made_up.fingerprints import items
from vrd_core.neighbours.find import find_neighbours
from vrd_core.sequences.band import LIMIT, Band, write_band
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SearchSettings, SequenceSettings
from vrd_core.store import Store

DIM = 48
PLANTED = [(0, 1, 161, 330, 120), (0, 1, 400, 90, 61), (1, 2, 200, 303, 90)]
"""Videos, first fingerprint of either and how many, at four a second: none begins on a still of both."""


def dense_films(seed):
    """Return float32 (480, DIM) a film, four a second: shots of two to eight seconds; 1 apart where unrelated."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(3):
        shot = np.cumsum(rng.random(480) < 0.05)
        walk = np.cumsum(0.12 * rng.standard_normal((480, DIM)), axis=0)
        made.append(rng.standard_normal((shot[-1] + 1, DIM))[shot] + 0.3 * walk)
    for a, b, first_a, first_b, count in PLANTED:
        made[b][first_b : first_b + count] = made[a][first_a : first_a + count]
    made = [film + 0.1 * rng.standard_normal(film.shape) for film in made]
    return [(film / np.linalg.norm(film, axis=1, keepdims=True) / np.sqrt(2)).astype(np.float32) for film in made]


def banded(folder, dense, per_still):
    """Return the neighbours of every `per_still`-th fingerprint and the band of all of them."""
    with Store(folder) as store:
        stills = [film[::per_still].copy() for film in dense]
        neighbours = find_neighbours(items(stills), SearchSettings(neighbours_considered=50), store)
    (folder / "band").mkdir()
    facts = write_band(folder / "band", neighbours, dense.__getitem__, None, fps=4 / per_still, per_still=per_still)
    band = Band(folder / "band", per_still, dense.__getitem__, None)
    assert facts["lines"] == len(band.lines) > 0
    assert facts["frame_pairs"] == len(band.score)
    return neighbours, band


def spans(table):
    return np.stack([table.video_a, table.video_b, table.start_a, table.end_a, table.start_b, table.end_b], axis=1)


@pytest.fixture(params=[1, 2])
def dense(request):
    return dense_films(request.param)


@pytest.mark.parametrize("limit", [0.5, 0.7])
def test_a_band_of_stills_finds_what_close_scoring_finds(tmp_path, dense, limit):
    neighbours, band = banded(tmp_path, dense, 1)
    wanted = SequenceSettings(max_distance=limit, alignment="rigid")
    closely = find_sequences(neighbours, wanted, fps=4, vectors=dense.__getitem__)
    in_band = find_sequences(neighbours, wanted, fps=4, band=band)
    assert len(closely) >= len(PLANTED)
    assert spans(in_band).tolist() == spans(closely).tolist()
    assert in_band.evidence == pytest.approx(closely.evidence, rel=0.02)
    assert in_band.mean_distance == pytest.approx(closely.mean_distance, rel=1e-4)
    assert in_band.hits.tolist() == closely.hits.tolist()


@pytest.mark.parametrize("alignment", ["rigid", "auto"])
def test_ends_lie_between_the_stills(tmp_path, dense, alignment):
    neighbours, band = banded(tmp_path, dense, 4)
    table = find_sequences(neighbours, SequenceSettings(max_distance=0.7, alignment=alignment), fps=1, band=band)
    truth = np.array([(a, b, f / 4, (f + n) / 4, g / 4, (g + n) / 4) for a, b, f, g, n in PLANTED])
    assert len(table) == len(truth)
    for row in truth:
        assert (np.abs(spans(table) - row).max(axis=1) <= 0.25).sum() == 1
    assert (table.end_a <= 120).all()
    assert (table.end_b <= 120).all()


def test_the_band_is_as_good_as_scoring_every_fingerprint(tmp_path, dense):
    sparse, band = banded(tmp_path / "sparse", dense, 4)
    with Store(tmp_path / "all") as store:
        every = find_neighbours(items(dense), SearchSettings(neighbours_considered=200), store)
    wanted = SequenceSettings(max_distance=0.7, alignment="rigid")
    whole = find_sequences(every, wanted, fps=4, vectors=dense.__getitem__)
    in_band = find_sequences(sparse, wanted, fps=1, band=band)
    assert spans(in_band).tolist() == spans(whole).tolist()


def test_unwanted_stretches_are_masked_in_the_band_too(tmp_path, dense):
    neighbours, band = banded(tmp_path, dense, 4)
    usable = [np.ones(120, bool) for _ in dense]
    usable[2][:] = False
    table = find_sequences(
        neighbours, SequenceSettings(max_distance=0.7), fps=1, band=band, usable=lambda video: usable[video]
    )
    assert sorted(set(table.video_b.tolist())) == [1]


def test_beyond_its_limit_the_band_is_not_used(tmp_path, dense):
    neighbours, band = banded(tmp_path, dense, 4)
    wanted = SequenceSettings(max_distance=LIMIT * 1.05)
    loose, without = (find_sequences(neighbours, wanted, fps=1, band=one) for one in (band, None))
    assert spans(loose).tolist() == spans(without).tolist()
    assert (loose.start_a == np.rint(loose.start_a)).all()

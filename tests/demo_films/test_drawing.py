"""The demo films are drawn the same every time, play, and show what the truth says."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from demo_films import draw_demo
from demo_films.programme import programme
from demo_films.reel import Projector
from vrd_core.media.probe import probe

pytestmark = pytest.mark.slow

MACHINES = "documentaries/Machines of Wonder (2019).mp4"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """All six films, each of a few seconds and in small pictures."""
    told = []
    folder = tmp_path_factory.mktemp("demo")
    films = draw_demo(
        folder,
        pace=0.025,
        scale=0.2,
        workers=2,
        progress=lambda done, total, name: told.append((done, total, name)),
    )
    return films, told


def test_films_can_be_played_and_have_their_length(drawn):
    films, _ = drawn
    assert len(films.videos) == 6
    for path, film in zip(films.videos, programme(0.025, 0.2), strict=True):
        info = probe(path)
        assert (info.width, info.height) == film.size
        assert info.duration == pytest.approx(film.seconds, abs=0.05)
        # The index stands before the pictures, so that a browser can begin before it has the whole file.
        data = path.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")


def test_progress_rises_to_the_total(drawn):
    _, told = drawn
    dones = [done for done, _, _ in told]
    assert dones == sorted(dones)
    assert dones[-1] == told[-1][1] == sum(film.pictures for film in programme(0.025, 0.2))


def test_nothing_half_written_stays(drawn):
    films, _ = drawn
    assert sorted(p for p in films.folder.rglob("*") if p.is_file()) == sorted(films.videos)


def test_drawn_here_or_in_other_processes_is_the_same_file(drawn, tmp_path):
    films, _ = drawn
    only = [path.relative_to(films.folder).as_posix() for path in films.videos[1:4:2]]
    again = draw_demo(tmp_path, only=only, pace=0.025, scale=0.2, workers=1)
    assert [p.read_bytes() for p in again.videos] == [p.read_bytes() for p in films.videos[1:4:2]]


def test_stopping_leaves_no_unfinished_film(tmp_path):
    class Enough(Exception):
        pass

    def stop(done, total, name):
        raise Enough

    for workers in (1, 2):
        with pytest.raises(Enough):
            draw_demo(tmp_path, pace=0.1, scale=0.1, workers=workers, progress=stop)
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("index", range(6))
def test_a_picture_depends_on_its_number_and_the_seed_alone(index):
    film = programme(1, 0.25)[index]
    numbers = [400, 90, 1500]
    forwards = [Projector(film, 3).picture(n)[0].copy() for n in numbers]
    projector = Projector(film, 3)
    backwards = [projector.picture(n)[0].copy() for n in reversed(numbers)][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(forwards, backwards, strict=True))
    other = Projector(film, 4)
    assert not all(np.array_equal(a, other.picture(n)[0]) for a, n in zip(forwards, numbers, strict=True))


def test_a_quotation_is_the_source_picture_with_its_edit():
    film = programme(1, 0.25)[5]
    projector = Projector(film, 1)
    plain = {cut.edits: (begin, cut) for begin, cut in film.cuts()}
    for edits, change in (((), lambda p: p), (("mirror",), lambda p: p[:, ::-1])):
        begin, cut = plain[edits]
        quoted = projector.picture(round((begin + 2) * film.fps))[0]
        source = np.asarray(Projector(cut.source, 1).shown(round((cut.start + 2) * cut.source.fps)))
        assert np.array_equal(quoted, change(source))


def test_the_speed_up_shows_every_source_picture_once():
    film = next(film for film in programme() if film.path == MACHINES)
    cut = next(cut for _, cut in film.cuts() if "24 to 25 fps" in cut.edits)
    numbers = [cut.picture_at(n / film.fps) for n in range(round(cut.seconds * film.fps))]
    assert np.diff(numbers).tolist() == [1] * (len(numbers) - 1)


def test_quoted_footage_never_stands_still():
    """Frames a second apart differ by far more than their grain: a stretch can be placed to the second."""
    for film in programme(1, 0.2)[4:]:
        projector = Projector(film, 1)
        for begin, cut in film.cuts():
            stills = [
                np.asarray(
                    Image.fromarray(projector.picture(round((begin + k) * film.fps))[0]).convert("L").reduce(4),
                    dtype=float,
                )
                for k in range(int(cut.seconds))
            ]
            steps = [np.abs(a - b).mean() for a, b in pairwise(stills)]
            assert min(steps) > 2, (film.path, begin, steps)


def test_films_that_are_there_are_kept_and_missing_ones_drawn(tmp_path):
    only = ["archive/First Steps (1969).mp4"]
    (film,) = draw_demo(tmp_path, only=only, pace=0.02, scale=0.1, workers=1).videos
    before = film.stat().st_mtime_ns
    draw_demo(tmp_path, only=only, pace=0.02, scale=0.1, workers=1)
    assert film.stat().st_mtime_ns == before
    draw_demo(tmp_path, only=only, pace=0.02, scale=0.1, workers=1, seed=2)
    assert film.stat().st_mtime_ns != before
    film.unlink()
    draw_demo(tmp_path, only=only, pace=0.02, scale=0.1, workers=1, seed=2)
    assert film.is_file()

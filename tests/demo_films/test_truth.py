"""The truth beside the demo films says what their lists of cuts say."""

import csv
from itertools import combinations

import pytest

from demo_films import draw_demo
from demo_films.edits import EDITS
from demo_films.programme import programme
from demo_films.truth import SHORTEST, truth_of


@pytest.fixture(scope="module")
def films():
    return programme()


@pytest.fixture(scope="module")
def truth(films):
    return truth_of(films)


def test_archive_is_short_and_documentaries_run_two_to_four_minutes(films):
    assert [film.path.split("/")[0] for film in films] == ["archive"] * 4 + ["documentaries"] * 2
    assert all(60 < film.seconds < 120 for film in films[:4])
    assert all(120 < film.seconds < 240 for film in films[4:])


def test_every_row_lies_within_its_films_and_names_the_first_path_first(films, truth):
    seconds = {film.path: film.seconds for film in films}
    for row in truth:
        assert row.video_a < row.video_b
        assert 0 <= row.start_a < row.end_a <= seconds[row.video_a] + 0.005
        assert 0 <= row.start_b < row.end_b <= seconds[row.video_b] + 0.005


def test_every_cut_has_its_row(films, truth):
    rows = {(row.video_a, row.start_a, row.end_a, row.video_b, row.start_b, row.end_b) for row in truth}
    for film in films:
        for begin, cut in film.cuts():
            row = (cut.source.path, cut.start, cut.end, film.path, begin, begin + cut.seconds)
            assert tuple(round(v, 2) if isinstance(v, float) else v for v in row) in rows


def test_every_kind_of_edit_is_there(truth):
    archive_rows = [row for row in truth if row.video_a.startswith("archive/")]
    done = {edit for row in archive_rows for edit in row.edit.split(" + ")}
    fitted = {"none", "pillarbox", "fill", "24 to 25 fps"}
    assert done == fitted | set(EDITS)
    assert all(5 <= row.end_b - row.start_b <= 20 for row in archive_rows)


def test_speed_up_takes_more_of_the_source_than_it_lasts(truth):
    (row,) = [row for row in truth if row.edit.startswith("24 to 25 fps") and "/" not in row.edit]
    assert (row.end_a - row.start_a) / (row.end_b - row.start_b) == pytest.approx(25 / 24, abs=0.002)


def test_what_two_documentaries_share_follows_from_their_cuts(films, truth):
    """A slow second opinion: walk through both films and note where they show the same source picture."""
    one, other = films[4:]
    shown = [{}, {}]
    for film, at in zip((one, other), shown, strict=True):
        for begin, cut in film.cuts():
            for n in range(round(cut.seconds * 4)):
                source = (cut.source.path, round((cut.start + n / 4 * cut.speed) * 2))
                at.setdefault(source, []).append(begin + n / 4)
    common = [(a, b) for source in shown[0].keys() & shown[1] for a in shown[0][source] for b in shown[1][source]]
    rows = [row for row in truth if row.video_a == one.path and row.video_b == other.path]
    assert len(rows) >= 3
    for a, b in common:
        assert any(r.start_a - 1 <= a <= r.end_a + 1 and r.start_b - 1 <= b <= r.end_b + 1 for r in rows)
    for row in rows:
        inside = [a for a, b in common if row.start_a <= a <= row.end_a and row.start_b <= b <= row.end_b]
        assert max(inside) - min(inside) > (row.end_a - row.start_a) - 1.5


def test_one_stretch_is_used_twice(truth):
    archive_rows = [row for row in truth if row.video_a.startswith("archive/")]
    assert any(
        a.video_a == b.video_a and a.video_b == b.video_b and min(a.end_a, b.end_a) - max(a.start_a, b.start_a) > 5
        for a, b in combinations(archive_rows, 2)
    )


def test_no_overlap_is_too_short_to_be_found(films):
    assert truth_of(films, shortest=0.05) == truth_of(films, shortest=SHORTEST) == truth_of(films, shortest=5)


def test_truth_of_some_films_is_what_is_between_them(tmp_path):
    only = ["archive/First Steps (1969).mp4", "documentaries/Machines of Wonder (2019).mp4"]
    drawn = draw_demo(tmp_path, only=only, pace=0.02, scale=0.1, workers=1)
    assert [path.relative_to(drawn.folder).as_posix() for path in drawn.videos] == only
    assert len(drawn.truth) == 3
    assert drawn.truth_csv == tmp_path / "truth.csv"
    with drawn.truth_csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["video_a", "start_a", "end_a", "video_b", "start_b", "end_b", "edit"]
    assert all((tmp_path / "films" / row[video]).is_file() for row in rows for video in ("video_a", "video_b"))
    assert all(len(row["start_a"].split(".")[1]) == 2 for row in rows)


def test_an_unknown_film_is_refused_with_the_names_of_the_known(tmp_path):
    with pytest.raises(ValueError, match=r"Harbour Days.*Received: \['Jaws'\]"):
        draw_demo(tmp_path, only=["Jaws"])

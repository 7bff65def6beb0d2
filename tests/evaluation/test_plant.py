"""Planted films: what is on the screen is what the truth says."""

import subprocess

import numpy as np
import pytest

from tests.evaluation.conftest import SIZE
from vrd_core.errors import Cancelled, SettingsError, VRDError
from vrd_core.evaluation import plan, plant, render, structures
from vrd_core.evaluation.edits import EDITS, LATER_EDITS
from vrd_core.evaluation.plan import Documentary, Piece, Scene, Source, Stretch
from vrd_core.evaluation.structures import Structures
from vrd_core.evaluation.truth import read_reuse
from vrd_core.media.ffmpeg import ffmpeg_exe

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(plan, "SIZES", (SIZE,))
    monkeypatch.setattr(structures, "SIZES", (SIZE,))


def luma(path):
    """Return the luma of every frame (n, h, w), in the video range 16 to 235."""
    command = [ffmpeg_exe(), "-nostdin", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    raw = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.uint8)
    pixels = SIZE[0] * SIZE[1]
    return raw.reshape(-1, pixels * 3 // 2)[:, :pixels].reshape(-1, SIZE[1], SIZE[0]).astype(float)


def shown_second(picture):
    """Read the number of the frame that a picture shows, as a second of its source."""
    return (picture[14:24, 30:66].mean() - 20) * 3 / 25


def test_every_row_of_the_truth_shows_that_second_of_its_source(planted):
    made, _ = planted
    rows = [row for row in read_reuse(made.truth) if row.video_a.startswith("archive/")]
    assert made.stretches >= 5
    assert {row.edit for row in rows} > {"none", "1.5x"}
    films = {row.video_b: luma(made.films / row.video_b) for row in rows}
    for row in rows:
        for second in np.linspace(row.start_a + 0.1, row.end_a - 0.1, 5):
            picture = films[row.video_b][round(row.at(second) * 25)]
            assert shown_second(picture) == pytest.approx(second, abs=0.2), row


def test_what_two_documentaries_share_shows_the_same_second(planted):
    made, _ = planted
    shared = [row for row in read_reuse(made.truth) if not row.video_a.startswith("archive/")]
    assert shared
    for row in shared:
        middle = (row.start_a + row.end_a) / 2
        one = luma(made.films / row.video_a)[round(middle * 25)]
        two = luma(made.films / row.video_b)[round(row.at(middle) * 25)]
        assert shown_second(one) == pytest.approx(shown_second(two), abs=0.2)


def test_sources_are_in_the_library_and_bad_files_are_told(planted, numbered_films):
    made, calls = planted
    assert (made.films / "archive/sub folder/second.mp4").read_bytes() == (
        numbered_films / "sub folder/second.mp4"
    ).read_bytes()
    assert any("broken.mp4" in reason for reason in made.left_out)
    assert calls[-1][0] == "plant"
    assert calls[-1][1] == calls[-1][2]


def test_leaders_are_black(planted):
    made, _ = planted
    film = luma(next((made.films / "documentaries").iterdir()))
    assert film[0].max() < 20
    assert film[-1].max() < 20


def test_the_same_seed_makes_the_same_films_and_other_values_do_not_overwrite(numbered_films, tmp_path):
    few = {"seed": 2, "documentaries": 2, "stretches": 2, "shortest": 2, "longest": 3, "edits": ("noise", "dissolve")}
    made = plant.plant(numbered_films, tmp_path / "one", **few)
    plant.plant(numbered_films, tmp_path / "two", **few)
    for path in (made.films / "documentaries").iterdir():
        other = tmp_path / "two/films/documentaries" / path.name
        assert hash(path.read_bytes()) == hash(other.read_bytes()), path
    assert made.truth.read_text() == (tmp_path / "two/truth.csv").read_text()
    assert plant.plant(numbered_films, tmp_path / "one", **few) == made
    with pytest.raises(SettingsError, match="Choose an empty folder"):
        plant.plant(numbered_films, tmp_path / "one", **few | {"seed": 3})


def test_stopping_leaves_nothing_half_done(numbered_films, tmp_path):
    def stop(step, done, total, detail):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        plant.plant(numbered_films, tmp_path / "out", documentaries=2, stretches=2, shortest=2, progress=stop)
    assert not (tmp_path / "out/films").exists()
    assert not (tmp_path / "out/plant.json").exists()


def test_a_folder_without_films(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(VRDError, match="no film"):
        plant.plant(tmp_path / "in", tmp_path / "out")
    with pytest.raises(SettingsError, match="folder of films"):
        plant.plant(tmp_path / "nowhere", tmp_path / "out")


def pictures(numbered_films, tmp_path, edits, frames=50):
    """Return luma (frames, h, w) and chroma (frames, 2, h / 2, w / 2) of a stretch from second 4 on."""
    film = Source("first.mp4", numbered_films / "first.mp4", 24.0, np.zeros(48, bool))
    piece = Piece(film, 4.0, EDITS[edits[0]].speed, frames)
    stretch = Stretch("s", edits, (piece,), 0.5, 0.5, 7)
    raw = b"".join(render.part_frames(stretch, SIZE, tmp_path))
    width, height = SIZE
    planes = np.frombuffer(raw, np.uint8).reshape(frames, -1).astype(float)
    return (
        planes[:, : width * height].reshape(frames, height, width),
        planes[:, width * height :].reshape(frames, 2, height // 2, width // 2),
    )


@pytest.fixture
def plain(numbered_films, tmp_path):
    return pictures(numbered_films, tmp_path, ("none",))


def test_unedited(plain):
    assert shown_second(plain[0][25]) == pytest.approx(5.0, abs=0.15)
    assert plain[1].mean() == pytest.approx(125, abs=3)


def test_colours(plain, numbered_films, tmp_path):
    assert np.abs(pictures(numbered_films, tmp_path, ("grey",))[1] - 128).max() <= 1
    tint = pictures(numbered_films, tmp_path, ("tint",))[1].mean((0, 2, 3))
    assert tint[0] < plain[1][:, 0].mean()
    assert tint[1] > 128
    assert pictures(numbered_films, tmp_path, ("contrast",))[0].std() > plain[0].std() * 1.1
    assert pictures(numbered_films, tmp_path, ("dark",))[0].mean() < plain[0].mean() * 0.6


def test_geometry(plain, numbered_films, tmp_path):
    mirrored = pictures(numbered_films, tmp_path, ("mirror",))[0]
    assert np.abs(mirrored[:, :, ::-1] - plain[0]).mean() < 4
    letterbox = pictures(numbered_films, tmp_path, ("letterbox",))[0]
    assert letterbox[:, :8].max() <= 18
    assert letterbox[:, -8:].max() <= 18
    pillarbox = pictures(numbered_films, tmp_path, ("pillarbox",))[0]
    assert pillarbox[:, :, :11].max() <= 18
    assert pillarbox[:, 36, 48].mean() > 30
    # Of the middle 75 %, the upper half is a third of a picture less: the edge between the halves stays in the middle.
    assert pictures(numbered_films, tmp_path, ("crop",))[0][:, :30].std((1, 2)).max() < 3


def test_overlays(plain, numbered_films, tmp_path):
    logo = pictures(numbered_films, tmp_path, ("logo",))[0]
    assert np.abs(logo - plain[0])[:, 58:64].mean() > 10
    assert np.abs(logo - plain[0])[:, 20:34, 30:60].mean() < 1
    inset = pictures(numbered_films, tmp_path, ("pip",))[0]
    middle = inset[:, 20:26, 40:56]
    assert middle.std((1, 2)).max() < 8
    assert np.abs(np.diff(middle.mean((1, 2)))).mean() == pytest.approx(1 / 3, abs=0.1)


def test_noise_moves(plain, numbered_films, tmp_path):
    noisy = pictures(numbered_films, tmp_path, ("noise",))[0]
    assert noisy[:, 10:25].std((1, 2)).mean() > plain[0][:, 10:25].std((1, 2)).mean() + 3


def test_dissolve_begins_and_ends_in_other_footage(plain, numbered_films, tmp_path):
    film = pictures(numbered_films, tmp_path, ("dissolve",), frames=100)[0]
    whole = pictures(numbered_films, tmp_path, ("none",), frames=100)[0]
    beside = np.abs(film - whole).mean((1, 2))
    assert beside[0] > 15
    assert beside[-1] > 15
    assert beside[45:55].max() < 2


def test_two_edits(numbered_films, tmp_path):
    luma_, chroma = pictures(numbered_films, tmp_path, ("mirror", "grey"))
    assert np.abs(chroma - 128).max() <= 1
    assert luma_.std() > 10


def upper(planes):
    """Return the luma of the upper half of second 5, of which every pixel is the same in the source."""
    return planes[0][25, 4:32, 8:88]


@pytest.mark.parametrize("edit", LATER_EDITS)
def test_every_later_edit_changes_the_picture(plain, numbered_films, tmp_path, edit):
    edited = pictures(numbered_films, tmp_path, (edit,))
    assert np.abs(edited[0][40] - plain[0][40]).mean() > 4
    again = pictures(numbered_films, tmp_path, (edit,))
    assert (again[0] == edited[0]).all()
    assert (again[1] == edited[1]).all()


def test_light_and_colours_of_later_edits(plain, numbered_films, tmp_path):
    def of(edit):
        return pictures(numbered_films, tmp_path, (edit,))

    assert np.abs(255 - of("negative")[0] - plain[0]).mean() < 3
    two_tone = of("two-tone")
    assert np.isin(two_tone[0].round(), (20, 230)).mean() > 0.75
    assert np.abs(two_tone[1] - 128).max() <= 1
    assert len(np.unique((of("posterised")[0][25, 40:] / 8).round())) < len(np.unique((plain[0][25, 40:] / 8).round()))
    # An evenly lit half has no outlines; the border between the halves is one.
    edges = of("edges")[0][25]
    assert edges[4:30, 8:88].max() < 40
    assert edges[34:38, 8:88].mean() > edges[4:30, 8:88].mean() + 20
    vignette = of("vignette")[0][25]
    assert vignette[:8, :8].mean() < plain[0][25, :8, :8].mean() * 0.7
    assert vignette[30:36, 40:56].mean() > plain[0][25, 30:36, 40:56].mean() * 0.9
    bright = of("solarised")[0][25, 40:]
    assert np.corrcoef(bright[plain[0][25, 40:] > 150], plain[0][25, 40:][plain[0][25, 40:] > 150])[0, 1] < 0
    assert of("soft")[0][25, 40:].std() < plain[0][25, 40:].std() * 0.7


def test_geometry_of_later_edits(plain, numbered_films, tmp_path):
    def of(edit):
        return pictures(numbered_films, tmp_path, (edit,))[0]

    assert np.abs(of("upside down")[:, ::-1, ::-1] - plain[0]).mean() < 4
    turned = of("turned")
    # 72 x 96 fits 54 x 72 into the screen: bars left and right, and the even upper half now lies at the right.
    assert turned[:, :, :18].max() <= 18
    assert turned[25, 8:64, 52:70].std() < 3
    corner = of("corner")
    # x = y = .5 rounds to the upper left.
    assert corner[25, 4:12, 6:30].std() < 4
    assert np.diff(corner[:, 4:12, 6:30].mean((1, 2))).mean() == pytest.approx(1 / 3, abs=0.1)
    quad = of("quad")
    assert quad[25, 3:15, 4:44].std() < 4
    assert quad[25, :36, 50:].std() > 4
    zoomed = of("slow zoom")
    assert np.abs(zoomed[0] - plain[0][0]).mean() < np.abs(zoomed[45] - plain[0][45]).mean()


def test_what_lies_over_the_picture(plain, numbered_films, tmp_path):
    def of(edit):
        return pictures(numbered_films, tmp_path, (edit,))[0]

    frame = of("frame")
    assert np.abs(np.diff(frame[:, :6].mean((1, 2)))).max() < 1
    assert frame[25, 14:30, 20:76].std() < 3
    assert np.diff(frame[:, 16:28, 30:66].mean((1, 2))).mean() == pytest.approx(1 / 3, abs=0.1)
    scribbles = np.abs(of("scribbles") - plain[0])
    still = (scribbles > 40).mean(axis=0)
    assert 0.02 < (still == 1).mean() < 0.6
    damage = np.abs(of("damage") - plain[0])
    assert (damage > 30).any(axis=0).mean() > (damage[25] > 30).mean() * 1.5
    dots = of("halftone")[25]
    assert ((dots < 60) | (dots > 180)).mean() > 0.7


def test_three_edits_at_once(numbered_films, tmp_path):
    luma_, chroma = pictures(numbered_films, tmp_path, ("ghost", "scribbles", "grey"))
    assert luma_.shape == (50, SIZE[1], SIZE[0])
    assert pictures(numbered_films, tmp_path, ("cartoon", "damage", "letterbox"))[0][:, :6].mean() < 40
    assert pictures(numbered_films, tmp_path, ("ghost", "ghost", "quad"))[0].std() > 5
    assert chroma.std() > 1  # the scribbles are coloured


def test_structures(numbered_films, tmp_path):
    wanted = Structures(doubles=1, held=1, copies=4, badges=2)
    values = {"documentaries": 2, "stretches": 2, "shortest": 2, "longest": 3, "edits": ("none",)}
    made = plant.plant(numbered_films, tmp_path / "out", structures=wanted, **values)
    reels = sorted((made.films / "copies").iterdir())
    assert len(reels) == 4
    contents = [reel.read_bytes() for reel in reels]
    assert contents[0] == contents[1]
    assert contents[0] == contents[3] != contents[2]
    assert {row.pair for row in made.rows if row.edit == "copy"} == {
        (f"copies/reel_{a:02d}.mp4", f"copies/reel_{b:02d}.mp4") for a in range(1, 5) for b in range(a + 1, 5)
    }
    held = next(row for row in made.rows if row.edit == "held+none" and row.video_a.startswith("archive/"))
    film = luma(made.films / held.video_b)[round(held.start_b * 25) : round(held.end_b * 25)]
    assert len(film) >= 6 * 25
    assert np.abs(np.diff(film, axis=0)).mean() < 1
    second = shown_second(film[30])
    assert held.start_a <= second <= held.end_a
    twice = [row for row in made.rows if row.edit.startswith("double") and row.video_a.startswith("archive/")]
    assert len({row.video_b for row in twice}) == 1
    for row in twice:
        assert shown_second(luma(made.films / row.video_b)[round(row.at(row.start_a + 1) * 25)]) == pytest.approx(
            row.start_a + 1, abs=0.2
        )
    assert not any("badge" in name for row in made.rows for name in row.pair)
    with pytest.raises(SettingsError, match="Choose an empty folder"):
        plant.plant(numbered_films, tmp_path / "out", **values)


def test_logo_and_timecode_are_the_same_on_every_film_that_carries_them(tmp_path):
    size = (192, 144)
    films = []
    for seed in (1, 2):
        film = Documentary(f"{seed}.mp4", size, (Scene("own", 60, seed),), badge=True)
        render.render_documentary(film, tmp_path / film.name, None, 0, 60)
        command = [ffmpeg_exe(), "-v", "error", "-i", str(tmp_path / film.name), "-pix_fmt", "gray"]
        raw = subprocess.run([*command, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
        films.append(np.frombuffer(raw, np.uint8).reshape(60, 144, 192).astype(float))
    one, two = films
    assert np.abs(one[:, 8:28, 10:50] - two[:, 8:28, 10:50]).mean() < 6
    code = (slice(None), slice(124, 134), slice(60, 130))
    assert np.abs(one[code] - two[code]).mean() < 8
    assert np.abs(one[50][code[1:]] - one[10][code[1:]]).mean() > 2
    assert np.abs(one[:, 40:120, 60:] - two[:, 40:120, 60:]).mean() > 10

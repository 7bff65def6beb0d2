"""Each cause of a missed stretch is provoked, named, and undone by the setting that is proposed."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from vrd_core.errors import VRDError
from vrd_core.evaluation.line import Line, runs_through
from vrd_core.evaluation.missed import CAUSES, explain_missed, stretch_at
from vrd_core.evaluation.truth import Reuse
from vrd_core.neighbours.find import find_neighbours
from vrd_core.neighbours.items import SearchItem
from vrd_core.project.view import View
from vrd_core.settings import FrameSettings, SearchSettings, SequenceSettings
from vrd_core.store import Store

DIM = 32
USUAL = SequenceSettings(max_distance=0.3)
REUSE = Reuse("a", 10, 22, "b", 30, 42)


class Stills:
    def __init__(self, count, pictures=None, cut=0):
        self.luma_spread = np.full(count, 40, np.float32)
        self.pictures, self.cut = pictures, cut

    def image(self, k):
        return self.pictures[k] if self.pictures else Image.effect_noise((32, 32), 50)

    def trimmed(self, k):
        image = self.image(k)
        return image.crop((0, self.cut, image.width, image.height - self.cut))


class FakeView(View):
    """As much of a view as the explanation needs, over vectors made up in a test."""

    def __init__(self, folder, vectors, stills=None, groups=None, trim=True, **search):
        self.store = Store(folder)
        self.settings = SimpleNamespace(
            frames=FrameSettings(), search=SearchSettings(**search), fingerprints=SimpleNamespace(trim_borders=trim)
        )
        self.names = sorted(vectors)
        self.arrays = [vectors[name] for name in self.names]
        groups = groups or {}
        self.videos = [
            SimpleNamespace(name=n, count=len(v), group=groups.get(n, ""), dense_key=None)
            for n, v in zip(self.names, self.arrays, strict=True)
        ]
        self.stills = stills or {}
        items = [
            SearchItem(key=f"{n}{v.sum()}", collection=groups.get(n, ""), vectors=v, usable=self.usable(k))
            for k, (n, v) in enumerate(zip(self.names, self.arrays, strict=True))
        ]
        self.neighbours = find_neighbours(items, self.settings.search, self.store)

    def vectors(self, video):
        return self.arrays[video]

    def frames(self, video):
        return self.stills.get(self.names[video]) or Stills(len(self.arrays[video]))

    def usable(self, video):
        search = self.settings.search
        return (self.frames(video).luma_spread >= search.single_colour_spread) | (not search.mask_single_colour)


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def apart(rng, rows, distance):
    """Return vectors at about this squared distance from `rows`."""
    return unit(rows + rng.standard_normal(rows.shape) * np.sqrt(distance / rows.shape[1]))


def exactly(rng, rows, distance):
    """Return unit vectors at this squared distance from `rows`."""
    aside = rng.standard_normal(rows.shape)
    aside = unit(aside - (aside * rows).sum(axis=1, keepdims=True) * rows)
    cosine = 1 - distance / 2
    return (cosine * rows + np.sqrt(1 - cosine**2) * aside).astype(np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture
def films(rng):
    films = {name: unit(rng.standard_normal((60, DIM))) for name in "abcd"}
    films["b"][30:42] = apart(rng, films["a"][10:22], 0.05)
    return films


def test_what_is_found_is_said_to_be_found(films, tmp_path):
    assert explain_missed(FakeView(tmp_path, films), REUSE, USUAL).cause == "found"
    assert explain_missed(FakeView(tmp_path, films), stretch_at("b", 30, "a", 10), USUAL).cause == "found"


def test_above_the_threshold(films, rng, tmp_path):
    films["b"][30:42] = apart(rng, films["a"][10:22], 0.5)
    view = FakeView(tmp_path, films)
    why = explain_missed(view, REUSE, SequenceSettings(max_distance=0.1))
    assert why.cause == "threshold"
    needed = why.settings["max_distance"]
    assert 0.1 < needed < 1.0
    assert explain_missed(view, REUSE, SequenceSettings(max_distance=needed)).cause == "found"
    assert explain_missed(view, REUSE, SequenceSettings(max_distance=needed * 0.5)).cause == "threshold"


def test_shorter_than_asked(films, rng, tmp_path):
    films["b"][34:42] = unit(rng.standard_normal((8, DIM)))
    view = FakeView(tmp_path, films)
    why = explain_missed(view, Reuse("a", 10, 14, "b", 30, 34), USUAL)
    assert (why.cause, why.settings) == ("short", {"shortest_sequence": 4.0})
    again = SequenceSettings(max_distance=0.3, shortest_sequence=4)
    assert explain_missed(view, Reuse("a", 10, 14, "b", 30, 34), again).cause == "found"


def test_only_a_short_run_matches(films, rng, tmp_path):
    films["b"][33:42] = unit(rng.standard_normal((9, DIM)))
    why = explain_missed(FakeView(tmp_path, films), REUSE, USUAL)
    assert (why.cause, why.settings) == ("short", {"shortest_sequence": 3.0})


def test_skip_too_small(films, rng, tmp_path):
    # A little above the threshold: four unrelated frames in a row would be the end whatever may be skipped.
    films["b"][34:38] = exactly(rng, films["a"][14:18], 0.36)
    view = FakeView(tmp_path, films)
    why = explain_missed(view, REUSE, USUAL)
    assert (why.cause, why.settings) == ("skip", {"allow_skip": 4})
    assert explain_missed(view, REUSE, SequenceSettings(max_distance=0.3, allow_skip=4)).cause == "found"
    assert {fix.cause for fix in why.others} >= {"short"}


def test_masked_as_near_single_colour(films, tmp_path):
    stills = Stills(60)
    stills.luma_spread[30:40] = np.linspace(5, 7, 10)
    why = explain_missed(FakeView(tmp_path, films, stills={"b": stills}), REUSE, USUAL)
    assert (why.cause, why.settings) == ("masked", {"single_colour_spread": 5.0})
    assert "10 of its 12" in why.message
    again = FakeView(tmp_path, films, stills={"b": stills}, **why.settings)
    assert explain_missed(again, REUSE, USUAL).cause == "found"


def test_not_among_the_nearest(films, rng, tmp_path):
    for name in "cd":
        films[name][:12] = apart(rng, films["a"][10:22], 0.005)
    for name in "ef":
        films[name] = unit(rng.standard_normal((60, DIM)))
        films[name][:12] = apart(rng, films["b"][30:42], 0.005)
    why = explain_missed(FakeView(tmp_path, films, neighbours_considered=2), REUSE, USUAL)
    assert why.cause == "neighbours"
    again = FakeView(tmp_path, films, **why.settings)
    assert explain_missed(again, REUSE, USUAL).cause == "found"
    fewer = FakeView(tmp_path, films, neighbours_considered=why.settings["neighbours_considered"] - 1)
    assert explain_missed(fewer, REUSE, USUAL).cause == "neighbours"


def test_merged_away(films, rng, tmp_path):
    # A movement that repeats every three seconds: nine hits at offset 20, six at offset 23.
    films["a"][10:19] = np.tile(films["a"][10:13], (3, 1))
    films["b"][30:42] = unit(rng.standard_normal((12, DIM)))
    films["b"][30:39] = films["a"][10:19]
    view = FakeView(tmp_path, films)
    beside = Reuse("a", 10, 16, "b", 33, 39)
    why = explain_missed(view, beside, USUAL)
    assert (why.cause, why.settings) == ("merged", {"combine_overlap": False})
    both = SequenceSettings(max_distance=0.3, combine_overlap=False)
    assert explain_missed(view, beside, both).cause == "found"


def test_left_out_beside_a_nearer_one(films, rng, tmp_path):
    films["a"][10:16] = films["a"][10]
    films["b"][30:36] = apart(rng, films["a"][10:16], 0.0)
    films["b"][38:44] = apart(rng, films["a"][10:16], 0.05)
    view = FakeView(tmp_path, films)
    beside = Reuse("a", 10, 16, "b", 38, 44)
    why = explain_missed(view, beside, USUAL)
    assert (why.cause, why.settings) == ("merged", {"combine_overlap": False})
    assert explain_missed(view, beside, SequenceSettings(max_distance=0.3, combine_overlap=False)).cause == "found"


def test_cut_at_the_wrong_border(films, rng, tmp_path):
    films["b"][30:42] = unit(rng.standard_normal((12, DIM)))
    pictures = [Image.fromarray(rng.integers(0, 255, (8, 8), np.uint8)).resize((64, 48)) for _ in range(60)]
    barred = []
    for k in range(60):
        canvas = Image.new("L", (64, 80))
        canvas.paste(pictures[max(0, k - 20)], (0, 16))
        barred.append(canvas)
    stills = {"a": Stills(60, pictures), "b": Stills(60, barred, cut=16)}
    why = explain_missed(FakeView(tmp_path, films, stills=stills, trim=False), REUSE, USUAL)
    assert (why.cause, why.settings) == ("borders", {"trim_borders": True})
    # The other way round: where the border ate picture, leaving it whole is the remedy.
    eaten = {"a": Stills(60, pictures), "b": Stills(60, [pictures[max(0, k - 20)] for k in range(60)], cut=16)}
    why = explain_missed(FakeView(tmp_path, films, stills=eaten), REUSE, USUAL)
    assert (why.cause, why.settings) == ("borders", {"trim_borders": False})


def test_another_speed(films, rng, tmp_path):
    steps = rng.standard_normal((60, DIM)).cumsum(axis=0) + 8 * rng.standard_normal(DIM)
    films["a"] = unit(steps)
    times = 10 + 1.5 * np.arange(20)
    films["b"][30:50] = unit(np.stack([np.interp(times, np.arange(60), films["a"][:, d]) for d in range(DIM)], axis=1))
    view = FakeView(tmp_path, films)
    settings = SequenceSettings(max_distance=0.005)
    why = explain_missed(view, Reuse("a", 10, 40, "b", 30, 50), settings)
    assert (why.cause, why.settings) == ("speed", {"alignment": "elastic"})


def test_two_collections(films, tmp_path):
    view = FakeView(tmp_path, films, groups={"a": "x", "b": "x", "c": "y", "d": "y"}, scope="collections")
    why = explain_missed(view, REUSE, USUAL)
    assert (why.cause, why.settings) == ("not compared", {"scope": "videos"})


def test_several_causes(films, rng, tmp_path):
    stills = Stills(60)
    stills.luma_spread[30:42] = 3
    films["b"][30:42] = apart(rng, films["a"][10:22], 1.2)
    why = explain_missed(FakeView(tmp_path, films, stills={"b": stills}), REUSE, USUAL)
    assert why.cause == "several"
    assert "12 left out" in why.message


def test_the_automatic_threshold_is_used(films, tmp_path):
    view = FakeView(tmp_path, films)
    view.threshold = SimpleNamespace(value=0.3)
    assert explain_missed(view, REUSE).cause == "found"


def test_wrong_questions(films, tmp_path):
    view = FakeView(tmp_path, films)
    with pytest.raises(VRDError, match="has no video 'x'"):
        explain_missed(view, Reuse("a", 0, 9, "x", 0, 9), USUAL)
    with pytest.raises(VRDError, match="outside its videos"):
        explain_missed(view, Reuse("a", 100, 109, "b", 0, 9), USUAL)


def test_every_cause_has_words():
    assert all(CAUSES.values())


@pytest.mark.parametrize(
    ("near", "masked", "through"),
    [
        ("44444", "", True),
        ("4444", "", False),  # 4 s
        ("11111", "", False),  # too little evidence
        ("22222", "", True),
        ("4400044", "", False),  # three in a row, two may be skipped
        ("4400444", "", True),
        ("2002002", "", False),  # more against it than for it
        ("40404004", "", True),
        ("4x.x4", "01010", True),
        ("44xxxxx4", "00111110", True),
        ("0044444000", "", True),
    ],
)
def test_runs(near, masked, through):
    # Quarters of the limit by which each frame pair is nearer; 0 is a little farther than the limit.
    distance = np.array([1 - int(n) / 4 if n in "1234" else 1.2 for n in near], np.float32)
    mask = np.array([m == "1" for m in masked]) if masked else np.zeros(len(near), bool)
    frames = np.arange(len(near))
    line = Line(0, 1, frames, frames, distance, mask, ~mask, np.full(len(near), 40, np.float32), threshold=1.0)
    assert runs_through(line, line.stored, mask, SequenceSettings(max_distance=1), 1.0, 60.0) is through
    few = np.zeros(len(near), bool)
    assert not runs_through(line, few, mask, SequenceSettings(max_distance=1), 1.0, 60.0)

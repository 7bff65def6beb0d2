"""The page Evaluate: a list is loaded, measured, explained and compared; what is wrong is said in plain words."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.evaluate import measuring, truth_file
from dashboard.evaluate.missed import seconds_of
from dashboard.shell import data
from tests.dashboard.conftest import APP, AWKWARD, SHARED
from tests.dashboard.test_pages import number_of_sequences, slider, words
from vrd_core.errors import TruthError
from vrd_core.evaluation.truth import Reuse
from vrd_core.project.project import Project
from vrd_core.store import Store

pytestmark = pytest.mark.slow

HEADER = "video_a,start_a,end_a,video_b,start_b,end_b,edit\n"
NEVER = Reuse("archive/film 0.mp4", 70, 85, "films/film 5.mp4", 10, 25, "mirror")
"""Said to be reused and nowhere near it."""


def name_of(n):
    return AWKWARD if n == 3 else f"{'archive' if n % 2 == 0 else 'films'}/film {n}.mp4"


@pytest.fixture
def project(here):
    with Store(here) as store:
        opened = Project.open("Planted", store=store)
        yield opened
        truth_file.forget(opened)


@pytest.fixture
def listed(project, monkeypatch):
    """The stretches that were planted, and one that is not there, as the project's truth."""
    monkeypatch.setattr(measuring, "SECONDS_AT_ONCE", 120.0)
    rows = [
        f"{name_of(s.a)},{s.first_a},{s.first_a + s.length},{name_of(s.b)},{s.first_b},{s.first_b + s.length},crop\n"
        for s in SHARED
    ]
    never = f"{NEVER.video_a},{NEVER.start_a},{NEVER.end_a},{NEVER.video_b},{NEVER.start_b},{NEVER.end_b},mirror\n"
    truth_file.keep(project, "list.csv", (HEADER + "".join(rows) + never).encode())
    return project


def cards(app):
    return {metric.label: metric.value for metric in app.metric}


def test_without_a_list_the_page_teaches(open_page, project):
    app = open_page("evaluate")
    assert "A list of your own" in words(app)
    assert "No list?" in words(app)
    assert "python -m vrd_core plant" in "".join(code.value for code in app.get("code"))


@pytest.mark.parametrize("made", [False, True])
def test_before_anything_is_processed_it_says_so(tmp_path, monkeypatch, made):
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path))
    if made:
        with Store(tmp_path) as store:
            Project.open("New", videos=tmp_path, store=store)
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page("../pages/evaluate.py").run()
    assert not app.exception
    assert ("Nothing has been processed yet" if made else "No project yet") in words(app)


def test_what_is_found_is_measured(open_page, listed):
    app = open_page("evaluate")
    assert not app.error
    assert cards(app)["Stretches found"] == f"{len(SHARED)} of {len(SHARED) + 1}"
    assert cards(app)["Pairs of films"].split(" · ")[:2] == [str(len({(s.a, s.b) for s in SHARED})), "1"]
    assert float(cards(app)["Recall"]) > 0.7
    assert "Best F" in words(app)


def test_lowering_the_threshold_loses_stretches(open_page, listed):
    app = open_page("evaluate")
    before = cards(app)
    slider(app, "max_").set_value(0.0).run()
    assert not app.exception
    assert number_of_sequences(app) == 0
    assert cards(app)["Stretches found"] == f"0 of {len(SHARED) + 1}" != before["Stretches found"]
    assert "Use the best" in [b.label for b in app.button]
    next(b for b in app.button if b.label == "Use the best").click().run()
    assert cards(app)["Stretches found"] == before["Stretches found"]


def test_a_missed_stretch_is_explained_and_the_setting_is_a_click_away(open_page, listed):
    app = open_page("evaluate")
    slider(app, "max_").set_value(0.0).run()
    next(b for b in app.button if b.label == "Why missed?").click().run()
    assert not app.exception
    assert "above the threshold" in words(app)
    fix = next(b for b in app.button if b.label.startswith("Move the threshold to"))
    fix.click().run()
    assert not app.exception
    assert number_of_sequences(app) > 0
    assert not cards(app)["Stretches found"].startswith("0 ")


@pytest.mark.parametrize("outcome", ["missed", "found", "false"])
def test_each_list_is_in_the_link(open_page, listed, outcome):
    app = open_page("evaluate", outcome=outcome)
    assert app.button_group(key="_outcome").value == outcome
    shown = "".join(e.value for e in app.get("html") if isinstance(e.value, str))
    if outcome == "missed":
        assert "mirror" in shown
        assert "vrd-strip" in shown
    if outcome == "found":
        assert "found</span>" in shown
        assert "&lt;b&gt;*Long*&lt;/b&gt;" in shown
        assert "<b>*Long*" not in shown


def test_two_times_are_asked_about_without_a_list(open_page, project):
    app = open_page("evaluate", lost_at_a="0:10", lost_at_b="30", lost_b="film 1")
    assert not app.exception
    assert "It is found" in words(app)
    app.text_input(key="lost_at_a").set_value("soon").run()
    assert any("as seconds" in info.value for info in app.info)
    app.text_input(key="lost_at_a").set_value("9:00:00").run()
    assert any("outside its videos" in error.value for error in app.error)


def test_two_views_are_compared(open_page, listed):
    app = open_page("evaluate")
    app.selectbox(key="versus").select_index(0).run()
    assert not app.exception
    (table,) = app.dataframe
    assert set(table.value["Network and layer"]) == {c.label for c in data.view_choices(listed)}
    assert {"best", "automatic"} >= {text.split(",")[0] for text in table.value["Threshold"]}


def test_names_without_folder_are_recognised_and_others_are_told(open_page, project, monkeypatch):
    monkeypatch.setattr(measuring, "SECONDS_AT_ONCE", 120.0)
    truth_file.keep(
        project, "list.csv", (HEADER + "Film 0.MP4,10,30,film 1,30,50,\n<i>gone</i>.mp4,1,9,film 1,1,9,\n").encode()
    )
    app = open_page("evaluate")
    assert cards(app)["Stretches found"] == "1 of 1"
    assert "2 names were recognised" in words(app)
    assert "1 row names a film that is not among the videos" in words(app)
    assert "\\<i\\>gone" in words(app)


def test_a_list_of_other_films_measures_nothing(open_page, project):
    truth_file.keep(project, "list.csv", b"a.mp4,b.mp4,0,9,3,12\n")
    app = open_page("evaluate")
    assert not app.metric
    assert any("Names are relative" in warning.value for warning in app.warning)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"name,age\nAda,36\n", "first line must name the columns"),
        (HEADER.encode() + b"a,1,later,b,2,3,\n", "line 2: end_a must be seconds or HH:MM:SS"),
        (HEADER.encode() + b"a,1,2,a,4,5,\n", "no row in which two different videos"),
        (b"\xff\xfe\x00\x00", "list.csv"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_own_name(project, content, says):
    with pytest.raises(TruthError, match=says) as refused:
        truth_file.keep(project, "list.csv", content)
    assert "list.csv" in str(refused.value)
    assert "/tmp/" not in str(refused.value)
    assert truth_file.load(project, ["a", "b"]) is None


def test_a_refused_list_leaves_the_one_before(listed):
    with pytest.raises(TruthError):
        truth_file.keep(listed, "worse.csv", b"nothing")
    assert truth_file.load(listed, [name_of(n) for n in range(8)]).rows


def test_a_spreadsheet_with_semicolons_is_read(project):
    text = HEADER.replace(",", ";") + "å.mp4;8,5;19,5;b.mp4;0:00:07;0:00:18;tinted, dark\n"
    assert truth_file.keep(project, "list.csv", text.encode("cp1252")) == 1
    (row,) = truth_file.load(project, ["å.mp4", "b.mp4"]).rows
    assert (row.start_a, row.end_a, row.start_b, row.edit) == (8.5, 19.5, 7.0, "tinted, dark")


def test_a_name_that_could_be_two_is_neither():
    rows = [Reuse("x.mp4", 0, 9, "c.mp4", 0, 9), Reuse("b/x.mp4", 0, 9, "c.mp4", 0, 9)]
    truth = truth_file.matched(rows, ["a/x.mp4", "b/x.mp4", "c.mp4"])
    assert [row.video_a for row in truth.rows] == ["b/x.mp4"]
    assert (truth.unknown, truth.left_out) == (("x.mp4",), 1)


def test_the_list_beside_planted_films_is_offered(here, tmp_path, open_page):
    films = tmp_path / "planted" / "films"
    films.mkdir(parents=True)
    (films.parent / "truth.csv").write_text(HEADER + "a,1,9,b,2,10,\n")
    with Store(here) as store:
        made = Project(store, "elsewhere", name="Elsewhere", library=films, selection=None)
        assert truth_file.truth_with_the_films(made) == films.parent / "truth.csv"
        made.library = films.parent
        assert truth_file.truth_with_the_films(made) is None


def test_a_list_outside_the_released_folders_is_not_offered(here, tmp_path, monkeypatch):
    (tmp_path / "films").mkdir()
    (tmp_path / "truth.csv").write_text(HEADER)
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path / "films"))
    with Store(here) as store:
        made = Project(store, "elsewhere", name="Elsewhere", library=tmp_path / "films", selection=None)
        assert truth_file.truth_with_the_films(made) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("82", 82), ("1:22.5", 82.5), ("0:01:22,5", 82.5), ("", None), ("-3", None), ("1:2:3:4", None), ("soon", None)],
)
def test_times_as_people_write_them(text, seconds):
    assert seconds_of(text) == seconds


def test_a_sweep_nobody_waits_for_ends(view, listed, monkeypatch):
    from vrd_core.errors import Cancelled
    from vrd_core.settings import SequenceSettings

    truth = truth_file.load(listed, [v.name for v in view.videos])
    monkeypatch.setattr(measuring, "SECONDS_UNTIL_GIVEN_UP", -1.0)
    measuring.still_wanted("key")
    with pytest.raises(Cancelled):
        measuring.sweep(view, truth.rows, SequenceSettings(), "key")

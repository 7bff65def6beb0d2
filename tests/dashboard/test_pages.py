import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.shell import filters
from tests.dashboard.conftest import APP, AWKWARD
from tests.made_up.project import Shared, make
from vrd_core.project.project import Project
from vrd_core.project.view import View
from vrd_core.store import Store

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["distances", "sequences", "pair", "reuse_map", "method"]


def words(app):
    """Return all the text on the page."""
    parts = [
        e.value
        for kind in ("title", "subheader", "markdown", "caption", "html", "info", "warning", "error")
        for e in app.get(kind)
        if isinstance(e.value, str)
    ]
    return "\n".join(parts)


def slider(app, start):
    return next(s for s in app.slider if s.key.startswith(start))


def number_of_sequences(app):
    return int(app.container(key="pulse").markdown[0].value.split("**")[1].split()[0].replace(",", ""))


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_workspace_teaches_what_to_do(page, tmp_path, monkeypatch):
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path))
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception
    assert "No project yet" in words(app) or page == "method"
    assert app.title[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_project_that_was_not_processed_says_so(page, tmp_path, monkeypatch):
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path))
    with Store(tmp_path) as store:
        Project.open("New *one*", videos=tmp_path, store=store)
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception
    assert page == "method" or "Nothing has been processed yet" in words(app)
    assert page == "method" or "New \\*one\\*" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_shows_a_processed_project(page, open_page):
    app = open_page(page)
    assert app.title[0].value
    assert not app.error


def test_moving_a_slider_changes_the_count_and_the_list(open_page):
    app = open_page("sequences")
    slider(app, "max_").set_value(0.05).run()
    few = number_of_sequences(app)
    cards = [h.value for h in app.html if 'class="vrd-card"' in h.value]
    slider(app, "max_").set_value(1.4).run()
    assert number_of_sequences(app) != few
    assert [h.value for h in app.html if 'class="vrd-card"' in h.value] != cards
    slider(app, "shortest").set_value(18).run()
    assert number_of_sequences(app) < few
    assert not app.exception


def test_what_is_in_the_url_is_what_is_shown(open_page, view):
    name = f"max_{view.view_id}"
    app = open_page("sequences", **{name: "0.05", "shortest": "10", "skip": "0", "sort": "Closest first"})
    assert slider(app, "max_").value == 0.05
    found = view.find_sequences(max_distance=0.05, shortest_sequence=10, allow_skip=0)
    assert number_of_sequences(app) == len(found) > 0
    assert app.selectbox(key="sort").value == "Closest first"


def test_a_bad_value_in_the_url_falls_back(open_page, view):
    app = open_page("sequences", **{f"max_{view.view_id}": "lots", "shortest": "9999", "sort": "<script>"})
    assert slider(app, "max_").value > 0
    assert number_of_sequences(app) > 0


def test_speeds_are_followed_as_the_project_was_processed_unless_chosen(open_page):
    app = open_page("sequences")
    assert app.selectbox(key="alignment").value == "auto"
    assert not [c for c in app.checkbox if c.key == "no_echoes"]


def test_links_of_version_0_1_for_speeds_and_echoes_are_honoured(open_page):
    app = open_page("sequences", elastic="true", no_echoes="false")
    assert app.selectbox(key="alignment").value == "elastic"
    assert "elastic" not in app.query_params
    app.selectbox(key="alignment").set_value("rigid").run()
    assert app.selectbox(key="alignment").value == "rigid"
    assert not app.exception


def test_more_evidence_leaves_fewer_sequences(open_page, view):
    name = f"max_{view.view_id}"
    app = open_page("sequences", **{name: "0.05"})
    every = number_of_sequences(app)
    assert slider(app, "evidence").value == 1.6
    slider(app, "evidence").set_value(10.0).run()
    found = view.find_sequences(max_distance=0.05, least_evidence=10.0)
    assert number_of_sequences(app) == len(found) < every
    assert "More filters · 1 in use" in [e.label for e in app.expander]


def test_it_is_said_that_ends_can_be_found_more_exactly(open_page, view, monkeypatch):
    says = "Process this project again to find where sequences end to a quarter of a second."
    assert says in words(open_page("sequences"))
    monkeypatch.setattr(filters, "usual_align_fps", lambda settings: 0.0)
    assert says not in words(open_page("sequences"))


def test_it_is_said_above_which_threshold_the_stills_alone_are_used(view, monkeypatch):
    monkeypatch.setattr(View, "per_still", 4)
    monkeypatch.setattr(View, "band", SimpleNamespace(limit=0.5))

    def draw(view, threshold):
        from dashboard.shell import filters

        filters._precision(view, threshold)

    for threshold, lines in ((0.5, 0), (0.6, 1)):
        app = AppTest.from_function(draw, args=(view, threshold)).run()
        assert not app.exception
        assert sum("the stills alone are used" in c.value for c in app.caption) == lines


def test_a_threshold_belongs_to_its_view(open_page):
    app = open_page("sequences")
    switch = app.selectbox(key="view")
    first, second = (app.session_state["view"], next(v for v in _views(app) if v != app.session_state["view"]))
    slider(app, "max_").set_value(0.05).run()
    app.selectbox(key="view").set_value(second).run()
    assert slider(app, "max_").key == f"max_{second}"
    assert slider(app, "max_").value != 0.05
    app.selectbox(key="view").set_value(first).run()
    assert slider(app, "max_").value == 0.05
    assert switch is not None


def _views(app):
    from dashboard.shell import data

    return [c.view_id for c in data.view_choices(data.projects()[0])]


def test_the_suggestion_is_one_click_away(open_page):
    app = open_page("sequences")
    start = slider(app, "max_").value
    slider(app, "max_").set_value(0.05).run()
    app.button(key="use_suggested").click().run()
    assert slider(app, "max_").value == start


def test_nothing_below_the_threshold_tells_the_closest_pair(open_page, view):
    app = open_page("sequences", **{f"max_{view.view_id}": "0"})
    closest = view.neighbours.summary["minimum"]
    assert "Nothing at or below 0" in words(app)
    assert f"{closest:.3g}"[:5] in words(app)
    next(b for b in app.button if b.label.startswith("Show it")).click().run()
    assert slider(app, "max_").value >= closest


def test_sequences_too_short_offer_shorter_ones(open_page, view):
    app = open_page("sequences", **{f"max_{view.view_id}": "0.05", "shortest": "39"})
    assert "No sequence of 39 s or more" in words(app)
    next(b for b in app.button if b.label.startswith("Show sequences from")).click().run()
    assert number_of_sequences(app) >= 1


@pytest.mark.parametrize("page", ["distances", "pair", "reuse_map"])
def test_nothing_below_the_threshold_teaches_on_every_page(page, open_page, view):
    app = open_page(page, **{f"max_{view.view_id}": "0"})
    assert "Nothing at or below 0" in words(app)
    assert "What a distance looks like" not in words(app)
    next(b for b in app.button if b.label.startswith("Use the suggested threshold")).click().run()
    assert number_of_sequences(app) > 0
    assert "Nothing at or below 0" not in words(app)


@pytest.mark.parametrize("page", ["pair", "reuse_map"])
def test_filtered_away_is_said_on_every_page(page, open_page, view):
    app = open_page(page, **{f"max_{view.view_id}": "0.05", "longest": "1"})
    assert "Every sequence is filtered away" in words(app)


def test_a_first_run_writes_project_view_and_threshold_into_the_url(open_page, view):
    app = open_page("sequences")
    asked = {name: app.query_params[name] for name in ("project", "view", f"max_{view.view_id}")}
    values = {name: value[0] if isinstance(value, list) else value for name, value in asked.items()}
    assert values["project"] == "Planted"
    assert values["view"] in app.selectbox(key="view").options
    assert float(values[f"max_{view.view_id}"]) == slider(app, "max_").value


def test_what_nobody_moved_stays_as_the_link_has_it(open_page, view):
    app = open_page("sequences", **{f"max_{view.view_id}": "0.05"})
    assert app.query_params[f"max_{view.view_id}"] in ("0.05", ["0.05"])


def test_a_link_to_an_unknown_project_shows_no_other_and_says_so(here):
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["project"] = "Gone *away*"
    app.run()
    assert not app.exception
    assert app.selectbox(key="project").value is None
    assert [i.value for i in app.info] == ["There is no project “Gone \\*away\\*” here\\. Choose one in the sidebar\\."]
    app.selectbox(key="project").set_value("planted").run()
    assert not app.exception
    assert not [i.value for i in app.info if "no project" in i.value]


def test_filters_that_leave_nothing_can_be_cleared(open_page, view):
    app = open_page("sequences", **{f"max_{view.view_id}": "0.05", "longest": "1"})
    assert "Every sequence is filtered away" in words(app)
    next(b for b in app.button if b.label == "Clear these filters").click().run()
    assert number_of_sequences(app) > 0


def test_a_sequence_has_a_link_of_its_own(open_page, view):
    found = view.find_sequences(max_distance=0.05)
    sequence = next(s for s in found if (s.a, s.first_a) == (0, 10))
    app = open_page("sequences", **{f"max_{view.view_id}": "0.05"})
    app.query_params["sequence"] = sequence.sequence
    app.run()
    assert not app.exception
    assert "0:00:10 – 0:00:30" in words(app)
    assert "Distance along the sequence" in words(app)
    # It stays open when a slider no longer finds it.
    slider(app, "shortest").set_value(40).run()
    assert "0:00:10 – 0:00:30" in words(app)
    assert "do not find exactly this stretch" in words(app)
    next(b for b in app.button if b.label == "All sequences").click().run()
    assert "sequence" not in app.query_params


def test_names_are_text_everywhere(open_page, view):
    for page in PAGES:
        app = open_page(page, **{f"max_{view.view_id}": "1.2", "videos": AWKWARD})
        for part in app.html:
            assert "<b>*Long*" not in part.value, page
        for part in [*app.markdown, *app.caption]:
            assert "*Long*</b>" not in part.value.replace("\\", "\0"), page


def test_the_pair_page_takes_its_two_videos_from_the_url(open_page, view):
    names = [v.name for v in view.videos]
    app = open_page("pair", pair_a=names[4], pair_b=names[7], **{f"max_{view.view_id}": "0.05"})
    assert app.selectbox(key="pair_a").value == names[4]
    assert "between these two" in words(app)
    app.selectbox(key="pair_b").set_value(names[4]).run()
    assert "Choose two different videos" in words(app)


def test_a_single_video_has_nothing_to_compare(tmp_path, monkeypatch):
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path))
    with Store(tmp_path) as store:
        make(store, "Alone", [30])
    app = AppTest.from_file(APP, default_timeout=120).run()
    for page in PAGES:
        app.switch_page(f"../pages/{page}.py").run()
        assert not app.exception, page
        assert page == "method" or "Nothing to compare" in words(app)


def test_a_thousand_sequences_come_ten_to_a_page(tmp_path, monkeypatch):
    monkeypatch.setenv("VRD_WORKSPACE", str(tmp_path))
    shared = [Shared(0, 6 * n % 490, 1 + n % 10, 7 * (n // 10) % 490, 6) for n in range(700)]
    with Store(tmp_path) as store:
        project = make(store, "Many", [500] * 11, shared, dim=16)
    view = project.views()[0]
    app = AppTest.from_file(APP, default_timeout=240)
    app.query_params[f"max_{view.view_id}"] = "0.04"
    app.run()
    app.switch_page("../pages/sequences.py").run()
    assert not app.exception
    assert number_of_sequences(app) > 500
    assert len([h for h in app.html if 'class="vrd-card"' in h.value]) == 10
    app.switch_page("../pages/reuse_map.py").run()
    assert not app.exception


def test_two_people_do_not_disturb_each_other(open_page, view):
    one = open_page("sequences", **{f"max_{view.view_id}": "0.05"})
    other = open_page("sequences", **{f"max_{view.view_id}": "1.2"})
    count = number_of_sequences(one)
    slider(other, "shortest").set_value(9).run()
    one.run()
    assert number_of_sequences(one) == count
    assert slider(one, "shortest").value == 5


def test_a_page_lies_where_the_router_finds_it_and_nowhere_else():
    assert not (ROOT / "dashboard" / "pages").exists(), "Streamlit would run its pages without the router"
    assert not (ROOT / "streamlit_app.py").exists()


def test_the_dashboard_loads_neither_tensorflow_nor_faiss(here):
    code = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({APP!r}, default_timeout=200).run()\n"
        f"for page in {[*PAGES, 'videos', 'network']!r}:\n"
        "    app.switch_page(f'../pages/{page}.py').run(); assert not app.exception, (page, app.exception)\n"
        "heavy = {'tensorflow', 'keras', 'faiss', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, check=True, timeout=280)

"""Addresses that are short, old, wrong or half, and the browser's Back: nothing breaks, nothing is set unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import COUNTS, SHARED
from tests.e2e.conftest import Served, serve, settled
from tests.e2e.test_explore import count, press
from tests.made_up.project import make
from vrd_core.store import Store

pytestmark = pytest.mark.browser

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The dashboard on two made-up projects, "Planted" and "Second"."""
    workspace: Path = tmp_path_factory.mktemp("addresses")
    with Store(workspace) as store:
        make(store, "Planted", COUNTS, SHARED)
        make(store, "Second", [40, 40, 40], seed=9)
    with serve(workspace, workspace) as served:
        yield served


def threshold(page: Page) -> str:
    slider = page.get_by_test_id("stSlider").filter(has_text="Maximum distance").get_by_role("slider")
    return slider.get_attribute("aria-valuenow") or slider.input_value()


def visit(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("[data-testid=stSidebar]")
    page.wait_for_timeout(1000)
    settled(page)


def back(page: Page) -> None:
    page.go_back()
    page.wait_for_timeout(1500)
    if page.url != "about:blank":
        settled(page)


def unbroken(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_back_from_the_bare_address_breaks_nothing(page: Page, made_up: Served) -> None:
    visit(page, made_up.url)
    page.get_by_role("link", name="Sequences").click()
    expect(page.get_by_role("heading", name="Sequences")).to_be_visible()
    settled(page)
    before = count(page)
    press(page, "Shortest sequence", "ArrowRight", 3)
    for _ in range(5):
        back(page)
        if not page.url.startswith(made_up.url):
            break
        unbroken(page)
        expect(page.get_by_test_id("stSidebar")).to_contain_text("ready")
        if "sequences" in page.url:
            assert count(page) == before


def test_back_to_a_short_link_sets_no_threshold(page: Page, made_up: Served) -> None:
    visit(page, f"{made_up.url}/sequences?project=Planted")
    before, found = threshold(page), count(page)
    assert found
    press(page, "Shortest sequence", "ArrowRight", 10)
    for _ in range(2):
        back(page)
        unbroken(page)
        assert threshold(page) == before
        assert count(page) == found


def test_back_to_an_old_link_follows_other_speeds_again(page: Page, made_up: Served) -> None:
    page.goto("about:blank")
    visit(page, f"{made_up.url}/sequences?project=Planted&elastic=true")
    found = count(page)
    assert "alignment=Other+speeds+too" in page.url
    press(page, "Shortest sequence", "ArrowRight", 10)
    for _ in range(5):
        back(page)
        if page.url == "about:blank":
            break
        unbroken(page)
        assert count(page) == found
    assert page.url == "about:blank"


def test_a_threshold_of_nothing_stays_when_it_is_chosen(page: Page, made_up: Served) -> None:
    visit(page, f"{made_up.url}/sequences?project=Planted")
    press(page, "Maximum distance", "Home")
    press(page, "Shortest sequence", "ArrowRight")
    assert float(threshold(page)) == 0


def test_the_tab_names_screen_and_project(page: Page, made_up: Served) -> None:
    visit(page, f"{made_up.url}/pair?project=Second")
    expect(page).to_have_title("Pair · Second · Video Reuse Detector")


def test_an_unknown_project_is_said_and_no_other_shown(page: Page, made_up: Served) -> None:
    visit(page, f"{made_up.url}/sequences?project=Gone")
    expect(page.get_by_text("There is no project “Gone” here.")).to_have_count(1)
    expect(page.locator(".vrd-card")).to_have_count(0)
    expect(page.locator(".st-key-pulse")).to_have_count(0)
    page.get_by_role("combobox", name="Project").fill("Planted")
    page.get_by_role("option", name="Planted").click()
    expect(page.locator(".vrd-card").first).to_be_visible()
    expect(page.get_by_text("There is no project")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "query", "line"),
    [
        ("sequences", "view=gone", "This project has no results of “gone”"),
        ("sequences", "shortest=9999", "“9999” cannot be the value of “shortest”"),
        ("sequences", "skip=many", "“many” cannot be the value of “skip”"),
        ("sequences", "videos=gone.mp4", "names a video that is not here: “gone.mp4”"),
        ("sequences", "sequence=nonsense", "The sequence of this address is not among these videos"),
        ("sequences", "page=77", "The list has no page 77"),
        ("sequences", "max_{view}=lots", "“lots” is no threshold"),
        ("pair", "pair_a=gone.mp4", "There is no video “gone.mp4” here"),
        ("distances", "others=-3", ""),
        ("evaluate", "why=x&outcome=gone&lost_a=gone&lost_for=-1", ""),
        ("reuse_map", "of=gone", "There is no video “gone”"),
        ("network", "network=gone&layer=gone&fps=-1&inside_video=gone", ""),
        ("sequences", "max_{view}=nan", "“nan” is no threshold"),
    ],
)
def test_what_cannot_be_honoured_is_said(page: Page, made_up: Served, path: str, query: str, line: str) -> None:
    view = next((made_up.workspace / "projects" / "planted" / "views").glob("*.json")).stem
    visit(page, f"{made_up.url}/{path}?project=Planted&{query.format(view=view)}")
    unbroken(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("ready")
    if line:
        expect(page.get_by_test_id("stAlert").filter(has_text=line)).to_have_count(1)
    if path != "network":
        assert count(page) > 0 or "videos" in query

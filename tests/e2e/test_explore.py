"""A researcher's way through the results, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.conftest import AWKWARD, COUNTS, SHARED
from tests.e2e.conftest import Served, serve, settled
from tests.made_up.project import make
from vrd_core.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A busy machine takes a moment.
expect.set_options(timeout=60_000)

NAMES = [AWKWARD if n == 3 else f"{'archive' if n % 2 == 0 else 'films'}/film {n}.mp4" for n in range(len(COUNTS))]


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The dashboard on a project that is made up, "Planted", and another one, "Second"."""
    workspace: Path = tmp_path_factory.mktemp("explored")
    with Store(workspace) as store:
        make(store, "Planted", COUNTS, SHARED, names=NAMES)
        make(store, "Second", [40, 40, 40], seed=9)
    with serve(workspace, workspace) as served:
        yield served


def view_id(served: Served) -> str:
    return next((served.workspace / "projects" / "planted" / "views").glob("*.json")).stem


def opened(page: Page, served: Served, path: str, **query: str) -> Page:
    """Open a page with this in the URL and wait until it stands."""
    query = {"project": "Planted", f"max_{view_id(served)}": "0.05", **query}
    page.goto(f"{served.url}/{path}?" + "&".join(f"{k}={v}" for k, v in query.items()))
    page.wait_for_selector("h1, .vrd-card")
    settled(page)
    return page


def count(page: Page) -> int:
    """Return how many sequences the sidebar counts; while a rerun is on its way the line is empty."""
    expect(page.locator(".st-key-pulse")).to_contain_text(re.compile(r"\d sequence"))
    return int(re.match(r"[\d,]+", page.locator(".st-key-pulse").inner_text().strip())[0].replace(",", ""))


def clicked(page: Page, mark: Locator) -> None:
    """Click a mark of a chart; over it lie others that take no clicks."""
    mark.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def press(page: Page, label: str, key: str, times: int = 1) -> None:
    """Move a slider of the sidebar with the keyboard."""
    thumb = page.get_by_test_id("stSlider").filter(has_text=label).get_by_role("slider")
    for _ in range(times):
        thumb.press(key)
    page.wait_for_timeout(400)
    settled(page)


def test_each_slider_changes_count_and_strips(page: Page, explored: Served) -> None:
    opened(page, explored, "sequences")
    cards = page.locator(".vrd-card")
    expect(cards.first).to_be_visible()
    expect(page.locator(".vrd-strip").first).to_be_visible()
    before, first = count(page), page.locator(".vrd-strip").first.get_attribute("style")
    press(page, "Shortest sequence", "ArrowRight", 5)
    expect(page).to_have_url(re.compile("shortest=10"))
    expect(page.locator(".st-key-pulse")).not_to_have_text(re.compile(rf"^\s*{before} sequence"))
    fewer = count(page)
    assert fewer < before
    press(page, "Skip within", "Home")
    expect(page).to_have_url(re.compile("skip=0"))
    press(page, "Maximum distance", "End")
    expect(page.locator(".st-key-pulse")).not_to_have_text(re.compile(rf"^\s*{fewer} sequence"))
    expect(page.locator(".vrd-strip").first).not_to_have_attribute("style", first or "")


def test_a_pasted_link_shows_a_colleague_the_same(page: Page, explored: Served) -> None:
    opened(page, explored, "sequences")
    press(page, "Shortest sequence", "ArrowRight", 3)
    page.get_by_test_id("stButtonGroup").get_by_text("S", exact=True).click()
    page.get_by_role("button", name="Compare").first.click()
    expect(page.get_by_text("Distance along the sequence")).to_be_visible()
    expect(page.locator(".vrd-card")).to_have_count(1)
    card, pulse, link = page.locator(".vrd-card").inner_text(), count(page), page.url
    assert "sequence=" in link
    assert "shortest=8" in link, link
    assert page.context.browser is not None
    other = page.context.browser.new_context().new_page()
    other.goto(link)
    expect(other.get_by_text("Distance along the sequence")).to_be_visible(timeout=90_000)
    settled(other)
    expect(other.locator(".vrd-card")).to_have_count(1)
    assert other.locator(".vrd-card").inner_text() == card
    assert count(other) == pulse
    # Their moves are their own.
    press(other, "Shortest sequence", "Home")
    assert "shortest=1" in other.url
    assert page.url == link
    other.context.close()


def test_an_open_sequence_has_players_a_curve_and_its_neighbours(page: Page, explored: Served) -> None:
    opened(page, explored, "sequences")
    page.get_by_role("button", name="Compare").first.click()
    expect(page.locator(".vrd-card")).to_have_count(1)
    expect(page.locator("[aria-label^='Distance of every frame pair'] svg.marks")).to_be_visible()
    expect(page.get_by_role("button", name="Play both")).to_be_visible()
    card = page.locator(".vrd-card").inner_text()
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".vrd-card")).not_to_have_text(card)
    page.get_by_role("button", name="All sequences").click()
    expect(page.get_by_role("heading", name="Sequences")).to_be_visible()
    assert "sequence=" not in page.url


def test_a_click_in_the_histogram_shows_pairs_from_there(page: Page, explored: Served) -> None:
    opened(page, explored, "distances")
    bars = page.locator(".st-key-distances svg.marks g.mark-rect path")
    expect(bars.first).to_be_attached()
    clicked(page, bars.nth(bars.count() - 3))
    expect(page.get_by_text("Pairs from")).to_be_visible()
    expect(page.locator(".vrd-pairs figure").first).to_be_visible()


def test_a_click_in_the_dot_plot_shows_two_frames(page: Page, explored: Served) -> None:
    opened(page, explored, "pair", pair_a=NAMES[0], pair_b=NAMES[1])
    expect(page.get_by_text("Click a square to see its two frames here.")).to_be_visible()
    plot = page.locator("[class*=st-key-dotplot]").locator("svg.marks, canvas").first
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    box = plot.bounding_box()
    assert box is not None
    # Squares that hold no neighbours cannot be clicked: try places along a diagonal.
    for share in range(30, 80, 4):
        page.mouse.click(box["x"] + share / 100 * box["width"], box["y"] + (share - 12) / 100 * box["height"])
        page.wait_for_timeout(1000)
        settled(page)
        if page.locator(".vrd-pairs figure").count():
            break
    expect(page.locator(".vrd-pairs figure")).to_have_count(1)


def test_the_reuse_map_leads_to_the_sequences(page: Page, explored: Served) -> None:
    opened(page, explored, "reuse_map")
    cells = page.locator(".st-key-matrix svg.marks g.mark-rect path")
    expect(cells.first).to_be_attached()
    clicked(page, cells.first)
    page.get_by_role("button", name="In the list").click()
    expect(page.get_by_role("heading", name="Sequences")).to_be_visible()
    settled(page)
    assert "videos=" in page.url
    assert "both=true" in page.url.lower()


def test_another_project_starts_from_its_own_threshold(page: Page, explored: Served) -> None:
    opened(page, explored, "sequences", shortest="7")
    # Typed, not picked with the mouse: a list that is open is closed by whatever the script still draws.
    page.get_by_role("combobox", name="Project").fill("Second")
    page.get_by_role("option", name="Second").click()
    page.wait_for_timeout(500)
    settled(page)
    assert "project=Second" in page.url
    assert f"max_{view_id(explored)}" not in page.url or "0.05" in page.url


def test_names_of_files_are_shown_as_text(page: Page, explored: Served) -> None:
    opened(page, explored, "sequences", videos=re.sub(r"[&+#%]", "", AWKWARD).replace(" ", "+"))
    expect(page.locator(".vrd-side b", has_text="<b>*Long*").first).to_be_visible()
    assert page.locator(".vrd-side b b").count() == 0


def test_everything_comes_from_this_server(page: Page, explored: Served) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("distances", "sequences", "reuse_map", "method"):
        opened(page, explored, name)
    foreign = [
        url
        for url in asked
        if not url.startswith((explored.url, "data:", "blob:", explored.url.replace("http", "ws", 1)))
    ]
    assert foreign == []


def test_the_keyboard_reaches_the_sliders_and_shows_where_it_is(page: Page, explored: Served) -> None:
    opened(page, explored, "sequences")
    expect(page.locator("[data-testid=stSidebar] input[type=range]").first).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        page.wait_for_timeout(50)
        if page.evaluate(
            "document.activeElement.getAttribute('role') === 'slider' || document.activeElement.type === 'range'"
        ):
            break
    else:
        pytest.fail("No slider in forty steps of the Tab key.")
    before = page.url
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(800)
    settled(page)
    assert page.url != before

"""A researcher's first steps: make a project over a folder with a broken file in it, process, cancel, go on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SLOW, Served, serve, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=SLOW)

NAME = "<b>Rivers</b> & *lakes*"


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory, drawn: Path) -> Path:
    """Two films and a broken one."""
    folder = Path(shutil.copytree(drawn, tmp_path_factory.mktemp("roots") / "films"))
    (folder / "archive/broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 4000)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, films: Path) -> Iterator[Served]:
    """A dashboard on an empty workspace; the tests of this file follow one another on it."""
    with serve(tmp_path_factory.mktemp("process") / "workspace", films.parent) as served:
        yield served


def test_empty_workspace_teaches(page: Page, served: Served) -> None:
    page.goto(served.url)
    settled(page)
    expect(page.get_by_role("button", name="Open the demo")).to_be_enabled()
    expect(page.get_by_text("No project yet")).to_be_visible()
    expect(page.get_by_role("button", name="Create the project")).to_be_disabled()


def test_folder_outside_the_roots(page: Page, served: Served) -> None:
    page.goto(served.url)
    settled(page)
    for path in ("/etc", f"{served.workspace}", "/no/such/folder"):
        page.get_by_label("Folder", exact=True).fill(path)
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{path} is not there or lies outside")).to_be_visible()
        expect(page.get_by_role("button", name="Create the project")).to_be_disabled()


def test_make_a_project(page: Page, served: Served, films: Path) -> None:
    page.goto(served.url)
    settled(page)
    page.get_by_label("Folder", exact=True).fill(str(films))
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 sub-folders")).to_be_visible()
    page.get_by_label("Name of the project").fill(NAME)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Create the project").click()
    # The name is text: no bold, no emphasis.
    expect(page.get_by_text(f"Videos of {NAME}, from", exact=False)).to_be_visible()
    expect(page.get_by_text("1 of 3 files could not be used: damaged (1)")).to_be_visible()
    expect(page.get_by_text("All 2 videos lack frames and fingerprints")).to_be_visible()


def test_cancel_and_go_on(page: Page, served: Served) -> None:
    page.goto(served.url)
    settled(page)
    page.get_by_role("button", name="Process what is missing").click()
    expect(page.get_by_text("it goes on when you leave this page")).to_be_visible()
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    expect(page.get_by_role("button", name="Process what is missing")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Running", exact=True)).to_be_visible()


def test_other_pages_show_that_it_runs_and_it_survives_a_restart(
    page: Page, served: Served, films: Path, browser: Browser
) -> None:
    page.goto(f"{served.url}/method")
    settled(page)
    running = page.get_by_text("Running", exact=True)
    ready = page.get_by_text(re.compile("ready"))
    expect(running.or_(ready).first).to_be_visible()
    served.stop()
    with serve(served.workspace, films.parent, port=int(served.url.rsplit(":", 1)[1])):
        context = browser.new_context()
        fresh = context.new_page()
        fresh.goto(served.url)
        fresh.wait_for_selector('[data-testid="stApp"]')
        # It ran on without the server, and the page that waits is told when it ends.
        expect(fresh.get_by_text("2 videos processed with")).to_be_visible(timeout=2 * SLOW)
        expect(fresh.get_by_text(re.compile("ready"))).to_be_visible()
        fresh.goto(f"{served.url}/sequences")
        expect(fresh.get_by_role("button", name="Compare").first).to_be_visible()
        context.close()

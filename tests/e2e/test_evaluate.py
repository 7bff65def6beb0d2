"""A list of known reuse is uploaded, measured, explained and taken away again, in a real browser."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import QUOTED, QUOTING, SLOW, Served, settled

pytestmark = pytest.mark.browser

A, B = PurePath(QUOTED).stem, QUOTING
TRUTH = f"""video_a,start_a,end_a,video_b,start_b,end_b,edit
{A},53,71,{B},94,112,<b>none</b>
{A},0,6,{B},140,146,not really
"""
"""The first is in the demo's own truth; of the film that lies in another form only the bare name is given."""


def test_a_list_is_measured_and_what_is_missed_is_explained(page: Page, dashboard: Served) -> None:
    expect.set_options(timeout=SLOW)
    page.goto(f"{dashboard.url}/evaluate?project=small")
    expect(page.get_by_text("Make a list by planting reuse")).to_be_visible()
    settled(page)
    upload = page.locator('input[type="file"]')
    upload.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": b"name,age\nAda,36\n"})
    expect(page.get_by_text("mine.csv: the first line must name the columns")).to_be_visible()
    upload.first.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": TRUTH.encode()})
    cards = page.get_by_test_id("stMetric")
    expect(cards.filter(has_text="Stretches found")).to_contain_text("1 of 2")
    expect(page.get_by_text("Best F")).to_be_visible()

    page.get_by_role("button", name="Why missed?").click()
    expect(page.get_by_text("Lost in step")).to_be_visible()
    assert "why=1" in page.url

    page.get_by_text("Found · 1").click()
    expect(page.get_by_title("what was done to it")).to_have_text("<b>none</b>")
    page.wait_for_url("**outcome=found**")
    page.reload()
    settled(page)
    expect(page.get_by_title("what was done to it")).to_have_text("<b>none</b>")

    page.get_by_role("button", name="The list").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("A list of your own")).to_be_visible()

"""A list of known reuse is uploaded, measured, explained and taken away again, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import QUOTED, SLOW, Served, settled
from vrd_core.evaluation.truth import read_reuse

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def truth_of(drawn: Path) -> str:
    """Return the longest unchanged quotation, and one that is none; the film in another form by its bare name."""
    unchanged = [r for r in read_reuse(drawn.parent / "truth.csv") if r.edit == "none"]
    row = max(unchanged, key=lambda r: r.end_a - r.start_a)
    name = Path(QUOTED).stem
    return (
        f"video_a,start_a,end_a,video_b,start_b,end_b,edit\n"
        f"{name},{row.start_a},{row.end_a},{row.video_b},{row.start_b},{row.end_b},<b>none</b>\n"
        f"{name},0,6,{row.video_b},110,116,not really\n"
    )


def test_a_list_is_measured_and_what_is_missed_is_explained(page: Page, dashboard: Served, drawn: Path) -> None:
    expect.set_options(timeout=SLOW)
    page.goto(f"{dashboard.url}/evaluate?project=small")
    expect(page.get_by_text("Make a list by planting reuse")).to_be_visible()
    settled(page)
    upload = page.locator('input[type="file"]')
    upload.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": b"name,age\nAda,36\n"})
    expect(page.get_by_text("mine.csv: the first line must name the columns")).to_be_visible()
    upload.first.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": truth_of(drawn).encode()})
    expect(page.get_by_text("Best F")).to_be_visible()
    settled(page)
    # The threshold to begin with may be a low one on so little film.
    best = page.get_by_role("button", name="Use the best")
    if best.count():
        best.click()
    cards = page.get_by_test_id("stMetric")
    expect(cards.filter(has_text="Stretches found")).to_contain_text("1 of 2")

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

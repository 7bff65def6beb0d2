"""Both films advance in step, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Served, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STATE = """() => {
  const hosts = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)
  const root = hosts.find(s => s.querySelector('.player'))
  const videos = [...root.querySelectorAll('video')]
  return {
    at: videos.map(v => v.currentTime), paused: videos.map(v => v.paused), hidden: videos.map(v => v.hidden),
    rate: videos.map(v => v.playbackRate), ready: videos.map(v => v.readyState),
    stills: [...root.querySelectorAll('.screen img')].map(i => i.hidden ? '' : i.src),
    notes: [...root.querySelectorAll('.note')].map(n => n.hidden ? '' : n.textContent),
    scrubber: Number(root.querySelector('.scrubber').value),
    low: Number(root.querySelector('.scrubber').min), high: Number(root.querySelector('.scrubber').max),
  }
}"""


def state(page: Page) -> dict[str, Any]:
    return page.evaluate(STATE)


def until(page: Page, wanted: str) -> None:
    """Wait for a condition on the state, written in JavaScript."""
    page.wait_for_function(f"() => {{ const s = ({STATE})(); return {wanted} }}")


@pytest.fixture
def opened(page: Page, dashboard: Served) -> Page:
    """The first sequence of the list, opened, with both films ready."""
    page.goto(f"{dashboard.url}/sequences?project=small")
    settled(page)
    page.get_by_role("button", name="Compare").first.click()
    page.get_by_role("button", name="Play both").wait_for()
    # The copy of the film that no browser plays is made meanwhile.
    until(page, "s.ready.every(r => r >= 3) && !s.hidden.some(Boolean)")
    return page


def test_both_advance_in_step(opened: Page) -> None:
    start = state(opened)
    offset = start["at"][1] - start["at"][0]
    assert abs(offset) > 5
    assert all(start["paused"])
    opened.get_by_role("button", name="Play both").click()
    until(opened, f"s.at[0] > {start['at'][0] + 2} && s.at[1] > {start['at'][1] + 2}")
    playing = state(opened)
    assert not any(playing["paused"])
    assert playing["at"][1] - playing["at"][0] == pytest.approx(offset, abs=0.2)
    opened.get_by_role("button", name="Pause both").click()
    until(opened, "s.paused.every(Boolean)")
    stopped = state(opened)
    opened.wait_for_timeout(400)
    assert state(opened)["at"] == stopped["at"]


def test_scrubbing_moves_both(opened: Page) -> None:
    before = state(opened)
    offset = before["at"][1] - before["at"][0]
    slider = opened.get_by_role("slider", name="Moment in both films")
    middle = before["at"][0] + 4
    slider.fill(str(round(middle / 0.04) * 0.04))
    until(opened, f"Math.abs(s.at[0] - {middle}) < 0.1 && Math.abs(s.at[1] - s.at[0] - {offset}) < 0.1")
    assert before["high"] - before["low"] >= 10
    assert before["low"] < before["at"][0]


def test_keyboard(opened: Page) -> None:
    start = state(opened)["at"]
    opened.get_by_role("group", name="Two films in step").focus()
    opened.keyboard.press("ArrowRight")
    until(opened, f"Math.abs(s.at[0] - {start[0] + 1}) < 0.05 && Math.abs(s.at[1] - {start[1] + 1}) < 0.05")
    opened.keyboard.press("Home")
    until(opened, f"Math.abs(s.at[0] - {start[0]}) < 0.05")
    opened.keyboard.press(" ")
    until(opened, f"!s.paused.some(Boolean) && s.at[0] > {start[0] + 0.5}")
    opened.keyboard.press(" ")
    until(opened, "s.paused.every(Boolean)")


def test_speed_of_both(opened: Page) -> None:
    opened.get_by_label("Playing speed").select_option("0.5")
    opened.get_by_role("button", name="Play both").click()
    until(opened, "!s.paused.some(Boolean)")
    rates = state(opened)["rate"]
    assert rates[0] == 0.5
    assert rates[1] == pytest.approx(0.5, abs=0.13)


def test_shift_moves_the_second(opened: Page) -> None:
    start = state(opened)["at"]
    opened.get_by_role("spinbutton", name="Move the second video by (frames)").fill("3")
    opened.keyboard.press("Enter")
    until(opened, f"Math.abs(s.at[1] - {start[1] + 3}) < 0.1 && Math.abs(s.at[0] - {start[0]}) < 0.1")


def test_films_that_are_gone_leave_their_stills(page: Page, dashboard: Served, library: Any) -> None:
    film = library / "documentaries/The Harbour Remembers (1994).mp4"
    away = film.with_suffix(".away")
    page.goto(f"{dashboard.url}/sequences?project=small")
    settled(page)
    film.rename(away)
    try:
        page.get_by_role("button", name="Compare").first.click()
        page.get_by_role("button", name="Play both").wait_for()
        until(page, "s.stills[1] !== '' && s.notes[1].includes('not at its place')")
        before = state(page)
        page.get_by_role("button", name="Play both").click()
        until(page, f"s.stills[1] !== '{before['stills'][1]}' && s.scrubber > {before['scrubber'] + 1.5}")
    finally:
        away.rename(film)

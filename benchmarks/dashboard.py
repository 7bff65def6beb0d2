"""From letting go of a slider to the new list on screen, in a real browser: `python -m benchmarks.dashboard`.

Two projects are made up in a temporary workspace: one of the demo's size, and one of 90,000 frames and 20 million pairs
of which 5 % pass. The distance slider is dragged with the mouse to random places; a time ends when the script has run
and the last change to the page is made, strips included. Needs Chromium and a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import sequences
from tests.made_up.project import Shared, make
from vrd_core.store import Store

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STILL = (682, 384)
"""Stills as large as those of a 16:9 film."""

_WATCH = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.watch = {};
  document.addEventListener('pointerup', () => { window.watch = {up: performance.now()}; }, true);
  new MutationObserver(changes => {
    const w = window.watch, now = performance.now();
    if (!w.up) return;
    for (const change of changes) {
      if (change.type !== 'attributes') w.last = now;
      else if (app.getAttribute('data-test-script-state') === 'notRunning') w.ended = now;
    }
  }).observe(app, {subtree: true, childList: true, characterData: true, attributes: true,
                   attributeFilter: ['data-test-script-state']});
}"""


def small(store: Store) -> None:
    """Make a project of the demo's size: six films of 100 s, eight stretches."""
    shared = [Shared(n % 3, 5 + 9 * n, 3 + n % 3, 70 - 8 * n, 8 + n) for n in range(8)]
    make(store, "Small", [103] * 6, shared, still=STILL, dim=192)


def large(store: Store, pairs: int) -> None:
    """Make a project of 25 films of an hour."""
    make(
        store,
        "Large",
        [sequences.FRAMES] * 25,
        still=STILL,
        dim=sequences.DIM,
        draw=lambda folder: sequences.draw(folder, pairs, videos=25),
    )


def serve(workspace: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the dashboard and wait until it answers; print how long that took."""
    env = {**os.environ, "VRD_WORKSPACE": str(workspace)}
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "dashboard/server.py", "--server.port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    break
        except OSError:
            time.sleep(0.05)
    print(f"server answers after {time.perf_counter() - began:.1f} s")
    return server


def measure(page: Any, address: str, moves: int, between: tuple[float, float], seed: int = 0) -> list[float]:
    """Drag the distance slider and return the seconds from letting go to the last change on the page.

    `between` are the shares of its track it is dragged to.
    """
    began = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".vrd-strip", timeout=300_000)
    print(f"  first list after {time.perf_counter() - began:.1f} s")
    _quiet(page)
    page.evaluate(_WATCH)
    track = page.locator("[data-testid=stSidebar] [data-testid=stSlider]").first
    seconds = []
    rng = random.Random(seed)
    for _ in range(moves):
        place = track.bounding_box()
        thumb = track.get_by_role("slider").locator("../..").bounding_box()
        x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
        target = place["x"] + place["width"] * rng.uniform(*between)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move((x + target) / 2, y)
        page.mouse.move(target, y)
        page.mouse.up()
        page.wait_for_function("window.watch.ended > window.watch.up", timeout=120_000)
        _quiet(page)
        times = page.evaluate("window.watch")
        # Nothing changes where the slider is let go at its old place.
        seconds.append((max(times.get("last", 0), times["ended"]) - times["up"]) / 1000)
    return seconds


def change_page(page: Any, names: tuple[str, ...]) -> list[float]:
    """Go through the pages and return the seconds until each has its heading and stands still."""
    seconds = []
    for name in names:
        began = time.perf_counter()
        page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_selector(f"h1:has-text('{name}')")
        seconds.append(time.perf_counter() - began)
        _quiet(page)
    return seconds


def _quiet(page: Any) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=120_000)
    page.wait_for_timeout(1200)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=float, default=20e6)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--only", choices=("small", "large"))
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        with Store(folder) as store:
            if args.only != "large":
                small(store)
            if args.only != "small":
                large(store, int(args.pairs))
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        server = serve(Path(folder), port)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                print(f"load average {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores")
                # In the large project 1 to 5 % of the pairs pass at these places.
                for name, between in (("Small", (0.1, 0.4)), ("Large", (0.43, 0.6))):
                    if args.only and args.only != name.lower():
                        continue
                    print(name)
                    seconds = measure(page, f"http://localhost:{port}/sequences?project={name}", args.moves, between)
                    print(
                        f"  slider to list: median {np.median(seconds):.2f} s, "
                        f"p95 {np.quantile(seconds, 0.95):.2f} s of {len(seconds)} moves"
                    )
                    changes = change_page(page, ("Distances", "Pair", "Reuse map", "Sequences", "Method", "Sequences"))
                    print(f"  page change: median {np.median(changes):.2f} s, longest {max(changes):.2f} s")
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"largest process: {peak:.2f} GB")


if __name__ == "__main__":
    main()

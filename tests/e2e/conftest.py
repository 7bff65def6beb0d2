"""A real server, a real Chromium, and small films of which one quotes the other."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from demo_films import draw_demo
from vrd_core.media.ffmpeg import ffmpeg_exe

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SLOW = 90_000
"""Milliseconds to wait for what takes a moment on a busy machine."""

QUOTED, QUOTING = "archive/Harbour Days (1931).mp4", "documentaries/The Harbour Remembers (1994).mp4"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        # Where the project is judged, tests that did not run must not look like tests that passed.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("No Chromium on this machine.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; an error of the page's own scripts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def settled(page: Page) -> None:
    """Wait until the script has run and what it drew is there."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


@dataclass
class Served:
    """A running dashboard."""

    url: str
    workspace: Path
    stop: Callable[[], None]


@contextmanager
def serve(workspace: Path, roots: Path, port: int = 0) -> Iterator[Served]:
    """Start the dashboard as a person does, on a port of its own."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    env = {**os.environ, "VRD_WORKSPACE": str(workspace), "VRD_LIBRARY_ROOTS": str(roots)}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/server.py", "--server.port", str(port)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )

    def stop() -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(15)

    try:
        url = f"http://localhost:{port}"
        end = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                    if answer.read() == b"ok":
                        break
            except OSError:
                if time.monotonic() > end or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield Served(url, workspace, stop)
    finally:
        stop()


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of the demo's films, small: a documentary quotes the other one, for seven seconds and more at a stretch.

    The quoted one lies in a form that browsers do not play.
    """
    folder = draw_demo(tmp_path_factory.mktemp("drawn"), only=(QUOTED, QUOTING), scale=0.3, workers=1).folder
    old = folder / QUOTED
    subprocess.run(
        [
            ffmpeg_exe(),
            "-nostdin",
            "-loglevel",
            "error",
            "-i",
            str(old),
            "-c:v",
            "mpeg4",
            "-q:v",
            "3",
            str(old.with_suffix(".avi")),
        ],
        check=True,
    )
    old.unlink()
    return folder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, drawn: Path) -> Path:
    """The folder of the films."""
    return Path(shutil.copytree(drawn, tmp_path_factory.mktemp("films") / "library"))


@pytest.fixture(scope="session")
def processed(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Path:
    """A workspace in which the films were processed, as the project "Small"."""
    workspace = tmp_path_factory.mktemp("processed") / "workspace"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "vrd_core",
            "run",
            str(library),
            "--project",
            "Small",
            "--json-progress",
            "--workspace",
            str(workspace),
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=280,
    )
    return workspace


@pytest.fixture(scope="session")
def dashboard(processed: Path, library: Path) -> Iterator[Served]:
    """The dashboard on the processed films."""
    with serve(processed, library) as served:
        yield served

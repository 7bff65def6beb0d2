"""Take the pictures of the screens that the README shows: `python docs/take_pictures.py [--workspace DIR]`.

The dashboard is started on a workspace in which the demo was processed (`make demo`), and every screen is written to
docs/pictures as NAME-light.png and NAME-dark.png; with --all also at 1920 pixels. Needs Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
]
PAGES = ("videos", "network", "distances", "sequences", "pair", "reuse_map", "evaluate", "method")
SIZES = {1280: 860, 1920: 1080}


def serve(workspace: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the dashboard; return its process and address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/server.py", "--server.port", str(port)]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "VRD_WORKSPACE": str(workspace)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return server, f"http://localhost:{port}"
        except OSError:
            time.sleep(0.2)


def settle(page: Any) -> None:
    """Wait until the script has run and nothing is a placeholder any more."""
    page.wait_for_selector("h1, .vrd-card", timeout=180_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=180_000)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')", timeout=180_000)
    page.wait_for_timeout(1500)


def take(page: Any, address: str, project: str, folder: Path, ending: str) -> None:
    """Take every screen, and one sequence opened."""
    for name in PAGES:
        if not (ROOT / "pages" / f"{name}.py").is_file():
            continue
        # The first page lies at the root.
        page.goto(f"{address}/{'' if name == PAGES[0] else name}?project={project}")
        settle(page)
        page.screenshot(path=folder / f"{name}-{ending}.png")
        if name == "sequences" and page.get_by_role("button", name="Compare").count():
            page.get_by_role("button", name="Compare").first.click()
            page.get_by_text("Distance along the sequence").wait_for(timeout=180_000)
            settle(page)
            page.screenshot(path=folder / f"sequence-{ending}.png")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, default=Path(os.environ.get("VRD_WORKSPACE") or "workspace"))
    parser.add_argument("--project", default="demo")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--all", action="store_true", help="also 1920 pixels wide")
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    args.out.mkdir(parents=True, exist_ok=True)
    server, address = serve(args.workspace.absolute())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
            for width in SIZES if args.all else (1280,):
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": SIZES[width]}, color_scheme=scheme
                    )
                    ending = scheme if width == 1280 else f"{scheme}-{width}"
                    take(context.new_page(), address, args.project, args.out, ending)
                    context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()

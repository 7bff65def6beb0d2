"""The command `dashboard`: open the dashboard from any folder, from a clone or from where pip put it."""

from __future__ import annotations

import argparse
import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vrd_core.cli.arguments import add_workspace
from vrd_core.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds vrd_core/, dashboard/ and pages/."""

CONFIGURATION = ROOT / ".streamlit" / "config.toml", ROOT / "dashboard" / ".streamlit" / "config.toml"
"""Looks and server of the dashboard: where the file lies in a clone, and where the wheel puts a copy."""

_CAPITAL = re.compile("(?<=[a-z])(?=[A-Z])")


def add_commands(add: Any) -> None:
    """Add `dashboard` to what `ArgumentParser.add_subparsers()` returned."""
    command = add.add_parser(
        "dashboard",
        help="open the dashboard",
        description="Serve the dashboard for this computer and print its address. Options of Streamlit are given as "
        "environment variables, such as STREAMLIT_SERVER_MAX_UPLOAD_SIZE=200.",
    )
    command.add_argument("--port", type=int, help="where it listens (8501, or the next one that is free)")
    command.add_argument("--page", metavar="NAME", help="the page it opens on: videos, sequences, …")
    add_workspace(command)
    command.set_defaults(handler=dashboard)


def dashboard(args: argparse.Namespace) -> int:
    """Serve the dashboard until it is stopped."""
    pages = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
    if args.page is not None and args.page not in pages:
        raise SettingsError(f"--page must be one of {', '.join(pages)}. Received: {args.page!r}.")
    if args.workspace is not None:
        os.environ["VRD_WORKSPACE"] = str(args.workspace.absolute())
    if args.page is not None:
        os.environ["VRD_START_PAGE"] = args.page
    if args.port is not None:
        os.environ["STREAMLIT_SERVER_PORT"] = str(args.port)
    for name, value in streamlit_variables():
        os.environ.setdefault(name, value)

    from streamlit.web.cli import main

    # In this process, so that whoever stops it stops the server.
    return int(main(["run", str(ROOT / "dashboard" / "server.py")], prog_name="streamlit", standalone_mode=False) or 0)


def streamlit_variables() -> Iterator[tuple[str, str]]:
    """Yield the project's Streamlit options as environment variables.

    Streamlit reads its file from the working folder, which may be any; variables hold everywhere.
    """
    file = next(file for file in CONFIGURATION if file.is_file())
    yield from _variables("STREAMLIT", tomllib.loads(file.read_text(encoding="utf-8")))


def _variables(prefix: str, options: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in options.items():
        name = f"{prefix}_{_CAPITAL.sub('_', key).upper()}"
        if isinstance(value, dict):
            yield from _variables(name, value)
        else:
            yield name, value if isinstance(value, str) else json.dumps(value)

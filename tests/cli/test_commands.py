"""Every command and option says what it does, and the README's table names every command."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from vrd_core.cli.main import build_parser

ROOT = Path(__file__).parents[2]


def commands():
    (group,) = (a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return group


def test_every_command_and_option_has_help():
    assert {a.dest for a in commands()._choices_actions if a.help} == set(commands().choices)
    for command in commands().choices.values():
        assert all(action.help for action in command._actions), command.prog


def test_the_readme_lists_exactly_the_commands_there_are():
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([a-z]+)", row)]
    assert sorted(listed) == sorted(commands().choices)


def test_help_loads_nothing_heavy_and_not_the_demo_films():
    code = "import sys\nfrom vrd_core.cli.main import main\ntry: main(['--help'])\nfinally: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "vrd_core.cli.demo" in loaded
    assert not loaded & {"demo_films", "tensorflow", "keras", "faiss", "streamlit", "pandas"}


def test_a_name_that_the_code_page_lacks_does_not_end_a_command():
    command = [sys.executable, "-m", "vrd_core", "probe", "映画.mp4"]
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, env=environment, timeout=60)
    assert done.returncode == 1
    assert b"\\u6620\\u753b.mp4" in done.stdout
    assert b"Traceback" not in done.stderr

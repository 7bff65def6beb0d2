"""The command line: `vrd --help`, or `python -m vrd_core --help`.

Exit codes: 0 done, 1 nothing could be processed (or another error, explained in plain words), 2 wrong usage, 3 done but
some videos failed, 130 stopped by the person.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence

from vrd_core import __version__
from vrd_core.cli import DONE, NOTHING, STOPPED, USAGE, dashboard, demo, program, quality, run, tools
from vrd_core.errors import Cancelled, SettingsError, VRDError
from vrd_core.progress import write_json_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Into a pipe or file Windows writes a code page that lacks most letters: a film's name must not end the run.
        sys.stdout.reconfigure(errors="backslashreplace")
    parser = build_parser()
    args = parser.parse_args(arguments)
    try:
        return int(args.handler(args))
    except (Cancelled, KeyboardInterrupt):
        _tell(args, "stopped", "Stopped. What was finished is kept; run the same command again to continue.")
        return STOPPED
    except SettingsError as error:
        _tell(args, "error", str(error))
        return USAGE
    except VRDError as error:
        _tell(args, "error", str(error))
        return NOTHING
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()
        return DONE


def _tell(args: argparse.Namespace, event: str, message: str) -> None:
    if getattr(args, "json_progress", False):
        write_json_line(sys.stdout, event=event, message=message)
    print(message, file=sys.stderr)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command."""
    parser = argparse.ArgumentParser(prog=program(), description="Trace how footage is reused.")
    parser.add_argument("--version", action="version", version=__version__)
    add = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for group in (run, demo, dashboard, tools, quality):
        group.add_commands(add)
    return parser

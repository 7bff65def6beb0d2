"""The command line, a module for each group of commands; `main` puts them together."""

from __future__ import annotations

import sys
from pathlib import Path

DONE, NOTHING, USAGE, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130
"""Exit codes: done; nothing could be processed (or another error, explained in plain words); wrong usage; done but some
videos failed; stopped by the person."""


def program() -> str:
    """Return how the person started this program, for texts that say what to type next."""
    return "vrd" if Path(sys.argv[0]).stem == "vrd" else "python -m vrd_core"

"""How the core says how far it is: a plain callback, and three things to hang on it.

A callback is called as progress(step, done, total, detail): step is one of `STEPS`, done and total count frames of work
(files for "scan"), detail is a short text such as the name of the video. It may be called from two threads (never at
once) and may raise `Cancelled`.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

Progress = Callable[[str, float, float, str], None]

STEPS = {
    "demo": "Drawing films",
    "scan": "Looking at files",
    "frames": "Frames",
    "fingerprints": "Fingerprints",
    "neighbours": "Neighbours",
    "alignment": "Alignment",
}


def quiet(step: str, done: float, total: float, detail: str) -> None:
    """Take note of nothing."""


class Remaining:
    """Estimate the seconds left of each step from its rate since it first moved."""

    def __init__(self) -> None:
        self._start: dict[str, tuple[float, float]] = {}

    def seconds(self, step: str, done: float, total: float) -> float | None:
        """Return the seconds left, or None while there is too little to tell."""
        now = time.monotonic()
        since, before = self._start.setdefault(step, (now, done))
        if done <= before or now - since < 1:
            return None
        return (total - done) * (now - since) / (done - before)


def json_lines(stream: TextIO, *, every: float = 0.25) -> Progress:
    """Return a callback that writes one JSON object a line, at most one per step and `every` seconds."""
    remaining, last = Remaining(), dict.fromkeys(STEPS, 0.0)

    def progress(step: str, done: float, total: float, detail: str) -> None:
        left, now = remaining.seconds(step, done, total), time.monotonic()
        if done < total and now - last.get(step, 0.0) < every:
            return
        last[step] = now
        write_json_line(stream, event="progress", step=step, done=done, total=total, detail=detail, seconds_left=left)

    return progress


def write_json_line(stream: TextIO, **values: Any) -> None:
    """Write one event for the program that reads this one's output."""
    stream.write(json.dumps(values) + "\n")
    stream.flush()


@contextlib.contextmanager
def bars() -> Iterator[Progress]:
    """Show one bar per step, in a terminal or a notebook."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]

    shown: dict[str, Any] = {}
    # In a log every redrawing is a line for good.
    every = 0.1 if sys.stderr.isatty() or "ipykernel" in sys.modules else 15.0

    def progress(step: str, done: float, total: float, detail: str) -> None:
        if step not in shown:
            shown[step] = tqdm(
                total=round(total),
                desc=f"{STEPS.get(step, step):<16}",
                unit="f",
                position=len(shown),
                dynamic_ncols=True,
                leave=True,
                mininterval=every,
            )
        bar = shown[step]
        bar.total = round(total)
        bar.set_postfix_str(detail[-30:], refresh=False)
        bar.update(round(done) - bar.n)

    try:
        yield progress
    finally:
        for bar in shown.values():
            bar.close()


def in_turn(progress: Progress) -> Progress:
    """Return the callback made safe for calls from several threads."""
    lock = threading.Lock()

    def locked(step: str, done: float, total: float, detail: str) -> None:
        with lock:
            progress(step, done, total, detail)

    return locked

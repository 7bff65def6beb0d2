"""Draw the films: here, one after the other, or in processes of their own, side by side."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from vrd_core import system
from vrd_core.errors import VRDError

from .encode import Encoder, clear_parts
from .programme import programme
from .reel import Film, Projector

Report = Callable[[int, int, str], None]
"""Called with the pictures drawn, the pictures in all, and the name of a film."""


def draw_film(film: Film, folder: Path, seed: int, tell: Callable[[int], None]) -> Path:
    """Draw one film into the folder; `tell` is told how many pictures are done since it was last called."""
    path = folder / film.path
    projector = Projector(film, seed)
    with Encoder(path, film.size, film.fps, colour=film.colour) as encoder:
        done = 0
        for n in range(film.pictures):
            encoder.write(*projector.picture(n))
            if n - done >= 24 or n == film.pictures - 1:
                tell(n + 1 - done)
                done = n + 1
    return path


def draw_here(films: Sequence[Film], folder: Path, seed: int, progress: Report) -> None:
    """Draw films one after the other in this process."""
    total, done = sum(film.pictures for film in films), 0
    for film in films:

        def tell(more: int, name: str = film.path) -> None:
            nonlocal done
            done += more
            progress(done, total, name)

        draw_film(film, folder, seed, tell)


def draw_apart(
    films: Sequence[Film],
    folder: Path,
    seed: int,
    progress: Report,
    *,
    workers: int,
    pace: float,
    scale: float,
) -> None:
    """Draw films in up to `workers` processes at once, the most work first; the files are the same."""
    total, done = sum(film.pictures for film in films), 0
    order = {film.path: index for index, film in enumerate(programme(pace, scale))}
    waiting = sorted(films, key=lambda film: film.pictures * (2 if film.colour else 1))
    said: queue.SimpleQueue[tuple[Film, str]] = queue.SimpleQueue()
    running: dict[str, subprocess.Popen[str]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                film = waiting.pop()
                running[film.path] = _start(order[film.path], folder, seed, pace, scale)
                threading.Thread(target=_listen, args=(film, running[film.path], said), daemon=True).start()
            film, line = said.get()
            if line.isdigit():
                done += int(line)
                progress(done, total, film.path)
                continue
            process = running.pop(film.path)
            if process.wait() != 0:
                raise VRDError(f"{film.path} could not be drawn: {line}")
    finally:
        # They cannot be asked to stop on every system; what they were writing is left to this side.
        for process in running.values():
            system.end_tree(process)
        for process in running.values():
            process.wait()
        if running:
            clear_parts(folder)


def _start(index: int, folder: Path, seed: int, pace: float, scale: float) -> subprocess.Popen[str]:
    home = Path(__file__).parents[1]
    paths = os.pathsep.join(part for part in (str(home), os.environ.get("PYTHONPATH", "")) if part)
    return subprocess.Popen(
        [sys.executable, "-m", "demo_films", str(folder), str(index), str(seed), repr(pace), repr(scale)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
    )


def _listen(film: Film, process: subprocess.Popen[str], said: queue.SimpleQueue[tuple[Film, str]]) -> None:
    """Pass on each number a process writes; at its end whatever else it wrote, as one text, not a number."""
    other = []
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().isdigit():
            said.put((film, line.strip()))
        else:
            other.append(line)
    process.stdout.close()
    said.put((film, "".join(other)[-2000:] or "it said nothing"))


def work(arguments: Sequence[str]) -> None:
    """Draw one film in a process of its own and write on standard output how many pictures more are done."""
    folder, index, seed, pace, scale = arguments
    film = programme(float(pace), float(scale))[int(index)]
    draw_film(film, Path(folder), int(seed), lambda more: print(more, flush=True))

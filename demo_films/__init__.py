"""Draw the demo films: an archive of silent films, two documentaries that quote it, and the truth about that.

    draw_demo(Path("demo"))     # demo/films/archive/*.mp4, demo/films/documentaries/*.mp4, demo/truth.csv

The same seed gives the same films, picture by picture. They are silent and small, and every browser plays
them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from vrd_core.evaluation.truth import Reuse, write_reuse

from .drawing import draw_apart, draw_here
from .encode import clear_parts
from .programme import programme
from .truth import truth_of

__all__ = ["DemoFilms", "Reuse", "draw_demo"]


@dataclass(frozen=True, slots=True)
class DemoFilms:
    """What was drawn and where it lies."""

    folder: Path
    """The folder of the videos, FOLDER/films; the paths in `truth` are relative to it."""
    videos: tuple[Path, ...]
    truth: tuple[Reuse, ...]
    truth_csv: Path


def draw_demo(
    folder: Path | str,
    *,
    seed: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
    only: Collection[str] | None = None,
    pace: float = 1.0,
    scale: float = 1.0,
    workers: int | None = None,
) -> DemoFilms:
    """Draw the demo films into FOLDER/films and write FOLDER/truth.csv; return where everything lies.

    `progress` is called with the pictures drawn, the pictures in all, and the film's name; what it raises
    stops the drawing. `only` names films to draw (by path, such as "archive/Harbour Days (1931).mp4"); the
    truth then holds what is between those. `pace` and `scale` shrink lengths and pictures (for tests).
    `workers` processes draw at the same time: by default two, or one where there is one core; 1 draws in this
    process. Films of the same drawing that are there already are kept. Raises ValueError where `only` names no
    film, and VRDError where ffmpeg cannot write.
    """
    folder = Path(folder)
    films = [film for film in programme(pace, scale) if only is None or film.path in only]
    if not films:
        known = ", ".join(film.path for film in programme())
        raise ValueError(f"only must name at least one of: {known}. Received: {only!r}")
    target = folder / "films"
    target.mkdir(parents=True, exist_ok=True)
    clear_parts(target)
    workers = min(2, os.cpu_count() or 1) if workers is None else workers
    report = progress or (lambda _done, _total, _name: None)
    mark, name = folder / ".drawn", _name(seed, pace, scale, [film.path for film in films])
    if mark.is_file() and mark.read_text() == name and all((target / film.path).is_file() for film in films):
        report(1, 1, "drawn before")
    elif workers > 1 and len(films) > 1:
        draw_apart(films, target, seed, report, workers=workers, pace=pace, scale=scale)
    else:
        draw_here(films, target, seed, report)
    mark.write_text(name)
    drawn = {film.path for film in films}
    truth = tuple(row for row in truth_of(films, shortest=2.0 * pace) if {row.video_a, row.video_b} <= drawn)
    write_reuse(folder / "truth.csv", truth, extra=("edit",))
    return DemoFilms(target, tuple(target / film.path for film in films), truth, folder / "truth.csv")


def _name(*choices: object) -> str:
    """Name a drawing by everything it depends on: the choices, and the code of this package."""
    code = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    return hashlib.blake2b(repr(choices).encode() + code, digest_size=16).hexdigest()

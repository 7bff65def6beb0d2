"""Build films with planted reuse and known truth out of any folder of films.

    out/films/archive/…                 the sources, hard-linked or copied
    out/films/documentaries/….mp4       films that reuse stretches of them, edited
    out/truth.csv                       which stretch lies where, what was done to it, and what two documentaries share
    out/plant.json                      what it was made with

Documentaries begin and end with black leaders, and titles and drawn landscapes lie between the stretches. The same seed
and sources give the same films.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from vrd_core.errors import MediaError, SettingsError, VRDError
from vrd_core.evaluation.edits import FIRST_EDITS
from vrd_core.evaluation.plan import Source, Stretch, plan_documentaries, truth_of, whole_room
from vrd_core.evaluation.render import copy_reel, input_arguments, render_documentary
from vrd_core.evaluation.structures import Structures, plan_structures
from vrd_core.evaluation.truth import Reuse, read_reuse, write_reuse
from vrd_core.media.ffmpeg import ffmpeg_exe
from vrd_core.media.info import content_id
from vrd_core.media.probe import probe
from vrd_core.progress import Progress

DEFAULT_SHORTEST = 6.0
"""Seconds of documentary: the default shortest sequence of 5 s and a little, for one frame a second blurs both ends."""

DEFAULT_LONGEST = 30.0

_VERSION = 1
_PLAIN, _SAME = 8.0, 3.0
"""Luma (0-255): spread below which a picture is near-single-colour, mean difference below which two look the same."""


@dataclass(frozen=True)
class Planted:
    """What `plant` made."""

    films: Path
    """The library to run over."""
    truth: Path
    rows: tuple[Reuse, ...]
    stretches: int
    """Planted stretches, each from a source into a documentary."""
    left_out: tuple[str, ...]
    """Files that were not used as sources, each with the reason."""


def plant(
    sources: str | Path,
    out: str | Path,
    *,
    seed: int = 1,
    documentaries: int = 6,
    stretches: int = 48,
    shortest: float = DEFAULT_SHORTEST,
    longest: float = DEFAULT_LONGEST,
    edits: Sequence[str] = tuple(FIRST_EDITS),
    at_once: int = 2,
    badges: int = 0,
    structures: Structures | None = None,
    progress: Progress | None = None,
) -> Planted:
    """Make `documentaries` films in `out` that reuse `stretches` stretches of the films in `sources`.

    A contiguous piece is `shortest` seconds or longer and a stretch `longest` or shorter, both in the documentary. No
    second of a source is used more than twice, so short sources may have room for fewer stretches. `at_once` and
    `badges` are those of `plan_documentaries`; `structures` come in films beside the `documentaries`. Films that are
    there already and were made with the same values are kept. `progress` is called with ("plant", frames written,
    frames in all, name). Raises VRDError when no source can be used or `out` holds something else.
    """
    out, sources = Path(out).absolute(), Path(sources).absolute()
    files = _files(sources, out)
    record = {
        "version": _VERSION,
        "seed": seed,
        "documentaries": documentaries,
        "stretches": stretches,
        "shortest": shortest,
        "longest": longest,
        "edits": list(edits),
        "files": {name: content_id(path) for name, path in files},
    }
    # Films that were made before there was a choice keep their record.
    chosen = {"at_once": at_once, "badges": badges, "structures": asdict(structures) if structures else None}
    record |= {name: value for name, value in chosen.items() if value != {"at_once": 2, "badges": 0}.get(name)}
    films, truth, note = out / "films", out / "truth.csv", out / "plant.json"
    if note.is_file():
        made = json.loads(note.read_text(encoding="utf-8"))
        if made["made_with"] == record:
            return Planted(films, truth, tuple(read_reuse(truth)), made["planted"], tuple(made["left_out"]))
        raise SettingsError(f"{out} holds films that were planted with other values. Choose an empty folder.")
    found, left_out = _read_sources(sources, files)
    room = whole_room(found)
    plans = plan_documentaries(
        found,
        seed=seed,
        documentaries=documentaries,
        stretches=stretches,
        shortest=shortest,
        longest=longest,
        edits=edits,
        at_once=at_once,
        badges=badges,
        room=room,
    )
    if structures:
        plans += plan_structures(found, room, structures, seed=seed, shortest=shortest, longest=longest)
    count = sum(isinstance(part, Stretch) for plan in plans for part in plan.parts)
    if films.exists() and any(films.iterdir()):
        raise SettingsError(f"{films} exists and was not made by a finished `plant`. Choose an empty folder.")
    try:
        _link_sources(found, films)
        total, done = sum(plan.frames for plan in plans), 0
        for plan in plans:
            target = films / plan.name
            target.parent.mkdir(parents=True, exist_ok=True)
            render_documentary(plan, target, progress, done, total)
            copy_reel(target, [films / name for name in plan.copies])
            done += plan.frames
        write_reuse(truth, truth_of(plans))
        note.write_text(
            json.dumps({"made_with": record, "planted": count, "left_out": left_out}, indent=1), encoding="utf-8"
        )
    except BaseException:
        # Half a benchmark has a truth that does not fit it.
        shutil.rmtree(films, ignore_errors=True)
        raise
    return Planted(films, truth, tuple(read_reuse(truth)), count, tuple(left_out))


def _files(folder: Path, out: Path) -> list[tuple[str, Path]]:
    if not folder.is_dir():
        raise SettingsError(f"The sources must be a folder of films. Received: {folder}.")
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and out not in path.parents)
    named = [(path.relative_to(folder).as_posix(), path) for path in paths]
    return [(name, path) for name, path in named if not any(part.startswith(".") for part in name.split("/"))]


def _read_sources(folder: Path, files: Sequence[tuple[str, Path]]) -> tuple[list[Source], list[str]]:
    found, left_out = [], []
    for name, path in files:
        try:
            info = probe(path)
            if info.still or info.duration is None:
                raise MediaError(f"{name} is a still or does not say how long it is.", reason="no picture")
            # A quarter of a second off the end: containers promise a little more than there is.
            found.append(Source(f"archive/{name}", path, info.duration - 0.25, _find_dull(path, info.stream)))
        except MediaError as error:
            left_out.append(str(error))
    if not found:
        raise VRDError(f"There is no film in {folder} to take stretches from. {' '.join(left_out[:3])}")
    return found, left_out


def _find_dull(path: Path, stream: int) -> np.ndarray:
    """Return bool per half second: near-single-colour, or the same to look at as 2 to 30 seconds before or after.

    Where a film stands still nobody can tell the offset, and two uses of one unmoving shot look like one.
    """
    command = [
        ffmpeg_exe(),
        "-nostdin",
        "-v",
        "error",
        *input_arguments(path),
        "-map",
        f"0:{stream}",
        "-an",
        "-sn",
        "-dn",
        "-vf",
        "fps=2:round=up:start_time=0,scale=32:24,format=gray",
        "-f",
        "rawvideo",
        "-",
    ]
    raw = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    pictures = np.frombuffer(raw[: len(raw) // 768 * 768], np.uint8).reshape(-1, 768).astype(np.float32)
    if not len(pictures):
        raise MediaError(f"{path.name} gave no picture.", reason="damaged")
    dull = pictures.std(axis=1) < _PLAIN
    for lag in range(4, min(61, len(pictures))):
        same = np.abs(pictures[lag:] - pictures[:-lag]).mean(axis=1) < _SAME
        dull[lag:] |= same
        dull[:-lag] |= same
    return np.asarray(dull)


def _link_sources(sources: Sequence[Source], films: Path) -> None:
    for source in sources:
        target = films / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source.path, target)
        except OSError:
            shutil.copyfile(source.path, target)

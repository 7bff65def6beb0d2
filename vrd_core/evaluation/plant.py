"""Build films with planted reuse and known truth out of any folder of films.

    out/films/archive/…                 the sources, hard-linked or copied
    out/films/documentaries/….mp4       films that reuse stretches of them, edited
    out/truth.csv                       which stretch lies where, what was done to it, and what two documentaries share
    out/plant.json                      what it was made with

Documentaries begin and end with black leaders, and titles and drawn landscapes lie between the stretches. The same seed
and sources give the same films.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vrd_core.errors import MediaError, SettingsError, VRDError
from vrd_core.evaluation.edits import DISSOLVE_SECONDS, EDITS, INSET, picture_filters
from vrd_core.evaluation.plan import RATE, Documentary, Piece, Scene, Source, Stretch, plan_documentaries, truth_of
from vrd_core.evaluation.scenery import draw_landscape, draw_overlay, draw_title
from vrd_core.evaluation.truth import Reuse, read_reuse, write_reuse
from vrd_core.media.probe import FORMATS, content_id, ffmpeg_exe, probe
from vrd_core.progress import Progress

DEFAULT_SHORTEST = 6.0
"""Seconds of documentary: the default shortest sequence of 5 s and a little, for one frame a second blurs both ends."""

DEFAULT_LONGEST = 30.0

_VERSION = 1
_PAN = 1.35
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
    edits: Sequence[str] = tuple(EDITS),
    progress: Progress | None = None,
) -> Planted:
    """Make `documentaries` films in `out` that reuse `stretches` stretches of the films in `sources`.

    A contiguous piece is `shortest` seconds or longer and a stretch `longest` or shorter, both in the documentary. No
    second of a source is used more than twice, so short sources may have room for fewer stretches. Films that are
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
    films, truth, note = out / "films", out / "truth.csv", out / "plant.json"
    if note.is_file():
        made = json.loads(note.read_text(encoding="utf-8"))
        if made["made_with"] == record:
            return Planted(films, truth, tuple(read_reuse(truth)), made["planted"], tuple(made["left_out"]))
        raise SettingsError(f"{out} holds films that were planted with other values. Choose an empty folder.")
    found, left_out = _read_sources(sources, files)
    plans = plan_documentaries(
        found,
        seed=seed,
        documentaries=documentaries,
        stretches=stretches,
        shortest=shortest,
        longest=longest,
        edits=edits,
    )
    count = sum(isinstance(part, Stretch) for plan in plans for part in plan.parts)
    if films.exists() and any(films.iterdir()):
        raise SettingsError(f"{films} exists and was not made by a finished `plant`. Choose an empty folder.")
    try:
        _link_sources(found, films)
        total, done = sum(plan.frames for plan in plans), 0
        for plan in plans:
            target = films / plan.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _render(plan, target, progress, done, total)
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


def _input(path: Path, *options: str) -> list[str]:
    return [*options, "-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-i", str(path)]


def _find_dull(path: Path, stream: int) -> np.ndarray:
    """Return bool per half second: near-single-colour, or the same to look at as 2 to 30 seconds before or after.

    Where a film stands still nobody can tell the offset, and two uses of one unmoving shot look like one.
    """
    command = [
        ffmpeg_exe(),
        "-nostdin",
        "-v",
        "error",
        *_input(path),
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


def _render(plan: Documentary, target: Path, progress: Progress | None, done: int, total: int) -> None:
    """Encode one documentary: every part is decoded to raw pictures by an ffmpeg of its own, one ffmpeg takes them all.

    So the length of each part is exact to the frame, which the truth rests on.
    """
    width, height = plan.size
    half = target.with_name(f".{target.name}")
    command = [
        ffmpeg_exe(),
        "-nostdin",
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "-s",
        f"{width}x{height}",
        "-r",
        str(RATE),
        "-i",
        "pipe:0",
        "-c:v",
        "libx264",
        "-preset",
        "superfast",
        "-crf",
        "23",
        "-threads",
        "2",
        "-pix_fmt",
        "yuv420p",
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:v",
        "+bitexact",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
        str(half),
    ]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        encoder = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=said)
        assert encoder.stdin is not None
        try:
            for part in plan.parts:
                for frames in _part_frames(part, plan.size, Path(folder)):
                    encoder.stdin.write(frames)
                    done += len(frames) // (width * height * 3 // 2)
                    if progress:
                        progress("plant", done, total, target.name)
            encoder.stdin.close()
            if encoder.wait():
                raise BrokenPipeError
        except BrokenPipeError as error:
            encoder.wait()
            said.seek(0)
            raise MediaError(
                f"ffmpeg could not write {target.name}: {said.read(500).decode(errors='replace').strip()}"
            ) from error
        finally:
            if encoder.poll() is None:
                encoder.kill()
                encoder.wait()
            with contextlib.suppress(OSError):
                encoder.stdin.close()
    os.replace(half, target)


def _part_frames(part: Scene | Stretch, size: tuple[int, int], folder: Path) -> Iterator[bytes]:
    """Yield raw yuv420p pictures of one part, in chunks of whole frames."""
    width, height = size
    if isinstance(part, Scene) and part.kind == "leader":
        black = b"\x10" * (width * height) + b"\x80" * (width * height // 2)
        for _ in range(part.frames):
            yield black
    elif isinstance(part, Scene):
        rng, path = np.random.default_rng(part.seed), folder / f"{part.seed}.png"
        if part.kind == "title":
            draw_title(rng, width, height, part.text).save(path)
            graph = "[0:v]format=yuv420p"
        else:
            graph = _landscape(0, part.frames, part.seed, size, path)
        yield from _decode([*_picture(path), "-filter_complex", graph], part.frames, size)
    else:
        for piece in part.pieces:
            yield from _decode(_piece_arguments(part, piece, size, folder), piece.frames, size)


def _picture(path: Path) -> list[str]:
    return ["-loop", "1", "-framerate", str(RATE), "-i", str(path)]


def _landscape(number: int, frames: int, seed: int, size: tuple[int, int], path: Path) -> str:
    """Draw a landscape into `path` and return the filters that move the camera over it and add grain."""
    width, height = size
    rng = np.random.default_rng(seed)
    draw_landscape(rng, round(width * _PAN), round(height * _PAN)).save(path)
    from_x, to_x, from_y, to_y = rng.random(4)
    return (
        f"[{number}:v]crop={width}:{height}:x='(iw-ow)*({from_x:.3f}+({to_x - from_x:.3f})*n/{frames})'"
        f":y='(ih-oh)*({from_y:.3f}+({to_y - from_y:.3f})*n/{frames})',format=yuv420p,setsar=1,"
        f"noise=alls=4:allf=t:all_seed={seed}"
    )


def _piece_arguments(stretch: Stretch, piece: Piece, size: tuple[int, int], folder: Path) -> list[str]:
    """Return ffmpeg's inputs and filter graph for one contiguous piece of a stretch."""
    width, height = size
    wholes = {EDITS[name].whole for name in stretch.edits}
    seconds = piece.frames / RATE
    inputs = _input(piece.source.path, "-ss", f"{piece.start:.3f}", "-t", f"{seconds * piece.speed + 1:.3f}")
    time = f"setpts=(PTS)/{piece.speed:.6f},fps={RATE}:start_time=0,"
    if piece.held:
        time += f"trim=end_frame=1,tpad=stop_mode=clone:stop={piece.frames},"
    share = INSET if "inset" in wholes else 1.0
    chain = picture_filters(
        stretch.edits, round(width * share), round(height * share), stretch.x, stretch.y, stretch.seed
    )
    stream = probe(piece.source.path).stream
    graph = f"[0:{stream}]{time}{chain},tpad=stop_mode=clone:stop_duration=2"
    backdrop = folder / f"{stretch.seed}.png"
    if "inset" in wholes:
        below = _landscape(1, piece.frames, stretch.seed, size, backdrop)
        graph = (
            f"{graph}[inset];{below}[below];[below][inset]overlay=x='(W-w)*{stretch.x:.3f}'"
            f":y='(H-h)*{stretch.y:.3f}':shortest=1"
        )
        inputs += _picture(backdrop)
    else:
        graph += f",pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black"
    if "logo" in wholes:
        overlay = folder / f"{stretch.seed}_logo.png"
        draw_overlay(np.random.default_rng(stretch.seed), width, height).save(overlay)
        graph += f"[plain];[plain][{inputs.count('-i')}:v]overlay"
        inputs += ["-i", str(overlay)]
    if "dissolve" in wholes:
        number, faded = inputs.count("-i"), int(DISSOLVE_SECONDS * RATE) + 2
        before = _landscape(number, faded, stretch.seed, size, backdrop)
        after = _landscape(number + 1, faded, stretch.seed + 1, size, folder / f"{stretch.seed + 1}.png")
        inputs += [*_picture(backdrop), *_picture(folder / f"{stretch.seed + 1}.png")]
        fade = f"xfade=transition=fade:duration={DISSOLVE_SECONDS}"
        graph = (
            f"{graph},format=yuv420p,settb=1/{RATE}[film];{before},settb=1/{RATE}[before];"
            f"{after},settb=1/{RATE}[after];[before][film]{fade}:offset=0[begun];"
            f"[begun][after]{fade}:offset={seconds - DISSOLVE_SECONDS:.3f}"
        )
    return [*inputs, "-filter_complex", f"{graph},format=yuv420p[out]", "-map", "[out]"]


def _decode(arguments: list[str], frames: int, size: tuple[int, int]) -> Iterator[bytes]:
    """Run ffmpeg and yield exactly `frames` raw pictures, in chunks."""
    one = size[0] * size[1] * 3 // 2
    # One thread for the filters: those of `noise` would take turns with one random generator as it happens.
    command = [
        ffmpeg_exe(),
        "-nostdin",
        "-v",
        "error",
        "-filter_complex_threads",
        "1",
        *arguments,
        "-an",
        "-frames:v",
        str(frames),
        "-r",
        str(RATE),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv420p",
        "pipe:1",
    ]
    left = frames
    with tempfile.TemporaryFile() as said:
        decoder = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said)
        assert decoder.stdout is not None
        try:
            while left:
                chunk = decoder.stdout.read(one * min(left, 25))
                if not chunk or len(chunk) % one:
                    said.seek(0)
                    raise MediaError(
                        f"ffmpeg gave {frames - left} of {frames} pictures: "
                        f"{said.read(500).decode(errors='replace').strip()}"
                    )
                left -= len(chunk) // one
                yield chunk
        finally:
            decoder.kill()
            decoder.wait()
            decoder.stdout.close()

"""Render planned documentaries with ffmpeg: every part exact to the frame, because the truth rests on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from vrd_core.errors import MediaError
from vrd_core.evaluation.edits import DISSOLVE_SECONDS, EDITS, picture_filters
from vrd_core.evaluation.overlays import (
    draw_badge,
    draw_dots,
    draw_dust,
    draw_frame,
    draw_scratches,
    draw_screen,
    draw_scribbles,
    draw_timecode,
)
from vrd_core.evaluation.plan import RATE, Documentary, Piece, Scene, Stretch
from vrd_core.evaluation.scenery import draw_landscape, draw_overlay, draw_title
from vrd_core.media.ffmpeg import FORMATS, ffmpeg_exe
from vrd_core.media.probe import probe
from vrd_core.progress import Progress

_PAN = 1.35
_ZOOM = 0.5
"""How much a slow zoom has enlarged the picture by its end."""

_ENCODINGS = (("30", 1.0), ("34", 0.75), ("26", 0.6), ("36", 1.0))
"""Quality (crf) and size of the re-encodings in a group of copies, in turn."""


def render_documentary(plan: Documentary, target: Path, progress: Progress | None, done: int, total: int) -> None:
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
        shown = 0
        try:
            for part in plan.parts:
                for frames in part_frames(part, plan.size, Path(folder)):
                    count = len(frames) // (width * height * 3 // 2)
                    # A black leader stays black: with the same logo and digits two of them would be one picture.
                    marked = plan.badge and not (isinstance(part, Scene) and part.kind == "leader")
                    encoder.stdin.write(_burn_in(frames, shown, plan.size) if marked else frames)
                    done, shown = done + count, shown + count
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


def input_arguments(path: Path, *options: str) -> list[str]:
    return [*options, "-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-i", str(path)]


def copy_reel(reel: Path, copies: list[Path]) -> None:
    """Make copies of a reel: every other one byte for byte, the rest encoded again, smaller or coarser."""
    for n, target in enumerate(copies):
        if n % 2 == 0:
            shutil.copyfile(reel, target)
            continue
        quality, share = _ENCODINGS[n // 2 % len(_ENCODINGS)]
        source = [*input_arguments(reel), "-vf", f"scale=trunc(iw*{share}/2)*2:trunc(ih*{share}/2)*2"]
        coded = ["-c:v", "libx264", "-preset", "superfast", "-crf", quality, "-threads", "2"]
        exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
        made = subprocess.run(
            [ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *source, *coded, *exact, str(target)],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise MediaError(f"ffmpeg could not write {target.name}: {made.stderr[:500].decode(errors='replace')}")


def _burn_in(frames: bytes, first: int, size: tuple[int, int]) -> bytes:
    """Return the pictures with the shared logo and the timecode of each, `first` being the number of the first."""
    width, height = size
    planes = np.frombuffer(frames, np.uint8).reshape(-1, width * height * 3 // 2).copy()
    badge = draw_badge(width, height)
    for n, picture in enumerate(planes):
        _paste(picture, badge, size, left=width // 20 // 2 * 2, top=height // 20 // 2 * 2)
        code = draw_timecode(first + n, RATE, width, height)
        top = (height - code.height - height // 16) // 2 * 2
        _paste(picture, code, size, left=(width - code.width) // 4 * 2, top=top)
    return planes.tobytes()


def _paste(picture: np.ndarray, patch: Image.Image, size: tuple[int, int], *, left: int, top: int) -> None:
    """Lay an RGB patch of even size over one raw yuv420p picture, at an even place."""
    width, height = size
    full = np.asarray(patch.convert("YCbCr"), np.float64)
    luma = 16 + full[..., 0] * 219 / 255
    chroma = 128 + (full[..., 1:] - 128) * 224 / 255
    chroma = chroma.reshape(patch.height // 2, 2, patch.width // 2, 2, 2).mean(axis=(1, 3))
    here = (slice(top, top + patch.height), slice(left, left + patch.width))
    half = (slice(top // 2, (top + patch.height) // 2), slice(left // 2, (left + patch.width) // 2))
    picture[: width * height].reshape(height, width)[here] = luma.round()
    for n, plane in enumerate(picture[width * height :].reshape(2, height // 2, width // 2)):
        plane[half] = chroma[..., n].round()


def part_frames(part: Scene | Stretch, size: tuple[int, int], folder: Path) -> Iterator[bytes]:
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
    wholes = [EDITS[name].whole for name in stretch.edits if EDITS[name].whole]
    seconds = piece.frames / RATE
    inputs = input_arguments(piece.source.path, "-ss", f"{piece.start:.3f}", "-t", f"{seconds * piece.speed + 1:.3f}")
    time = f"setpts=(PTS)/{piece.speed:.6f},fps={RATE}:start_time=0,"
    if piece.held:
        time += f"trim=end_frame=1,tpad=stop_mode=clone:stop={piece.frames},"
    share = min(EDITS[name].share for name in stretch.edits)
    chain = picture_filters(
        stretch.edits, round(width * share), round(height * share), stretch.x, stretch.y, stretch.seed
    )
    stream = probe(piece.source.path).stream
    graph = f"[0:{stream}]{time}{chain},tpad=stop_mode=clone:stop_duration=2"
    backdrop = folder / f"{stretch.seed}.png"
    if "quad" in wholes:
        graph = _lay_in_quarter(graph, inputs, stretch, piece, size, folder)
    elif share < 1:
        x, y = (stretch.x, stretch.y) if "inset" in wholes else (round(stretch.x), round(stretch.y))
        if "corner" in wholes:
            x, y = 0.04 + 0.92 * x, 0.04 + 0.92 * y
        below = _landscape(1, piece.frames, stretch.seed, size, backdrop)
        graph = f"{graph}[inset];{below}[below];[below][inset]overlay=x='(W-w)*{x:.3f}':y='(H-h)*{y:.3f}':shortest=1"
        inputs += _picture(backdrop)
    else:
        graph += f",pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:black"
    for whole in wholes:
        graph = _lay_over(whole, graph, inputs, stretch, piece, size, folder)
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


def _lay_in_quarter(
    graph: str, inputs: list[str], stretch: Stretch, piece: Piece, size: tuple[int, int], folder: Path
) -> str:
    """Put the film into a quarter of the screen and drawn footage into the other three."""
    half = (size[0] // 2, size[1] // 2)
    here = 2 * round(stretch.y) + round(stretch.x)
    parts = [f"{graph},pad={half[0]}:{half[1]}:(ow-iw)/2:(oh-ih)/2:black,format=yuv420p[q{here}]"]
    for n in range(4):
        if n != here:
            path = folder / f"{stretch.seed}_{n}.png"
            parts.append(f"{_landscape(inputs.count('-i'), piece.frames, stretch.seed + n, half, path)}[q{n}]")
            inputs += _picture(path)
    return ";".join(parts) + ";[q0][q1][q2][q3]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0:shortest=1"


def _lay_over(
    whole: str, graph: str, inputs: list[str], stretch: Stretch, piece: Piece, size: tuple[int, int], folder: Path
) -> str:
    """Return the graph with one effect on the whole screen; its drawn pictures join the inputs."""
    width, height = size
    rng, number = np.random.default_rng(stretch.seed), inputs.count("-i")
    path = folder / f"{stretch.seed}_{whole}.png"
    if whole == "logo":
        draw_overlay(rng, width, height).save(path)
        inputs += ["-i", str(path)]
        return f"{graph}[plain];[plain][{number}:v]overlay"
    if whole in ("scribbles", "frame"):
        hole = EDITS["frame"].box[0] + 0.02
        image = draw_scribbles(rng, width, height) if whole == "scribbles" else draw_frame(rng, width, height, hole)
        image.save(path)
        inputs += _picture(path)
        return f"{graph}[bare_{whole}];[bare_{whole}][{number}:v]overlay"
    if whole == "zoom":
        return (
            f"{graph},zoompan=z='1+{_ZOOM}*on/{piece.frames}':x='(iw-iw/zoom)*{stretch.x:.3f}'"
            f":y='(ih-ih/zoom)*{stretch.y:.3f}':d=1:s={width}x{height}:fps={RATE}"
        )
    if whole == "screen":
        draw_screen(rng, width, height).save(path)
        inputs += _picture(path)
        left, top = (0.02 + 0.05 * stretch.x) * width, (0.02 + 0.04 * stretch.y) * height
        corners = f"x0={left:.1f}:y0={top:.1f}:x1=W-{top:.1f}:y1=0:x2=0:y2=H-{left / 2:.1f}:x3=W-{left / 3:.1f}:y3=H"
        return (
            f"{graph},gblur=sigma=0.7,perspective={corners}:sense=destination[shown];"
            f"[{number}:v]crop={width}:{height}:0:'mod(n*4,{height})'[lines];[shown][lines]overlay"
        )
    if whole == "halftone":
        draw_dots(width, height).save(path)
        inputs += _picture(path)
        return (
            f"{graph},format=gray[toned];[{number}:v]format=gray[dots];[toned][dots]blend=all_mode=hardmix,"
            "format=yuv420p,lutyuv=y='30+(val-16)*0.85':u=122:v=132"
        )
    if whole == "damage":
        draw_dust(rng, width * 2, height * 2).save(path)
        lines = folder / f"{stretch.seed}_scratches.png"
        draw_scratches(rng, width * 3, height).save(lines)
        inputs += [*_picture(path), *_picture(lines)]
        return (
            f"{graph}[worn];[{number}:v]crop={width}:{height}:'mod(n*7919,{width})':'mod(n*6101,{height})'[dust];"
            f"[{number + 1}:v]crop={width}:{height}:'mod(floor(n/9)*613,{2 * width})+mod(n*5,4)':0[lines];"
            "[worn][dust]overlay[dusty];[dusty][lines]overlay"
        )
    return graph


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

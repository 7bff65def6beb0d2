"""A copy of a video that browsers play, made once, and only where the original is not such a file.

    python -m dashboard.media.browser_copy [--workspace DIR] --content-id ID FILE     makes one, reporting as JSON lines

The copy is for watching: H.264 in MP4, at most 720 lines, no sound, a key frame every second so that a scrubber moves
freely. Its clock is the clock of the frames: second t of the copy is what frame t x fps was taken from.
"""

from __future__ import annotations

import argparse
import errno
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import ffmpeg

from vrd_core.errors import Cancelled, FFmpegError, MediaError, VRDError
from vrd_core.media.ffmpeg import ffmpeg_exe, look_arguments, open_input
from vrd_core.media.info import LATEST_START, MediaInfo, content_id
from vrd_core.media.probe import probe
from vrd_core.progress import Progress, json_lines, quiet, write_json_line
from vrd_core.store import Artefact, Store
from vrd_core.system import Output, stop_wanted
from vrd_core.text import digest

STEP = "playable"

STEP_VERSION = 1
"""Counted up when copies would be made in another way than before."""

LINES = 720
"""Greatest height of a copy in pixels: two of them side by side fill a projector."""

STALLED = 120
"""Seconds without progress after which ffmpeg is given up."""

_PIXELS = re.compile(
    r"Stream #0:(\d+)\S* ?(?:\([^)\n]*\))?: Video: [^\n]*?\b(yuvj?\d{3}p\w*|gray\w*|rgb\w*|bgr\w*|nv12)\b"
)


def browser_plays(path: str | Path, info: MediaInfo) -> bool:
    """Return whether Chromium, Firefox and Safari all play a file as it is.

    They share H.264 with 8 bits and 4:2:0 in MP4, and VP8 or VP9 of that kind in WebM. HEVC, AV1, ProRes, MPEG-2, AVI,
    Matroska and the rest play in some of them at best.
    """
    if info.still or not info.duration or max(info.width, info.height) > 4096 or info.start > LATEST_START:
        return False
    mp4 = info.codec == "h264" and "mp4" in info.container.split(",")
    webm = info.codec in ("vp8", "vp9") and "webm" in info.container.split(",") and _says_webm(Path(path))
    return (mp4 or webm) and _pixel_format(Path(path), info) in ("yuv420p", "yuvj420p")


def plays(path: str | Path, store: Store) -> bool:
    """Return `browser_plays` of a file, remembered until the file changes; False where it cannot be read."""
    return _known(Path(path), store)["plays"]


def has_sound(path: str | Path, store: Store) -> bool:
    """Return whether a file has sound, remembered in the same way."""
    return _known(Path(path), store)["sound"]


def _known(path: Path, store: Store) -> dict[str, bool]:
    try:
        state = path.stat()
        note = "browser/" + digest(str(STEP_VERSION), str(path), str(state.st_size), str(state.st_mtime_ns))
        known: dict[str, bool] | None = store.recall(note)
        if known is None:
            info = probe(path)
            known = {"plays": browser_plays(path, info), "sound": info.has_audio}
            store.note(note, known)
    except (OSError, MediaError):
        return {"plays": False, "sound": False}
    return known


def media_type(path: str | Path, info: MediaInfo | None = None) -> str:
    """Return the type a playable file is served under; QuickTime goes as the MP4 it shares a form with."""
    webm = "webm" in info.container if info else Path(path).suffix.lower() == ".webm"
    return "video/webm" if webm else "video/mp4"


def playable_key(content: str) -> str:
    """Return the key of a video's copy."""
    return digest(STEP, str(STEP_VERSION), content, str(LINES))


def open_playable(store: Store, content: str) -> Path | None:
    """Return the copy's file, or None when none was made."""
    found = store.find(STEP, playable_key(content))
    return found.path / "video.mp4" if found else None


def make_playable(path: str | Path, content: str, store: Store, *, progress: Progress | None = None) -> Artefact:
    """Make the copy of a video, cached. `progress` counts seconds of film under the step "playable".

    Raises MediaError where ffmpeg cannot read the file to its end or at all, and what the callback raises.
    """
    path = Path(path)
    info = probe(path)
    if info.still:
        raise MediaError(f"{path.name} is a still picture: there is nothing to play.", reason="no picture")

    def build(folder: Path) -> dict[str, Any]:
        _encode(path, info, folder / "video.mp4", progress or quiet)
        return {"content_id": content, "video": str(path), "duration": info.duration}

    return store.produce(STEP, playable_key(content), build)


def _says_webm(path: Path) -> bool:
    """Matroska and WebM are one format to ffmpeg; the first bytes tell which name the file gives itself."""
    with path.open("rb") as file:
        return b"webm" in file.read(64)


def _pixel_format(path: Path, info: MediaInfo) -> str:
    """Return how the pixels are stored ("yuv420p"), "" where ffmpeg does not say."""
    done = subprocess.run(look_arguments(path, ffmpeg_exe(info)), capture_output=True, timeout=60, check=False)
    found = {int(m[1]): m[2] for m in _PIXELS.finditer(done.stderr.decode(errors="replace"))}
    return found.get(info.stream, "")


def _encode(path: Path, info: MediaInfo, target: Path, progress: Progress) -> None:
    """Run ffmpeg, following how far it is, and stop it when the callback raises."""
    height = min(LINES, info.height) // 2 * 2 or 2
    width = max(2, round(info.width * height / info.height / 2) * 2)
    rate = min(info.fps or 25.0, 30.0)
    # The same rule as step 1 (constant rate from 0, held frames repeated), so that both clocks agree.
    filters = f"fps={rate:g}:start_time=0,bwdif=mode=send_frame:deint=interlaced,scale={width}:{height},setsar=1"
    command = ffmpeg.output(
        open_input(path.absolute(), info)[str(info.stream)],
        str(target),
        vf=filters,
        pix_fmt="yuv420p",
        vcodec="libx264",
        preset="veryfast",
        crf=23,
        g=max(1, round(rate)),
        movflags="+faststart",
        map_metadata=-1,
        map_chapters=-1,
        f="mp4",
    ).global_args("-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-y")
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                ffmpeg.compile(command, cmd=ffmpeg_exe(info)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                bufsize=0,
            )
        except OSError as error:
            raise FFmpegError(f"ffmpeg does not start: {error}.") from error
        output = Output(process)
        try:
            _follow(output, path.name, info.duration, progress)
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            output.leave()
        said.seek(0)
        complaint = said.read(1 << 16).decode(errors="replace")
    if "No space left on device" in complaint:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
    if not target.is_file() or target.stat().st_size < 512:
        reason = (complaint.strip().splitlines() or ["no reason given"])[-1]
        raise MediaError(f"{path.name} cannot be copied into a form that browsers play (ffmpeg: {reason}).")


def _follow(output: Output, name: str, duration: float | None, progress: Progress) -> None:
    """Read ffmpeg's own progress lines until it ends."""
    quiet_for, rest, at = 0.0, b"", 0.0
    while True:
        block = output.get(0.5)
        progress(STEP, min(at, duration or at), duration or at, name)
        if block is None:
            quiet_for += 0.5
            if quiet_for >= STALLED:
                raise MediaError(
                    f"{name} takes too long: ffmpeg stood still for {STALLED} seconds.", reason="too long to read"
                )
            continue
        if not block:
            return
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            key, _, value = line.strip().partition(b"=")
            if key == b"out_time_us" and value.isdigit() and int(value) / 1e6 > at:
                at, quiet_for = int(value) / 1e6, 0.0


def main(arguments: list[str] | None = None) -> int:
    """Make one copy; exit codes as those of `python -m vrd_core`."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.media.browser_copy", description=make_playable.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--content-id", default="")
    parser.add_argument("--workspace", type=Path)
    args = parser.parse_args(arguments)
    report = json_lines(sys.stdout)
    try:
        with stop_wanted() as wanted, Store(args.workspace) as store:

            def progress(step: str, done: float, total: float, detail: str) -> None:
                if wanted():
                    raise Cancelled("Stopped.")
                report(step, done, total, detail)

            make_playable(args.file, args.content_id or content_id(args.file), store, progress=progress)
    except Cancelled:
        return 130
    except VRDError as error:
        write_json_line(sys.stdout, event="error", message=str(error))
        return 1
    write_json_line(sys.stdout, event="done")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

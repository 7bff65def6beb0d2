"""Send pictures to ffmpeg and get a film that every browser plays: H.264, yuv420p, its index at the front."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from vrd_core import system
from vrd_core.errors import FFmpegError, VRDError
from vrd_core.media.ffmpeg import ffmpegs

from .look import Frame, Tone


def clear_parts(folder: Path) -> None:
    """Delete what was begun of films in the folders of this one and not finished."""
    for path in folder.glob("*/.*.part.mp4"):
        system.remove(path)


class Encoder:
    """Write one film, picture by picture. The file appears under its name only when it is whole."""

    def __init__(self, path: Path, size: tuple[int, int], fps: int, *, colour: bool) -> None:
        self._path, self._colour = path, colour
        self._part = path.with_name(f".{path.stem}.{os.getpid()}.part.mp4")
        command = [
            *(_encoder(), "-y", "-nostdin", "-loglevel", "error"),
            *("-f", "rawvideo", "-pix_fmt", "rgb24" if colour else "yuv420p"),
            *("-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0"),
            # One thread and bitexact: the same pictures become the same file.
            *("-an", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "25", "-threads", "1"),
            # The fastest preset leaves out the filter that hides block edges; the films want it.
            *("-x264-params", "no-deblock=0"),
            *("-g", str(2 * fps), "-pix_fmt", "yuv420p", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
            *("-movflags", "+faststart", "-f", "mp4", str(self._part)),
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._ffmpeg = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._log)

    def __enter__(self) -> Encoder:
        return self

    def write(self, picture: Frame, tone: Tone) -> None:
        """Add one picture: grey with a tint, or in colour, as the film was opened."""
        assert self._ffmpeg.stdin is not None
        try:
            self._ffmpeg.stdin.write(picture.tobytes() if self._colour else _tinted(picture, tone))
        except BrokenPipeError:
            raise self._failure() from None

    def __exit__(self, kind: object, *_: object) -> None:
        assert self._ffmpeg.stdin is not None
        try:
            if kind is not None:
                self._ffmpeg.kill()
            with contextlib.suppress(BrokenPipeError):
                self._ffmpeg.stdin.close()
            code = self._ffmpeg.wait()
            if kind is None:
                if code != 0:
                    raise self._failure()
                self._put_in_place()
        finally:
            self._log.close()
            system.remove(self._part)

    def _put_in_place(self) -> None:
        try:
            system.replace(self._part, self._path)
        except OSError as error:
            if not system.is_in_use(error):
                raise
            raise VRDError(f"{self._path} is open in another program. Close it there and draw again.") from error

    def _failure(self) -> FFmpegError:
        self._ffmpeg.wait()
        self._log.seek(0)
        said = self._log.read().decode(errors="replace")[-500:]
        return FFmpegError(f"ffmpeg could not write {self._path}. Is the disk full? It said: {said}")


@functools.cache
def _encoder() -> str:
    """Return the first ffmpeg that can write H.264."""
    for exe in ffmpegs():
        listed = subprocess.run([exe, "-hide_banner", "-encoders"], capture_output=True, text=True, timeout=60)
        if "libx264" in listed.stdout:
            return exe
    raise FFmpegError(
        f"The demo films need an ffmpeg with libx264. Received: {', '.join(ffmpegs())}. `pip install imageio-ffmpeg`."
    )


_SQUEEZE = np.round(16 + np.arange(256) * 219 / 255).astype(np.uint8)


def _tinted(picture: Frame, tone: Tone) -> bytes:
    """Return a grey picture as yuv420p: a tint is one and the same chroma everywhere."""
    red, _, blue = (float(part) for part in tone)
    # A tint leaves the luma as it was, so that B - Y and R - Y are the tint itself.
    cb, cr = 128 + blue * 0.564 * 224 / 255, 128 + red * 0.713 * 224 / 255
    plane = picture.size // 4
    return _SQUEEZE[picture].tobytes() + bytes([round(cb)]) * plane + bytes([round(cr)]) * plane

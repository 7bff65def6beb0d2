"""Send pictures to ffmpeg and get a film that every browser plays: H.264, yuv420p, its index at the front."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from vrd_core.media import ffmpeg_exe

from .look import Frame, Tone
from .stage import LUMA


class Encoder:
    """Write one film, picture by picture. The file appears under its name only when it is whole."""

    def __init__(self, path: Path, size: tuple[int, int], fps: int, *, colour: bool) -> None:
        self._path, self._size, self._colour = path, size, colour
        self._part = path.with_name(f".{path.stem}.{os.getpid()}.part.mp4")
        self._log = tempfile.TemporaryFile()
        # One thread and bitexact: the same pictures become the same file.
        command = [
            ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error",
            "-f", "rawvideo", "-pix_fmt", "rgb24" if colour else "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0",
            "-an", "-c:v", "libx264", "-preset", "superfast", "-crf", "25", "-threads", "1", "-g", str(2 * fps),
            "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "mp4",
            str(self._part),
        ]  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ffmpeg = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._log)

    def __enter__(self) -> Encoder:
        return self

    def write(self, picture: Frame, tone: Tone) -> None:
        """Add one picture: grey with a tint, or in colour, as the film was opened."""
        assert self._ffmpeg.stdin is not None
        data = picture.tobytes() if self._colour else _tinted(picture, tone)
        self._ffmpeg.stdin.write(data)

    def __exit__(self, kind: object, *_: object) -> None:
        assert self._ffmpeg.stdin is not None
        try:
            if kind is not None:
                self._ffmpeg.kill()
            try:
                self._ffmpeg.stdin.close()
            except BrokenPipeError:
                pass
            code = self._ffmpeg.wait()
            if kind is None and code != 0:
                self._log.seek(0)
                raise RuntimeError(f"ffmpeg could not write {self._path.name}: {self._log.read().decode(errors='replace')[-500:]}")
            if kind is None:
                os.replace(self._part, self._path)
        finally:
            self._log.close()
            self._part.unlink(missing_ok=True)


_SQUEEZE = np.round(16 + np.arange(256) * 219 / 255).astype(np.uint8)


def _tinted(picture: Frame, tone: Tone) -> bytes:
    """Return a grey picture as yuv420p: a tint is one and the same chroma everywhere."""
    red, _, blue = (float(part) for part in tone)
    luma = float(np.dot(LUMA, tone))
    cb, cr = 128 + (blue - luma) * 0.564 * 224 / 255, 128 + (red - luma) * 0.713 * 224 / 255
    plane = picture.size // 4
    return _SQUEEZE[picture].tobytes() + bytes([round(cb)]) * plane + bytes([round(cr)]) * plane

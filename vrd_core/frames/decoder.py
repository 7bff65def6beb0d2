"""Decode a video with ffmpeg, once, and hand out its pictures one by one."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from vrd_core.errors import FFmpegError, MediaError
from vrd_core.media.ffmpeg import read_arguments
from vrd_core.media.info import MediaInfo
from vrd_core.system import Output

STALL_SECONDS = 120
"""How long ffmpeg may decode without a new picture, at one frame per second and more (longer between rarer ones)."""


_DAMAGE = re.compile(r"\[(error|fatal|panic)\]|corrupt")


@dataclass(frozen=True)
class SecondOutput:
    """Small JPEG pictures that ffmpeg writes into a file of its own beside what it hands out."""

    path: Path
    fps: float
    size: tuple[int, int]

    def arguments(self, stream: int) -> list[str]:
        """Return what ffmpeg is told of it; its clock is that of the other pictures."""
        width, height = self.size
        picture = f"fps={self.fps!r}:round=up:start_time=0,scale={width}:{height}:flags=bicubic,setsar=1"
        encoder = ["-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p", "-f", "mjpeg", "-y"]
        return ["-map", f"0:{stream}", "-an", "-sn", "-dn", "-vf", picture, *encoder, f"file:{self.path}"]


class Decoder:
    """Decode a video once and hand out one RGB picture for every 1 / fps seconds of film.

    Picture k is what a player shows at second k / fps: where the frame rate varies the held picture is repeated, and a
    stream that starts late begins with its first picture. Use it in a `with` block: leaving it ends ffmpeg at once.

        with Decoder(path, info, fps=1, size=(683, 384), log=Path("ffmpeg.log")) as decoder:
            for picture in decoder: ...                 # bytes, height x width x 3
        decoder.returncode, decoder.errors()
    """

    def __init__(
        self,
        path: str | Path,
        info: MediaInfo,
        *,
        fps: float,
        size: tuple[int, int],
        log: Path,
        waiting: Callable[[], None] | None = None,
        second: SecondOutput | None = None,
    ) -> None:
        """Make ready; `waiting` is called several times a second while no picture comes, and may raise."""
        self._path, self._log, self._waiting = Path(os.path.abspath(path)), log, waiting
        self._patience = STALL_SECONDS / min(1.0, fps)
        self._bytes = size[0] * size[1] * 3
        self._arguments = read_arguments(
            self._path,
            info,
            map=f"0:{info.stream}",
            f="rawvideo",
            pix_fmt="rgb24",
            s=f"{size[0]}x{size[1]}",
            # Without round=up the picture of half a second later is taken; without start_time=0 a late start is lost.
            vf=f"fps={fps!r}:round=up:start_time=0,scale={size[0]}:{size[1]}:flags=bicubic,setsar=1",
        )
        if second is not None:
            self._arguments += second.arguments(info.stream)
        self._process: subprocess.Popen[bytes] | None = None
        self._output: Output | None = None
        self.returncode: int | None = None

    def __enter__(self) -> Self:
        # stderr goes into a file: a pipe that nobody empties would stop ffmpeg for good.
        with open(self._log, "ab") as log:
            try:
                self._process = subprocess.Popen(
                    self._arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, bufsize=0
                )
            except OSError as error:
                raise FFmpegError(f"ffmpeg does not start: {error}.") from error
        self._output = Output(self._process, self._bytes)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._output is not None
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._output.leave()

    def __iter__(self) -> Iterator[bytes | bytearray]:
        """Yield each picture."""
        assert self._process is not None
        assert self._output is not None
        heard = time.monotonic()
        while True:
            picture = self._output.get(0.2)
            if picture is None:
                self._wait(heard)
                continue
            if not picture:
                self.returncode = self._process.wait()
                return
            yield picture
            heard = time.monotonic()

    def _wait(self, heard: float) -> None:
        if self._waiting:
            self._waiting()
        if time.monotonic() - heard > self._patience:
            raise MediaError(
                f"{self._path.name} takes too long: no picture came for {self._patience:.0f} "
                "seconds. It is probably damaged; convert it with another program.",
                reason="too long to read",
            )
        if self._log.stat().st_size > 1 << 26:
            os.truncate(self._log, 0)  # a damaged file can make ffmpeg complain without end

    def errors(self) -> list[str]:
        """Return what ffmpeg said of damage, without its prefixes, from the first 64 kB of its complaints."""
        with open(self._log, errors="replace") as log:
            lines = log.read(1 << 16).splitlines()
        # That a packet is corrupt is only a warning to ffmpeg; most other warnings are of no use to anyone.
        return [line.rsplit("] ", 1)[-1] for line in lines if _DAMAGE.search(line)]

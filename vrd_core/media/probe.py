"""Say what a file is, from what ffmpeg sees in it."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from vrd_core.errors import FFmpegError, MediaError
from vrd_core.media.ffmpeg import ffmpegs, look_arguments
from vrd_core.media.info import FFMPEG_STILLS, MAX_PIXELS, MediaInfo, plain_errors
from vrd_core.media.mp4 import track_seconds
from vrd_core.system import full_path

PROBE_SECONDS = 60
"""How long ffmpeg may take to say what a file is."""

_PICTURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|II[*+]\0|MM\0[*+]|RIFF....WEBP|BM.{8}|GIF8[79]a|P[3-6]\s"
    rb"|\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    re.DOTALL,
)
_PLAYLIST = re.compile(
    rb"(\xef\xbb\xbf)?\s*(ffconcat|#EXTM3U|\[playlist\]|\[reference\]|<\?xml|<asx|<smil|<MPD"
    rb"|v=0[\r\n])",
    re.IGNORECASE,
)
_RAW_JPEG_VIDEO = (".mjpeg", ".mjpg")


def probe(path: str | Path) -> MediaInfo:
    """Say what a file is, from its content and not its name.

    Raises MediaError, whose `reason` is one of MediaError.REASONS, and FFmpegError.
    """
    path = full_path(os.path.abspath(path))
    with plain_errors(path):
        if not path.is_file():
            raise MediaError(f"{path.name} is not a file, or is not there any more.", reason="missing")
        size = path.stat().st_size
        with open(path, "rb") as file:
            head = file.read(64)
    if size == 0:
        raise MediaError(f"{path.name} is empty (zero bytes): copy it again from where it came.", reason="empty")
    if _PLAYLIST.match(head):
        raise MediaError(
            f"{path.name} is a list of other files or addresses, not a video. It is not followed, for "
            "safety; add the videos themselves.",
            reason="refused",
        )
    if _PICTURE.match(head) and path.suffix.lower() not in _RAW_JPEG_VIDEO:
        from vrd_core.media.pictures import probe_picture  # Pillow is only loaded where there is a still

        still = probe_picture(path, size)
        if still is not None:
            return still
    return _look(path, size, head)


def _look(path: Path, size: int, head: bytes) -> MediaInfo:
    """Ask one ffmpeg after the other, until one can read the file: the system's may be too old for it."""
    refusals = []
    for exe in ffmpegs():
        try:
            info = _parse(path, size, head, _ask_ffmpeg(exe, path))
        except MediaError as error:
            if error.reason != "damaged":
                raise
            refusals.append(error)
        else:
            return _with_own_length(path, info)
    raise refusals[0]


def _with_own_length(path: Path, info: MediaInfo) -> MediaInfo:
    """Return the facts with the length of the picture where an MP4 says it: its sound may be longer."""
    if "mp4" not in info.container.split(",") or info.duration is None:
        return info
    with plain_errors(path):
        tracks = track_seconds(path)
    own = tracks[info.stream] if info.stream < len(tracks) else None
    return replace(info, duration=_believable(own, info.duration + max(0.0, info.start)) if own else info.duration)


def _ask_ffmpeg(exe: str, path: Path) -> str:
    """Return what `ffmpeg -i` says of a file."""
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(
                look_arguments(path, exe, FFMPEG_STILLS.get(path.suffix.lower(), "")),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                timeout=PROBE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise MediaError(
                f"{path.name} takes too long: ffmpeg did not say what it is in {PROBE_SECONDS} seconds.",
                reason="too long to read",
            ) from error
        except OSError as error:
            raise FFmpegError(f"ffmpeg does not start: {error}.") from error
        said.seek(0)
        return said.read(1 << 20).decode(errors="replace")


_INPUT = re.compile(r"^Input #0, (\S+), from ", re.MULTILINE)
_DURATION = re.compile(r"^  Duration: (?:(\d+):(\d\d):(\d\d(?:\.\d+)?)|N/A)(?:, start: (-?[\d.]+))?", re.MULTILINE)
_STREAM_DURATION = re.compile(r"^ +DURATION *: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_STREAM = re.compile(r"^ {2,4}Stream #0:(\d+)(?:\[\w+\])?(?:\([^)\n]*\))?: (Video|Audio): ([\w]+)(.*)$", re.MULTILINE)
_SIZE = re.compile(r", (\d{1,6})x(\d{1,6})(?: \[SAR (\d+):(\d+) DAR \d+:\d+\])?(?=[, ]|$)")
_STREAM_ASPECT = re.compile(r", SAR (\d+):(\d+) DAR")
_RATE = re.compile(r", ([\d.]+)(k?) (fps|tbr)\b")
_ROTATION = re.compile(r"(?:display ?matrix: rotation of|^\s+rotate\s*:) (-?[\d.]+)", re.IGNORECASE | re.MULTILINE)


def _parse(path: Path, size: int, head: bytes, said: str) -> MediaInfo:
    """Read the facts out of what `ffmpeg -i` said, or raise MediaError in plain words."""
    opened = _INPUT.search(said)
    if not opened:
        raise _refusal(path, head, said)
    streams = list(_STREAM.finditer(said, opened.end()))
    has_audio = any(m[2] == "Audio" for m in streams)
    stream = _picture_stream(path, said, streams)
    # The stream's own lines end where the next stream's begin; a rotation and a length stand among them.
    after = min((m.start() for m in streams if m.start() > stream.start()), default=len(said))
    turned = _ROTATION.search(said, stream.start(), after)
    rotation = round(float(turned[1])) % 360 if turned else 0
    width, height = _shown_size(stream[4], rotation)
    rates = {m[3]: float(m[1]) * (1000 if m[2] else 1) for m in _RATE.finditer(stream[4])}
    still = opened[1].endswith("_pipe")
    duration = _DURATION.search(said, opened.end())
    seconds = _seconds(duration) if duration else 0.0
    if own := _STREAM_DURATION.search(said, stream.end(), after):
        seconds = _believable(_seconds(own), seconds)
    return MediaInfo(
        duration=seconds if seconds > 0 and not still else None,
        width=width,
        height=height,
        fps=None if still else rates.get("fps", rates.get("tbr")),
        codec=stream[3],
        container=opened[1],
        rotation=rotation,
        still=still,
        start=float(duration[4]) if duration and duration[4] else 0.0,
        has_audio=has_audio,
        bytes=size,
        stream=int(stream[1]),
    )


def _picture_stream(path: Path, said: str, streams: list[re.Match[str]]) -> re.Match[str]:
    """Return the stream that players show: of those marked as default, or of all, the largest; MediaError if none."""
    pictures = [m for m in streams if m[2] == "Video" and "(attached pic)" not in m[4]]
    if not pictures:
        if any(m[2] == "Video" for m in streams):
            what = "only sound and a cover picture"
        else:
            what = "only sound" if streams else "neither picture nor sound"
        raise MediaError(f"{path.name} holds {what}, no video.", reason="no picture")
    if "exceeds specified max pixel count" in said:
        raise MediaError(
            f"{path.name} has pictures of more than {MAX_PIXELS / 1e6:.0f} megapixels; make a smaller copy.",
            reason="refused",
        )
    area = {m: int(s[1]) * int(s[2]) for m in pictures if (s := _SIZE.search(m[4]))}
    stream = max(pictures, key=lambda m: (area.get(m, 0) > 0, "(default)" in m[4], area.get(m, 0), -int(m[1])))
    if not area.get(stream) or stream[3] in ("none", "unknown"):
        raise MediaError(
            f"{path.name} is damaged, or newer than this ffmpeg: it finds a picture stream, but not its size or codec."
        )
    return stream


def _shown_size(stream: str, rotation: int) -> tuple[int, int]:
    """Return width and height in square pixels, turned."""
    found = _SIZE.search(stream)
    assert found is not None
    width, height = int(found[1]), int(found[2])
    across, down = (_STREAM_ASPECT.search(stream) or found).groups()[-2:]
    if across and int(across) and int(down):
        # A hostile aspect such as 1:65535 would make a picture of no width.
        width = max(1, round(width * min(10.0, max(0.1, int(across) / int(down)))))
    return (height, width) if 89 <= rotation % 180 <= 91 else (width, height)


def _seconds(clock: re.Match[str]) -> float:
    return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3]) if clock[1] else 0.0


def _believable(track: float | None, longest: float) -> float:
    """Return the length of a picture track where it can be, else that of the longest track."""
    return track if track and 0 < track <= longest + 1 else longest


def _refusal(path: Path, head: bytes, said: str) -> MediaError:
    """Return the error for a file that ffmpeg did not open."""
    if "not on whitelist" in said:
        return MediaError(
            f"{path.name} is of a kind that is not opened, for safety or because it is no video "
            "(a playlist, a script, subtitles …).",
            reason="refused",
        )
    if b"ftyp" in head[:16] or b"mdat" in head[:16]:
        return MediaError(
            f"{path.name} is damaged: it is cut short and its table of contents is missing. Copy or download it again."
        )
    lines = [line.split("] ", 1)[-1] for line in said.splitlines()]
    # "Error opening input: Invalid data …", or the path instead of the first words in versions before 6.
    reasons = [line.rpartition(": ")[2] for line in lines if line.startswith(("Error opening input", f"{path}: "))]
    reason = reasons[0] if reasons else "no reason given"
    return MediaError(
        f"{path.name} is neither a video nor a picture that ffmpeg can read, or it is damaged (ffmpeg: {reason})."
    )

"""Say what a file is, and name its content.

Everything is asked of `ffmpeg` alone: the wheel that brings a binary where the system has none brings no ffprobe.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from pathlib import Path

from vrd_core.errors import FFmpegError, MediaError
from vrd_core.media.ffmpeg import ANIMATED_WEBP, arguments
from vrd_core.media.info import MAX_PIXELS, MediaInfo, plain_errors
from vrd_core.system import full_path

PROBE_SECONDS = 60
"""How long ffmpeg may take to say what a file is."""

# Single pictures that Pillow does not read. No image2 (it takes a name with %d for a pattern), no svg (opens links).
_PICTURES = {".dpx": "dpx_pipe", ".exr": "exr_pipe", ".jxl": "jpegxl_pipe", ".hdr": "hdr_pipe", ".psd": "psd_pipe"}

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


def content_id(path: str | Path) -> str:
    """Return 32 hexadecimal digits that name what is in the file: its size and a digest of sampled blocks.

    Small files (4 MB) are read whole, of larger ones 32 blocks of 64 kB from the first to the last byte, so that
    naming a film of 50 GB takes a moment. Moving and renaming change nothing.
    """
    block, blocks, whole = 1 << 16, 32, 1 << 22
    with plain_errors(path), open(full_path(path), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        state = hashlib.blake2b(str(size).encode() + b":", digest_size=16)
        if size <= whole:
            state.update(file.read())
        else:
            for k in range(blocks):
                file.seek((size - block) * k // (blocks - 1))
                state.update(file.read(block))
    return state.hexdigest()


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
    # A webp that Pillow left to ffmpeg is animated.
    animated = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    container = ANIMATED_WEBP if animated else _PICTURES.get(path.suffix.lower(), "")
    return _parse(path, size, head, _ask_ffmpeg(path, container))


def _ask_ffmpeg(path: Path, container: str) -> str:
    """Return what `ffmpeg -i` says of a file; `container` where its name or its first bytes tell, else ""."""
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(
                arguments(path, container),
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
    pictures = [m for m in streams if m[2] == "Video" and "(attached pic)" not in m[4]]
    has_audio = any(m[2] == "Audio" for m in streams)
    sized = [(int(s[1]) * int(s[2]), -int(m[1]), m, s) for m in pictures if (s := _SIZE.search(m[4]))]
    if not pictures:
        what = (
            "only sound and a cover picture"
            if any(m[2] == "Video" for m in streams)
            else "only sound"
            if has_audio
            else "neither picture nor sound"
        )
        raise MediaError(f"{path.name} holds {what}, no video.", reason="no picture")
    if "exceeds specified max pixel count" in said:
        raise MediaError(
            f"{path.name} has pictures of more than {MAX_PIXELS / 1e6:.0f} megapixels; make a smaller copy.",
            reason="refused",
        )
    if not sized or max(sized)[0] == 0:
        raise MediaError(f"{path.name} is damaged: ffmpeg finds a picture stream but not its size.")
    _, _, stream, found = max(sized, key=lambda item: item[:2])
    duration = _DURATION.search(said, opened.end())
    # The stream's own lines end where the next stream's begin; a rotation stands among them.
    after = min((m.start() for m in streams if m.start() > stream.start()), default=len(said))
    turned = _ROTATION.search(said, stream.start(), after)
    rotation = round(float(turned[1])) % 360 if turned else 0
    aspect = _STREAM_ASPECT.search(stream[4]) or (found[3] and re.match(r"(\d+):(\d+)", f"{found[3]}:{found[4]}"))
    width, height = int(found[1]), int(found[2])
    if aspect and int(aspect[1]) and int(aspect[2]):
        # A hostile aspect such as 1:65535 would make a picture of no width.
        width = max(1, round(width * min(10.0, max(0.1, int(aspect[1]) / int(aspect[2])))))
    if 89 <= rotation % 180 <= 91:
        width, height = height, width
    rates = {m[3]: float(m[1]) * (1000 if m[2] else 1) for m in _RATE.finditer(stream[4])}
    still = opened[1].endswith("_pipe")
    seconds = 0.0
    if duration and duration[1]:
        seconds = int(duration[1]) * 3600 + int(duration[2]) * 60 + float(duration[3])
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
    lines = [line.split("] ", 1)[-1] for line in said.splitlines() if "rror opening input" in line]
    reason = lines[0] if lines else "no reason given"
    return MediaError(
        f"{path.name} is neither a video nor a picture that ffmpeg can read, or it is damaged "
        f"(ffmpeg: {reason.removeprefix('Error opening input: ')})."
    )

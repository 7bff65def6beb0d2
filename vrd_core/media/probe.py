"""Find ffmpeg, say what a file is, name its content, and decode its pictures safely.

Everything is asked of `ffmpeg` alone: the wheel that brings a binary where the system has none brings no ffprobe.
Files are not trusted: a whitelist of formats keeps out playlists and scripts that would make ffmpeg open other files
or addresses, only the `file` protocol is allowed, pictures are bounded, and sound, subtitles and data stay closed.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from vrd_core.errors import FFmpegError, MediaError
from vrd_core.system import full_path

MAX_PIXELS = 2**27
"""Largest picture that is decoded, 134 megapixels: an A3 scan at 600 dpi fits, a decompression bomb does not."""

PROBE_SECONDS = 60
"""How long ffmpeg may take to say what a file is."""

_VIDEO = (
    "mov matroska mpeg mpegts avi asf asf_o flv ogg rm mxf gxf nut nsv nuv dv dhav ivf wtv pva ty lxf swf live_flv "
    "mpegvideo m4v h264 hevc vvc evc h263 h261 obu av1 vc1 vc1test cavsvideo avs2 avs3 dirac dnxhd mjpeg smjpeg "
    "mjpeg_2000 yuv4mpegpipe gif apng webp_anim jpegxl_anim flic smk bink cine roq film_cpk ipmovie thp vmd wc3movie "
    "4xm mv rpl vivo cdxl mlv r3d siff smush tmv filmstrip bfi bmv mtv amv xmv ser kux ivr pmp lmlm4 usm anm mm"
)
# Known so that they are called "no picture", which they are, and not "refused".
_SOUND = "mp3 wav w64 flac aac ac3 eac3 aiff au amr ape caf dts tta wv dsf mpc mpc8 voc truehd tak oma"
# Single pictures that Pillow does not read. No image2 (it takes a name with %d for a pattern), no svg (opens links).
_PICTURES = {".dpx": "dpx_pipe", ".exr": "exr_pipe", ".jxl": "jpegxl_pipe", ".hdr": "hdr_pipe", ".psd": "psd_pipe"}
_PIPES = (
    "bmp_pipe dpx_pipe exr_pipe hdr_pipe j2k_pipe jpeg_pipe jpegls_pipe jpegxl_pipe pam_pipe pbm_pipe pcx_pipe "
    "pgm_pipe png_pipe ppm_pipe psd_pipe qoi_pipe sgi_pipe sunrast_pipe tiff_pipe webp_pipe xwd_pipe"
)
FORMATS = ",".join(f"{_VIDEO} {_SOUND} {_PIPES}".split())

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


@dataclass(frozen=True)
class MediaInfo:
    """What a probe says of one file."""

    duration: float | None
    """Seconds, or None where the file does not say (and for a still)."""
    width: int
    """Width in square pixels as shown: rotation and pixel aspect are applied."""
    height: int
    fps: float | None
    """Pictures per second of the file, on average; None for a still."""
    codec: str
    container: str
    """ffmpeg's name of the format, or "picture" for a still that Pillow reads."""
    rotation: int
    """Degrees by which the file asks to be turned, 0 to 359."""
    still: bool
    """A single picture: a video of one frame."""
    start: float
    """Seconds at which the file's clock starts; a player shows this moment as 0."""
    has_audio: bool
    bytes: int
    stream: int = 0
    """Number of the picture stream inside the file."""


@functools.cache
def ffmpeg_exe() -> str:
    """Return the system's ffmpeg, else the one inside the imageio-ffmpeg wheel; FFmpegError when there is neither."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise FFmpegError(
            "ffmpeg was not found. Install it (`apt install ffmpeg`, `brew install ffmpeg`) or "
            f"`pip install imageio-ffmpeg`. Received: {error}"
        ) from error


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
    return _parse(path, size, head, _ask_ffmpeg(path))


def arguments(path: Path, container: str = "", **output: Any) -> list[str]:
    """Return ffmpeg's arguments to read a file safely and write pictures to stdout; without `output` only to look."""
    options: dict[str, Any] = {
        "protocol_whitelist": "file",
        "format_whitelist": FORMATS,
        "max_pixels": MAX_PIXELS,
        "an": None,
        "sn": None,
        "dn": None,
    }
    if container.endswith("_pipe"):
        options["f"] = container  # otherwise the extension would win, and with it the refused image2
    source = ffmpeg.input(str(path), **options)
    command = ffmpeg.output(source, "pipe:1", **output).global_args(
        "-nostdin", "-hide_banner", "-loglevel", "level+warning" if output else "info"
    )
    command_line: list[str] = ffmpeg.compile(command, cmd=ffmpeg_exe())
    if not output:
        command_line.remove("pipe:1")
        for flag in ("-an", "-sn", "-dn"):
            command_line.remove(flag)
    return command_line


def _ask_ffmpeg(path: Path) -> str:
    """Return what `ffmpeg -i` says of a file."""
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(
                arguments(path, _PICTURES.get(path.suffix.lower(), "")),
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


@contextlib.contextmanager
def plain_errors(path: str | Path) -> Iterator[None]:
    """Turn the system's errors about one file into a MediaError."""
    name = Path(path).name
    try:
        yield
    except FileNotFoundError as error:
        raise MediaError(f"{name} is not there any more.", reason="missing") from error
    except PermissionError as error:
        raise MediaError(f"{name} may not be read by this user.", reason="missing") from error
    except OSError as error:
        raise MediaError(f"{name} cannot be read ({error.strerror or error}).") from error

"""Find ffmpeg, and give it arguments with which it reads a file safely.

Files are not trusted: a whitelist of formats keeps out playlists and scripts that would make ffmpeg open other files
or addresses, only the `file` protocol is allowed, pictures are bounded, and sound, subtitles and data stay closed.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import ffmpeg

from vrd_core.errors import FFmpegError
from vrd_core.media.info import MAX_PIXELS

VARIABLE = "VRD_FFMPEG"
"""Environment variable that forces one ffmpeg: its path, or "wheel" for the one in the imageio-ffmpeg wheel."""

ANIMATED_WEBP = "webp_anim"
"""ffmpeg's name of a format that older versions, such as 5.1, do not read."""

_VIDEO = (
    "mov matroska mpeg mpegts avi asf asf_o flv ogg rm mxf gxf nut nsv nuv dv dhav ivf wtv pva ty lxf swf live_flv "
    "mpegvideo m4v h264 hevc vvc evc h263 h261 obu av1 vc1 vc1test cavsvideo avs2 avs3 dirac dnxhd mjpeg smjpeg "
    "mjpeg_2000 yuv4mpegpipe gif apng webp_anim jpegxl_anim flic smk bink cine roq film_cpk ipmovie thp vmd wc3movie "
    "4xm mv rpl vivo cdxl mlv r3d siff smush tmv filmstrip bfi bmv mtv amv xmv ser kux ivr pmp lmlm4 usm anm mm"
)
# Known so that they are called "no picture", which they are, and not "refused".
_SOUND = "mp3 wav w64 flac aac ac3 eac3 aiff au amr ape caf dts tta wv dsf mpc mpc8 voc truehd tak oma"
_PIPES = (
    "bmp_pipe dpx_pipe exr_pipe hdr_pipe j2k_pipe jpeg_pipe jpegls_pipe jpegxl_pipe pam_pipe pbm_pipe pcx_pipe "
    "pgm_pipe png_pipe ppm_pipe psd_pipe qoi_pipe sgi_pipe sunrast_pipe tiff_pipe webp_pipe xwd_pipe"
)
FORMATS = ",".join(f"{_VIDEO} {_SOUND} {_PIPES}".split())


def ffmpeg_exe(container: str = "") -> str:
    """Return the ffmpeg to use: the one that VRD_FFMPEG forces, else the system's, else the wheel's.

    Where the system's is too old to read `container`, ffmpeg's name of a format, the wheel's is used.

    Raises FFmpegError where there is none, or not the one that is forced.
    """
    forced = os.environ.get(VARIABLE, "")
    if forced == "wheel":
        return wheel_ffmpeg()
    if forced:
        if found := shutil.which(forced):
            return found
        raise FFmpegError(
            f'{VARIABLE} must be the path of an ffmpeg that can be started, or "wheel". Received: {forced!r}.'
        )
    found = shutil.which("ffmpeg")
    if found is None or (container == ANIMATED_WEBP and not _reads(found, container) and _wheel_reads(container)):
        return wheel_ffmpeg()
    return found


@functools.cache
def wheel_ffmpeg() -> str:
    """Return the ffmpeg inside the imageio-ffmpeg wheel; FFmpegError where there is none."""
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise FFmpegError(
            "ffmpeg was not found. Install it (`apt install ffmpeg`, `brew install ffmpeg`) or "
            f"`pip install imageio-ffmpeg`. Received: {error}"
        ) from error


@functools.cache
def ffmpeg_version(exe: str) -> str:
    """Return the version that an ffmpeg states, such as "5.1.9-0+deb12u1"; FFmpegError where it does not start."""
    words = _answer(exe, "-version").split(maxsplit=3)
    return words[2] if words[:2] == ["ffmpeg", "version"] else "of unknown version"


@functools.cache
def _reads(exe: str, container: str) -> bool:
    """Return whether this ffmpeg knows a format."""
    return any(line.split()[1:2] == [container] for line in _answer(exe, "-demuxers").splitlines())


def _wheel_reads(container: str) -> bool:
    try:
        return _reads(wheel_ffmpeg(), container)
    except FFmpegError:
        return False


def _answer(exe: str, question: str) -> str:
    try:
        done = subprocess.run(
            [exe, "-hide_banner", question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FFmpegError(f"ffmpeg does not start: {error}.") from error
    return done.stdout.decode(errors="replace")


def arguments(path: Path, container: str = "", **output: Any) -> list[str]:
    """Return ffmpeg's arguments to read a file safely and write pictures to stdout; without `output` only to look.

    Raises FFmpegError.
    """
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
    command_line: list[str] = ffmpeg.compile(command, cmd=ffmpeg_exe(container))
    if not output:
        command_line.remove("pipe:1")
        for flag in ("-an", "-sn", "-dn"):
            command_line.remove(flag)
    return command_line

"""Find ffmpeg and tell it safely what to read.

Everything is asked of `ffmpeg` alone: the wheel that brings a binary where the system has none brings no ffprobe.
Files are not trusted: a whitelist of formats keeps out playlists and scripts that would make ffmpeg open other files
or addresses, only the `file` protocol is allowed, pictures are bounded, and sound, subtitles and data stay closed.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import ffmpeg

from vrd_core.errors import FFmpegError
from vrd_core.media.info import MAX_PIXELS, MediaInfo

FFMPEG_VARIABLE = "VRD_FFMPEG"
"""Names the one ffmpeg to use: "system", "wheel", or a path. Unset, the system's is used before the wheel's."""

_VIDEO = (
    "mov matroska mpeg mpegts avi asf asf_o flv ogg rm mxf gxf nut nsv nuv dv dhav ivf wtv pva ty lxf swf live_flv "
    "mpegvideo m4v h264 hevc vvc evc h263 h261 obu av1 vc1 vc1test cavsvideo avs2 avs3 dirac dnxhd mjpeg smjpeg "
    "mjpeg_2000 yuv4mpegpipe gif apng webp_anim jpegxl_anim flic smk bink cine roq film_cpk ipmovie thp vmd wc3movie "
    "4xm mv rpl vivo cdxl mlv r3d siff smush tmv filmstrip bfi bmv mtv amv xmv ser kux ivr pmp lmlm4 usm anm mm"
)
# Known so that they are called "no picture", which they are, and not "refused".
_SOUND = "mp3 wav w64 flac aac ac3 eac3 aiff au amr ape caf dts tta wv dsf mpc mpc8 voc truehd tak oma"
# Single pictures that Pillow does not read. No image2 (it takes a name with %d for a pattern), no svg (opens links).
_STILLS = (
    "bmp_pipe dpx_pipe exr_pipe hdr_pipe j2k_pipe jpeg_pipe jpegls_pipe jpegxl_pipe pam_pipe pbm_pipe pcx_pipe "
    "pgm_pipe png_pipe ppm_pipe psd_pipe qoi_pipe sgi_pipe sunrast_pipe tiff_pipe webp_pipe xwd_pipe"
)
FORMATS = ",".join(f"{_VIDEO} {_SOUND} {_STILLS}".split())


def ffmpeg_exe(info: MediaInfo | None = None) -> str:
    """Return the ffmpeg to use: the first of `ffmpegs()`, or the first that can read what a probe said of a file.

    Raises FFmpegError where there is none.
    """
    known = ffmpegs()
    if info is None or len(known) == 1:
        return known[0]
    return next((exe for exe in known if _reads(exe, info)), known[0])


def ffmpegs() -> tuple[str, ...]:
    """Return every ffmpeg that may be used, in order; FFmpegError where there is none."""
    return _find(os.environ.get(FFMPEG_VARIABLE, ""), os.environ.get("PATH"))


def ffmpeg_version(exe: str) -> str:
    """Return the version that an ffmpeg gives itself ("5.1.9-0+deb12u1"), or "unknown"."""
    said = re.match(r"ffmpeg version (\S+)", _ask(exe, "-version"))
    return said[1] if said else "unknown"


def look_arguments(path: Path, exe: str, container: str = "") -> list[str]:
    """Return the arguments with which ffmpeg only says what a file is; `container` where its name would mislead."""
    source = ffmpeg.input(str(path), **_safely(container))
    command = ffmpeg.output(source, "pipe:1").global_args("-nostdin", "-hide_banner", "-loglevel", "info")
    # Without an output ffmpeg says what it found and ends.
    return [argument for argument in ffmpeg.compile(command, cmd=exe) if argument != "pipe:1"]


def read_arguments(path: Path, info: MediaInfo, **output: Any) -> list[str]:
    """Return the arguments with which ffmpeg reads a file safely, on the player's clock, and writes to stdout."""
    command = ffmpeg.output(open_input(path, info), "pipe:1", **output).global_args(
        "-nostdin", "-hide_banner", "-loglevel", "level+warning"
    )
    arguments: list[str] = ffmpeg.compile(command, cmd=ffmpeg_exe(info))
    return arguments


def open_input(path: Path, info: MediaInfo) -> Any:
    """Return a file as the input of a command that ffmpeg-python composes: safely, and on the player's clock."""
    options = {**_safely(info.container), "an": None, "sn": None, "dn": None}
    if info.delay:
        # ffmpeg calls the first moment of a file 0.
        options["itsoffset"] = f"{info.delay:.6f}"
    return ffmpeg.input(str(path), **options)


def _safely(container: str) -> dict[str, Any]:
    options: dict[str, Any] = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "max_pixels": MAX_PIXELS}
    if container.endswith("_pipe"):
        options["f"] = container  # otherwise the extension would win, and with it the refused image2
    return options


@functools.lru_cache(maxsize=8)
def _find(wanted: str, path: str | None) -> tuple[str, ...]:
    found, missing = [], ""
    if wanted not in ("", "system", "wheel"):
        if not (named := shutil.which(wanted, path=path)):
            raise FFmpegError(
                f"{FFMPEG_VARIABLE} must be 'system', 'wheel' or the path of an ffmpeg. Received: {wanted!r}."
            )
        return (named,)
    if wanted != "wheel" and (system := shutil.which("ffmpeg", path=path)):
        found.append(system)
    if wanted != "system":
        try:
            import imageio_ffmpeg

            found.append(str(imageio_ffmpeg.get_ffmpeg_exe()))
        except (ImportError, RuntimeError) as error:
            missing = f" Received: {error}"
    if not found:
        raise FFmpegError(
            "ffmpeg was not found. Install it (`apt install ffmpeg`, `brew install ffmpeg`) or "
            f"`pip install imageio-ffmpeg`.{missing}"
        )
    return tuple(dict.fromkeys(found))


def _reads(exe: str, info: MediaInfo) -> bool:
    formats, codecs = _abilities(exe)
    return info.codec in codecs and not formats.isdisjoint(info.container.split(","))


@functools.lru_cache(maxsize=8)
def _abilities(exe: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the formats that an ffmpeg opens and the codecs that it decodes."""
    formats = re.findall(r"^ D\S* +(\S+)", _ask(exe, "-demuxers"), re.MULTILINE)
    codecs = re.findall(r"^ D\S+ +(\S+)", _ask(exe, "-codecs"), re.MULTILINE)
    return frozenset(name for names in formats for name in names.split(",")), frozenset(codecs)


def _ask(exe: str, question: str) -> str:
    try:
        done = subprocess.run(
            [exe, "-hide_banner" if question != "-version" else "-nostdin", question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FFmpegError(f"{exe} does not start: {error}.") from error
    return done.stdout.decode(errors="replace")

"""A small picture of a video that was not processed yet, made once."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image

from vrd_core.errors import MediaError
from vrd_core.media.ffmpeg import read_arguments
from vrd_core.media.info import MediaInfo
from vrd_core.media.probe import probe
from vrd_core.store import Store
from vrd_core.text import digest

STEP = "posters"
SIZE = (192, 108)
_VERSION = "1"
_SECONDS = 60


def poster(path: str | Path, content: str, store: Store) -> bytes:
    """Return a JPEG of at most 192 x 108 pixels: a keyframe from about a tenth into the film, or the still itself.

    Raises MediaError where there is no picture to be had.
    """
    path = Path(path)

    def build(folder: Path) -> dict[str, Any]:
        info = probe(path)
        image = _still(path) if info.container == "picture" else _frame(path, info)
        image.thumbnail(SIZE, Image.Resampling.LANCZOS)
        image.convert("RGB").save(folder / "poster.jpg", "JPEG", quality=82)
        return {"content_id": content, "video": str(path)}

    return (store.produce(STEP, digest(STEP, _VERSION, content), build).path / "poster.jpg").read_bytes()


def _still(path: Path) -> Image.Image:
    from vrd_core.media.pictures import open_picture

    return open_picture(path)


def _frame(path: Path, info: MediaInfo) -> Image.Image:
    """Seek to a keyframe and decode one picture; where the seek leads past the end, the first one."""
    width = max(2, round(info.width * min(1.0, 2 * SIZE[1] / info.height)))
    height = max(2, round(info.height * min(1.0, 2 * SIZE[1] / info.height)))
    for at in (min((info.duration or 0.0) / 10, 300.0), 0.0):
        command = read_arguments(
            path,
            info,
            vframes=1,
            f="image2pipe",
            vcodec="mjpeg",
            s=f"{width}x{height}",
            pix_fmt="yuvj420p",
            map=f"0:{info.stream}",
        )
        if at:
            place = command.index("-i")
            command[place:place] = ["-ss", f"{at:.3f}", "-noaccurate_seek"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise MediaError(f"{path.name} takes too long.", reason="too long to read") from error
        if done.stdout:
            return Image.open(io.BytesIO(done.stdout))
    raise MediaError(f"{path.name} is damaged: no picture could be read from it.")

"""A tiny library with a known reuse, and a network without TensorFlow, for tests of what lies around the steps."""

import subprocess

import numpy as np

from vrd_core.media.ffmpeg import ffmpeg_exe

SIZE = "160x120"


class Thumbnails:
    """Stands in for a network: the frame as 8 x 8 colours, minus their mean."""

    batch_size, input_size, dim = 8, (64, 64), 192

    def __call__(self, batch):
        cells = batch.reshape(len(batch), 8, 8, 8, 8, 3).astype(np.float32).mean((2, 4)).reshape(len(batch), -1)
        return (cells - cells.mean(1, keepdims=True)) / 32


def make_films(folder):
    """Write archive/source.mp4 (60 s), films/borrower.mp4 (its seconds 10 to 25 at second 20) and broken.mp4."""
    for name in ("archive", "films"):
        (folder / name).mkdir(parents=True)
    source = f"mandelbrot=s={SIZE}:r=10:start_scale=2:end_scale=0.001:end_pts=600,format=yuv420p"
    other = f"life=s={SIZE}:r=10:mold=10:ratio=0.3:seed=7:life_color=orange:death_color=blue,format=yuv420p"
    _ffmpeg("-f", "lavfi", "-i", source, "-t", "60", folder / "archive" / "source.mp4")
    _ffmpeg(
        "-f",
        "lavfi",
        "-t",
        "20",
        "-i",
        other,
        "-ss",
        "10",
        "-t",
        "15",
        "-i",
        folder / "archive" / "source.mp4",
        "-f",
        "lavfi",
        "-t",
        "25",
        "-i",
        other.replace("seed=7", "seed=9"),
        "-filter_complex",
        "[0:v][1:v][2:v]concat=n=3:v=1[v]",
        "-map",
        "[v]",
        folder / "films" / "borrower.mp4",
    )
    (folder / "broken.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 100)
    return folder


def _ffmpeg(*arguments):
    subprocess.run(
        [ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )

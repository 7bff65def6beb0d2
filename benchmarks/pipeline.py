"""How well decoding and the network overlap: `python -m benchmarks.pipeline`.

Steps 1 and 2 over twelve 720p films with a stand-in network that only waits, as a GPU would make this process wait.
The wall time of both together is compared with the slower of the two alone; 1.0 is perfect overlap.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from vrd_core.fingerprints.catalogue import resolve
from vrd_core.frames.extract import extract_frames
from vrd_core.media.ffmpeg import ffmpeg_exe
from vrd_core.media.library import scan_library
from vrd_core.project.pipeline import process_videos
from vrd_core.settings import FingerprintSettings, FrameSettings
from vrd_core.store import Store


class Waiting:
    """A network that takes `seconds` for a batch and no processor."""

    batch_size, input_size, dim = 16, (128, 128), 128

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        """Return zeros, float32 (batch, dim)."""
        time.sleep(self.seconds)
        return np.zeros((len(batch), self.dim), np.float32)


def make_films(folder: Path, count: int, seconds: int) -> None:
    """Write 720p films that are about as hard to decode as real ones."""
    for number in range(count):
        subprocess.run(
            [
                ffmpeg_exe(),
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                f"testsrc2=s=1280x720:r=25,hue=h={30 * number},noise=alls=12:allf=t,format=yuv420p",
                "-t",
                str(seconds),
                "-preset",
                "ultrafast",
                str(folder / f"{number:02d}.mp4"),
            ],
            check=True,
            stdin=subprocess.DEVNULL,
        )


def main() -> None:
    """Print the ratio of each paired run and their median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=12)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    frames, settings = FrameSettings(), resolve(FingerprintSettings())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "films").mkdir()
        make_films(folder / "films", args.films, args.seconds)
        ratios = []
        for run in range(args.runs):
            with Store(folder / f"apart{run}") as store:
                videos = scan_library(folder / "films", store).videos
                started = time.perf_counter()
                for video in videos:
                    extract_frames(video.path, video.content_id, frames, store)
                decoding = time.perf_counter() - started
                # As slow as decoding: the hardest case for an overlap.
                network = Waiting(decoding / (args.films * -(-args.seconds // Waiting.batch_size)))
                started = time.perf_counter()
                process_videos(videos, frames, [settings], store, load=lambda _, n=network: n)  # type: ignore[misc]
                waiting = time.perf_counter() - started
            with Store(folder / f"together{run}") as store:
                scan_library(folder / "films", store)
                started = time.perf_counter()
                process_videos(videos, frames, [settings], store, load=lambda _, n=network: n)  # type: ignore[misc]
                both = time.perf_counter() - started
            ratios.append(both / max(decoding, waiting))
            print(
                f"run {run + 1}: step 1 alone {decoding:.1f} s, step 2 alone {waiting:.1f} s, both {both:.1f} s, "
                f"both / slower {ratios[-1]:.2f}",
                flush=True,
            )
        print(f"median both / slower: {median(ratios):.2f}")


if __name__ == "__main__":
    main()

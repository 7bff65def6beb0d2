"""How fast step 1 is, against what merely decoding costs, and how much memory a long film takes.

    python -m benchmarks.extraction                 # a 10-minute film of 720p, three pairs of runs; then 2 min and 2 h
    python -m benchmarks.extraction --minutes 2 --pairs 2 --film my-film.mp4

The bare run is `ffmpeg -i FILE -an -f null -`. Runs are paired and take turns, because other work on the machine slows
both; the ratio of processor times is steadier. Goals: extraction / bare <= 1.25; peak memory of 2 hours <= that of
2 minutes + 300 MB.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vrd_core.frames.extract import extract_frames
from vrd_core.media.ffmpeg import ffmpeg_exe
from vrd_core.media.info import content_id
from vrd_core.settings import FrameSettings
from vrd_core.store import Store


def draw_film(path: Path, minutes: float, size: str, seconds_drawn: float = 20) -> Path:
    """Make a film with camera-like motion and grain: some seconds are drawn and encoded, then repeated as they are."""
    part = path.with_name(f"part-{path.name}")
    _ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"mandelbrot=s={size}:r=25:maxiter=200:start_scale=2:end_pts=600",
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s={size}:r=25",
        "-filter_complex",
        "[0][1]blend=all_mode=normal:all_opacity=0.7,noise=alls=7:allf=t,format=yuv420p",
        "-t",
        str(seconds_drawn),
        "-c:v",
        "libx264",
        "-preset",
        "fast",
        "-crf",
        "24",
        "-g",
        "125",
        str(part),
    )
    _ffmpeg("-stream_loop", str(round(minutes * 60 / seconds_drawn) - 1), "-i", str(part), "-c", "copy", str(path))
    part.unlink()
    return path


def paired_runs(film: Path, folder: Path, pairs: int, fps: float) -> list[dict[str, float]]:
    """Return for each pair the wall time and the processor time of both, in seconds."""
    runs = []
    with Store(folder / "workspace") as store:
        for pair in range(pairs):
            run = {}
            for name in ("bare", "extraction") if pair % 2 == 0 else ("extraction", "bare"):
                began, worked = time.perf_counter(), _processor_time()
                if name == "bare":
                    _ffmpeg("-i", str(film), "-an", "-f", "null", "-")
                else:
                    extract_frames(film, content_id(film), FrameSettings(fps=fps), store, recompute=True)
                run[name], run[f"{name} cpu"] = time.perf_counter() - began, _processor_time() - worked
            runs.append(run)
    return runs


def _processor_time() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def peak_memory(film: Path, folder: Path) -> tuple[float, float]:
    """Return the peak of this program and of ffmpeg in MB, of an extraction in a process of its own."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.extraction", "--one", str(film), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return float(said[-2]), float(said[-1])


def _one(film: Path, folder: Path) -> None:
    with Store(folder / f"workspace-{film.stem}") as store:
        extract_frames(film, content_id(film), FrameSettings(), store)
    unit = 1e6 if sys.platform == "darwin" else 1e3
    print(
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / unit,
    )


def _ffmpeg(*arguments: str) -> None:
    subprocess.run([ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error", *arguments], check=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="length of the drawn film")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--fps", type=float, default=1.0, help="frames per second of film")
    parser.add_argument("--film", type=Path, help="measure this film instead of a drawn one")
    parser.add_argument("--no-memory", action="store_true", help="leave out the 2-hour film")
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        _one(*chosen.one)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        film = chosen.film or draw_film(folder / "film.mp4", chosen.minutes, "1280x720")
        runs = paired_runs(film, folder, chosen.pairs, chosen.fps)
        for run in runs:
            print(
                f"bare {run['bare']:6.1f} s   extraction {run['extraction']:6.1f} s   "
                f"ratio {run['extraction'] / run['bare']:.2f}   of processor time "
                f"{run['extraction cpu'] / run['bare cpu']:.2f}",
                flush=True,
            )
        ratio = statistics.median(run["extraction"] / run["bare"] for run in runs)
        print(f"extraction / bare decoding, median: {ratio:.2f} (goal 1.25)", flush=True)
        if not chosen.no_memory:
            peaks = {}
            for label, minutes in (("2 min", 2), ("2 h", 120)):
                long = draw_film(folder / f"long-{minutes}.mp4", minutes, "320x180")
                peaks[label] = sum(peak_memory(long, folder))
                print(f"peak memory, {label}: {peaks[label]:.0f} MB with ffmpeg")
            print(f"2 hours take {peaks['2 h'] - peaks['2 min']:+.0f} MB (goal +300)")


if __name__ == "__main__":
    main()

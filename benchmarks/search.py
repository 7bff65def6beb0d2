"""Step 3 against plain Faiss: `python -m benchmarks.search [--scale 0.2]`.

Each figure is a ratio of two runs one after the other on the same arrays, each in a process of its own. `faiss.knn`
gets everything in memory and excludes nothing; step 3 reads memory maps, leaves the own video out and writes its
artefact. Peak memory is what the process had resident, memory maps included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.made_up.fingerprints import films, items
from vrd_core.arrays import open_array


def _vectors(folder: Path, frames: int, dim: int, videos: int) -> list[np.ndarray]:
    """Make films once and open them as memory maps."""
    paths = [folder / f"{v}.npy" for v in range(videos)]
    if not paths[-1].exists():
        folder.mkdir(parents=True, exist_ok=True)
        for path, vectors in zip(paths, films([frames // videos] * videos, dim), strict=True):
            np.save(path, vectors)
    return [open_array(p) for p in paths]


def _child(folder: Path, what: str, frames: int, dim: int, videos: int, k: int) -> None:
    vectors = _vectors(folder / f"{frames}-{dim}-{videos}", frames, dim, videos)
    import faiss

    if what == "faiss":
        everything = np.concatenate(vectors)
        start, cpu = time.perf_counter(), time.process_time()
        faiss.knn(everything, everything, k)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    else:
        from vrd_core.neighbours.find import find_neighbours
        from vrd_core.settings import SearchSettings
        from vrd_core.store import Store

        with tempfile.TemporaryDirectory(dir=folder) as workspace, Store(workspace) as store:
            settings = SearchSettings(neighbours_considered=k, score="normalised" if "normalised" in what else None)
            all_items = items(vectors)
            if what.startswith("add"):
                find_neighbours(all_items[:-1], settings, store)
            start, cpu = time.perf_counter(), time.process_time()
            find_neighbours(all_items, settings, store)
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(
        json.dumps({"seconds": seconds, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20})
    )


def _run(folder: Path, *args: object, clock: str = "seconds") -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.search", "--child", str(folder), *map(str, args)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return answer[clock], answer["peak"]


def _recall(frames: int) -> None:
    """Print what approximate indexes find of the exact neighbours, of the nearest tenth of them, and their time."""
    from vrd_core.neighbours.artefact import Neighbours
    from vrd_core.neighbours.find import find_neighbours
    from vrd_core.settings import SearchSettings
    from vrd_core.store import Store

    def codes(found: Neighbours) -> np.ndarray:
        pair = np.repeat(np.arange(len(found.pair_videos)), np.diff(found.pair_starts))
        a, b = found.pair_videos[pair].T.astype(np.int64)
        return ((a * found.videos + b) * 2**20 + found.frame_a) * 2**20 + found.frame_b

    vectors = films([frames // 20] * 20, 256)
    exact_pairs = near = np.empty(0, np.int64)
    with tempfile.TemporaryDirectory() as workspace, Store(workspace) as store:
        for index in ("Flat", "SQ8", "PCA64,SQ8", "IVF256,Flat", "PCA64,IVF256,SQ8", "IVF256,PQ32"):
            start = time.process_time()
            found = find_neighbours(items(vectors), SearchSettings(neighbours_considered=100, index=index), store)
            seconds = time.process_time() - start
            here = codes(found)
            if index == "Flat":
                exact_pairs = here
                near = here[found.distance <= np.quantile(found.distance, 0.1)]
            print(
                f"{frames} x 256, index {index}: recall {np.isin(exact_pairs, here).mean():.3f}, of the nearest "
                f"tenth {np.isin(near, here).mean():.3f}, {seconds:.1f} s of CPU",
                flush=True,
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="part of the frames; 1 is the size of the goals")
    parser.add_argument("--only", default="", help="print only the rows whose name contains this")
    parser.add_argument("--child", nargs=6, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        folder, what, *numbers = args.child
        _child(Path(folder), what, *map(int, numbers))
        return
    cases = [
        ("90,000 x 256, 60 videos, k 250", 90_000, 256, 60, 1.0),
        ("20,000 x 512, 60 videos, k 250", 20_000, 512, 60, 1.2),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, frames, dim, videos, goal in cases:
            if args.only in title:
                n = int(frames * args.scale) // videos * videos
                ours, peak = _run(folder, "ours", n, dim, videos, 250)
                plain, _ = _run(folder, "faiss", n, dim, videos, 250)
                print(
                    f"{title}: {ours:.1f} s / faiss.knn {plain:.1f} s = {ours / plain:.2f} (goal {goal}), "
                    f"peak {peak:.2f} GB",
                    flush=True,
                )
        title = "100,000 x 256, 5,000 videos / 60 videos"
        if args.only in title:
            n = int(100_000 * args.scale)
            short, _ = _run(folder, "ours", n // 5000 * 5000, 256, 5000, 250)
            long, _ = _run(folder, "ours", n // 60 * 60, 256, 60, 250)
            print(f"{title}: {short:.1f} s / {long:.1f} s = {short / long:.2f} (goal 1.3)", flush=True)
        if args.only in "recall":
            _recall(int(20_000 * args.scale) // 20 * 20)
        title = "add 1 hour to 25, 256"
        if args.only in title:
            n = int(93_600 * args.scale) // 26 * 26
            plain, _ = _run(folder, "faiss", n, 256, 26, 250, clock="cpu")
            bound = plain / 26
            for what in ("add", "add-normalised"):
                added, peak = _run(folder, what, n, 256, 26, 250, clock="cpu")
                print(
                    f"{title} ({what}): {added:.1f} s of CPU / its rows x all at faiss.knn's rate {bound:.1f} s = "
                    f"{added / bound:.2f} (goal 1.3), peak {peak:.2f} GB",
                    flush=True,
                )


if __name__ == "__main__":
    main()

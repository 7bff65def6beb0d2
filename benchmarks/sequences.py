"""Step 4 under a moving slider: `python -m benchmarks.sequences [--pairs 20e6]`.

Draws an artefact of that many pairs, 5 % of them below the threshold, reuse planted among them, and times a changed
threshold, length and skip; then a quarter of the pairs, to see growth. Peak memory is the whole process, maps included.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.neighbours.artefact import Neighbours
from vrd_core.neighbours.write import summarise
from vrd_core.sequences.find import find_sequences
from vrd_core.settings import SequenceSettings

FRAMES = 3600
DIM = 64


def draw(folder: Path, pairs: int, videos: int = 60, seed: int = 0) -> Neighbours:
    """Write an artefact of about `pairs` pairs between films of an hour: clumps on diagonals, as neighbours come."""
    rng = np.random.default_rng(seed)
    combinations = [(a, b) for a in range(videos) for b in range(a + 1, videos)]
    columns: dict[str, list[np.ndarray]] = {"frame_a": [], "frame_b": [], "distance": []}
    starts = [0]
    for _ in combinations:
        # Two shots that look alike give a rectangle of pairs.
        boxes = max(1, pairs // len(combinations) // 36)
        corners = rng.integers(0, FRAMES - 6, (boxes, 2))
        inside = np.stack(np.meshgrid(np.arange(6), np.arange(6)), axis=-1).reshape(-1, 2)
        both = (corners[:, None] + inside).reshape(-1, 2)
        distance = (np.repeat(rng.beta(4, 1, boxes), 36) + rng.random(len(both)) * 0.3).astype(np.float32)
        length = int(rng.integers(10, 60))
        line = rng.integers(0, FRAMES - 60, 2) + np.arange(length)[:, None]
        both = np.concatenate([both, line])
        distance = np.concatenate([distance, (rng.random(length) * 0.3).astype(np.float32)])
        code = (both[:, 1] - both[:, 0] + FRAMES) * FRAMES + both[:, 0]
        _, first = np.unique(code, return_index=True)
        columns["frame_a"].append(both[first, 0].astype(np.int32))
        columns["frame_b"].append(both[first, 1].astype(np.int32))
        columns["distance"].append(distance[first])
        starts.append(starts[-1] + len(first))
    for name, parts in columns.items():
        np.save(folder / f"{name}.npy", np.concatenate(parts))
    np.save(folder / "pair_videos.npy", np.array(combinations, np.int32))
    np.save(folder / "pair_starts.npy", np.array(starts))
    np.save(folder / "counts.npy", np.full(videos, FRAMES, np.int64))
    np.save(folder / "usable.npy", rng.random(videos * FRAMES) > 0.01)
    np.save(folder / "nearest.npy", np.zeros(videos * FRAMES, np.float32))
    (folder / "summary.json").write_text(json.dumps(summarise(np.concatenate(columns["distance"]))))
    return Neighbours("drawn", folder)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=float, default=20e6)
    parser.add_argument("--alignment", default="rigid", choices=("rigid", "elastic"))
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    vectors = rng.standard_normal((FRAMES, DIM), dtype=np.float32)
    for pairs in (int(args.pairs / 4), int(args.pairs)):
        with tempfile.TemporaryDirectory() as folder:
            neighbours = draw(Path(folder), pairs)
            cut = float(np.quantile(np.asarray(neighbours.distance), 0.05))
            settings: list[tuple[str, dict[str, Any]]] = [
                ("first look", {}),
                ("threshold", {"max_distance": 0.98 * cut}),
                ("length", {"shortest_sequence": 8.0}),
                ("skip", {"allow_skip": 4}),
                ("several at once", {"allow_skip": 1, "shortest_sequence": 4.0}),
            ]
            for name, change in settings:
                values = {"max_distance": cut, "alignment": args.alignment, **change}
                start = time.perf_counter()
                table = find_sequences(neighbours, SequenceSettings(**values), fps=1.0, vectors=lambda _: vectors)
                seconds = time.perf_counter() - start
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
                print(
                    f"{len(neighbours) / 1e6:.1f} million pairs, {name}: {seconds:.2f} s, {len(table)} sequences, "
                    f"peak {peak:.2f} GB",
                    flush=True,
                )


if __name__ == "__main__":
    main()

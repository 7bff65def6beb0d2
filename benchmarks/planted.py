"""Films as functions of time, and reuse planted in them at another speed: `python -m benchmarks.planted`."""

from __future__ import annotations

import tempfile

import numpy as np

from tests.made_up.fingerprints import items
from vrd_core.neighbours.find import find_neighbours
from vrd_core.sequences.find import find_sequences
from vrd_core.sequences.table import SequenceTable
from vrd_core.settings import Alignment, SearchSettings, SequenceSettings
from vrd_core.store import Store

RATE = 8
"""Points per second between which a film is interpolated."""

DIM = 48
MOTIFS = 30

Planted = tuple[int, int, float, float, float, float]
"""video_a, video_b, then start and end in seconds on A and on B."""


def library(
    seed: int, speed: float | None, *, videos: int = 6, seconds: int = 400, noise: float = 0.25
) -> tuple[list[np.ndarray], list[Planted]]:
    """Return fingerprints at one frame a second and what is planted: A runs `speed` times as fast as B, or no reuse.

    Every frame has noise of its own, so a copy is a quarter as far from its source as unrelated shots are.
    """
    rng = np.random.default_rng(seed)
    motifs = rng.standard_normal((MOTIFS, DIM))
    continuous = [_film(rng, seconds, motifs) for _ in range(videos)]
    sampled = [_at(film, np.arange(seconds)) for film in continuous]
    truth: list[Planted] = []
    if speed is not None:
        for a in range(0, videos - 1, 2):
            length = rng.uniform(15, 60)
            here = rng.uniform(0, seconds - length * max(1, 1 / speed) - 2)
            there = rng.uniform(10, seconds - length * 2 - 5)
            frames = np.arange(int(np.ceil(there)), int(there + length / speed) + 1)
            sampled[a + 1][frames] = _at(continuous[a], here + (frames - there) * speed)
            truth.append((a, a + 1, here, here + length, there, there + length / speed))
    noisy = [v + noise * rng.standard_normal(v.shape) for v in sampled]
    return [(v / np.linalg.norm(v, axis=1, keepdims=True)).astype(np.float32) for v in noisy], truth


def _film(rng: np.random.Generator, seconds: int, motifs: np.ndarray) -> np.ndarray:
    """Return (seconds * RATE, DIM): shots of 2 to 10 seconds that stand nearly still, drift or pan."""
    film = np.empty((seconds * RATE, DIM))
    start = 0
    while start < len(film):
        length = min(int(rng.uniform(2, 10) * RATE), len(film) - start)
        centre = rng.standard_normal(DIM) + 0.8 * motifs[rng.integers(len(motifs))]
        pan = rng.standard_normal(DIM) * rng.choice([0.005, 0.05, 0.12]) * 3 / RATE
        shake = rng.standard_normal((length, DIM)) * 0.18 / np.sqrt(RATE)
        film[start : start + length] = centre + np.cumsum(shake + pan, axis=0)
        start += length
    return film


def _at(film: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    place = np.clip(seconds * RATE, 0, len(film) - 1.001)
    low = place.astype(int)
    part = (place - low)[:, None]
    return film[low] * (1 - part) + film[low + 1] * part


def ends_found(truth: list[Planted], table: SequenceTable, tolerance: float = 2.0) -> int:
    """Count what was found with all four ends within the tolerance (seconds, and half a frame of sampling)."""
    columns = (table.video_a, table.video_b, table.start_a, table.end_a, table.start_b, table.end_b)
    rows = np.stack(columns, axis=1)
    return sum(
        bool(((rows[:, :2] == t[:2]).all(axis=1) & (np.abs(rows[:, 2:] - t[2:]) <= tolerance + 0.5).all(axis=1)).any())
        for t in truth
    )


def main() -> None:
    """Print what rigid and elastic find of planted reuse, and on films that share nothing."""
    for speed in (1.0, 0.8, 25 / 24, 1.5, 0.5, 2.0, None):
        totals: dict[Alignment, list[int]] = {"rigid": [0, 0], "elastic": [0, 0]}
        planted = 0
        for seed in range(10):
            vectors, truth = library(seed, speed)
            planted += len(truth)
            with tempfile.TemporaryDirectory() as folder, Store(folder) as store:
                neighbours = find_neighbours(items(vectors), SearchSettings(neighbours_considered=50), store)
                for alignment, total in totals.items():
                    wanted = SequenceSettings(max_distance=0.35 if speed else 0.65, alignment=alignment)
                    table = find_sequences(neighbours, wanted, fps=1.0)
                    total[0] += ends_found(truth, table)
                    total[1] += len(table)
        for alignment, (found, rows) in totals.items():
            print(
                f"speed {f'{speed:.3f}' if speed else 'none (loose threshold)'}, {alignment}: {found} of {planted} "
                f"with both ends within 2 s, {rows} sequences",
                flush=True,
            )


if __name__ == "__main__":
    main()

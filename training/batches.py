"""Prepare batches of edited views, each made from its step number alone, here or in worker processes."""

import contextlib
import itertools
import multiprocessing
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.edits import draw_views


@dataclass(frozen=True, kw_only=True)
class BatchPlan:
    """What a batch holds. The same plan and step give the same batch on every machine."""

    photos: Path
    """An .npy file of (n, s, s, 3) uint8 pictures."""
    drawn: Path
    """The same, of pictures drawn by the script."""
    pairs: int
    """Pictures per batch; each is seen as two views."""
    size: int
    """Side of the views in pixels."""
    seed: int
    drawn_share: float = 0.08
    """Part of the batch taken from the drawn pictures."""


Batch = tuple[np.ndarray, np.ndarray]


def make_batch(plan: BatchPlan, step: int) -> Batch:
    """Make the batch of `step`: views (2 pairs, size, size, 3) uint8 and labels (2 pairs, 2) int32.

    Photos are numbered from 0, drawn pictures after them. Row k and row k + pairs show one picture: the
    first lightly edited (one in four heavily), the second heavily.
    """
    photos, drawn = (np.load(path, mmap_mode="r") for path in (plan.photos, plan.drawn))
    rng = np.random.default_rng([plan.seed, 1, step])
    from_drawn = round(plan.pairs * plan.drawn_share) if len(drawn) else 0
    numbers = _photo_numbers(len(photos), plan.pairs - from_drawn, plan.seed, step)
    others = rng.choice(max(len(drawn), 1), from_drawn, replace=from_drawn > len(drawn))
    pictures = np.concatenate([photos[numbers], drawn[others]])
    numbers = np.concatenate([numbers, len(photos) + others]).astype(np.int32)
    order = rng.permutation(plan.pairs)
    pictures, numbers = pictures[order], numbers[order]
    views, labels = [], []
    for heavy in (rng.random(plan.pairs) < 0.25, np.ones(plan.pairs, bool)):
        view, hosts = draw_views(pictures, rng, plan.size, heavy)
        views.append(view)
        labels.append(np.stack([numbers, np.where(hosts >= 0, numbers[hosts], -1)], axis=1))
    return np.concatenate(views), np.concatenate(labels).astype(np.int32)


def _photo_numbers(total: int, count: int, seed: int, step: int) -> np.ndarray:
    """Take the step's share of an endless series of shuffled passes over all photos."""
    taken: list[np.ndarray] = []
    position = step * count
    while sum(map(len, taken)) < count:
        turn, offset = divmod(position, total)
        shuffled = np.random.default_rng([seed, 0, turn]).permutation(total)
        part = shuffled[offset : offset + count - sum(map(len, taken))]
        taken.append(part)
        position += len(part)
    return np.sort(np.concatenate(taken))


def stream_batches(plan: BatchPlan, first_step: int, workers: int) -> Iterator[Batch]:
    """Yield the batches of first_step, first_step + 1, ... in order, without end.

    With `workers` processes they are made ahead of time; 0 makes each when it is asked for. The batches are
    the same either way.
    """
    if workers == 0:
        for step in itertools.count(first_step):
            yield make_batch(plan, step)
    with _one_thread_each():
        pool = multiprocessing.get_context("spawn").Pool(workers)
    with pool:
        waiting = [pool.apply_async(make_batch, (plan, first_step + ahead)) for ahead in range(2 * workers)]
        for step in itertools.count(first_step + 2 * workers):
            yield waiting.pop(0).get()
            waiting.append(pool.apply_async(make_batch, (plan, step)))


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Keep the matrix products of processes started now to one core each: the network needs the others."""
    before = dict(os.environ)
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)

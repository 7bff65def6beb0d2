"""One leg of training: so many steps from given weights, with its own size, learning rate and targets."""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.batches import BatchPlan, make_batch, stream_batches
from training.checkpoint import load_progress, load_targets, load_weights, save_progress, save_weights
from training.drawn import draw_pictures
from training.model import INPUT_SIZE, build_reusenet
from training.norm import FusedBatchNormalization
from training.objective import CopyTrainer
from training.photos import SOURCE_SIZE, is_held_out, list_photos, read_photos

EMA_EVERY = 5
"""Steps between two updates of the averaged weights."""


def train_leg(options: argparse.Namespace) -> keras.Model:
    """Run or resume one leg; returns the network with averaged weights, which are also saved."""
    plan, checks = _prepare(options)
    network = build_reusenet(None, norm=FusedBatchNormalization)
    if options.start_from:
        load_weights(network, options.start_from)
    trainer = CopyTrainer(
        network,
        _targets(options, plan, network),
        temperature=options.temperature,
        entropy=options.entropy,
        momentum=options.momentum,
        bank_weight=options.bank_weight,
    )
    optimizer = keras.optimizers.AdamW(1e-3, beta_2=0.99, weight_decay=options.weight_decay, global_clipnorm=2.0)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta"])
    trainer.compile(optimizer=optimizer, jit_compile=False)
    optimizer.build(trainer.trainable_variables)
    average = [weight.copy() for weight in network.get_weights()]
    progress = options.checkpoints / f"{options.leg}.progress.npz"
    step, spent = load_progress(progress, trainer, optimizer, average) if progress.exists() else (0, 0.0)
    log = _Log(options.checkpoints / f"{options.leg}.jsonl")
    settings = {name: str(value) for name, value in vars(options).items()}
    log.write(event="start", step=step, backend=keras.backend.backend(), options=settings)
    began, saved = time.monotonic() - spent, time.monotonic()
    losses: list[float] = []
    for views, labels in stream_batches(plan, step, options.workers):
        share = step / options.steps
        if options.minutes:
            share = max(share, (time.monotonic() - began) / (60 * options.minutes))
        if share >= 1:
            break
        optimizer.learning_rate = rate_at(share, step, options)
        losses.append(float(trainer.train_on_batch(views.astype(np.float32), labels)))
        step += 1
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"The loss is no longer finite at step {step}. Received: {losses[-1]}. Lower --rate."
            )
        if step % EMA_EVERY == 0:
            decay = min(options.ema, (step / EMA_EVERY + 1) / (step / EMA_EVERY + 10))
            for mean, weight in zip(average, network.get_weights(), strict=True):
                mean += (1 - decay) * (weight - mean)
        spent = time.monotonic() - began
        if step % 50 == 0:
            log.write(step=step, loss=float(np.mean(losses)), rate=rate_at(share, step, options), seconds=round(spent))
            losses = []
        if step % options.check_every == 0:
            log.write(event="check", step=step, held_out_recall=held_out_recall(average, checks), seconds=round(spent))
        if time.monotonic() - saved > options.save_every:
            save_progress(progress, trainer, optimizer, average, step, spent)
            saved = time.monotonic()
    save_progress(progress, trainer, optimizer, average, step, spent)
    network.set_weights(average)
    save_weights(network, options.checkpoints / f"{options.leg}.npz", trainer.bank.numpy())
    log.write(event="end", step=step, held_out_recall=held_out_recall(average, checks), seconds=round(spent))
    return network


def rate_at(share: float, step: int, options: argparse.Namespace) -> float:
    """Return the learning rate: a linear rise over the warm-up, then a cosine from `rate` to `end_rate`."""
    rate = options.end_rate + (options.rate - options.end_rate) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
    return rate * min(1.0, (step + 1) / max(1, options.warm_up))


def _prepare(options: argparse.Namespace) -> tuple[BatchPlan, tuple[np.ndarray, np.ndarray]]:
    """Decode photos, draw pictures, and fix the held-out views that the log's figures are taken from."""
    paths = list_photos(options.photos)
    options.work.mkdir(parents=True, exist_ok=True)
    options.checkpoints.mkdir(parents=True, exist_ok=True)
    read_photos([path for path in paths if not is_held_out(path)], SOURCE_SIZE, options.work / "photos.npy")
    drawn = options.work / f"drawn_{options.drawn}.npy"
    if not drawn.exists():
        np.save(drawn, draw_pictures(options.drawn, SOURCE_SIZE, seed=1))
    plan = BatchPlan(
        photos=options.work / "photos.npy", drawn=drawn, pairs=options.pairs, size=options.size, seed=options.seed
    )
    held_out = [path for path in paths if is_held_out(path)][:600]
    read_photos(held_out, SOURCE_SIZE, options.work / "held_out.npy")
    check = BatchPlan(
        photos=options.work / "held_out.npy", drawn=drawn, pairs=len(held_out), size=INPUT_SIZE, seed=0, drawn_share=0.0
    )
    return plan, make_batch(check, 0)


def _targets(options: argparse.Namespace, plan: BatchPlan, network: keras.Model) -> np.ndarray:
    """Take the leg's first targets: the teacher's features, those of the leg before, or the network's own prints."""
    pictures = [np.load(path, mmap_mode="r") for path in (plan.photos, plan.drawn)]
    dimensions = network.output_shape[-1]
    total = sum(map(len, pictures))
    if options.teacher:
        from training.teacher import describe, shorten

        kept = options.work / "teacher.npy"
        if not kept.exists() or len(np.load(kept, mmap_mode="r")) != total:
            features = np.concatenate([describe(part, options.teacher) for part in pictures if len(part)])
            np.save(kept, features.astype(np.float16))
        return shorten(np.load(kept).astype(np.float32), dimensions)
    if options.start_from:
        kept_targets = load_targets(options.start_from, (total, dimensions))
        if kept_targets is not None:
            return kept_targets
    prints = np.concatenate([_embed(network, part) for part in pictures if len(part)])
    return prints / np.maximum(np.linalg.norm(prints, axis=1, keepdims=True), 1e-9)


def _embed(network: keras.Model, pictures: np.ndarray, batch: int = 128) -> np.ndarray:
    """Fingerprint pictures with their mirror image added, at the network's input size."""
    prints = np.zeros((len(pictures), network.output_shape[-1]), np.float32)
    for start in range(0, len(pictures), batch):
        part = np.asarray(pictures[start : start + batch])
        if part.shape[1] != INPUT_SIZE:
            nearest = (np.arange(INPUT_SIZE) + 0.5) * part.shape[1] / INPUT_SIZE
            part = part[:, nearest.astype(int)][:, :, nearest.astype(int)]
        part = part.astype(np.float32)
        for view in (part, part[:, :, ::-1].copy()):
            prints[start : start + batch] += keras.ops.convert_to_numpy(network(view, training=False))
    return prints


def held_out_recall(weights: list[np.ndarray], checks: tuple[np.ndarray, np.ndarray]) -> float:
    """Tell how often a heavily edited held-out photo finds its lightly edited view first (own edits)."""
    network = build_reusenet(None)
    network.set_weights(weights)
    views, _ = checks
    half = len(views) // 2
    prints = np.concatenate(
        [
            keras.ops.convert_to_numpy(network(views[start : start + 100].astype(np.float32), training=False))
            for start in range(0, len(views), 100)
        ]
    )
    return float(np.mean((prints[half:] @ prints[:half].T).argmax(1) == np.arange(half)))


class _Log:
    """Append JSON lines to a file and print them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, **entry: Any) -> None:
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **entry})
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")

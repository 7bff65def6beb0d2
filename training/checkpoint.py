"""Save and load training: a leg's progress in full, and bare weights small enough to be passed on."""

import os
from pathlib import Path

import keras
import numpy as np

_TARGET_STEPS = 254.0
"""Targets are unit vectors with parts of about 0.07: kept as signed bytes, in steps of 1/254 up to 0.5."""


def save_weights(network: keras.Model, path: Path, targets: np.ndarray | None = None) -> None:
    """Write what a next leg starts from, in under 8 MB: weights as float16, targets (n, dim) as signed bytes."""
    arrays = {f"w{row:03d}": weight.astype(np.float16) for row, weight in enumerate(network.get_weights())}
    if targets is not None:
        arrays["targets"] = np.clip(np.round(targets * _TARGET_STEPS), -127, 127).astype(np.int8)
    _write(path, arrays)


def load_weights(network: keras.Model, path: Path) -> None:
    """Load weights written by `save_weights`, the averaged ones of `save_progress`, or those of a .keras file.

    Raises FileNotFoundError when `path` is missing, ValueError when the shapes differ.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"No weights to start from. Received: {path}. Give a .npz or .keras file.")
    if Path(path).suffix == ".keras":
        network.set_weights(keras.models.load_model(path, compile=False).get_weights())
        return
    with np.load(path, allow_pickle=False) as file:
        prefix = "a" if "step" in file.files else "w"
        names = sorted(name for name in file.files if name[0] == prefix)
        network.set_weights([file[name].astype(np.float32) for name in names])


def load_targets(path: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """Return the targets that a leg left in its weights or progress, or None where there are none of that shape."""
    if Path(path).suffix != ".npz":
        return None
    with np.load(path, allow_pickle=False) as file:
        found = (file[name] for name in file.files if name[0] == "t")
        targets = next((array.astype(np.float32) for array in found if array.shape == shape), None)
    return None if targets is None else targets / np.linalg.norm(targets, axis=1, keepdims=True)


def save_progress(
    path: Path, trainer: keras.Model, optimizer: keras.Optimizer, average: list[np.ndarray], step: int, seconds: float
) -> None:
    """Write all that a killed leg needs to go on: weights, targets, optimizer, averaged weights, step."""
    arrays = {f"t{row:03d}": weight for row, weight in enumerate(trainer.get_weights())}
    arrays |= {f"o{row:03d}": value.numpy() for row, value in enumerate(optimizer.variables)}
    arrays |= {f"a{row:03d}": weight for row, weight in enumerate(average)}
    _write(path, arrays | {"step": np.array(step), "seconds": np.array(seconds)})


def load_progress(
    path: Path, trainer: keras.Model, optimizer: keras.Optimizer, average: list[np.ndarray]
) -> tuple[int, float]:
    """Restore what `save_progress` wrote; returns the step and the seconds spent so far."""
    with np.load(path, allow_pickle=False) as file:
        names = sorted(file.files)
        trainer.set_weights([file[name] for name in names if name[0] == "t"])
        for variable, name in zip(optimizer.variables, [name for name in names if name[0] == "o"], strict=True):
            variable.assign(file[name])
        average[:] = [file[name] for name in names if name[0] == "a"]
        return int(file["step"]), float(file["seconds"])


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(part, **arrays)  # type: ignore[arg-type]
    os.replace(part, path)

"""Save and load training: a leg's progress in full, and bare weights small enough to be passed on."""

import os
from pathlib import Path

import keras
import numpy as np


def save_weights(network: keras.Model, path: Path) -> None:
    """Write the network's weights as float16 arrays: half the size, and no figure changes by it."""
    _write(path, {f"w{row:03d}": weight.astype(np.float16) for row, weight in enumerate(network.get_weights())})


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


def save_progress(path: Path, trainer: keras.Model, optimizer: keras.Optimizer, average: list[np.ndarray],
                  step: int, seconds: float) -> None:
    """Write all that a killed leg needs to go on: weights, targets, optimizer, averaged weights, step."""
    arrays = {f"t{row:03d}": weight for row, weight in enumerate(trainer.get_weights())}
    arrays |= {f"o{row:03d}": value.numpy() for row, value in enumerate(optimizer.variables)}
    arrays |= {f"a{row:03d}": weight for row, weight in enumerate(average)}
    _write(path, arrays | {"step": np.array(step), "seconds": np.array(seconds)})


def load_progress(path: Path, trainer: keras.Model, optimizer: keras.Optimizer,
                  average: list[np.ndarray]) -> tuple[int, float]:
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
    np.savez(part, **arrays)
    os.replace(part, path)

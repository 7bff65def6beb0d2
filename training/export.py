"""Export trained weights as the network the tool ships: `python -m training.export LEG.npz`.

Writes a .keras file of built-in layers for 128x128 RGB pictures 0..255. With --background PHOTOS it also writes
fingerprints of some of the training photos, to try scores normalised by a background (`training.evaluate`).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from training.checkpoint import load_weights
from training.model import INPUT_SIZE, build_reusenet
from training.photos import is_held_out, list_photos, read_photo

BACKGROUND = Path("training/work/background.npy")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "weights",
        type=Path,
        nargs="+",
        help="a leg's weights (.npz), or its progress "
        "(.progress.npz); of several legs from one start the average is taken",
    )
    parser.add_argument("--to", type=Path, default=Path("vrd_core/fingerprints/weights/reusenet.keras"))
    parser.add_argument("--background", type=Path, help="folder of photos; those held out are left out here, too")
    parser.add_argument("--count", type=int, default=512, help="background fingerprints to write")
    options = parser.parse_args(arguments)
    network = build_reusenet()
    network.set_weights(average_weights(network, options.weights))
    options.to.parent.mkdir(parents=True, exist_ok=True)
    network.save(options.to)
    print(f"{options.to}: {network.count_params():,} parameters, {options.to.stat().st_size / 1e6:.2f} MB")
    if options.background:
        target = BACKGROUND
        target.parent.mkdir(parents=True, exist_ok=True)
        np.save(target, background_prints(network, options.background, options.count).astype(np.float16))
        print(f"{target}: {target.stat().st_size / 1e6:.2f} MB")


def average_weights(network: keras.Model, paths: Sequence[Path]) -> list[np.ndarray]:
    """Return the mean of several weights of `network` (Wortsman et al. 2022, model soups)."""
    total: list[np.ndarray] = []
    for path in paths:
        load_weights(network, path)
        weights = network.get_weights()
        total = [a + b for a, b in zip(total, weights, strict=True)] if total else weights
    return [array / len(paths) for array in total]


def background_prints(network: keras.Model, photos: Path, count: int) -> np.ndarray:
    """Return fingerprints (count, dim) of training photos, evenly spread over the folder."""
    paths = [path for path in list_photos(photos) if not is_held_out(path)]
    chosen = [paths[row] for row in np.linspace(0, len(paths) - 1, min(count, len(paths))).astype(int)]
    prints = []
    for start in range(0, len(chosen), 64):
        batch = np.stack([read_photo(path, INPUT_SIZE) for path in chosen[start : start + 64]]).astype(np.float32)
        prints.append(keras.ops.convert_to_numpy(network(batch, training=False)))
    return np.concatenate(prints)


if __name__ == "__main__":
    main()

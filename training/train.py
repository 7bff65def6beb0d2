"""Train ReuseNet, one leg at a time: `python -m training.train --help`; the recipe is in training/README.md.

Nothing heavy is imported before it is needed: the processes that prepare batches import this module again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    options = parse(arguments)
    import keras

    from training.leg import train_leg

    if options.half:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.utils.set_random_seed(options.seed)
    train_leg(options)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options of a leg."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("photos", type=Path, help="folder of photos; every tenth by hash of its name is held out")
    parser.add_argument("--leg", required=True, help="name of this leg; its checkpoints are called after it")
    parser.add_argument(
        "--start-from", type=Path, help="weights (.npz or .keras) that the leg starts from; without it, untrained ones"
    )
    parser.add_argument("--steps", type=int, required=True, help="steps of this leg")
    parser.add_argument("--minutes", type=float, help="end the leg's schedule by this time, if its steps take longer")
    parser.add_argument("--rate", type=float, default=2e-3, help="learning rate after the warm-up")
    parser.add_argument("--end-rate", type=float, default=2e-3, help="learning rate at the end (cosine in between)")
    parser.add_argument("--warm-up", type=int, default=100, help="steps over which the rate rises from 0")
    parser.add_argument("--size", type=int, default=128, help="side of the views in pixels")
    parser.add_argument("--pairs", type=int, default=128, help="pictures per batch, two views each")
    parser.add_argument("--drawn", type=int, default=1200, help="how many pictures the script draws itself")
    parser.add_argument("--teacher", type=Path, help="MobileNetV2 weights: its features are the leg's first targets")
    parser.add_argument("--temperature", type=float, default=0.06)
    parser.add_argument("--entropy", type=float, default=0.5, help="weight of the KoLeo term")
    parser.add_argument(
        "--momentum", type=float, default=0.9, help="how much of a target stays when its picture is seen"
    )
    parser.add_argument("--bank-weight", type=float, default=1.0, help="weight of views against targets")
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--ema", type=float, default=0.985, help="how slowly averaged weights follow")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare batches")
    parser.add_argument("--half", action="store_true", help="compute in bfloat16 where the machine is faster at it")
    parser.add_argument(
        "--work", type=Path, default=Path("training/work"), help="folder for decoded photos and features"
    )
    parser.add_argument("--checkpoints", type=Path, default=Path("training/checkpoints"))
    parser.add_argument("--save-every", type=float, default=180, help="seconds between two checkpoints")
    parser.add_argument("--check-every", type=int, default=250, help="steps between two looks at held-out photos")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

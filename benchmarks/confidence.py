"""Fit the weights of `vrd_core.evaluation.confidence` on planted reuse and report how well they are calibrated.

    python -m benchmarks.confidence            # fits on the tuning seeds, reports on the reported ones

Uses the libraries “first” of `benchmarks.libraries`, at the automatic threshold and around it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.libraries import LIBRARIES
from benchmarks.quality import CLIPS
from vrd_core.evaluation.confidence import LEVELS, WEIGHTS, features, logistic
from vrd_core.evaluation.curve import rows_of_found
from vrd_core.evaluation.metric import evaluate
from vrd_core.project.project import Project
from vrd_core.store import Store, default_workspace

Floats = npt.NDArray[np.float64]


def main() -> int:
    """Fit and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=CLIPS)
    parser.add_argument("--workspace", type=Path, default=default_workspace())
    args = parser.parse_args()
    if not args.clips.is_dir():
        print(f"{args.clips} is not there. Give a folder of films with --clips.", file=sys.stderr)
        return 1
    with Store(args.workspace) as store:
        tuning, reported = (
            [sequences(args.clips, args.workspace, seed, store) for seed in seeds]
            for seeds in (LIBRARIES[0].tuning, LIBRARIES[0].reported)
        )
    values, right = (np.concatenate(part) for part in zip(*tuning, strict=True))
    held_out = tuple(np.concatenate(part) for part in zip(*reported, strict=True))
    weights = fit(values, right)
    print("fitted weights:", tuple(round(float(w), 2) for w in weights), "in use:", WEIGHTS)
    for title, (x, y) in (("fitted on", (values, right)), ("held out", held_out)):
        share = logistic(x, WEIGHTS)
        print(
            f"\n{title}: {len(y)} sequences, {y.mean():.0%} right; Brier score {np.mean((share - y) ** 2):.3f} "
            f"(always saying {y.mean():.0%}: {y.mean() * (1 - y.mean()):.3f})"
        )
        high = 1.01
        for least, name in LEVELS:
            inside = (share >= least) & (share < high)
            high = least
            if inside.any():
                print(
                    f"  {name:<12} {inside.sum():4d} sequences, said {share[inside].mean():.0%}, "
                    f"right {y[inside].mean():.0%}"
                )
    return 0


def sequences(clips: Path, workspace: Path, seed: int, store: Store) -> tuple[Floats, Floats]:
    """Return features and rightness of what is found in one planted library, at the threshold and above it."""
    made = LIBRARIES[0].make(clips, workspace / "quality", seed)
    values, right = [], []
    for score in ("distance", "normalised"):
        view = Project.for_folder(made.films, store).run(score=score, progress=lambda *_: None)
        for factor in (1.0, 1.2):
            found = view.find_sequences(max_distance=view.threshold.value * factor)
            values.append(features(found))
            right.append(np.array(evaluate(rows_of_found(found), made.rows).found_right, np.float64))
    return np.concatenate(values), np.concatenate(right)


def fit(values: Floats, right: Floats) -> Floats:
    """Return the weights of a logistic regression with a little shrinkage, by Newton's method."""
    weights = np.zeros(values.shape[1])
    ridge = 0.5 * np.eye(values.shape[1])
    ridge[0, 0] = 1e-6
    for _ in range(50):
        share = logistic(values, tuple(weights))
        gradient = values.T @ (right - share) - ridge @ weights
        curvature = (values * (share * (1 - share))[:, None]).T @ values + ridge
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


if __name__ == "__main__":
    sys.exit(main())

"""How good is it: reuse planted in the real clips, found by the embedded network and by what it is compared with.

    python -m benchmarks.quality                      # ../shared/data/clips, seeds 1, 2 and 3, at 1 frame a second
    python -m benchmarks.quality --fps 1,2,4 --only reusenet

Plants with fixed seeds (kept between runs), compares, and prints tables in Markdown: F at the automatic and at the best
threshold, recall by edit over all seeds, and false sequences where nothing is reused.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vrd_core.evaluation.compare import Comparison, Variant, compare, measure, variants
from vrd_core.evaluation.metric import EditRecall
from vrd_core.evaluation.plant import Planted, plant
from vrd_core.media.library import scan_library
from vrd_core.settings import FrameSettings
from vrd_core.store import Store, default_workspace

CLIPS = Path(__file__).resolve().parents[2] / "shared/data/clips"
WEIGHTS = Path(__file__).resolve().parents[2] / "shared/data/weights/mobilenet_v2_1.0_224_notop.weights.h5"
SEEDS = (1, 2, 3)
"""Chosen before anything was measured."""

EASY = ("none", "grey", "tint", "contrast", "letterbox", "logo", "dark", "25/24")
HARD = ("crop", "mirror", "pip", "noise", "1.5x", "0.8x")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, default=CLIPS, help="folder of films without reuse among them")
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--fps", default="1")
    parser.add_argument("--only", default="", help="variants whose name holds one of these words")
    parser.add_argument("--workspace", type=Path, default=default_workspace())
    args = parser.parse_args()
    if not args.clips.is_dir():
        print(f"{args.clips} is not there. Give a folder of films with --clips.", file=sys.stderr)
        return 1
    chosen = [v for v in usual_variants() if not args.only or any(w in v.label for w in args.only.split(","))]
    seeds = [int(seed) for seed in args.seeds.split(",")]
    with Store(args.workspace) as store:
        planted = [plant_seed(args.clips, args.workspace, seed) for seed in seeds]
        empty = plant(
            args.clips, args.workspace / "quality/no_reuse", seed=seeds[0], documentaries=12, stretches=0, progress=_say
        )
        for fps in map(float, args.fps.split(",")):
            frames = FrameSettings(fps=fps)
            results = [
                compare(made.films, made.rows, chosen, store, frames=frames, speed=n == 0, progress=_say)
                for n, made in enumerate(planted)
            ]
            print(
                f"\n## {fps:g} frames a second: {sum(made.stretches for made in planted)} planted stretches in "
                f"{len(planted)} libraries (seeds {args.seeds})\n"
            )
            print_scores(chosen, results)
            print_edits(chosen, results)
            print_no_reuse(chosen, empty, store, frames)
    return 0


def usual_variants() -> list[Variant]:
    """Return the embedded network in several settings, and what it is compared with."""
    made = variants(score=["normalised", "distance"])
    made += variants(networks=["reusenet:untrained"])
    if WEIGHTS.is_file():
        made += variants(networks=[f"mobilenetv2:{WEIGHTS}"], normalise=["no", "yes"], score=["distance", "normalised"])
    return made + variants(networks=["dhash", "pdq", "thumbnail"])


def plant_seed(clips: Path, workspace: Path, seed: int) -> Planted:
    """Return the planted library of a seed, made once."""
    return plant(clips, workspace / f"quality/seed_{seed}", seed=seed, progress=_say)


def print_scores(chosen: Sequence[Variant], results: Sequence[Sequence[Comparison]]) -> None:
    """Print means over the libraries."""
    rows = [
        (
            "variant",
            "F auto",
            "F best",
            "auto / best",
            "P auto",
            "R auto",
            "false pairs",
            "offset s",
            "frames/s",
            "bytes/frame",
        )
    ]
    for n, variant in enumerate(chosen):
        of = [library[n] for library in results]
        auto, top = _mean([c.automatic.f if c.automatic else 0.0 for c in of]), _mean([c.best.evaluation.f for c in of])
        shown = [c.automatic or c.best.evaluation for c in of]
        rows.append(
            (
                variant.label,
                f"{auto:.3f}",
                f"{top:.3f}",
                f"{auto / top:.2f}",
                f"{_mean([e.precision for e in shown]):.3f}",
                f"{_mean([e.recall for e in shown]):.3f}",
                f"{sum(e.pairs_false for e in shown)}",
                f"{_mean([e.offset_error for e in shown]):.2f}",
                f"{of[0].frames_per_second:.0f}",
                f"{of[0].bytes_per_frame:,}",
            )
        )
    print_markdown(rows)


def print_edits(chosen: Sequence[Variant], results: Sequence[Sequence[Comparison]]) -> None:
    """Print stretches found of those planted, by edit, all libraries together, at the automatic threshold."""
    counts: list[dict[str, EditRecall]] = []
    for n in range(len(chosen)):
        total: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for library in results:
            shown = library[n].automatic or library[n].best.evaluation
            for edit, recall in shown.by_edit.items():
                total[edit][0] += recall.planted
                total[edit][1] += recall.found
        counts.append({edit: EditRecall(*values) for edit, values in total.items()})
    edits = [e for e in (*EASY, *HARD) if e in counts[0]] + sorted(set(counts[0]) - {*EASY, *HARD})
    print("\nStretches found at the automatic threshold (right videos, offset within 2 s):\n")
    print_markdown(
        [("edit", *(v.label for v in chosen))]
        + [(edit, *(f"{c[edit].found}/{c[edit].planted}" for c in counts)) for edit in edits]
    )


def print_no_reuse(chosen: Sequence[Variant], empty: Planted, store: Store, frames: FrameSettings) -> None:
    """Print how many sequences are found where nothing is reused."""
    videos = scan_library(empty.films, store).videos
    hours = sum(video.media.duration or 0 for video in videos) / 3600
    print(f"\nSequences found where nothing is reused ({hours * 60:.0f} minutes of film):\n")
    rows = [("variant", "sequences", "an hour", "threshold")]
    for variant in chosen:
        result = measure(videos, [], variant, store, frames=frames, speed=False, sweep=False)
        count = result.automatic.false_sequences if result.automatic else 0
        rows.append((variant.label, str(count), f"{count / hours:.1f}", f"{result.threshold:.4g}"))
    print_markdown(rows)


def print_markdown(rows: Sequence[Sequence[str]]) -> None:
    """Print a table, its first row the heading."""
    print("| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for row in rows[1:]:
        print("| " + " | ".join(row) + " |")


def _mean(values: Sequence[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return float(np.mean(known)) if known else math.nan


def _say(step: str, done: float, total: float, detail: str) -> None:
    if done >= total:
        print(f"{step}: {detail}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

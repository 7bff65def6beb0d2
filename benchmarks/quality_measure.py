"""Measure one planted library with one kind of fingerprints, through what a user runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from benchmarks.libraries import Library
from vrd_core.errors import ThresholdError
from vrd_core.evaluation import compare
from vrd_core.evaluation.curve import Point, curve_of, rows_of_found
from vrd_core.evaluation.metric import Evaluation, end_error, evaluate
from vrd_core.evaluation.plant import Planted
from vrd_core.evaluation.truth import Reuse
from vrd_core.media.library import scan_library
from vrd_core.progress import Progress
from vrd_core.project.project import Project
from vrd_core.settings import EMBEDDED_NETWORK, FrameSettings, SequenceSettings
from vrd_core.store import Store

STEP_4 = frozenset(f.name for f in fields(SequenceSettings))


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One kind of fingerprints."""

    label: str
    run: Mapping[str, Any] = field(default_factory=dict)
    """What `Project.run` is given."""
    peer: str = ""
    """A simple fingerprint that projects do not offer; it goes through the same steps 3 and 4."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one variant gives on the library of one seed."""

    planted: int
    minutes: float
    automatic: Evaluation | None
    """None where the automatic threshold cannot decide."""
    threshold: float | None
    best: Point | None
    """None where nothing is planted."""
    at: Mapping[float, Evaluation]
    """At fixed thresholds."""
    ends: float
    """Median error of the ends at the automatic threshold, in seconds."""
    step_4: float
    """Seconds that step 4 took at the automatic threshold."""

    def line(self) -> str:
        """Return the main figures in one line."""
        words = [f"F {self.automatic.f:.3f} at {self.threshold:.4g}" if self.automatic else "no automatic threshold"]
        words += [f"best {self.best.evaluation.f:.3f} at {self.best.threshold:.4g}"] if self.best else []
        words += [f"{e.f:.3f} at {at:g}" for at, e in self.at.items()]
        if self.automatic:
            words += [f"{self.automatic.false_sequences} false", f"ends {self.ends:.2f} s"]
        return ", ".join([*words, f"step 4 {self.step_4:.2f} s"])


def usual_variants(weights: Path) -> list[Variant]:
    """Return the embedded network first, then what it is compared with; ImageNet's only where its weights lie."""
    made = [
        Variant(label=EMBEDDED_NETWORK),
        Variant(label=f"{EMBEDDED_NETWORK} · score distance", run={"score": "distance"}),
        Variant(label=f"{EMBEDDED_NETWORK} · untrained", run={"network": EMBEDDED_NETWORK, "weights": "untrained"}),
    ]
    if weights.is_file():
        imagenet = {"network": "mobilenetv2", "weights": str(weights)}
        made += [
            Variant(label="mobilenetv2 · imagenet", run=imagenet | {"normalise": True, "score": "normalised"}),
            Variant(label="mobilenetv2 · imagenet · plain distance", run=imagenet | {"normalise": False}),
        ]
    return made + [Variant(label=name, peer=name) for name in ("dhash", "pdq", "thumbnail")]


def measure(
    made: Planted,
    library: Library,
    variant: Variant,
    store: Store,
    *,
    at: Sequence[float] = (),
    values: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Figures:
    """Run steps 1 to 4 and score what is found.

    `values` are settings of `Project.run` and `SequenceSettings` by name, instead of the usual ones.
    """
    values = dict(values or {})
    videos = scan_library(made.films, store, progress).videos
    minutes = sum(video.media.duration or 0 for video in videos) / 60
    if variant.peer:
        return _measure_peer(made, library, variant, store, minutes, progress)
    step_4 = {"shortest_sequence": library.shortest_sequence} | {k: v for k, v in values.items() if k in STEP_4}
    run = {**variant.run, **{k: v for k, v in values.items() if k not in STEP_4}}
    view = Project.for_folder(made.films, store).run(progress=progress or _silent, **run)

    def find(threshold: float | str) -> list[Reuse]:
        return rows_of_found(view.find_sequences(**step_4 | {"max_distance": threshold}))

    automatic, threshold, ends, began = None, None, float("nan"), time.perf_counter()
    try:
        rows = find("auto")
        seconds = time.perf_counter() - began
        threshold = view.threshold.value
        automatic, ends = evaluate(rows, made.rows), end_error(rows, made.rows)
    except ThresholdError:
        seconds = time.perf_counter() - began
    best = curve_of(find, made.rows, view.neighbours, threshold).best if made.rows else None
    return Figures(
        planted=made.stretches,
        minutes=minutes,
        automatic=automatic,
        threshold=threshold,
        best=best,
        at={value: evaluate(find(value), made.rows) for value in at},
        ends=ends,
        step_4=seconds,
    )


def _measure_peer(
    made: Planted, library: Library, variant: Variant, store: Store, minutes: float, progress: Progress | None
) -> Figures:
    result = compare.measure(
        scan_library(made.films, store, progress).videos,
        made.rows,
        compare.variants(networks=[variant.peer])[0],
        store,
        frames=FrameSettings(),
        shortest_sequence=library.shortest_sequence,
        speed=False,
        sweep=bool(made.rows),
        progress=progress,
    )
    return Figures(
        planted=made.stretches,
        minutes=minutes,
        automatic=result.automatic,
        threshold=result.threshold if result.automatic else None,
        best=result.best if made.rows else None,
        at={},
        ends=float("nan"),
        step_4=float("nan"),
    )


def _silent(step: str, done: float, total: float, detail: str) -> None:
    pass

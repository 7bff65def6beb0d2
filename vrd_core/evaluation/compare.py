"""Compare networks, layers, settings and simple peers on one library with known truth.

Every variant is searched and aligned by the same steps 3 and 4 over the same frames. Frames, fingerprints and
neighbours come from the store where they are there already.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from vrd_core.errors import MediaError, ProjectError, SettingsError, ThresholdError
from vrd_core.evaluation.curve import Curve, Point, curve_of, point_at, reuse_of
from vrd_core.evaluation.metric import Evaluation
from vrd_core.evaluation.peers import PEERS, peer_speed, peer_vectors
from vrd_core.evaluation.truth import Reuse
from vrd_core.fingerprints.catalogue import resolve, usual_score
from vrd_core.fingerprints.compute import load_fingerprinter, network_picture
from vrd_core.frames.extract import Frames, extract_frames
from vrd_core.media.library import Video, scan_library
from vrd_core.neighbours.artefact import Neighbours
from vrd_core.neighbours.find import find_neighbours
from vrd_core.neighbours.items import SearchItem
from vrd_core.progress import Progress
from vrd_core.project import pipeline
from vrd_core.sequences.find import find_sequences
from vrd_core.sequences.threshold import automatic_threshold
from vrd_core.settings import (
    EMBEDDED_NETWORK,
    Alignment,
    FingerprintSettings,
    FrameSettings,
    Pooling,
    Score,
    SearchSettings,
    SequenceSettings,
)
from vrd_core.store import Store


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One row of the comparison."""

    fingerprints: FingerprintSettings | None = None
    """None for a peer."""
    peer: str = ""
    search: SearchSettings = field(default_factory=SearchSettings)
    alignment: Alignment = "rigid"

    @property
    def label(self) -> str:
        """Return a short name: what differs from the usual choices."""
        settings = self.fingerprints
        words = (
            [self.peer]
            if settings is None
            else [
                Path(settings.network).name,
                Path(settings.weights).name if settings.weights else "",
                settings.layer or "",
                settings.pooling or "",
                {True: "normalised", False: "not normalised", None: ""}[settings.normalise],
            ]
        )
        usual = "distance" if settings is None else usual_score(settings)
        words += [
            f"score {self.search.score}" if self.search.score != usual else "",
            "mirrored" if self.search.mirrored else "",
            self.alignment if self.alignment != "rigid" else "",
        ]
        return " · ".join(word for word in words if word)


@dataclass(frozen=True)
class Comparison:
    """What one variant gives."""

    variant: Variant
    automatic: Evaluation | None
    """At the automatic threshold; None where that cannot decide."""
    threshold: float
    """The automatic threshold, NaN where it cannot decide."""
    reason: str
    """How the automatic threshold came about, or why it could not."""
    best: Point
    points: tuple[Point, ...]
    """Every threshold tried, rising."""
    frames_per_second: float
    """Of step 2 on this machine, stills read and network run; NaN when it was not measured."""
    bytes_per_frame: int


def variants(
    *,
    networks: Sequence[str] = (),
    layers: Sequence[str] = (),
    pooling: Sequence[Pooling] = (),
    normalise: Sequence[str] = (),
    score: Sequence[Score] = (),
    alignment: Sequence[Alignment] = (),
    mirrored: bool = False,
) -> list[Variant]:
    """Return every combination of the lists; an empty list means the usual choice.

    A network is NAME or NAME:WEIGHTS. Peers have no layers, pooling or normalisation.
    """
    choices = {"yes": True, "no": False, "": None}
    if unknown := [n for n in normalise if n not in choices]:
        raise SettingsError(f"--normalise must be a list of yes and no. Received: {', '.join(unknown)}.")
    made: list[Variant] = []
    for network, one_score, one_alignment in itertools.product(
        networks or ("",), score or (None,), alignment or ("rigid",)
    ):
        SequenceSettings(alignment=one_alignment)  # refuses a wrong name before hours of work
        search = SearchSettings(score=one_score, mirrored=mirrored)
        if network in PEERS:
            made.append(
                Variant(peer=network, search=replace(search, score=one_score or "distance"), alignment=one_alignment)
            )
            continue
        name, _, weights = network.partition(":")
        for layer, pool, norm in itertools.product(layers or (None,), pooling or (None,), normalise or ("",)):
            settings = FingerprintSettings(
                network=name or EMBEDDED_NETWORK,
                layer=layer,
                weights=weights or None,
                pooling=pool,
                normalise=choices[norm],
            )
            made.append(
                Variant(
                    fingerprints=settings,
                    alignment=one_alignment,
                    search=replace(search, score=one_score or usual_score(settings)),
                )
            )
    return list(dict.fromkeys(made))


def compare(
    library: str | Path,
    truth: Sequence[Reuse],
    chosen: Sequence[Variant],
    store: Store,
    *,
    frames: FrameSettings | None = None,
    shortest_sequence: float = 5.0,
    speed: bool = True,
    progress: Progress | None = None,
) -> list[Comparison]:
    """Run every variant over the library and score it against the truth.

    Raises ProjectError when the library holds no video of the truth, and what the steps raise.
    """
    frames = frames or FrameSettings()
    videos = scan_library(library, store, progress).videos
    named = {name for row in truth for name in row.pair}
    if not named & {video.name for video in videos}:
        raise ProjectError(
            f"No video of the truth is in {library}: names in the truth are relative to the library. "
            f"The truth names {', '.join(sorted(named)[:3]) or 'nothing'} …"
        )
    return [
        measure(
            videos,
            truth,
            variant,
            store,
            frames=frames,
            shortest_sequence=shortest_sequence,
            speed=speed,
            progress=progress,
        )
        for variant in chosen
    ]


def measure(
    videos: Sequence[Video],
    truth: Sequence[Reuse],
    variant: Variant,
    store: Store,
    *,
    frames: FrameSettings,
    shortest_sequence: float = 5.0,
    speed: bool = True,
    sweep: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Run one variant and score it; without `sweep` at the automatic threshold only."""
    items, stills, names = _items(videos, variant, store, frames, progress)
    neighbours = find_neighbours(items, variant.search, store, progress=progress)
    settings = SequenceSettings(shortest_sequence=shortest_sequence, alignment=variant.alignment)
    find = partial(find_reuse, neighbours, items, names, frames.fps, settings)
    threshold: float | None = None
    try:
        automatic = automatic_threshold(neighbours, frames.fps)
        threshold, reason = automatic.value, automatic.reason
    except ThresholdError as error:
        reason = str(error)
    if sweep or threshold is None:
        curve = curve_of(find, truth, neighbours, threshold)
    else:
        own = point_at(find, truth, threshold)
        curve = Curve((own,), own, own)
    size = PEERS[variant.peer].bytes_per_frame if variant.peer else items[0].vectors.shape[1] * 4
    return Comparison(
        variant,
        curve.automatic.evaluation if curve.automatic else None,
        math.nan if threshold is None else threshold,
        reason,
        curve.best,
        curve.points,
        _speed(variant, stills, store) if speed else math.nan,
        size,
    )


def find_reuse(
    neighbours: Neighbours,
    items: Sequence[SearchItem],
    names: Sequence[str],
    fps: float,
    settings: SequenceSettings,
    threshold: float,
) -> list[Reuse]:
    """Return what step 4 finds at a threshold."""
    flipped = {video: item.mirrored for video, item in enumerate(items) if item.mirrored is not None}
    table = find_sequences(
        neighbours,
        replace(settings, max_distance=float(threshold)),
        fps=fps,
        vectors=lambda video: items[video].vectors,
        mirrored_vectors=flipped.__getitem__ if flipped else None,
    )
    return reuse_of(table, names)


def table_of(results: Sequence[Comparison]) -> list[list[str]]:
    """Return the comparison as rows of texts, the first with the columns' names; edits come as columns at the end."""
    edits = sorted({edit for result in results for edit in result.best.evaluation.by_edit})
    rows = [
        [
            "variant",
            "F auto",
            "F best",
            "auto/best",
            "P",
            "R",
            "false",
            "offset s",
            "threshold",
            "at best",
            "frames/s",
            "bytes/frame",
            *edits,
        ]
    ]
    for result in results:
        shown = result.automatic or result.best.evaluation
        auto = result.automatic.f if result.automatic else math.nan
        top = result.best.evaluation.f
        cells = [
            f"{auto:.3f}",
            f"{top:.3f}",
            f"{auto / top if top else math.nan:.2f}",
            f"{shown.precision:.3f}",
            f"{shown.recall:.3f}",
            f"{shown.false_sequences}",
            f"{shown.offset_error:.2f}",
            f"{result.threshold:.4g}",
            f"{result.best.threshold:.4g}",
            f"{result.frames_per_second:.0f}",
            f"{result.bytes_per_frame:,}",
        ]
        shares = [f"{e.found}/{e.planted}" if (e := shown.by_edit.get(edit)) else "" for edit in edits]
        rows.append([result.variant.label, *("–" if cell == "nan" else cell for cell in cells), *shares])
    return rows


def write_table(path: Path, results: Sequence[Comparison]) -> None:
    """Write `table_of` as CSV."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(table_of(results))


def _items(
    videos: Sequence[Video], variant: Variant, store: Store, frames: FrameSettings, progress: Progress | None
) -> tuple[list[SearchItem], list[Frames], list[str]]:
    """Run steps 1 and 2 (or the peer); videos that fail are left out, as `run` does."""
    if variant.peer:
        done = _extract(videos, frames, store, progress)
    else:
        assert variant.fingerprints is not None
        passes = [resolve(variant.fingerprints, store)]
        if variant.search.mirrored:
            passes.append(replace(passes[0], mirrored=True))
        done = pipeline.process_videos(videos, frames, passes, store, progress=progress)[0]
    if not done:
        raise ProjectError("None of the library's videos could be processed.")
    collections = [one.video.collection for one in done]
    if variant.peer:
        items = [
            SearchItem(
                key=key,
                collection=collections[n],
                vectors=vectors,
                usable=pipeline.usable_frames(one.frames, variant.search),
                mirrored=peer_vectors(variant.peer, one.frames, store, mirrored=True)[1]
                if variant.search.mirrored
                else None,
            )
            for n, one in enumerate(done)
            for key, vectors in (peer_vectors(variant.peer, one.frames, store),)
        ]
    else:
        items = pipeline.search_items(done, collections, variant.search, store)
    return items, [one.frames for one in done], [one.video.name for one in done]


def _extract(
    videos: Sequence[Video], settings: FrameSettings, store: Store, progress: Progress | None
) -> list[pipeline.Processed]:
    """Run step 1 alone."""
    done = []
    for video in videos:
        with contextlib.suppress(MediaError):
            frames = extract_frames(video.path, video.content_id, settings, store, progress=progress, detail=video.name)
            done.append(pipeline.Processed(video, frames, fingerprints_key=""))
    return done


def _speed(variant: Variant, stills: Sequence[Frames], store: Store) -> float:
    """Time two batches after a first one that warms up."""
    longest = max(stills, key=lambda frames: frames.count)
    if variant.peer:
        return peer_speed(variant.peer, longest)
    assert variant.fingerprints is not None
    network = load_fingerprinter(variant.fingerprints, store)
    seconds = []
    for batch in range(3):
        started = time.perf_counter()
        pictures = [
            np.asarray(network_picture(longest, (batch * network.batch_size + k) % longest.count, network.input_size))
            for k in range(network.batch_size)
        ]
        network(np.stack(pictures))
        seconds.append(time.perf_counter() - started)
    return network.batch_size / min(seconds[1:])

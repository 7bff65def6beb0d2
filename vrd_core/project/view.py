"""A view of a project: one network, layer, pooling and search, run over the project's videos.

A view is opened from the record of its run, without looking at the library again: artefacts are memory maps and step 4
is computed afresh each time, so opening one is cheap and holds little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.errors import ProjectError
from vrd_core.fingerprints.catalogue import measured_range, resolve, usual_align_fps, usual_score
from vrd_core.fingerprints.dense import open_dense
from vrd_core.frames.extract import Frames, open_frames
from vrd_core.neighbours import score
from vrd_core.neighbours.artefact import Neighbours, open_neighbours
from vrd_core.progress import Progress
from vrd_core.project.found import Found, Sequence
from vrd_core.project.mirror import looks_mirrored
from vrd_core.project.pipeline import usable_frames, vectors_of
from vrd_core.project.records import ViewVideo
from vrd_core.sequences.band import STEP, Band, band_key, write_band
from vrd_core.sequences.find import find_sequences
from vrd_core.sequences.table import SequenceTable
from vrd_core.sequences.threshold import Threshold, automatic_threshold
from vrd_core.settings import SequenceSettings, ViewSettings
from vrd_core.store import Store


def resolved(settings: ViewSettings, store: Store | None = None) -> ViewSettings:
    """Return the settings with everything empty filled in by the network's usual choice.

    Raises what `vrd_core.fingerprints.catalogue.resolve` raises.
    """
    score = settings.search.score or usual_score(settings.fingerprints)
    align = settings.search.align_fps
    search = replace(
        settings.search, score=score, align_fps=usual_align_fps(settings.fingerprints) if align is None else align
    )
    return ViewSettings(settings.frames, resolve(settings.fingerprints, store), search)


class View:
    """The result of steps 1 to 3, and step 4 on request. Made by `Project.run` and `Project.open_view`."""

    def __init__(self, store: Store, project: str, record: Mapping[str, Any]) -> None:
        self.store, self.project, self.record = store, project, dict(record)
        self.settings = ViewSettings.from_dict(record["settings"])
        self.videos = tuple(ViewVideo(**v) for v in record["videos"])
        self.problems: list[dict[str, str]] = list(record.get("problems", []))
        self._mirrored: dict[tuple[str, int], bool] = {}

    @property
    def view_id(self) -> str:
        """The name of this view in links."""
        return self.settings.view_id

    @property
    def key(self) -> str:
        """Content key: two views with the same key have the same pairs."""
        return str(self.record["neighbours_key"])

    @property
    def title(self) -> str:
        """Network and layer, for a heading."""
        return f"{Path(self.settings.fingerprints.network).name} · {self.settings.fingerprints.layer}"

    @property
    def fps(self) -> float:
        """Frames per second of film."""
        return self.settings.frames.fps

    @cached_property
    def neighbours(self) -> Neighbours:
        """The pairs, in memory maps."""
        found = open_neighbours(self.store, self.key)
        if found is None:
            raise ProjectError(
                f"The neighbours of this view of {self.project!r} were cleared from the workspace. "
                "Process the project again."
            )
        return found

    def frames(self, video: int) -> Frames:
        """Return the stills of a video by its position in `videos`."""
        return _open_frames(self.store, self.videos[video].frames_key)

    def vectors(self, video: int) -> np.ndarray:
        """Return float32 (frames, dim), a memory map: the fingerprints of a video."""
        return _open_vectors(self.store, self.videos[video].fingerprints_key)

    def mirrored_vectors(self, video: int) -> np.ndarray:
        """Return float32 (frames, dim), a memory map: the fingerprints of the frames flipped left to right."""
        return _open_vectors(self.store, self.videos[video].mirrored_key or "")

    def label_of(self, video: int) -> str:
        """Return what names a video in links: its content, and which of several files of one content it is."""
        return self._labels[video]

    @cached_property
    def _labels(self) -> list[str]:
        seen: dict[str, int] = {}
        labels = []
        for video in self.videos:
            label = video.content_id[:10]
            seen[label] = seen.get(label, 0) + 1
            labels.append(label if seen[label] == 1 else f"{label}~{seen[label]}")
        return labels

    @property
    def per_still(self) -> int:
        """Fingerprints from one still to the next: more than 1 where sequences are aligned between the stills."""
        every = all(video.dense_key for video in self.videos)
        return self.settings.search.per_still(self.fps) if every and self.videos else 1

    def dense(self, video: int) -> np.ndarray:
        """Return float16 (fingerprints, dim), a memory map: `per_still` times as many as `vectors`."""
        found = open_dense(self.store, self.videos[video].dense_key or "")
        if found is None:
            raise ProjectError("Fingerprints between the stills were cleared from the workspace. Process again.")
        return found

    @cached_property
    def band(self) -> Band | None:
        """The lines that step 4 looks at between the stills; None where there are none, or they were cleared."""
        found = self.store.find(STEP, self._band_key) if self.per_still > 1 else None
        if found is None:
            return None
        return Band(found.path, self.per_still, lru_cache(maxsize=256)(self.dense), self._typical_between)

    def make_band(self, progress: Progress | None = None) -> None:
        """Find and score the lines between the stills, cached; nothing to do where fingerprints lie at the stills."""
        if self.per_still == 1:
            return

        def done(share: float) -> None:
            if progress:
                progress("alignment", share * len(self.videos), len(self.videos), "")

        def build(folder: Path) -> dict[str, Any]:
            facts = write_band(
                folder,
                self.neighbours,
                lru_cache(maxsize=256)(self.dense),
                self._typical_between,
                fps=self.fps,
                per_still=self.per_still,
                progress=done,
            )
            return {**facts, "neighbours_key": self.key}

        self.store.produce(STEP, self._band_key, build)

    @property
    def _band_key(self) -> str:
        return band_key(self.key, [video.dense_key or "" for video in self.videos])

    def _typical_between(self, video: int) -> np.ndarray:
        """Return float32 (fingerprints,): what is typical for each, between the stills as the stills around it say."""
        typical = self.neighbours.typical
        count = len(self.dense(video))
        if typical is None:
            return np.ones(count, np.float32)
        stills = np.asarray(typical[self.neighbours.rows(video)])
        return np.interp(np.arange(count) / self.per_still, np.arange(len(stills)), stills).astype(np.float32)

    def distances(self, a: int, b: int, frames_a: np.ndarray, frames_b: np.ndarray) -> np.ndarray:
        """Return float32 (n,): how far apart frame pairs of two videos are, in whatever measure the search has.

        The stored distance of neighbours, that of their fingerprints elsewhere, as step 4 counts them; masked frames
        have distances like others.
        """
        if a > b:
            return self.distances(b, a, frames_b, frames_a)
        near, frames_a, frames_b = self.neighbours, np.asarray(frames_a, np.int64), np.asarray(frames_b, np.int64)
        out = near.stored(np.full(len(frames_a), a), frames_a, np.full(len(frames_b), b), frames_b)
        rest = np.flatnonzero(np.isnan(out))
        if len(rest):
            at_a, at_b = frames_a[rest], frames_b[rest]
            out[rest] = score.distances(self.sides(a), self.sides(b), at_a, at_b)
            if near.typical is not None:
                out[rest] = score.normalised(
                    out[rest], near.typical[near.rows(a)][at_a], near.typical[near.rows(b)][at_b]
                )
        return out

    def sides(self, video: int) -> list[np.ndarray]:
        """Return the fingerprints of a video, and those of its flipped frames where they are compared too."""
        flipped = [self.mirrored_vectors(video)] if self.settings.search.mirrored else []
        return [self.vectors(video), *flipped]

    def usable(self, video: int) -> np.ndarray:
        """Return bool (frames,): the frames that are not masked as near-single-colour."""
        return usable_frames(self.frames(video), self.settings.search)

    @cached_property
    def threshold(self) -> Threshold:
        """The automatic threshold and its reason. Raises ThresholdError where there is too little to tell."""
        return automatic_threshold(self.neighbours, self.fps, measured_range(self.settings))

    def find_sequences(self, settings: SequenceSettings | None = None, **values: Any) -> Found:
        """Run step 4 with `SequenceSettings` (or its values by name) and return what it found."""
        settings = settings or SequenceSettings(**values)
        automatic = None
        if settings.max_distance == "auto":
            automatic = self.threshold
            settings = replace(settings, max_distance=automatic.value)
        return Found(view=self, settings=settings, table=self.find_table(settings), automatic=automatic)

    def find_table(self, settings: SequenceSettings, pairs: np.ndarray | None = None) -> SequenceTable:
        """Run step 4; `pairs`, bool over `neighbours.pair_videos`, says between which videos, None between all."""
        # The pairs know which frames are masked: opening the stills of 500 films at every move of a slider is not free.
        return find_sequences(
            self.neighbours,
            settings,
            fps=self.fps,
            vectors=self.vectors,
            mirrored_vectors=self.mirrored_vectors if self.settings.search.mirrored else None,
            pairs=pairs,
            band=self.band,
        )

    def looks_mirrored(self, sequence: Sequence) -> bool:
        """Return whether a sequence is mirrored: said by the search, or seen by comparing its stills flipped."""
        if sequence.mirrored:
            return True
        at = np.linspace(0, 1, min(5, sequence.frames))
        rows = np.round(sequence.first_a + at * (sequence.last_a - sequence.first_a)).astype(int)
        columns = np.round(sequence.first_b + at * (sequence.last_b - sequence.first_b)).astype(int)
        key = (sequence.sequence, sequence.last_b)
        if key not in self._mirrored:
            self._mirrored[key] = looks_mirrored(
                self.frames(sequence.a), self.frames(sequence.b), zip(rows.tolist(), columns.tolist(), strict=True)
            )
        return self._mirrored[key]


# Each holds a file open, of which a process usually may have 1024.
_open_vectors = lru_cache(maxsize=384)(vectors_of)


@lru_cache(maxsize=256)
def _open_frames(store: Store, key: str) -> Frames:
    found = open_frames(store, key)
    if found is None:
        raise ProjectError("The frames of a video were cleared from the workspace. Process the project again.")
    return found

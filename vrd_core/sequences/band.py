"""The lines of a view that may hold reuse, scored between the stills: made once, so that sliders need not wait.

<artefact>/<column>.npy what `Lines` holds; x and offset count fingerprints
<artefact>/score.npy    uint8: the score of every frame pair along them in 128ths, 255 where a frame is masked
<artefact>/bound.npy    float32 (lines, levels): evidence of the near frame pairs at each of `LEVELS`, the most there is

Candidates are found on the stills up to a limit (`LIMIT`); around each the band of lines a second to either side is
scored, and slanted ones are turned to where they fit best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.neighbours.artefact import Neighbours
from vrd_core.sequences import candidates
from vrd_core.sequences.evidence import along_lines, evidence_of
from vrd_core.sequences.lines import Lines, distances, joined_lines
from vrd_core.sequences.masks import Masks
from vrd_core.sequences.overlaps import best_by_evidence
from vrd_core.text import digest

STEP = "alignment"
VERSION = "1"

LIMIT = 1.0
"""In normalised units: frames as near as unrelated ones. Looser thresholds are looked at on the stills alone."""

SLANTED_LIMIT = 0.8
"""Slanted candidates are looked for up to here; a looser one lets every shot match at every speed."""

LEAST_SECONDS = 1.6
"""Evidence that a sequence must have where nothing else is asked for; candidates have at least a share of it."""

BEFORE, AFTER = 2.0, 3.0
"""Seconds by which a candidate is looked at beyond its ends."""

SKIP = 2
"""Stills in a row without evidence that candidates bridge."""

TURNS = (-0.04, -0.03, -0.02, -0.01, 0.0, 0.01, 0.02, 0.03, 0.04)
"""Shares by which the slope of a slanted candidate is changed to see whether it fits better."""

LEVELS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
STEPS, MASKED = 128, 255


class Band:
    """The lines of a view and their scores, memory-mapped, with the fingerprints that they were scored with."""

    def __init__(
        self,
        folder: Path,
        per_still: int,
        dense: Callable[[int], np.ndarray],
        typical: Callable[[int], np.ndarray] | None,
    ) -> None:
        """Open the artefact; `dense(video)` gives (fingerprints, dim), `per_still` of them a still."""
        self.lines = Lines(*(open_array(folder / f"{f.name}.npy", mapped=False) for f in fields(Lines)))
        self.score = np.asarray(open_array(folder / "score.npy"))
        self.bound = open_array(folder / "bound.npy", mapped=False)
        self.per_still, self.limit = per_still, LIMIT
        self._dense, self._typical = dense, typical

    def lines_at(
        self, limit: float, slanted: bool, neighbours: Neighbours, pairs: np.ndarray | None, least: np.ndarray
    ) -> tuple[Lines, np.ndarray]:
        """Return the lines that may hold `least` (pairs of videos,) evidence at a limit, and their scores."""
        level = min(int(np.searchsorted(LEVELS, limit - 1e-9)), len(LEVELS) - 1)
        number = neighbours.pair_index(self.lines.video_a, self.lines.video_b)
        good = (number >= 0) & (self.bound[:, level] >= least[number] - 1e-4)
        if not slanted:
            good &= self.lines.slope <= 1
        if pairs is not None:
            good &= pairs[number]
        rows = np.flatnonzero(good)
        found, starts = self.lines.take(rows), self.lines.starts[rows]
        place = np.repeat(starts - found.starts, found.count) + np.arange(int(found.count.sum()))
        return found, self.score[place]

    @staticmethod
    def evidence(scores: np.ndarray, limit: float, seconds: float) -> tuple[np.ndarray, np.ndarray]:
        """Return float32 evidence and bool masks of stored scores."""
        table = evidence_of(np.arange(256) / STEPS, limit, seconds)
        table[MASKED] = 0
        return table[scores], scores == MASKED

    def distances(self, along: Lines) -> tuple[np.ndarray, np.ndarray | None]:
        """Return float32 (frame pairs,): exact distances along lines, normalised."""
        return distances(along, lambda video: (self._dense(video),), self._typical)


def band_key(neighbours_key: str, dense_keys: Sequence[str]) -> str:
    """Name the lines of a view: what lies near what, and the fingerprints between the stills."""
    return digest(STEP, VERSION, neighbours_key, *dense_keys)


def widened(found: Lines, rate: float, counts: np.ndarray, *, per_still: int = 1) -> Lines:
    """Return the lines around candidates on stills, in fingerprints of `rate` a second, each frame pair once.

    A diagonal gets its neighbours up to a still away, as far as there are fingerprints between; `counts` (videos,) says
    how many fingerprints each video has.
    """
    reach = per_still if per_still > 1 else 0
    before = round(BEFORE * rate)
    parts = []
    for shift in range(-reach, reach + 1):
        some = found if shift == 0 else found.take(np.flatnonzero(found.slope > 0))
        parts.append(
            Lines(
                some.video_a,
                some.video_b,
                some.swapped,
                some.slope,
                some.offset * per_still + shift,
                some.first * per_still - before,
                some.count * per_still + before + round(AFTER * rate),
            )
        )
    return joined_lines(Lines.joined(parts).inside(counts))


def write_band(
    folder: Path,
    neighbours: Neighbours,
    dense: Callable[[int], np.ndarray],
    typical: Callable[[int], np.ndarray] | None,
    *,
    fps: float,
    per_still: int,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Find the lines, score them and write the artefact into `folder`; return its facts."""
    masks = Masks(neighbours)
    rate = fps * per_still
    counts = np.array([len(dense(video)) for video in range(neighbours.videos)], np.int64)
    usable = np.diff(masks.starts) - np.diff(masks.before[masks.starts])
    seconds = usable[neighbours.pair_videos].min(axis=1) / fps
    least = np.minimum(LEAST_SECONDS, 0.5 * seconds)
    along = candidate_lines(neighbours, dense, typical, masks, counts, fps=fps, per_still=per_still, least=least)
    line_masks = _dense_masks(masks, counts, per_still)
    bound = np.zeros((len(along), len(LEVELS)), np.float32)
    with open(folder / "score.npy", "wb") as out:
        header = {"descr": "|u1", "fortran_order": False, "shape": (int(along.count.sum()),)}
        np.lib.format.write_array_header_1_0(out, header)
        size = np.cumsum(along.count) // 2**22
        for part in np.split(np.arange(len(along)), np.flatnonzero(np.diff(size)) + 1) if len(along) else ():
            some = along.take(part)
            squared, _ = distances(some, lambda video: (dense(video),), typical)
            score = np.rint(np.clip(squared, 0, (MASKED - 1) / STEPS) * STEPS).astype(np.uint8)
            line, frame_a, frame_b = some.pairs()
            score[line_masks(some.video_a[line], frame_a) | line_masks(some.video_b[line], frame_b)] = MASKED
            out.write(score.tobytes())
            for column, level in enumerate(LEVELS):
                evidence = np.maximum(Band.evidence(score, level, 1 / rate)[0], 0)
                bound[part, column] = np.add.reduceat(evidence, some.starts)
            if progress:
                progress(float(part[-1] + 1) / len(along))
    for part_of in fields(Lines):
        np.save(folder / f"{part_of.name}.npy", getattr(along, part_of.name))
    np.save(folder / "bound.npy", bound)
    return {"lines": len(along), "frame_pairs": int(along.count.sum()), "limit": LIMIT, "per_still": per_still}


def candidate_lines(
    neighbours: Neighbours,
    dense: Callable[[int], np.ndarray],
    typical: Callable[[int], np.ndarray] | None,
    masks: Masks,
    counts: np.ndarray,
    *,
    fps: float,
    per_still: int,
    least: np.ndarray,
) -> Lines:
    """Return the lines worth scoring: those around rigid candidates, and slanted ones turned to where they fit."""
    hits = candidates.find_hits(neighbours, LIMIT, masks)
    rigid, _ = candidates.rigid(neighbours, hits, LIMIT, fps=fps, allow_skip=SKIP, least=least, masks=masks)
    along = widened(rigid, fps * per_still, counts, per_still=per_still)
    hits = candidates.find_hits(neighbours, SLANTED_LIMIT, masks)
    near, near_strength = candidates.rigid(
        neighbours, hits, SLANTED_LIMIT, fps=fps, allow_skip=SKIP, least=least, masks=masks
    )
    found, found_strength = candidates.slanted(neighbours, hits, SLANTED_LIMIT, fps=fps, allow_skip=SKIP, least=least)
    both = Lines.joined([near, found])
    evidence = np.concatenate([near_strength, found_strength])
    kept = best_by_evidence(
        neighbours.pair_index(both.video_a, both.video_b),
        spans_of(both, both.first, both.count),
        evidence,
        evidence / both.count,
    )
    found = both.take(kept[kept >= len(near)])
    turned = turned_to_fit(found, dense, typical, counts, rate=fps * per_still, per_still=per_still)
    return Lines.joined([along, turned])


def turned_to_fit(
    found: Lines,
    dense: Callable[[int], np.ndarray],
    typical: Callable[[int], np.ndarray] | None,
    counts: np.ndarray,
    *,
    rate: float,
    per_still: int,
) -> Lines:
    """Return slanted candidates at the slope and offset with most evidence, with a line on either side."""
    if not len(found):
        return found
    shifts = np.arange(-per_still, per_still + 1) if per_still > 1 else np.array([-0.5, 0.0, 0.5])
    turns, shift = (g.ravel() for g in np.meshgrid(np.array(TURNS), shifts, indexing="ij"))
    middle = (found.first + (found.count - 1) / 2) * per_still
    tried = found.take(np.repeat(np.arange(len(found)), len(turns)))
    turn, shift = np.tile(turns, len(found)), np.tile(shift, len(found))
    slope = tried.slope * (1 + turn)
    centre = np.repeat(middle, len(turns))
    offset = tried.slope * centre + tried.offset * per_still - slope * centre + shift
    before = round(BEFORE * rate)
    whole = Lines(
        tried.video_a,
        tried.video_b,
        tried.swapped,
        slope,
        np.round(offset, 3),
        tried.first * per_still - before,
        tried.count * per_still + before + round(AFTER * rate),
    )
    inside = whole.inside(counts)
    owner = whole.kept_inside(counts) // len(turns)
    squared, _ = distances(inside, lambda video: (dense(video),), typical)
    first, _, best = along_lines(evidence_of(squared, SLANTED_LIMIT, 1 / rate), None, inside.starts, SKIP * per_still)
    line = np.searchsorted(inside.starts, first, side="right") - 1
    top = np.zeros(len(inside))
    np.maximum.at(top, line, best)
    order = np.lexsort((np.arange(len(top)), -top, owner))
    winner = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
    winner = winner[top[winner] > 0]
    parts = []
    for step in (-1.0, 0.0, 1.0):
        some = inside.take(winner)
        parts.append(replace(some, offset=some.offset + step))
    return joined_lines(Lines.joined(parts).inside(counts))


def spans_of(found: Lines, first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return float64 (n, 4): begin and end in frames on A and on B of stretches of lines."""
    rows = np.arange(len(found))
    spans = np.empty((len(rows), 4))
    for column, x in ((0, first), (1, first + count - 1)):
        spans[:, column], spans[:, column + 2] = found.frames(rows, x)
    spans[:, 1::2] += 1
    return spans


def _dense_masks(masks: Masks, counts: np.ndarray, per_still: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a function that says which fingerprints lie at or after a masked still."""
    stills = np.diff(masks.starts)

    def masked(video: np.ndarray, frame: np.ndarray) -> np.ndarray:
        return masks.masked[masks.starts[video] + np.minimum(frame // per_still, stills[video] - 1)]

    return masked

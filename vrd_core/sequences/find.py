"""Step 4, neighbours to sequences: runs of matching frames along the diagonals of two videos. Never cached.

A *hit* is a pair of neighbours at max_distance or below. On one diagonal (constant frame_b - frame_a) a *run* is a
maximal row of hits in which at most allow_skip frames in a row are not hits; frames masked on either side count
neither way. A run with fewer hits than other frames is cut at its longest gaps until every part has its half.

Everything works on whole arrays: one pass over the distances, then only over the hits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from vrd_core.arrays import expand, rounded
from vrd_core.neighbours.find import Neighbours
from vrd_core.neighbours.ordering import normalised
from vrd_core.sequences import overlaps
from vrd_core.settings import SequenceSettings

ByVideo = Callable[[int], np.ndarray]


@dataclass(frozen=True)
class SequenceTable:
    """Sequences as columns, ordered by (video_a, video_b, first_a, first_b). Frames are inclusive."""

    video_a: np.ndarray
    video_b: np.ndarray
    first_a: np.ndarray
    last_a: np.ndarray
    first_b: np.ndarray
    last_b: np.ndarray
    hits: np.ndarray
    """int32: frame pairs of the alignment at max_distance or below."""
    deviating: np.ndarray
    """int32: frame pairs of the alignment above it. Masked frames are in neither."""
    mean_distance: np.ndarray
    """float32: over all of them; NaN where a deviating pair is not among the neighbours and no vectors were given."""
    speed: np.ndarray
    """float32: seconds of A per second of B; 1 when rigid."""
    mirrored: np.ndarray
    """bool: most hits are closer mirrored."""
    paths: tuple[np.ndarray, ...] | None = None
    """When elastic: per sequence, int32 (n, 2), which frame of A goes with which of B."""

    def __len__(self) -> int:
        """Return how many sequences there are."""
        return len(self.video_a)

    def alignment(self, row: int) -> np.ndarray:
        """Return int32 (n, 2): frame of A and frame of B, pair by pair."""
        if self.paths is not None:
            return self.paths[row]
        n = int(self.last_a[row] - self.first_a[row]) + 1
        return np.stack([self.first_a[row] + np.arange(n), self.first_b[row] + np.arange(n)], axis=1).astype(np.int32)

    def take(self, rows: np.ndarray) -> SequenceTable:
        """Return the table of these rows, in the order given."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "paths"}
        paths = None if self.paths is None else tuple(self.paths[int(r)] for r in np.arange(len(self))[rows])
        return SequenceTable(**columns, paths=paths)

    def in_order(self) -> SequenceTable:
        """Return the table in its canonical order."""
        return self.take(np.lexsort([self.last_b, self.last_a, self.first_b, self.first_a, self.video_b, self.video_a]))


@dataclass
class Hits:
    """Pairs at max_distance or below, in the order of the artefact: diagonal by diagonal."""

    at: np.ndarray
    """int64: where they lie in the artefact."""
    pair: np.ndarray
    """int32: row of `pair_videos`."""
    frame_a: np.ndarray
    diagonal: np.ndarray
    """int32."""


def find_sequences(
    neighbours: Neighbours,
    settings: SequenceSettings,
    *,
    fps: float,
    vectors: ByVideo | None = None,
    usable: ByVideo | None = None,
    pairs: np.ndarray | None = None,
    mirrored_vectors: ByVideo | None = None,
) -> SequenceTable:
    """Return the sequences that the settings ask for.

    `vectors(video)` gives the fingerprints from which deviating frames are scored that are no neighbours.
    `usable(video)` gives bool (frames,) and masks frames beside those that the search left out (unwanted stretches);
    leave it out when there are none. `pairs`, bool over `neighbours.pair_videos`, restricts which videos are looked
    at. With max_distance="auto" the threshold is `automatic_threshold`'s; ThresholdError where it cannot tell.
    """
    threshold = settings.max_distance
    if isinstance(threshold, str):
        from vrd_core.sequences.threshold import automatic_threshold

        threshold = automatic_threshold(neighbours, fps).value
    masks = Masks(neighbours, usable)
    hits = find_hits(neighbours, threshold, masks, pairs)
    score = Scorer(neighbours, masks, vectors, mirrored_vectors)
    if settings.alignment == "elastic":
        from vrd_core.sequences.elastic import elastic_sequences

        table = elastic_sequences(neighbours, hits, settings, fps, masks, score)
    else:
        runs = find_runs(neighbours, hits, settings, fps, masks)
        if settings.combine_overlap:
            runs = overlaps.combined(runs, score.means)
        table = replace(runs, mean_distance=score.means(runs)).in_order()
    return overlaps.without_echoes(table, fps) if settings.drop_echoes else table


class Masks:
    """Which frames count neither way."""

    def __init__(self, neighbours: Neighbours, usable: ByVideo | None = None) -> None:
        """Join the search's mask with `usable`'s."""
        self.starts = np.concatenate([[0], np.cumsum(neighbours.counts)])
        masked = ~np.array(neighbours._usable)
        self.extra = False
        if usable is not None:
            for video in range(neighbours.videos):
                more = ~np.asarray(usable(video), bool) & ~masked[neighbours.rows(video)]
                if more.any():
                    masked[neighbours.rows(video)] |= more
                    self.extra = True
        self.masked = masked
        self.before = np.concatenate([[0], np.cumsum(masked)])
        """How many frames are masked before each row."""

    def pair_masked(
        self, video_a: np.ndarray, frame_a: np.ndarray, video_b: np.ndarray, frame_b: np.ndarray
    ) -> np.ndarray:
        """Return bool: one of the two frames is masked."""
        return self.masked[self.starts[video_a] + frame_a] | self.masked[self.starts[video_b] + frame_b]

    def between(
        self,
        video_a: np.ndarray,
        frame_a: np.ndarray,
        video_b: np.ndarray,
        frame_b: np.ndarray,
        length: np.ndarray,
        most: int,
    ) -> np.ndarray:
        """Count the masked frame pairs among `length` ones on a diagonal from (frame_a, frame_b) on.

        Exact wherever `length` less the count is `most` or below; elsewhere it may count double.
        """
        if not self.before[-1]:
            return np.zeros(len(length), np.int64)
        a, b = self.starts[video_a] + frame_a, self.starts[video_b] + frame_b
        on_a, on_b = self.before[a + length] - self.before[a], self.before[b + length] - self.before[b]
        count = on_a + on_b
        unsure = np.flatnonzero((on_a > 0) & (on_b > 0) & (length - count <= most))
        for part in np.array_split(unsure, 1 + int(length[unsure].sum()) // 2**22):
            step, owner = expand(length[part])
            both = self.masked[a[part][owner] + step] & self.masked[b[part][owner] + step]
            count[part] -= np.bincount(owner[both], minlength=len(part))
        return count


def find_hits(neighbours: Neighbours, threshold: float, masks: Masks, pairs: np.ndarray | None = None) -> Hits:
    """Return the pairs at the threshold or below."""
    at = np.flatnonzero(neighbours.distance <= np.float32(threshold))
    counts = np.diff(np.searchsorted(at, neighbours.pair_starts))
    pair = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    if pairs is not None:
        at, pair = at[pairs[pair]], pair[pairs[pair]]
    frame_a, frame_b = neighbours.frame_a[at], neighbours.frame_b[at]
    if masks.extra:
        video_a, video_b = neighbours.pair_videos[pair].T
        keep = ~masks.pair_masked(video_a, frame_a, video_b, frame_b)
        at, pair, frame_a, frame_b = at[keep], pair[keep], frame_a[keep], frame_b[keep]
    return Hits(at, pair, frame_a, frame_b - frame_a)


def find_runs(
    neighbours: Neighbours, hits: Hits, settings: SequenceSettings, fps: float, masks: Masks
) -> SequenceTable:
    """Return the rigid sequences, before overlapping ones are combined, their mean distance not yet known."""
    same = (np.diff(hits.pair) == 0) & (np.diff(hits.diagonal) == 0)
    gap = np.diff(hits.frame_a).astype(np.int64) - 1
    # Gaps between diagonals mean nothing; one frame more than may be skipped makes them ends as well.
    gap[~same] = settings.allow_skip + 1
    wide = np.flatnonzero(same & (gap > 0))
    if len(wide):
        video_a, video_b = neighbours.pair_videos[hits.pair[wide]].T
        first = hits.frame_a[wide] + 1
        gap[wide] -= masks.between(video_a, first, video_b, first + hits.diagonal[wide], gap[wide], settings.allow_skip)
    gap = np.concatenate([[0], gap])[: len(hits.at)]
    starts = np.flatnonzero(np.concatenate([[True], gap[1:] > settings.allow_skip]))[: len(hits.at)]
    lengths = neighbours.counts / fps
    exempt = (lengths < settings.shortest_sequence)[neighbours.pair_videos].any(axis=1)

    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    ends = np.append(starts[1:], len(hits.at)) - 1
    while len(starts):
        span = hits.frame_a[ends] - hits.frame_a[starts] + 1
        # The tolerance is for lengths such as 0.3 s × 10 fps, which are not whole in floating point.
        long = (span / fps >= settings.shortest_sequence - 1e-9) | exempt[hits.pair[starts]]
        starts, ends = starts[long], ends[long]
        step, owner = expand(ends - starts + 1)
        inner = np.where(step > 0, gap[starts[owner] + step], 0)
        missing = np.bincount(owner, inner, len(starts)).astype(np.int64)
        dense = ends - starts + 1 >= missing
        found.append((starts[dense], ends[dense], missing[dense]))
        # Cut the others at their longest gaps, all of one length at once: the order of cutting then does not matter.
        longest = np.zeros(len(starts), np.int64)
        np.maximum.at(longest, owner, inner)
        loose = ~dense[owner]
        cut = loose & (step > 0) & (inner == longest[owner])
        position = starts[owner] + step
        new_starts = np.sort(np.concatenate([starts[~dense], position[cut]]))
        new_ends = np.sort(np.concatenate([ends[~dense], position[cut] - 1]))
        starts, ends = new_starts, new_ends

    starts, ends, missing = (
        np.concatenate([f[c] for f in found]) if found else np.empty(0, np.int64) for c in range(3)
    )
    video_a, video_b = neighbours.pair_videos[hits.pair[starts]].T
    diagonal = hits.diagonal[starts]
    mirrored = np.zeros(len(starts), bool)
    if neighbours.mirrored is not None and len(starts):
        step, owner = expand(ends - starts + 1)
        marks = np.bincount(owner, neighbours.mirrored[hits.at[starts[owner] + step]], len(starts))
        mirrored = 2 * marks > ends - starts + 1
    return SequenceTable(
        video_a=video_a,
        video_b=video_b,
        first_a=hits.frame_a[starts],
        last_a=hits.frame_a[ends],
        first_b=hits.frame_a[starts] + diagonal,
        last_b=hits.frame_a[ends] + diagonal,
        hits=(ends - starts + 1).astype(np.int32),
        deviating=missing.astype(np.int32),
        mean_distance=np.full(len(starts), np.nan, np.float32),
        speed=np.ones(len(starts), np.float32),
        mirrored=mirrored,
    ).in_order()


class Scorer:
    """Gives the distance of any pair of frames: the stored one, else from the vectors."""

    def __init__(
        self, neighbours: Neighbours, masks: Masks, vectors: ByVideo | None, mirrored_vectors: ByVideo | None = None
    ) -> None:
        """Keep what distances are computed from."""
        self.neighbours, self.masks = neighbours, masks
        self.vectors, self.mirrored_vectors = vectors, mirrored_vectors

    def means(self, runs: SequenceTable) -> np.ndarray:
        """Return float32 (sequences,): the mean over every frame pair that is not masked."""
        means = np.empty(len(runs), np.float32)
        pieces = 1 + int((runs.last_a - runs.first_a).sum(dtype=np.int64)) // 2**21
        for part in np.array_split(np.arange(len(runs)), pieces):
            some = runs.take(part)
            step, owner = expand(some.last_a - some.first_a + 1)
            video_a, video_b = some.video_a[owner], some.video_b[owner]
            frame_a, frame_b = some.first_a[owner] + step, some.first_b[owner] + step
            distance = self.distances(video_a, frame_a, video_b, frame_b)
            masked = self.masks.pair_masked(video_a, frame_a, video_b, frame_b)
            total = np.bincount(owner[~masked], distance[~masked].astype(np.float64), len(part))
            means[part] = total / (some.hits + some.deviating)
        return rounded(means)

    def distances(
        self, video_a: np.ndarray, frame_a: np.ndarray, video_b: np.ndarray, frame_b: np.ndarray
    ) -> np.ndarray:
        """Return float32 (n,); NaN where masked, or where it is not stored and there are no vectors."""
        out = self._stored(video_a, frame_a, video_b, frame_b)
        masked = self.masks.pair_masked(video_a, frame_a, video_b, frame_b)
        out[masked] = np.nan
        if self.vectors is None:
            return out
        missing = np.flatnonzero(np.isnan(out) & ~masked)
        pair = video_a[missing].astype(np.int64) * self.neighbours.videos + video_b[missing]
        missing = missing[np.argsort(pair, kind="stable")]
        edges = np.flatnonzero(np.diff(np.sort(pair))) + 1
        for some in np.split(missing, edges) if len(missing) else ():
            out[some] = self._computed(int(video_a[some[0]]), int(video_b[some[0]]), frame_a[some], frame_b[some])
        return out

    def _stored(self, video_a: np.ndarray, frame_a: np.ndarray, video_b: np.ndarray, frame_b: np.ndarray) -> np.ndarray:
        """Look pairs up by bisection, all at once: no copy of the artefact is made."""
        n = self.neighbours
        pairs = n.pair_index(video_a, video_b)
        out = np.full(len(frame_a), np.nan, np.float32)
        known = np.flatnonzero(pairs >= 0)
        low, stop = n.pair_starts[pairs[known]], n.pair_starts[pairs[known] + 1]
        high, first = stop.copy(), frame_a[known]
        diagonal = frame_b[known] - first
        open_ = np.flatnonzero(low < high)
        while len(open_):
            middle = (low[open_] + high[open_]) // 2
            there_a = n.frame_a[middle]
            apart = n.frame_b[middle] - there_a - diagonal[open_]
            before = (apart < 0) | ((apart == 0) & (there_a < first[open_]))
            low[open_[before]] = middle[before] + 1
            high[open_[~before]] = middle[~before]
            open_ = open_[low[open_] < high[open_]]
        inside = np.flatnonzero(low < stop)
        place = low[inside]
        hit = (n.frame_a[place] == first[inside]) & (n.frame_b[place] - n.frame_a[place] == diagonal[inside])
        out[known[inside[hit]]] = n.distance[place[hit]]
        return out

    def _computed(self, a: int, b: int, frame_a: np.ndarray, frame_b: np.ndarray) -> np.ndarray:
        assert self.vectors is not None
        out = np.empty(len(frame_a), np.float32)
        sides = [(self.vectors(a), self.vectors(b))]
        if self.neighbours.mirrored is not None and self.mirrored_vectors is not None:
            sides += [(self.mirrored_vectors(a), self.vectors(b)), (self.vectors(a), self.mirrored_vectors(b))]
        rows = max(1, 2**22 // sides[0][0].shape[1])
        for start in range(0, len(out), rows):
            part = slice(start, start + rows)
            scores = []
            for x, y in sides:
                apart = np.asarray(x[frame_a[part]]) - y[frame_b[part]]
                scores.append(np.einsum("ij,ij->i", apart, apart))
            out[part] = rounded(np.minimum.reduce(scores))
        if (typical := self.neighbours.typical) is not None:
            out = normalised(out, typical[self.neighbours.rows(a)][frame_a], typical[self.neighbours.rows(b)][frame_b])
        return out

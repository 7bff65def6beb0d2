"""The pairs of a library from those of an earlier one: what stays is copied in its order, only the rest is sorted.

A pair of frames is in an artefact exactly when its code is not above the last code of either frame's list (see
`nearest.py`). So the last codes of the present and of the earlier lists say whether an earlier pair stays, and whether
a present pair was there before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.neighbours.codes import NONE, code_distance, code_row, encode, first_after
from vrd_core.neighbours.nearest import rows_now
from vrd_core.neighbours.ordering import Part, rows_fit_keys, sort_keys, video_of
from vrd_core.neighbours.rows import Rows
from vrd_core.neighbours.score import normalised

PAIRS = 2**18
"""Earlier pairs looked at at once: few enough to stay in the processor's cache."""


class Earlier:
    """The artefact of a library that shares films with this one, in the same order."""

    def __init__(self, folder: Path, rows: Rows, state: np.ndarray, now: np.ndarray, videos: np.ndarray) -> None:
        """Open it; `now` gives the row of now of each earlier row, `videos` the video of each earlier one, or -1."""
        self.rows, self.videos, self._folder = rows, videos, folder
        self._last = state[:, -1].copy()
        self._known_below = np.zeros(rows.count, np.uint64)
        """Codes of pairs of earlier films that are less than this were in the row's earlier list."""
        kept = np.flatnonzero(now >= 0)
        before = np.array(open_array(folder / "state.npy")[:, -1])
        # The last neighbour may be gone: then the last row before it that stays stands for it, -1 where none does.
        floor = np.maximum.accumulate(now)[np.where(before == NONE, 0, code_row(before))]
        self._known_below[now[kept]] = np.where(before == NONE, NONE, first_after(before, floor))[kept]
        # One more, for the row of NONE.
        self._new = np.append(np.ones(rows.count, bool), False)
        self._new[now[kept]] = False

    def may_lack(self, start: int, codes: np.ndarray) -> np.ndarray:
        """Return bool (n, k): not in the earlier list of its row, for a stretch of the state of now from row `start`.

        The pair may have been there for its other row: `lacks` knows.
        """
        there = np.minimum(code_row(codes), self.rows.count)
        lacks = (codes >= self._known_below[start : start + len(codes), None]) & (codes != NONE)
        return lacks | self._new[there]

    def lacks(self, here: np.ndarray, there: np.ndarray, code_there: np.ndarray) -> np.ndarray:
        """Return bool (n,): what `may_lack` let pass was not in the list of `there` either (the code it would have)."""
        return self._new[here] | (code_there >= self._known_below[there])

    def merged(self, fresh: Iterator[Part], typical: np.ndarray | None) -> Iterator[Part]:
        """Yield the earlier pairs that stay with fresh ones put between them, all in order."""
        parts = list(fresh)
        columns = {name: np.concatenate([p[0][name] for p in parts]) for name in parts[0][0]}
        codes, counts = (np.concatenate([p[side] for p in parts]) for side in (1, 2))
        keys = sort_keys(self.rows, np.repeat(codes, counts), columns["frame_a"], columns["frame_b"])
        done = 0
        for old, old_keys in self._staying(typical):
            # All fresh pairs that come before the last of these.
            stop = int(np.searchsorted(keys, old_keys[-1]))
            at = np.searchsorted(old_keys, keys[done:stop]) + np.arange(stop - done)
            kept = np.ones(len(old_keys) + len(at), bool)
            kept[at] = False
            part = {name: _between(column, kept, columns[name][done:stop], at) for name, column in old.items()}
            yield part, *_counted(self.rows, _between(old_keys, kept, keys[done:stop], at))
            done = stop
        yield {name: column[done:] for name, column in columns.items()}, *_counted(self.rows, keys[done:])

    def _staying(self, typical: np.ndarray | None) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
        """Yield the columns of earlier pairs that stay, and their keys; no empty ones."""

        def load(name: str) -> np.ndarray:
            return np.asarray(open_array(self._folder / f"{name}.npy"))

        videos, starts = self.videos[load("pair_videos")], load("pair_starts")
        there = (videos >= 0).all(axis=1)
        code = videos[:, 0].astype(np.int64) * len(self.rows.items) + videos[:, 1]
        place_of = np.argsort(self.rows.order)
        first_row = self.rows.starts[place_of][videos]
        frame_a, frame_b = load("frame_a"), load("frame_b")
        # A distance that was divided by what is typical is kept beside as it was.
        squared = load("squared" if (self._folder / "squared.npy").exists() else "distance")
        mirrored = load("mirrored") if (self._folder / "mirrored.npy").exists() else None
        last = self._last
        reach = np.where(last == NONE, np.float32(np.inf), code_distance(last))
        for start in range(0, len(squared), PAIRS):
            stop = min(start + PAIRS, len(squared))
            some = slice(int(np.searchsorted(starts, start, "right")) - 1, int(np.searchsorted(starts, stop)))
            lengths = np.diff(np.clip(starts[some.start : some.stop + 1], start, stop))
            chosen: slice | np.ndarray = slice(start, stop)
            if not there[some].all():
                chosen = start + np.flatnonzero(np.repeat(there[some], lengths))
            lengths = lengths * there[some]
            a, b = frame_a[chosen], frame_b[chosen]
            row_a, row_b = (np.repeat(first_row[some, side], lengths) + f for side, f in ((0, a), (1, b)))
            distance = squared[chosen]
            farther = np.maximum(reach[row_a], reach[row_b])
            stays = distance <= farther
            # At the very distance of the last neighbour, its row decides.
            tied = np.flatnonzero(distance == farther)
            i, j = row_a[tied], row_b[tied]
            mark = mirrored[chosen][tied] if mirrored is not None else None
            stays[tied] = (encode(distance[tied], j, mark) <= last[i]) | (encode(distance[tied], i, mark) <= last[j])
            keep = np.flatnonzero(stays)
            if len(keep):
                a, b, distance = a[keep], b[keep], distance[keep]
                columns = {"frame_a": a, "frame_b": b, "distance": distance}
                if mirrored is not None:
                    columns["mirrored"] = mirrored[chosen][keep]
                if typical is not None:
                    columns["squared"] = distance
                    columns["distance"] = normalised(distance, typical[row_a[keep]], typical[row_b[keep]])
                yield columns, sort_keys(self.rows, np.repeat(code[some], lengths)[keep], a, b)


def open_earlier(folder: Path, rows: Rows, state: np.ndarray) -> Earlier | None:
    """Return the artefact in `folder` to build on, None where its pairs are in another order (films changed places)."""
    table = json.loads((folder / "state.json").read_text())
    if not rows_fit_keys(rows) or "videos" not in table:
        return None
    mine = dict(zip(rows.identities, rows.order, strict=True))
    videos = np.empty(len(table["videos"]), np.int64)
    videos[table["videos"]] = [mine.get(name, -1) for name in table["identities"]]
    if (np.diff(videos[videos >= 0]) < 0).any():
        return None
    return Earlier(folder, rows, state, rows_now(table, rows), videos)


def _between(old: np.ndarray, kept: np.ndarray, fresh: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Put `fresh` at the places `at` and `old` at those marked in `kept`."""
    out = np.empty(len(kept), old.dtype)
    out[kept], out[at] = old, fresh
    return out


def _counted(rows: Rows, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes of the pairs of videos in ordered keys, and how many pairs each has."""
    video = video_of(rows, keys)
    first = np.flatnonzero(np.diff(video, prepend=-1))
    return video[first], np.diff(np.append(first, len(video)))

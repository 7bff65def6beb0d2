"""The same run on a Dask cluster: videos and blocks of the search are spread over its workers.

Workers and driver see the library and the workspace under the same paths (a shared folder). Workers write artefacts by
renaming and touch no index; the driver then takes the ordinary path and finds them made. The k nearest of a row have a
total order, so merging blocks gives the same bytes as one machine does. A worker that dies has its work given to
another one; what it had finished is on disk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.arrays import open_array
from vrd_core.errors import SettingsError
from vrd_core.fingerprints.catalogue import fingerprints_key
from vrd_core.frames.extract import frames_key
from vrd_core.media.library import Video
from vrd_core.neighbours.codes import NONE, code_row, with_row
from vrd_core.neighbours.find import Fill
from vrd_core.neighbours.items import SearchItem, grouped
from vrd_core.neighbours.nearest import Nearest, rows_now
from vrd_core.neighbours.rows import Rows
from vrd_core.progress import Progress, quiet
from vrd_core.project.pipeline import process_videos, vectors_of
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings
from vrd_core.store import Store
from vrd_core.text import digest

BLOCK_ROWS = 32_768
"""Frames on each side of one block of the search: about ten seconds of one core at 256 numbers per frame."""

BLOCKS = "blocks"
"""The step under which finished blocks lie until the search is whole."""


@contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """Connect to a Dask scheduler. Raises SettingsError when Dask is not installed or nobody answers."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingsError(
            "--cluster needs Dask: pip install -r requirements-cluster.txt, here and on the workers."
        ) from error
    try:
        client = Client(address, timeout="20s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingsError(
            "No Dask scheduler answers there; start one with `python -m dask scheduler`, workers "
            f"with `python -m dask worker {address}`. Received: {address!r}. ({error})"
        ) from error
    try:
        yield Cluster(client)
    finally:
        client.close()


@dataclass(frozen=True)
class _Item:
    """What a worker needs to open one `SearchItem`."""

    key: str
    collection: str
    identity: str
    usable: np.ndarray
    mirrored_key: str | None


class Cluster:
    """Does steps 1 to 3 on the workers, ahead of the driver's ordinary run."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._blocks: list[Path] = []

    def process_videos(
        self,
        videos: Sequence[Video],
        frames: FrameSettings,
        fingerprints: Sequence[FingerprintSettings],
        store: Store,
        progress: Progress,
    ) -> None:
        """Make frames and fingerprints of every video that lacks them. Failures are left to the driver to report."""
        missing = {
            v.content_id: v
            for v in videos
            if any(
                store.find("fingerprints", fingerprints_key(frames_key(v.content_id, frames), s)) is None
                for s in fingerprints
            )
        }
        self._run(
            [(_process_video, (str(store.root), v, frames, tuple(fingerprints)), v.name) for v in missing.values()],
            "fingerprints",
            progress,
        )

    def fill(self, store: Store, mirrored_keys: Sequence[str | None]) -> Fill:
        """Return what `find_neighbours` calls to have its nearest rows found by the workers."""

        def fill(rows: Rows, nearest: Nearest, settings: SearchSettings, progress: Progress | None) -> None:
            items = [
                _Item(i.key, i.collection, rows.identities[rows.order.index(n)], i.usable, mirrored_keys[n])
                for n, i in enumerate(rows.items)
            ]
            blocks = list(_blocks(items, settings))
            tasks: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
                (_search_block, (str(store.root), a, b, settings), f"block {n + 1} of {len(blocks)}")
                for n, (a, b) in enumerate(blocks)
            ]

            def merge(folder: Any) -> None:
                self._blocks.append(Path(folder))
                _merge(Path(folder), nearest)

            self._run(tasks, "neighbours", progress or quiet, merge)

        return fill

    def tidy(self, store: Store) -> None:
        """Delete the blocks of a search that is whole."""
        for folder in self._blocks:
            if found := store.find(BLOCKS, folder.name):
                store.remove(found)
        self._blocks.clear()

    def _run(
        self,
        tasks: Sequence[tuple[Callable[..., Any], tuple[Any, ...], str]],
        step: str,
        progress: Progress,
        use: Callable[[Any], None] | None = None,
    ) -> None:
        from distributed import as_completed

        # A worker may die with a task several times before the task itself is blamed.
        futures = {
            self._client.submit(work, *arguments, pure=False, retries=3): name for work, arguments, name in tasks
        }
        progress(step, 0, len(tasks), "")
        try:
            for done, future in enumerate(as_completed(list(futures), loop=self._client.loop), 1):
                result = future.result()
                if use:
                    use(result)
                progress(step, done, len(tasks), futures[future])
        finally:
            self._client.cancel(list(futures))


def _process_video(
    root: str, video: Video, frames: FrameSettings, fingerprints: tuple[FingerprintSettings, ...]
) -> None:
    with Store(root, index=False) as store:
        process_videos([video], frames, fingerprints, store)


def _blocks(items: Sequence[_Item], settings: SearchSettings) -> Iterator[tuple[tuple[_Item, ...], tuple[_Item, ...]]]:
    """Yield the pairs of groups of videos that together cover every pair of videos once."""
    groups: list[list[_Item]] = [[]]
    for item in sorted(items, key=lambda i: i.identity):
        if groups[-1] and sum(len(i.usable) for i in groups[-1]) + len(item.usable) > BLOCK_ROWS:
            groups.append([])
        groups[-1].append(item)
    for first, a in enumerate(groups):
        for b in groups[first:]:
            if settings.scope == "videos" or len({i.collection for i in (*a, *b)}) > 1:
                yield tuple(a), tuple(b)


def _search_block(root: str, a: tuple[_Item, ...], b: tuple[_Item, ...], settings: SearchSettings) -> str:
    """Find the nearest rows between two groups of videos (or within one); return the folder with the codes."""
    # faiss is loaded on the workers only.
    from vrd_core.neighbours.exact import Searcher, strips_of

    same = a == b
    described = a if same else (*a, *b)
    key = digest(BLOCKS, settings.key(), *(i.identity for i in a), "against", *(i.identity for i in b))

    def build(folder: Path) -> dict[str, Any]:
        items = [_open(store, item) for item in described]
        rows = Rows(items, [i.identity for i in described], grouped(items, settings))
        nearest = Nearest(rows, settings.neighbours_considered)
        usable = np.flatnonzero(rows.usable)
        mine = rows.video[usable] < len(a)
        searcher = Searcher(nearest, settings)
        try:
            searcher.choose_centre(usable)
            left = strips_of(rows, usable[mine])
            for number, strip in enumerate(left):
                one = searcher.strip(strip)
                others = left[number:] if same else strips_of(rows, usable[~mine])
                for other in others:
                    searcher.tile(one, one if other is strip else searcher.strip(other))
        finally:
            searcher.close()
        nearest.write(folder)
        return {"blocks": True}

    with Store(root, index=False) as store:
        return str(store.produce(BLOCKS, key, build).path)


def _open(store: Store, item: _Item) -> SearchItem:
    return SearchItem(
        key=item.key,
        collection=item.collection,
        vectors=vectors_of(store, item.key),
        usable=item.usable,
        mirrored=vectors_of(store, item.mirrored_key) if item.mirrored_key else None,
    )


def _merge(folder: Path, nearest: Nearest) -> None:
    """Add a block's codes to the whole, its row numbers translated."""
    whole = rows_now(json.loads((folder / "state.json").read_text()), nearest.rows)
    state = open_array(folder / "state.npy")
    for first in range(0, len(state), 8192):
        codes = np.array(state[first : first + 8192])
        here, column = np.nonzero(codes != NONE)
        kept = codes[here, column]
        nearest.add(whole[first + here], with_row(kept, whole[code_row(kept)]))

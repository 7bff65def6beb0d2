"""Steps 1 and 2 for many videos, and what came out as step 3 takes it.

While the network works on one video, ffmpeg decodes the next. A video that fails is reported and left out; the others
go on. The network is loaded only when a fingerprint is missing, so a second run loads no TensorFlow.
"""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vrd_core.errors import Cancelled, MediaError, ProjectError
from vrd_core.fingerprints import compute, dense
from vrd_core.fingerprints.catalogue import fingerprints_key
from vrd_core.frames.between import beside_stills, extract_between
from vrd_core.frames.extract import Frames, extract_frames, frames_key
from vrd_core.media.library import Problem, Video
from vrd_core.neighbours.items import SearchItem
from vrd_core.progress import Progress, in_turn, quiet
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings
from vrd_core.store import Store

RECOMPUTE = ("frames", "fingerprints", "neighbours")
"""Steps that can be asked to run again; each takes the steps after it along."""


@dataclass(frozen=True)
class Processed:
    """A video with its frames and fingerprints on disk."""

    video: Video
    frames: Frames
    fingerprints_key: str
    mirrored_key: str | None = None
    dense_key: str | None = None


def recomputed(first: str | None) -> frozenset[str]:
    """Return the steps to run again when `first` is asked for."""
    return frozenset(RECOMPUTE[RECOMPUTE.index(first) :]) if first else frozenset()


def process_videos(
    videos: Sequence[Video],
    frame_settings: FrameSettings,
    fingerprints: Sequence[FingerprintSettings],
    store: Store,
    *,
    progress: Progress | None = None,
    recompute: str | None = None,
    load: Callable[[FingerprintSettings], Any] | None = None,
    per_still: int = 1,
) -> tuple[list[Processed], list[Problem]]:
    """Run steps 1 and 2, cached.

    `fingerprints` holds the resolved settings of one or two passes over the frames (the second one mirrored); `load`
    makes the callable network of one of them, `load_fingerprinter` unless a test or benchmark gives another. With
    `per_still` above 1 the first pass also makes the fingerprints between the stills.
    Returns the videos that worked, in the given order, and what is wrong with the others.
    """
    progress = in_turn(progress or quiet)
    again = recomputed(recompute)
    extraction = _Extraction(
        videos,
        frame_settings,
        store,
        progress,
        "frames" in again,
        per_still,
        _lacks_dense(fingerprints[0], store, per_still),
    )
    done: list[Processed] = []
    problems: list[Problem] = []
    fingerprinters = _Fingerprinters(load)
    keys = [[fingerprints_key(frames_key(v.content_id, frame_settings), s) for s in fingerprints] for v in videos]
    work = _Work(videos, frame_settings.fps, passes=len(fingerprints) + (per_still > 1))
    extraction.start()
    try:
        missing = "fingerprints" in again or any(store.find("fingerprints", k) is None for row in keys for k in row)
        missing |= per_still > 1 and any(
            store.find(dense.STEP, dense.dense_key(row[0], per_still)) is None for row in keys
        )
        if missing and videos:
            # Loading the network takes many seconds; the first film is decoded meanwhile.
            fingerprinters.get(fingerprints[0])
        seen: set[str] = set()
        for position, (video, frames) in enumerate(extraction):
            if isinstance(frames, MediaError):
                problems.append(Problem(name=video.name, path=video.path, reason=frames.reason, message=str(frames)))
                continue
            made = []
            for number, settings in enumerate(fingerprints):
                moved = functools.partial(_moved, progress, work, position, number)
                fresh = "fingerprints" in again and keys[position][number] not in seen
                seen.add(keys[position][number])
                made.append(
                    compute.compute_fingerprints(
                        frames,
                        functools.partial(fingerprinters.get, settings),
                        settings,
                        store,
                        progress=moved,
                        detail=video.name,
                        recompute=fresh,
                    )
                )
                progress("fingerprints", *work.at(position, number, 1.0), video.name)
            dense_key = None
            if per_still > 1:
                moved = functools.partial(_moved, progress, work, position, len(fingerprints))
                network = functools.partial(fingerprinters.get, fingerprints[0])
                try:
                    dense_key = _between_stills(
                        video, frames, made[0], network, fingerprints[0], per_still, store, moved
                    )
                except MediaError as error:
                    problems.append(Problem(name=video.name, path=video.path, reason=error.reason, message=str(error)))
                    continue
            mirrored_key = made[1].key if len(made) > 1 else None
            done.append(Processed(video, frames, made[0].key, mirrored_key, dense_key))
    finally:
        extraction.stop()
    return done, problems


def _moved(
    progress: Progress, work: _Work, video: int, number: int, step: str, count: float, total: float, detail: str
) -> None:
    progress(step, *work.at(video, number, count / max(total, 1)), detail)


def _lacks_dense(settings: FingerprintSettings, store: Store, per_still: int) -> Callable[[str], bool]:
    """Return what says of frames, by their key, that the fingerprints between them are still to be made."""

    def lacks(key: str) -> bool:
        name = dense.dense_key(fingerprints_key(key, settings), per_still)
        return per_still > 1 and store.find(dense.STEP, name) is None

    return lacks


def _between_stills(
    video: Video,
    frames: Frames,
    stills: compute.Fingerprints,
    network: Callable[[], Any],
    settings: FingerprintSettings,
    per_still: int,
    store: Store,
    progress: Progress,
) -> str:
    """Make the fingerprints between the stills of one video; the pictures that they are made of are not kept."""
    key = dense.dense_key(stills.key, per_still)
    if store.find(dense.STEP, key) is not None:
        return key
    pictures = None
    if not video.media.still:
        pictures = extract_between(video.path, frames, per_still, store, progress=progress, detail=video.name)
    made = dense.compute_dense(
        frames, stills, pictures, network, settings, per_still, store, progress=progress, detail=video.name
    )
    if pictures is not None:
        store.remove(pictures.artefact)
    return made


def search_items(
    processed: Sequence[Processed], groups: Sequence[str], settings: SearchSettings, store: Store
) -> list[SearchItem]:
    """Return processed videos as step 3 takes them; `groups` holds the collection (or side) each of them counts to."""
    return [
        SearchItem(
            key=p.fingerprints_key,
            collection=group,
            vectors=vectors_of(store, p.fingerprints_key),
            usable=usable_frames(p.frames, settings),
            mirrored=vectors_of(store, p.mirrored_key) if p.mirrored_key else None,
        )
        for p, group in zip(processed, groups, strict=True)
    ]


def usable_frames(frames: Frames, settings: SearchSettings) -> np.ndarray:
    """Return bool (n,): the frames that are not masked as near-single-colour."""
    if not settings.mask_single_colour:
        return np.ones(frames.count, bool)
    return np.asarray(frames.luma_spread) >= settings.single_colour_spread


def vectors_of(store: Store, key: str) -> np.ndarray:
    """Return float32 (frames, dim), a memory map. Raises ProjectError where there are none of that key."""
    found = compute.open_fingerprints(store, key)
    if found is None:
        raise ProjectError(
            f"The fingerprints {key} are not in the workspace {store.root} (any more): process the project again, and "
            "on a cluster see that every worker has that folder."
        )
    return found.vectors


class _Work:
    """Turn "this share of pass p of video v" into frames done of all frames; an unknown duration counts as a minute."""

    def __init__(self, videos: Sequence[Video], fps: float, passes: int = 1) -> None:
        frames = [1.0 if v.media.still else max(1.0, (v.media.duration or 60.0) * fps) for v in videos]
        self._frames, self._before = frames, np.concatenate([[0.0], np.cumsum(frames)])
        self._passes = passes

    def at(self, video: int, number: int, share: float) -> tuple[float, float]:
        done = self._passes * self._before[video] + (number + share) * self._frames[video]
        return float(done), float(self._passes * self._before[-1])


class _Fingerprinters:
    """Load each network once."""

    def __init__(self, load: Callable[[FingerprintSettings], Any] | None) -> None:
        self._load = load
        self._loaded: dict[str, Any] = {}

    def get(self, settings: FingerprintSettings) -> Any:
        if settings.key() not in self._loaded:
            self._loaded[settings.key()] = (self._load or compute.load_fingerprinter)(settings)
        return self._loaded[settings.key()]


class _Extraction:
    """Step 1 in a thread, two videos ahead of its reader; iterates over (video, Frames or MediaError)."""

    def __init__(
        self,
        videos: Sequence[Video],
        settings: FrameSettings,
        store: Store,
        progress: Progress,
        recompute: bool,
        per_still: int,
        lacks_dense: Callable[[str], bool],
    ) -> None:
        self._per_still, self._lacks_dense = per_still, lacks_dense
        self._videos, self._settings, self._store, self._progress = videos, settings, store, progress
        self._recompute = recompute
        self._ready: queue.Queue[tuple[Video, Any]] = queue.Queue(maxsize=2)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="extraction", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def __iter__(self) -> Iterator[tuple[Video, Any]]:
        for _ in self._videos:
            video, outcome = self._ready.get()
            if isinstance(outcome, BaseException) and not isinstance(outcome, MediaError):
                raise outcome
            yield video, outcome

    def stop(self) -> None:
        """End the thread; what it is in the middle of is dropped."""
        self._stopped.set()
        while self._thread.is_alive():
            try:
                self._ready.get(timeout=0.05)
            except queue.Empty:
                continue

    def _run(self) -> None:
        work, seen = _Work(self._videos, self._settings.fps), set[str]()
        for position, video in enumerate(self._videos):

            def moved(step: str, count: float, total: float, detail: str, at: int = position) -> None:
                if self._stopped.is_set():
                    raise Cancelled("Stopped; what was finished is kept.")
                self._progress(step, *work.at(at, 0, min(1.0, count / max(total, 1))), detail)

            outcome: Any
            try:
                moved("frames", 0, 1, video.name)
                key = frames_key(video.content_id, self._settings)
                between = not video.media.still and self._lacks_dense(key)
                outcome = extract_frames(
                    video.path,
                    video.content_id,
                    self._settings,
                    self._store,
                    progress=moved,
                    detail=video.name,
                    recompute=self._recompute and video.content_id not in seen,
                    second=beside_stills(self._store, key, self._per_still, self._settings.fps) if between else None,
                )
                if between:
                    # At once, so that a run that is stopped here finds them again.
                    extract_between(
                        video.path, outcome, self._per_still, self._store, progress=moved, detail=video.name
                    )
                seen.add(video.content_id)
                moved("frames", 1, 1, video.name)
            except BaseException as error:
                outcome = error
            self._ready.put((video, outcome))
            if isinstance(outcome, BaseException) and not isinstance(outcome, MediaError):
                return

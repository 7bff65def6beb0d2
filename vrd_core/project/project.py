"""A project: a named set of videos, how they are compared, and the views that were run on it.

Its files are read and written by `vrd_core.project.records`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from vrd_core.errors import ProjectError
from vrd_core.media.library import Library, Video, scan_library
from vrd_core.neighbours.find import find_neighbours
from vrd_core.progress import Progress, bars
from vrd_core.project import pipeline, records
from vrd_core.project.cluster import Cluster, connect
from vrd_core.project.records import ViewVideo, slug_of
from vrd_core.project.view import View, resolved
from vrd_core.settings import (
    EMBEDDED_NETWORK,
    FingerprintSettings,
    FrameSettings,
    Pooling,
    SearchSettings,
    ViewSettings,
)
from vrd_core.store import Store

EVERYTHING_ELSE = "*"
"""As the second side of a comparison: every collection that is not the first side."""


@dataclass(frozen=True)
class Selection:
    """Which videos of the library take part, and how they are compared."""

    excluded: tuple[str, ...] = ()
    """Names of videos left out."""
    excluded_collections: tuple[str, ...] = ()
    """Collections left out."""
    compare: tuple[str, str] | None = None
    """Two collections, the first against the second (or `EVERYTHING_ELSE`); None compares all with all."""

    def side(self, video: Video) -> str | None:
        """Return what a video counts to in a comparison, or None when it takes no part."""
        if video.name in self.excluded or video.collection in self.excluded_collections:
            return None
        if self.compare is None:
            return video.collection
        first, second = self.compare
        if video.collection == first:
            return first
        return second if second in (EVERYTHING_ELSE, video.collection) else None


class Project:
    """A named set of videos. Use `Project.open`; `Project.list` shows what a workspace has."""

    def __init__(self, store: Store, slug: str, *, name: str, library: Path, selection: Selection) -> None:
        self.store, self.slug, self.name, self.library, self.selection = store, slug, name, library, selection

    # -- making and finding ------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        name: str,
        *,
        videos: str | Path | None = None,
        workspace: str | Path | None = None,
        store: Store | None = None,
    ) -> Project:
        """Open the project of that name, or make it over the folder `videos`.

        Raises ProjectError when there is none and no folder is given, or when it looks at another folder.
        """
        store = store or Store(workspace)
        slug = slug_of(name)
        library = Path(videos).expanduser().resolve() if videos is not None else None
        if library is not None and not library.is_dir():
            raise ProjectError(f"There is no folder {library}. Give the folder that holds the videos.")
        values = records.read_project(store, slug)
        if values is not None:
            there = Path(values["library"])
            if library is not None and library != there:
                raise ProjectError(
                    f"The project {name!r} looks at {there}. Received: {library}. Choose another name for the project."
                )
            chosen = values["selection"]
            return cls(
                store,
                slug,
                name=values["name"],
                library=there,
                selection=Selection(
                    tuple(chosen["excluded"]),
                    tuple(chosen["excluded_collections"]),
                    tuple(chosen["compare"]) if chosen["compare"] else None,
                ),
            )
        if library is None:
            known = ", ".join(repr(p.name) for p in cls.list(store)) or "none"
            raise ProjectError(
                f"There is no project {name!r} in {store.root}; there are: {known}. "
                "Give the folder of its videos to make it."
            )
        project = cls(store, slug, name=name.strip(), library=library, selection=Selection())
        project.save()
        return project

    @classmethod
    def for_folder(cls, videos: str | Path, store: Store) -> Project:
        """Open the project that looks at a folder, or make one named after it."""
        folder = Path(videos).expanduser().resolve()
        same = [p for p in cls.list(store) if p.library == folder]
        if same:
            return same[0]
        name, taken = folder.name or "films", records.slugs(store)
        number = 1
        while slug_of(name if number == 1 else f"{name} {number}") in taken:
            number += 1
        return cls.open(name if number == 1 else f"{name} {number}", videos=folder, store=store)

    @classmethod
    def list(cls, store: Store) -> tuple[Project, ...]:
        """Return every project of a workspace, by name."""
        return tuple(cls.open(slug, store=store) for slug in records.slugs(store))

    def save(self) -> None:
        """Write name, folder and selection."""
        records.write_project(
            self.store,
            self.slug,
            {"name": self.name, "library": str(self.library), "selection": asdict(self.selection)},
        )

    def select(self, **changes: Any) -> None:
        """Change the selection (fields of `Selection` by name) and save it."""
        self.selection = replace(self.selection, **changes)
        self.save()

    # -- running -----------------------------------------------------------------------------------------------------

    def scan(self, progress: Progress | None = None) -> Library:
        """Look at the library folder; what was probed before is remembered."""
        return scan_library(self.library, self.store, progress)

    def run(
        self,
        *,
        fps: float = 1.0,
        network: str | None = None,
        layer: str | None = None,
        weights: str | None = None,
        pooling: Pooling | None = None,
        normalise: bool | None = None,
        neighbours_considered: int = 250,
        settings: ViewSettings | None = None,
        progress: Progress | None = None,
        recompute: str | None = None,
        cluster: str | None = None,
        **search: Any,
    ) -> View:
        """Run steps 1 to 3 on the selected videos, cached, and return the view.

        The values make `FrameSettings`, `FingerprintSettings` and `SearchSettings` (`**search`), unless `settings`
        holds all three. Without `progress` a bar is shown per step. Videos that fail are listed in `View.problems`.
        `cluster` is the address of a Dask scheduler whose workers see library and workspace under the same paths.
        Raises ProjectError when no video could be processed, and what the steps raise.
        """
        if settings is None:
            settings = ViewSettings(
                FrameSettings(fps=fps),
                FingerprintSettings(
                    network=network or EMBEDDED_NETWORK,
                    layer=layer,
                    weights=weights,
                    pooling=pooling,
                    normalise=normalise,
                ),
                SearchSettings(neighbours_considered=neighbours_considered, **search),
            )
        if progress is None:
            with bars() as shown:
                return self._run_on(cluster, settings, shown, recompute)
        return self._run_on(cluster, settings, progress, recompute)

    def _run_on(self, address: str | None, settings: ViewSettings, progress: Progress, recompute: str | None) -> View:
        if address is None:
            return self._run(settings, progress, recompute, None)
        with connect(address) as cluster:
            return self._run(settings, progress, recompute, cluster)

    def _run(self, settings: ViewSettings, progress: Progress, recompute: str | None, cluster: Cluster | None) -> View:
        settings = resolved(settings, self.store)
        library = self.scan(progress)
        videos, groups = self.chosen(library.videos)
        passes = [settings.fingerprints]
        if settings.search.mirrored:
            passes.append(replace(settings.fingerprints, mirrored=True))
        if cluster:
            cluster.process_videos(videos, settings.frames, passes, self.store, progress)
        processed, failed = pipeline.process_videos(
            videos,
            settings.frames,
            passes,
            self.store,
            progress=progress,
            recompute=recompute,
            per_still=settings.search.per_still(settings.frames.fps),
        )
        problems = [*library.problems, *failed]
        if not processed:
            raise ProjectError(_nothing_to_do(self.library, problems))
        group_of = dict(zip((v.name for v in videos), groups, strict=True))
        sides = [group_of[p.video.name] for p in processed]
        search = settings.search if self.selection.compare is None else replace(settings.search, scope="collections")
        neighbours = find_neighbours(
            pipeline.search_items(processed, sides, search, self.store),
            search,
            self.store,
            progress=progress,
            recompute=bool(pipeline.recomputed(recompute)),
            fill=cluster.fill(self.store, [p.mirrored_key for p in processed]) if cluster else None,
        )
        if cluster:
            cluster.tidy(self.store)
        record = records.write_view(
            self.store,
            self.slug,
            settings=settings,
            neighbours_key=neighbours.key,
            finished=time.time(),
            videos=[
                ViewVideo(
                    name=p.video.name,
                    path=str(p.video.path),
                    content_id=p.video.content_id,
                    collection=p.video.collection,
                    group=side,
                    duration=p.video.media.duration,
                    count=p.frames.count,
                    frames_key=p.frames.key,
                    fingerprints_key=p.fingerprints_key,
                    mirrored_key=p.mirrored_key,
                    dense_key=p.dense_key,
                )
                for p, side in zip(processed, sides, strict=True)
            ],
            problems=[{"name": p.name, "reason": p.reason, "message": p.message} for p in problems],
        )
        view = View(self.store, self.name, record)
        view.make_band(progress)
        return view

    def chosen(self, videos: Iterable[Video]) -> tuple[tuple[Video, ...], tuple[str, ...]]:
        """Return the videos that take part, first side first, then by name, and the side of each."""
        sided = [(v, side) for v in videos if (side := self.selection.side(v)) is not None]
        if self.selection.compare is not None:
            sided.sort(key=lambda pair: (pair[1] != self.selection.compare[0], pair[0].name))  # type: ignore[index]
        return tuple(v for v, _ in sided), tuple(side for _, side in sided)

    # -- views -------------------------------------------------------------------------------------------------------

    def views(self) -> tuple[View, ...]:
        """Return the views that were run, latest first."""
        files = records.view_files(self.store, self.slug)
        views = [View(self.store, self.name, records.read_view(file)) for file in files]
        return tuple(sorted(views, key=lambda v: -v.record["finished"]))

    def open_view(self, view_id: str | None = None) -> View:
        """Return the view of that id, or the latest one. Raises ProjectError when there is none."""
        views = self.views()
        if not views:
            raise ProjectError(f"Nothing has been processed in {self.name!r} yet. Process its videos first.")
        if view_id is None:
            return views[0]
        for view in views:
            if view.view_id == view_id:
                return view
        raise ProjectError(f"The project {self.name!r} has no view {view_id!r}; process it with that network first.")


def _nothing_to_do(folder: Path, problems: Iterable[Any]) -> str:
    listed = [f"  {p.name}: {p.message}" for p in problems]
    if not listed:
        return f"No video and no picture was found in {folder}. Give a folder that holds some."
    return f"Nothing in {folder} could be processed:\n" + "\n".join(listed[:20])

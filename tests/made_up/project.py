"""A processed project without films: stills, fingerprints and neighbours made up, with reuse planted where asked.

The dashboard's tests and benchmarks run on it: no ffmpeg and no network are needed, and what is to be found is known.
"""

from __future__ import annotations

import colorsys
import io
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.made_up.fingerprints import films
from vrd_core.frames.extract import open_frames
from vrd_core.neighbours.artefact import STEP
from vrd_core.neighbours.find import find_neighbours
from vrd_core.neighbours.items import SearchItem
from vrd_core.project import records
from vrd_core.project.project import Project
from vrd_core.project.records import ViewVideo
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, ViewSettings
from vrd_core.store import Store
from vrd_core.text import digest

FINGERPRINTS = FingerprintSettings(
    network="reusenet", layer="fingerprint", weights="embedded", pooling="flatten", normalise=True
)


@dataclass(frozen=True)
class Shared:
    """A stretch of film `a` that film `b` shows too: frames `length` long from `first_a` and `first_b` on."""

    a: int
    first_a: int
    b: int
    first_b: int
    length: int
    deviating: tuple[int, ...] = ()
    """Frames of it, counted from its first, that have nothing in common."""
    mirrored: bool = False
    """Film `b` shows it flipped left to right: only a search that compares flipped frames too finds it."""


def make(
    store: Store,
    name: str,
    counts: Sequence[int],
    shared: Sequence[Shared] = (),
    *,
    names: Sequence[str] | None = None,
    still: tuple[int, int] = (96, 54),
    dim: int = 32,
    seed: int = 0,
    layer: str = "fingerprint",
    kept: int = 250,
    mirrored: bool = False,
    draw: Callable[[Path], Any] | None = None,
) -> Project:
    """Write the project and one view of it, and return it.

    `draw(folder)` writes the neighbours' artefact where the real search would take too long; every film then has the
    same stills. A second call with another `layer` adds a view. `kept` is the number of neighbours considered;
    with `mirrored` frames are also compared flipped.
    """
    library = store.root / "made up" / digest(name)
    library.mkdir(parents=True, exist_ok=True)
    project = Project.open(name, videos=library, store=store)
    names = names or [f"{'archive' if n % 2 == 0 else 'films'}/film {n:02d}.mp4" for n in range(len(counts))]
    settings = ViewSettings(
        FrameSettings(),
        FingerprintSettings(**{**asdict(FINGERPRINTS), "layer": layer}),
        SearchSettings(neighbours_considered=min(kept, max(counts)), mirrored=mirrored),
    )
    vectors = films(counts, dim, seed=seed, motifs=5000)
    flipped = films(counts, dim, seed=seed + 1000, motifs=5000) if mirrored else []
    rng = np.random.default_rng(seed + 1)
    for s in shared:
        here = slice(s.first_b, s.first_b + s.length)
        noise = 0.02 * rng.standard_normal((s.length, dim), np.float32)
        sides = (vectors, flipped) if not s.mirrored else (flipped, vectors)
        for copy, original in zip((vectors, flipped)[: 1 + s.mirrored], sides, strict=False):
            copied = original[s.a][s.first_a : s.first_a + s.length] + noise
            copied[list(s.deviating)] = films([1], dim, seed=seed + 77)[0]
            copy[s.b][here] = copied / np.linalg.norm(copied, axis=1, keepdims=True)
    videos, items = [], []
    common = ""
    for n, (count, film) in enumerate(zip(counts, vectors, strict=True)):
        content = digest("made up", name, str(n))
        frames_key = digest("frames", content)
        source = _source(n, shared) if draw is None else lambda k: (0, k)
        if common:
            _link_frames(store, common, frames_key, content)
        else:
            _frames(store, frames_key, content, count, still, source)
            common = frames_key if draw is not None else ""
        key = digest("fingerprints", content, layer)
        _fingerprints(store, key, film)
        if mirrored:
            _fingerprints(store, digest(key, "mirrored"), flipped[n])
        collection = names[n].rpartition("/")[0].partition("/")[0]
        videos.append(
            ViewVideo(
                name=names[n],
                path=str(library / names[n]),
                content_id=content,
                collection=collection,
                group=collection,
                duration=float(count),
                count=count,
                frames_key=frames_key,
                fingerprints_key=key,
                mirrored_key=digest(key, "mirrored") if mirrored else None,
            )
        )
        items.append(
            SearchItem(
                key=key,
                collection=collection,
                vectors=film,
                usable=np.ones(count, bool),
                mirrored=flipped[n] if mirrored else None,
            )
        )
    if draw is None:
        neighbours = find_neighbours(items, settings.search, store).key
    else:
        neighbours = digest(STEP, name, layer)

        def build(folder: Path) -> dict[str, Any]:
            draw(folder)
            return {"keys": [i.key for i in items], "frames": sum(counts), "state": "drawn"}

        store.produce(STEP, neighbours, build)
    records.write_view(
        store, project.slug, settings=settings, neighbours_key=neighbours, finished=time.time(), videos=videos
    )
    return project


def colour(film: int, frame: int) -> tuple[int, int, int]:
    """Return the colour of a still, another one for each film and every few frames."""
    red, green, blue = colorsys.hsv_to_rgb((film * 0.37 + frame // 5 * 0.11) % 1, 0.75, 0.85)
    return round(255 * red), round(255 * green), round(255 * blue)


def _source(film: int, shared: Sequence[Shared]) -> Callable[[int], tuple[int, int]]:
    """Return where the picture of a frame comes from: a shared stretch looks as it does in its source."""

    def source(frame: int) -> tuple[int, int]:
        for s in shared:
            if s.b == film and 0 <= frame - s.first_b < s.length and frame - s.first_b not in s.deviating:
                return s.a, s.first_a + frame - s.first_b
        return film, frame

    return source


def _frames(
    store: Store, key: str, content: str, count: int, size: tuple[int, int], source: Callable[[int], tuple[int, int]]
) -> None:
    def build(folder: Path) -> dict[str, Any]:
        offsets = [0]
        with open(folder / "frames.bin", "wb") as out:
            for frame in range(count):
                film, shown = source(frame)
                picture = Image.new("RGB", size, colour(film, shown))
                pen = ImageDraw.Draw(picture)
                pen.text((size[0] // 12, size[1] // 6), f"{film} / {shown}", fill="white", font_size=size[1] // 3)
                pen.ellipse(
                    (shown * 7 % size[0], size[1] // 2, shown * 7 % size[0] + size[1] // 3, size[1] - 2), fill="black"
                )
                data = io.BytesIO()
                picture.save(data, "JPEG", quality=90)
                out.write(data.getvalue())
                offsets.append(out.tell())
        np.save(folder / "offsets.npy", np.array(offsets, np.int64))
        np.save(folder / "luma.npy", np.full((count, 2), 60, np.float32))
        np.save(folder / "boxes.npy", np.tile(np.array([0, 0, *size], np.int16), (count, 1)))
        return {
            "content_id": content,
            "count": count,
            "fps": 1.0,
            "size": list(size),
            "seconds": float(count),
            "settings": FrameSettings().to_dict(),
            "video": "made up",
            "warning": None,
        }

    store.produce("frames", key, build)


def _link_frames(store: Store, common: str, key: str, content: str) -> None:
    first = open_frames(store, common)
    assert first is not None

    def build(folder: Path) -> dict[str, Any]:
        for file in first.path.iterdir():
            if file.name != "manifest.json":
                os.link(file, folder / file.name)
        return {**first.facts, "content_id": content}

    store.produce("frames", key, build)


def _fingerprints(store: Store, key: str, vectors: np.ndarray) -> None:
    def build(folder: Path) -> dict[str, Any]:
        np.save(folder / "vectors.npy", vectors)
        return {"count": len(vectors), "dim": vectors.shape[1]}

    store.produce("fingerprints", key, build)

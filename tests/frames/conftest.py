from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vrd_core.frames.extract import Frames, extract_frames
from vrd_core.media.info import content_id
from vrd_core.settings import FrameSettings
from vrd_core.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "workspace") as store:
        yield store


@pytest.fixture
def extract(store: Store) -> Callable[..., Frames]:
    """Extract a file with settings given by name."""

    def run(path: Path, **settings: float) -> Frames:
        return extract_frames(path, content_id(path), FrameSettings(**settings), store)  # type: ignore[arg-type]

    return run

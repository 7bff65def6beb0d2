"""A view over drawn frames, with sequences put in by hand: no network is needed to write files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import numpy as np
import pytest

from vrd_core.frames.extract import extract_frames
from vrd_core.media.ffmpeg import ffmpeg_exe
from vrd_core.media.info import content_id
from vrd_core.project.found import Found
from vrd_core.project.view import View
from vrd_core.sequences.table import SequenceTable
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, SequenceSettings
from vrd_core.store import Store

NAMES = ("=1+1 <script>alert(1)</script>.mp4", "later/Ärger & “Söhne”\t.mp4")
"""Names that would be a formula, markup and trouble if they were not taken as text."""


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    """Two sequences between two films."""
    folder = tmp_path_factory.mktemp("export")
    film = folder / "film.mp4"
    subprocess.run(
        [
            ffmpeg_exe(),
            "-nostdin",
            "-loglevel",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=160x120:rate=5:duration=12",
            "-pix_fmt",
            "yuv420p",
            str(film),
        ],
        check=True,
    )
    with Store(folder / "workspace") as store:
        frames = extract_frames(film, content_id(film), FrameSettings(), store)
        prints = FingerprintSettings(layer="fingerprint", weights="embedded", pooling="flatten", normalise=True)
        record = {
            "settings": {
                "frames": FrameSettings().to_dict(),
                "fingerprints": prints.to_dict(),
                "search": SearchSettings().to_dict(),
            },
            "neighbours_key": "none",
            "finished": 1.7e9,
            "videos": [
                {
                    "name": name,
                    "path": str(film),
                    "content_id": content_id(film),
                    "group": "",
                    "duration": 12.0,
                    "collection": name.rpartition("/")[0],
                    "count": frames.count,
                    "frames_key": frames.key,
                    "fingerprints_key": "none",
                }
                for name in NAMES
            ],
            "problems": [{"name": "<i>broken</i>.mp4", "reason": "damaged", "message": "It is damaged."}],
        }
        yield Found(
            view=View(store, "A & <b>B</b>", record),
            settings=SequenceSettings(max_distance=0.25),
            table=_table([(0, 1, 0, 4, 3, 7), (0, 1, 1, 8, 4, 11)]),
        )


def _table(rows: list[tuple[int, int, int, int, int, int]]) -> SequenceTable:
    a, b, first_a, last_a, first_b, last_b = (np.array(c, np.int32) for c in zip(*rows, strict=True))
    return SequenceTable(
        video_a=a,
        video_b=b,
        first_a=first_a,
        last_a=last_a,
        first_b=first_b,
        last_b=last_b,
        start_a=first_a.astype(float),
        end_a=last_a + 1.0,
        start_b=first_b.astype(float),
        end_b=last_b + 1.0,
        evidence=np.ones(len(rows)),
        hits=last_a - first_a,
        deviating=np.ones(len(rows), np.int32),
        mean_distance=np.full(len(rows), 0.012345),
        speed=np.ones(len(rows)),
        mirrored=np.zeros(len(rows), bool),
    )

"""Small films made at test time, whose frames carry their own number."""

import subprocess
from pathlib import Path

import pytest

from vrd_core.evaluation import plan
from vrd_core.evaluation.plant import Planted, plant
from vrd_core.media.ffmpeg import ffmpeg_exe

SIZE = (96, 72)
"""Size of planted documentaries in tests."""

TIMED = ("none", "25/24", "1.5x", "0.8x", "recut", "freeze", "mirror")


@pytest.fixture(scope="session")
def numbered_films(tmp_path_factory) -> Path:
    """Two films of 24 s, 25 frames a second: the upper half has luma 20 + N / 3, the lower half moves.

    Beside them one that is too short, a text file and a damaged one.
    """
    folder = tmp_path_factory.mktemp("sources")
    (folder / "sub folder").mkdir()
    for name, seconds, slope in (("first.mp4", 24, 3), ("sub folder/second.mp4", 24, -5), ("short.mp4", 2, 4)):
        lower = f"mod(X*{slope}+Y*5+N*4\\,256)"
        subprocess.run(
            [
                ffmpeg_exe(),
                "-nostdin",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                f"nullsrc=s=96x72:r=25,geq=lum='if(lt(Y\\,36)\\,20+N/3\\,{lower})':cb=110:cr=140",
                "-t",
                str(seconds),
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-crf",
                "12",
                str(folder / name),
            ],
            check=True,
        )
    (folder / "notes.txt").write_text("no film")
    (folder / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 400)
    return folder


@pytest.fixture(scope="session")
def planted(numbered_films, tmp_path_factory) -> tuple[Planted, list]:
    """Three small documentaries with planted reuse of the numbered films, and the calls of progress."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "SIZES", (SIZE,))
        calls: list = []
        made = plant(
            numbered_films,
            tmp_path_factory.mktemp("planted") / "p",
            seed=1,
            documentaries=3,
            stretches=7,
            shortest=3,
            longest=8,
            edits=TIMED,
            progress=lambda *values: calls.append(values),
        )
    return made, calls

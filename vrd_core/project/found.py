"""What step 4 found, with names and times instead of numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vrd_core.settings import SequenceSettings
from vrd_core.store import write_atomically

if TYPE_CHECKING:
    import pandas as pd

    from vrd_core.project.view import View
    from vrd_core.sequences.find import SequenceTable
    from vrd_core.sequences.threshold import Threshold

COLUMNS = (
    "video_a",
    "start_a",
    "end_a",
    "video_b",
    "start_b",
    "end_b",
    "seconds",
    "mean_distance",
    "frames",
    "deviating_frames",
    "speed",
    "mirrored",
    "collection_a",
    "collection_b",
    "sequence",
)


def four_digits(value: float) -> str:
    """Return a distance with four significant digits, never in scientific notation."""
    return np.format_float_positional(float(f"{value:.4g}"), trim="-")


@dataclass(frozen=True)
class Sequence:
    """A stretch of video A that reappears in video B. Times in seconds; end = the last frame's time plus one step."""

    row: int
    """Its position in the table it comes from."""
    a: int
    b: int
    """Positions in `View.videos`."""
    video_a: str
    start_a: float
    end_a: float
    video_b: str
    start_b: float
    end_b: float
    seconds: float
    """Length on the side of video A, first to last frame inclusive."""
    mean_distance: float
    """Over every frame pair of the alignment, deviating ones included."""
    first_a: int
    last_a: int
    first_b: int
    last_b: int
    frames: int
    """Frame pairs on the alignment."""
    deviating_frames: int
    """How many of them lie above the threshold."""
    speed: float
    """Seconds of A per second of B: 1.04 where A runs at 25 frames a second what B shows at 24."""
    mirrored: bool
    """Said by a search with mirrored fingerprints; `View.looks_mirrored` also looks at the stills."""
    collection_a: str
    collection_b: str
    sequence: str
    """Its name in links: content ids of both videos and both times."""


class Found:
    """The sequences of a view under one setting of the sliders, in the order (video A, video B, time)."""

    def __init__(
        self, *, view: View, settings: SequenceSettings, table: SequenceTable, threshold: Threshold | None = None
    ) -> None:
        self.view, self.settings, self.table, self.threshold = view, settings, table, threshold

    def __len__(self) -> int:
        return len(self.table.video_a)

    def __iter__(self) -> Iterator[Sequence]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, row: int) -> Sequence:
        t, step = self.table, 1.0 / self.view.fps
        a, b = int(t.video_a[row]), int(t.video_b[row])
        va, vb = self.view.videos[a], self.view.videos[b]
        first_a, last_a, first_b, last_b = (int(x[row]) for x in (t.first_a, t.last_a, t.first_b, t.last_b))
        return Sequence(
            row=row,
            a=a,
            b=b,
            video_a=va.name,
            start_a=first_a * step,
            end_a=(last_a + 1) * step,
            video_b=vb.name,
            start_b=first_b * step,
            end_b=(last_b + 1) * step,
            seconds=(last_a - first_a + 1) * step,
            mean_distance=float(t.mean_distance[row]),
            first_a=first_a,
            last_a=last_a,
            first_b=first_b,
            last_b=last_b,
            frames=int(t.hits[row] + t.deviating[row]),
            deviating_frames=int(t.deviating[row]),
            speed=float(t.speed[row]),
            mirrored=bool(t.mirrored[row]),
            collection_a=va.collection,
            collection_b=vb.collection,
            sequence=f"{va.content_id[:10]}-{first_a}-{vb.content_id[:10]}-{first_b}-{last_a - first_a + 1}",
        )

    @property
    def seconds(self) -> float:
        """Seconds of reuse in all: the lengths of the sequences added up."""
        return float(np.sum(self.table.last_a - self.table.first_a + 1)) / self.view.fps

    def by_name(self, sequence: str) -> Sequence | None:
        """Return the sequence of that name (as in links), or None when this setting does not find it."""
        return next((s for s in self if s.sequence == sequence), None)

    def rows(self) -> list[dict[str, Any]]:
        """Return one dict of `COLUMNS` per sequence, numbers as the files show them."""
        return [
            {
                **{c: getattr(s, c) for c in COLUMNS},
                **{c: round(getattr(s, c), 2) for c in ("start_a", "end_a", "start_b", "end_b", "seconds")},
                "mirrored": self.view.looks_mirrored(s),
                "speed": round(s.speed, 3),
                "mean_distance": float(four_digits(s.mean_distance)),
            }
            for s in self
        ]

    def to_dataframe(self) -> pd.DataFrame:
        """Return a pandas table with `COLUMNS`."""
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the table as CSV text (UTF-8, one header line) and write it to `path` when given."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for s in self:
            writer.writerow(
                [
                    *(
                        f"{x}" if isinstance(x, str) else f"{x:.2f}"
                        for x in (s.video_a, s.start_a, s.end_a, s.video_b, s.start_b, s.end_b, s.seconds)
                    ),
                    four_digits(s.mean_distance),
                    s.frames,
                    s.deviating_frames,
                    f"{s.speed:.3f}",
                    "yes" if self.view.looks_mirrored(s) else "no",
                    s.collection_a,
                    s.collection_b,
                    s.sequence,
                ]
            )
        if path is not None:
            write_atomically(Path(path).absolute(), text.getvalue())
        return text.getvalue()

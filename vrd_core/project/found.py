"""What step 4 found, with names and times instead of numbers."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vrd_core.settings import SequenceSettings
from vrd_core.store import write_atomically
from vrd_core.text import four_digits

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

    @classmethod
    def parse(cls, name: str, view: View) -> Sequence | None:
        """Return the two stretches that a name in links describes, whether or not anything is found there.

        Its `row` is -1 and its mean distance NaN. None where it is no such name or the view has no such stretches.
        """
        try:
            content_a, first_a, content_b, first_b, length = name.split("-")
            at_a, at_b, frames = int(first_a), int(first_b), int(length)
        except ValueError:
            return None

        def fitting(content: str, first: int) -> list[int]:
            return [
                n
                for n, video in enumerate(view.videos)
                if video.content_id[:10] == content and 0 <= first <= video.count - frames and frames > 0
            ]

        pairs = ((a, b) for a in fitting(content_a, at_a) for b in fitting(content_b, at_b) if a < b)
        pair = next(pairs, None)
        return (
            cls._of(view, pair, (at_a, at_a + frames - 1), (at_b, at_b + frames - 1), frames=frames) if pair else None
        )

    @classmethod
    def _of(
        cls,
        view: View,
        pair: tuple[int, int],
        span_a: tuple[int, int],
        span_b: tuple[int, int],
        *,
        frames: int,
        row: int = -1,
        mean_distance: float = math.nan,
        deviating_frames: int = 0,
        speed: float = 1.0,
        mirrored: bool = False,
    ) -> Sequence:
        (a, b), (first_a, last_a), (first_b, last_b), step = pair, span_a, span_b, 1.0 / view.fps
        one, other = view.videos[a], view.videos[b]
        return cls(
            row=row,
            a=a,
            b=b,
            video_a=one.name,
            start_a=first_a * step,
            end_a=(last_a + 1) * step,
            video_b=other.name,
            start_b=first_b * step,
            end_b=(last_b + 1) * step,
            seconds=(last_a - first_a + 1) * step,
            mean_distance=mean_distance,
            first_a=first_a,
            last_a=last_a,
            first_b=first_b,
            last_b=last_b,
            frames=frames,
            deviating_frames=deviating_frames,
            speed=speed,
            mirrored=mirrored,
            collection_a=one.collection,
            collection_b=other.collection,
            sequence=f"{one.content_id[:10]}-{first_a}-{other.content_id[:10]}-{first_b}-{last_a - first_a + 1}",
        )


class Found:
    """The sequences of a view under one setting of the sliders, in the order (video A, video B, time)."""

    def __init__(
        self, *, view: View, settings: SequenceSettings, table: SequenceTable, automatic: Threshold | None = None
    ) -> None:
        """Keep what was found; `settings.max_distance` is a number, and `automatic` says how it came about."""
        self.view, self.settings, self.table, self.automatic = view, settings, table, automatic
        self.threshold = float(settings.max_distance)
        """Two frames match at this distance or below."""

    def __len__(self) -> int:
        return len(self.table.video_a)

    def __iter__(self) -> Iterator[Sequence]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, row: int) -> Sequence:
        t = self.table
        first_a, last_a, first_b, last_b = (int(x[row]) for x in (t.first_a, t.last_a, t.first_b, t.last_b))
        return Sequence._of(
            self.view,
            (int(t.video_a[row]), int(t.video_b[row])),
            (first_a, last_a),
            (first_b, last_b),
            frames=int(t.hits[row] + t.deviating[row]),
            row=row,
            mean_distance=float(t.mean_distance[row]),
            deviating_frames=int(t.deviating[row]),
            speed=float(t.speed[row]),
            mirrored=bool(t.mirrored[row]),
        )

    def take(self, rows: np.ndarray) -> Found:
        """Return the sequences in these rows, in this order; a bool per sequence does as well."""
        return Found(view=self.view, settings=self.settings, table=self.table.take(rows), automatic=self.automatic)

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

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
    from vrd_core.sequences.table import SequenceTable
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
    """A stretch of video A that reappears in video B. Times in seconds."""

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
    """Length on the side of video A."""
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
    """Its name in links: the content of both videos and where it begins and ends in each, in milliseconds."""

    @classmethod
    def parse(cls, name: str, view: View) -> Sequence | None:
        """Return the two stretches that a name in links describes, whether or not anything is found there.

        Its `row` is -1 and its mean distance NaN. None where it is no such name or the view has no such stretches.
        """
        parts = name.split("-")
        try:
            numbers = [int(part) for n, part in enumerate(parts) if n not in (0, len(parts) // 2)]
        except ValueError:
            return None
        if len(parts) == 6:
            times = [number / 1000 for number in numbers]
        elif len(parts) == 5:
            # A link of version 0.1 counts stills: first of A, first of B, how many.
            first_a, first_b, count = (number / view.fps for number in (numbers[0], numbers[1], numbers[2]))
            parts, times = [parts[0], "", "", parts[2], "", ""], [first_a, first_a + count, first_b, first_b + count]
        else:
            return None
        spans = [(times[0], times[1]), (times[2], times[3])]

        def fitting(label: str, start: float, end: float) -> list[int]:
            return [
                n
                for n, video in enumerate(view.videos)
                if view.label_of(n) == label or (video.content_id[:10] == label and "~" not in label)
                if 0 <= start < end <= video.count / view.fps + 1e-6
            ]

        pairs = ((a, b) for a in fitting(parts[0], *spans[0]) for b in fitting(parts[3], *spans[1]) if a < b)
        pair = next(pairs, None)
        if pair is None:
            return None
        stills = [
            (round(start * view.fps), max(round(start * view.fps), round(end * view.fps) - 1)) for start, end in spans
        ]
        frames = stills[0][1] - stills[0][0] + 1
        return cls._of(view, pair, stills[0], stills[1], spans=spans, frames=frames)

    @classmethod
    def _of(
        cls,
        view: View,
        pair: tuple[int, int],
        stills_a: tuple[int, int],
        stills_b: tuple[int, int],
        *,
        spans: list[tuple[float, float]],
        frames: int,
        row: int = -1,
        mean_distance: float = math.nan,
        deviating_frames: int = 0,
        speed: float = 1.0,
        mirrored: bool = False,
    ) -> Sequence:
        (a, b), ((start_a, end_a), (start_b, end_b)) = pair, spans
        one, other = view.videos[a], view.videos[b]
        times = [f"{round(start * 1000)}-{round(end * 1000)}" for start, end in spans]
        return cls(
            row=row,
            a=a,
            b=b,
            video_a=one.name,
            start_a=start_a,
            end_a=end_a,
            video_b=other.name,
            start_b=start_b,
            end_b=end_b,
            seconds=end_a - start_a,
            mean_distance=mean_distance,
            first_a=stills_a[0],
            last_a=stills_a[1],
            first_b=stills_b[0],
            last_b=stills_b[1],
            frames=frames,
            deviating_frames=deviating_frames,
            speed=speed,
            mirrored=mirrored,
            collection_a=one.collection,
            collection_b=other.collection,
            sequence=f"{view.label_of(a)}-{times[0]}-{view.label_of(b)}-{times[1]}",
        )


def _shared(start: float, end: float, other_start: float, other_end: float) -> float:
    return min(end, other_end) - max(start, other_start)


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
            spans=[(float(t.start_a[row]), float(t.end_a[row])), (float(t.start_b[row]), float(t.end_b[row]))],
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
        return float(np.sum(self.table.end_a - self.table.start_a))

    def by_name(self, sequence: str) -> Sequence | None:
        """Return the sequence of that name (as in links), or None when this setting does not find it.

        A name from before stretches ended between the stills means the one that shares most of its time.
        """
        exact = next((s for s in self if s.sequence == sequence), None)
        wanted = None if exact or sequence.count("-") != 4 else Sequence.parse(sequence, self.view)
        if wanted is None:
            return exact
        same = [s for s in self if (s.a, s.b) == (wanted.a, wanted.b)]
        shared = [
            min(
                _shared(s.start_a, s.end_a, wanted.start_a, wanted.end_a),
                _shared(s.start_b, s.end_b, wanted.start_b, wanted.end_b),
            )
            for s in same
        ]
        best = int(np.argmax(shared)) if shared else -1
        return same[best] if best >= 0 and shared[best] > 0.5 * wanted.seconds else None

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

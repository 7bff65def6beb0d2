"""Sequences as columns, and the place of each one in time."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class SequenceTable:
    """Sequences as columns, ordered by (video_a, video_b, first_a, first_b). Frames are inclusive."""

    video_a: np.ndarray
    video_b: np.ndarray
    first_a: np.ndarray
    """int32: the still that is shown when the sequence begins, or the first one in it."""
    last_a: np.ndarray
    first_b: np.ndarray
    last_b: np.ndarray
    start_a: np.ndarray
    """float64, seconds; where there are fingerprints between the stills, ends lie between them too."""
    end_a: np.ndarray
    start_b: np.ndarray
    end_b: np.ndarray
    hits: np.ndarray
    """int32: frame pairs of the alignment at max_distance or below."""
    deviating: np.ndarray
    """int32: frame pairs of the alignment above it. Masked frames are in neither."""
    mean_distance: np.ndarray
    """float32: over all of them; NaN where a pair is not among the neighbours and no vectors were given."""
    evidence: np.ndarray
    """float32, seconds: what the frame pairs say for reuse, less what they say against it."""
    speed: np.ndarray
    """float32: seconds of A per second of B; 1 when rigid."""
    mirrored: np.ndarray
    """bool: most hits are closer mirrored."""

    def __len__(self) -> int:
        """Return how many sequences there are."""
        return len(self.video_a)

    def alignment(self, row: int) -> np.ndarray:
        """Return int32 (n, 2): still of A and still of B, pair by pair along the side with fewer of them.

        Where one side is a still picture, or a single frame, along the other.
        """
        steps = sorted((int(self.last_a[row] - self.first_a[row]), int(self.last_b[row] - self.first_b[row])))
        count = 1 + (steps[0] or steps[1])
        at = np.linspace(0, 1, count) if count > 1 else np.zeros(1)
        sides = [
            first[row] + np.rint(at * (last[row] - first[row]))
            for first, last in ((self.first_a, self.last_a), (self.first_b, self.last_b))
        ]
        return np.stack(sides, axis=1).astype(np.int32)

    def take(self, rows: np.ndarray) -> SequenceTable:
        """Return the table of these rows, in the order given."""
        return SequenceTable(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def in_order(self) -> SequenceTable:
        """Return the table in its canonical order."""
        return self.take(np.lexsort([self.end_b, self.end_a, self.start_b, self.start_a, self.video_b, self.video_a]))

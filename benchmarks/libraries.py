"""The planted libraries of the quality benchmark: what is in each, and which seeds tune and which are reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vrd_core.evaluation.edits import FIRST_EDITS, LATER_EDITS
from vrd_core.evaluation.plant import Planted, plant
from vrd_core.evaluation.structures import Structures
from vrd_core.progress import Progress

EASY = ("none", "grey", "tint", "contrast", "letterbox", "logo", "dark", "25/24")
"""Edits of the first list after which a frame still looks much as it did."""


@dataclass(frozen=True, kw_only=True)
class Library:
    """One kind of planted library, made once for each seed."""

    name: str
    says: str
    """What is in it, for a table."""
    tuning: tuple[int, ...]
    """Seeds to choose settings by."""
    reported: tuple[int, ...]
    """Seeds whose figures are published; nothing is chosen by them."""
    values: dict[str, Any] = field(default_factory=dict)
    """Values of `plant` that are not the usual ones."""
    shortest_sequence: float = 5.0
    """Setting of step 4, in seconds."""

    def seeds(self, *, tuning: bool) -> tuple[int, ...]:
        """Return the seeds of one of the two uses."""
        return self.tuning if tuning else self.reported

    def make(self, clips: Path, folder: Path, seed: int, progress: Progress | None = None) -> Planted:
        """Return the library of a seed, rendered into `folder`/NAME_SEED unless it is there."""
        return plant(clips, folder / f"{self.name}_{seed}", seed=seed, progress=progress, **self.values)


LIBRARIES = (
    Library(
        name="first",
        says=f"48 stretches, the first {len(FIRST_EDITS)} edits",
        tuning=(11, 12),
        reported=(1, 2, 3),
    ),
    Library(
        name="later",
        says=f"48 stretches, the later {len(LATER_EDITS)} edits, up to three at once",
        tuning=(13, 14),
        reported=(4, 5, 6),
        values={"edits": tuple(LATER_EDITS), "at_once": 3},
    ),
    Library(
        name="short",
        says=f"60 stretches of 3 to 5 s, {len(EASY)} easy edits; shortest sequence 3 s",
        tuning=(15,),
        reported=(7,),
        values={"edits": EASY, "stretches": 60, "shortest": 3.0, "longest": 5.0},
        shortest_sequence=3.0,
    ),
    Library(
        name="structures",
        says="16 stretches with easy edits; 8 stretches quoted twice in one film, 8 held shots, ten copies of a reel, "
        "4 unrelated films with one logo and a running timecode",
        tuning=(16,),
        reported=(8,),
        values={
            "edits": EASY,
            "stretches": 16,
            "documentaries": 4,
            "longest": 12.0,
            "structures": Structures(doubles=8, held=8, copies=10, badges=4),
        },
    ),
    Library(
        name="none",
        says="no reuse: 12 films, four of them with one logo and a running timecode",
        tuning=(17,),
        reported=(9,),
        values={"stretches": 0, "documentaries": 12, "badges": 4},
    ),
)
"""Seeds were chosen before anything was measured on them."""

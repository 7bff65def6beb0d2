"""Who shares footage with whom: sequences added up as seconds of film that are covered, not as overlapping lengths."""

from __future__ import annotations

import numpy as np
import pandas as pd

from vrd_core.project.found import Found


def sides(found: Found) -> pd.DataFrame:
    """Return every sequence twice, once from either side: video, other, start and end in seconds, its row."""
    t = found.table
    rows = np.arange(len(found))
    one = {"video": t.video_a, "other": t.video_b, "start": t.start_a, "end": t.end_a, "row": rows}
    two = {"video": t.video_b, "other": t.video_a, "start": t.start_b, "end": t.end_b, "row": rows}
    return pd.concat([pd.DataFrame(one), pd.DataFrame(two)], ignore_index=True)


def covered(table: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return the seconds of each group that lie in one of its stretches or more, each counted once."""
    ordered = table.sort_values([*by, "start", "end"], kind="stable")
    if ordered.empty:
        return pd.Series(dtype=np.float64)
    reached = ordered.groupby(by, sort=False)["end"].cummax()
    before = reached.groupby([ordered[c] for c in by], sort=False).shift(fill_value=0)
    new = (ordered["end"] - np.maximum(ordered["start"], before)).clip(lower=0)
    return new.groupby([ordered[c] for c in by], sort=False).sum()


def shared(found: Found) -> pd.DataFrame:
    """Return seconds of each video seen also in each other, and in how many sequences.

    Columns: video, other (positions in `View.videos`), seconds, sequences; the most first.
    """
    table = sides(found)
    if table.empty:
        return pd.DataFrame(columns=["video", "other", "seconds", "sequences"])
    seconds = covered(table, ["video", "other"]).rename("seconds")
    number = table.groupby(["video", "other"]).size().rename("sequences")
    joined = pd.concat([seconds, number], axis=1).reset_index()
    return joined.sort_values(["seconds", "video", "other"], ascending=[False, True, True])[
        ["video", "other", "seconds", "sequences"]
    ].reset_index(drop=True)


def totals(found: Found) -> pd.Series:
    """Return the seconds of each video that are seen in any other, the most first."""
    return covered(sides(found), ["video"]).sort_values(ascending=False, kind="stable")

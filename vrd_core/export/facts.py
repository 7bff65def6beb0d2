"""What every kind of file says about where its sequences come from."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vrd_core import __version__
from vrd_core.project.found import Found
from vrd_core.text import clock, four_digits

WARNING = "Matches are leads to check by eye, not proof of reuse."


def facts(found: Found) -> list[tuple[str, str]]:
    """Return everything needed to get the same table again, as pairs of a name and a value."""
    view, settings = found.view, found.settings
    frames, prints, search = view.settings.frames, view.settings.fingerprints, view.settings.search
    threshold = four_digits(found.threshold)
    if found.automatic is not None:
        threshold += f" (automatic: {found.automatic.reason})"
    finished = view.record.get("finished")
    rows = [
        ("Project", view.project),
        ("Videos", f"{len(view.videos)}, {clock(sum(v.count for v in view.videos) / view.fps)} in all"),
        ("Sequences", f"{len(found)}, {clock(found.seconds)} of reuse"),
        ("Network", Path(prints.network).name),
        ("Layer", prints.layer or ""),
        ("Weights", prints.weights or ""),
        ("Pooling", prints.pooling or ""),
        ("Fingerprints scaled to length 1", _yes(bool(prints.normalise))),
        ("Borders cut off", _yes(prints.trim_borders)),
        ("Frames per second of film", f"{frames.fps:g}"),
        ("Neighbours considered", str(search.neighbours_considered)),
        ("Compared", {"videos": "different videos", "collections": "different collections"}[search.scope]),
        ("Near-single-colour frames left out", _yes(search.mask_single_colour)),
        ("Also compared mirrored", _yes(search.mirrored)),
        ("Index", search.index),
        ("Maximum normalised score" if search.score == "normalised" else "Maximum distance", threshold),
        ("Shortest sequence", f"{settings.shortest_sequence:g} s"),
        ("Allowed skip", f"{settings.allow_skip} frames"),
        ("Overlaps combined", _yes(settings.combine_overlap)),
        ("Echoes left out", _yes(settings.drop_echoes)),
        ("Alignment", settings.alignment),
        ("Processed", _time(finished)),
        ("Written", _time(datetime.now(UTC).timestamp())),
        ("Program", f"Video Reuse Detector {__version__}"),
        ("Note", WARNING),
    ]
    if view.problems:
        rows.insert(2, ("Files that could not be used", "; ".join(p["name"] for p in view.problems)))
    return rows


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _time(stamp: Any) -> str:
    return datetime.fromtimestamp(float(stamp), UTC).strftime("%Y-%m-%d %H:%M UTC") if stamp else "unknown"

"""Say which step lost a stretch that is known to be reused, and which setting would have found it.

The stretch is followed through the steps: were its frames compared, masked, cut at the wrong border, among the nearest,
below the threshold; were the matching frames a run long and dense enough; was the run dropped for another. A cause is
named when taking it away, and nothing else, brings the stretch back. What step 4 would do is asked of step 4 itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vrd_core.errors import VRDError
from vrd_core.evaluation.curve import reuse_of
from vrd_core.evaluation.line import Bools, Line, line_of, ranks, runs_through, wrong_border
from vrd_core.evaluation.metric import evaluate
from vrd_core.evaluation.truth import Reuse
from vrd_core.settings import SequenceSettings

if TYPE_CHECKING:
    from vrd_core.project.view import View

CAUSES = {
    "found": "it is found",
    "not compared": "its frames were never compared",
    "merged": "merged away into another sequence",
    "masked": "left out as near-single-colour",
    "neighbours": "not among the nearest frames that are kept",
    "borders": "cut at the wrong border",
    "speed": "runs at another speed",
    "skip": "more frames in a row fail to match than may be skipped",
    "threshold": "above the threshold",
    "short": "the run is too short",
    "several": "more than one step loses it",
}
"""Names of causes and what they mean."""


@dataclass(frozen=True)
class Fix:
    """A cause and what would take it away."""

    cause: str
    message: str
    settings: dict[str, Any]
    """Names and values of settings that find the stretch; empty where no setting does."""


@dataclass(frozen=True)
class Explanation:
    """Why a stretch was missed."""

    cause: str
    """One of `CAUSES`."""
    message: str
    settings: dict[str, Any]
    others: tuple[Fix, ...]
    """Other single settings that would have found it, too."""
    line: Line | None
    """The frame pairs of the stretch with their distances, for a picture."""


def stretch_at(video_a: str, second_a: float, video_b: str, second_b: float, seconds: float = 10.0) -> Reuse:
    """Return a stretch of some seconds that begins at a second of either video: two videos, two times."""
    return Reuse(video_a, second_a, second_a + seconds, video_b, second_b, second_b + seconds)


def explain_missed(view: View, reuse: Reuse, settings: SequenceSettings | None = None) -> Explanation:
    """Explain why a view with these settings of step 4 does not find a stretch known to be reused.

    Raises VRDError when the view has no such videos or times, ThresholdError when max_distance="auto" cannot decide.
    """
    settings = settings or SequenceSettings()
    if settings.max_distance == "auto":
        settings = replace(settings, max_distance=view.threshold.value)
    places = [_place(view, reuse.video_a), _place(view, reuse.video_b)]
    if places[0] > places[1]:
        reuse = reuse.swapped()
        places.reverse()
    if (reason := _not_compared(view, places)) is not None:
        return Explanation("not compared", reason[0], reason[1], (), None)
    finder = _Finder(view, places[0], places[1], reuse)
    line = line_of(view, places[0], places[1], reuse, settings)
    if finder.finds(settings):
        return Explanation("found", "It is found with these settings.", {}, (), line)
    for find_cause in (_merged, _shorter_than_asked, _masked, _neighbours, _borders):
        if fix := find_cause(view, finder, line, settings):
            return Explanation(fix.cause, fix.message, fix.settings, (), line)
    fixes = [fix for look in (_speed, _skip, _threshold, _short) if (fix := look(view, finder, line, settings))]
    # A threshold at which half of all frames match something finds everything and explains nothing.
    usual = float(np.nanmedian(view.neighbours.nearest))
    fixes.sort(key=lambda fix: fix.settings.get("max_distance", 0.0) > usual)
    if not fixes or fixes[0].settings.get("max_distance", 0.0) > usual:
        fixes.insert(0, _several(line, settings))
    return Explanation(fixes[0].cause, fixes[0].message, fixes[0].settings, tuple(fixes[1:]), line)


class _Finder:
    """Ask step 4 whether it finds the stretch, looking at its two videos only."""

    def __init__(self, view: View, a: int, b: int, reuse: Reuse) -> None:
        self.view, self.reuse = view, reuse
        self.pair = (view.neighbours.pair_videos == [a, b]).all(axis=1)

    def finds(self, settings: SequenceSettings) -> bool:
        if not self.pair.any():
            return False
        table = self.view.find_table(settings, self.pair)
        rows = reuse_of(table, [video.name for video in self.view.videos])
        return evaluate(rows, [self.reuse]).true_found[0]


def _place(view: View, name: str) -> int:
    for place, video in enumerate(view.videos):
        if video.name == name:
            return place
    raise VRDError(f"This view has no video {name!r}. It has {', '.join(v.name for v in view.videos[:5])} …")


def _not_compared(view: View, places: Sequence[int]) -> tuple[str, dict[str, Any]] | None:
    one, other = (view.videos[place] for place in places)
    if one is other:
        return "Both times are in one video; only different videos are compared.", {}
    if view.settings.search.scope == "collections" and one.group == other.group:
        return (
            f"Both videos are in {one.group or 'the top folder'!r}, and only different collections are compared.",
            {"scope": "videos"},
        )
    return None


def _merged(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    if not settings.combine_overlap or not finder.finds(replace(settings, combine_overlap=False)):
        return None
    return Fix(
        "merged",
        "It is found, and then dropped for a sequence of the same videos that covers most of it on one side or both "
        "and has more evidence. combine_overlap=False keeps both.",
        {"combine_overlap": False},
    )


def _shorter_than_asked(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    reuse = finder.reuse
    if max(reuse.end_a - reuse.start_a, reuse.end_b - reuse.start_b) >= settings.shortest_sequence:
        return None
    return _short(view, finder, line, settings)


def _masked(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    known = line.stored | line.masked  # masked frames were not searched: whether they would be kept is not known
    if (
        not line.masked.any()
        or _runs(view, line, settings, line.stored, line.masked)
        or not _runs(view, line, settings, known, np.zeros_like(line.masked))
    ):
        return None
    spread = float(line.spread[line.masked].min())
    lowest = np.floor(spread * 10) / 10
    fixed: dict[str, Any] = {"single_colour_spread": lowest} if lowest > 0 else {"mask_single_colour": False}
    return Fix(
        "masked",
        f"{line.masked.sum()} of its {len(line)} frame pairs were left out as near-single-colour: the "
        f"luma of the plainest has a spread of {spread:.1f}, the limit is "
        f"{view.settings.search.single_colour_spread:g}. {_words(fixed)} keeps them.",
        fixed,
    )


def _neighbours(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    lost = line.close & ~line.stored & ~line.masked
    if (
        not lost.any()
        or _runs(view, line, settings, line.stored, line.masked)
        or not _runs(view, line, settings, line.stored | lost, line.masked)
    ):
        return None
    places, needed = np.flatnonzero(lost), ranks(view, line, np.flatnonzero(lost))

    def enough(kept: int) -> bool:
        known = line.stored.copy()
        known[places[needed <= kept]] = True
        return _runs(view, line, settings, known, line.masked)

    rank = _first(np.unique(needed).tolist(), enough)
    return Fix(
        "neighbours",
        f"{lost.sum()} of its {len(line)} frame pairs are close enough and were crowded out: only "
        f"the {view.settings.search.neighbours_considered} nearest frames of each are kept. "
        f"neighbours_considered={rank} keeps enough of them.",
        {"neighbours_considered": rank},
    )


def _borders(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    trimmed = view.settings.fingerprints.trim_borders
    better = wrong_border(view, line, trimmed)
    if better is None:
        return None
    seen = "without their borders" if trimmed else "with their borders"
    return Fix(
        "borders",
        f"The network saw the frames {seen}, and so they agree to {better[0]:.2f} (1 is the same "
        f"picture), the other way to {better[1]:.2f}. trim_borders={not trimmed} shows them so.",
        {"trim_borders": not trimmed},
    )


def _speed(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    if settings.alignment == "elastic" or not finder.finds(replace(settings, alignment="elastic")):
        return None
    reuse = finder.reuse
    speed = (reuse.end_a - reuse.start_a) / max(1e-9, reuse.end_b - reuse.start_b)
    return Fix(
        "speed",
        f"It drifts: {speed:.2f} seconds of {reuse.video_a} pass in one second of {reuse.video_b}, and "
        "a constant offset follows it for too short a while. alignment='elastic' follows it.",
        {"alignment": "elastic"},
    )


def _skip(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    choices = range(settings.allow_skip + 1, settings.allow_skip + max(2, len(line)))
    skip = _first(choices, lambda n: finder.finds(replace(settings, allow_skip=n)))
    if skip is None:
        return None
    return Fix(
        "skip",
        f"Up to {skip} frames in a row do not match and {settings.allow_skip} may be skipped. "
        f"allow_skip={skip} finds it.",
        {"allow_skip": skip},
    )


def _threshold(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    threshold, reuse = line.threshold, finder.reuse
    n = view.neighbours
    pair = n.between(*(_place(view, name) for name in reuse.pair))
    second_a, second_b = n.frame_a[pair] / view.fps, n.frame_b[pair] / view.fps
    slope = (reuse.end_b - reuse.start_b) / max(1e-9, reuse.end_a - reuse.start_a)
    beside = np.abs(second_b - reuse.start_b - (second_a - reuse.start_a) * slope) <= 3.0
    inside = (second_a >= reuse.start_a - 3) & (second_a <= reuse.end_a + 3)
    values = np.unique(n.distance[pair][beside & inside & (n.distance[pair] > threshold)])
    needed = _first(
        [_rounded_up(v) for v in values.tolist()], lambda value: finder.finds(replace(settings, max_distance=value))
    )
    if needed is None:
        return None
    median = float(np.median(line.distance[~line.masked])) if (~line.masked).any() else float("nan")
    return Fix(
        "threshold",
        f"Its frames lie above the threshold of {threshold:.4g}: half of them above {median:.4g}. "
        f"max_distance={needed:g} finds it, {needed - threshold:.3g} more"
        f"{f' ({needed / threshold - 1:.0%})' if threshold else ''}.",
        {"max_distance": needed},
    )


def _short(view: View, finder: _Finder, line: Line, settings: SequenceSettings) -> Fix | None:
    longest = int(np.ceil(settings.shortest_sequence * view.fps)) - 1
    frames = _first(range(longest, 0, -1), lambda n: finder.finds(replace(settings, shortest_sequence=n / view.fps)))
    if frames is None:
        return None
    seconds = frames / view.fps
    return Fix(
        "short",
        f"Its longest run of matching frames is {seconds:g} s, and only {settings.shortest_sequence:g} "
        f"s and more are reported. shortest_sequence={seconds:g} finds it.",
        {"shortest_sequence": seconds},
    )


def _several(line: Line, settings: SequenceSettings) -> Fix:
    above = ~line.close & ~line.masked
    lost = ~above & ~line.stored & ~line.masked
    parts = [
        f"{count} {words}"
        for count, words in (
            (int(line.masked.sum()), "left out as near-single-colour"),
            (int(above.sum()), f"above the threshold of {line.threshold:.4g}"),
            (int(lost.sum()), "not among the nearest frames that are kept"),
        )
        if count
    ]
    return Fix(
        "several",
        f"No single setting finds it. Of its {len(line)} frame pairs "
        f"{', '.join(parts) or 'none fails'}; their distances go from "
        f"{line.distance.min():.4g} to {line.distance.max():.4g}.",
        {},
    )


def _runs(view: View, line: Line, settings: SequenceSettings, known: Bools, masked: Bools) -> bool:
    """Tell whether step 4 makes a sequence of the line where these of its frame pairs are known."""
    shorter = min(int(np.count_nonzero(view.usable(video))) for video in (line.a, line.b)) / view.fps
    return runs_through(line, known, masked, settings, view.fps, shorter)


def _first(choices: Sequence[Any], works: Callable[[Any], bool]) -> Any:
    """Return the first choice that works, by bisection: each is more generous than the one before."""
    if not len(choices) or not works(choices[-1]):
        return None
    low, high = 0, len(choices) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if works(choices[middle]) else (middle + 1, high)
    return choices[low]


def _rounded_up(value: float) -> float:
    """Return the value with four digits, rounded up so that it still passes."""
    text = float(f"{value:.4g}")
    return text if text >= value else float(f"{value * 1.0005:.4g}")


def _words(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())

"""The frame pairs of one known stretch, and what each step knows of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from vrd_core.errors import VRDError
from vrd_core.evaluation.truth import Reuse
from vrd_core.neighbours import score
from vrd_core.sequences import candidates
from vrd_core.sequences.evidence import along_lines, evidence_of
from vrd_core.sequences.find import EVIDENCE_SHARE, LENGTH_SHARE
from vrd_core.settings import SequenceSettings

if TYPE_CHECKING:
    from vrd_core.project.view import View

Bools = npt.NDArray[np.bool_]

_BESIDE = 2.0
"""Seconds by which the times somebody gave may be off."""

_PICTURES = 7
_BETTER = 0.15
"""By how much the agreement of two stills (-1 to 1) must rise for a border to be called wrong."""


@dataclass(frozen=True)
class Line:
    """The frame pairs along a stretch; all arrays are (n,)."""

    a: int
    b: int
    """The two videos' places in the view."""
    frame_a: npt.NDArray[np.int64]
    frame_b: npt.NDArray[np.int64]
    distance: npt.NDArray[np.float32]
    """Of every pair, also of masked ones and of those that were not kept."""
    masked: Bools
    """Left out as near-single-colour, either of the two."""
    stored: Bools
    """Among the neighbours that were kept."""
    spread: npt.NDArray[np.float32]
    """Standard deviation of luma of the plainer of the two frames."""
    threshold: float = math.nan

    def __len__(self) -> int:
        return len(self.frame_a)

    @property
    def close(self) -> Bools:
        """Return which pairs are at the threshold or below, kept and masked or not."""
        return np.asarray(self.distance <= self.threshold)


def line_of(view: View, a: int, b: int, reuse: Reuse, settings: SequenceSettings) -> Line:
    """Return the frame pairs of a stretch, at the offset within 2 s of the given one at which they agree best.

    With rigid alignment the line has a constant offset, as step 4's has. Raises VRDError when the times lie outside
    the videos.
    """
    fps = view.fps
    frame_a = np.arange(math.ceil(reuse.start_a * fps - 1e-6), math.ceil(reuse.end_a * fps - 1e-6))
    middle = (reuse.start_a + reuse.end_a) / 2
    seconds = frame_a / fps
    if settings.alignment == "rigid":
        seconds = seconds - middle + reuse.at(middle)
    else:
        seconds = np.array([reuse.at(second) for second in seconds])
    frame_b = np.rint(seconds * fps).astype(np.int64)
    lines = []
    reach = max(1, round(_BESIDE * fps))
    for shift in sorted(range(-reach, reach + 1), key=abs):
        inside = (
            (frame_a >= 0)
            & (frame_a < view.videos[a].count)
            & (frame_b + shift >= 0)
            & (frame_b + shift < view.videos[b].count)
        )
        if inside.any():
            lines.append(_measure(view, a, b, frame_a[inside], frame_b[inside] + shift))
    if not lines:
        raise VRDError(
            f"The stretch lies outside its videos: {reuse.video_a} has {view.videos[a].count / fps:.1f} s, "
            f"{reuse.video_b} has {view.videos[b].count / fps:.1f} s. Received: {reuse.start_a:.1f} to "
            f"{reuse.end_a:.1f} and {reuse.start_b:.1f} to {reuse.end_b:.1f}."
        )
    most = max(len(line) for line in lines)
    best = min((line for line in lines if 2 * len(line) > most), key=lambda line: float(np.median(line.distance)))
    return replace(best, threshold=float(settings.max_distance))


def runs_through(
    line: Line, known: Bools, masked: Bools, settings: SequenceSettings, fps: float, shorter: float
) -> bool:
    """Tell whether step 4 would make a rigid sequence of the frame pairs of a line, at the rate of the stills.

    Of `known` ones the distance is stored: they have to lead to the line, on which every pair is then scored. `shorter`
    is how many unmasked seconds the shorter of the two videos has.
    """
    least = min(settings.least_evidence, EVIDENCE_SHARE * shorter)
    scored = evidence_of(line.distance, line.threshold, 1 / fps)
    led_to = np.where(known & line.close, np.maximum(scored, 1e-6), -candidates.MISSING / fps)
    needs = (
        (led_to, candidates.SHARE * least, 0.0),
        (scored, least, min(settings.shortest_sequence, LENGTH_SHARE * shorter)),
    )
    for evidence, enough, seconds in needs:
        first, last, best = along_lines(
            np.where(masked, 0, evidence), masked, np.zeros(1, np.int64), settings.allow_skip
        )
        long = (last - first + 1) / fps
        if not ((best >= enough - 1e-6) & (long >= seconds - 1e-6)).any():
            return False
    return True


def ranks(view: View, line: Line, pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many neighbours per frame must be kept for each of these pairs of the line to be kept."""
    found = []
    for k in pairs.tolist():
        one, other = (line.a, int(line.frame_a[k])), (line.b, int(line.frame_b[k]))
        found.append(min(_rank(view, one, other), _rank(view, other, one)))
    return np.array(found, np.int64)


def wrong_border(view: View, line: Line, trimmed: bool) -> tuple[float, float] | None:
    """Return how well the stills agree as the network saw them and with borders treated the other way, or None.

    None where the other way is not clearly better, or where no frame has a border to cut.
    """
    frames_a, frames_b = view.frames(line.a), view.frames(line.b)
    rows = np.unique(np.linspace(0, len(line) - 1, min(len(line), _PICTURES)).round().astype(int)).tolist()
    seen, other = [], []
    for k in rows:
        one, two = int(line.frame_a[k]), int(line.frame_b[k])
        cut = _agreement(frames_a.trimmed(one), frames_b.trimmed(two))
        whole = _agreement(frames_a.image(one), frames_b.image(two))
        seen.append(cut if trimmed else whole)
        other.append(whole if trimmed else cut)
    before, after = float(np.median(seen)), float(np.median(other))
    return (before, after) if after > max(0.5, before + _BETTER) else None


def _measure(view: View, a: int, b: int, frame_a: npt.NDArray[np.int64], frame_b: npt.NDArray[np.int64]) -> Line:
    videos = np.full(len(frame_a), a), np.full(len(frame_b), b)
    stored = ~np.isnan(view.neighbours.stored(videos[0], frame_a, videos[1], frame_b))
    usable = view.usable(a)[frame_a] & view.usable(b)[frame_b]
    spread_a, spread_b = np.asarray(view.frames(a).luma_spread), np.asarray(view.frames(b).luma_spread)
    spread = np.minimum(spread_a[frame_a], spread_b[frame_b])
    distance = view.distances(a, b, frame_a, frame_b)
    return Line(a, b, frame_a, frame_b, distance, ~np.asarray(usable, bool), stored, spread)


def _rank(view: View, one: tuple[int, int], other: tuple[int, int]) -> int:
    """Return the place of a frame among the neighbours of another, 1 for the nearest; both as (video, frame)."""
    video, frame = one
    (target,) = score.distances(view.sides(video), view.sides(other[0]), np.array([frame]), np.array([other[1]]))
    apart = view.settings.search.scope == "collections"
    closer = 0
    for place, candidate in enumerate(view.videos):
        if place == video or (apart and candidate.group == view.videos[video].group):
            continue
        frames = np.flatnonzero(view.usable(place))
        distances = score.distances(view.sides(video), view.sides(place), np.full(len(frames), frame), frames)
        # Those at the same distance may come first, too; the frame itself is among them.
        closer += int((distances <= target).sum())
    return closer


def _agreement(one: Image.Image, two: Image.Image) -> float:
    """Return the correlation of two stills at 32 x 32 grey values, -1 to 1."""
    pictures = []
    for image in (one, two):
        grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), np.float32)
        grey -= grey.mean()
        pictures.append(grey / max(float(np.linalg.norm(grey)), 1.0))
    return float((pictures[0] * pictures[1]).sum())

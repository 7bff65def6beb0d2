"""What a person can choose about the four steps: frozen, keyword-only, checked on construction.

Every class has `key()`, the part of an artefact's name that its values make. A value that does not change a
result has no place here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

from vrd_core.errors import SettingsError
from vrd_core.text import digest

EMBEDDED_NETWORK = "reusenet"

Pooling = Literal["flatten", "average", "gem"]
Scope = Literal["videos", "collections"]
Score = Literal["distance", "normalised"]
Alignment = Literal["auto", "rigid", "elastic"]


def _require(ok: bool, name: str, allowed: str, received: object) -> None:
    if not ok:
        raise SettingsError(f"{name} must be {allowed}. Received: {received!r}.")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


class _Settings:
    """What the classes of the four steps share: a stable text form and a tolerant way back from it."""

    _TEXTS_OR_NONE: tuple[str, ...] = ()
    """Settings whose None is written as an empty text, and read from one: keys and records do so since version 0.1."""

    def to_dict(self) -> dict[str, Any]:
        """Return the values as plain JSON types."""
        values: dict[str, Any] = json.loads(json.dumps(asdict(self)))  # type: ignore[call-overload]
        return {k: "" if v is None and k in self._TEXTS_OR_NONE else v for k, v in values.items()}

    def _empty_to_none(self) -> None:
        for name in self._TEXTS_OR_NONE:
            if getattr(self, name) == "":
                object.__setattr__(self, name, None)

    def key(self) -> str:
        """Return a text that differs exactly when a value differs."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build from `to_dict()`'s form; names that this version does not know are an error."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(values) - known)
        _require(not unknown, f"{cls.__name__}", f"made of {sorted(known)}", unknown)
        return cls(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


@dataclass(frozen=True, kw_only=True)
class FrameSettings(_Settings):
    """Step 1, videos to frames."""

    fps: float = 1.0
    """Frames taken per second of film, 0.1 to 25. One is enough for reuse of five seconds and more; every doubling
    doubles disk and time of steps 1 and 2, and quadruples the time of step 3."""

    short_side: int = 384
    """Short side of a stored still in pixels, never enlarged: just above what the largest common networks take in."""

    quality: int = 90
    """JPEG quality of a stored still, 50 to 100."""

    def __post_init__(self) -> None:
        _require(_is_number(self.fps) and 0.1 <= self.fps <= 25, "fps", "a number from 0.1 to 25", self.fps)
        _require(
            isinstance(self.short_side, int) and 32 <= self.short_side <= 2160,
            "short_side",
            "a whole number of pixels from 32 to 2160",
            self.short_side,
        )
        _require(
            isinstance(self.quality, int) and 50 <= self.quality <= 100,
            "quality",
            "a whole number from 50 to 100",
            self.quality,
        )
        object.__setattr__(self, "fps", float(self.fps))


@dataclass(frozen=True, kw_only=True)
class FingerprintSettings(_Settings):
    """Step 2, frames to fingerprints."""

    _TEXTS_OR_NONE = ("layer", "weights", "pooling")

    network: str = EMBEDDED_NETWORK
    """A name of `vrd_core.fingerprints.catalogue.catalogue()`, or the path of a .keras file of your own."""

    layer: str | None = None
    """Name of the layer whose output is the fingerprint; None means the network's usual choice."""

    weights: str | None = None
    """"embedded", "imagenet", "untrained" (seeded: a control for teaching) or the path of a weights file; None means
    "embedded" for the network that ships, "imagenet" for Keras Applications and the file's own for a .keras file."""

    pooling: Pooling | None = None
    """What is done with a layer that still has height and width: "flatten" (as the original toolkit did), "average"
    or "gem" (generalised mean, p = 3). None means the network's usual choice; flat layers ignore it."""

    normalise: bool | None = None
    """Scale each fingerprint to length 1, so that squared distances lie between 0 and 4. None means the network's
    usual choice: yes for the one that ships, no for Keras Applications, so that published thresholds hold."""

    trim_borders: bool = True
    """Cut single-colour borders (letterbox, pillarbox) off before the network sees the frame."""

    mirrored: bool = False
    """Flip every frame left to right: the fingerprints of one side when mirrored reuse is looked for."""

    def __post_init__(self) -> None:
        self._empty_to_none()
        for name in ("layer", "weights"):
            _require(isinstance(getattr(self, name), str | None), name, "text or None", getattr(self, name))
        _require(isinstance(self.network, str), "network", "text", self.network)
        _require(bool(self.network), "network", "the name of a network or the path of a .keras file", self.network)
        allowed = "'flatten', 'average', 'gem' or None"
        _require(self.pooling in (None, *get_args(Pooling)), "pooling", allowed, self.pooling)
        _require(self.normalise in (None, True, False), "normalise", "True, False or None", self.normalise)


@dataclass(frozen=True, kw_only=True)
class SearchSettings(_Settings):
    """Step 3, fingerprints to neighbours."""

    _TEXTS_OR_NONE = ("score",)

    neighbours_considered: int = 250
    """How many nearest frames are kept for each frame, within the scope, before any filter of a screen."""

    scope: Scope = "videos"
    """Which frames are compared: those of different "videos", or only those of different "collections"."""

    mask_single_colour: bool = True
    """Leave out near-single-colour frames (black leader, fades): they are close to each other and mean nothing."""

    single_colour_spread: float = 8.0
    """A frame whose luma (0-255) has a standard deviation below this is near-single-colour."""

    index: str = "Flat"
    """A Faiss factory string; "Flat" is exact. Others trade recall for memory or time and are re-scored exactly."""

    score: Score | None = None
    """"distance" is squared L2; "normalised" divides it by how close the two frames are to unrelated footage. None
    means the network's usual choice (`catalogue.usual_score`); without a network, "distance"."""

    mirrored: bool = False
    """Compare each frame also with the mirrored frames of the other side: most networks do not see through a mirror.
    The network that ships sees through one by itself."""

    align_fps: float | None = None
    """Fingerprints per second of film by which sequences are aligned, 0 to 25; stills lie at `FrameSettings.fps`. 0
    means at the stills alone. None means the network's usual choice: 4 for the one that ships, 0 for slower ones, for
    which four times the fingerprints are four times the wait."""

    def key(self) -> str:
        """Return a text that differs exactly when a value differs; alignment by the stills alone is not named in it."""
        values = self.to_dict()
        if not values["align_fps"]:
            del values["align_fps"]
        return json.dumps(values, sort_keys=True, separators=(",", ":"))

    def per_still(self, fps: float) -> int:
        """Return how many fingerprints there are from one still to the next, at `fps` stills a second."""
        # Mirrored fingerprints are made of the stills only.
        return 1 if self.mirrored else max(1, int((self.align_fps or 0) / fps + 1e-9))

    def __post_init__(self) -> None:
        self._empty_to_none()
        align = self.align_fps
        ok = align is None or (_is_number(align) and 0 <= align <= 25)
        _require(ok, "align_fps", "a number from 0 to 25, or None", align)
        k = self.neighbours_considered
        _require(
            isinstance(k, int) and not isinstance(k, bool) and 1 <= k <= 2048,
            "neighbours_considered",
            "a whole number from 1 to 2048",
            k,
        )
        _require(self.scope in get_args(Scope), "scope", "'videos' or 'collections'", self.scope)
        spread = self.single_colour_spread
        _require(_is_number(spread) and 0 <= spread <= 128, "single_colour_spread", "a number from 0 to 128", spread)
        _require(isinstance(self.index, str) and bool(self.index), "index", "a Faiss factory string", self.index)
        allowed = "'distance', 'normalised' or None"
        _require(self.score in (None, *get_args(Score)), "score", allowed, self.score)
        object.__setattr__(self, "single_colour_spread", float(spread))


@dataclass(frozen=True, kw_only=True)
class SequenceSettings(_Settings):
    """Step 4, neighbours to sequences: what the sliders move."""

    max_distance: float | str = "auto"
    """Two frames match at this distance or below. It has no absolute meaning: it depends on the films, network and
    layer. "auto" puts it where the histogram of distances between videos begins to rise."""

    shortest_sequence: float = 5.0
    """Shortest sequence in seconds, first to last frame inclusive."""

    allow_skip: int = 2
    """How many frames in a row may fail to match inside a sequence; at least half of a sequence's frames match."""

    combine_overlap: bool = True
    """Of two sequences that are one reuse seen twice at neighbouring offsets, keep the better one as it is."""

    drop_echoes: bool = True
    """Has no effect any more: sequences that are one reuse compete by their evidence (`combine_overlap`)."""

    least_evidence: float = 1.6
    """Seconds of evidence that a sequence must have: each second counts 1 where the frames are the same, nothing at
    max_distance, and less than nothing beyond. Of clips shorter than 3.2 s half their length is asked for."""

    alignment: Alignment = "auto"
    """"rigid" follows one constant offset; "elastic" also follows reuse at another speed (0.5 to 2 times). "auto" is
    elastic where fingerprints lie between the stills, where it costs nothing, and rigid elsewhere."""

    def __post_init__(self) -> None:
        d = self.max_distance
        _require(d == "auto" or (_is_number(d) and float(d) >= 0), "max_distance", "'auto' or a number from 0", d)
        if d != "auto":
            object.__setattr__(self, "max_distance", float(d))
        s = self.shortest_sequence
        _require(_is_number(s) and s >= 0, "shortest_sequence", "a number of seconds from 0", s)
        object.__setattr__(self, "shortest_sequence", float(s))
        skip = self.allow_skip
        _require(
            isinstance(skip, int) and not isinstance(skip, bool) and 0 <= skip <= 1000,
            "allow_skip",
            "a whole number of frames from 0 to 1000",
            skip,
        )
        _require(self.alignment in get_args(Alignment), "alignment", "'auto', 'rigid' or 'elastic'", self.alignment)
        least = self.least_evidence
        _require(_is_number(least) and least >= 0, "least_evidence", "a number of seconds from 0", least)


@dataclass(frozen=True)
class ViewSettings:
    """What a view is made of; `view_id` names it in files and links."""

    frames: FrameSettings
    fingerprints: FingerprintSettings
    search: SearchSettings

    @property
    def view_id(self) -> str:
        """Ten hexadecimal digits that depend on every setting and on nothing else."""
        return digest(self.frames.key(), self.fingerprints.key(), self.search.key())[:10]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {name: getattr(self, name).to_dict() for name in ("frames", "fingerprints", "search")}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ViewSettings:
        """Build from `to_dict()`'s form."""
        return cls(
            frames=FrameSettings.from_dict(values["frames"]),
            fingerprints=FingerprintSettings.from_dict(values["fingerprints"]),
            search=SearchSettings.from_dict(values["search"]),
        )

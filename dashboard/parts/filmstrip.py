"""Strips of stills: one composed picture per strip, cut into frame pairs that wrap with the width of the page.

Every pair stands frame under frame. The picture is made once and kept under a key of its content; what changes with
the threshold, the marks of deviating pairs, lies over it and is not part of it.
"""

from __future__ import annotations

import base64
import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from dashboard.parts.alignment import Alignment
from dashboard.parts.text import markup, title
from dashboard.shell import data
from vrd_core.frames.extract import Frames
from vrd_core.project.view import View
from vrd_core.text import clock, four_digits

STILL_HEIGHTS = {"S": 44, "M": 64, "L": 92, "XL": 140}
"""Height of one still in pixels, by the name of the size."""

PAIRS_PER_ROW = 16
"""Pairs beside each other in the composed picture; on the page they wrap by themselves."""

_GROUND = (24, 24, 26)
_WIDEST, _NARROWEST = 2.0, 0.75


@dataclass(frozen=True)
class Strip:
    """A composed picture and how it is divided into pairs."""

    jpeg: bytes
    count: int
    width: int
    """Of one pair in pixels."""
    height: int
    """Of one pair: two stills and the line between them."""

    @property
    def css(self) -> str:
        """Custom properties with the picture and the size of a pair."""
        picture = base64.b64encode(self.jpeg).decode()
        return f"--s:url(data:image/jpeg;base64,{picture});--w:{self.width}px;--h:{self.height}px"

    def place(self, number: int) -> str:
        """Return the style that shows one pair."""
        row, column = divmod(number, PAIRS_PER_ROW)
        return f"background-position:-{column * self.width}px -{row * self.height}px"


Pair = tuple[int, int, int, int]
"""Video and frame on one side, video and frame on the other."""


@st.cache_resource(max_entries=300, show_spinner=False, hash_funcs={View: data.identity})
def compose(view: View, pairs: Sequence[Pair], height: int) -> Strip:
    """Return the picture of frame pairs, each still `height` pixels high; the last few hundred pictures are kept."""
    films = {video: view.frames(video) for pair in pairs for video in (pair[0], pair[2])}
    shape = max((f.size[0] / f.size[1] for f in films.values()), default=16 / 9)
    width = round(height * min(_WIDEST, max(_NARROWEST, shape)))
    both = 2 * height + 2
    columns = min(PAIRS_PER_ROW, len(pairs)) or 1
    sheet = Image.new("RGB", (columns * width, max(1, -(-len(pairs) // PAIRS_PER_ROW)) * both), _GROUND)

    # One after the other: half a millisecond each, and two threads that hand the interpreter to and fro took longer.
    for place, (a, frame_a, b, frame_b) in enumerate(pairs):
        x, y = place % PAIRS_PER_ROW * width, place // PAIRS_PER_ROW * both
        for film, frame, top in ((films[a], frame_a, y), (films[b], frame_b, y + height + 2)):
            still = _thumbnails.get(film, frame, width, height)
            sheet.paste(still, (x + (width - still.width) // 2, top + (height - still.height) // 2))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=75)
    return Strip(out.getvalue(), len(pairs), width, both)


class _Thumbnails:
    """The small stills last used, up to so many bytes: a strip that grew by a frame decodes that frame alone."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self._kept: OrderedDict[tuple[str, int, int, int], Image.Image] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, film: Frames, frame: int, width: int, height: int) -> Image.Image:
        """Return a still that fits into width x height."""
        key = film.key, frame, width, height
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return known
        made = _small(film, frame, width, height)
        with self._lock:
            if key not in self._kept:
                self.size += made.width * made.height * 3
            self._kept[key] = made
            while self.size > self.most:
                _, old = self._kept.popitem(last=False)
                self.size -= old.width * old.height * 3
        return made


_thumbnails = _Thumbnails(64 * 2**20)


def _small(film: Frames, frame: int, width: int, height: int) -> Image.Image:
    picture = Image.open(io.BytesIO(film.jpeg(frame)))
    # libjpeg decodes at an eighth, a quarter or a half of the size for a fraction of the time.
    picture.draft("RGB", (width, height))
    scale = min(width / film.size[0], height / film.size[1])
    size = max(1, round(film.size[0] * scale)), max(1, round(film.size[1] * scale))
    return picture.convert("RGB").resize(size, Image.Resampling.BILINEAR)


def strip_html(
    view: View, a: int, b: int, line: Alignment, threshold: float, *, height: int, most: int, label: str
) -> str:
    """Return the HTML of the strip of an alignment: at most `most` pairs, evenly spread where it has more.

    `label` is the alternative text; names in it are escaped here.
    """
    every = max(1, -(-len(line) // most))
    shown = np.arange(0, len(line), every)
    strip = compose(view, [(a, int(line.frame_a[k]), b, int(line.frame_b[k])) for k in shown], height)
    off = line.deviating(threshold)
    cells = []
    for place, k in enumerate(shown):
        distance = line.distance[k]
        # A strip that leaves frames out still marks a stretch in which one deviates.
        marked = bool(off[k : k + every].any())
        masked = bool(np.isnan(distance))
        says = "near-single-colour, not counted" if masked else f"distance {four_digits(float(distance))}"
        says += ", above the threshold" if off[k] else ", a frame nearby is above the threshold" if marked else ""
        times = f"{clock(line.frame_a[k] / view.fps)} and {clock(line.frame_b[k] / view.fps)}"
        kind = ' class="off"' if marked else ' class="none"' if masked else ""
        cells.append(f'<i{kind} title="{markup(f"{times}: {says}")}" style="{strip.place(place)}"></i>')
    note = f"<em>every {_ordinal(every)} frame of {len(line):,}</em>" if every > 1 else ""
    return (
        f'<div class="vrd-strip" role="img" aria-label="{markup(label)}" style="{strip.css}">'
        f"{''.join(cells)}{note}</div>"
    )


def _ordinal(value: int) -> str:
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def pairs_html(view: View, pairs: Sequence[Pair], distances: Sequence[float], *, height: int, columns: str = "") -> str:
    """Return the HTML of single frame pairs, each with its distance, names and times under it."""
    strip = compose(view, pairs, height)
    figures = []
    for place, ((a, fa, b, fb), distance) in enumerate(zip(pairs, distances, strict=True)):
        one, other = (f"{view.videos[v].name}, {clock(f / view.fps)}" for v, f in ((a, fa), (b, fb)))
        says = f"distance {four_digits(distance)}" if not np.isnan(distance) else "not counted"
        label = f"Two frames at {says}: {one} above {other}"
        figures.append(
            f'<figure><i role="img" aria-label="{markup(label)}" style="{strip.place(place)}"></i><figcaption>'
            f"<b>{markup(four_digits(distance) if not np.isnan(distance) else '–')}</b>"
            f'<span title="{markup(one)}">{markup(_who(view, a, fa))}</span>'
            f'<span title="{markup(other)}">{markup(_who(view, b, fb))}</span></figcaption></figure>'
        )
    return f'<div class="vrd-pairs" style="{strip.css}{columns}">{"".join(figures)}</div>'


def _who(view: View, video: int, frame: int) -> str:
    return f"{clock(frame / view.fps)} {title(view.videos[video].name)}"

"""What each step does, told with the project's own frames where it has some."""

from __future__ import annotations

import base64
import io

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from dashboard.distances import examples
from dashboard.parts import alignment, charts, dotplot, filmstrip
from dashboard.parts.text import distinct_titles, length, markup, plain
from dashboard.shell import data
from dashboard.shell.scale import scale_of
from dashboard.shell.screen import open_screen
from vrd_core.errors import ThresholdError
from vrd_core.project.found import Found, Sequence
from vrd_core.project.view import View
from vrd_core.settings import SequenceSettings
from vrd_core.text import clock, four_digits

_INTRO = """
The tool compares every second of every film with every second of the others and lists the stretches that two films
have in common. It was made for historians who ask where a shot comes from and where it went. Four steps lead there;
the first three are slow, done once and kept; the last one is repeated with every move of a slider.
"""

_LEADS = """
Two frames can be alike for other reasons than reuse: the same studio, the same stock title, the same sky. And reuse
can be missed: cropped hard, filmed off a screen, run at another speed, or too short. Look at each find, play both
sides, and decide yourself. Nor does a match say who took from whom: that is for dates, rights and archives to tell.
"""

_FRAMES = """
Each film is opened once and a still is kept for every second, together with where single-colour borders (letterbox,
pillarbox) lie. They are cut off before the next step, so that a quotation inside a wider picture can still be
recognised.
"""

_FINGERPRINTS = """
A neural network looks at each still and answers with a row of numbers. Pictures that show the same thing get similar
rows, also when one is grainier, darker or recompressed. Here are three frames with theirs: the first two belong to one
find, the third does not.
"""

_NEIGHBOURS = """
For every frame the nearest ones in *other* films are looked up. How near is a **distance**: the squared difference of
the two rows of numbers. 0 is the same picture. There is no distance that always means a match: it depends on the films,
the network and the layer. So look at the histogram of your own films: unrelated frames pile up far out, shared footage
lies before that pile begins to rise, and the threshold belongs in between.
"""

_SEQUENCES = """
One frame alike proves little; a run of them in the same order is a find. On the plot of two films, time against time,
such a run is a diagonal. Each second of it is evidence: full where the frames are the same, none at the threshold, and
against it beyond. A few frames may fail to match (*skip*); runs with too little evidence, and runs shorter than the
shortest length, are dropped.
"""

_SECTIONS = (
    ("Frames", _FRAMES),
    ("Fingerprints", _FINGERPRINTS),
    ("Neighbours", _NEIGHBOURS),
    ("Sequences", _SEQUENCES),
)


def render() -> None:
    """Draw the page; without a processed project only its words."""
    screen = open_screen()
    st.title("Method")
    st.markdown(_INTRO)
    st.warning(_LEADS, title="Matches are leads, not proof", icon=":material/search:")
    found = _found(screen.view) if screen is not None else None
    if screen is not None and (note := data.network_note(screen.view)):
        st.info(plain(note), icon=":material/info:")
    best = _best(found) if found is not None else None
    if found is None or best is None:
        for place, (name, text) in enumerate(_SECTIONS, start=1):
            _heading(place, name, text)
        st.caption("Process a project, or open the demo, to see each step with real frames here.")
        return
    for place, ((name, text), illustrate) in enumerate(
        zip(_SECTIONS, (_frames, _fingerprints, _neighbours, _sequence), strict=True), start=1
    ):
        _heading(place, name, text)
        illustrate(found, best)
    _reading(found.view)


def _heading(place: int, name: str, text: str) -> None:
    st.subheader(f"{place} · {name}")
    with st.container(width=760):
        st.markdown(text)


def _found(view: View) -> Found | None:
    if not len(view.neighbours):
        return None
    try:
        threshold = view.threshold.value
    except ThresholdError:
        threshold = scale_of(view).start
    return data.find(view, SequenceSettings(max_distance=threshold))


def _best(found: Found) -> Sequence | None:
    """Return the find that shows most: as long as possible up to 14 s, with something happening in it."""
    if not len(found):
        return None
    spans = found.table.end_a - found.table.start_a
    spread = [
        float(found.view.frames(int(a)).luma_spread[first : last + 1].mean())
        for a, first, last in zip(
            found.table.video_a[:200], found.table.first_a[:200], found.table.last_a[:200], strict=True
        )
    ]
    spans = np.minimum(spans[:200], 14)
    return found[int(np.argmax(spans * np.minimum(np.array(spread), 60)))]


def _frames(found: Found, best: Sequence) -> None:
    _strip(found, best, 14)
    st.caption(
        f"Above {plain(best.video_a)} from {clock(best.start_a)}, below {plain(best.video_b)} from "
        f"{clock(best.start_b)}: one still a second."
    )


def _strip(found: Found, best: Sequence, most: int) -> None:
    line = alignment.aligned(found, best)
    line = alignment.Alignment(line.frame_a[:most], line.frame_b[:most], line.distance[:most])
    st.html(
        filmstrip.strip_html(
            found.view,
            best.a,
            best.b,
            line,
            found.threshold,
            height=filmstrip.STILL_HEIGHTS["M"],
            most=most,
            label=f"Frames of {best.video_a} above those of {best.video_b}",
        )
    )


def _fingerprints(found: Found, best: Sequence) -> None:
    view = found.view
    line = alignment.aligned(found, best)
    middle = len(line) // 2
    other, frame = _unrelated(view, best, int(line.frame_a[middle]))
    shown = [(best.a, int(line.frame_a[middle]), ""), (best.b, int(line.frame_b[middle]), ""), (other, frame, "")]
    rows = [np.asarray(view.vectors(v)[f], np.float32).ravel() for v, f, _ in shown]
    highest = max(float(np.abs(r).max()) for r in rows) or 1.0
    body = []
    for (video, k, _), row in zip(shown, rows, strict=True):
        still = view.frames(video).image(k)
        still.thumbnail((220, 96))
        apart = float(((rows[0] - row) ** 2).sum())
        says = f"{clock(k / view.fps)} {view.videos[video].name}"
        away = "" if row is rows[0] else f"distance to the first: {four_digits(apart)}"
        body.append(
            f'<img src="{_picture(still)}" alt="{markup(says)}"><div><img class="bars" '
            f'src="{_picture(_bars(row, highest))}" alt="Its fingerprint: {len(row)} numbers as stripes">'
            f"<span>{markup(says)}</span> <b>{markup(away)}</b></div>"
        )
    st.html(f'<div class="vrd-prints">{"".join(body)}</div>')


def _unrelated(view: View, best: Sequence, frame: int) -> tuple[int, int]:
    """Return a frame of a third film, or a far one of the second, that has nothing to do with the find."""
    wanted = np.asarray(view.vectors(best.a)[frame], np.float32)
    worst: tuple[float, int, int] = (-1.0, best.b, 0)
    for video in range(min(len(view.videos), 12)):
        free = np.flatnonzero(view.neighbours.usable(video))
        if video == best.a or not len(free):
            continue
        k = int(free[len(free) // 3])
        apart = float(((np.asarray(view.vectors(video)[k], np.float32) - wanted) ** 2).sum())
        worst = max(worst, (apart, video, k))
    return worst[1], worst[2]


def _bars(row: np.ndarray, highest: float) -> Image.Image:
    """Return numbers as stripes: blue-green below zero, orange-red above, pale near it."""
    value = np.clip(row[:512] / highest, -1, 1)[:, None]
    ground = np.array([236, 232, 224.0])
    target = np.where(value < 0, np.array([11, 114, 133.0]), np.array([209, 87, 15.0]))
    pixels = ground + (target - ground) * np.sqrt(np.abs(value))
    return Image.fromarray(np.broadcast_to(pixels.astype(np.uint8), (4, len(value), 3)).copy())


def _picture(image: Image.Image) -> str:
    out = io.BytesIO()
    image.convert("RGB").save(out, "PNG" if image.height < 8 else "JPEG", quality=85)
    kind = "png" if image.height < 8 else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}"


def _neighbours(found: Found, best: Sequence) -> None:
    view, scale = found.view, scale_of(found.view)
    counts = data.counts_below(view, scale.top, 100)
    threshold = found.threshold
    if view.settings.search.score == "normalised":
        with st.container(width=760):
            st.markdown(
                "This project goes one step further: a distance is divided by how near both frames come to "
                "unrelated footage. On this **normalised score** everyday pictures, near to everything, count "
                "less."
            )
    left, right = st.columns([3, 4], gap="large")
    with left:
        drawn = charts.histogram(
            counts, scale.top, threshold, scale.suggested, log=True, what=data.measure(view)
        ).properties(height=270)
        st.altair_chart(
            drawn,
            width="stretch",
            key="method_histogram",
            alt="Histogram of the distances in this project with the suggested threshold",
        )
    pairs: list[filmstrip.Pair] = []
    distances: list[float] = []
    for share in (0.05, 0.4, 0.8, 1.3, 1.9, 2.6):
        some, away = examples.pairs_at_distance(view, share * threshold * 0.85, share * threshold * 1.15, 1, 3)
        pairs, distances = pairs + some, distances + away
    with right:
        if pairs:
            st.html(filmstrip.pairs_html(view, pairs, distances, height=filmstrip.STILL_HEIGHTS["M"]))
            st.caption(f"Pairs of this project from near to far; the suggested threshold is {four_digits(threshold)}.")


def _sequence(found: Found, best: Sequence) -> None:
    view = found.view
    spans = tuple(
        (max(0, first - 30), min(view.videos[v].count, last + 31))
        for v, first, last in ((best.a, best.first_a, best.last_a), (best.b, best.first_b, best.last_b))
    )
    drawn = dotplot.plot(view, best.a, best.b, (spans[0], spans[1]), found.threshold, [best])
    seconds = [(s[0] / view.fps, s[1] / view.fps) for s in spans]
    titles = distinct_titles([v.name for v in view.videos], 34)
    names = titles[best.video_a], titles[best.video_b]
    left, right = st.columns([3, 4], gap="large")
    with left:
        st.altair_chart(
            charts.dot_plot(
                drawn.cells, drawn.lines, (seconds[0], seconds[1]), names, data.measure(view), 360, a_down=False
            ),
            width="stretch",
            key="method_dots",
            alt=f"Time against time of {names[0]} and {names[1]}: the find is a diagonal",
        )
    with right:
        st.markdown(
            f"**{length(best.seconds)}** of {plain(best.video_a)} from {clock(best.start_a)} are found in "
            f"{plain(best.video_b)} from {clock(best.start_b)}: the diagonal on the left, the strip below."
        )
        _strip(found, best, 40)


def _reading(view: View) -> None:
    settings = view.settings
    st.subheader("This project's settings")
    rows = {
        "Frames per second of film": f"{settings.frames.fps:g}",
        "Network and layer": f"{settings.fingerprints.network}, {settings.fingerprints.layer}",
        "Numbers in a fingerprint": f"{view.vectors(0).shape[1]:,}" if view.videos else "–",
        "Borders cut off": "yes" if settings.fingerprints.trim_borders else "no",
        "Fingerprints scaled to length 1": "yes, so distances lie between 0 and 4"
        if settings.fingerprints.normalise
        else "no",
        "Compared": "videos of different collections" if settings.search.scope == "collections" else "all videos",
        "Nearest frames kept for each": f"{settings.search.neighbours_considered:,}",
        "Near-single-colour frames": "left out" if settings.search.mask_single_colour else "compared too",
    }
    table = pd.DataFrame({"Setting": rows.keys(), "Value": rows.values()}).set_index("Setting")
    st.table(table, border="horizontal", width="content")

"""The sequences as one HTML file to send to somebody: strips of stills inside, no script, nothing to load."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from vrd_core.export.facts import WARNING, facts
from vrd_core.project.found import Found, Sequence
from vrd_core.store import write_atomically
from vrd_core.text import clock, four_digits

HEIGHT = 54
"""Pixels of a still in a strip."""

_STYLE = """
:root{color-scheme:light dark;--ink:#22201d;--soft:#6b665e;--line:#ddd7cc;--ground:#fdfcfa;--mark:#0b7285}
@media(prefers-color-scheme:dark){:root{--ink:#e9e6e1;--soft:#a29d95;--line:#3a3d41;--ground:#17181a;--mark:#4fb8c7}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:1100px;margin:2rem auto;
padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}p{margin:.4rem 0}
.soft{color:var(--soft)}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{text-align:left;padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}
article{border-top:1px solid var(--line);padding:1rem 0;break-inside:avoid}
article header{display:flex;justify-content:space-between;gap:1.5rem;flex-wrap:wrap}
.films{display:grid;grid-template-columns:1.2rem minmax(0,max-content) max-content;gap:0 .7rem}
.films i{font-style:normal;color:var(--mark);font-weight:600}.films b{font-weight:600;overflow-wrap:anywhere}
.num{font-variant-numeric:tabular-nums;white-space:nowrap}img{max-width:100%;height:auto;display:block;margin-top:.5rem}
"""


def to_html(found: Found, path: str | Path | None = None, *, strips: int = 200, stills: int = 16) -> str:
    """Return one HTML document and write it to `path` when given.

    The longest `strips` sequences come with a picture: up to `stills` frames of both videos, evenly spread, the frame
    of A above the one of B. All sequences are in the table.
    """
    text = "".join(_document(found, strips, stills))
    if path is not None:
        write_atomically(Path(path).absolute(), text)
    return text


def _document(found: Found, strips: int, stills: int) -> Iterator[str]:
    project = html.escape(found.view.project)
    yield (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Reuse in {project}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        f"style-src 'unsafe-inline'\"><style>{_STYLE}</style>"
    )
    yield (
        f"<h1>Reuse in {project}</h1><p>{len(found)} sequence{'s' * (len(found) != 1)}, {clock(found.seconds)} of "
        f'reuse.</p><p class="soft">{html.escape(WARNING)}</p>'
    )
    rows = sorted(found, key=lambda s: (-s.seconds, s.mean_distance, s.row))
    if rows:
        yield "<h2>Sequences, longest first</h2>"
    for sequence in rows[:strips]:
        yield _article(found, sequence, stills)
    if len(rows) > strips:
        yield (f'<p class="soft">The {len(rows) - strips} shorter sequences are in the table without pictures.</p>')
    if rows:
        yield from _table(rows)
    yield "<h2>How this was made</h2><table>"
    for name, value in facts(found):
        yield f"<tr><td>{html.escape(name)}</td><td>{html.escape(value)}</td></tr>"
    yield "</table></html>"


def _article(found: Found, s: Sequence, stills: int) -> str:
    films = "".join(
        f'<i>{letter}</i><b>{html.escape(name)}</b><span class="num">{clock(start)} – {clock(end)}</span>'
        for letter, name, start, end in (("A", s.video_a, s.start_a, s.end_a), ("B", s.video_b, s.start_b, s.end_b))
    )
    more = [f"<b>{clock(s.seconds)}</b>", f"mean distance {four_digits(s.mean_distance)}"]
    more += [f"{s.deviating_frames} deviate"] if s.deviating_frames else []
    more += [f"A at {s.speed:.3g} times the speed of B"] if abs(s.speed - 1) > 0.005 else []
    more += ["mirrored"] if found.view.looks_mirrored(s) else []
    picture = _strip(found, s, stills)
    alt = f"Stills of {s.video_a} above those of {s.video_b}"
    return (
        f'<article><header><div class="films">{films}</div><span class="num">{" · ".join(more)}</span></header>'
        f'<img alt="{html.escape(alt, quote=True)}" src="data:image/jpeg;base64,{picture}"></article>'
    )


def _strip(found: Found, s: Sequence, stills: int) -> str:
    """Return two rows of stills as a base64 JPEG."""
    count = max(1, min(stills, s.frames, s.last_a - s.first_a + 1))
    places = np.linspace(0, 1, count)
    rows = []
    for video, first, last in ((s.a, s.first_a, s.last_a), (s.b, s.first_b, s.last_b)):
        frames = found.view.frames(video)
        numbers = np.round(first + places * (last - first)).astype(int)
        rows.append([frames.image(int(k)) for k in numbers])
    width = max(round(HEIGHT * image.width / image.height) for row in rows for image in row[:1])
    width = min(width, 3 * HEIGHT)
    canvas = Image.new("RGB", (count * (width + 2) - 2, 2 * HEIGHT + 2), "black")
    for down, row in enumerate(rows):
        for across, image in enumerate(row):
            image.thumbnail((width, HEIGHT), Image.Resampling.LANCZOS)
            canvas.paste(
                image,
                (across * (width + 2) + (width - image.width) // 2, down * (HEIGHT + 2) + (HEIGHT - image.height) // 2),
            )
    stream = io.BytesIO()
    canvas.save(stream, "JPEG", quality=80)
    return base64.b64encode(stream.getvalue()).decode()


def _table(rows: list[Sequence]) -> Iterator[str]:
    yield (
        "<h2>Table</h2><table><tr><th>Video A<th>from<th>to<th>Video B<th>from<th>to<th>seconds<th>mean distance</tr>"
    )
    for s in rows:
        yield (
            f'<tr><td>{html.escape(s.video_a)}<td class="num">{clock(s.start_a)}<td class="num">{clock(s.end_a)}'
            f'<td>{html.escape(s.video_b)}<td class="num">{clock(s.start_b)}<td class="num">{clock(s.end_b)}'
            f'<td class="num">{s.seconds:g}<td class="num">{four_digits(s.mean_distance)}</tr>'
        )
    yield "</table>"

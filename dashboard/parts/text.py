"""How lengths and names are written on the screens; times, counts and distances as everywhere, by `vrd_core.text`."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=])")


def plain(text: str) -> str:
    """Return text that Streamlit's Markdown shows as it is: names of files are never markup."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def markup(text: str) -> str:
    """Return text that is shown as it is inside HTML, also inside an attribute."""
    return html.escape(str(text), quote=True)


def length(seconds: float) -> str:
    """Return a short length: "26 s", "4 min 5 s", "1 h 2 min"."""
    if seconds < 90:
        return f"{seconds:.3g} s"
    minutes, second = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {second} s" if second else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def title(name: str) -> str:
    """Return the name of a video without its folder and ending."""
    return PurePosixPath(name).stem or name


def shortened(text: str, limit: int) -> str:
    """Return text cut in its middle, so that the beginning and a number at the end stay readable.

    >>> shortened("A very long name of a film, part 2", 20)
    'A very lon…m, part 2'
    """
    if len(text) <= limit:
        return text
    tail = (limit - 1) * 9 // 19
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


def distinct_titles(names: list[str] | tuple[str, ...], limit: int = 60) -> dict[str, str]:
    """Return a short title for every name that tells it from all the others."""

    def unique(candidates: dict[str, str]) -> set[str]:
        seen: dict[str, int] = {}
        for text in candidates.values():
            seen[text] = seen.get(text, 0) + 1
        return {name for name, text in candidates.items() if seen[text] == 1}

    short = {name: shortened(title(name), limit) for name in names}
    longer = {name: shortened(name, limit + 20) for name in names}
    good, better = unique(short), unique(longer)
    return {name: short[name] if name in good else longer[name] if name in better else name for name in names}

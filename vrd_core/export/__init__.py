"""What was found, as files for other people: `to_excel`, `to_html`, `to_json`. They take a `Found`.

>>> from vrd_core.export import to_html                                   # doctest: +SKIP
>>> to_html(view.find_sequences(), "report.html")                         # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vrd_core.export.plain import to_json
    from vrd_core.export.report import to_html
    from vrd_core.export.spreadsheet import to_excel

__all__ = ["to_excel", "to_html", "to_json"]

_HOMES = {"to_excel": "spreadsheet", "to_html": "report", "to_json": "plain"}


def __getattr__(name: str) -> Any:
    # Each writer brings a library of its own; only the one that is asked for is loaded.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Trace how footage is reused: videos -> frames -> fingerprints -> neighbours -> sequences.

Importing this package loads nothing heavy; each name below is imported when it is first used.

    from vrd_core import Project

    project = Project.open("apollo", videos="media/demo")
    view = project.run()                                   # steps 1-3, cached
    found = view.find_sequences(shortest_sequence=5)
    found.to_dataframe()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vrd_core.errors import VRDError
    from vrd_core.project.found import Found, Sequence
    from vrd_core.project.project import Project
    from vrd_core.project.view import View
    from vrd_core.sequences.threshold import Threshold
    from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, SequenceSettings, ViewSettings
    from vrd_core.store import Store

__version__ = "0.2.0"

__all__ = [
    "FingerprintSettings",
    "Found",
    "FrameSettings",
    "Project",
    "SearchSettings",
    "Sequence",
    "SequenceSettings",
    "Store",
    "Threshold",
    "VRDError",
    "View",
    "ViewSettings",
    "__version__",
]

_HOMES = {
    "FingerprintSettings": "settings",
    "Found": "project.found",
    "FrameSettings": "settings",
    "Project": "project.project",
    "SearchSettings": "settings",
    "Sequence": "project.found",
    "SequenceSettings": "settings",
    "Store": "store",
    "Threshold": "sequences.threshold",
    "VRDError": "errors",
    "View": "project.view",
    "ViewSettings": "settings",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

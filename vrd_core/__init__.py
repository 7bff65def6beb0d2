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
from typing import Any

_HOMES = {
    "Found": "vrd_core.project.found",
    "FingerprintSettings": "vrd_core.settings",
    "FrameSettings": "vrd_core.settings",
    "Project": "vrd_core.project.project",
    "SearchSettings": "vrd_core.settings",
    "SequenceSettings": "vrd_core.settings",
    "Store": "vrd_core.store",
    "VRDError": "vrd_core.errors",
    "View": "vrd_core.project.view",
    "__version__": "vrd_core.version",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'vrd_core' has no attribute {name!r}")

"""The sequences as JSON, with the settings that found them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from vrd_core.export.facts import WARNING, facts
from vrd_core.project.found import Found
from vrd_core.store import write_atomically


def to_json(found: Found, path: str | Path | None = None) -> str:
    """Return {"about", "settings", "videos", "problems", "sequences"} as JSON text and write it to `path` when given.

    Times are seconds; `settings` has the form in which the program reads settings back.
    """
    view = found.view
    text = json.dumps(
        {
            "about": dict(facts(found)),
            "note": WARNING,
            "settings": {**view.settings.to_dict(), "sequences": found.settings.to_dict()},
            "videos": [
                {
                    "name": v.name,
                    "collection": v.collection,
                    "content_id": v.content_id,
                    "seconds": v.duration,
                    "frames": v.count,
                }
                for v in view.videos
            ],
            "problems": view.problems,
            "sequences": [{name: _or_none(value) for name, value in row.items()} for row in found.rows()],
        },
        indent=1,
        ensure_ascii=False,
    )
    if path is not None:
        write_atomically(Path(path).absolute(), text)
    return text


def _or_none(value: Any) -> Any:
    """JSON has no word for a distance that is not known."""
    return None if isinstance(value, float) and math.isnan(value) else value

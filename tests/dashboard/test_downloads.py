"""What the list of sequences offers for download."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dashboard.sequences import listing
from vrd_core.project.found import Found


def test_an_unknown_distance_is_null_in_the_json(view):
    found = view.find_sequences(max_distance=0.05, shortest_sequence=5)
    unknown = replace(found.table, mean_distance=np.full(len(found), np.nan, np.float32))
    found = Found(view=view, settings=found.settings, table=unknown)
    make = next(make for label, _, _, make in listing.offers(found, "films") if label == "JSON")
    values = json.loads(make(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert [s["mean_distance"] for s in values["sequences"]] == [None] * len(found)
    assert values["settings"]["sequences"]["max_distance"] == 0.05

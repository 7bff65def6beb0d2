"""What the screens read from the workspace, kept open between two runs of a script.

Every cache is bounded and keyed by content: the neighbours' key names the pairs, the record's time names the view.
Results of step 4 are made afresh; only the last few are kept, so that the sidebar and the page share one.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from vrd_core.errors import ProjectError
from vrd_core.fingerprints.catalogue import usual_score
from vrd_core.project import records
from vrd_core.project.found import Found
from vrd_core.project.project import Project
from vrd_core.project.records import RecordFile
from vrd_core.project.view import View
from vrd_core.settings import EMBEDDED_NETWORK, FingerprintSettings, SequenceSettings
from vrd_core.store import Store, default_workspace
from vrd_core.text import digest


@dataclass(frozen=True)
class ViewChoice:
    """A view as the switcher lists it; opening it is left for later."""

    view_id: str
    label: str
    finished: float
    file: RecordFile


def store() -> Store:
    """Return the store of the workspace that VRD_WORKSPACE names."""
    return _store(str(default_workspace()))


@st.cache_resource(max_entries=8, show_spinner=False)
def _store(workspace: str) -> Store:
    return Store(workspace)


def projects() -> list[Project]:
    """Return the projects of the workspace, by name; one whose file is damaged is left out."""
    opened = []
    for slug in records.slugs(store()):
        with contextlib.suppress(ProjectError):
            opened.append(Project.open(slug, store=store()))
    return sorted(opened, key=lambda p: p.name.casefold())


def view_choices(project: Project) -> list[ViewChoice]:
    """Return the views of a project, latest first."""
    choices = []
    for file in records.view_files(project.store, project.slug):
        try:
            settings, finished = _heading(file)
        except ProjectError:
            continue
        choices.append(ViewChoice(file.view_id, describe(settings), finished, file))
    choices.sort(key=lambda c: -c.finished)
    return _with_distinct_labels(choices)


def describe(settings: dict[str, Any]) -> str:
    """Return network, layer and whatever else is not the usual, in one line."""
    fingerprints, search, frames = settings["fingerprints"], settings["search"], settings["frames"]
    parts = [Path(fingerprints["network"]).name, fingerprints["layer"]]
    parts += [fingerprints["pooling"]] if fingerprints["pooling"] != "flatten" else []
    parts += ["untrained"] if fingerprints["weights"] == "untrained" else []
    parts += [f"{frames['fps']:g} frames/s"] if frames["fps"] != 1 else []
    parts += ["mirrored too"] if search["mirrored"] else []
    usual = usual_score(FingerprintSettings(network=fingerprints["network"]))
    parts += (
        [{"normalised": "normalised score", "distance": "plain distance"}[search["score"]]]
        if search["score"] not in ("", usual)
        else []
    )
    return " · ".join(p for p in parts if p)


@st.cache_data(max_entries=256, show_spinner=False)
def _heading(file: RecordFile) -> tuple[dict[str, Any], float]:
    record = records.read_view(file)
    return record["settings"], float(record["finished"])


def _with_distinct_labels(choices: list[ViewChoice]) -> list[ViewChoice]:
    labels = [c.label for c in choices]
    return [
        ViewChoice(
            c.view_id, c.label if labels.count(c.label) == 1 else f"{c.label} · {c.view_id[:4]}", c.finished, c.file
        )
        for c in choices
    ]


def identity(view: View) -> str:
    """Return a text that names a view with its videos: two projects may share pairs and differ in names."""
    return f"{view.store.root}|{view.project}|{view.view_id}|{view.key}|{view.record['finished']}"


@st.cache_resource(
    max_entries=16,
    show_spinner=False,
    hash_funcs={
        Project: lambda p: f"{p.store.root}|{p.slug}",
        ViewChoice: lambda c: f"{c.file.path}|{c.file.modified}",
    },
)
def open_view(project: Project, choice: ViewChoice) -> View:
    """Return the view, with its pairs in memory maps."""
    return View(project.store, project.name, records.read_view(choice.file))


@st.cache_resource(
    max_entries=6, show_spinner=False, hash_funcs={View: identity, SequenceSettings: SequenceSettings.key}
)
def find(view: View, settings: SequenceSettings) -> Found:
    """Return what step 4 finds; the last few answers are kept."""
    if settings.alignment != "elastic" or view.band is not None:
        return view.find_sequences(settings)
    # A second on a shelf of films, half a minute on an archive.
    with st.spinner("Following other speeds …"):
        return view.find_sequences(settings)


def mask_key(mask: np.ndarray) -> str:
    """Return a text that names an array of bool by all it holds: Streamlit looks at a sample of a large one."""
    return f"{len(mask)}|{digest(np.packbits(mask).tobytes().hex())}"


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={View: identity, np.ndarray: mask_key})
def counts_below(view: View, top: float, bins: int, keep: np.ndarray | None = None) -> np.ndarray:
    """Return int64 (bins + 1,): frame pairs per equal bin from 0 to `top`, and in the last place all farther ones.

    `keep`, bool over `view.neighbours.pair_videos`, limits the count to some pairs of videos; None counts all.
    """
    near = view.neighbours
    total = np.zeros(bins + 1, np.int64)
    kept = None if keep is None else np.repeat(keep, np.diff(near.pair_starts))
    scale = np.float32(bins / top)
    for start in range(0, len(near), 2**22):
        part = near.distance[start : start + 2**22]
        if kept is not None:
            part = part[kept[start : start + 2**22]]
        place = np.minimum(np.minimum(part, np.float32(2 * top)) * scale, bins).astype(np.int32)
        total += np.bincount(place, minlength=bins + 1)
    return total


def passing(view: View, threshold: float, keep: np.ndarray | None = None) -> int:
    """Return how many frame pairs lie at the threshold or below."""
    near = view.neighbours
    below = near.distance <= np.float32(threshold)
    if keep is not None:
        below &= np.repeat(keep, np.diff(near.pair_starts))
    return int(np.count_nonzero(below))


def measure(view: View) -> str:
    """Return what a view calls how far apart two frames are: a normalised distance is a score."""
    return "score" if view.settings.search.score == "normalised" else "distance"


def network_note(view: View) -> str:
    """Return what a reader must know of the network behind a view; "" where there is nothing."""
    from vrd_core.fingerprints import catalogue

    settings = view.settings.fingerprints
    if settings.weights == "untrained":
        return "These fingerprints come from an untrained network: a control for teaching, not for research."
    if settings.network != EMBEDDED_NETWORK or not view.videos:
        return ""
    first = view.videos[0]
    if catalogue.fingerprints_key(first.frames_key, settings) != first.fingerprints_key:
        return "These fingerprints were made with another version of the network. Process again to use the present one."
    return ""

"""Frame pairs at a distance that is asked for: what a distance looks like."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.parts.filmstrip import Pair
from dashboard.shell import data
from vrd_core.project.view import View

_DRAWN_PER_WANTED = 40
"""Pairs that are looked at for each that is shown."""


@st.cache_data(max_entries=128, show_spinner=False, hash_funcs={View: data.identity, np.ndarray: data.mask_key})
def pairs_at_distance(
    view: View, low: float, high: float, wanted: int, seed: int, keep: np.ndarray | None = None
) -> tuple[list[Pair], list[float]]:
    """Return up to `wanted` frame pairs with low <= distance <= high, of many films, and their distances.

    `keep`, bool over `view.neighbours.pair_videos`, limits the films. The same seed gives the same pairs.
    """
    near = view.neighbours
    inside = (near.distance >= np.float32(low)) & (near.distance <= np.float32(high))
    if keep is not None:
        inside &= np.repeat(keep, np.diff(near.pair_starts))
    at = np.flatnonzero(inside)
    rng = np.random.default_rng(seed)
    if len(at) > _DRAWN_PER_WANTED * wanted:
        at = np.sort(rng.choice(at, _DRAWN_PER_WANTED * wanted, replace=False))
    pair = np.searchsorted(near.pair_starts, at, side="right") - 1
    found: list[tuple[float, Pair]] = []
    for n in _spread(pair, near.frame_a[at], wanted, rng):
        a, b = near.pair_videos[pair[n]].tolist()
        found.append((float(near.distance[at[n]]), (a, int(near.frame_a[at[n]]), b, int(near.frame_b[at[n]]))))
    found.sort()
    return [p for _, p in found], [d for d, _ in found]


def _spread(pair: np.ndarray, frame: np.ndarray, wanted: int, rng: np.random.Generator) -> list[int]:
    """Choose so that each pair of films, and each stretch of film, comes up before any comes up again."""
    order = rng.permutation(len(pair))
    rounds: dict[int, int] = {}
    seen: set[tuple[int, int]] = set()
    ranked = []
    for n in order:
        stretch = (int(pair[n]), int(frame[n]) // 10)
        late = 1000 if stretch in seen else 0
        seen.add(stretch)
        rounds[int(pair[n])] = rounds.get(int(pair[n]), 0) + 1
        ranked.append((rounds[int(pair[n])] + late, int(n)))
    ranked.sort(key=lambda r: r[0])
    return [n for _, n in ranked[:wanted]]


def closest(view: View) -> tuple[Pair, float] | None:
    """Return the closest frame pair of the view."""
    near = view.neighbours
    if not len(near):
        return None
    at = int(np.argmin(near.distance))
    p = int(np.searchsorted(near.pair_starts, at, side="right")) - 1
    a, b = near.pair_videos[p].tolist()
    return (a, int(near.frame_a[at]), b, int(near.frame_b[at])), float(near.distance[at])

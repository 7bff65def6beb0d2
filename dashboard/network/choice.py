"""Choose a network, a layer and what is done with it; every choice is in the URL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.media import roots
from dashboard.parts.text import plain
from vrd_core.errors import VRDError
from vrd_core.fingerprints.catalogue import NetworkInfo, catalogue, network_info, usual_score, weights_state
from vrd_core.fingerprints.worker import measured_speed
from vrd_core.settings import FingerprintSettings, FrameSettings, Pooling, SearchSettings, ViewSettings
from vrd_core.store import Store

NETWORK, LAYER = "network", "layer"
USUAL = "usual"

_POOLINGS: dict[str, Pooling | None] = {USUAL: None, "flatten": "flatten", "average": "average", "gem": "gem"}
_SCORES: dict[Any, str] = {"": "The network's usual", "distance": "Distance", "normalised": "Normalised"}


def network(store: Store, current: ViewSettings, used: set[str]) -> NetworkInfo:
    """Draw the table of networks and return the one that is chosen; `used` are those with finished results."""
    known = list(catalogue().values())
    names = [n.name for n in known]
    asked = st.query_params.get(NETWORK, "")
    start = asked if asked in names else current.fingerprints.network
    table = pd.DataFrame(
        {
            "Network": names,
            "This project": ["finished" if n in used else "" for n in names],
            "Weights": [weights_state(FingerprintSettings(network=n)) for n in names],
            "Frames/s": [f"{s:,.0f}" if (s := measured_speed(store, n)) else "" for n in names],
            "Input": [f"{n.input_size[1]} × {n.input_size[0]}" for n in known],
            "Parameters": [n.parameters / 1e6 for n in known],
            "Vector": [_usual_length(n) for n in known],
            "Layers": [len(n.layers) for n in known],
        }
    )
    picked = st.dataframe(
        table,
        key="networks",
        height=318,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [names.index(start) if start in names else 0]}},
        alt="Networks to choose from",
        column_config={
            "Network": st.column_config.TextColumn(pinned=True),
            "This project": st.column_config.TextColumn(help="Whether this project has results with it."),
            "Weights": st.column_config.TextColumn(
                help="What a network has learned: part of the program, on disk, or fetched once when it is first used."
            ),
            "Frames/s": st.column_config.TextColumn(
                alignment="right", help="Measured on this machine; empty where nobody measured yet."
            ),
            "Input": st.column_config.TextColumn(help="Pixels of the picture that the network sees."),
            "Parameters": st.column_config.NumberColumn(format="%.1f M"),
            "Vector": st.column_config.NumberColumn(
                format="localized", help="Numbers in a fingerprint of its usual layer."
            ),
            "Layers": st.column_config.NumberColumn(format="localized"),
        },
    )
    rows = picked["selection"]["rows"]
    info = known[rows[0]] if rows else known[names.index(start) if start in names else 0]
    own = _own_file(store, current)
    info = own or info
    if st.query_params.get(NETWORK) != str(info.path or info.name):
        st.query_params[NETWORK] = str(info.path or info.name)
    return info


def _usual_length(info: NetworkInfo) -> int:
    return info.layer(info.default_layer).vector_length(info.default_pooling)


def _own_file(store: Store, current: ViewSettings) -> NetworkInfo | None:
    asked = st.query_params.get(NETWORK, "")
    asked = asked if asked.endswith(".keras") else current.fingerprints.network
    with st.expander("A network file of your own", expanded=asked.endswith(".keras")):
        path = st.text_input(
            "A .keras file",
            asked if asked.endswith(".keras") else "",
            key="own_network",
            placeholder="/path/to/a/network.keras",
            help="A Keras model that takes pictures. It is loaded in safe mode: files that bring code "
            "of their own are refused.",
        )
    if not path:
        return None
    try:
        real = roots.allowed(path, store.root)
        with st.spinner("Reading the network file …", show_time=True):
            return network_info(str(real), store)
    except VRDError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def layer(info: NetworkInfo, current: ViewSettings, pooling: str, fps: float, used: set[str]) -> str:
    """Draw the table of layers and return the name of the chosen one; `used` are layers with finished results."""
    kept = f"layer_of_{info.name}"
    if kept not in st.session_state:
        st.session_state[kept] = _first_layer(info, current)
    find = st.text_input(
        "Find a layer",
        key="find_layer",
        label_visibility="collapsed",
        placeholder="Part of a name or kind, such as conv or 14 x 14",
        icon=":material/search:",
    )
    wanted = find.strip().lower().replace("×", "x").replace(" ", "")
    shown = [x for x in info.layers if wanted in f"{x.name}|{x.kind}|{'x'.join(map(str, x.output_shape))}".lower()]
    names = [x.name for x in shown]
    chosen = str(st.session_state[kept])
    table = pd.DataFrame(
        {
            "Index": [x.index for x in shown],
            "Layer": names,
            "Kind": [x.kind for x in shown],
            "Output": [" × ".join(map(str, x.output_shape)) for x in shown],
            "Vector": [x.vector_length(pooling) for x in shown],
            "MB per hour": [x.bytes_per_hour(pooling, fps) / 1e6 for x in shown],
            "This project": [
                "finished" if n in used else "usual choice" if n == info.default_layer else "" for n in names
            ],
        }
    )
    start = [names.index(chosen)] if chosen in names else []
    picked = st.dataframe(
        table,
        key=f"layers_{info.name}_{wanted}",
        height=min(38 + 35 * max(1, len(names)), 388),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": start}},
        alt=f"Layers of {info.name}",
        column_config={
            "Index": st.column_config.NumberColumn(width=70),
            "Output": st.column_config.TextColumn(help="Height × width × channels of what it gives for a frame."),
            "Vector": st.column_config.NumberColumn(format="localized", help="Numbers in a fingerprint, pooled."),
            "MB per hour": st.column_config.NumberColumn(format="%.1f", help="On disk, per hour of film."),
        },
    )
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(names):
        chosen = names[rows[0]]
    st.session_state[kept] = chosen
    one = info.layer(chosen)
    st.caption(
        f"Chosen: {plain(one.name)}, index {one.index} · {one.vector_length(pooling):,} numbers per frame · "
        f"{one.bytes_per_hour(pooling, fps) / 1e6:,.1f} MB per hour of film"
    )
    if st.query_params.get(LAYER) != chosen:
        st.query_params[LAYER] = chosen
    return chosen


def _first_layer(info: NetworkInfo, current: ViewSettings) -> str:
    names = {x.name for x in info.layers}
    asked = st.query_params.get(LAYER, "")
    if asked in names:
        return asked
    same = current.fingerprints.network == str(info.path or info.name)
    return current.fingerprints.layer if same and current.fingerprints.layer in names else info.default_layer


def treatment(info: NetworkInfo) -> tuple[Pooling | None, bool | None, str | None]:
    """Ask for pooling, normalisation and weights; None stands for the network's usual choice."""
    usual = {"flatten": "none", "average": "average", "gem": "GeM"}
    left, middle, right = st.columns([5, 4, 3])
    pooling = left.segmented_control(
        "Pooling",
        list(_POOLINGS),
        default=USUAL,
        required=True,
        key="pooling",
        bind="query-params",
        format_func={
            USUAL: f"As usual: {usual[info.default_pooling]}",
            "flatten": "None: flatten",
            "average": "Average",
            "gem": "GeM",
        }.__getitem__,
        help="What is done with a layer that still has height and width. Flattened, the place of things in the picture "
        "counts, and vectors are long; averaged, it does not. GeM weighs strong responses more. Flat layers are "
        "taken as they are.",
    )
    normalise = middle.segmented_control(
        "Scale to length 1",
        [USUAL, "yes", "no"],
        default=USUAL,
        required=True,
        key="normalise",
        bind="query-params",
        format_func={
            USUAL: f"As usual: {'yes' if info.default_normalise else 'no'}",
            "yes": "Yes",
            "no": "No",
        }.__getitem__,
        help="Scaled, distances lie between 0 and 4 whatever the network, and contrast counts less. Thresholds "
        "published for Keras Applications are for unscaled ones.",
    )
    weights: str | None = None
    if len(info.weights_kinds) > 1:
        kinds = [USUAL, *info.weights_kinds[1:]]
        weights = right.segmented_control(
            "Weights",
            kinds,
            default=USUAL,
            required=True,
            key="weights",
            bind="query-params",
            format_func=lambda kind: f"As usual: {info.weights_kinds[0]}" if kind == USUAL else kind.capitalize(),
            help="Untrained is a control for teaching: what the shape of a network does before it has learned.",
        )
    return (
        _POOLINGS[str(pooling)],
        {USUAL: None, "yes": True, "no": False}[str(normalise)],
        None if weights == USUAL else weights,
    )


def rest(current: ViewSettings) -> tuple[FrameSettings, bool, SearchSettings]:
    """Ask for what is seldom changed: frames and search. Returns frames, whether borders are cut, search."""
    now = current.search
    with st.expander("Frames and search", icon=":material/tune:"):
        one, two, three = st.columns(3, gap="medium")
        fps = one.number_input(
            "Frames per second of film",
            0.1,
            25.0,
            current.frames.fps,
            0.5,
            key="fps",
            bind="query-params",
            help="One is enough for reuse of five seconds and more. Doubling "
            "doubles disk and time, and makes the search four times as "
            "long.",
        )
        trim = one.checkbox(
            "Cut letterbox and pillarbox off", current.fingerprints.trim_borders, key="trim", bind="query-params"
        )
        neighbours = two.number_input(
            "Neighbours considered",
            1,
            2048,
            now.neighbours_considered,
            50,
            key="neighbours",
            bind="query-params",
            help="How many nearest frames are kept for each frame.",
        )
        mask = two.checkbox(
            "Leave out near-single-colour frames",
            now.mask_single_colour,
            key="mask",
            bind="query-params",
            help="Black leader and fades are all alike and mean nothing.",
        )
        usual = now.score in (None, usual_score(current.fingerprints))
        score = three.selectbox(
            "Score",
            list(_SCORES),
            0 if usual else list(_SCORES).index(now.score),
            key="score",
            bind="query-params",
            format_func=_SCORES.__getitem__,
            help="Normalised divides a distance by how close the two frames are to unrelated "
            "footage: everyday pictures count less. It is usual for ReuseNet.",
        )
        mirrored = three.checkbox(
            "Also compare mirrored",
            now.mirrored,
            key="mirrored",
            bind="query-params",
            help="Finds footage that was flipped left to right; fingerprints take twice as long.",
        )
        index = three.text_input(
            "Index",
            now.index,
            key="index",
            bind="query-params",
            help="Flat is exact. Other Faiss factory strings, such as IVF256,Flat, are faster on "
            "very large libraries and miss some neighbours.",
        )
    return (
        replace(current.frames, fps=float(fps)),
        bool(trim),
        replace(
            now,
            neighbours_considered=int(neighbours),
            mask_single_colour=mask,
            score=score or None,
            mirrored=mirrored,
            index=index.strip() or "Flat",
        ),
    )


def name_of(info: NetworkInfo) -> str:
    """Return what settings call a network."""
    return str(Path(info.path)) if info.path else info.name

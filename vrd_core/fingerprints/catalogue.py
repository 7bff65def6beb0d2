"""The networks that can make fingerprints, and their layers: what can be chosen, listed without TensorFlow.

    >>> catalogue()["efficientnetb4"].layer("block7b_se_squeeze").vector_length("flatten")
    2688

`catalogue.json` is made by `vrd_core.fingerprints.build_catalogue`; `keras_model.py` builds what is chosen here.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vrd_core.errors import LayerTooLargeError, NetworkError, WeightsError
from vrd_core.settings import EMBEDDED_NETWORK, FingerprintSettings, Pooling, Score, ViewSettings
from vrd_core.store import Store
from vrd_core.text import digest

CATALOGUE_FILE = Path(__file__).with_name("catalogue.json")
EMBEDDED_FILE = Path(__file__).with_name("weights") / f"{EMBEDDED_NETWORK}.keras"

STEP = "fingerprints"
VERSION = "1"
"""Counted up when the same settings would give other numbers than before."""

LONGEST_VECTOR = 150_000
"""Numbers in a fingerprint above which a layer is refused: 2 GB for an hour of video at one frame per second."""


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """One layer of a network."""

    index: int
    name: str
    kind: str
    """Its Keras class."""
    output_shape: tuple[int, ...]
    """Of one frame: (height, width, channels), (tokens, channels) or (numbers,)."""

    @property
    def flat(self) -> bool:
        """Whether the output is already a vector, so that pooling changes nothing."""
        return len(self.output_shape) <= 1

    def vector_length(self, pooling: str | None = "flatten") -> int:
        """Return how many numbers a fingerprint of this layer has."""
        if self.flat or pooling in (None, "flatten"):
            return math.prod(self.output_shape)
        return self.output_shape[-1]

    def bytes_per_hour(self, pooling: str | None = "flatten", fps: float = 1.0) -> float:
        """Return what an hour of video takes on disk at `fps` frames per second (4 bytes a number)."""
        return 4 * 3600 * fps * self.vector_length(pooling)


@dataclass(frozen=True)
class NetworkInfo:
    """One network: of Keras Applications, the embedded one, or a file of the user's."""

    name: str
    input_size: tuple[int, int]
    """Height and width in pixels."""
    parameters: int
    """Without the classifier, which is never built."""
    layers: tuple[LayerInfo, ...]
    default_layer: str
    default_pooling: Pooling
    default_normalise: bool
    weights_kinds: tuple[str, ...]
    """What `weights` may be, besides the path of a weights file; the first is the usual choice."""
    weights_bytes: int
    """About how much there is to download or load."""
    constructor: str = ""
    """Name in keras.applications; empty for the embedded network and for files."""
    module: str = ""
    """The module of keras.applications with its preprocess_input."""
    weights_file: str = ""
    weights_url: str = ""
    weights_hash: str = ""
    path: Path | None = None

    def layer(self, name: str | None) -> LayerInfo:
        """Return the layer of that name (None: the usual one), or raise NetworkError naming the nearest ones."""
        name = self.default_layer if name is None else name
        for layer in self.layers:
            if layer.name == name:
                return layer
        near = difflib.get_close_matches(name, [layer.name for layer in self.layers], 4, 0.5) or [self.default_layer]
        raise NetworkError(
            f"{self.name} has no layer of that name; near it are {', '.join(near)}. All of "
            f"them: `python -m vrd_core layers {self.path or self.name}`. Received: {name!r}."
        )


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, NetworkInfo]:
    """Return every network by name, the embedded one first. Reads JSON: no TensorFlow, no weights."""
    entries = json.loads(CATALOGUE_FILE.read_text(encoding="utf-8"))["networks"]
    names = [EMBEDDED_NETWORK, *sorted(name for name in entries if name != EMBEDDED_NETWORK)]
    return {name: _from_entry(name, entries[name]) for name in names}


def network_info(network: str, store: Store | None = None) -> NetworkInfo:
    """Return one network: a name of the catalogue, or the path of a .keras file.

    The layers of a file are listed in a child process (Keras has to load it), once: they are remembered in `store`.
    Raises NetworkError naming what is allowed, or saying why a file cannot be used.
    """
    if network.lower().endswith(".keras"):
        path = Path(network).expanduser().absolute()
        if not path.is_file():
            raise NetworkError(f"There is no network file {path}.")
        return _from_file(path, file_digest(path), store)
    if found := catalogue().get(network.lower()):
        return found
    near = difflib.get_close_matches(network.lower(), catalogue(), 3, 0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise NetworkError(
        f"network must be one of {', '.join(catalogue())}, or the path of a .keras file.{hint} Received: {network!r}."
    )


def resolve(settings: FingerprintSettings, store: Store | None = None) -> FingerprintSettings:
    """Return the settings with every None filled in by the network's usual choice.

    Paths become absolute; pooling of a flat layer becomes "flatten", as it changes nothing. Without TensorFlow.
    Raises NetworkError or WeightsError naming what is allowed, LayerTooLargeError where it would not fit on a disk.
    """
    info = network_info(settings.network, store)
    layer = info.layer(settings.layer)
    pooling: Pooling = "flatten" if layer.flat else settings.pooling or info.default_pooling
    if not math.prod(layer.output_shape):
        raise NetworkError(
            f"Layer {layer.name} of {info.name} has no output of a fixed size. Received: {layer.output_shape}."
        )
    if (length := layer.vector_length(pooling)) > LONGEST_VECTOR:
        shape = " × ".join(map(str, layer.output_shape))
        raise LayerTooLargeError(
            f"Layer {layer.name} of {info.name} gives {shape} = {length:,} numbers per frame, "
            f"{layer.bytes_per_hour(pooling) / 1e9:.1f} GB per hour of video at one frame per second; the limit is "
            f"{14400 * LONGEST_VECTOR / 1e9:.1f} GB. Choose pooling='average' ({layer.vector_length('average'):,} "
            "numbers) or a later layer."
        )
    return replace(
        settings,
        network=str(info.path or info.name),
        layer=layer.name,
        pooling=pooling,
        weights=_resolve_weights(settings.weights, info),
        normalise=info.default_normalise if settings.normalise is None else settings.normalise,
    )


def usual_score(settings: FingerprintSettings) -> Score:
    """Return what SearchSettings.score is when it is None; `settings` need not be resolved.

    "normalised" for the network that ships, which finds more with it (README, Quality); "distance" for all others, so
    that published thresholds hold.
    """
    return "normalised" if settings.network.lower() == EMBEDDED_NETWORK else "distance"


def usual_align_fps(settings: FingerprintSettings) -> float:
    """Return what SearchSettings.align_fps is when it is None: 4 where a fingerprint takes milliseconds, else 0."""
    return 4.0 if settings.network.lower() == EMBEDDED_NETWORK else 0.0


def measured_range(settings: ViewSettings) -> tuple[float, float, float] | None:
    """Return the least, usual and greatest threshold at which a kind of fingerprints was measured to work, or None.

    Of the network that ships, with normalised scores: from .6 to .8 F is within .03 of its best on planted reuse with
    edits that the network knows (docs/quality.md).
    """
    prints, search = settings.fingerprints, settings.search
    ships = prints.network.lower() == EMBEDDED_NETWORK and prints.weights in (None, "embedded")
    usual = prints.layer in (None, network_info(prints.network).default_layer)
    return (0.6, 0.7, 0.8) if ships and usual and search.score == "normalised" else None


def weights_state(settings: FingerprintSettings) -> str:
    """Return where the weights are, in words for a table; `settings` need not be resolved."""
    if settings.network.lower().endswith(".keras"):
        return "on disk" if Path(settings.network).expanduser().is_file() else "missing"
    info = network_info(settings.network)
    weights = settings.weights or info.weights_kinds[0]
    if weights == "untrained":
        return "untrained (seeded)"
    if weights == "embedded":
        return "ships"
    if weights == "imagenet":
        there = (keras_cache() / info.weights_file).is_file()
        return "on disk" if there else f"needs a download ({math.ceil(info.weights_bytes / 1e6)} MB)"
    return "on disk" if Path(weights).expanduser().is_file() else "missing"


def weights_digest(settings: FingerprintSettings) -> str:
    """Return a text that differs where the weights of resolved settings differ; files count by content, not path."""
    parts = []
    if settings.network == EMBEDDED_NETWORK:
        parts.append(file_digest(EMBEDDED_FILE))
    elif settings.network not in catalogue():
        parts.append(file_digest(Path(settings.network)))
    if settings.weights == "imagenet":
        info = catalogue()[settings.network]
        parts.append(f"imagenet {info.weights_file} {info.weights_hash}")
    elif settings.weights in ("untrained", "embedded", "own"):
        parts.append(settings.weights)
    else:
        parts.append(file_digest(Path(settings.weights or "")))
    return digest(*parts)


def fingerprints_key(frames_key: str, settings: FingerprintSettings) -> str:
    """Return the key of a video's fingerprints; `settings` must be resolved."""
    values = settings.to_dict()
    values["weights"] = weights_digest(settings)
    if settings.network not in catalogue():
        values["network"] = "file"  # its content is in the digest: moving it keeps the cache
    return digest(STEP, VERSION, frames_key, json.dumps(values, sort_keys=True))


def keras_cache() -> Path:
    """Return the folder that Keras downloads weights to."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "models"


def file_digest(path: Path) -> str:
    """Return a digest of a file's content, read once per process and state of the file."""
    stat = path.stat()
    return _file_digest(path, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _file_digest(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _resolve_weights(weights: str | None, info: NetworkInfo) -> str:
    if not weights:
        return info.weights_kinds[0]
    if weights in info.weights_kinds:
        return weights
    path = Path(weights).expanduser().absolute()
    if not weights.endswith(".h5"):
        kinds = ", ".join(map(repr, info.weights_kinds))
        raise WeightsError(
            f"weights of {info.name} must be {kinds} or the path of a .weights.h5 or .h5 file. Received: {weights!r}."
        )
    if not path.is_file():
        raise WeightsError(f"There is no weights file {path}.")
    return str(path)


def _layers(rows: Sequence[Sequence[Any]]) -> tuple[LayerInfo, ...]:
    return tuple(LayerInfo(index, name, kind, tuple(shape)) for index, (name, kind, shape) in enumerate(rows))


def _from_entry(name: str, entry: dict[str, Any]) -> NetworkInfo:
    height, width = entry["input_size"]
    layers = _layers(entry["layers"])
    usual = next(layer for layer in layers if layer.name == entry["default_layer"])
    if name == EMBEDDED_NETWORK:
        return NetworkInfo(
            name,
            (height, width),
            entry["parameters"],
            layers,
            usual.name,
            "average",
            True,
            ("embedded", "untrained"),
            EMBEDDED_FILE.stat().st_size,
        )
    weights = entry["weights"]
    # The original flattens, which the classic choice, a flat layer, keeps; a last layer of 7 x 7 x 1280 is averaged.
    return NetworkInfo(
        name,
        (height, width),
        entry["parameters"],
        layers,
        usual.name,
        "flatten" if usual.flat else "average",
        False,
        ("imagenet", "untrained"),
        weights["bytes"],
        entry["constructor"],
        entry["module"],
        weights["file"],
        weights["url"],
        weights["hash"],
    )


_entries_of_files: dict[str, dict[str, Any]] = {}


def _from_file(path: Path, content: str, store: Store | None) -> NetworkInfo:
    entry = _entries_of_files.get(content) or (store.recall(f"network/{content}") if store else None)
    if entry is None:
        command = [sys.executable, "-m", "vrd_core.fingerprints.build_catalogue", "--file", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=Path(__file__).parents[2])
        if done.returncode:
            lines = done.stderr.strip().splitlines() or [f"it ended with exit code {done.returncode}"]
            raise NetworkError(lines[-1])
        entry = json.loads(done.stdout.splitlines()[-1])
    if store and content not in _entries_of_files:
        store.note(f"network/{content}", entry)
    _entries_of_files[content] = entry
    height, width = entry["input_size"]
    return NetworkInfo(
        path.name,
        (height, width),
        entry["parameters"],
        _layers(entry["layers"]),
        entry["default_layer"],
        "average",
        False,
        ("own",),
        path.stat().st_size,
        path=path,
    )

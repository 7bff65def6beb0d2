"""See inside a layer: one frame as the network gets it, and what a layer makes of it.

`frame_pictures` needs no TensorFlow. `look_inside` runs the network; the dashboard asks the worker for it
(`vrd_core.fingerprints.worker`), which answers with what `to_dict` gives.
"""

from __future__ import annotations

import base64
import functools
import io
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from vrd_core.fingerprints.catalogue import LayerInfo, network_info, resolve, weights_digest
from vrd_core.fingerprints.compute import network_picture
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store

if TYPE_CHECKING:
    from vrd_core.frames.extract import Frames

# Ten steps of cividis (Nunez, Anderton and Renslow 2018): even in lightness, the same to colour-blind eyes.
_CIVIDIS = (
    (0, 34, 78),
    (18, 53, 112),
    (59, 73, 108),
    (87, 93, 109),
    (112, 113, 115),
    (138, 134, 120),
    (165, 156, 116),
    (195, 179, 105),
    (225, 204, 85),
    (254, 232, 56),
)
_GAP = 3


@dataclass(frozen=True)
class Inside:
    """What one layer makes of one picture."""

    layer: LayerInfo
    values: np.ndarray
    """float32, of the layer's output shape."""

    def maps(self, count: int = 36) -> tuple[np.ndarray, np.ndarray]:
        """Return the strongest maps, float32 (count, height, width), and their channels: by mean absolute activation.

        A layer of (tokens, channels) is one map; a flat layer has none.
        """
        shape = self.values.shape
        if len(shape) <= 1:
            return np.zeros((0, 1, 1), np.float32), np.zeros(0, int)
        if len(shape) == 2:
            return self.values[None], np.zeros(1, int)
        planes = np.moveaxis(self.values.reshape(shape[0], -1, shape[-1]), -1, 0)
        # Ties (dead channels) in the order of the channels, so that the same frame shows the same maps.
        channels = np.argsort(-np.abs(planes).mean((1, 2)), kind="stable")[:count]
        return planes[channels], channels

    def picture(self, count: int = 36, tile: int = 96) -> Image.Image:
        """Return the strongest maps as one picture of tiles, each from its own least to its own greatest value.

        A flat layer gives its numbers as bars, in their order, zero line included.
        """
        maps, _ = self.maps(count)
        return _mosaic(maps, tile) if len(maps) else _bars(self.values.reshape(-1))

    def to_dict(self, count: int = 36, tile: int = 96) -> dict[str, Any]:
        """Return plain JSON: the picture as base64 PNG, which channels it shows, and the numbers of a flat layer."""
        maps, channels = self.maps(count)
        stream = io.BytesIO()
        self.picture(count, tile).save(stream, "PNG")
        flat = self.values.reshape(-1) if not len(maps) else np.zeros(0)
        return {
            "png": base64.b64encode(stream.getvalue()).decode(),
            "layer": self.layer.name,
            "kind": self.layer.kind,
            "shape": list(self.values.shape),
            "channels": [int(c) for c in channels],
            "ranges": [[float(m.min()), float(m.max())] for m in maps],
            "columns": _columns(len(maps)),
            "values": [float(v) for v in flat],
            "dead": _dead(self.values),
        }


def frame_pictures(frames: Frames, k: int, settings: FingerprintSettings) -> dict[str, Image.Image]:
    """Return frame k as stored ("whole"), without its borders ("trimmed") and as the network gets it ("network")."""
    size = network_info(settings.network).input_size
    whole = frames.image(k)
    return {
        "whole": whole,
        "trimmed": frames.trimmed(k) if settings.trim_borders else whole,
        "network": network_picture(frames, k, size, trim=settings.trim_borders, mirrored=settings.mirrored),
    }


def look_inside(frames: Frames, k: int, settings: FingerprintSettings, store: Store | None = None) -> Inside:
    """Run the network on frame k up to the layer. Imports TensorFlow; the network last used is kept.

    Layers that are too large for fingerprints can be looked at. Raises as `load_fingerprinter` does.
    """
    settings = resolve(replace(settings, pooling="average"), store)
    picture = network_picture(
        frames, k, network_info(settings.network).input_size, trim=settings.trim_borders, mirrored=settings.mirrored
    )
    return look_inside_picture(np.asarray(picture), settings)


def look_inside_picture(picture: np.ndarray, settings: FingerprintSettings) -> Inside:
    """Run the network on uint8 (height, width, 3) of its input's size up to the layer of resolved settings."""
    from vrd_core.fingerprints.keras_model import import_keras, layer_output, preprocessing

    info = network_info(settings.network)
    layer = info.layer(settings.layer)
    keras = import_keras()
    model = _model(settings.network, settings.weights or info.weights_kinds[0], weights_digest(settings))
    part = keras.Model(model.inputs, layer_output(model, layer))
    # As tensors from the start: some preprocessing modules change an array in place.
    pixels = keras.ops.convert_to_tensor(picture[None].astype(np.float32))
    values = keras.ops.convert_to_numpy(part(preprocessing(info)(pixels), training=False))[0]
    return Inside(layer, np.asarray(values, np.float32))


@functools.lru_cache(maxsize=1)
def _model(network: str, weights: str, _digest: str) -> Any:
    from vrd_core.fingerprints.keras_model import build_model

    return build_model(network_info(network), weights)


def _columns(count: int) -> int:
    return max(1, math.ceil(math.sqrt(count)))


def _dead(values: np.ndarray) -> int:
    """Count the channels that are zero everywhere."""
    return int((~values.reshape(-1, values.shape[-1]).any(0)).sum()) if values.ndim > 1 else int((values == 0).sum())


def _colours(plane: np.ndarray) -> np.ndarray:
    """Turn values into uint8 RGB from their own least (dark blue) to their own greatest (yellow)."""
    low, high = float(plane.min()), float(plane.max())
    scaled = (plane - low) / (high - low) if high > low else np.zeros_like(plane)
    at = np.linspace(0, 1, len(_CIVIDIS))
    return np.stack([np.interp(scaled, at, column) for column in np.transpose(_CIVIDIS)], -1).astype(np.uint8)


def _mosaic(maps: np.ndarray, tile: int) -> Image.Image:
    """Draw maps (count, height, width) as square tiles, as the network saw the picture; the ground is see-through."""
    columns = _columns(len(maps))
    rows = -(-len(maps) // columns)
    step = tile + _GAP
    canvas = Image.new("RGBA", (columns * step - _GAP, rows * step - _GAP))
    for number, plane in enumerate(maps):
        # Cells of a small map stay visible as cells; a map larger than its tile is averaged.
        how = Image.Resampling.NEAREST if max(plane.shape) <= tile else Image.Resampling.BOX
        picture = Image.fromarray(_colours(plane)).resize((tile, tile), how)
        canvas.paste(picture, (number % columns * step, number // columns * step))
    return canvas


def _bars(values: np.ndarray, width: int = 960, height: int = 160) -> Image.Image:
    """Draw numbers as bars from the zero line; where there are more than fit, each bar is the largest of its share."""
    shares = np.array_split(values, min(len(values), width))
    tops = np.array([share[np.abs(share).argmax()] for share in shares])
    high, low = max(0.0, float(tops.max())), min(0.0, float(tops.min()))
    # Rounded down so that every bar is of one width and none is lost.
    bar = max(1, width // len(tops))
    level = np.linspace(high, low, height)[:, None]
    filled = (level >= np.minimum(tops, 0)) & (level <= np.maximum(tops, 0))
    pixels = np.zeros((height, len(tops), 4), np.uint8)
    pixels[filled] = (*_CIVIDIS[6], 255)
    return Image.fromarray(np.repeat(pixels, bar, axis=1))

"""Looking inside a layer."""

from typing import Any

import numpy as np
import pytest

from tests.fingerprints.stills import DrawnFrames
from vrd_core.fingerprints.catalogue import LayerInfo, catalogue
from vrd_core.fingerprints.compute import load_fingerprinter, network_picture
from vrd_core.fingerprints.inside import Inside, frame_pictures, look_inside
from vrd_core.settings import FingerprintSettings

pytestmark = pytest.mark.slow


def _layer(*shape: int) -> LayerInfo:
    return LayerInfo(3, "some", "Conv2D", shape)


def test_the_strongest_maps_come_first_and_dead_ones_are_counted() -> None:
    values = np.zeros((4, 4, 5), np.float32)
    values[..., 3] = -7
    values[1, 1, 0] = 16
    inside = Inside(_layer(4, 4, 5), values)
    maps, channels = inside.maps(2)
    assert list(channels) == [3, 0]
    assert maps.shape == (2, 4, 4)
    answer = inside.to_dict(count=2, tile=8)
    assert (answer["channels"], answer["dead"], answer["ranges"]) == ([3, 0], 3, [[-7, -7], [0, 16]])


def test_a_map_is_drawn_from_its_own_least_to_its_own_greatest() -> None:
    values = np.zeros((2, 2, 1), np.float32)
    values[0, 1] = 1e-3
    picture = np.asarray(Inside(_layer(2, 2, 1), values).picture(1, 8))
    assert tuple(picture[0, 0, :3]) == (0, 34, 78)
    assert tuple(picture[0, 7, :3]) == (254, 232, 56)


@pytest.mark.parametrize("shape", [(192,), (1,), (5000,), (7, 30), (7, 7, 40), (2, 3, 4, 5), (1, 1, 8)])
def test_every_shape_gives_a_picture(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    answer = Inside(_layer(*shape), values).to_dict()
    assert answer["png"]
    assert len(answer["values"]) == (shape[0] if len(shape) == 1 else 0)


def test_a_frame_whole_trimmed_and_as_the_network_gets_it() -> None:
    pictures = frame_pictures(DrawnFrames(1, border=40), 0, FingerprintSettings())  # type: ignore[arg-type]
    assert {name: p.size for name, p in pictures.items()} == {
        "whole": (320, 240),
        "trimmed": (240, 240),
        "network": (128, 128),
    }


def test_the_last_layer_is_the_fingerprint(keras: Any) -> None:
    frames, settings = DrawnFrames(2), FingerprintSettings()
    inside = look_inside(frames, 1, settings)  # type: ignore[arg-type]
    network = load_fingerprinter(settings)
    batch = np.zeros((network.batch_size, *network.input_size, 3), np.uint8)
    batch[0] = np.asarray(network_picture(frames, 1, network.input_size))  # type: ignore[arg-type]
    np.testing.assert_allclose(inside.values, network(batch)[0], atol=1e-4)


def test_layers_too_large_for_fingerprints_can_be_looked_at(keras: Any) -> None:
    settings = FingerprintSettings(network="mobilenetv2", weights="untrained", layer="block_1_expand_relu")
    assert catalogue()["mobilenetv2"].layer(settings.layer).vector_length("flatten") > 150_000
    assert look_inside(DrawnFrames(1), 0, settings).values.shape == (112, 112, 96)  # type: ignore[arg-type]

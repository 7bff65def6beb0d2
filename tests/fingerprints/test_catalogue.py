"""The list of networks and layers: complete, true to Keras, and read without TensorFlow."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from vrd_core.errors import NetworkError
from vrd_core.fingerprints.build_catalogue import KERAS_APPLICATIONS
from vrd_core.fingerprints.catalogue import CATALOGUE_FILE, EMBEDDED_FILE, catalogue, file_digest, network_info
from vrd_core.fingerprints.keras_model import build_model, layer_output


@pytest.mark.slow
def test_every_network_of_keras_applications_is_listed(keras: Any) -> None:
    # Constructors are the functions with a capital letter; modules are lower-case.
    constructors = {name for name in dir(keras.applications) if name[0].isupper()}
    assert {row[0] for row in KERAS_APPLICATIONS} == constructors
    assert set(catalogue()) == {"reusenet"} | {name.lower() for name in constructors}


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_entry_is_whole(name: str) -> None:
    info = catalogue()[name]
    usual = info.layer(info.default_layer)
    assert info.layers[0].output_shape == (*info.input_size, 3) or name == "reusenet"
    assert [layer.index for layer in info.layers] == list(range(len(info.layers)))
    assert len({layer.name for layer in info.layers}) == len(info.layers)
    assert all(layer.vector_length("average") > 0 for layer in info.layers)
    assert 10 <= usual.vector_length(info.default_pooling) <= 5000
    if name != "reusenet":
        assert info.weights_url.startswith("https://")
        assert "top" in info.weights_file


def test_the_classic_choice() -> None:
    info = catalogue()["efficientnetb4"]
    layer = info.layer("block7b_se_squeeze")
    assert (info.input_size, info.default_layer, info.default_pooling, info.default_normalise) == (
        (380, 380),
        "block7b_se_squeeze",
        "flatten",
        False,
    )
    assert layer.vector_length("flatten") == 2688
    assert info.layer("top_activation").output_shape == (12, 12, 1792)


def test_vector_lengths() -> None:
    layer = catalogue()["mobilenetv2"].layer("out_relu")
    assert [layer.vector_length(pooling) for pooling in ("flatten", "average", "gem")] == [62720, 1280, 1280]
    assert layer.bytes_per_hour("average") == 4 * 3600 * 1280


def test_wrong_names_get_the_right_ones() -> None:
    with pytest.raises(NetworkError, match=r"efficientnetb4, .*Did you mean efficientnet.*Received: 'efficentnetb4'"):
        network_info("efficentnetb4")
    with pytest.raises(NetworkError, match=r"near it are .*block7b_se_squeeze.*Received: 'block7b_squeeze'"):
        network_info("EfficientNetB4").layer("block7b_squeeze")
    with pytest.raises(NetworkError, match="no network file"):
        network_info("nowhere/net.keras")


def test_the_entry_of_reusenet_is_of_the_file_that_ships() -> None:
    entry = json.loads(CATALOGUE_FILE.read_text())["networks"]["reusenet"]
    assert entry["digest"] == file_digest(EMBEDDED_FILE), "run build_catalogue reusenet"
    assert entry["default_layer"] == "fingerprint"


@pytest.mark.slow
def test_anonymous_layers_are_found_however_often_a_network_was_built(keras: Any) -> None:
    info = catalogue()["mobilenetv3small"]
    for _ in range(2):  # the second time Keras numbers on: activation_20 and so forth
        model = build_model(info, "untrained")
        for layer in info.layers:
            assert tuple(layer_output(model, layer).shape[1:]) == layer.output_shape
    assert model.layers[-1].name != info.layers[-1].name


def test_listing_and_choosing_import_no_tensorflow() -> None:
    code = (
        "import sys; from vrd_core import settings; "
        "from vrd_core.fingerprints import catalogue as networks, compute, worker, inside; "
        "networks.catalogue(); s = networks.resolve(settings.FingerprintSettings()); "
        "networks.fingerprints_key('k', s); networks.weights_state(s); "
        "print(sorted({'tensorflow', 'keras', 'faiss', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert ast.literal_eval(done.stdout) == []

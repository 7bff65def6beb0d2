"""Loading weights: published, local, missing, wrong; and network files of the user's, in safe mode."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from vrd_core.errors import NetworkError, WeightsError
from vrd_core.fingerprints.build_catalogue import describe_file
from vrd_core.fingerprints.catalogue import catalogue, network_info, resolve
from vrd_core.fingerprints.keras_model import build_model, layer_output, load_file, preprocessing
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store

# Keras 3.15 reads variables in a way that NumPy 2.4 frowns on.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]


def test_weights_that_cannot_be_downloaded_name_the_way_out(keras: Any) -> None:
    info = replace(
        catalogue()["mobilenetv3small"], weights_url="http://127.0.0.1:9/small.h5", weights_file="not-in-the-cache.h5"
    )
    with pytest.raises(WeightsError, match=r"cannot be downloaded .*--weights small\.h5.*'reusenet'"):
        build_model(info, "imagenet")


def test_weights_of_another_network_do_not_fit(keras: Any, tmp_path: Path) -> None:
    inputs = keras.Input((8, 8, 3))
    path = tmp_path / "tiny.weights.h5"
    keras.Model(inputs, keras.layers.Conv2D(4, 3)(inputs)).save_weights(path)
    with pytest.raises(WeightsError, match=r"tiny\.weights\.h5 do not fit mobilenetv3small.*include_top=False"):
        build_model(catalogue()["mobilenetv3small"], str(path))


def test_efficientnet_gives_what_keras_gives_with_its_published_weights(keras: Any, tmp_path: Path) -> None:
    """Keras builds B0-B7 with one more layer when asked for "imagenet"; here the layers stay the same."""
    from keras.src.legacy.saving import legacy_h5_format
    from keras.src.utils import file_utils

    rng = np.random.default_rng(0)
    source = keras.applications.EfficientNetB0(weights=None, include_top=False, input_shape=(64, 64, 3))
    for layer in source.layers:
        if type(layer).__name__ == "Normalization":
            layer.set_weights([np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225]) ** 2, np.int64(0)])
    path = tmp_path / "b0_notop.h5"  # the format of the published files
    legacy_h5_format.save_model_to_hdf5(source, path, include_optimizer=False)
    with mock.patch.object(file_utils, "get_file", return_value=str(path)):
        theirs = keras.applications.EfficientNetB0(weights="imagenet", include_top=False, input_shape=(64, 64, 3))
    info = replace(catalogue()["efficientnetb0"], input_size=(64, 64))
    ours = build_model(info, str(path))
    pictures = rng.uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(ours(pictures), theirs(pictures), rtol=1e-3, atol=1e-6)
    assert len(ours.layers) == len(info.layers) == len(theirs.layers) - 1
    assert float(np.abs(source(pictures) - theirs(pictures)).max()) > 1e-4  # the difference is there to be seen


def test_untrained_is_the_same_every_time(keras: Any) -> None:
    info = catalogue()["mobilenetv3small"]
    first, second = (build_model(info, "untrained").get_weights() for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def test_layers_inside_a_nested_network_come_from_the_outer_one(keras: Any) -> None:
    inner = keras.Sequential([keras.Input((16, 16, 3)), keras.layers.Conv2D(4, 3, strides=2)], name="inner")
    inputs = keras.Input((16, 16, 3))
    model = keras.Model(inputs, keras.layers.ReLU()(inner(keras.layers.Rescaling(0.5)(inputs))))
    from vrd_core.fingerprints.catalogue import LayerInfo

    output = layer_output(model, LayerInfo(2, "inner", "Sequential", (7, 7, 4)))
    picture = np.ones((1, 16, 16, 3), np.float32)
    np.testing.assert_allclose(keras.Model(inputs, output)(picture), inner(picture / 2), rtol=1e-5)


@pytest.mark.parametrize("name", ["vgg16", "mobilenetv2", "efficientnetb4", "densenet121", "reusenet"])
def test_preprocessing_is_the_networks_own(keras: Any, name: str) -> None:
    pixels = keras.ops.convert_to_tensor(np.full((1, 2, 2, 3), 255, np.float32))
    least = {"vgg16": 131.32, "mobilenetv2": 1.0, "efficientnetb4": 255.0, "densenet121": 2.2489, "reusenet": 255.0}
    assert float(keras.ops.min(preprocessing(catalogue()[name])(pixels))) == pytest.approx(least[name], abs=1e-3)


# -- network files ---------------------------------------------------------------------------------------------------


def _net(keras: Any, last: Any, size: int | None = 32) -> Any:
    inputs = keras.Input((size, size, 3), name="picture")
    return keras.Model(inputs, last(keras.layers.Conv2D(6, 3, strides=2, name="look")(inputs)))


def test_a_file_is_listed_in_a_child_process_and_remembered(keras: Any, tmp_path: Path, store: Store) -> None:
    path = tmp_path / "my net.keras"
    _net(keras, keras.layers.ReLU(name="last")).save(path)
    settings = resolve(FingerprintSettings(network=str(path)), store)
    assert (settings.layer, settings.weights, settings.pooling, settings.normalise) == ("last", "own", "average", False)
    assert network_info(str(path)).input_size == (32, 32)
    moved = path.rename(tmp_path / "moved.keras")
    with mock.patch("subprocess.run", side_effect=AssertionError("asked again")):
        assert network_info(str(moved), store).path == moved
        mock.patch.dict("vrd_core.fingerprints.catalogue._entries_of_files", clear=True).start()
        assert network_info(str(moved), store).layer("look").output_shape == (15, 15, 6)
    mock.patch.stopall()


def test_a_file_that_takes_any_size_and_a_sequential_one(keras: Any, tmp_path: Path) -> None:
    _net(keras, keras.layers.ReLU(name="last"), size=None).save(tmp_path / "any.keras")
    entry = describe_file(tmp_path / "any.keras")
    assert (entry["input_size"], entry["layers"][1]) == ([224, 224], ["look", "Conv2D", [111, 111, 6]])
    layers = [keras.Input((16, 16, 3)), keras.layers.Conv2D(4, 3, name="a"), keras.layers.Flatten(name="b")]
    keras.Sequential(layers).save(tmp_path / "row.keras")
    assert describe_file(tmp_path / "row.keras")["layers"] == [["a", "Conv2D", [14, 14, 4]], ["b", "Flatten", [784]]]


def test_code_in_a_file_is_not_run(keras: Any, tmp_path: Path) -> None:
    path = tmp_path / "lambda.keras"
    _net(keras, keras.layers.Lambda(lambda x: x * 2)).save(path)
    with pytest.raises(NetworkError, match=r"lambda\.keras holds Python code .*never run"):
        load_file(path)


def test_files_that_are_no_networks_of_pictures(keras: Any, tmp_path: Path) -> None:
    (tmp_path / "text.keras").write_text("not a network")
    with pytest.raises(NetworkError, match=r"text\.keras cannot be read as a \.keras file"):
        load_file(tmp_path / "text.keras")
    inputs = keras.Input((5,))
    keras.Model(inputs, keras.layers.Dense(2)(inputs)).save(tmp_path / "numbers.keras")
    with pytest.raises(NetworkError, match=r"one picture of shape .*Received: \[\(None, 5\)\]"):
        load_file(tmp_path / "numbers.keras")

    class Own(keras.layers.Layer):  # type: ignore[name-defined, misc]
        def call(self, x: Any) -> Any:
            return x

    _net(keras, Own()).save(tmp_path / "own.keras")
    with pytest.raises(NetworkError, match=r"own\.keras uses a layer that Keras does not have built in"):
        load_file(tmp_path / "own.keras")


def test_a_file_that_cannot_be_used_says_so_from_the_child(tmp_path: Path) -> None:
    (tmp_path / "text.keras").write_text("not a network")
    with pytest.raises(NetworkError, match=r"^text\.keras cannot be read as a \.keras file"):
        network_info(str(tmp_path / "text.keras"))

"""Build the Keras model behind a choice of network and weights. TensorFlow is imported here, when first needed.

What the person sees of networks and layers comes from `catalogue.py`; this module makes it run.
"""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import socket
import sys
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core.errors import NetworkError, WeightsError
from vrd_core.fingerprints.catalogue import EMBEDDED_FILE, LayerInfo, NetworkInfo
from vrd_core.settings import EMBEDDED_NETWORK

_IMAGENET_STDDEV = (0.229, 0.224, 0.225)


def import_keras() -> Any:
    """Import keras over TensorFlow, quietly (it takes 5 to 15 seconds the first time), and return it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if "keras" not in sys.modules:
        with warnings.catch_warnings(), _quiet_stderr():
            warnings.simplefilter("ignore")
            import tensorflow as tf

            devices = tf.config.list_physical_devices("GPU")
            if devices:
                # The same bytes whether run once or resumed: left alone, cuDNN picks its algorithms by stopwatch.
                tf.config.experimental.enable_op_determinism()
            for device in devices:
                # Take what is needed instead of the whole card: the worker and a job may run side by side.
                with contextlib.suppress(RuntimeError, ValueError):
                    tf.config.experimental.set_memory_growth(device, True)
    return importlib.import_module("keras")


def device_name() -> str:
    """Return "GPU" when TensorFlow sees one, else "CPU"."""
    import_keras()
    import tensorflow as tf

    return "GPU" if tf.config.list_physical_devices("GPU") else "CPU"


def build_model(info: NetworkInfo, weights: str, *, progress: Callable[[str], None] | None = None) -> Any:
    """Return the `keras.Model` of a network with its weights; `weights` is a resolved setting.

    Raises WeightsError when weights are missing, do not fit or cannot be downloaded, and NetworkError when a model
    file cannot be read.
    """
    keras = import_keras()
    if info.path is not None:
        model = load_file(info.path)
    elif info.constructor:
        if weights == "untrained":
            _seed(info.name)
        height, width = info.input_size
        model = getattr(keras.applications, info.constructor)(
            weights=None, include_top=False, input_shape=(height, width, 3)
        )
    else:
        model = load_file(EMBEDDED_FILE)
        if weights == "untrained":
            _seed(info.name)
            model = keras.models.clone_model(model)
    if weights in ("untrained", "embedded", "own"):
        return model
    path = _download(info, progress) if weights == "imagenet" else Path(weights)
    _load_weights(model, info, path)
    return model


def load_file(path: Path) -> Any:
    """Load a .keras file in safe mode: nothing in it is run as Python.

    Raises NetworkError in plain words when it is not such a file, needs code of its own, or takes no pictures.
    """
    keras = import_keras()
    if not path.is_file():
        raise NetworkError(f"There is no network file {path}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of optimisers and losses that are not needed here
            model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        text = str(error)
        if "unsafe" in text or "safe_mode" in text or "Lambda" in text:
            raise NetworkError(
                f"{path.name} holds Python code (a Lambda layer). Code in a file is never run here. "
                "Save the network with built-in layers only (keras.ops are fine)."
            ) from error
        if "custom" in text or "register" in text or "Could not locate class" in text or "Unknown layer" in text:
            raise NetworkError(
                f"{path.name} uses a layer that Keras does not have built in, so it cannot be loaded "
                f"here. Build it from built-in layers. Keras says: {_first_line(text)}"
            ) from error
        raise NetworkError(
            f"{path.name} cannot be read as a .keras file, which Keras 3's model.save() writes. "
            f"Keras says: {_first_line(text)}"
        ) from error
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].shape[-1] != 3:
        raise NetworkError(
            f"{path.name} must take one picture of shape (height, width, 3). "
            f"Received: {[tuple(i.shape) for i in inputs]}."
        )
    return model


def layer_output(model: Any, layer: LayerInfo) -> Any:
    """Return the symbolic output (batch, ...) of one layer inside the model; the first one where it has several.

    The layer is looked up by index, then by name: Keras numbers layers that have no name of their own per process.
    """
    candidates = [one for one in model.layers[layer.index : layer.index + 1] if type(one).__name__ == layer.kind]
    candidates += [one for one in model.layers if one.name == layer.name and type(one).__name__ == layer.kind]
    for candidate in candidates:
        output = output_of(model, candidate)
        if tuple(output.shape[1:]) == layer.output_shape or None in output.shape[1:]:
            return output
    raise NetworkError(
        f"Layer {layer.index}, {layer.name!r} with output {layer.output_shape}, is not in "
        f"{model.name!r} as this version of Keras builds it. Make the catalogue again: "
        "python -m vrd_core.fingerprints.build_catalogue --all"
    )


def output_of(model: Any, layer: Any) -> Any:
    """Return the first output tensor of `layer` as it is called inside `model`."""
    # A nested model (ConvNeXt has some) was called twice: once on its own input, which `layer.output` returns, and
    # once inside the model.
    graph = getattr(model, "_functional", None) or model  # a Sequential keeps its graph inside
    nodes = [node for node in layer._inbound_nodes if any(node is one for one in graph._nodes)]
    outputs = nodes[-1].output_tensors if nodes else layer.output
    return outputs[0] if isinstance(outputs, (list, tuple)) else outputs


def compile_model(
    model: Any, output: Any, preprocess: Callable[[Any], Any], shape: tuple[int, ...], finish: Callable[[Any], Any]
) -> Callable[[np.ndarray], Any]:
    """Return a function from a uint8 batch of exactly `shape` to `finish(output)`, as one TensorFlow graph."""
    keras = import_keras()
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    part = keras.Model(model.inputs, output)

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.uint8)], autograph=False)
    def run(batch: Any) -> Any:
        return finish(part(preprocess(tf.cast(batch, tf.float32)), training=False))

    # With constants for weights TensorFlow folds batch normalisation into the convolutions.
    frozen = convert_variables_to_constants_v2(run.get_concrete_function())
    return lambda batch: frozen(tf.constant(batch))[0]


def preprocessing(info: NetworkInfo) -> Callable[[Any], Any]:
    """Return the network's own preprocessing of RGB pixels 0..255; nothing for networks that do it inside."""
    if not info.module:
        return lambda pixels: pixels
    import_keras()
    module = importlib.import_module(f"keras.applications.{info.module}")
    return module.preprocess_input  # type: ignore[no-any-return]


def _seed(name: str) -> None:
    import_keras().utils.set_random_seed(zlib.crc32(name.encode()))


def _load_weights(model: Any, info: NetworkInfo, path: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.load_weights(path)
    except Exception as error:
        raise WeightsError(
            f"The weights in {path.name} do not fit {info.name}. They must be its weights without the "
            f"classifier (include_top=False). Keras says: {_first_line(str(error))}"
        ) from error
    if info.module == "efficientnet":
        # Keras inserts one more division by sqrt(stddev) into EfficientNet B0-B7 when asked for "imagenet", as the
        # published weights need it (https://github.com/tensorflow/tensorflow/issues/49930). Here it goes into the
        # variance, so that layers are the same whatever the weights.
        layer = next(one for one in model.layers if type(one).__name__ == "Normalization")
        layer.adapt_variance.assign(layer.adapt_variance * np.array(_IMAGENET_STDDEV, np.float32))
        layer.finalize_state()


def _download(info: NetworkInfo, progress: Callable[[str], None] | None) -> Path:
    """Return the published ImageNet weights in Keras's own cache, downloading them when they are not there."""
    if progress:
        progress(f"downloading the weights of {info.name}, about {math.ceil(info.weights_bytes / 1e6)} MB")
    try:
        # Keras draws its bar on standard output, where a caller may be writing JSON lines.
        with contextlib.redirect_stdout(sys.stderr), _timeout(30):
            return Path(
                import_keras().utils.get_file(
                    info.weights_file, info.weights_url, cache_subdir="models", file_hash=info.weights_hash or None
                )
            )
    except Exception as error:
        file = info.weights_url.rpartition("/")[2]
        raise WeightsError(
            f"The ImageNet weights of {info.name} cannot be downloaded ({_first_line(str(error))}). Download "
            f"{info.weights_url} on another machine and give it with --weights {file}, or use "
            f"the network '{EMBEDDED_NETWORK}', which needs no download."
        ) from error


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Drop what libraries print while they load: TensorFlow speaks before it reads its own log level."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        sys.stderr.flush()
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)


@contextlib.contextmanager
def _timeout(seconds: float) -> Iterator[None]:
    """Let no connection hang: Keras sets no limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["nothing"])[0][:300]

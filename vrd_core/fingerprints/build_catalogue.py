"""Make catalogue.json, the list of networks and their layers. Run by hand after a change of Keras:

    python -m vrd_core.fingerprints.build_catalogue --all              every network, each in a fresh process
    python -m vrd_core.fingerprints.build_catalogue mobilenetv2 ...    only these
    python -m vrd_core.fingerprints.build_catalogue reusenet           after a change of weights/reusenet.keras
    python -m vrd_core.fingerprints.build_catalogue --file NET.keras   print the layers of a network file as JSON

All takes about ten minutes. A fresh process each, because Keras numbers layers without a name of their own
("conv2d_94") per process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

from vrd_core.errors import NetworkError
from vrd_core.fingerprints.catalogue import CATALOGUE_FILE, EMBEDDED_FILE, file_digest
from vrd_core.fingerprints.keras_model import import_keras, load_file, output_of
from vrd_core.settings import EMBEDDED_NETWORK
from vrd_core.store import write_atomically

# Constructor, module with its preprocessing, side of the input that the published weights were trained for.
KERAS_APPLICATIONS: tuple[tuple[str, str, int], ...] = (
    *((f"ConvNeXt{size}", "convnext", 224) for size in ("Tiny", "Small", "Base", "Large", "XLarge")),
    *((f"DenseNet{depth}", "densenet", 224) for depth in (121, 169, 201)),
    *(
        (f"EfficientNetB{number}", "efficientnet", side)
        for number, side in enumerate((224, 240, 260, 300, 380, 456, 528, 600))
    ),
    *(
        (f"EfficientNetV2{size}", "efficientnet_v2", side)
        for size, side in (("B0", 224), ("B1", 240), ("B2", 260), ("B3", 300), ("S", 384), ("M", 480), ("L", 480))
    ),
    ("InceptionResNetV2", "inception_resnet_v2", 299),
    ("InceptionV3", "inception_v3", 299),
    ("MobileNet", "mobilenet", 224),
    ("MobileNetV2", "mobilenet_v2", 224),
    ("MobileNetV3Large", "mobilenet_v3", 224),
    ("MobileNetV3Small", "mobilenet_v3", 224),
    ("NASNetLarge", "nasnet", 331),
    ("NASNetMobile", "nasnet", 224),
    *((f"ResNet{depth}", "resnet", 224) for depth in (50, 101, 152)),
    *((f"ResNet{depth}V2", "resnet_v2", 224) for depth in (50, 101, 152)),
    ("VGG16", "vgg16", 224),
    ("VGG19", "vgg19", 224),
    ("Xception", "xception", 299),
)


def describe_model(model: Any) -> dict[str, Any]:
    """Return input size, parameters, layers [name, class, output shape] and the usual layer of a built model."""
    height, width = model.inputs[0].shape[1:3]
    rows = []
    for layer in model.layers:
        shape = output_of(model, layer).shape[1:]
        rows.append([layer.name, type(layer).__name__, [size or 0 for size in shape]])
    return {
        "input_size": [height or 224, width or 224],
        "parameters": int(model.count_params()),
        "default_layer": rows[-1][0],
        "layers": rows,
    }


def describe_file(path: Path) -> dict[str, Any]:
    """Return the same of a .keras file, loaded in safe mode."""
    model = load_file(path)
    if None in model.inputs[0].shape[1:3]:  # any size is taken: fix it, so that layers have a size
        keras = import_keras()
        inputs = keras.Input((224, 224, 3))
        model = keras.models.clone_model(model, input_tensors=inputs)
    return describe_model(model)


def describe_application(constructor: str, module: str, side: int) -> dict[str, Any]:
    """Return the same of one of Keras Applications, and where its ImageNet weights are published."""
    keras = import_keras()
    from keras.src.utils import file_utils  # the one place that every constructor downloads through

    build = getattr(keras.applications, constructor)
    asked: list[Any] = []

    def refuse(name: str, origin: str, **rest: Any) -> None:
        asked.extend((name, origin, rest.get("file_hash")))
        raise ConnectionAbortedError

    with mock.patch.object(file_utils, "get_file", refuse):
        try:
            build(weights="imagenet", include_top=False, input_shape=(side, side, 3))
        except ConnectionAbortedError:
            pass
        else:
            raise NetworkError(f"{constructor} did not ask for its weights by the usual way.")
    keras.backend.clear_session()
    model = build(weights=None, include_top=False, input_shape=(side, side, 3))
    entry = describe_model(model)
    if module == "efficientnet":
        # As the original toolkit: EfficientNetB4 at block7b_se_squeeze, and its like in the other sizes.
        entry["default_layer"] = [row[0] for row in entry["layers"] if row[0].endswith("_se_squeeze")][-1]
    name, url, digest = asked
    return {
        "constructor": constructor,
        "module": module,
        **entry,
        "weights": {"file": name, "url": url, "hash": digest or "", "bytes": 4 * entry["parameters"]},
    }


def describe(name: str) -> dict[str, Any]:
    """Return the entry of one network of the catalogue."""
    if name == EMBEDDED_NETWORK:
        return {**describe_model(load_file(EMBEDDED_FILE)), "digest": file_digest(EMBEDDED_FILE)}
    for row in KERAS_APPLICATIONS:
        if row[0].lower() == name:
            return describe_application(*row)
    raise NetworkError(f"No network {name!r} in the table of {Path(__file__).name}.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line above."""
    parser = argparse.ArgumentParser(
        prog="python -m vrd_core.fingerprints.build_catalogue", description="List networks and layers."
    )
    parser.add_argument("names", nargs="*", metavar="NETWORK")
    parser.add_argument("--all", action="store_true", help="every network")
    parser.add_argument("--file", type=Path, help="print the layers of this .keras file as JSON")
    parser.add_argument("--print", action="store_true", help="print the entry of one network as JSON; write nothing")
    options = parser.parse_args(arguments)
    if options.file or options.print:
        try:
            print(json.dumps(describe_file(options.file) if options.file else describe(options.names[0])))
        except NetworkError as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    names = [row[0].lower() for row in KERAS_APPLICATIONS] + [EMBEDDED_NETWORK] if options.all else options.names
    old = json.loads(CATALOGUE_FILE.read_text(encoding="utf-8")) if CATALOGUE_FILE.is_file() else {"networks": {}}
    for name in names:
        command = [sys.executable, "-m", "vrd_core.fingerprints.build_catalogue", "--print", name]
        entry = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        print(f"{name}: {len(entry['layers'])} layers, {entry['parameters']:,} parameters, {entry['default_layer']}")
        networks = {**old["networks"], name: entry}
        old = {"keras": version("keras"), "networks": dict(sorted(networks.items()))}
        # One network per line: small, and a change of one is one line of a diff.
        lines = ",\n".join(
            f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in old["networks"].items()
        )
        write_atomically(CATALOGUE_FILE, f'{{"keras":{json.dumps(old["keras"])},"networks":{{\n{lines}\n}}}}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())

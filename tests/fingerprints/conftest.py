"""What the tests of step 2 share: one TensorFlow for the whole run, and the recovered weights where they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vrd_core.fingerprints.keras_model import import_keras
from vrd_core.store import Store

WEIGHTS = Path(__file__).parents[3] / "shared/data/weights/mobilenet_v2_1.0_224_notop.weights.h5"


@pytest.fixture(scope="session")
def keras() -> Any:
    """Return keras, imported once."""
    return import_keras()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty workspace."""
    with Store(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture(scope="session")
def mobilenet_weights() -> Path:
    """Return the path of ImageNet weights for MobileNetV2."""
    if not WEIGHTS.is_file():
        pytest.skip(f"needs {WEIGHTS.name} in ../shared/data/weights")
    return WEIGHTS

"""A folder of small photos, drawn anew, and Keras over TensorFlow."""

import numpy as np
import pytest
from PIL import Image

from training.drawn import draw_pictures
from vrd_core.fingerprints.keras_model import import_keras

PHOTOS = 30


@pytest.fixture(scope="session")
def photos(tmp_path_factory):
    """Thirty photos of 60 x 48 pixels: drawn pictures stand for them."""
    folder = tmp_path_factory.mktemp("photos")
    for row, picture in enumerate(draw_pictures(PHOTOS, 64, seed=5)):
        Image.fromarray(picture).resize((60, 48)).save(folder / f"{row:04d}.jpg")
    return folder


@pytest.fixture(scope="session")
def pictures():
    return draw_pictures(16, 48, seed=3)


@pytest.fixture(scope="session")
def keras():
    return import_keras()


@pytest.fixture
def rng():
    return np.random.default_rng(1)

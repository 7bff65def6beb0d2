"""Frames to vectors: the same bytes however they come about, and true to Keras."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.fingerprints.stills import DrawnFrames
from vrd_core.errors import Cancelled, NetworkError
from vrd_core.fingerprints.compute import (
    compute_fingerprints,
    fingerprints_key,
    fingerprints_of_images,
    load_fingerprinter,
    network_picture,
    open_fingerprints,
    resolve,
)
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow


class Counting:
    """A network that gives the mean of each picture, and counts its batches."""

    batch_size, input_size, dim = 4, (8, 8), 2

    def __init__(self) -> None:
        self.batches = 0

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        assert batch.shape == (4, 8, 8, 3)
        self.batches += 1
        mean = batch.mean((1, 2, 3))
        return np.stack([mean, -mean], 1)


EMBEDDED = FingerprintSettings()


@pytest.mark.parametrize(("count", "batches"), [(1, 1), (4, 1), (9, 3)])
def test_batches(store: Store, count: int, batches: int) -> None:
    """Fault 12 of the original: one picture per pass through the network."""
    network, seen = Counting(), []
    made = compute_fingerprints(
        DrawnFrames(count), network, EMBEDDED, store, detail="film", progress=lambda *a: seen.append(a)
    )
    assert network.batches == batches
    assert made.vectors.shape == (count, 2)
    assert made.vectors.dtype == np.float32
    assert len({float(v) for v in made.vectors[:, 0]}) == count
    assert seen[-1] == ("fingerprints", count, count, "film")


def test_no_frames_at_all(store: Store) -> None:
    assert compute_fingerprints(DrawnFrames(0), Counting(), EMBEDDED, store).vectors.shape == (0, 2)


def test_found_again_without_loading_a_network(store: Store) -> None:
    frames = DrawnFrames(5)
    made = compute_fingerprints(frames, Counting, EMBEDDED, store)
    again = compute_fingerprints(frames, lambda: pytest.fail("loaded again"), EMBEDDED, store)
    opened = open_fingerprints(store, fingerprints_key(frames.key, resolve(EMBEDDED)))
    assert opened is not None
    assert again.key == opened.key == made.key
    assert isinstance(opened.vectors, np.memmap)
    assert open_fingerprints(store, "0" * 32) is None
    assert {
        "frames_key",
        "network",
        "layer",
        "weights",
        "pooling",
        "normalise",
        "count",
        "dim",
        "settings",
        "content_id",
    } <= set(opened.facts)


def test_cancelling_leaves_nothing(store: Store) -> None:
    def stop(step: str, done: float, total: float, detail: str) -> None:
        if done >= 8:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        compute_fingerprints(DrawnFrames(40), Counting(), EMBEDDED, store, progress=stop)
    assert list(store.entries("fingerprints")) == []
    assert list((store.root / "tmp").iterdir()) == []


def test_values_that_are_no_numbers_are_refused(store: Store) -> None:
    class Broken(Counting):
        def __call__(self, batch: np.ndarray) -> np.ndarray:
            return super().__call__(batch) * np.nan

    with pytest.raises(NetworkError, match="not finite"):
        compute_fingerprints(DrawnFrames(2), Broken(), EMBEDDED, store, detail="film")


def test_borders_are_trimmed_and_the_rest_squashed() -> None:
    frames = DrawnFrames(1, size=(320, 200), border=60)
    trimmed = np.asarray(network_picture(frames, 0, (64, 64)), float)
    expected = np.asarray(frames.trimmed(0).resize((64, 64), Image.Resampling.BOX), float)
    assert np.abs(trimmed - expected).mean() < 4  # of 255: the still was a JPEG, read at half its size
    whole = np.asarray(network_picture(frames, 0, (64, 64), trim=False), float)
    assert whole[:, :10].max() < 12
    assert whole[:, -10:].max() < 12


def test_mirrored_is_the_mirror_image(store: Store) -> None:
    frames = DrawnFrames(1)
    plain, mirrored = (np.asarray(network_picture(frames, 0, (32, 48), mirrored=m)) for m in (False, True))
    assert np.array_equal(plain[:, ::-1], mirrored)
    assert not np.array_equal(plain, mirrored)


def test_small_stills_are_enlarged() -> None:
    assert network_picture(DrawnFrames(1, size=(20, 12)), 0, (64, 64)).size == (64, 64)


# -- with TensorFlow -------------------------------------------------------------------------------------------------


def test_same_bytes_alone_together_and_again(keras: Any, store: Store) -> None:
    network = load_fingerprinter(EMBEDDED)
    assert load_fingerprinter(replace(EMBEDDED, mirrored=True)) is network
    long, short = DrawnFrames(network.batch_size + 5), DrawnFrames(3)
    vectors = np.array(compute_fingerprints(long, network, EMBEDDED, store).vectors)
    again = np.array(compute_fingerprints(long, network, EMBEDDED, store, recompute=True).vectors)
    assert vectors.tobytes() == again.tobytes()
    assert np.array(compute_fingerprints(short, network, EMBEDDED, store).vectors).tobytes() == vectors[:3].tobytes()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_pictures_given_directly_are_the_frames(keras: Any, store: Store) -> None:
    network, frames = load_fingerprinter(EMBEDDED), DrawnFrames(2)
    stored = np.array(compute_fingerprints(frames, network, EMBEDDED, store).vectors)
    given = fingerprints_of_images([frames.jpeg(0), frames.jpeg(1)], network, EMBEDDED)
    assert stored.tobytes() == given.tobytes()
    png = io.BytesIO()
    Image.open(io.BytesIO(frames.jpeg(0))).save(png, "PNG")
    again = fingerprints_of_images([png.getvalue()], network, EMBEDDED)
    assert float(((again - given[:1]) ** 2).sum()) < 0.02  # a PNG is not read at half its size


def test_light_edits_stay_nearest(keras: Any) -> None:
    """Lightly edited frames are nearest to what they were made of."""
    network, frames = load_fingerprinter(EMBEDDED), DrawnFrames(16)
    edited = []
    for k in range(16):
        stream = io.BytesIO()
        softer = frames.image(k).resize((160, 120)).point([min(255, int(v * 0.8 + 20)) for v in range(256)] * 3)
        softer.save(stream, "JPEG", quality=60)
        edited.append(stream.getvalue())
    a = fingerprints_of_images([frames.jpeg(k) for k in range(16)], network, EMBEDDED)
    b = fingerprints_of_images(edited, network, EMBEDDED)
    distances = ((a[:, None] - b[None]) ** 2).sum(-1)
    assert (distances.argmin(1) == np.arange(16)).all()


def test_mobilenetv2_with_imagenet_weights_is_what_keras_gives(
    keras: Any, store: Store, mobilenet_weights: Path
) -> None:
    frames = DrawnFrames(3)
    model = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(224, 224, 3))
    model.load_weights(mobilenet_weights)
    pictures = np.stack([np.asarray(network_picture(frames, k, (224, 224)), np.float32) for k in range(3)])
    truth = np.asarray(model(keras.applications.mobilenet_v2.preprocess_input(pictures)))
    expected = {"average": truth.mean((1, 2)), "gem": (np.maximum(truth, 1e-6) ** 3).mean((1, 2)) ** (1 / 3)}
    for pooling, normalise in (("average", False), ("gem", True)):
        settings = FingerprintSettings(
            network="mobilenetv2", weights=str(mobilenet_weights), pooling=pooling, normalise=normalise
        )
        made = compute_fingerprints(frames, lambda s=settings: load_fingerprinter(s), settings, store)
        wanted = expected[pooling]
        if normalise:
            wanted = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
        np.testing.assert_allclose(made.vectors, wanted, rtol=2e-3, atol=2e-4)

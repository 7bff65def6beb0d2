"""The network: its limits, and that TensorFlow loads the exported file safely without code of ours."""

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "vrd_core" / "fingerprints" / "weights" / "reusenet.keras"


def test_the_network_stays_within_its_limits(keras):
    from training.model import build_reusenet

    network = build_reusenet()
    assert network.count_params() <= 2_000_000
    names = [layer.name for layer in network.layers]
    assert len(set(names)) == len(names)
    assert {"stem_conv", "block1_out", "gem", "embedding", "fingerprint"} <= set(names)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 128, 128, 3))
    prints = np.asarray(network(pictures.astype(np.float32), training=False))
    assert prints.shape == (2, 192)
    np.testing.assert_allclose((prints**2).sum(1), 1, atol=1e-5)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras, when it saves
def test_training_and_shipped_network_are_the_same_function(keras, tmp_path):
    from training.checkpoint import load_weights, save_weights
    from training.export import main as export
    from training.model import build_reusenet
    from training.norm import FusedBatchNormalization

    trained = build_reusenet(None, norm=FusedBatchNormalization)
    save_weights(trained, tmp_path / "leg.npz")
    load_weights(trained, tmp_path / "leg.npz")
    export([str(tmp_path / "leg.npz"), "--to", str(tmp_path / "net.keras")])
    shipped = keras.models.load_model(tmp_path / "net.keras", compile=False, safe_mode=True)
    pictures = np.random.default_rng(0).uniform(0, 255, (2, 128, 128, 3)).astype(np.float32)
    np.testing.assert_allclose(
        np.asarray(trained(pictures, training=False)), np.asarray(shipped(pictures, training=False)), atol=1e-5
    )


def test_targets_survive_being_kept_small(keras, tmp_path):
    from training.checkpoint import load_targets, load_weights, save_weights
    from training.model import build_reusenet

    network = build_reusenet(32, dimensions=8, widths=(4, 8, 8, 8))
    targets = np.random.default_rng(1).normal(size=(20, 192)).astype(np.float32)
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    save_weights(network, tmp_path / "leg.npz", targets)
    load_weights(network, tmp_path / "leg.npz")
    kept = load_targets(tmp_path / "leg.npz", (20, 192))
    assert ((kept * targets).sum(1) > 0.999).all()
    assert load_targets(tmp_path / "leg.npz", (21, 192)) is None


def test_missing_weights_are_named(keras, tmp_path):
    from training.checkpoint import load_weights

    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load_weights(None, tmp_path / "none.npz")


@pytest.mark.skipif(not SHIPPED.is_file(), reason="ReuseNet is not in this copy yet")
def test_the_shipped_file_is_small_and_finds_a_mirrored_dark_crop(keras):
    from training.drawn import draw_pictures

    assert SHIPPED.stat().st_size <= 8_000_000
    network = keras.models.load_model(SHIPPED, compile=False, safe_mode=True)
    assert network.input_shape == (None, 128, 128, 3)
    pictures = draw_pictures(12, 128, seed=77).astype(np.float32)
    edited = np.repeat(np.repeat(pictures[:, 16:112, 16:112, :][:, :, ::-1], 4, 1), 4, 2)[:, ::3, ::3] * 0.6
    prints, found = (np.asarray(network(values, training=False)) for values in (pictures, edited))
    right = (found @ prints.T).argmax(1) == np.arange(12)
    assert right.mean() >= 0.75

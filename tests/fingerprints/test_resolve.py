"""Filling in the usual choices, refusing what would not fit, and the key of fingerprints."""

from dataclasses import replace
from pathlib import Path

import pytest

from vrd_core.errors import LayerTooLargeError, NetworkError, WeightsError
from vrd_core.fingerprints import catalogue
from vrd_core.fingerprints.catalogue import fingerprints_key, resolve, weights_state
from vrd_core.settings import FingerprintSettings


def test_the_usual_choices() -> None:
    classic = resolve(FingerprintSettings(network="EfficientNetB4"))
    assert (classic.network, classic.layer, classic.weights, classic.pooling, classic.normalise) == (
        "efficientnetb4",
        "block7b_se_squeeze",
        "imagenet",
        "flatten",
        False,
    )
    embedded = resolve(FingerprintSettings())
    assert (embedded.layer, embedded.weights, embedded.normalise) == ("fingerprint", "embedded", True)
    assert resolve(FingerprintSettings(network="mobilenetv2")).pooling == "average"
    assert resolve(classic) == classic


def test_pooling_of_a_flat_layer_makes_no_other_fingerprints() -> None:
    plain, pooled = (resolve(FingerprintSettings(network="efficientnetb4", pooling=p)) for p in ("flatten", "average"))
    assert plain == pooled


def test_a_layer_that_would_not_fit_is_refused_with_its_size() -> None:
    early = FingerprintSettings(network="efficientnetb4", layer="block1a_activation")
    with pytest.raises(LayerTooLargeError, match=r"190 × 190 × 48 = 1,732,800 .*25\.0 GB per hour.*'average' \(48 num"):
        resolve(early)
    assert resolve(replace(early, pooling="average")).pooling == "average"


def test_weights_that_cannot_be() -> None:
    with pytest.raises(WeightsError, match=r"'imagenet', 'untrained' or the path of a .*Received: 'embedded'"):
        resolve(FingerprintSettings(network="mobilenetv2", weights="embedded"))
    with pytest.raises(WeightsError, match="no weights file"):
        resolve(FingerprintSettings(network="mobilenetv2", weights="nowhere.weights.h5"))
    with pytest.raises(NetworkError, match="Received: 'relu9'"):
        resolve(FingerprintSettings(layer="relu9"))


def test_the_key_changes_with_everything_that_changes_the_vectors(tmp_path: Path) -> None:
    """Fault 9 of the original: its cache knew neither network nor layer nor preprocessing."""
    one, other = tmp_path / "one.weights.h5", tmp_path / "other.weights.h5"
    one.write_bytes(b"1")
    other.write_bytes(b"2")
    base = FingerprintSettings(network="mobilenetv2", weights=str(one))
    variants = [
        base,
        replace(base, layer="block_16_project_BN"),
        replace(base, pooling="gem"),
        replace(base, normalise=True),
        replace(base, trim_borders=False),
        replace(base, mirrored=True),
        replace(base, weights="untrained"),
        replace(base, weights="imagenet"),
        replace(base, weights=str(other)),
        replace(base, network="mobilenet"),
        FingerprintSettings(),
    ]
    keys = {fingerprints_key("frames", resolve(v)) for v in variants} | {fingerprints_key("others", resolve(base))}
    assert len(keys) == len(variants) + 1


def test_moving_a_weights_file_keeps_the_key_and_changing_it_does_not(tmp_path: Path) -> None:
    path = tmp_path / "one.weights.h5"
    path.write_bytes(b"1")
    chosen = FingerprintSettings(network="mobilenetv2", weights=str(path))
    before = fingerprints_key("frames", resolve(chosen))
    moved = path.rename(tmp_path / "moved.weights.h5")
    assert fingerprints_key("frames", resolve(replace(chosen, weights=str(moved)))) == before
    moved.write_bytes(b"22")
    assert fingerprints_key("frames", resolve(replace(chosen, weights=str(moved)))) != before


def test_weights_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    chosen = FingerprintSettings(network="mobilenetv2")
    assert weights_state(chosen) == "needs a download (10 MB)"
    file = tmp_path / "models" / catalogue.catalogue()["mobilenetv2"].weights_file
    file.parent.mkdir()
    file.write_bytes(b"")
    assert weights_state(chosen) == "on disk"
    assert weights_state(replace(chosen, weights="untrained")) == "untrained (seeded)"
    assert weights_state(replace(chosen, weights=str(tmp_path / "no.h5"))) == "missing"
    assert weights_state(FingerprintSettings()) == "ships"

"""Which photos are held out, and how photos are read."""

from pathlib import Path

import numpy as np
import pytest

from training.photos import is_held_out, list_photos, read_photos


def test_a_tenth_is_held_out_by_name_alone():
    names = [f"photo_{number:05d}.jpg" for number in range(5000)]
    held = [is_held_out(Path("here") / name) for name in names]
    assert 0.08 < np.mean(held) < 0.12
    assert held == [is_held_out(Path("elsewhere/deeper") / name) for name in names]


def test_photos_are_squashed_and_kept_in_a_cache(photos, tmp_path):
    paths = list_photos(photos)
    plain = read_photos(paths, 32)
    cached = read_photos(paths, 32, tmp_path / "kept.npy")
    assert plain.shape == (len(paths), 32, 32, 3)
    np.testing.assert_array_equal(plain, cached)
    shorter = read_photos(paths[:3], 32, tmp_path / "kept.npy")
    assert len(shorter) == 3, "another list of photos must not be answered from the old cache"


def test_a_folder_without_photos_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        list_photos(tmp_path)

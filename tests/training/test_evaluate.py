"""The judge of stills: its figures against slow, plain ones, and its edits."""

import numpy as np
import pytest
from PIL import Image

from training.evaluate import ORIGINAL, EditedStills, average_precision, main, score_edits
from training.photos import list_photos
from training.still_edits import EDITS, EXTRA_EDITS, edit_photo


def test_there_are_fourteen_edits_and_all_give_repeatable_pictures(photos):
    assert len(EDITS) == 14
    path = list_photos(photos)[0]
    photo, host = Image.open(path).convert("RGB"), Image.open(list_photos(photos)[1]).convert("RGB")
    for name in (*EDITS, *EXTRA_EDITS):
        edited = edit_photo(name, photo, host, path.name)
        assert edited.mode == "RGB", name
        assert edited.tobytes() == edit_photo(name, photo, host, path.name).tobytes(), name
        assert edited.tobytes() != photo.tobytes(), name


def test_average_precision_is_the_mean_precision_at_each_find(rng):
    distances, right = rng.permutation(50).astype(float), rng.random(50) < 0.3
    slow = []
    for found in np.flatnonzero(right):
        nearer = distances <= distances[found]
        slow.append(right[nearer].mean())
    assert average_precision(distances, right, 20) == pytest.approx(sum(slow) / 20)


def test_ties_count_against_the_fingerprint():
    assert average_precision(np.array([0.0, 0.0]), np.array([True, False]), 1) == 0.5


def test_perfect_and_useless_fingerprints_are_told_apart(rng):
    gallery = np.arange(40) % 5 != 4
    originals = rng.normal(size=(40, 16))
    prints = {ORIGINAL: originals, "mirror": originals + 0.01, "invert": rng.normal(size=(40, 16))}
    scores = score_edits(prints, gallery)
    assert scores["mirror"].recall == 1
    assert scores["mirror"].precision > 0.99
    assert scores["invert"].recall < 0.3
    assert scores["mean of 2 edits"].recall == pytest.approx((1 + scores["invert"].recall) / 2)


def test_photos_used_as_hosts_are_not_in_the_gallery(photos):
    stills = EditedStills(list_photos(photos))
    assert stills.gallery.sum() == 24
    assert len(stills.pictures("mirror")) == 30


def test_the_command_prints_a_table(photos, capsys):
    pytest.importorskip("imagehash")
    main([str(photos), "--every-photo", "--network", "dhash"])
    printed = capsys.readouterr().out
    assert "| dhash |" in printed
    assert all(f"| {edit} |" in printed for edit in EDITS)


def test_an_unknown_network_is_refused(photos):
    with pytest.raises(ValueError, match="Received: 'alexnet'"):
        main([str(photos), "--every-photo", "--network", "alexnet"])

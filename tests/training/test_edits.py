"""The edits of training: whole batches, repeatable, and telling where a host lies around a picture."""

import numpy as np
import pytest

from training.batches import BatchPlan, _photo_numbers, make_batch
from training.edits import EditRates, draw_views

_NOTHING = dict.fromkeys(EditRates.__dataclass_fields__, 0.0)


def _views(pictures, size=32, seed=0, **rates):
    rng = np.random.default_rng(seed)
    return draw_views(pictures, rng, size, np.ones(len(pictures), bool), EditRates(**(_NOTHING | rates)))


def test_views_have_the_size_asked_for_and_are_repeatable(pictures):
    views, hosts = draw_views(pictures, np.random.default_rng(4), 32, np.ones(16, bool))
    again, _ = draw_views(pictures, np.random.default_rng(4), 32, np.ones(16, bool))
    assert views.shape == (16, 32, 32, 3)
    assert views.dtype == np.uint8
    assert hosts.shape == (16,)
    np.testing.assert_array_equal(views, again)


@pytest.mark.parametrize(
    "edit",
    [
        "crop",
        "inset",
        "letterbox",
        "stretch",
        "rotate",
        "blur",
        "overlay",
        "grey",
        "tint",
        "invert",
        "dark",
        "posterise",
        "blocks",
        "noise",
        "rare",
    ],
)
def test_every_edit_changes_pictures_without_breaking_them(pictures, edit):
    views, _ = _views(pictures, **{edit: 1.0})
    plain, _ = _views(pictures)
    assert (views != plain).mean() > 0.05
    assert views.std() > 1


def test_a_letterbox_is_black_and_an_inset_names_its_host(pictures):
    views, hosts = _views(pictures, letterbox=1.0)
    assert (views == 0).mean() > 0.05
    assert (hosts == -1).all()
    _, hosts = _views(np.concatenate([pictures] * 4), inset=0.5)
    assert (hosts >= 0).any()
    assert (hosts[hosts >= 0] != np.flatnonzero(hosts >= 0)).all()


def test_a_batch_depends_on_its_step_only(pictures, tmp_path):
    np.save(tmp_path / "photos.npy", pictures)
    np.save(tmp_path / "drawn.npy", pictures[:4])
    plan = BatchPlan(
        photos=tmp_path / "photos.npy", drawn=tmp_path / "drawn.npy", pairs=8, size=32, seed=1, drawn_share=0.25
    )
    views, labels = make_batch(plan, 5)
    same_views, same_labels = make_batch(plan, 5)
    np.testing.assert_array_equal(views, same_views)
    np.testing.assert_array_equal(labels, same_labels)
    assert (make_batch(plan, 6)[0] != views).any()
    assert views.shape == (16, 32, 32, 3)
    np.testing.assert_array_equal(labels[:8, 0], labels[8:, 0])
    assert (labels[:, 0] >= 16).sum() == 4, "two drawn pictures, two views each, numbered after the photos"


def test_every_photo_is_seen_once_per_pass():
    seen = np.concatenate([_photo_numbers(10, 4, 1, step) for step in range(5)])
    np.testing.assert_array_equal(np.bincount(seen), np.full(10, 2))

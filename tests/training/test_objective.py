"""The loss: compared with a slow, plain computation, and its moving targets."""

import numpy as np
import pytest


def _unit(values):
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


@pytest.fixture
def trainer(keras):
    from training.objective import CopyTrainer

    inputs = keras.Input((4,))
    network = keras.Model(inputs, keras.layers.UnitNormalization()(inputs))
    bank = _unit(np.random.default_rng(2).normal(size=(6, 4))).astype(np.float32)
    return CopyTrainer(network, bank, temperature=0.5, entropy=0.3, momentum=0.8, bank_weight=1.0), bank


def test_the_loss_is_what_its_definition_says(trainer, keras):
    model, bank = trainer
    prints = _unit(np.random.default_rng(3).normal(size=(6, 4))).astype(np.float32)
    labels = np.array([[0, -1], [1, 2], [2, -1], [0, -1], [1, -1], [2, 0]], np.int32)
    loss = float(model.compute_loss(y=keras.ops.convert_to_tensor(labels), y_pred=keras.ops.convert_to_tensor(prints)))
    against_bank, pairs, koleo = [], [], []
    for i, (number, host) in enumerate(labels):
        logits = {k: prints[i] @ bank[k] / 0.5 for k in range(6) if k != host}
        against_bank.append(np.log(sum(np.exp(v) for v in logits.values())) - logits[number])
        others = [j for j in range(6) if j != i]
        free = [j for j in others if labels[j, 0] != host and labels[j, 1] != number]
        mate = next(j for j in others if labels[j, 0] == number)
        kept = {j: prints[i] @ prints[j] / 0.5 for j in {*free, mate}}
        pairs.append(np.log(sum(np.exp(v) for v in kept.values())) - kept[mate])
        strangers = [j for j in free if labels[j, 0] != number]
        nearest = max([prints[i] @ prints[j] for j in strangers], default=-1.0)
        koleo.append(-np.log(np.sqrt(max(2 - 2 * nearest, 1e-6)) + 1e-4))
    expected = np.mean(against_bank) + np.mean(pairs) + 0.3 * np.mean(koleo)
    assert loss == pytest.approx(expected, rel=1e-4)


def test_targets_move_towards_the_views_of_their_picture_only(trainer, keras):
    model, bank = trainer
    prints = np.tile(np.eye(4, dtype=np.float32)[:1], (2, 1))
    labels = np.array([[3, -1], [3, -1]], np.int32)
    model.compute_loss(y=keras.ops.convert_to_tensor(labels), y_pred=keras.ops.convert_to_tensor(prints))
    moved = model.bank.numpy()
    np.testing.assert_array_equal(np.delete(moved, 3, 0), np.delete(bank, 3, 0))
    np.testing.assert_allclose(moved[3], _unit(0.8 * bank[3] + 0.2 * prints[0]), atol=1e-6)

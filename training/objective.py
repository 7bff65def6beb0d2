"""The objective: two edited views of a picture attract, everything else repels, nearest strangers spread."""

from typing import Any

import keras
import numpy as np
from keras import ops

_NEVER = -1e9


class CopyTrainer(keras.Model):
    """Wrap a network for training with `train_on_batch(views, labels)` on any Keras backend.

    Row i of `labels` (2n, 2) int32 holds the picture's number and the number of the host picture around it
    (picture in picture), or -1. Each picture appears as two rows. The loss is the sum of three:

    - views against targets: cross-entropy over a *bank* with one unit vector per training picture, so that
      every picture is a negative in every step (Wu et al. 2018, instance discrimination);
    - views against views: InfoNCE over the batch (SimCLR; SSCD, Pizzi et al. 2022);
    - KoLeo: minus the log of the distance to the nearest view of another picture (Sablayrolles et al. 2019).

    A host is neither attracted nor repelled: a frame inside a frame really does hold both.
    """

    def __init__(
        self,
        network: keras.Model,
        bank: np.ndarray,
        *,
        temperature: float,
        entropy: float,
        momentum: float,
        bank_weight: float,
    ) -> None:
        super().__init__(name="copy_trainer")
        self.network = network
        self.temperature = temperature
        """Softmax temperature of both cross-entropies; 0.05-0.07 in the literature."""
        self.entropy = entropy
        """Weight of the KoLeo term."""
        self.momentum = momentum
        """How much of a picture's target stays when its views are seen; 1 keeps the targets fixed."""
        self.bank_weight = bank_weight
        self.bank = self.add_weight(
            name="bank", shape=bank.shape, dtype="float32", trainable=False, initializer="zeros", autocast=False
        )
        self.bank.assign(bank)

    def call(self, views: Any, training: bool | None = None) -> Any:
        return self.network(views, training=training)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool | None = True
    ) -> Any:
        prints = ops.cast(y_pred, "float32")
        number, host = ops.cast(y[:, 0], "int32"), ops.cast(y[:, 1], "int32")
        # A copy: PyTorch assigns in place, and the gradient still needs the targets as they were.
        bank = ops.convert_to_tensor(self.bank) * 1.0
        against_bank = self._cross_entropy(
            ops.matmul(prints, ops.transpose(bank)),
            ops.arange(bank.shape[0], dtype="int32")[None] == number[:, None],
            ops.arange(bank.shape[0], dtype="int32")[None] == host[:, None],
        )
        alike = ops.matmul(prints, ops.transpose(prints))
        rows = ops.arange(ops.shape(prints)[0], dtype="int32")
        itself = rows[None] == rows[:, None]
        same = number[None] == number[:, None]
        hosts = ops.logical_or(number[None] == host[:, None], number[:, None] == host[None])
        pairs = self._cross_entropy(
            alike, ops.logical_and(same, ops.logical_not(itself)), ops.logical_or(itself, hosts)
        )
        nearest = ops.max(ops.where(ops.logical_or(same, hosts), -1.0, alike), axis=1)
        koleo = -ops.mean(ops.log(ops.sqrt(ops.maximum(2.0 - 2.0 * nearest, 1e-6)) + 1e-4))
        if self.momentum < 1.0:
            self._move_targets(number, ops.stop_gradient(prints))
        return self.bank_weight * against_bank + pairs + self.entropy * koleo

    def _cross_entropy(self, cosines: Any, right: Any, ignored: Any) -> Any:
        logits = ops.where(ops.logical_and(ignored, ops.logical_not(right)), _NEVER, cosines / self.temperature)
        right = ops.cast(right, "float32")
        hit = ops.sum(ops.where(right > 0, logits, 0.0) * right, axis=1) / ops.maximum(ops.sum(right, axis=1), 1.0)
        return ops.mean(ops.logsumexp(logits, axis=1) - hit)

    def _move_targets(self, number: Any, prints: Any) -> None:
        """Move each seen picture's target towards the mean of its views; both its rows write the same."""
        mates = ops.cast(number[None] == number[:, None], "float32")
        mean = ops.matmul(mates, prints) / ops.sum(mates, axis=1, keepdims=True)
        mixed = self.momentum * ops.take(self.bank, number, axis=0) + (1 - self.momentum) * mean
        mixed = mixed / ops.maximum(ops.norm(mixed, axis=1, keepdims=True), 1e-6)
        self.bank.assign(ops.scatter_update(self.bank, number[:, None], mixed))

"""Batch normalisation for training: the built-in layer, in one fused call where the backend has one."""

from typing import Any

import keras


class FusedBatchNormalization(keras.layers.BatchNormalization):
    """Compute what BatchNormalization computes, with PyTorch's own kernel when PyTorch is the backend.

    Keras writes the layer there as a dozen elementwise passes, which took half of a training step on a CPU.
    On other backends this is the built-in layer. The weights are the same, so the exported network, which
    is built with the built-in layer, takes them over.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if keras.backend.backend() != "torch" or not training or mask is not None:
            return super().call(inputs, training=training, mask=mask)
        import torch  # type: ignore[import-not-found]  # only where it is the backend

        channels_first = inputs.movedim(-1, 1)
        outputs = torch.nn.functional.batch_norm(
            channels_first,
            self.moving_mean.value,
            self.moving_variance.value,
            self.gamma.value,
            self.beta.value,
            training=True,
            momentum=1.0 - self.momentum,
            eps=self.epsilon,
        )
        return outputs.movedim(1, -1)

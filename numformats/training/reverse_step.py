# SPDX-License-Identifier: BSD-3-Clause
"""What are the losses and the gradients of one batch?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff import vjp
from numformats.training.samples import losses_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.layer import Layer, Pass


class Step(NamedTuple):
    """What a batch gives: the loss of each sample, the outputs, the gradients by name."""

    losses: Any
    outputs: Any
    gradients: dict[str, Any]


def reverse_step(  # noqa: PLR0913 - a batch and what is done with it
    model: Layer, loss: Callable[..., Any], x: Any, y: Any, run: Pass, *, weight: float
) -> Step:
    """Losses and outputs, and the gradients of the sum of the losses, each times the weight."""
    kept: list[Any] = []

    def losses(parameters: dict[str, Any]) -> Any:
        outputs = model.forward(parameters, x, run)
        kept.append(outputs)
        return losses_of(loss, outputs, y)

    value, pull = vjp(losses, model.parameters())
    (gradients,) = pull(np.full(value.shape, weight))
    return Step(value, kept[0].parts[0], gradients)

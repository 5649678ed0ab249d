# SPDX-License-Identifier: BSD-3-Clause
"""What does the trainer get of one batch?  Loss, outputs where they are at hand, and gradients.

A whole batch is pulled back at once; one in parts, or on workers, goes through `gradients`, whose
shares are exact sums: both give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.autodiff import vjp
from numformats.exact import fmean
from numformats.training.gradients import gradients
from numformats.training.samples import losses_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.layer import Layer, Pass

__all__ = ["Parts", "Step", "batch_step"]


class Step(NamedTuple):
    """What a batch gives: its mean loss, the outputs (None where others computed them), gradients.

    The gradients, by name, are those of scale times the mean loss.
    """

    loss: Any
    outputs: Any
    gradients: dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """How a batch is split: so many samples at a time, so many at once, over a client's workers."""

    micro_batch: int | None = None
    threads: int = 1
    client: Any = None

    def __bool__(self) -> bool:
        return self.micro_batch is not None or self.client is not None


def batch_step(  # noqa: PLR0913 - a batch and what is done with it
    model: Layer,
    loss: Callable[..., Any],
    x: Any,
    y: Any,
    run: Pass,
    *,
    scale: float = 1.0,
    parts: Parts = Parts(),
) -> Step:
    """The mean loss and its gradients, with the parameters as they are."""
    if parts:
        value, found = gradients(
            model,
            loss,
            x,
            y,
            run,
            micro_batch=parts.micro_batch,
            threads=parts.threads,
            workers=parts.client,
            scale=scale,
        )
        return Step(value, None, found)
    kept: list[Any] = []

    def losses(parameters: dict[str, Any]) -> Any:
        outputs = model.forward(parameters, x, run)
        kept.append(outputs)
        return losses_of(loss, outputs, y)

    value, pull = vjp(losses, model.parameters())
    (found,) = pull(np.full(value.shape, scale / len(x)))
    return Step(fmean(value), kept[0].parts[0], found)

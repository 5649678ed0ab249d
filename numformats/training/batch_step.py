# SPDX-License-Identifier: BSD-3-Clause
"""What does the trainer get of one batch?  Loss, outputs and gradients, in parts or whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from numformats.exact import fmean
from numformats.training.gradients import batch_share
from numformats.training.watching import watched_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.training.layer import Layer, Pass

__all__ = ["Parts", "Step", "batch_step"]


class Step(NamedTuple):
    """What a batch gives; the gradients, by name, are those of scale times the mean loss."""

    loss: Any
    outputs: Any
    gradients: dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """How a batch is split: so many samples at a time, so many at once, over a client's workers."""

    micro_batch: int | None = None
    threads: int = 1
    client: Any = None


def batch_step(  # noqa: PLR0913 - a batch and what is done with it
    model: Layer,
    loss: Callable[..., Any],
    x: Any,
    y: Any,
    run: Pass,
    *,
    scale: float = 1.0,
    parts: Parts = Parts(),
    cotangent_dtype: Any = None,
) -> Step:
    """The mean loss and its gradients, with the parameters as they are."""
    with watched_batch(model, loss, x, y, run, scale / len(x)) as seen:
        share = batch_share(
            model,
            loss,
            x,
            y,
            run,
            scale / len(x),
            micro_batch=parts.micro_batch,
            threads=parts.threads,
            workers=parts.client,
            cotangent_dtype=cotangent_dtype,
        )
        found = share.rounded()
        seen(found)
    return Step(fmean(share.losses), share.outputs, found)

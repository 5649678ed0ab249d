# SPDX-License-Identifier: BSD-3-Clause
"""Are these arrays data that a model can be trained on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.layer import Pass

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.training.layer import Layer

__all__ = ["checked_samples", "losses_of"]

_AT_ONCE = 4096  # targets that the loss judges at a time


def checked_samples(
    model: Layer, x: Any, y: Any, loss: Callable[..., Any], *, what: str = ""
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Inputs as the model takes them, and targets, after model and loss have seen some of them.

    The loss judges all targets here, beside the outputs for the first sample, so that a wrong one
    is found before the first step and not in the middle of an epoch.  `what` stands before x and y
    in messages.  Raises TypeError and ValueError.
    """
    x, y = np.asarray(x), np.asarray(y)
    for array, name in ((x, what + "x"), (y, what + "y")):
        if array.ndim == 0:
            raise ValueError(f"{name} is a scalar; its first axis must be the samples")
        if array.dtype.kind in "OSUTMmc" or array.dtype.fields is not None:
            raise TypeError(f"{name} has dtype {array.dtype}; it must hold real numbers")
    if len(x) != len(y):
        raise ValueError(
            f"{what}x has {len(x)} samples and {what}y has {len(y)}; the numbers must be the same"
        )
    if not len(x):
        raise ValueError(f"{what}x and {what}y are empty; at least one sample is needed")
    x = model.enter(x)
    outputs = np.asarray(model(x[:1]))
    for first in range(0, len(y), _AT_ONCE):
        some = y[first : first + _AT_ONCE]
        try:
            losses_of(loss, np.broadcast_to(outputs, (len(some), *outputs.shape[1:])), some)
        except (IndexError, TypeError, ValueError) as error:
            error.add_note(
                f"the loss judged {what}y[{first}:{first + len(some)}] before the first step"
            )
            raise
    return x, y


def losses_of(loss: Callable[..., Any], outputs: Any, targets: Any) -> Any:
    """The loss of each sample; ValueError where the function gives something else."""
    losses = loss(outputs, targets, reduction="none")
    if np.shape(losses) != (len(targets),):
        raise ValueError(
            f"the loss gives shape {np.shape(losses)} for {len(targets)} samples; with "
            f'reduction="none" it must be one loss per sample, shape ({len(targets)},)'
        )
    return losses


def predict(model: Layer, x: NDArray[Any], batch: int) -> NDArray[Any]:
    """The outputs of a model in use, computed batch by batch."""
    parameters = model.parameters()
    return np.concatenate(
        [
            np.asarray(model.forward(parameters, x[first : first + batch], Pass()))
            for first in range(0, len(x), batch)
        ]
    )

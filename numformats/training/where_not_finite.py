# SPDX-License-Identifier: BSD-3-Clause
"""Where did a NaN, a NaR or an infinity arise?  The pass is run again, layer by layer."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.training.layer import Arrays, Layer, Pass

__all__ = ["first_not_finite", "is_finite"]


def is_finite(array: Any) -> bool:
    """Are all elements numbers?  Formats without NaN and infinities always are."""
    return bool(np.isfinite(array).all())


def first_not_finite(model: Layer, parameters: Arrays, x: NDArray[Any], run: Pass) -> str:
    """A sentence that names the first input, parameter or layer with an element that is no number.

    Layers are watched in a copy of the model: its own methods stay as they are.
    """
    rows = [i for i, row in enumerate(x) if not is_finite(row)]
    if rows:
        number = rows[0] if run.samples is None else run.samples[rows[0]]
        return f"the input has it in sample {number}"
    for name, array in parameters.items():
        if not is_finite(array):
            return f"parameter {name} has it before this step"
    found: list[str] = []
    watched = copy.deepcopy(model)
    _watch(watched, "", found)
    with np.errstate(all="ignore"):
        watched.forward(parameters, x, run)
    return found[0] if found else "all layers give numbers: it arose in the loss"


def _watch(layer: Layer, path: str, found: list[str]) -> None:
    """Have a layer and its parts say when they give what is no number; parts are asked first."""
    forward: Callable[..., Any] = layer.forward
    name = f"layer {path.rstrip('.')} ({type(layer).__name__})" if path else type(layer).__name__

    def watching(parameters: Arrays, x: Any, run: Pass) -> Any:
        outputs = forward(parameters, x, run)
        if not is_finite(outputs):
            found.append(f"it arose in {name}")
        return outputs

    layer.forward = watching  # type: ignore[method-assign]
    for part_name, part in layer.parts.items():
        _watch(part, f"{path}{part_name}.", found)

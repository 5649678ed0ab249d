# SPDX-License-Identifier: BSD-3-Clause
"""Which model is one layer after the other, and which adds its input again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.drawn import spread
from numformats.training.layer import Layer, below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.training.layer import Arrays, Pass

__all__ = ["Residual", "Sequential"]


class Sequential(Layer):
    """Layers that follow each other, given one by one or as one list; their names are "0", "1", ...

    Layers may be Sequential themselves.  Raises TypeError for what is no layer, ValueError where
    one layer stands twice.

    >>> from numformats.training import Linear, ReLU
    >>> model = Sequential(Linear(64, 32, dtype="posit16"), ReLU(), Linear(32, 10, dtype="posit16"))
    >>> model
    Sequential, 2410 parameters in posit16
      0: Linear 64 -> 32, 2080 parameters in posit16
      1: ReLU
      2: Linear 32 -> 10, 330 parameters in posit16
    >>> sorted(model.parameters())
    ['0.bias', '0.weight', '2.bias', '2.weight']
    """

    def __init__(self, *layers: Layer | Sequence[Layer]) -> None:
        super().__init__()
        if len(layers) == 1 and isinstance(layers[0], list | tuple):
            layers = tuple(layers[0])
        seen: list[Layer] = []
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"layer {i} is {layer!r}; allowed: layers, or one list of layers")
            if any(layer is other for other in seen):
                raise ValueError(f"layer {i} ({layer.describe()}) stands in the model twice")
            seen.append(layer)
        self.parts = {str(i): layer for i, layer in enumerate(seen)}
        spread(self)

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, place: int) -> Layer:
        return list(self.parts.values())[place]

    def enter(self, x: Any) -> Any:
        """The input as the first layer takes it; one without parameters gets the model's dtype."""
        first = next(iter(self.parts.values()), None)
        if first is None or first.dtype is None:
            return super().enter(x)
        return first.enter(x)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """What the last layer gives."""
        for name, layer in self.parts.items():
            x = layer.forward(below(parameters, name), x, run.below(name))
        return x


class Residual(Layer):
    """x + f(x), where f is a layer, or several that follow each other.

    Raises ValueError where f changes the shape.  The sum is rounded once more.

    >>> from numformats.training import Linear, ReLU
    >>> Residual(Linear(8, 8), ReLU())
    Residual, 72 parameters in float32
      inner: Sequential, 72 parameters in float32
        0: Linear 8 -> 8, 72 parameters in float32
        1: ReLU
    """

    def __init__(self, *layers: Layer | Sequence[Layer]) -> None:
        super().__init__()
        alone = len(layers) == 1 and isinstance(layers[0], Layer)
        self.parts["inner"] = layers[0] if alone else Sequential(*layers)  # type: ignore[assignment]
        spread(self)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The input plus what the layers make of it."""
        inner = self.parts["inner"]
        y = inner.forward(below(parameters, "inner"), x, run.below("inner"))
        if np.shape(y) != np.shape(x):
            self.refuse(run, f"inner layers give shape {np.shape(y)} for {np.shape(x)}")
        return x + y

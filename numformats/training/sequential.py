# SPDX-License-Identifier: BSD-3-Clause
"""Which model is one layer after the other?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.training.layer import Layer, below

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["Sequential"]


class Sequential(Layer):
    """Layers that follow each other; their names are "0", "1", ..."""

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        self.parts = {str(i): layer for i, layer in enumerate(layers)}

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """What the last layer gives."""
        for name, layer in self.parts.items():
            x = layer.forward(below(parameters, name), x, run.below(name))
        return x

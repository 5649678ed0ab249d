# SPDX-License-Identifier: BSD-3-Clause
"""How do layers of one model get different initial weights, the same in every run?

A layer made with a seed keeps what that draws.  One made without is drawn anew when a model takes
it, from the stream of its number there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from numformats.training.layer import Layer

    Draw = Callable[[np.random.Generator], NDArray[np.float64]]

__all__ = ["Drawn", "spread"]


class Drawn:
    """How a layer's initial values were drawn, so that they can be drawn anew for its place."""

    def __init__(self) -> None:
        self.by: dict[str, Draw] = {}
        self.stream: tuple[int, ...] = (0,)
        self.settled = True  # the user gave the seed

    def fill(self, own: dict[str, NDArray[Any]]) -> None:
        """Draw the arrays from the stream, one after the other, into where they are."""
        for name, array in self.values(own).items():
            own[name][...] = array

    def values(self, own: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """What the stream gives."""
        rng = np.random.default_rng(self.stream)
        return {name: by(rng).astype(own[name].dtype) for name, by in self.by.items()}

    def untouched(self, own: dict[str, NDArray[Any]]) -> bool:
        """Whether the arrays are still what was drawn."""
        return all(v.tobytes() == own[k].tobytes() for k, v in self.values(own).items())


def layers_of(model: Layer) -> Iterator[Layer]:
    """The layer, and all that it is made of, in order."""
    yield model
    for part in model.parts.values():
        yield from layers_of(part)


def spread(model: Layer) -> None:
    """Draw each layer made without a seed anew, from the stream of its number in the model.

    Layers that were changed since they were drawn are left alone.
    """
    for number, layer in enumerate(layers_of(model)):
        drawn = layer.drawn
        if drawn.by and not drawn.settled and drawn.untouched(layer.own):
            drawn.stream = (0, number)
            drawn.fill(layer.own)

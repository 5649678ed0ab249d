# SPDX-License-Identifier: BSD-3-Clause
"""What is a layer?  Named arrays, and a function of them and of its input in NumPy code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Arrays = Mapping[str, Any]

__all__ = ["Layer", "Pass", "below"]


@dataclass(frozen=True)
class Pass:
    """What a layer may know of the pass that it is part of, beside its input.

    samples: the number in the data set of each row of the input; what a layer draws at random is
    keyed by (seed, step, its own path, that number), so that no split or order of a batch shows.
    """

    training: bool = False
    seed: int = 0
    step: int = 0
    samples: NDArray[Any] | None = None
    path: str = ""

    def below(self, name: str) -> Pass:
        """The same pass as the layer of that name sees it."""
        return Pass(self.training, self.seed, self.step, self.samples, self.path + name + ".")


def below(parameters: Arrays, name: str) -> dict[str, Any]:
    """The parameters whose names begin with "name.", without that.

    >>> below({"0.weight": 1, "0.bias": 2, "1.weight": 3}, "0")
    {'weight': 1, 'bias': 2}
    """
    first = name + "."
    return {k[len(first) :]: v for k, v in parameters.items() if k.startswith(first)}


class Layer:
    """A function with parameters: `own` holds its arrays, `parts` the layers that it is made of.

    A layer of one's own defines `forward`; parameters are its only state, so that a pass may run
    on other arrays than its own (traced ones, for derivatives) without touching them.
    """

    def __init__(self) -> None:
        self.own: dict[str, NDArray[Any]] = {}
        self.parts: dict[str, Layer] = {}

    def parameters(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, those of parts as "part.name"; they are the layer's own, no copies."""
        found = dict(self.own)
        for name, part in self.parts.items():
            found |= {f"{name}.{key}": array for key, array in part.parameters().items()}
        return found

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The outputs for a batch of inputs (first axis: samples), computed with these parameters."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def __call__(self, x: Any) -> Any:
        """The outputs for a batch, as in use: nothing random, no derivative."""
        return self.forward(self.parameters(), x, Pass())

# SPDX-License-Identifier: BSD-3-Clause
"""How does the step size change from step to step?  Functions of the number of steps done.

They are values: equal when their parameters are, and their text is what makes them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Constant", "Cosine", "StepDecay", "WarmUp"]


@dataclass(frozen=True)
class Constant:
    """The same step size at every step; a plain number does as well.

    >>> Constant(0.5)(1000)
    0.5
    """

    lr: float

    def __call__(self, step: int) -> float:  # noqa: ARG002
        """The step size."""
        return self.lr


@dataclass(frozen=True)
class StepDecay:
    """Times `factor` after every so many steps.

    >>> [StepDecay(1.0, every=10, factor=0.5)(step) for step in (0, 9, 10, 20)]
    [1.0, 1.0, 0.5, 0.25]
    """

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        _at_least_one("every", self.every)

    def __call__(self, step: int) -> float:
        """The step size after so many steps."""
        return self.lr * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Cosine:
    """From lr to `last` within so many steps, along half a cosine; then `last`.

    >>> [round(Cosine(1.0, steps=4)(step), 4) for step in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017),
    without restarts.
    """

    lr: float
    steps: int
    last: float = 0.0

    def __post_init__(self) -> None:
        _at_least_one("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The step size after so many steps."""
        share = min(step, self.steps) / self.steps
        return self.last + (self.lr - self.last) * (1 + math.cos(math.pi * share)) / 2


@dataclass(frozen=True)
class WarmUp:
    """Another schedule (or number) times (step + 1)/steps at first; it begins after that.

    >>> [WarmUp(1.0, steps=4)(step) for step in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """

    then: Callable[[int], float] | float
    steps: int

    def __post_init__(self) -> None:
        _at_least_one("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The step size after so many steps."""
        later = max(step - self.steps, 0)
        lr = self.then(later) if callable(self.then) else self.then
        return lr * min((step + 1) / self.steps, 1.0)


def _at_least_one(name: str, value: int) -> None:
    if not value >= 1:
        raise ValueError(f"{name}={value!r}; allowed: 1 or more")

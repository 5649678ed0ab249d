# SPDX-License-Identifier: BSD-3-Clause
"""What do the rules give in float64?  The same equations with nothing rounded to fixed point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["DoubleSTDP", "DoubleThreeFactorSTDP"]


class DoubleSTDP:
    """The pair rule of `STDP` in float64, what fixed point is compared with; the same arguments.

    Traces saturate at 1.

    >>> rule = DoubleSTDP(1, 1, a_plus=0.1)
    >>> rule.step([True], [False])
    >>> rule.step([False], [True])
    >>> rule.weights.round(6).tolist()
    [[0.595123]]
    """

    def __init__(  # noqa: PLR0913 - what the rule has
        self,
        pre: int,
        post: int,
        *,
        tau_plus: float = 20.0,
        tau_minus: float = 20.0,
        a_plus: float = 0.01,
        a_minus: float = 0.01,
        jump: float = 1.0,
        limits: tuple[float, float] = (0.0, 1.0),
        initial: ArrayLike = 0.5,
    ) -> None:
        self.decays = math.exp(-1 / tau_plus), math.exp(-1 / tau_minus)
        self.a_plus, self.a_minus, self.jump, self.limits = a_plus, a_minus, jump, limits
        self.x, self.y = np.zeros(pre), np.zeros(post)
        self.weights: NDArray[Any] = np.broadcast_to(np.asarray(initial, float), (pre, post)).copy()

    def step(self, pre: ArrayLike, post: ArrayLike) -> None:
        """One step of time; one bool for each neuron."""
        before, after = np.asarray(pre) != 0, np.asarray(post) != 0
        self.x *= self.decays[0]
        self.y *= self.decays[1]
        changed = self._learns()
        changed[before] -= self.a_minus * self.y
        self._clip()
        changed[:, after] += self.a_plus * self.x[:, np.newaxis]
        self._clip()
        self.x[before] = np.minimum(self.x[before] + self.jump, 1)
        self.y[after] = np.minimum(self.y[after] + self.jump, 1)

    def _learns(self) -> NDArray[Any]:
        """The array that pairs change."""
        return self.weights

    def _clip(self) -> None:
        np.clip(self.weights, *self.limits, out=self.weights)

    def run(self, pre: ArrayLike, post: ArrayLike) -> None:
        """As many steps as the arrays are long."""
        for before, after in zip(np.asarray(pre), np.asarray(post), strict=True):
            self.step(before, after)


class DoubleThreeFactorSTDP(DoubleSTDP):
    """The rule of `ThreeFactorSTDP` in float64; the eligibility saturates at -1 and 1.

    >>> rule = DoubleThreeFactorSTDP(1, 1, a_plus=0.5, lr=0.5)
    >>> rule.run([[1], [0]], [[0], [1]], [0, 1.0])
    >>> rule.weights.round(6).tolist()
    [[0.737807]]
    """

    def __init__(
        self,
        pre: int,
        post: int,
        *,
        tau_eligibility: float = 200.0,
        lr: float = 0.1,
        **arguments: Any,
    ) -> None:
        super().__init__(pre, post, **arguments)
        self.decay, self.lr = math.exp(-1 / tau_eligibility), lr
        self.eligibility = np.zeros((pre, post))

    def _learns(self) -> NDArray[Any]:
        return self.eligibility

    def _clip(self) -> None:
        np.clip(self.eligibility, -1, 1, out=self.eligibility)

    def step(self, pre: ArrayLike, post: ArrayLike, reward: float = 0.0) -> None:
        """One step of time; one bool for each neuron, and the reward."""
        self.eligibility *= self.decay
        super().step(pre, post)
        self.weights += self.lr * reward * self.eligibility
        np.clip(self.weights, *self.limits, out=self.weights)

    def run(self, pre: ArrayLike, post: ArrayLike, reward: ArrayLike | None = None) -> None:
        """As many steps as the arrays are long."""
        before, after = np.asarray(pre), np.asarray(post)
        rewards = np.zeros(len(before)) if reward is None else np.asarray(reward, float)
        for one in zip(before, after, rewards, strict=True):
            self.step(*one)

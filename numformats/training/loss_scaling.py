# SPDX-License-Identifier: BSD-3-Clause
"""By what is the loss multiplied, so that small gradients do not become 0 in a narrow format?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from numformats.training.clipping import all_finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numformats.training.optimizer import Optimizer

__all__ = ["LossScaler"]


class LossScaler:
    """Gradients of scale times the loss; a step is skipped when one of them is not finite.

    Parameters
    ----------
    scale : float
        A power of two, so that it rounds nothing by itself.
    dynamic : bool
        Halve the scale when gradients are not finite, double it after `interval` steps in a row
        that were; False: the scale stays.
    interval : int
    largest : float
        The scale never exceeds it.

    Posits saturate instead of overflowing: there a scale is of use only against underflow of
    intermediate results, which posits do not have either.

    >>> import numpy as np
    >>> from numformats.training import SGD
    >>> w, scaler = {"w": np.ones(1)}, LossScaler(4.0)
    >>> scaler.step(SGD(0.5), w, {"w": np.array([np.inf])}), w["w"], scaler.scale
    (False, array([1.]), 2.0)
    >>> scaler.step(SGD(0.5), w, {"w": np.array([2.0])}), w["w"]
    (True, array([0.5]))

    Source: Micikevicius et al., "Mixed precision training" (2018).
    """

    def __init__(
        self,
        scale: float = 2.0**15,
        *,
        dynamic: bool = True,
        interval: int = 2000,
        largest: float = 2.0**24,
    ) -> None:
        for name, value in (("scale", scale), ("largest", largest)):
            if not (0 < value < math.inf and math.frexp(value)[0] == 0.5):
                raise ValueError(f"{name}={value!r}; allowed: powers of two")
        if not interval >= 1:
            raise ValueError(f"interval={interval!r}; allowed: 1 or more")
        self.scale, self.dynamic = float(scale), dynamic
        self.interval, self.largest = interval, float(largest)
        self.finite_steps = 0  # in a row
        self.skipped = 0

    def step(
        self, optimizer: Optimizer, parameters: Mapping[str, Any], gradients: Mapping[str, Any]
    ) -> bool:
        """The optimiser's step with gradients of scale * loss; False: it was skipped.

        Gradients are divided by the scale in the optimiser's `state_dtype`.
        """
        if not all_finite(gradients):
            self.skipped += 1
            self.finite_steps = 0
            if self.dynamic:
                self.scale = max(self.scale / 2, 2.0**-24)
            return False
        optimizer.step(parameters, gradients, self.scale)
        self.finite_steps += 1
        if self.dynamic and self.finite_steps >= self.interval:
            self.scale, self.finite_steps = min(self.scale * 2, self.largest), 0
        return True

    def state_dict(self) -> dict[str, Any]:
        """What the scales of later steps depend on."""
        return {
            "scale": self.scale,
            "finite_steps": self.finite_steps,
            "skipped": self.skipped,
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.scale = float(saved["scale"])
        self.finite_steps, self.skipped = int(saved["finite_steps"]), int(saved["skipped"])

# SPDX-License-Identifier: BSD-3-Clause
"""Which optimiser divides the mean gradient by the root of its mean square?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import number
from numformats.training.optimizer import Optimizer, fraction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.training.optimizer import Rate

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """weight - lr M / (sqrt(V) + epsilon), M and V the means of gradients and of their squares.

    Of step t, with (a, b) = betas, in the state's format:

        m = m + (1 - a)(g - m)          two roundings: of the difference, and of the fused sum
        v = v + (1 - b)(g g - v)        two, each of a fused product and sum
        d = sqrt(v) * k + epsilon       two; k = 1 / sqrt(1 - b^t)
        weight = weight - s * (m / d)   two; s = lr / (1 - a^t)

    1 - a, 1 - b, k and s are computed in float64 and rounded once: b = 0.999 itself is 1 in a
    format of 8 bits, 1 - b is a value.  epsilon_inside=True names the other place of epsilon:
    d = sqrt(v * k^2 + epsilon).  Means of squares span twice the binades of gradients: in formats
    of few bits give state_dtype=.

    Other arguments, errors and rounding as for `Optimizer`.

    >>> import numpy as np, numformats as nf
    >>> w = {"w": np.array([1.0, 2.0], nf.posit16)}
    >>> Adam(0.25).step(w, {"w": np.array([3.0, -3.0], nf.posit16)})
    >>> w["w"]
    array([0.75, 2.25], dtype=posit16)

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.
    """

    slots = ("mean", "square")

    def __init__(
        self,
        lr: Rate = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        *,
        epsilon_inside: bool = False,
        **others: Any,
    ) -> None:
        super().__init__(lr, **others)
        self.betas = (fraction("betas[0]", betas[0]), fraction("betas[1]", betas[1]))
        if not epsilon > 0:
            raise ValueError(f"epsilon={epsilon!r}; allowed: a number above 0")
        self.epsilon, self.epsilon_inside = epsilon, epsilon_inside

    def numbers(self, dtype: np.dtype[Any]) -> dict[str, Any]:
        """The complements of the betas, epsilon, and what corrects the means' start at 0."""
        (a, b), t = self.betas, self.steps + 1
        k = 1 / (1 - b**t)
        return {
            "1 - a": number(1 - a, dtype, "1 - betas[0]"),
            "1 - b": number(1 - b, dtype, "1 - betas[1]"),
            "k": number(k if self.epsilon_inside else math.sqrt(k), dtype, f"k of step {t}"),
            "epsilon": number(self.epsilon, dtype, "epsilon"),
            "minus s": number(-self.rate() / (1 - a**t), dtype, f"-s of step {t}"),
        }

    def update(
        self,
        state: dict[str, NDArray[Any]],
        w: NDArray[Any],
        g: NDArray[Any],
        c: dict[str, Any],
    ) -> Any:
        """The weights less s m / d."""
        m, v = state["mean"], state["square"]
        m[...] = nf.fma(c["1 - a"], g - m, m)
        v[...] = nf.fma(c["1 - b"], nf.fma(g, g, -v), v)
        if self.epsilon_inside:
            d = np.sqrt(nf.fma(v, c["k"], c["epsilon"]))
        else:
            d = nf.fma(np.sqrt(v), c["k"], c["epsilon"])
        return nf.fma(c["minus s"], m / d, w)


class AdamW(Adam):
    """Adam with decoupled weight decay: the weight first loses lr * weight_decay of itself.

    One rounding more (fused).  Arguments as for `Adam`; weight_decay is 0.01 unless given.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
    """

    def __init__(
        self, lr: Rate = 1e-3, *args: Any, weight_decay: float = 0.01, **others: Any
    ) -> None:
        others.setdefault("decoupled", True)
        super().__init__(lr, *args, weight_decay=weight_decay, **others)

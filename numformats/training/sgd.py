# SPDX-License-Identifier: BSD-3-Clause
"""Which optimiser goes down the gradient, with or without momentum?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.training.dtypes import number
from numformats.training.optimizer import Optimizer, fraction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from numformats.training.optimizer import Rate

__all__ = ["SGD"]


class SGD(Optimizer):
    """weight - lr * gradient: one rounding (fused).

    momentum m: v = m v + gradient (fused, one rounding), weight - lr v (one).  nesterov: weight -
    lr (m v + gradient), with one rounding more.  Other arguments, errors and rounding as for
    `Optimizer`; v starts at 0.

    >>> import numpy as np, numformats as nf
    >>> w = {"w": np.array([1.0, 2.0], nf.posit16)}
    >>> SGD(0.5).step(w, {"w": np.array([1.0, -1.0], nf.posit16)})
    >>> w["w"]
    array([0.5, 2.5], dtype=posit16)

    Source: Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum
    in deep learning" (2013), with the step size outside of v, as PyTorch has it.
    """

    def __init__(
        self, lr: Rate, momentum: float = 0.0, *, nesterov: bool = False, **others: Any
    ) -> None:
        super().__init__(lr, **others)
        self.momentum, self.nesterov = fraction("momentum", momentum), nesterov
        if nesterov and not momentum:
            raise ValueError("nesterov=True needs a momentum above 0")
        self.slots = ("velocity",) if momentum else ()

    def numbers(self, dtype: np.dtype[Any]) -> dict[str, Any]:
        """Minus the step size, and the momentum."""
        return {
            "minus lr": number(-self.rate(), dtype, "-lr"),
            "momentum": number(self.momentum, dtype, "momentum"),
        }

    def update(
        self,
        state: dict[str, NDArray[Any]],
        w: NDArray[Any],
        g: NDArray[Any],
        c: dict[str, Any],
    ) -> Any:
        """The weights less lr times the gradient, or the velocity."""
        if self.momentum:
            v = state["velocity"]
            v[...] = nf.fma(c["momentum"], v, g)
            g = nf.fma(c["momentum"], v, g) if self.nesterov else v
        return nf.fma(c["minus lr"], g, w)

# SPDX-License-Identifier: BSD-3-Clause
"""How do small updates add up without a wide copy?  What rounding drops is kept, as narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import own_format, parameter_dtype
from numformats.training.mixed_precision.wrapped import Wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Kahan"]


class Kahan(Wrapped):
    """Beside each parameter w what its rounding dropped, c, in w's format; the weight is w + c.

    t = w + c, the optimiser's step takes t to t', then w = rnd(t'), c = rnd(t' - w): two narrow
    numbers in the place of one wide master.  t is in `dtype` only during the step.

    optimizer: any.  residual: another format for c; fixed point needs one with more fraction bits,
    for its own step is larger than all that is dropped.  Raises ValueError where dtype does not
    hold the parameters' values with 8 bits to spare, or for fixed point without residual.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import SGD
    >>> w = {"w": np.array([1.0], nf.bfloat16)}
    >>> optimizer, g = Kahan(SGD(2.0**-10)), {"w": np.array([-1.0], nf.bfloat16)}
    >>> for _ in range(8):
    ...     optimizer.step(w, g)
    >>> w["w"], optimizer.arrays["w"]["residual"]
    (array([1.01], dtype=bfloat16), array([0.], dtype=bfloat16))

    Source: Kahan, "Further remarks on reducing truncation errors" (1965); for weights: Zamirai,
    Zhang, Aberger and De Sa, "Revisiting bfloat16 training", arXiv 2010.06192.
    """

    slots = ("residual",)

    def __init__(self, optimizer: Any, dtype: Any = None, *, residual: Any = None) -> None:
        super().__init__(optimizer, dtype)
        self.residual = None if residual is None else parameter_dtype(residual, "residual")

    def _check(self, name: str, w: Any) -> None:
        super()._check(name, w)
        own, wide = nf.finfo(own_format(w.dtype)), nf.finfo(own_format(self.dtype))
        if self.residual is None and own_format(w.dtype).type.format.family == "fixed":
            raise ValueError(
                f"parameter {name!r} is {w.dtype}: what its rounding drops is below its step: give "
                "residual=, a format with more fraction bits"
            )
        if float(wide.eps) > float(own.eps) / 256:
            raise ValueError(
                f"parameter {name!r} is {w.dtype}: {self.dtype} has no 8 bits more: give a wider "
                "dtype="
            )

    def kept(self, name: str, weight: Array) -> list[Array]:
        """The parameter and its residual, 0 at first."""
        residual = self.arrays.get(name, {}).get("residual")
        return [weight] if residual is None else [weight, residual]

    def close(self, name: str, weight: Array, wide: Array) -> None:
        """The parameter, and what its rounding drops."""
        weight[...] = wide.astype(weight.dtype)
        left = wide - weight.astype(wide.dtype)
        if not np.isfinite(left).all():  # an infinite weight has dropped nothing that could be kept
            left = np.where(np.isfinite(left), left, np.zeros_like(left))
        dtype = weight.dtype if self.residual is None else own_format(self.residual)
        self.arrays[name] = {"residual": left.astype(dtype)}

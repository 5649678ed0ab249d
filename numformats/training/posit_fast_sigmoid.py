# SPDX-License-Identifier: BSD-3-Clause
"""What is the sigmoid of a posit by two operations on its bits?  An approximation, named so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.training.dtypes import wide
from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["PositFastSigmoid", "posit_fast_sigmoid"]


def _slope(g: Any, r: Any, _x: Any) -> Any:
    """The derivative of the sigmoid at the value that stands for it."""
    return (wide(g) * (wide(r) * (1 - wide(r)))).astype(g.dtype)


@primitive(_slope)
def posit_fast_sigmoid(x: Any) -> Any:
    """About 1 / (1 + exp(-x)) of posits without exponent bits: the sign turned, shifted by two.

    x: array of posits with es=0.  NaR stays.  The derivative is r (1 - r) of the value r.  The
    largest error over all codes is 0.0607 in posits of 8 bits and 0.0490 in those of 16, both at
    3.4 (`tests/training/test_posit_fast_sigmoid.py`).  Raises TypeError for other formats.

    >>> import numpy as np, numformats as nf
    >>> T = nf.Posit(8, es=0)
    >>> posit_fast_sigmoid(np.array([-64, -1, 0, 1, 64], T)).astype(float).tolist()
    [0.0, 0.25, 0.5, 0.75, 0.984375]

    Source: Gustafson and Yonemoto, "Beating floating point at its own game: posit arithmetic"
    (2017), section 5.
    """
    f = getattr(x.dtype.type, "format", None)
    if f is None or f.family != "posit" or f.es != 0:
        raise TypeError(f"posit_fast_sigmoid takes posits with es=0, not {x.dtype}")
    codes = nf.to_bits(x)
    sign = codes.dtype.type(1 << (f.bits - 1))
    moved = (codes ^ sign) >> 2
    return np.where(np.isnan(x), x, nf.from_bits(moved, x.dtype))


class PositFastSigmoid(Layer):
    """The layer of `posit_fast_sigmoid`."""

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The function of the input."""
        self.check(run, x, (), "numbers")
        return posit_fast_sigmoid(x)

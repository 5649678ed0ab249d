# SPDX-License-Identifier: BSD-3-Clause
"""When is float64 truth enough?  Beside formats of 24 bits of precision or fewer; it is fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.algebra_base import Algebra, Parts, no_meaning, to_f64

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OWN_UFUNCS", "WITHOUT_MEANING", "Float64"]

OWN_UFUNCS = frozenset(f for f in vars(nf).values() if isinstance(f, np.ufunc))
INTEGER_SECOND = frozenset({nf.rootn, nf.compound})
# They ask for the neighbours of a number in its format, or for its bits: true numbers have neither.
WITHOUT_MEANING = frozenset(
    {np.nextafter, np.spacing, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert,
     np.left_shift, np.right_shift, np.gcd, np.lcm, np.bitwise_count}
)  # fmt: skip


class Float64(Algebra):
    """float64 itself, by NumPy; our own ufuncs by binary64, where they are correctly rounded."""

    name, digits = "float64", 15

    def lift(self, plain: Any) -> Parts:
        """The numbers rounded to float64, the one algebra that rounds what it is given."""
        return (to_f64(plain),)

    def ufunc(self, f: np.ufunc, *xs: Parts) -> Parts:
        """NumPy's own loop."""
        if f in WITHOUT_MEANING:
            raise no_meaning(f, self.name, "has no meaning")
        operands = [x[0] for x in xs]
        with np.errstate(all="ignore"):
            if f in OWN_UFUNCS:
                return (self._own(f, operands),)
            if f is np.ldexp:
                operands[1] = operands[1].astype(np.int64)
            return (np.asarray(f(*operands)),)

    @staticmethod
    def _own(f: np.ufunc, operands: list[NDArray[Any]]) -> NDArray[np.float64]:
        ours = [x.astype(nf.binary64) for x in operands]
        if f in INTEGER_SECOND:
            ours[1] = operands[1].astype(np.int64)
        return to_f64(f(*ours))

    def sum(self, x: Parts, axis: int | tuple[int, ...] | None, keepdims: bool) -> Parts:
        """NumPy's pairwise sum."""
        with np.errstate(all="ignore"):
            return (np.asarray(np.sum(x[0], axis=axis, keepdims=keepdims)),)

    def cumsum(self, x: Parts, axis: int | None) -> Parts:
        """NumPy's running sum."""
        with np.errstate(all="ignore"):
            return (np.cumsum(x[0], axis=axis),)

    def matmul(self, x: Parts, y: Parts) -> Parts:
        """NumPy's product, by BLAS."""
        with np.errstate(all="ignore"):
            return (np.asarray(np.matmul(x[0], y[0])),)

    def keys(self, *xs: Parts) -> list[NDArray[Any]]:
        """The numbers themselves."""
        return [x[0] for x in xs]

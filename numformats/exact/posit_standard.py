# SPDX-License-Identifier: BSD-3-Clause
"""Which functions of the Posit Standard has NumPy not, or with the arguments in another order?

The quire functions of section 5.11, under its own names: each returns a new quire, or a posit; none
changes its arguments.  And the angles of section 5.6.  All take values of every format, not of
posits only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats._dtypes import ufuncs
from numformats._overridable import overridable
from numformats.exact.quire import Quire

__all__ = [
    "pToQ",
    "posit_arctan2",
    "posit_arctan2pi",
    "qAbs",
    "qAddP",
    "qAddQ",
    "qMulAdd",
    "qMulSub",
    "qNegate",
    "qSubP",
    "qSubQ",
    "qToP",
]


def pToQ(p: Any) -> Quire:  # noqa: N802 - the Standard's names
    """Return the quire with the value of a posit p (a scalar of a format).

    >>> import numformats as nf
    >>> nf.pToQ(nf.posit8(2)).value
    Fraction(2, 1)
    """
    return Quire(type(p)).add(p)


def qNegate(q: Quire) -> Quire:  # noqa: N802
    """Return -q.

    >>> import numformats as nf
    >>> nf.qNegate(nf.pToQ(nf.posit8(2))).value
    Fraction(-2, 1)
    """
    return -q


def qAbs(q: Quire) -> Quire:  # noqa: N802
    """Return the magnitude of q.

    >>> import numformats as nf
    >>> nf.qAbs(nf.pToQ(nf.posit8(-2))).value
    Fraction(2, 1)
    """
    return abs(q)


def qAddP(q: Quire, p: Any) -> Quire:  # noqa: N802
    """Return q + p.

    >>> import numformats as nf
    >>> nf.qAddP(nf.pToQ(nf.posit8(2)), nf.posit8(0.5)).value
    Fraction(5, 2)
    """
    return q.copy().add(p)


def qSubP(q: Quire, p: Any) -> Quire:  # noqa: N802
    """Return q - p.

    >>> import numformats as nf
    >>> nf.qSubP(nf.pToQ(nf.posit8(2)), nf.posit8(0.5)).value
    Fraction(3, 2)
    """
    return q.copy().subtract(p)


def qAddQ(q: Quire, r: Quire) -> Quire:  # noqa: N802
    """Return q + r.

    >>> import numformats as nf
    >>> nf.qAddQ(nf.pToQ(nf.posit8(2)), nf.pToQ(nf.posit8(3))).value
    Fraction(5, 1)
    """
    return q.merged(r)


def qSubQ(q: Quire, r: Quire) -> Quire:  # noqa: N802
    """Return q - r.

    >>> import numformats as nf
    >>> nf.qSubQ(nf.pToQ(nf.posit8(2)), nf.pToQ(nf.posit8(3))).value
    Fraction(-1, 1)
    """
    return q.merged(-r)


def qMulAdd(q: Quire, a: Any, b: Any) -> Quire:  # noqa: N802
    """Return q + a * b, the product exact.

    >>> import numformats as nf
    >>> nf.qMulAdd(nf.pToQ(nf.posit8(2)), nf.posit8(3), nf.posit8(4)).value
    Fraction(14, 1)
    """
    return q.copy().fma(a, b)


def qMulSub(q: Quire, a: Any, b: Any) -> Quire:  # noqa: N802
    """Return q - a * b, the product exact.

    >>> import numformats as nf
    >>> nf.qMulSub(nf.pToQ(nf.posit8(2)), nf.posit8(3), nf.posit8(4)).value
    Fraction(-10, 1)
    """
    return q.copy().fms(a, b)


def qToP(q: Quire) -> Any:  # noqa: N802
    """Return q rounded into its format.

    >>> import numformats as nf
    >>> nf.qToP(nf.qMulAdd(nf.pToQ(nf.posit8(2)), nf.posit8(3), nf.posit8(4)))
    posit8(14.0)
    """
    return q.round()


@overridable
def posit_arctan2(x: Any, y: Any) -> Any:
    """The angle t of the point (x, y), in radians: the Standard's arcTan2, x before y.

    Parameters
    ----------
    x, y : array_like of a format; one of them may be Python numbers
        Real and imaginary coordinate; they broadcast.

    Returns an array or a scalar of the format: t in [-pi, pi] with x = r cos(t) and y = r sin(t),
    r > 0, rounded once.  NaR for the point (0, 0), with the flag invalid, and where a coordinate is
    NaR.  It is np.arctan2(y, x); floats have that function's special cases.

    Raises TypeError where neither is of a format and for formats without a common one.

    >>> import numpy as np, numformats as nf
    >>> x, y = np.array([1, 0, -1]).astype(nf.posit16), np.array([0, 1, 0]).astype(nf.posit16)
    >>> nf.posit_arctan2(x, y).tolist()
    [posit16(0.0), posit16(1.571), posit16(3.142)]

    Source: Posit Standard (2022), 5.6.
    """
    _check_formats(x, y)
    return np.arctan2(y, x)


@overridable
def posit_arctan2pi(x: Any, y: Any) -> Any:
    """The angle t of the point (x, y) in half turns: the Standard's arcTan2Pi, x before y.

    As `nf.posit_arctan2`, with t in [-1, 1], and x = r cos(pi t), y = r sin(pi t); it is
    nf.arctan2pi(y, x).

    >>> import numformats as nf
    >>> nf.posit_arctan2pi(nf.posit16(-2), nf.posit16(2))
    posit16(0.75)

    Source: Posit Standard (2022), 5.6.
    """
    _check_formats(x, y)
    return ufuncs["arctan2pi"](y, x)


def _check_formats(x: Any, y: Any) -> None:
    """Refuse operands neither of which is of a format of this package."""
    dtypes = [np.asarray(v).dtype for v in (x, y)]
    if not any(hasattr(dtype.type, "format") for dtype in dtypes):
        msg = f"x has dtype {dtypes[0]} and y has dtype {dtypes[1]}; allowed: number formats"
        raise TypeError(msg)

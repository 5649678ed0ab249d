# SPDX-License-Identifier: BSD-3-Clause
"""What are the quire functions of the Posit Standard called?  (Section 5.11, its own names.)

Each returns a new quire, or a posit; none changes its arguments.  They take quires and values of
every format, not of posits only.
"""

from __future__ import annotations

from typing import Any

from numformats.quire import Quire

__all__ = [
    "pToQ",
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

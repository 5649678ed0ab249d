# SPDX-License-Identifier: BSD-3-Clause
"""What is exp of a bivector?  In closed form where its square is a number, or a dual number.

With up to three basis vectors B B = s, a number, and

    exp(B) = c(s) + h(s) B,   c(s) = cosh sqrt(s),  h(s) = sinh(sqrt(s)) / sqrt(s)

both being power series in s (cos and sin for s < 0).  With four of which one is null the square is
s + t I, where the pseudoscalar I = e1234 commutes with B and I I = 0; so, by Taylor in t I,

    exp(B) = c(s) + t c'(s) I + (h(s) + t h'(s) I) B,   c' = h / 2,  h' = (c - h) / (2 s)

Elsewhere: Taylor's series of B / 2^k, squared k times, and R ~R = 1 is checked.
All is computed in `dtypes.widest` and rounded once into the dtype of B.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import own_format, widest
from numformats.training.geometric.multivector import Multivector, product

if TYPE_CHECKING:
    from numformats.training.geometric.algebra import Algebra

__all__ = ["exp"]

# h'(s) as a series for |s| < 1, where (c - h) / 2 s cancels: k s^(k-1) / (2k+1)!
_SERIES = [k / math.factorial(2 * k + 1) for k in range(1, 12)]
_TERMS = 19  # of Taylor's series: (1/2)^19 / 19! is below 2^-75


def exp(b: Multivector) -> Multivector:
    """The rotor exp(B) of a bivector B, one for each of an array of them.

    Its grades are 0, 2, 4, ...: the others are not stored.  Raises ValueError for what is no
    bivector, FloatingPointError where the series of an algebra without closed form is not
    convincing: R ~R is not 1.

    >>> import math
    >>> from numformats.training.geometric import Algebra
    >>> space = Algebra(3)
    >>> turn = exp(space.bivector([-math.pi / 4, 0, 0], "posit32"))  # by 90 degrees, e1 to e2
    >>> turn * space.vector([1, 0, 0], "posit32") * ~turn
    0.0 e1 + 0.9999999962747097 e2 + 0.0 e3 + 0.0 e123 in posit32

    Source: Dorst, Fontijne and Mann (2007), 7.4; dual numbers: Clifford (1873).
    """
    if b.grades != (2,):
        raise ValueError(f"exp takes a bivector; this has grades {list(b.grades)}")
    wide = b.astype(widest(own_format(b.dtype)))
    algebra = b.algebra
    if algebra.vectors <= 3:
        found = _with_number(wide)
    elif algebra.vectors == 4 and algebra.r:
        found = _with_dual_number(wide)
    else:
        found = _by_series(wide)
    return found.astype(b.dtype)


def _cosh_and_quotient(s: Any) -> tuple[Any, Any]:
    """c(s) and h(s); at s = 0 by their series, so that derivatives by B are right to the fifth."""
    round_ = s < 0
    root = np.sqrt(np.where(s == 0, np.ones((), s.dtype), abs(s)))
    c = np.where(round_, np.cos(root), np.cosh(np.where(round_, np.zeros((), s.dtype), root)))
    h = (
        np.where(round_, np.sin(root), np.sinh(np.where(round_, np.zeros((), s.dtype), root)))
        / root
    )
    near_c, near_h = 1 + s * (0.5 + s / 24), 1 + s * (1 / 6 + s / 120)
    return np.where(s == 0, near_c, c), np.where(s == 0, near_h, h)


def _with_number(b: Multivector) -> Multivector:
    s = product(b, b, grades=0).values[..., 0]
    c, h = _cosh_and_quotient(s)
    scaled: Multivector = b * h
    return _scalar(b.algebra, c) + scaled


def _with_dual_number(b: Multivector) -> Multivector:
    square = product(b, b, grades=(0, 4)).values
    s, t = square[..., 0], square[..., 1]
    c, h = _cosh_and_quotient(s)
    near = abs(s) < 1
    series = np.zeros_like(s)
    inside = np.where(near, s, np.zeros((), s.dtype))
    for coefficient in reversed(_SERIES):
        series = series * inside + coefficient
    slope = np.where(near, series, (c - h) / (2 * np.where(near, np.ones((), s.dtype), s)))
    first = b.algebra.multivector(np.stack([c, t * h / 2], axis=-1), (0, 4))
    second = b.algebra.multivector(np.stack([h, t * slope], axis=-1), (0, 4))
    return first + product(second, b, grades=2)


def _scalar(algebra: Algebra, values: Any) -> Multivector:
    return algebra.multivector(values[..., np.newaxis], 0)


def _by_series(b: Multivector) -> Multivector:
    even = tuple(range(0, b.algebra.vectors + 1, 2))
    size = float(np.max(np.sum(np.abs(b.values.astype(float)), axis=-1), initial=0.0))
    if not math.isfinite(size):
        raise FloatingPointError(f"exp of a bivector with a component that is not finite: {b!r}")
    halvings = max(0, math.ceil(math.log2(size)) + 1) if size else 0
    part = b * float(2.0**-halvings)
    one = _scalar(b.algebra, np.ones(b.shape, b.dtype)).grade(*even)
    found = one
    for k in range(_TERMS, 0, -1):  # Horner: 1 + B (1 + B/2 (1 + B/3 ...))
        found = one + product(part, found, grades=even) / float(k)
    for _ in range(halvings):
        found = product(found, found, grades=even)
    unit = product(found, ~found, grades=even) - one
    largest = np.max(np.abs(found.values.astype(float)), initial=1.0)
    error = float(np.max(np.abs(unit.values.astype(float)), initial=0.0)) / largest**2
    allowed = 2.0 ** (halvings + 8) * max(float(nf.finfo(b.dtype).eps), 2.0**-60)
    if not error <= min(allowed, 1e-6):
        raise FloatingPointError(f"exp of {b!r}: R ~R is wrong by {error:.1e}; halve the bivector")
    return found

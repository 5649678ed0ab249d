# SPDX-License-Identifier: BSD-3-Clause
"""Between which two float64 numbers does the exact result of an operation lie?

A number is an Enclosure: two arrays low <= x <= high, equal where float64 has x.  The residual of
the float64 operation tells on which side of it the exact result lies (Dekker 1971; Muller et al.,
Handbook of Floating-Point Arithmetic, 2nd ed., 4.3 and 4.4), so that an exact result stays a point.
Where a residual may underflow or overflow, both sides are widened.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats._array_formats import format_of
from numformats.analysis.rounding_errors import at_least, at_most
from numformats.format_info import finfo
from numformats.oracle.values import Special, exact_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "NO_QUANTUM",
    "Enclosure",
    "add",
    "divide",
    "enclose",
    "fma",
    "multiply",
    "negative",
    "quantum",
    "sqrt",
]

_SPLITTER = 134217729.0  # 2**27 + 1
_SMALL, _LARGE = 2.0**-960, 2.0**990
NO_QUANTUM = -(1 << 40)


class Enclosure(NamedTuple):
    """Arrays with low <= x <= high."""

    low: Floats
    high: Floats


def enclose(x: Any) -> tuple[Enclosure, NDArray[np.int64]]:
    """The enclosure of numbers or arrays of any real type, and powers of two they are multiples of.

    TypeError for what is not a real number.
    """
    a = np.asarray(x)
    if a.dtype.kind in "biu" and a.dtype.itemsize <= 4:
        a = a.astype(np.float64)
    if a.dtype in (np.float16, np.float32, np.float64):
        point = _point(a.astype(np.float64))
        return point, quantum(point)
    if a.dtype.kind in "Obiu" or a.dtype == np.longdouble:
        return _enclose_objects(a)
    f = format_of(a.dtype, "an operand")
    info = finfo(f)
    with np.errstate(all="ignore"):
        point = _point(np.asarray(a.astype(np.float64)))
        if info.lossless_in_float64:
            return point, quantum(point)
        near = point.low
        # What float64 rounds does not come back, unless beyond an end, where it saturates.
        beyond = (near > at_most(_ratio(info.maxpos))) | (near < at_least(_ratio(info.lowest)))
        wide = np.asarray(((near.astype(a.dtype) != a) | beyond) & ~np.isnan(near))
    low = np.where(wide, np.nextafter(near, -np.inf), near)
    high = np.where(wide, np.nextafter(near, np.inf), near)
    # The last bit of the value that is next to 0 divides all others.
    finest = 1 - _ratio(info.minpos).denominator.bit_length()
    return Enclosure(low, high), np.where(wide, finest, quantum(point))


def _ratio(x: Any) -> Fraction:
    return Fraction(*x.as_integer_ratio())


def _point(a: Floats) -> Enclosure:
    """Numbers that float64 has; infinities are none."""
    finite = np.where(np.isfinite(a), a, np.nan)
    return Enclosure(finite, finite)


def _enclose_objects(a: NDArray[Any]) -> tuple[Enclosure, NDArray[np.int64]]:
    low, high = np.empty(a.shape), np.empty(a.shape)
    powers = np.full(a.shape, NO_QUANTUM)
    for place in np.ndindex(a.shape):
        x = exact_value(a[place])
        if isinstance(x, Fraction):
            low[place], high[place] = at_most(x), at_least(x)
            if x.denominator & (x.denominator - 1) == 0:
                powers[place] = 1 - x.denominator.bit_length()
        else:  # zeros with a sign, infinities, NaN
            low[place] = high[place] = 0.0 if x is Special.NEG_ZERO else np.nan
            powers[place] = -NO_QUANTUM
    return Enclosure(low, high), powers


def quantum(x: Enclosure) -> NDArray[np.int64]:
    """The exponent of the last bit of each point; very low for what is none."""
    with np.errstate(all="ignore"):
        m, e = np.frexp(np.where(np.isfinite(x.low), x.low, 0.0))
    integer = np.ldexp(np.abs(m), 53).astype(np.int64)
    last = np.frexp((integer & -integer).astype(np.float64))[1] - 1
    found = np.where(integer == 0, -NO_QUANTUM, e.astype(np.int64) - 53 + last)
    return np.where(x.low == x.high, found, NO_QUANTUM)


def _directed(z: Floats, residual: Floats) -> Enclosure:
    """The enclosure of z + residual, |residual| at most half a unit of z; NaN: of unknown sign."""
    unknown = np.isnan(residual)
    low = np.where((residual < 0) | unknown, np.nextafter(z, -np.inf), z)
    high = np.where((residual > 0) | unknown, np.nextafter(z, np.inf), z)
    return Enclosure(low, high)


def _two_sum(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    s = x + y
    t = s - x
    return s, (x - (s - t)) + (y - t)


def _two_product(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The product and its residual, NaN where this may not be a float64."""
    p = x * y
    tx, ty = _SPLITTER * x, _SPLITTER * y
    xh, yh = tx - (tx - x), ty - (ty - y)
    xl, yl = x - xh, y - yh
    e = ((xh * yh - p) + xh * yl + xl * yh) + xl * yl
    sure = (np.abs(p) > _SMALL) & (np.abs(p) < _LARGE) & (np.abs(x) < _LARGE) & (np.abs(y) < _LARGE)
    return p, np.where((x == 0) | (y == 0), 0.0, np.where(sure, e, np.nan))


def _corners(op: Callable[..., Enclosure], *xs: Enclosure) -> Enclosure:
    """The hull of an operation that is monotone in each operand."""
    if all(x.low is x.high for x in xs):
        return op(*(x.low for x in xs))
    choices: list[tuple[Floats, ...]] = [()]
    for x in xs:
        ends = [x.low] if x.low is x.high else [x.low, x.high]
        choices = [(*c, end) for c in choices for end in ends]
    parts = [op(*c) for c in choices]
    low, high = parts[0]
    for part in parts[1:]:
        low, high = np.minimum(low, part.low), np.maximum(high, part.high)
    return Enclosure(low, high)


def negative(x: Enclosure) -> Enclosure:
    """-x."""
    low = -x.low
    return Enclosure(low, low) if x.low is x.high else Enclosure(-x.high, low)


def add(x: Enclosure, y: Enclosure) -> Enclosure:
    """The exact x + y."""
    return _corners(lambda a, b: _directed(*_two_sum(a, b)), x, y)


def multiply(x: Enclosure, y: Enclosure) -> Enclosure:
    """The exact x * y."""
    return _corners(lambda a, b: _directed(*_two_product(a, b)), x, y)


def _divide(a: Floats, b: Floats) -> Enclosure:
    q = a / b
    p, e = _two_product(q, b)
    rest = ((a - p) - e) * np.sign(b)
    sure = (np.abs(a) > _SMALL) & (np.abs(q) > _SMALL) & (np.abs(q) < _LARGE)
    return _directed(q, np.where(a == 0, 0.0, np.where(sure, rest, np.nan)))


def divide(x: Enclosure, y: Enclosure) -> Enclosure:
    """The exact x / y; NaN where y may be 0."""
    q = _corners(_divide, x, y)
    zero = (y.low <= 0) & (y.high >= 0)
    return Enclosure(np.where(zero, np.nan, q.low), np.where(zero, np.nan, q.high))


def _sqrt(a: Floats) -> Enclosure:
    s = np.sqrt(a)
    p, e = _two_product(s, s)
    return _directed(s, np.where(a == 0, 0.0, np.where(a > _SMALL, (a - p) - e, np.nan)))


def sqrt(x: Enclosure) -> Enclosure:
    """The exact square root; NaN where x may be negative."""
    return _corners(_sqrt, x)


def _fma(a: Floats, b: Floats, c: Floats) -> Enclosure:
    """Two sums and their residuals: the last one tells the side, unless a product may have none."""
    p, e = _two_product(a, b)
    s, t = _two_sum(p, c)
    u, v = _two_sum(t, e)
    z, r = _two_sum(s, u)
    exact = _directed(z, r + v)
    product = _directed(p, e)
    plain = add(Enclosure(product.low, product.high), Enclosure(c, c))
    unknown = np.isnan(e)
    return Enclosure(
        np.where(unknown, plain.low, exact.low), np.where(unknown, plain.high, exact.high)
    )


def fma(x: Enclosure, y: Enclosure, z: Enclosure) -> Enclosure:
    """The exact x * y + z."""
    return _corners(_fma, x, y, z)

# SPDX-License-Identifier: BSD-3-Clause
"""What are the exact values of an array of any dtype?  What is not finite is refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import numformats as nf

__all__ = ["Reals", "as_reals", "place"]

F64 = np.dtype(np.float64)


class Reals(NamedTuple):
    """Values as unevaluated sums high + low of float64; high is nearly the value, low often None.

    low is of the order of 2^-52 high at most; it is there for what has more than 53 bits.
    """

    high: Any
    low: Any = None


def as_reals(x: Any, name: str = "x") -> Reals:
    """The values of numbers, lists or arrays: of NumPy's reals and integers, and of any format.

    Raises TypeError for other dtypes and ValueError where an element is not finite, or is beyond
    the range of float64; the error names the element.
    """
    x = np.asarray(x)
    kind = x.dtype.kind
    if x.dtype == F64 or (kind == "f" and x.dtype.itemsize < 8) or kind == "b":
        high, low = x.astype(F64, copy=False), None
    elif kind in "iu":
        high, low = _of_integers(x)
    elif x.dtype == np.longdouble:
        with np.errstate(all="ignore"):
            high = x.astype(F64)
            low = (x - high).astype(F64)
    else:
        high, low = _of_format(x, name)
    finite = np.isfinite(high)
    if not finite.all():
        refuse(x, finite, name)
    return Reals(high, low)


def refuse(x: Any, finite: Any, name: str) -> None:
    """Raise ValueError that names the first element that is not finite."""
    index = np.unravel_index(int(np.argmin(finite)), x.shape)
    value = x[index]
    why = "finite numbers" if not np.isfinite(value) else "numbers within the range of float64"
    raise ValueError(f"{place(name, index)} is {value!s}; allowed: {why}")


def place(name: str, index: tuple[Any, ...]) -> str:
    """An element's name.

    >>> place("x", (2, 3)), place("x", ())
    ('x[2, 3]', 'x')
    """
    return f"{name}[{', '.join(str(int(i)) for i in index)}]" if index else name


def _of_integers(x: Any) -> tuple[Any, Any]:
    """Integers of 54 bits and more in two halves, each with fewer."""
    if x.dtype.itemsize < 8:
        return x.astype(F64), None
    low = x & x.dtype.type(0xFFFFFFFF)
    high = (x - low).astype(F64)
    low = low.astype(F64)
    whole = high + low
    return whole, low - (whole - high)  # the error of the sum: |high| exceeds |low|, or is 0


def _of_format(x: Any, name: str) -> tuple[Any, Any]:
    """The values of a format's elements."""
    try:
        info = nf.finfo(x.dtype)
    except (TypeError, ValueError):
        allowed = "allowed: real numbers, integers and the formats of numformats"
        raise TypeError(f"{name} has dtype {x.dtype}; {allowed}") from None
    with np.errstate(all="ignore"):
        high = x.astype(F64)
        if info.lossless_in_float64:
            return high, None
        # The format need not hold what float64 rounded up (fixed point ends below): the float64
        # before that has a place in it.  The difference has few bits, in either case.
        back = high.astype(x.dtype)
        high = np.where(back.astype(F64) == high, high, np.nextafter(high, 0.0))
        low = np.where(np.isfinite(high), (x - high.astype(x.dtype)).astype(F64), 0.0)
    return high, low

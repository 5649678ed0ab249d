# SPDX-License-Identifier: BSD-3-Clause
"""How is a sum of float64 kept exactly?  As parts that do not overlap, the largest first.

A list of arrays of one shape stands for their exact sum, element by element (an expansion:
Priest 1991, Shewchuk 1997).  Most need one part; the list grows where that is not enough, and
shrinks again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Parts = list[Array]

__all__ = [
    "all_finite",
    "distilled",
    "fractions_of",
    "parts_of",
    "rounded_to_odd",
    "total",
    "two_sum",
]


def all_finite(x: Array) -> bool:
    """Whether no element is NaN or infinite; of short arrays faster than `.all()`."""
    return int(np.count_nonzero(np.isfinite(x))) == x.size


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded sum and its error: s + r is a + b exactly, for any finite a and b (Knuth).

    >>> two_sum(np.array([1.0]), np.array([2.0**-60]))
    (array([1.]), array([8.67361738e-19]))
    """
    s = a + b
    rest = s - a
    return s, (a - (s - rest)) + (b - rest)


def distilled(parts: Parts) -> Parts:
    """The same sum in as few parts as it takes: each is nearest to the sum of itself and the next.

    Zeros at the end are left out; one part always stays, alone where a sum is beyond float64.

    >>> distilled([np.array([1.0]), np.array([1.0]), np.array([-2.0])])
    [array([0.])]
    """
    parts = list(parts)
    for i in range(1, len(parts)):
        parts[i - 1], parts[i] = two_sum(parts[i - 1], parts[i])
    if not all_finite(parts[0]):  # beyond float64: no passes over NaNs would come to an end
        return parts[:1]
    parts = _without_zeros(parts)
    while len(parts) > 1:
        before = parts
        parts = list(before)
        for i in range(len(parts) - 1, 0, -1):
            parts[i - 1], parts[i] = two_sum(parts[i - 1], parts[i])
        second, parts = parts[1], _without_zeros(parts)
        # The last two_sum made the first two; where there are more, a pass that changes nothing
        # says that they are done.
        if len(parts) == 2 and parts[1] is second:
            break
        if len(parts) == len(before) and all(map(np.array_equal, parts, before)):
            break
    return parts


def _without_zeros(parts: Parts) -> Parts:
    return [parts[0], *(part for part in parts[1:] if np.count_nonzero(part))]


def rounded_to_odd(parts: Parts) -> Array:
    """The sum of distilled parts in one float64, its last bit set where it is not exact.

    What is rounded again to 51 bits or fewer is then what one rounding of the sum gives
    (Boldo and Melquiond 2008).
    """
    if len(parts) == 1:
        return parts[0]
    bits, rest = (np.ascontiguousarray(part).view(np.int64) for part in parts[:2])
    # The neighbour on the side of the second part is one code up for equal signs, else one down.
    beside = 1 - 2 * ((bits ^ rest) < 0)
    beside *= (parts[1] != 0) & ((bits & 1) == 0)
    return (bits + beside).view(np.float64)


def fractions_of(x: Any) -> Array:
    """The exact values as an array of Fractions.

    Raises ValueError for NaN and infinities, TypeError for what are no numbers.
    """
    a = np.asarray(x)
    found = np.empty(a.shape, object)
    flat = found.reshape(-1)
    for i, item in enumerate(a.flat):
        flat[i] = _fraction(item)
    return found


def total(parts: Parts) -> Array:
    """The exact sum of the parts, in Fractions."""
    return np.asarray(sum((fractions_of(p) for p in parts[1:]), fractions_of(parts[0])), object)


def _fraction(item: Any) -> Fraction:
    try:
        if isinstance(item, int | np.integer | np.bool_):
            return Fraction(int(item))
        if isinstance(item, str | Fraction):
            return Fraction(item)
        return Fraction(*item.as_integer_ratio())
    except (AttributeError, TypeError):
        raise TypeError(f"{item!r} is no real number") from None
    except OverflowError:
        raise ValueError(f"{item!r} is not finite") from None


def parts_of(x: Array) -> Parts | None:
    """Fractions as parts; None where float64 cannot hold one of them exactly.

    >>> parts_of(fractions_of([0.5, 3])), parts_of(np.array([Fraction(1, 3)]))
    ([array([0.5, 3. ])], None)
    """
    rest = x.copy()
    parts: Parts = []
    for _ in range(40):  # 2,098 bits are all that float64 reaches
        if parts and not rest.any():
            return parts
        try:
            part = np.array([float(f) for f in rest.flat], np.float64).reshape(x.shape)
        except OverflowError:
            return None
        if not part.any() and rest.any():
            return None
        parts.append(part)
        rest = rest - fractions_of(part)
    return None

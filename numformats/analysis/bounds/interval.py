# SPDX-License-Identifier: BSD-3-Clause
"""Which numbers can a result be?  Intervals of float64, every end moved outwards.

An interval is a pair of arrays (low, high), low <= high; its ends may be infinite, and what nothing
is known of is (-inf, inf).  float64 rounds each end to nearest, so that one step outwards holds the
exact end; exact ends (of -x, |x|, max) are not moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Interval = tuple[Floats, Floats]

__all__ = [
    "absolute", "add", "divide", "down", "hull", "known", "magnitude", "meet", "minus", "multiply",
    "power", "square", "square_root", "subtract", "times", "total", "up", "where", "whole", "wider",
]  # fmt: skip


def up(x: Any) -> Floats:
    """A float64 above every number that rounds to x; NaN (as of inf - inf) is inf."""
    return np.where(np.isnan(x), np.inf, np.nextafter(x, np.inf))


def down(x: Any) -> Floats:
    """A float64 below every number that rounds to x; NaN is -inf."""
    return np.where(np.isnan(x), -np.inf, np.nextafter(x, -np.inf))


def total(*xs: Any) -> Floats:
    """At least the sum of sizes (numbers >= 0); 0 if all are 0, inf where one is NaN."""
    s = sum(xs[1:], xs[0])
    above = np.where(s == 0, 0.0, np.nextafter(s * (1 + len(xs) * 2.0**-52), np.inf))
    return np.where(np.isnan(s), np.inf, above)


def times(x: Any, y: Any) -> Floats:
    """At least the product of sizes; 0 where one of them is 0."""
    return np.where((x == 0) | (y == 0), 0.0, up(x * y))


def wider(x: Interval, by: Any) -> Interval:
    """All that is in x or so near."""
    return np.where(by == 0, x[0], down(x[0] - by)), np.where(by == 0, x[1], up(x[1] + by))


def where(flags: NDArray[np.bool_], x: Interval, y: Interval) -> Interval:
    """The interval x where it is so, else y."""
    return np.where(flags, x[0], y[0]), np.where(flags, x[1], y[1])


def known(x: Interval) -> Interval:
    """NaN, which comes of infinite forms, says nothing."""
    return np.where(np.isnan(x[0]), -np.inf, x[0]), np.where(np.isnan(x[1]), np.inf, x[1])


def whole(shape: tuple[int, ...]) -> Interval:
    """Nothing is known."""
    return np.full(shape, -np.inf), np.full(shape, np.inf)


def magnitude(x: Interval) -> Floats:
    """The largest |number|."""
    return np.maximum(np.abs(x[0]), np.abs(x[1]))


def minus(x: Interval) -> Interval:
    """-x."""
    return -x[1], -x[0]


def add(x: Interval, y: Interval) -> Interval:
    """The sum of independent numbers; ends that are exact in float64 are not moved."""
    return _sum(x[0], y[0], down), _sum(x[1], y[1], up)


def _sum(a: Floats, b: Floats, outwards: Callable[[Any], Floats]) -> Floats:
    s = a + b
    back = s - a
    exact = (a - (s - back)) + (b - back) == 0  # Knuth's TwoSum; False where something is infinite
    return np.where(exact, s, outwards(s))


def subtract(x: Interval, y: Interval) -> Interval:
    """X - y, of independent numbers."""
    return add(x, minus(y))


def multiply(x: Interval, y: Interval) -> Interval:
    """The product x y; 0 times an infinite end is 0, for the end stands for finite numbers."""
    pairs = [(a, b) for a in x for b in y]
    ends = [np.where((a == 0) | (b == 0), 0.0, a * b) for a, b in pairs]
    exact = [_is_power(a) & _is_power(b) for a, b in pairs]
    low = np.minimum.reduce([np.where(e, p, down(p)) for p, e in zip(ends, exact, strict=True)])
    high = np.maximum.reduce([np.where(e, p, up(p)) for p, e in zip(ends, exact, strict=True)])
    signs = [np.sign(a) * np.sign(b) for a, b in pairs]
    return _signed(low, high, np.minimum.reduce(signs) >= 0, np.maximum.reduce(signs) <= 0)


def _is_power(x: Floats) -> NDArray[np.bool_]:
    """Is it 0 or a power of two?  Of products only these end on the edge of a binade."""
    flags: NDArray[np.bool_] = (x == 0) | (np.abs(np.frexp(x)[0]) == 0.5)
    return flags


def _signed(low: Floats, high: Floats, above: Any, below: Any) -> Interval:
    """An interval that is known not to be negative, or not to be positive."""
    return np.where(above, np.maximum(low, 0.0), low), np.where(below, np.minimum(high, 0.0), high)


def square(x: Interval) -> Interval:
    """The square of one number."""
    small, large = absolute(x)
    low, high = (
        np.where(_is_power(a), a * a, step(a * a)) for a, step in ((small, down), (large, up))
    )
    return np.maximum(low, 0.0), high


def divide(x: Interval, y: Interval) -> Interval:
    """The quotient x / y; everything where y may be 0."""
    known = ((y[0] > 0) | (y[1] < 0)) & np.isfinite(x[0]) & np.isfinite(x[1])
    lows, highs = [], []
    for a in x:
        for b in y:
            q = np.where(np.isinf(b), 0.0, a / b)
            exact = _is_power(q) & (q * b == a)
            lows.append(np.where(exact, q, down(q)))
            highs.append(np.where(exact, q, up(q)))
    low, high = np.minimum.reduce(lows), np.maximum.reduce(highs)
    positive = y[0] > 0
    above = np.where(positive, x[0], -x[1]) >= 0
    below = np.where(positive, x[1], -x[0]) <= 0
    low, high = _signed(low, high, above, below)
    return np.where(known, low, -np.inf), np.where(known, high, np.inf)


def square_root(x: Interval) -> Interval:
    """The roots of the numbers that are not negative."""
    ends = np.maximum(x[0], 0.0), np.maximum(x[1], 0.0)
    low, high = np.sqrt(ends[0]), np.sqrt(ends[1])
    exact = [
        _is_power(root) & (root * root == end) for root, end in zip((low, high), ends, strict=True)
    ]
    return np.maximum(np.where(exact[0], low, down(low)), 0.0), np.where(exact[1], high, up(high))


def power(x: Interval, n: int) -> Interval:
    """x**n, n >= 0."""
    if n == 0:
        return np.ones_like(x[0]), np.ones_like(x[0])
    result = x if n % 2 else square(x)
    rest = (n - 1) // 2
    even = square(x)
    for _ in range(rest):
        result = multiply(result, even)
    return result


def absolute(x: Interval) -> Interval:
    """|x|."""
    low = np.where((x[0] <= 0) & (x[1] >= 0), 0.0, np.minimum(np.abs(x[0]), np.abs(x[1])))
    return low, magnitude(x)


def hull(*xs: Interval) -> Interval:
    """All that is in one of them."""
    return np.minimum.reduce([x[0] for x in xs]), np.maximum.reduce([x[1] for x in xs])


def meet(*xs: Interval) -> Interval:
    """What is in all of them, each of which holds the number."""
    return np.maximum.reduce([x[0] for x in xs]), np.minimum.reduce([x[1] for x in xs])

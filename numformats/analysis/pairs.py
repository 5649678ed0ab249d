# SPDX-License-Identifier: BSD-3-Clause
"""How does one compute with 106 bits in pairs of doubles?  By error-free transformations.

A pair (high, low) of float64 arrays of one shape stands for the exact sum; high is that sum
rounded to nearest.  The formulas of + - * / sqrt, with u = 2**-53 and without underflow, have
relative errors of at most 3 u**2, 3 u**2, 7 u**2, 15 u**2 + 56 u**3 and 4 u**2: Joldes, Muller,
Popescu, "Tight and rigorous error bounds for basic building blocks of double-word arithmetic", ACM
TOMS 44 (2017); Lefevre, Louvet, Muller, Picot, Rideau, "Accurate calculation of Euclidean norms
using double-word arithmetic", ACM TOMS 49 (2023).  Infinite, NaN, zero and very large or small
numbers are not their matter: algebra_double.py puts these right.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Pair", "absolute", "add", "add_double", "ceil", "choose", "copysign", "divide", "fast_two_sum",
    "floor", "fma", "full", "maximum", "minimum", "multiply", "multiply_double", "negative",
    "reciprocal", "sqrt", "square", "subtract", "trunc", "two_product", "two_sum", "zeros",
]  # fmt: skip

Array: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Array, Array]

_SPLITTER = 134217729.0  # 2**27 + 1


def zeros(a: Array) -> Array:
    """As many zeros."""
    return np.zeros_like(a)


def full(like: Array, c: tuple[float, float]) -> Pair:
    """A constant, as many times."""
    return np.full_like(like, c[0]), np.full_like(like, c[1])


# Error-free transformations: the sum of the results is exactly the sum or product of the operands.


def two_sum(a: Array, b: Array) -> Pair:
    """Knuth's: of any two doubles."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def fast_two_sum(a: Array, b: Array) -> Pair:
    """Dekker's: where abs(a) >= abs(b), or a is 0."""
    s = a + b
    return s, b - (s - a)


def _split(a: Array) -> Pair:
    t = a * _SPLITTER
    high = t - (t - a)
    return high, a - high


def two_product(a: Array, b: Array) -> Pair:
    """Dekker's and Veltkamp's: without a fused multiply-add, which NumPy has not."""
    p = a * b
    ah, al = _split(a)
    bh, bl = _split(b)
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


# Operations of the article, by their numbers there.


def add(x: Pair, y: Pair) -> Pair:
    """Algorithm 6, AccurateDWPlusDW."""
    s, e = two_sum(x[0], y[0])
    t, f = two_sum(x[1], y[1])
    s, e = fast_two_sum(s, e + t)
    return fast_two_sum(s, e + f)


def negative(x: Pair) -> Pair:
    """Exact."""
    return -x[0], -x[1]


def subtract(x: Pair, y: Pair) -> Pair:
    """The sum with the negative."""
    return add(x, negative(y))


def multiply(x: Pair, y: Pair) -> Pair:
    """Algorithm 10, DWTimesDW1."""
    p, e = two_product(x[0], y[0])
    return fast_two_sum(p, e + (x[0] * y[1] + x[1] * y[0]))


def multiply_double(x: Pair, y: Array) -> Pair:
    """Algorithm 7, DWTimesFP1."""
    p, e = two_product(x[0], y)
    s, t = fast_two_sum(p, x[1] * y)
    return fast_two_sum(s, t + e)


def divide(x: Pair, y: Pair) -> Pair:
    """Algorithm 17, DWDivDW2."""
    q = x[0] / y[0]
    product = multiply_double(y, q)
    return fast_two_sum(q, ((x[0] - product[0]) + (x[1] - product[1])) / y[0])


def sqrt(x: Pair) -> Pair:
    """SQRTDWtoDW of Lefevre et al.: one step of Newton, with the exact residual."""
    s = np.sqrt(x[0])
    p, e = two_product(s, s)
    return fast_two_sum(s, ((x[0] - p) - e + x[1]) / (2 * s))


def square(x: Pair) -> Pair:
    """The product with itself."""
    return multiply(x, x)


def reciprocal(x: Pair) -> Pair:
    """1 / x."""
    return divide(full(x[0], (1.0, 0.0)), x)


def fma(x: Pair, y: Pair, z: Pair) -> Pair:
    """Of doubles the product is exact, of pairs it is rounded."""
    return add(multiply(x, y), z)


def add_double(x: Pair, y: float) -> Pair:
    """The sum with one double."""
    return add(x, full(x[0], (y, 0.0)))


def choose(where: NDArray[np.bool_], x: Pair, y: Pair) -> Pair:
    """The pairs of x, and elsewhere those of y."""
    return np.where(where, x[0], y[0]), np.where(where, x[1], y[1])


def _is_less(x: Pair, y: Pair) -> NDArray[np.bool_]:
    """Pairs that are rounded to nearest sort by their high parts first."""
    return np.asarray((x[0] < y[0]) | ((x[0] == y[0]) & (x[1] < y[1])))


def absolute(x: Pair) -> Pair:
    """Exact."""
    return choose(np.signbit(x[0]), negative(x), x)


def maximum(x: Pair, y: Pair) -> Pair:
    """Exact; NaN if one is."""
    return choose(_is_less(x, y) | np.isnan(y[0]), y, x)


def minimum(x: Pair, y: Pair) -> Pair:
    """Exact; NaN if one is."""
    return choose(_is_less(y, x) | np.isnan(y[0]), y, x)


def copysign(x: Pair, y: Pair) -> Pair:
    """Exact."""
    return choose(np.signbit(x[0]) == np.signbit(y[0]), x, negative(x))


def floor(x: Pair) -> Pair:
    """Exact: of the low part where the high one is whole."""
    high = np.floor(x[0])
    return fast_two_sum(high, np.where(high == x[0], np.floor(x[1]), 0.0))


def ceil(x: Pair) -> Pair:
    """Exact."""
    return negative(floor(negative(x)))


def trunc(x: Pair) -> Pair:
    """Exact."""
    return choose(x[0] < 0, ceil(x), floor(x))

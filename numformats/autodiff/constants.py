# SPDX-License-Identifier: BSD-3-Clause
"""What are the constants of rules, and the function digamma, in the arithmetic of an operand?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing import Traced

__all__ = ["DEGREE", "LN2", "LN10", "PI", "TWO_OVER_ROOT_PI", "constant", "digamma"]

PI = "3.14159265358979323846264338327950288419716939937510"
LN2 = "0.69314718055994530941723212145817656807550013436026"
LN10 = "2.30258509299404568401799145468436420760110148862877"
TWO_OVER_ROOT_PI = "1.12837916709551257389615890312154517168810125865800"
DEGREE = "0.01745329251994329576923690768488612713442871888542"


def constant(x: Any, text: str) -> Any:
    """A decimal number rounded once to the format of x; all digits where x has no format.

    >>> constant(np.zeros(1, nf.posit64), PI)
    posit64(3.141592653589793237)
    """
    if not isinstance(x, Traced):
        return np.asarray(x).dtype.type(text)
    if x.run.keeps_format:
        return constant(x.parts[0], text)
    whole, _, digits = text.partition(".")
    value, tail = x.run.lift(np.float64(whole)), x.run.lift(np.float64(0))
    for end in range(len(digits), 0, -_CHUNK):  # so many digits a float64 has
        start = max(end - _CHUNK, 0)
        tail = (tail + float(digits[start:end])) / 10.0 ** (end - start)
    return value + tail


_CHUNK = 15
# B(2k) / 2k of Bernoulli's numbers, for the asymptotic series of digamma.
_SERIES = [(1, 12), (-1, 120), (1, 252), (-1, 240), (1, 132), (-691, 32760), (1, 12)]
_FAR = 14  # where so many terms are enough for a float64


def digamma(x: Any) -> Any:
    """The derivative of lgamma, to about the precision of a float64 or of the format, if less.

    By recurrence up to 14 or more and Stirling's series there; by reflection below 1/2.

    >>> float(digamma(np.array(1.0)))  # minus Euler's constant, 0.57721566490153286...
    -0.57721566490153...

    Source: Abramowitz and Stegun (1964), 6.3.5 to 6.3.18.
    """
    dtype = x.dtype
    if dtype.kind != "f" and nf.finfo(dtype).lossless_in_float64:
        x = x.astype(np.float64)
    left = np.less(x, 0.5)
    y = np.where(left, 1 - x, x)
    below = np.zeros_like(y)
    for _ in range(_FAR):
        near = np.less(y, _FAR)
        below = below + np.where(near, 1 / y, 0)
        y = np.where(near, y + 1, y)
    square = 1 / (y * y)
    tail = np.zeros_like(y)
    for numerator, denominator in reversed(_SERIES):
        tail = (tail + numerator / (np.ones_like(y) * denominator)) * square
    right = np.log(y) - 0.5 / y - tail - below
    turn = constant(x, PI) * (x - np.rint(x))
    mirrored = right - constant(x, PI) / np.tan(np.where(left, turn, 1))
    result = np.where(left, mirrored, right)
    return result if result.dtype == dtype else result.astype(dtype)

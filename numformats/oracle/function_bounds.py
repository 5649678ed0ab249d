# SPDX-License-Identifier: BSD-3-Clause
"""Between which fractions is a value computed to p bits, and what may stand for a costly one?"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from mpmath import libmp

from numformats.oracle.values import (
    INVALID,
    NO_FLAGS,
    Exact,
    Flags,
    Special,
    dyadic,
    floor_log2,
)

__all__ = [
    "GUARD",
    "HUGE",
    "HUGE_LOG2",
    "LEAST",
    "OUTSIDE",
    "TINY",
    "Evaluator",
    "Mpf",
    "Outcome",
    "Result",
    "above",
    "below",
    "bracket",
    "evaluator",
    "grown",
    "is_tiny",
    "magnitude",
    "sharpen",
    "shrunk",
    "to_mpf",
    "with_flags",
]

Mpf: TypeAlias = Any
"""What mpmath.libmp works on: (sign, man, exp, bits of man).  The library has no types."""

Evaluator: TypeAlias = Callable[[int], Mpf]
"""From p to a value that is not zero, with a relative error below 2**-p."""

Result: TypeAlias = Exact | Evaluator
Outcome: TypeAlias = tuple[Result, Flags]

OUTSIDE: Outcome = (Special.NAN, INVALID)

GUARD = 40
"""Bits that the steps of an evaluation may lose together."""
TINY = -300
"""Below 2**TINY a number cannot be told from zero next to 1, whatever the format."""

# What stands for a value that would be costly to compute.  The numbers at which a rounding
# changes have fewer than 140 bits (64 of a significand, 64 of a stochastic word, the ends), so
# none lies between a short number d and d * (1 +- 2**-250): all that is strictly between rounds
# alike, and d * (1 +- 2**-600) with it.
_NUDGE = dyadic(1, -600)
HUGE_LOG2 = 1 << 18  # every exponent of every format is below 2**17
HUGE = dyadic(1, HUGE_LOG2)
LEAST = dyadic(1, -HUGE_LOG2)


def with_flags(result: Result | Outcome) -> Outcome:
    """Add no flags where there are none."""
    return result if isinstance(result, tuple) else (result, NO_FLAGS)


def is_tiny(x: Fraction) -> bool:
    """Is x, which is not zero, closer to zero than 2**TINY?"""
    return floor_log2(x) < TINY


def above(d: Fraction | int) -> Fraction:
    """A number just above d."""
    return d + abs(Fraction(d)) * _NUDGE


def below(d: Fraction | int) -> Fraction:
    """A number just below d."""
    return d - abs(Fraction(d)) * _NUDGE


def grown(d: Fraction | int) -> Fraction:
    """A number just farther from zero than d."""
    return Fraction(d) * (1 + _NUDGE)


def shrunk(d: Fraction | int) -> Fraction:
    """A number just closer to zero than d."""
    return Fraction(d) * (1 - _NUDGE)


def to_mpf(x: Fraction) -> Mpf:
    """Return x, whose denominator is a power of two, exactly."""
    return libmp.from_man_exp(x.numerator, 1 - x.denominator.bit_length())


def bracket(v: Mpf, p: int) -> tuple[Fraction, Fraction]:
    """Numbers below and above everything within abs(v) * 2**-p of v."""
    sign, man, exponent, length = v
    shift = p + 8 - length
    n = int(man) << shift if shift > 0 else int(man) >> -shift
    if sign:
        n = -n
    return dyadic(n - 512, exponent - shift), dyadic(n + 512, exponent - shift)


def evaluator(f: Callable[[Mpf, int], Mpf], x: Fraction) -> Evaluator:
    """Evaluate f at x, with the guard bits."""
    argument = to_mpf(x)
    return lambda p: f(argument, p + GUARD)


def sharpen(f: Callable[[int], Mpf], p: int) -> Mpf:
    """The value of f, which is not zero, with a relative error below 2**-p.

    f(w) has an absolute error below 2**(8 - w), so that enough bits w lead there.
    """
    w = p + GUARD
    while True:
        v = f(w)
        missing = p + 16 - w - magnitude(v) if v[1] else w
        if missing <= 0:
            return v
        w += missing


def magnitude(x: Mpf) -> int:
    """Exponent e with 2**(e-1) <= abs(x) < 2**e."""
    return int(x[2] + x[3])

# SPDX-License-Identifier: BSD-3-Clause
"""What errors do operations of a format make?  By the oracle, on exact numbers."""

from __future__ import annotations

import itertools
from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from helpers import array, oracle_of
from numformats.oracle import Special, SquareRoot
from numformats.oracle.values import floor_log2

__all__ = ["METHODS", "Case", "compare_with_bounds", "exact_value", "measure_errors"]

# Operations of the error models -> the oracle's methods and the exact results.
METHODS = {
    "add": ("add", lambda x, y: x + y),
    "subtract": ("sub", lambda x, y: x - y),
    "multiply": ("mul", lambda x, y: x * y),
    "divide": ("div", lambda x, y: x / y if y else None),
    "sqrt": ("sqrt", lambda x: SquareRoot(x) if x > 0 else (None if x else x)),
    "square": ("square", lambda x: x * x),
    "reciprocal": ("reciprocal", lambda x: 1 / x if x else None),
    "fma": ("fma", lambda x, y, z: x * y + z),
}
# The two extremes of what stochastic rounding may draw.
WORDS = (0, 2**64 - 1)


class Case(NamedTuple):
    codes: tuple[int, ...]
    binade: int | None
    """floor(log2) of the exact result; None where it is 0."""
    error: Fraction | None
    """Of the worst draw; None where there is no exact or no finite result."""


def exact_value(oracle, code):
    """The value of a code as a Fraction; None for infinities and NaN."""
    value = oracle.decode(code)
    if value is Special.NEG_ZERO:
        return Fraction(0)
    return value if isinstance(value, Fraction) else None


def distance(result, exact):
    """|result - exact|, rounded upward by less than 2**-90 of it where exact is a root."""
    if not isinstance(exact, SquareRoot):
        return abs(result - exact)
    # |r - sqrt(d)| = |r*r - d| / (r + sqrt(d))
    d = exact.radicand
    scale = Fraction(4) ** max(0, 100 - floor_log2(d) // 2)
    root = Fraction(int_root(d * scale), int_root(scale))
    return abs(result * result - d) / (result + root)


def int_root(x):
    from math import isqrt

    return isqrt(x.numerator // x.denominator)


def measure_errors(T, op, cases):
    """The errors of an operation at tuples of codes."""
    oracle, (method, exactly) = oracle_of(T), METHODS[op]
    words = WORDS if T.format.rounding == "stochastic" else (None,)
    for codes in cases:
        values = [exact_value(oracle, c) for c in codes]
        exact = None if None in values else exactly(*values)
        if exact is None:
            yield Case(codes, None, None)
            continue
        errors = []
        for oracle.random in words:
            result = exact_value(oracle, getattr(oracle, method)(*codes))
            errors.append(None if result is None else distance(result, exact))
        binade = floor_log2(exact) if isinstance(exact, SquareRoot) or exact else None
        yield Case(codes, binade, None if None in errors else max(errors))


def compare_with_bounds(T, op, cases, bounds):
    """The cases that a bound does not hold for, and binades whose bounds are more than twice the worst.

    `bounds`: a function of the operands, as model(T).bound with an operation.
    """
    cases = list(cases)
    operands = [array(T, list(column)) for column in zip(*cases, strict=True)]
    found = np.atleast_1d(bounds(*operands)).tolist()
    wrong, worst = [], defaultdict(lambda: [Fraction(0), 0.0])
    for case, bound in zip(measure_errors(T, op, cases), found, strict=True):
        if bound == np.inf:
            continue
        if case.error is None or case.error > Fraction(bound):
            wrong.append((case, bound))
            continue
        pair = worst[case.binade]
        pair[0], pair[1] = max(pair[0], case.error), max(pair[1], bound)
    lax = {
        e: (float(a), b)
        for e, (a, b) in worst.items()
        if Fraction(b) > 2 * a * (1 + Fraction(1, 2**40))
    }
    return wrong, lax


def all_tuples(T, arity, step=1):
    codes = range(0, 1 << T.format.bits, step)
    return itertools.product(codes, repeat=arity)

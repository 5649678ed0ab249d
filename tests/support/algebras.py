# SPDX-License-Identifier: BSD-3-Clause
"""Which algebras are there, by the names that tests use?"""

from __future__ import annotations

from fractions import Fraction

from numformats.analysis.algebra import (
    DoubleDouble,
    Float64,
    digits_algebra,
    fraction_algebra,
    mp_algebra,
)

EVERY = {
    "float64": Float64(),
    "double": DoubleDouble(),
    "mpmath": mp_algebra(50),
    "gmpy2": digits_algebra(50),
    "exact": fraction_algebra(),
}


LONG = [name for name in EVERY if name != "float64"]


def exact_sum(algebra, parts):
    """The values of parts as Fractions."""
    return [
        sum(Fraction(*(int(n) for n in p.as_integer_ratio())) for p in numbers)
        for numbers in zip(*(part.astype(object).ravel().tolist() for part in parts), strict=True)
    ]

# SPDX-License-Identifier: BSD-3-Clause
"""In which numbers are errors measured?  50 decimal digits, whatever the truth was computed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra_objects import mp_algebra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.analysis.algebra_base import Parts

__all__ = ["REFERENCE_DIGITS", "exponents", "from_parts", "is_finite", "number", "to_reference"]

REFERENCE_DIGITS = 50
_ALGEBRA = mp_algebra(REFERENCE_DIGITS)  # by mpmath, whose operators know their precision
_NUMBERS = _ALGEBRA.numbers


def number(value: object) -> Any:
    """One reference number from a real number, exactly while it has at most 50 digits.

    >>> from fractions import Fraction
    >>> number(0.5) + number(Fraction(1, 4))
    mpf('0.75')
    """
    try:
        return _NUMBERS.number(value)
    except TypeError:
        kind = type(value).__name__
        raise TypeError(f"a reference number cannot be made from {kind}") from None


def to_reference(values: NDArray[Any]) -> NDArray[np.object_]:
    """An array of reference numbers (dtype object) with the values of `values`, exactly.

    TypeError if they are no real numbers.

    >>> (to_reference(np.array([0.1])) * 10)[0] == 1
    False
    """
    return _ALGEBRA.lift(values)[0]


def from_parts(parts: Parts) -> NDArray[np.object_]:
    """The numbers of any algebra, each the sum of its parts, as reference numbers."""
    total = to_reference(parts[0])
    for part in parts[1:]:
        total = _ALGEBRA.ufunc(np.add, (total,), (to_reference(part),))[0]
    return total


is_finite = np.frompyfunc(_NUMBERS.context.isfinite, 1, 1)
exponents = np.frompyfunc(_NUMBERS.exponent, 1, 1)

# SPDX-License-Identifier: BSD-3-Clause
"""How does the exact value of a quire meet other numbers, in an order and as text?"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from numformats._digits import decimal_text, scientific
from numformats._dtypes import FixedScalar

__all__ = ["NAR_KEY", "order_key", "value_text"]

# Keys sort by value; NaR and NaN sort below every number and infinity.
NAR_KEY: tuple[bool, Any] = (False, 0)

# Decimals beyond these powers of ten need no ratio of a billion digits: a quire has at most 98816
# bits, so that its values and its steps lie within.
_LARGEST, _SMALLEST = 40_000, -70_000
# A value whose fraction has more characters than this is rounded to so many digits.
_LONGEST_TEXT, _DIGITS = 40, 17


def order_key(x: Any) -> tuple[bool, Any] | None:
    """Return the key of a real number of any type, which sorts by its exact value, or None."""
    if isinstance(x, (complex, np.complexfloating)):
        return order_key(x.real) if x.imag == 0 else None
    if isinstance(x, np.bool):
        x = bool(x)
    if isinstance(x, Rational) and not isinstance(x, np.timedelta64):
        # NumPy's integers would stay in the fraction and overflow in its products.
        return True, Fraction(int(x.numerator), int(x.denominator))
    if isinstance(x, Decimal):
        x = _within_bounds(x)
    elif not isinstance(x, (float, np.inexact, FixedScalar)):
        return None
    try:
        return True, Fraction(*x.as_integer_ratio())
    except OverflowError:
        return True, float(x)
    except ValueError:
        return NAR_KEY


def _within_bounds(x: Decimal) -> Decimal:
    """Return x, or a number on the same side of every quire's values that is easily written."""
    if not x.is_finite() or x == 0 or _SMALLEST <= x.adjusted() <= _LARGEST:
        return x
    return Decimal((x.is_signed(), (1,), _LARGEST if x.adjusted() > 0 else _SMALLEST))


def value_text(value: Fraction) -> str:
    """Return the fraction where it is short, else about so many digits of it."""
    terms = [value.numerator] if value.denominator == 1 else [value.numerator, value.denominator]
    if sum(t.bit_length() for t in terms) <= 3 * _LONGEST_TEXT:
        return "/".join(decimal_text(t) for t in terms)
    return ("-" if value < 0 else "") + scientific(abs(value), _DIGITS - 1, alt=False) + "..."

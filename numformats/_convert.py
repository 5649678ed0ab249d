# SPDX-License-Identifier: BSD-3-Clause
"""What exact number is an object that only Python knows how to read?  (Called by the C side.)"""

from __future__ import annotations

import numbers
import operator
import sys
import unicodedata
from typing import Any

# A quotient keeps this many bits, its lowest one standing for the remainder: far more than the
# 128 that any rounding looks at.
QUOTIENT_BITS = 192
# Exponents are clamped here; every format over- or underflows long before.
EXPONENT_BOUND = 1 << 40


def exact(obj: Any) -> tuple[int, int] | float | str | None:
    """Return the value of `obj` as (significand, exponent of two), a float or decimal text.

    None means that `obj` is not a number.  The pair may carry a sticky lowest bit.
    """
    if isinstance(obj, type):
        return None
    if _is_decimal(obj):
        return "nan" if obj.is_nan() else str(obj)
    if isinstance(obj, numbers.Rational):
        return quotient(operator.index(obj.numerator), operator.index(obj.denominator))
    parts = getattr(obj, "_mpf_", None)
    if isinstance(parts, tuple):
        return _mpmath_value(parts)
    return _by_protocol(obj)


def _by_protocol(obj: Any) -> tuple[int, int] | float | None:
    """Ask for as_integer_ratio(), __index__(), __float__(), in this order."""
    if hasattr(obj, "as_integer_ratio"):
        try:
            numerator, denominator = obj.as_integer_ratio()
        except (OverflowError, ValueError):  # infinity, NaN
            return float(obj)
        if numerator == 0:
            return float(obj)  # keeps the sign of a zero
        return quotient(operator.index(numerator), operator.index(denominator))
    if hasattr(obj, "__index__"):
        return operator.index(obj), 0
    return float(obj) if hasattr(obj, "__float__") else None


def is_weak(obj: Any) -> bool:
    """Return whether an operand takes on the format of the scalar beside it, as an int does."""
    return isinstance(obj, numbers.Rational) or _is_decimal(obj)


def is_masked(array: Any) -> bool:
    """Return whether a 0-d array of a subclass is a masked element."""
    ma = sys.modules.get("numpy.ma")
    return ma is not None and isinstance(array, ma.MaskedArray) and bool(ma.getmaskarray(array))


def _is_decimal(obj: Any) -> bool:
    decimal = sys.modules.get("decimal")  # who has a Decimal has imported it
    return decimal is not None and isinstance(obj, decimal.Decimal)


def quotient(numerator: int, denominator: int) -> tuple[int, int]:
    """Return numerator / denominator with QUOTIENT_BITS bits or more and a sticky lowest bit."""
    if denominator == 0:
        msg = "a ratio with denominator 0 is not a number"
        raise ZeroDivisionError(msg)
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    shift = max(0, QUOTIENT_BITS + denominator.bit_length() - numerator.bit_length())
    whole, rest = divmod(abs(numerator) << shift, denominator)
    if rest:
        whole |= 1
    return (-whole if numerator < 0 else whole), -shift


def _mpmath_value(parts: tuple[Any, ...]) -> tuple[int, int] | float:
    """Read mpmath's (sign, man, exp, bc); a zero mantissa with an exponent is inf or nan."""
    sign, man, exp = int(parts[0]), int(parts[1]), int(parts[2])
    if man == 0 and exp != 0:
        import mpmath  # noqa: PLC0415 - the object proves that it is installed

        return float(mpmath.mp.make_mpf(parts))
    exp = max(-EXPONENT_BOUND, min(EXPONENT_BOUND, exp))
    return (-man if sign else man), exp


def ascii_text(text: str) -> str:
    """Replace every script's decimal digits and spaces by ASCII ones, as float() does."""
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else " " if c.isspace() else _ascii(c)
        for c in text
    )


def _ascii(character: str) -> str:
    return character if character.isascii() else "?"

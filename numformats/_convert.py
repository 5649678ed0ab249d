# SPDX-License-Identifier: BSD-3-Clause
"""What exact number is an object that only Python knows how to read?  (Called by the C side.)"""

from __future__ import annotations

import numbers
import operator
import sys
import unicodedata
from typing import Any

# A quotient keeps this many bits, and as many below the point, its lowest one standing for the
# remainder: the 128 that any rounding looks at, and in fixed point the 64 below 2**-128, are above.
QUOTIENT_BITS = 193
# A code in fixed point depends on its number modulo 2**KEPT steps, whatever the width.
KEPT = 64
# int() takes so many digits at once, and the length of any text has no more than so many digits.
_CHUNK, _LONG_POWER = 4000, 18
# Exponents are clamped here; every format over- or underflows long before.
EXPONENT_BOUND = 1 << 40


def exact(obj: Any) -> tuple[int, int] | float | str | None:
    """Return the value of `obj` as (significand, exponent of two), a float or decimal text.

    None means that `obj` is not a number.  The significand may carry a sticky lowest bit.
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
    if hasattr(type(obj), "__numformats_function__"):
        obj.__array__()  # a traced value says where it stands, and that it is no plain number
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
    decimal = sys.modules.get("decimal")  # whoever has a Decimal has imported it
    return decimal is not None and isinstance(obj, decimal.Decimal)


def quotient(numerator: int, denominator: int) -> tuple[int, int]:
    """Return numerator / denominator with a sticky lowest bit, QUOTIENT_BITS or more below."""
    if denominator == 0:
        msg = "a ratio with denominator 0 is not a number"
        raise ZeroDivisionError(msg)
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    shift = QUOTIENT_BITS + max(0, denominator.bit_length() - numerator.bit_length())
    whole, rest = divmod(abs(numerator) << shift, denominator)
    if rest:
        whole |= 1
    return (-whole if numerator < 0 else whole), -shift


def modulo(significand: int, exponent: int, frac: int) -> tuple[int, int]:
    """Return significand * 2**exponent, its magnitude modulo 2**KEPT steps of 2**-frac."""
    bits = KEPT - frac - exponent
    kept = abs(significand) & ((1 << bits) - 1) if bits > 0 else 0
    return (-kept if significand < 0 else kept), exponent


def residue(obj: Any, frac: int) -> tuple[int, int]:
    """Return `modulo` of a finite number as C saw it: text, a 0-d array or what `exact` takes."""
    if isinstance(obj, bytes):
        obj = obj.decode("ascii")
    elif not isinstance(obj, str) and hasattr(obj, "__array_interface__"):
        obj = obj[()]  # the element of a 0-d array
        if isinstance(obj, str | bytes):
            return residue(obj, frac)
    number = obj if isinstance(obj, str) else exact(obj)
    if isinstance(number, str):
        number = _decimal_residue(number)
    assert isinstance(number, tuple)  # a float has 53 bits, and C needs no help
    return modulo(*number, frac)


def _decimal_residue(text: str) -> tuple[int, int]:
    """Return a decimal's integer part modulo 2**(2 * KEPT), and its fraction with a sticky bit.

    These are all the bits that fixed point can have; linear time in the length of the text.
    """
    mantissa, _, power = ascii_text(text).replace("_", "").strip().lower().partition("e")
    whole, _, part = mantissa.lstrip("+-").partition(".")
    digits, point = whole + part, len(whole) + _power_of_ten(power)
    integer, modulus = 0, 1 << 2 * KEPT
    for i in range(0, min(point, len(digits)), _CHUNK):
        chunk = digits[i : min(point, i + _CHUNK)]
        integer = (integer * 10 ** len(chunk) + int(chunk)) % modulus
    zeros = max(0, point - len(digits))
    integer = 0 if zeros >= 2 * KEPT else integer * 10**zeros % modulus
    # a multiple of 2**-QUOTIENT_BITS has no more decimals than that: later ones are only sticky
    places = "" if zeros else "0" * -point + digits[max(0, point) :]
    places = places.ljust(QUOTIENT_BITS, "0")
    fraction, rest = divmod(int(places[:QUOTIENT_BITS]) << QUOTIENT_BITS, 10**QUOTIENT_BITS)
    sticky = rest != 0 or places[QUOTIENT_BITS:].strip("0") != ""
    magnitude = integer << QUOTIENT_BITS | fraction | sticky
    return (-magnitude if mantissa.startswith("-") else magnitude), -QUOTIENT_BITS


def _power_of_ten(digits: str) -> int:
    """The exponent of a decimal; one of more than 18 digits is beyond the length of any text."""
    size = digits.lstrip("+-").lstrip("0")
    power = int(size or 0) if len(size) <= _LONG_POWER else 10**_LONG_POWER
    return -power if digits.startswith("-") else power


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

# SPDX-License-Identifier: BSD-3-Clause
"""Which decimal digits does a scalar show when a format specification or round() asks for some?

Called by the C side with our own scalars; everything is decided on the exact value.
"""

from __future__ import annotations

import math
import operator
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

_SPEC = re.compile(
    r"(?:(?P<fill>.)?(?P<align>[<>=^]))?(?P<sign>[-+ ])?(?P<z>z)?(?P<alt>\#)?(?P<zero>0)?"
    r"(?P<width>\d+)?(?P<group>[,_])?(?:\.(?P<precision>\d+))?(?P<type>[eEfFgG%])?",
    re.DOTALL,
)
# 'g' writes an exponent below this, as in C.
_SMALLEST_FIXED_EXPONENT = -4


def format_number(number: Any, spec: str) -> str:
    """Format one scalar as float.__format__ would, but from its exact value."""
    as_float = float(number)
    parts = _SPEC.fullmatch(spec)
    if parts is None or not is_finite(number):
        return format(as_float, spec)  # raises ValueError for what is no specification
    if parts["type"] is None and parts["precision"] is None and not parts["alt"]:
        return _layout(str(number), parts)
    exact = Fraction(*number.as_integer_ratio())
    is_float = math.isfinite(as_float) and exact == Fraction(as_float)
    if is_float and (as_float == 0 or parts["type"] != "%"):
        return format(as_float, spec)  # exact for any number of digits; but not 100 * as_float
    return _layout(_digits(exact, parts), parts)


def round_to_digits(number: Any, ndigits: Any) -> Any:
    """Round to a multiple of 10**-ndigits, ties to even, then into the number's format."""
    places = operator.index(ndigits)
    if not is_finite(number):
        return number
    exact = Fraction(*number.as_integer_ratio())
    if places >= exact.denominator.bit_length():  # a fraction k / 2**n has n decimal places
        return number
    # Of a power of ten above twice the number, 0 is the nearest multiple.
    places = max(places, -int(exact).bit_length() - 1)
    rounded = round(exact, places)
    return type(number)(-0.0 if rounded == 0 and exact < 0 else rounded)


def is_finite(number: Any) -> bool:
    """Return whether a scalar is neither an infinity nor NaN or NaR."""
    try:
        number.as_integer_ratio()
    except (OverflowError, ValueError):
        return False
    return True


def _digits(exact: Fraction, parts: re.Match[str]) -> str:
    """Write a number that is no double with the specification's type and precision."""
    kind = (parts["type"] or "g").lower()
    precision = 6 if parts["precision"] is None else int(parts["precision"])
    sign = "-" if exact < 0 else ""
    magnitude = abs(exact)
    if kind == "%":
        text = fixed(magnitude * 100, precision, alt=bool(parts["alt"])) + "%"
    elif kind == "f":
        text = fixed(magnitude, precision, alt=bool(parts["alt"]))
    elif kind == "e":
        text = scientific(magnitude, precision, alt=bool(parts["alt"]))
    else:
        text = _general(magnitude, max(precision, 1), parts)
    if parts["z"] and not any(c in "123456789" for c in text.partition("e")[0]):
        sign = ""
    return sign + (text.upper() if parts["type"] in ("E", "G") else text)


def decimal_text(integer: int) -> str:
    """Return the decimal digits of an int of any length; str() refuses more than 4300."""
    return str(Decimal(integer))


def fixed(magnitude: Fraction, precision: int, *, alt: bool) -> str:
    """Write a number >= 0 with `precision` digits after the point, rounded half to even."""
    # k / 2**n has n decimal places: what is asked for beyond them is zeros.
    places = min(precision, magnitude.denominator.bit_length())
    units = decimal_text(round(magnitude * 10**places)).rjust(places + 1, "0")
    point = "." if precision or alt else ""
    whole, part = units[: len(units) - places], units[len(units) - places :]
    return whole + point + part.ljust(precision, "0")


def _significant(magnitude: Fraction, count: int) -> tuple[str, int]:
    """Return `count` digits and the exponent of the first one."""
    exponent = len(decimal_text(magnitude.numerator)) - len(decimal_text(magnitude.denominator))
    if magnitude < _power_of_ten(exponent):
        exponent -= 1
    # The last digit that is not 0 is in the place of a unit or of the denominator's last bit.
    kept = min(count, max(exponent, 0) + 1 + magnitude.denominator.bit_length())
    digits = decimal_text(round(magnitude / _power_of_ten(exponent - kept + 1)))
    if len(digits) > kept:
        digits, exponent = digits[:-1], exponent + 1
    return digits.ljust(count, "0"), exponent


def _power_of_ten(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def scientific(magnitude: Fraction, precision: int, *, alt: bool) -> str:
    """Write a number > 0 as d.ddde+xx with `precision` digits after the point."""
    digits, exponent = _significant(magnitude, precision + 1)
    point = "." if precision or alt else ""
    return f"{digits[0]}{point}{digits[1:]}e{exponent:+03d}"


def _general(magnitude: Fraction, precision: int, parts: re.Match[str]) -> str:
    digits, exponent = _significant(magnitude, precision)
    alt = bool(parts["alt"])
    # Without a type, float keeps one digit after the point and switches one exponent earlier.
    limit = precision if parts["type"] else precision - 1
    kept = precision if alt else max(1, len(digits.rstrip("0")))
    if _SMALLEST_FIXED_EXPONENT <= exponent < limit:
        places = max(kept - 1 - exponent, 0)
        if parts["type"] is None:
            places = max(places, 1)
        return fixed(_value(digits, exponent), places, alt=alt)
    return scientific(_value(digits, exponent), kept - 1, alt=alt)


def _value(digits: str, exponent: int) -> Fraction:
    # By way of Decimal, since int() reads at most 4300 digits.
    return int(Decimal(digits)) * _power_of_ten(exponent - len(digits) + 1)


def _layout(text: str, parts: re.Match[str]) -> str:
    """Add sign, grouping, zeros and padding to "-123.45e+10"."""
    negative = text.startswith("-")
    sign = "-" if negative else {"+": "+", " ": " "}.get(parts["sign"] or "", "")
    body = text.lstrip("-")
    head = re.match(r"\d*", body)[0]  # type: ignore[index]
    tail = body[len(head) :]
    width = int(parts["width"] or 0)
    align = parts["align"] or ("=" if parts["zero"] else ">")
    fill = parts["fill"] or ("0" if parts["zero"] else " ")
    zeros = width - len(sign) - len(tail) if align == "=" and fill == "0" else 0
    head = _grouped(head, max(zeros, 1), parts["group"] or "")
    number = sign + head + tail
    if align == "=":
        return sign + (head + tail).rjust(width - len(sign), fill)
    return format(number, f"{fill}{align}{width}")


def _grouped(digits: str, width: int, separator: str) -> str:
    """Pad with zeros to the width, a separator standing between groups of three digits."""
    digits = digits.lstrip("0") or "0"
    if not separator:
        return digits.rjust(width, "0")
    digits = digits.rjust(width - (width - 1) // 4, "0")
    first = len(digits) % 3
    groups = [digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))]
    return separator.join(g for g in groups if g)

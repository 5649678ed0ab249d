# SPDX-License-Identifier: BSD-3-Clause
"""Which decimal digits does a scalar show when a format specification or round() asks for some?

Called by the C side with our own scalars; everything is decided on the exact value.
"""

from __future__ import annotations

import operator
import re
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
    if parts is None or not _is_finite(number):
        return format(as_float, spec)  # raises ValueError for what is no specification
    if parts["type"] is None and parts["precision"] is None and not parts["alt"]:
        return _layout(str(number), parts)
    if number == as_float and (as_float == 0 or parts["type"] != "%"):
        return format(as_float, spec)  # exact for any number of digits; but not 100 * as_float
    return _layout(_digits(Fraction(*number.as_integer_ratio()), parts), parts)


def round_to_digits(number: Any, ndigits: Any) -> Any:
    """Round to a multiple of 10**-ndigits, ties to even, then into the number's format."""
    places = operator.index(ndigits)
    if not _is_finite(number):
        return number
    exact = Fraction(*number.as_integer_ratio())
    if places >= exact.denominator.bit_length():  # a fraction k / 2**n has n decimal places
        return number
    if -places > len(str(abs(int(exact)))) + 1:
        places = -len(str(abs(int(exact)))) - 1
    rounded = round(exact, places)
    return type(number)(-0.0 if rounded == 0 and exact < 0 else rounded)


def _is_finite(number: Any) -> bool:
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
        text = _fixed(magnitude * 100, precision, alt=bool(parts["alt"])) + "%"
    elif kind == "f":
        text = _fixed(magnitude, precision, alt=bool(parts["alt"]))
    elif kind == "e":
        text = _scientific(magnitude, precision, alt=bool(parts["alt"]))
    else:
        text = _general(magnitude, max(precision, 1), parts)
    if parts["z"] and not any(c in "123456789" for c in text.partition("e")[0]):
        sign = ""
    return sign + (text.upper() if parts["type"] in ("E", "G") else text)


def _fixed(magnitude: Fraction, precision: int, *, alt: bool) -> str:
    units = str(round(magnitude * 10**precision)).rjust(precision + 1, "0")
    point = "." if precision or alt else ""
    return units[: len(units) - precision] + point + units[len(units) - precision :]


def _significant(magnitude: Fraction, count: int) -> tuple[str, int]:
    """Return `count` digits and the exponent of the first one."""
    exponent = len(str(magnitude.numerator)) - len(str(magnitude.denominator))
    if magnitude < _power_of_ten(exponent):
        exponent -= 1
    digits = str(round(magnitude / _power_of_ten(exponent - count + 1)))
    return (digits, exponent) if len(digits) == count else (digits[:-1], exponent + 1)


def _power_of_ten(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def _scientific(magnitude: Fraction, precision: int, *, alt: bool) -> str:
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
        return _fixed(_value(digits, exponent), places, alt=alt)
    return _scientific(_value(digits, exponent), kept - 1, alt=alt)


def _value(digits: str, exponent: int) -> Fraction:
    return int(digits) * _power_of_ten(exponent - len(digits) + 1)


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
    head = format(int(head), f"0{max(zeros, 1)}{parts['group'] or ''}d")
    number = sign + head + tail
    if align == "=":
        return sign + (head + tail).rjust(width - len(sign), fill)
    return format(number, f"{fill}{align}{width}")

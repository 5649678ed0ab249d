# SPDX-License-Identifier: BSD-3-Clause
"""Which exact value does a decimal have, and which decimal is the shortest for a value?"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.oracle.values import Special, Value, zero

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["layout", "parse_decimal", "shortest_digits"]

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?=\.?\d)(?P<whole>\d*(?:_\d+)*)(?:\.(?P<part>(?:\d+(?:_\d+)*)?))?"
    r"(?:e(?P<exp>[+-]?\d+(?:_\d+)*))?",
    re.ASCII | re.IGNORECASE,
)
_SPECIALS = {
    "nan": Special.NAN,
    "nar": Special.NAN,
    "inf": Special.INF,
    "infinity": Special.INF,
}
_EXPONENT_LIMIT = 60_000  # in decades: beyond every format even when the number of digits is added
_FIXED_ABOVE, _FIXED_UP_TO = -4, 16  # Python's repr: 1e-05 and 1e+16 are the first with exponents


def parse_decimal(string: str) -> Value:
    """Exact value of what Python's float() accepts, and of "nar".  ValueError for the rest.

    >>> parse_decimal("-1_0.5e-1")
    Fraction(-21, 20)
    """
    stripped = string.strip()
    negative = stripped.startswith("-")
    name = stripped[1:] if stripped[:1] in ("+", "-") else stripped
    special = _SPECIALS.get(name.lower())
    if special is Special.INF and negative:
        return Special.NEG_INF
    if special is not None:
        return special
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        msg = f"not a number: {string!r}"
        raise ValueError(msg)
    whole = (match["whole"] or "").replace("_", "")
    part = (match["part"] or "").replace("_", "")
    digits = int(whole + part)
    if digits == 0:
        return zero(negative)
    limit = _EXPONENT_LIMIT + len(whole + part)
    exponent = max(-limit, min(int(match["exp"] or 0), limit)) - len(part)
    value = digits * Fraction(10) ** exponent
    return -value if negative else value


def _floor_log10(x: Fraction) -> int:
    """Largest e with 10**e <= x."""
    e = len(str(x.numerator)) - len(str(x.denominator))
    return e if Fraction(10) ** e <= x else e - 1


def shortest_digits(value: Fraction, reads_back: Callable[[Fraction], bool]) -> tuple[str, int]:
    """Fewest digits, and the power of ten of the first, that read back; of those the nearest.

    The numbers that read back are an interval around the value, so if any decimal with k digits
    is among them, so is one of the two that enclose the value.
    """
    magnitude = abs(value)
    sign = -1 if value < 0 else 1
    top = _floor_log10(magnitude)
    count = 0
    while True:
        count += 1
        unit = Fraction(10) ** (top - count + 1)
        below = magnitude // unit
        candidates = [below, below + 1] if below * unit != magnitude else [below]
        # The nearest comes first; of two that are equally near the even one does.
        candidates.sort(key=lambda c: (abs(c * unit - magnitude), c % 2))
        for candidate in candidates:
            if reads_back(sign * candidate * unit):
                digits = str(candidate)
                exponent = top + len(digits) - count  # 9.9 -> 10 has one digit more
                return digits.rstrip("0"), exponent


def layout(digits: str, exponent: int, *, negative: bool) -> str:
    """Write digits d.ddd * 10**exponent as Python's repr(float) does.

    >>> layout("15", 20, negative=False)
    '1.5e+20'
    """
    sign = "-" if negative else ""
    if not _FIXED_ABOVE <= exponent < _FIXED_UP_TO:
        point = "." if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent:+03d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    return f"{sign}{whole}.{digits[exponent + 1 :] or '0'}"

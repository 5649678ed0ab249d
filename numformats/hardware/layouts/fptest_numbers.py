# SPDX-License-Identifier: BSD-3-Clause
"""How does FPgen write one number?  In hexadecimal floating point; other formats as codes.

    +1.7FFFFFP127  -0.000001P-126  +Zero  -Inf  Q  S        0x4C00

The fraction's bits are a number of their own, 23 of them in six digits; a subnormal begins with 0.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from numformats.hardware.layouts.template import digits_of
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["Numbers"]

_NUMBER = re.compile(r"[+-][01]\.[0-9A-Fa-f]+P[+-]?[0-9]+")
_CODE = re.compile(r"0x[0-9A-Fa-f]+")


class Numbers:
    """Texts and codes of the numbers of a format."""

    def __init__(self, f: Format) -> None:
        self._format = f
        self._is_binary = f.family == "float" and any(
            replace(f, rounding="nearest_even") == as_format(name)
            for name in ("binary16", "binary32", "binary64")
        )
        self.name = f"b{f.bits}" if self._is_binary else str(f)
        self._digits = digits_of(f.man)
        self._top = (1 << f.exp) - 1  # the exponent field of infinities and NaNs
        self._known: dict[str, int] = {}  # codes of words
        self._tops: dict[str, int] = {}  # sign and exponent field of "-1" and "127" together
        if self._is_binary:
            top = self._top << f.man
            self._known = {"Q": top | 1 << (f.man - 1), "S": top | 1}
            for sign, bit in (("+", 0), ("-", 1 << (f.bits - 1))):
                self._known |= {f"{sign}Zero": bit, f"{sign}Inf": bit | top}
                self._tops[f"{sign}0{1 - f.bias}"] = bit
                for e in range(1, self._top):
                    self._tops[f"{sign}1{e - f.bias}"] = bit | e << f.man

    def text(self, code: int) -> str:
        """The number of a code."""
        if not self._is_binary:
            return f"0x{code:0{digits_of(self._format.bits)}X}"
        f = self._format
        sign = "-" if code >> (f.bits - 1) else "+"
        exponent, fraction = code >> f.man & self._top, code & (1 << f.man) - 1
        if exponent == self._top:
            quiet = fraction >> (f.man - 1)
            return ("Q" if quiet else "S") if fraction else f"{sign}Inf"
        if not exponent:
            small = f"{sign}0.{fraction:0{self._digits}X}P{1 - f.bias}"
            return small if fraction else f"{sign}Zero"
        return f"{sign}1.{fraction:0{self._digits}X}P{exponent - f.bias}"

    def code(self, text: str) -> int:
        """The code of a number; ValueError where it is none of this format."""
        known = self._known.get(text)
        if known is not None:
            return known
        if text.startswith("0x"):
            return self._plain(text)
        f, point = self._format, 3 + self._digits
        if not self._is_binary:
            raise ValueError(f"{text!r}; expected a code of {f}: 0x and {digits_of(f.bits)} digits")
        if not _NUMBER.fullmatch(text):
            such = f"+1.{'0' * self._digits}P0, -Zero, +Inf, Q, S"
            raise ValueError(f"{text!r} is no number; such are {such}")
        fraction = int(text[3 : text.index("P")], 16)
        if text[point] != "P" or fraction >> f.man:
            expected = f"a fraction of {f.man} bits in {self._digits} digits"
            raise ValueError(f"{text!r}: expected {expected}")
        top = self._tops.get(text[:2] + text[point + 1 :].removeprefix("+"))
        if top is None or (text[1] == "0" and not fraction):
            raise ValueError(f"{text!r} is no number of {self.name} with that exponent")
        return top | fraction

    def _plain(self, text: str) -> int:
        digits = digits_of(self._format.bits)
        if len(text) != digits + 2 or not _CODE.fullmatch(text):
            raise ValueError(f"{text!r}; expected 0x and {digits} hexadecimal digits")
        code = int(text, 16)
        if code >> self._format.bits:
            raise ValueError(
                f"{text!r} does not fit the {self._format.bits} bits of {self._format}"
            )
        return code

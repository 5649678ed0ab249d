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

_NUMBER = re.compile(r"([+-])([01])\.([0-9A-Fa-f]+)[Pp]([+-]?[0-9]+)")
_CODE = re.compile(r"0x[0-9A-Fa-f]+")
_WORDS = ("Zero", "Inf")


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
        f = self._format
        if text.startswith("0x"):
            return self._plain(text)
        if not self._is_binary:
            raise ValueError(f"{text!r}; expected a code of {f}: 0x and {digits_of(f.bits)} digits")
        top = self._top << f.man
        if text in {"Q", "S"}:
            return top | (1 << (f.man - 1) if text == "Q" else 1)
        if text[1:] in _WORDS and text[0] in "+-":
            return (text[0] == "-") << (f.bits - 1) | (top if text[1:] == "Inf" else 0)
        found = _NUMBER.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is no number; such are +1.{'0' * self._digits}P0, -Zero, +Inf, Q, S"
            )
        sign, lead, digits, power = found.groups()
        fraction, exponent = int(digits, 16), int(power) + f.bias
        if len(digits) != self._digits or fraction >> f.man:
            raise ValueError(
                f"{text!r}: expected a fraction of {f.man} bits in {self._digits} digits"
            )
        if lead == "0":
            fits, exponent = exponent == 1 and fraction > 0, 0
        else:
            fits = 0 < exponent < self._top
        if not fits:
            raise ValueError(f"{text!r} is no number of {self.name} with that exponent")
        return (sign == "-") << (f.bits - 1) | exponent << f.man | fraction

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

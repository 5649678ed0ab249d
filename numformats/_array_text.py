# SPDX-License-Identifier: BSD-3-Clause
"""How do the elements of an array print?  As NumPy prints its floats, from their exact values.

NumPy 2.4 sends every np.floating through float64, where large numbers are infinite, and takes the
repr of what is none; NumPy 2.5 takes the str and obeys no print option.  Neither has a hook, so
the function that chooses how a dtype prints is wrapped.  It is private: where a NumPy lacks it,
NumPy's own text stays.
"""

from __future__ import annotations

import functools
import importlib
import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats._digits import fixed, is_finite, scientific
from numformats._dtypes import FormatClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np

# Exponents are written when a number reaches the power of ten of the digits that the format keeps,
# which is taken within these bounds.
_FEWEST_DIGITS, _MOST_DIGITS = 3, 8
# Unless suppress=True they are written, too, when a number is below the first of these, or when the
# largest number is more than so many times the smallest.
_SMALLEST_FIXED, _LARGEST_RATIO = Fraction(1, 10000), 1000


class _Magnitude:
    """The size of a finite number: its exact value, and the shortest decimal that reads back."""

    def __init__(self, number: Any) -> None:
        text = str(number)
        self.negative = text.startswith("-")
        self.exact = abs(Fraction(*number.as_integer_ratio()))
        shortest = Decimal(text).copy_abs().normalize()
        self.shortest = Fraction(shortest)
        _, self.digits, exponent = shortest.as_tuple()
        self.places = max(0, -int(exponent))

    def _value(self, places: int, wanted: int) -> Fraction:
        """What to write with `wanted` digits: the shortest decimal has `places` of them."""
        return self.shortest if wanted == places else self.exact

    def fixed(self, most: int | None, least: int, *, unique: bool) -> tuple[str, str]:
        """Digits before and after the point: those that tell the number apart, or `most`."""
        places = self.places if unique or most is None else most
        places = max(places if most is None else min(places, most), least)
        whole, _, part = fixed(self._value(self.places, places), places, alt=True).partition(".")
        return whole, _trimmed(part, least) if unique else part

    def scientific(self, most: int | None, least: int, *, unique: bool) -> tuple[str, str, str]:
        """Digit, fraction and exponent (with its sign)."""
        if self.exact == 0:
            return "0", "0" * (least if unique or most is None else most), "+00"
        needed = len(self.digits) - 1
        places = needed if unique or most is None else most
        places = max(places if most is None else min(places, most), least)
        text = scientific(self._value(needed, places), places, alt=True)
        number, _, exponent = text.partition("e")
        whole, _, part = number.partition(".")
        return whole, _trimmed(part, least) if unique else part, exponent


def _trimmed(digits: str, least: int) -> str:
    return digits[:least] + digits[least:].rstrip("0")


class ElementText:
    """The text of each element of one array, all of one width; a call writes one element."""

    def __init__(self, data: Any, options: dict[str, Any]) -> None:
        self._options = options
        unique = options.get("floatmode", "maxprec") != "fixed"
        most = None if options.get("floatmode") == "unique" else options.get("precision")
        elements = {x.bits: x for x in data.flat}
        sizes = {code: _Magnitude(x) for code, x in elements.items() if is_finite(x)}
        if _wants_exponents(data.dtype, [m.exact for m in sizes.values()], options):
            texts = self._scientific(sizes, most, unique=unique)
        else:
            texts = self._fixed(sizes, most, unique=unique)
        width = max(map(len, texts.values()), default=0)
        if options.get("sign") == " " and not any(m.negative for m in sizes.values()):
            width += 1
        special = {code: x for code, x in elements.items() if code not in sizes}
        if special:
            has_sign = options.get("sign", "-") != "-" or any(
                float(x) < 0 for x in special.values()
            )
            width = max(width, len(self._name("nan")), len(self._name("inf")) + has_sign)
        texts |= {code: self._special(x) for code, x in special.items()}
        self._texts = {code: text.rjust(width) for code, text in texts.items()}

    def __call__(self, x: Any) -> str:
        return self._texts[x.bits]

    def _sign(self, *, negative: bool) -> str:
        return "-" if negative else "+" if self._options.get("sign") == "+" else ""

    def _name(self, special: str) -> str:
        return str(self._options.get(special + "str", special))

    def _special(self, x: Any) -> str:
        if math.isnan(x):
            return self._sign(negative=False) + self._name("nan")
        return self._sign(negative=float(x) < 0) + self._name("inf")

    def _scientific(
        self, sizes: dict[int, _Magnitude], most: int | None, *, unique: bool
    ) -> dict[int, str]:
        first = [m.scientific(most, 0, unique=unique) for m in sizes.values()]
        places = max(len(part) for _, part, _ in first)
        digits = max(len(exponent) for *_, exponent in first) - 1
        texts = {}
        for code, m in sizes.items():
            whole, part, exponent = m.scientific(places, places, unique=unique)
            power = exponent[0] + exponent[1:].rjust(digits, "0")
            texts[code] = f"{self._sign(negative=m.negative)}{whole}.{part}e{power}"
        return texts

    def _fixed(
        self, sizes: dict[int, _Magnitude], most: int | None, *, unique: bool
    ) -> dict[int, str]:
        first = {code: m.fixed(most, 0, unique=unique) for code, m in sizes.items()}
        places = max((len(part) for _, part in first.values()), default=0)
        if self._options.get("floatmode") == "maxprec_equal":
            first = {code: m.fixed(places, places, unique=True) for code, m in sizes.items()}
        return {
            code: f"{self._sign(negative=sizes[code].negative)}{whole}.{part.ljust(places)}"
            for code, (whole, part) in first.items()
        }


def _wants_exponents(
    dtype: np.dtype[Any], values: Iterable[Fraction], options: dict[str, Any]
) -> bool:
    from numformats.format_info import finfo  # noqa: PLC0415 - it makes the formats, which must be first

    sizes = [v for v in values if v]
    if not sizes:
        return False
    kept = _MOST_DIGITS if dtype.type.format.family == "fixed" else finfo(dtype).precision
    largest, smallest = max(sizes), min(sizes)
    if largest >= 10 ** min(max(kept, _FEWEST_DIGITS), _MOST_DIGITS):
        return True
    if options.get("suppress"):
        return False
    return smallest < _SMALLEST_FIXED or largest > _LARGEST_RATIO * smallest


def element_text(data: Any, options: dict[str, Any]) -> Callable[[Any], str]:
    """The function that writes an element: the user's formatter for floats, or ours."""
    formatter = options.get("formatter") or {}
    for key in ("float", "float_kind", "all"):
        if formatter.get(key) is not None:
            chosen: Callable[[Any], str] = formatter[key]
            return chosen
    return ElementText(data, options)


def install() -> None:
    """Let NumPy print arrays of our formats with `element_text`."""
    try:
        arrayprint: Any = importlib.import_module("numpy._core.arrayprint")
        chosen_by_numpy = arrayprint._get_format_function  # noqa: SLF001 - it may be gone
    except (ImportError, AttributeError):
        return

    @functools.wraps(chosen_by_numpy)
    def choose(data: Any, *args: Any, **options: Any) -> Any:
        if isinstance(data.dtype.type, FormatClass):
            return element_text(data, options)
        return chosen_by_numpy(data, *args, **options)

    arrayprint._get_format_function = choose  # noqa: SLF001

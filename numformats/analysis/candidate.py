# SPDX-License-Identifier: BSD-3-Clause
"""Which format is under test, and how far apart are its values around a given number?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats import _array_formats
from numformats.analysis.problems import CompareError
from numformats.oracle.values import Special

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.oracle.values import Value

# NumPy's own floats may be compared beside the formats; their values are those of a format of ours.
NUMPY_FLOATS = {t.__name__: name for t, name in _array_formats.NUMPY_FLOATS.items()}


def is_finite(value: Value) -> bool:
    """Is the decoded value a number (as -0 is)?"""
    return isinstance(value, Fraction) or value is Special.NEG_ZERO


def finite_value(value: Value) -> Fraction:
    """The number that was decoded; 0 for -0, NaN, NaR and infinities."""
    return value if isinstance(value, Fraction) else Fraction(0)


@dataclass(frozen=True)
class Candidate:
    """A format under test: its name as the user wrote it, its dtype, and its exact values.

    `decode` gives the Fraction of a code (or a Special: NaN, NaR, infinity, -0); the codes
    0, 1, 2, ... below `sign_code` are the values of the format from zero upwards.
    """

    name: str
    canonical: str
    family: str
    bits: int
    dtype: np.dtype[Any]
    decode: Callable[[int], Value]
    sign_code: int
    two_complement: bool
    has_negative: bool
    is_symmetric: bool = False  # no result is the code that is only negative
    _spacings: dict[int, Fraction] = field(default_factory=dict, repr=False, compare=False)

    def _size(self, code: int) -> Fraction | float:
        """The value of a code of the upper half; the specials lie above all numbers."""
        value = self.decode(code)
        return finite_value(value) if is_finite(value) else math.inf

    def _count(self, below: Callable[[Fraction | float], bool]) -> int:
        """How many codes of the upper half have sizes that are `below` (true, then false)."""
        low, high = 0, self.sign_code  # by halves; the module bisect stops at 63 bits
        while low < high:
            middle = (low + high) // 2
            if below(self._size(middle)):
                low = middle + 1
            else:
                high = middle
        return low

    @property
    def largest(self) -> Fraction:
        """The largest finite value."""
        return Fraction(self._size(self._count(lambda size: size < math.inf) - 1))

    @property
    def smallest(self) -> Fraction:
        """The smallest positive value."""
        return Fraction(self._size(self._count(lambda size: size <= 0)))

    @property
    def lowest(self) -> Fraction:
        """The most negative finite value."""
        if self.two_complement and not self.is_symmetric:
            first = self.decode(self.sign_code)  # of posits and takums: NaR
            return finite_value(first) if is_finite(first) else -self.largest
        return -self.largest if self.has_negative else finite_value(self.decode(0))

    def spacing(self, binade: int) -> Fraction:
        """Distance of neighbouring values in the upper part of [2^binade, 2^(binade+1)).

        From the smallest positive value up it is constant in a binade of every format here, or
        one gap covers the binade.  Beyond the largest value: the last gap.  Exact.
        """
        if binade not in self._spacings:
            self._spacings[binade] = self._find_spacing(Fraction(2) ** (binade + 1))
        return self._spacings[binade]

    def _find_spacing(self, end: Fraction) -> Fraction:
        above = self._count(lambda size: size < end)
        if above == 0:  # a format without zero, below its least value
            return Fraction(self._size(0))
        if above == self.sign_code or self._size(above) == math.inf:
            above -= 1
        last = Fraction(self._size(above))
        return last - Fraction(self._size(above - 1))


def split_formats(text: str) -> list[str]:
    """The names in a list separated by commas; commas within <...> separate parameters.

    >>> split_formats("posit16, float<exp=5,man=10>,mlu32")
    ['posit16', 'float<exp=5,man=10>', 'mlu32']
    """
    names, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "<") - (letter == ">")
        if letter == "," and depth == 0:
            names.append(text[start:place])
            start = place + 1
    names.append(text[start:])
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def find_candidate(name: str) -> Candidate:
    """The format of that name, or CompareError with the nearest names.

    >>> find_candidate("posit16").spacing(0)
    Fraction(1, 2048)
    """
    try:
        made = nf.parse_format(NUMPY_FLOATS.get(name, name))
    except nf.FormatError as error:
        raise CompareError(str(error)) from None
    parameters = made.format
    unsigned = parameters.family in {"float", "fixed"} and not parameters.is_signed
    return Candidate(
        name=name,
        canonical=str(parameters),
        family=parameters.family,
        bits=parameters.bits,
        dtype=np.dtype(name) if name in NUMPY_FLOATS else made.dtype,
        decode=nf.oracle.for_format(parameters).decode,
        sign_code=1 << (parameters.bits - (0 if unsigned else 1)),
        has_negative=not unsigned,
        two_complement=parameters.family in {"posit", "takum_linear", "fixed"} and not unsigned,
        is_symmetric=parameters.overflow == "saturate_symmetric",
    )


def as_candidate(T: object) -> Candidate:  # noqa: N803 - T is a type
    """The candidate that T stands for: a class, dtype, Format, name, text, or NumPy's own float.

    Raises CompareError for what is none.

    >>> import numpy as np
    >>> as_candidate(nf.posit16).name, as_candidate(np.float32).name, as_candidate("q15").bits
    ('posit16', 'float32', 16)
    """
    if isinstance(T, Candidate):
        return T
    if isinstance(T, str):
        return find_candidate(T)
    kind = T if isinstance(T, type | np.dtype) else None
    if isinstance(kind, np.dtype) or (kind is not None and issubclass(kind, np.floating)):
        name = np.dtype(kind).name
        if name in NUMPY_FLOATS:
            return find_candidate(name)
    try:
        parameters = nf.parse.as_format(T)  # type: ignore[arg-type] # what is none is refused
    except TypeError:
        raise CompareError(f"not a number format: {T!r}") from None
    return find_candidate(parameters.name or str(parameters))

# SPDX-License-Identifier: BSD-3-Clause
"""The same numbers by gmpy2 (MPFR), if it is installed: correctly rounded, ten times faster."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.number_formulas import exact_ratio, is_number
from numformats.analysis.numbers_mpmath import precision

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["Gmpy2Numbers", "is_installed"]


def is_installed() -> bool:
    """Is there a gmpy2?"""
    return importlib.util.find_spec("gmpy2") is not None


class Gmpy2Numbers:
    """MPFR's numbers; their operators round as the context of `working` says, in its thread."""

    def __init__(self, digits: int) -> None:
        gmpy2: Any = importlib.import_module("gmpy2")  # not everybody has it
        self._gmpy2 = gmpy2
        self._context = gmpy2.context(
            precision=precision(digits), emax=gmpy2.get_emax_max(), emin=gmpy2.get_emin_min()
        )
        with self.working():
            self.inf, self.nan = gmpy2.mpfr("inf"), gmpy2.mpfr("nan")
            self.pi, self.ln2 = gmpy2.const_pi(), gmpy2.const_log2()
            self.ln10 = gmpy2.log(gmpy2.mpfr(10))
        for name in _NAMES:
            setattr(self, name, getattr(gmpy2, name))
        self.root = gmpy2.rootn
        self.floor, self.ceil = gmpy2.rint_floor, gmpy2.rint_ceil  # of infinities, too

    def working(self) -> AbstractContextManager[Any]:
        """The context that everything here, and every operator, must run in."""
        copy: AbstractContextManager[Any] = self._context.copy()
        return copy

    def number(self, value: Any) -> Any:
        """A number from any real one, exactly while it has no more bits than these have."""
        mpfr = self._gmpy2.mpfr
        if isinstance(value, float | int) or type(value) is mpfr:
            return mpfr(value)
        if isinstance(value, np.integer | np.bool_):
            return mpfr(int(value))
        if not is_number(value):
            return mpfr(float(value))
        ratio = exact_ratio(value)
        return mpfr(self._gmpy2.mpq(ratio.numerator, ratio.denominator))

    def exponent(self, x: Any) -> int:
        """The e of 2**(e-1) <= abs(x) < 2**e."""
        return int(self._gmpy2.get_exp(x))

    def power(self, x: Any, y: Any) -> Any:
        """A power of a positive number."""
        return x**y

    def lgamma(self, x: Any) -> Any:
        """log(abs(gamma(x)))."""
        return self._gmpy2.lgamma(x)[0]

    def sinpi(self, x: Any) -> Any:
        """sin(pi x), exact where it is 0 or 1."""
        turn, part = self._quarter(x)
        return (self._sine, self._cosine)[turn % 2](part) * (-1 if turn >= 2 else 1)

    def cospi(self, x: Any) -> Any:
        """cos(pi x), exact where it is 0 or 1."""
        turn, part = self._quarter(x)
        return (self._cosine, self._sine)[turn % 2](part) * (-1 if turn in {1, 2} else 1)

    def _quarter(self, x: Any) -> tuple[int, Any]:
        """With x = turn / 2 + part modulo 2, exactly, and abs(part) <= 1/4."""
        x = self._gmpy2.fmod(x, 2)
        turn = self._gmpy2.rint(2 * x)
        return int(turn) % 4, x - turn / 2

    def _sine(self, part: Any) -> Any:
        return self._gmpy2.sin(self.pi * part)

    def _cosine(self, part: Any) -> Any:
        return self._gmpy2.cos(self.pi * part)


_NAMES = (
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "erf",
    "erfc", "exp", "exp10", "exp2", "expm1", "fma", "gamma", "log", "log10", "log1p",
    "log2", "rint", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip

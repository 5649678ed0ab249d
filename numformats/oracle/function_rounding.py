# SPDX-License-Identifier: BSD-3-Clause
"""How is a function rounded whose value is only known to some bits?

A value v computed with an error bound stands for all numbers of an interval.  Rounding never
decreases, so when both ends give one code (and the same flags), so does the exact value: in every
rounding mode, with every stochastic word (Ziv's method).  The values for which no precision would
suffice, those at which a rounding changes, are exact before that.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.oracle import exact
from numformats.oracle import function_bounds as bounds
from numformats.oracle.base import OracleBase
from numformats.oracle.function_special import of_one
from numformats.oracle.functions_of_two import FUNCTIONS_OF_TWO, INTEGER_SECOND
from numformats.oracle.values import Special, is_zero

if TYPE_CHECKING:
    from numformats.oracle.function_bounds import Evaluator, Outcome
    from numformats.oracle.values import Exact, Flags

__all__ = ["FunctionRounding"]

_POWER_MAX = 64  # powers up to it are products: they wrap
_FIRST_BITS = 160
_LAST_BITS = 1 << 16  # far beyond any need: to get there, an exact case must have been missed


class FunctionRounding(OracleBase):
    """Functions by name, rounded once; what is too large for a fixed format saturates."""

    def _one(self, name: str, a: int) -> int:
        return self._finish(of_one(name, self.codec.load(a)))

    def _two(self, name: str, a: int, b: int) -> int:
        load, tapered = self.codec.load, self.codec.nan_equals_nan
        return self._finish(FUNCTIONS_OF_TWO[name](load(a), load(b), tapered))

    def powi(self, a: int, k: int) -> int:
        """Return a ** k for an integer k.

        Posits and takums: NaR ** 0 is NaR, and so is 0 ** 0, which is invalid (Posit Standard).  In
        wrapping fixed point results wrap, as products do, for exponents of -64 to 64, and saturate
        beyond.
        """
        x = self.codec.load(a)
        tapered = self.codec.nan_equals_nan
        if abs(k) > _POWER_MAX or (tapered and (x is Special.NAN or is_zero(x))):
            return self._finish(FUNCTIONS_OF_TWO["pow"](x, Fraction(k), tapered))
        return self._store(*exact.power(x, k))

    def _power(self, a: int, b: int) -> int:
        """Apply pow; exponents that powi takes are powi's."""
        y = self.codec.load(b)
        if is_zero(y) or (isinstance(y, Fraction) and y.denominator == 1 and abs(y) <= _POWER_MAX):
            return self.powi(a, y.numerator if isinstance(y, Fraction) else 0)
        return self._two("pow", a, b)

    def _integer(self, name: str, a: int, n: int) -> int:
        tapered = self.codec.nan_equals_nan
        return self._finish(INTEGER_SECOND[name](self.codec.load(a), n, tapered))

    def _finish(self, result: Outcome) -> int:
        value, flags = result
        if callable(value):
            return self._narrow(value, flags)
        return self._store_saturating(value, flags)

    def _narrow(self, value: Evaluator, flags: Flags) -> int:
        bits = _FIRST_BITS
        while bits <= _LAST_BITS:
            low, high = bounds.bracket(value(bits), bits)
            code = self._store_saturating(low, flags)
            low_flags = self.last_flags
            if self._store_saturating(high, flags) == code and self.last_flags == low_flags:
                return code
            bits *= 2
        msg = f"{self}: {_LAST_BITS} bits do not decide a rounding"
        raise ArithmeticError(msg)

    def _store_saturating(self, value: Exact, flags: Flags) -> int:
        """Store a result, but a wrapped function value would say nothing about the function."""
        codec = self.codec
        if codec.overflow != "wrap":
            return self._store(value, flags)
        value, flags = self._known_side(value, flags)
        code, more = codec.encode(value, codec.rounding, "saturate", self.random)
        self.last_flags = flags if "divide" in flags else flags | more
        return code

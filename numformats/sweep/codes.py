# SPDX-License-Identifier: BSD-3-Clause
"""Which number is a code, and which numbers round to it?  Arrays of doubles, from the definitions.

Nothing here asks the C core, nor the oracle, which decides what these leave open.  Between two
codes the results switch at the code, one bit longer, that lies between them: tapered formats round
their bit string, and a float with one more bit of fraction has the midpoints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.number_format import Format

__all__ = ["Codes"]

WIDEST = 32  # bits; an exponent of a double must hold every exponent of the format, too
_BIAS, _FRACTION = 1023, 52  # of doubles


def _u(number: int) -> np.uint64:
    return np.uint64(number)


class Codes:
    """The numbers of one format of at most 32 bits, and the ends of what rounds to each of them.

    Posits, b-posits and takums, floats with the specials of IEEE 754, saturating fixed point; all
    round to nearest, ties to even codes.  Raises SweepError for any other format.
    """

    def __init__(self, f: Format) -> None:
        _check(f)
        self.format = f
        self._sign = 1 << (f.bits - 1)

    def values(self, codes: NDArray[Any]) -> NDArray[np.float64]:
        """The number of each code; NaN for NaN and NaR, -0.0 for a float's negative zero."""
        magnitude, negative = self._split(codes)
        return np.copysign(self._number(magnitude, 0), np.where(negative, -1.0, 1.0))

    def ends(self, codes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What lies strictly between these rounds to the code; an end itself does if it is even.

        Empty for NaN, NaR and the zero of tapered formats.  An exact 0 belongs to no code here.
        """
        magnitude, negative = self._split(codes)
        low = self._number(2 * magnitude - _u(1) + (magnitude == 0), 1)
        high = self._number(2 * magnitude + _u(1), 1)
        low[magnitude == 0] = 0
        self._outermost(magnitude, negative, low, high)
        return np.where(negative, -high, low), np.where(negative, -low, high)

    def _outermost(
        self,
        magnitude: NDArray[np.uint64],
        negative: NDArray[np.bool_],
        low: NDArray[np.float64],
        high: NDArray[np.float64],
    ) -> None:
        """Put the ends of the first and last codes, of which the longer codes say nothing."""
        if self.format.family == "float":
            high[np.isinf(self._number(magnitude, 0))] = np.inf
        elif self.format.family == "fixed":
            zero = magnitude == 0
            low[zero] = -high[zero]
            high[magnitude == np.where(negative, self._sign, self._sign - 1)] = np.inf
        else:  # nothing but 0 rounds to 0, and nothing but NaR to NaR
            high[magnitude == self._sign - 1] = np.inf
            low[magnitude == 1] = 0
            high[magnitude == 0] = 0
            low[magnitude == self._sign] = high[magnitude == self._sign] = np.nan

    def _split(self, codes: NDArray[Any]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Magnitude and sign: two's complement, but for floats."""
        wide = codes.astype(np.uint64)
        negative = wide >= self._sign
        if self.format.family == "float":
            return wide & _u(self._sign - 1), negative
        return np.where(negative, _u(2 * self._sign) - wide, wide), negative

    def _number(self, magnitude: NDArray[np.uint64], more: int) -> NDArray[np.float64]:
        """Of a magnitude in the format, or (more = 1) in the one with a bit more."""
        f, bits = self.format, self.format.bits + more
        if f.family == "float":
            return _ieee(magnitude, f.exp, bits - 1 - f.exp)
        if f.family == "fixed":
            return magnitude.astype(np.float64) * 2.0 ** -(f.frac + more)
        if f.family == "posit":
            longest = bits - 1 if f.rs == f.bits - 1 else f.rs
            found = _posit(magnitude, bits - 1, f.es, longest)
        else:
            found = _takum(magnitude << _u(65 - bits))
        found[magnitude == 0] = 0
        found[magnitude == 1 << (bits - 1)] = np.nan
        return found


def _check(f: Format) -> None:
    """Raises SweepError for a format that is not of these kinds."""
    ieee = (f.zero, f.signed_zero, f.subnormals, f.inf, f.nan) == (True, True, True, "ieee", "ieee")
    usual = f.bias == (1 << max(f.exp - 1, 0)) - 1 and f.exp > 1
    kinds = {
        "posit": f.rs << f.es < 1000,
        "takum_linear": f.bits >= 12,  # a shorter code's missing bits would have to be put back
        "float": ieee and usual and f.is_signed and f.overflow == "inf" and f.exp <= 10,
        "fixed": f.is_signed and f.overflow == "saturate",
    }
    if f.bits > WIDEST or not kinds.get(f.family, False) or f.rounding != "nearest_even":
        raise SweepError(
            f"{f} has no judge: there is one for posits, b-posits, takums of 12 bits and more, "
            "floats with IEEE 754's specials and signed saturating fixed point, of at most "
            f"{WIDEST} bits, all rounding to nearest even"
        )


def _double(exponent: NDArray[np.int64], fraction: NDArray[np.uint64]) -> NDArray[np.float64]:
    """1.fraction * 2**exponent; the fraction's bits are at the top of its 64."""
    word = (exponent + _BIAS).astype(np.uint64) << _u(_FRACTION)
    return (word | fraction >> _u(64 - _FRACTION)).view(np.float64)


def _posit(magnitude: NDArray[np.uint64], width: int, es: int, longest: int) -> NDArray[np.float64]:
    """Regime: k + 1 ones or -k zeros, then the other bit unless longest | exponent | fraction."""
    ones = (magnitude >> _u(width - 1) & _u(1)).astype(bool)
    ends = np.where(ones, ~magnitude & _u((1 << width) - 1), magnitude)
    # the place of the leading bit is the exponent of the double, for no code has more than 53 bits
    length = (ends.astype(np.float64).view(np.int64) >> _FRACTION) - (_BIAS - 1)
    run = np.minimum(width - np.maximum(length, 0), longest)
    rest = magnitude << _u(64 - width) << (run + (run < longest)).astype(np.uint64)
    exponent = np.where(ones, run - 1, -run) << es
    if es:
        exponent += (rest >> _u(64 - es)).astype(np.int64)
    return _double(exponent, rest << _u(es))


def _takum(body: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Direction D | 3 bits R | characteristic in r = R bits, 7 - R if D is 0 | fraction."""
    up = body >> _u(63) == 1
    r = body >> _u(60) & _u(7)
    r = np.where(up, r, _u(7) - r)
    after = body << _u(4)
    c = np.where(r == 0, _u(0), after >> (_u(64) - np.maximum(r, _u(1)))).astype(np.int64)
    size = np.left_shift(1, r.astype(np.int64))
    return _double(c + np.where(up, size - 1, 1 - 2 * size), after << r)


def _ieee(magnitude: NDArray[np.uint64], exp: int, man: int) -> NDArray[np.float64]:
    """Exponent | fraction; the first exponent is that of subnormals, the last of inf and NaN."""
    bias, field = (1 << (exp - 1)) - 1, (magnitude >> _u(man)).astype(np.int64)
    fraction = magnitude & _u((1 << man) - 1)
    found = _double(field - bias, fraction << _u(64 - man))
    tiny, last = field == 0, field == 2 * bias + 1
    found[tiny] = fraction[tiny].astype(np.float64) * 2.0 ** (1 - bias - man)
    found[last] = np.where(fraction[last] == 0, np.inf, np.nan)
    return found

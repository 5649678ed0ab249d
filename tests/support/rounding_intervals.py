# SPDX-License-Identifier: BSD-3-Clause
"""Which real numbers round to a code, and does a function's value, by MPFR, lie among them?

Nothing here asks the C core about functions.  Intervals come from the definitions of the formats;
`test_functions_exhaustive.py` holds them against the oracle's encoder.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import gmpy2
import numpy as np

import numformats as nf
from helpers import array, oracle_of
from mpfr_functions import LOST_BITS, is_exactly, value, values

FIRST_BITS = 96
DOUBLE_SLACK = 2.0**-51
LATER_BITS = (160, 400, 1500)
FAR = 2.0**900  # stands for all that is too large


def _one_bit_more(T):
    """The format whose odd codes are the switching points of T (posits and takums)."""
    f = T.format
    if f.family == "takum_linear":
        return nf.TakumLinear(f.bits + 1)
    if f.rs == f.bits - 1:
        return nf.Posit(f.bits + 1, es=f.es)
    return nf.BPosit(f.bits + 1, rs=f.rs, es=f.es)


class Intervals:
    """Per code: the ends of its interval, doubles, and whether an end itself rounds to the code.

    Exact, because the ends are doubles in every format here.  The interval of a NaN is empty (its
    ends are NaN); what is outside of all intervals rounds to NaN.
    """

    def __init__(self, bits):
        self.bits = bits
        self.low, self.high = np.full(1 << bits, np.nan), np.full(1 << bits, np.nan)
        self.low_in, self.high_in = np.zeros(1 << bits, bool), np.zeros(1 << bits, bool)

    def put(self, code, low, high, low_in, high_in):
        self.low[code], self.high[code] = low, high
        self.low_in[code], self.high_in[code] = low_in, high_in

    def of(self, codes, ys):
        """Ends and whether they are inside; for codes of NaN, what is beyond all numbers near ys."""
        found = [part[codes] for part in (self.low, self.high, self.low_in, self.high_in)]
        top, bottom = np.nanargmax(self.high), np.nanargmin(self.low)
        above = np.isnan(found[0]) & (ys > 0)
        beyond = (self.high[top], np.inf, not self.high_in[top], True)
        below = np.isnan(found[0]) & ~above
        under = (-np.inf, self.low[bottom], True, not self.low_in[bottom])
        for part, a, b in zip(found, beyond, under, strict=True):
            part[above], part[below] = a, b
        return found


def _tapered(T):
    """Ties go to the even code; no number but 0 rounds to 0, and none to NaR."""
    bits, wider = T.format.bits, oracle_of(_one_bit_more(T))
    found, nar, mask = Intervals(bits), 1 << (bits - 1), (1 << bits) - 1
    found.put(0, 0.0, 0.0, True, True)
    for code in range(1, nar):
        low = float(wider.decode(2 * code - 1)) if code > 1 else 0.0
        high = float(wider.decode(2 * code + 1)) if code < nar - 1 else np.inf
        even = code % 2 == 0
        found.put(code, low, high, even, even or high == np.inf)
        found.put(-code & mask, -high, -low, even or high == np.inf, even)
    return found


def _fixed(T):
    """Midpoints; beyond the ends is the end."""
    bits, step = T.format.bits, 2.0**-T.format.frac
    found, half = Intervals(bits), 1 << (bits - 1)
    for k in range(-half, half):
        low = (k - 0.5) * step if k > -half else -np.inf
        high = (k + 0.5) * step if k < half - 1 else np.inf
        even = k % 2 == 0
        found.put(k & (2 * half - 1), low, high, even or low == -np.inf, even or high == np.inf)
    return found


def _float(T):
    """Midpoints, the last of them to the value that would follow; beyond it is the overflow."""
    f, oracle = T.format, oracle_of(T)
    found, sign, away = Intervals(f.bits), 1 << (f.bits - 1), f.rounding == "nearest_away"
    magnitudes = [oracle.decode(c) for c in range(1 << (f.bits - f.is_signed))]
    # no format has a NaN or an infinity below a number
    numbers = [float(v) for v in magnitudes if isinstance(v, (int, Fraction))]
    numbers.append(numbers[-1] * 2 if f.man == 0 else 2 * numbers[-1] - numbers[-2])
    saturates = f.overflow == "saturate"
    last, low, low_in = len(numbers) - 2, 0.0, f.zero
    for code in range(last + 1):
        high = np.inf if saturates and code == last else (numbers[code] + numbers[code + 1]) / 2
        high_in = high == np.inf or (code % 2 == 0 and not away)
        found.put(code, low, high, low_in, high_in)
        if f.is_signed and (code or f.signed_zero):
            found.put(code | sign, -high, -low, high_in, low_in)
        low, low_in = high, not high_in
    if f.zero and not f.signed_zero:
        found.put(0, -found.high[0], found.high[0], found.high_in[0], found.high_in[0])
    if f.overflow == "inf":
        found.put(last + 1, low, np.inf, low_in, True)
        found.put(last + 1 | sign, -np.inf, -low, True, low_in)
    return found


@cache
def boundaries(T):
    """The Intervals of every code of a named format of at most 16 bits."""
    return {"float": _float, "fixed": _fixed}.get(T.format.family, _tapered)(T)


def _wide_float(T, codes):
    """binary32, from NumPy's own float32."""
    v, inf, beyond = codes.view(np.float32), np.float32(np.inf), np.float64(2.0**128)
    with np.errstate(all="ignore"):
        here, down, up = (
            np.where(np.isinf(n), np.copysign(beyond, n), n.astype(float))
            for n in (v, np.nextafter(v, -inf), np.nextafter(v, inf))
        )
        low, high = (here + down) / 2, (here + up) / 2
    zero, minus, even = v == 0, np.signbit(v), codes % 2 == 0
    low = np.where(v == -np.inf, -np.inf, np.where(zero & ~minus, 0.0, low))
    high = np.where(v == np.inf, np.inf, np.where(zero & minus, 0.0, high))
    return low, high, even | (low == -np.inf), even | (high == np.inf)


def boundaries_wide(T, codes):
    """Low ends, high ends, and whether they round to the code, for codes of a 32-bit format.

    The ends are codes of the format of 33 bits, which the library's decoder reads.  All are
    doubles: none of posit32, bposit32, takum_linear32, binary32 has more than 28 bits after the
    first of a number, nor an exponent beyond +-255; no argument has to be left out.
    """
    if T.format.family == "float":
        return _wide_float(T, codes)
    index = codes.view(np.int32).astype(np.int64)
    wider = _one_bit_more(T)
    mask = (1 << 33) - 1
    ends = [array(wider, (2 * index + d) & mask).astype(float) for d in (-1, 1)]
    even, last = index % 2 == 0, (1 << 31) - 1
    low = np.where((index == 0) | (index == 1), 0.0, np.where(index == -last, -np.inf, ends[0]))
    high = np.where((index == 0) | (index == -1), 0.0, np.where(index == last, np.inf, ends[1]))
    nar = index == -last - 1
    low, high = np.where(nar, np.nan, low), np.where(nar, np.nan, high)
    return low, high, even | (index == -last), even | (index == last)


def contains(interval, name, x):
    """Is the value at x in an interval?  More bits until they tell, else it is an end exactly."""
    low, high, low_in, high_in = interval
    for bits in LATER_BITS:
        y = value(name, x, bits)
        with gmpy2.context(precision=bits + 60):
            y = max(min(y, FAR), -FAR)
            slack = abs(y) / 2 ** (bits - LOST_BITS)
            if low < y - slack and y + slack < high:
                return True
            if y + slack < low or y - slack > high:
                return False
    for end, inside in ((low, low_in), (high, high_in)):
        if is_exactly(name, x, Fraction(end)):
            return bool(inside)
    msg = f"{name}({x!r}) is neither inside nor outside of {low!r} to {high!r}"
    raise AssertionError(msg)


def approximate(name, xs):
    """The values at doubles; those that are beyond 2**900 or below 2**-900 keep only their sign."""
    return np.fromiter(values(name, xs.tolist(), FIRST_BITS), float, xs.size)


def outside(name, xs, ys, intervals):
    """Places at which the value at xs, by `approximate` about ys, is outside of its interval."""
    low, high, low_in, high_in = intervals
    near = np.clip(ys, -FAR, FAR)
    slack = np.abs(near) * DOUBLE_SLACK
    sure = (low < near - slack) & (near + slack < high)
    # only an exact 0 is 0: values round away from it
    sure |= (ys == 0) & ((low < 0) | (low_in & (low == 0))) & ((high > 0) | (high_in & (high == 0)))
    rest = np.flatnonzero(~sure)
    return [
        i
        for i in rest
        if not contains((low[i], high[i], low_in[i], high_in[i]), name, float(xs[i]))
    ]

# SPDX-License-Identifier: BSD-3-Clause
"""Which exact numbers bound a format?  Found by the core's codec and the layout of the codes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats._native import ffi, lib

if TYPE_CHECKING:
    from numformats.number_format import Format


def value(row: Any, code: int) -> Fraction:
    """The exact value of the code of a finite number."""
    x = lib.nf_decode(row, code)
    if x.cls == lib.NF_ZERO:
        return Fraction(0)
    magnitude = Fraction(x.hi << 64 | x.lo) * power(x.exp - 127)
    return -magnitude if x.sign else magnitude


def is_value(row: Any, n: int) -> bool:
    """Is the integer n (1..2**64) a value of the format?"""
    shift = 128 - n.bit_length()
    hi, lo = divmod(n << shift, 2**64)
    x = ffi.new("nf_unpacked *", {"cls": lib.NF_FINITE, "exp": 127 - shift, "hi": hi, "lo": lo})
    y = lib.nf_decode(row, lib.nf_encode(row, x[0], ffi.new("nf_env *")))
    return (y.cls, y.sign, y.exp, y.hi, y.lo) == (x.cls, x.sign, x.exp, x.hi, x.lo)


def power(exponent: int) -> Fraction:
    """2**exponent, exactly."""
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def floor_log2(x: Fraction) -> int:
    guess = x.numerator.bit_length() - x.denominator.bit_length()
    return guess if x >= power(guess) else guess - 1


def smallest_normal(f: Format, minpos: Fraction, maxpos: Fraction) -> Fraction:
    """Where specials leave no normal number, the largest subnormal stands for it."""
    return min(power(f.zero - f.bias), maxpos) if f.exp else minpos


def steps_at_one(f: Format, row: Any, limits: Any) -> tuple[Fraction, Fraction]:
    """The distances from 1 to its neighbours above and below."""
    if value(row, limits.one) != 1:
        step = power(-(f.frac if f.family == "fixed" else f.man))
        return step, step
    below = 1 - value(row, limits.one - 1) if limits.one > limits.minpos else None
    above = value(row, limits.one + 1) - 1 if limits.one < limits.maxpos else None
    one_sided = above or below or Fraction(1)
    return above or one_sided, below or one_sided


def fraction_bits(f: Format, exponent: int) -> int:
    if f.family == "fixed":
        return exponent + f.frac
    if f.family == "posit":
        k = exponent >> f.es
        run = k + 1 if k >= 0 else -k
        return max(0, f.bits - 1 - (run + (run < f.rs)) - f.es)
    if f.family == "takum_linear":
        c = exponent + 1 if exponent >= 0 else -exponent
        return max(0, f.bits - 5 - (c.bit_length() - 1))
    least = f.zero - f.bias
    return f.man - max(0, least - exponent)


def contiguous_integers(row: Any, maxpos: Fraction) -> int:
    """Within a binade the values are equally spaced, so three probes tell about all of it."""
    if not is_value(row, 1):
        return 0
    e = 1
    while True:
        first, last = 1 << e, (2 << e) - 1
        if first > maxpos or not is_value(row, first):
            return first - 1
        if not is_value(row, first + 1):
            return first
        if last > maxpos:
            return int(maxpos)
        e += 1


def nan_count(f: Format) -> int:
    if f.is_tapered:
        return 1
    signs = 1 + f.is_signed
    return {"none": 0, "ieee": signs * ((1 << f.man) - 1), "all_ones": signs, "negative_zero": 1}[
        f.nan
    ]

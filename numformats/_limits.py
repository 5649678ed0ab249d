# SPDX-License-Identifier: BSD-3-Clause
"""Which exact numbers bound a format?  Found by the core's codec and the layout of the codes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats import _native
from numformats._native import ffi, lib
from numformats._unpack import leading_bits, value
from numformats.anatomy import fields

if TYPE_CHECKING:
    from numformats.number_format import Format


def value_of(row: Any, code: int) -> Fraction:
    """The exact value of the code of a finite number."""
    return value(lib.nf_decode(row, code))


def is_value(row: Any, n: int) -> bool:
    """Is the integer n (1..2**64) a value of the format?"""
    x = leading_bits(n, 0)
    y = lib.nf_decode(row, lib.nf_encode(row, x, ffi.new("nf_env *")))
    return (y.cls, y.sign, y.exp, y.hi, y.lo) == (x.cls, x.sign, x.exp, x.hi, x.lo)


def floor_log2(x: Fraction) -> int:
    guess = x.numerator.bit_length() - x.denominator.bit_length()
    return guess if x >= Fraction(2) ** guess else guess - 1


def smallest_normal(f: Format, minpos: Fraction, maxpos: Fraction) -> Fraction:
    """Where specials leave no normal number, the largest subnormal stands for it."""
    return min(Fraction(2) ** (f.zero - f.bias), maxpos) if f.exp else minpos


def steps_at_one(f: Format, row: Any, limits: Any) -> tuple[Fraction, Fraction]:
    """The distances from 1 to its neighbours above and below."""
    if value_of(row, limits.one) != 1:
        step = Fraction(2) ** -(f.frac if f.family == "fixed" else f.man)
        return step, step
    below = 1 - value_of(row, limits.one - 1) if limits.one > limits.minpos else None
    above = value_of(row, limits.one + 1) - 1 if limits.one < limits.maxpos else None
    one_sided = above or below or Fraction(1)
    return above or one_sided, below or one_sided


def fraction_bits(f: Format, exponent: int) -> int:
    """The fraction bits of the values in [2**exponent, 2**(exponent+1))."""
    if f.family == "fixed":
        return exponent + f.frac
    if f.is_tapered:
        row, env = _native.row(f), ffi.new("nf_env *")
        code = lib.nf_encode(row, leading_bits(1, exponent), env)  # 2**exponent, if that is a value
        return sum(len(part.bits) for part in fields(f, code) if part.name == "fraction")
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

# SPDX-License-Identifier: BSD-3-Clause
"""Which faults do devices have?  Models that round an exact result wrongly, each in one way."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from numformats.oracle import SquareRoot, for_format
from numformats.oracle.values import floor_log2

__all__ = ["MODELS", "finer", "lost_below"]


def finer(row, bits):
    """The format with so many bits more at the end of each code."""
    if row.family in {"posit", "takum_linear"}:
        standard = row.family == "posit" and row.rs == row.bits - 1
        return replace(row, bits=row.bits + bits, rs=row.rs + bits * standard)
    if row.family == "fixed":
        return replace(row, bits=row.bits + bits, frac=row.frac + bits)
    return replace(row, man=row.man + bits, bits=row.bits + bits)


def lost_below(bits):
    """Whatever lies more than so many bits below the last place does not reach the sticky bit."""

    def model(oracle, exact):
        wide = for_format(finer(oracle.row, bits))
        return oracle.encode(wide.decode(wide.encode(exact, "toward_zero", "saturate")))

    return model


def ties_away(oracle, exact):
    return oracle.encode(exact, "nearest_away")


def ties_to_zero(oracle, exact):
    return oracle.encode(exact, "nearest_zero")


def truncates(oracle, exact):
    return oracle.encode(exact, "toward_zero")


def no_carry_into_the_next_binade(oracle, exact):
    """A fraction of all ones that rounds up stays."""
    low = oracle.encode(exact, "toward_zero")
    code = oracle.encode(exact)
    if code == low or not isinstance(oracle.decode(low), Fraction) or not oracle.decode(low):
        return code
    below, above = oracle.decode(low), oracle.decode(code)
    return low if isinstance(above, Fraction) and floor_log2(below) != floor_log2(above) else code


def no_rounding_without_fraction(oracle, exact):
    """Where exponent bits are cut off there is nothing to round, says the device."""
    code, low = oracle.encode(exact), oracle.encode(exact, "toward_zero")
    body = code if code < oracle.codec.nar else -code & oracle.codec.mask
    return low if body < 8 or body > oracle.codec.nar - 8 else code


def flushes_below(oracle, exact):
    """What is less than the least number becomes 0."""
    least = oracle.decode(oracle.codec.at_index(1))
    square, limit = (
        (exact.radicand, least**2) if isinstance(exact, SquareRoot) else (abs(exact), least)
    )
    return 0 if square < limit else oracle.encode(exact)


def overflows_late(oracle, exact):
    """The largest number stands until twice of it."""
    largest = oracle.decode(oracle.codec.at_index(oracle.codec.last_finite))
    if isinstance(exact, Fraction) and abs(exact) < 2 * largest:
        return oracle.encode(exact, None, "saturate")
    return oracle.encode(exact)


def through_double(oracle, exact):
    """Computed in binary64, then rounded once more."""
    double = for_format("binary64")
    return oracle.encode(double.decode(double.encode(exact)))


MODELS = {
    "ties away": ties_away,
    "ties to zero": ties_to_zero,
    "truncates": truncates,
    "no carry": no_carry_into_the_next_binade,
    "no rounding without fraction": no_rounding_without_fraction,
    "flushes": flushes_below,
    "overflows late": overflows_late,
    "through double": through_double,
    "no sticky": lost_below(2),
    "sticky lost below 4": lost_below(4),
    "sticky lost below 7": lost_below(7),
}

# SPDX-License-Identifier: BSD-3-Clause
"""How are operands solved for, and where are a format's binades?  Integers and the oracle only.

`nearest_multiple` finds x with "a * x mod m in an interval" exactly; roots are 2-adic ones.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from numformats.hardware.vectors.congruences import nearest_multiple, two_adic_root

if TYPE_CHECKING:
    import random

    from numformats.oracle import Oracle

__all__ = ["Codes", "binades", "codes_of", "exactly", "log2", "nearest", "nearest_multiple", "odd",
           "pick_binade", "signs", "two", "two_adic_root"]  # fmt: skip

Codes = tuple[int, ...]


def two(e: int) -> Fraction:
    """2**e."""
    return Fraction(1 << e) if e >= 0 else Fraction(1, 1 << -e)


# ---- what a format looks like ----------------------------------------------------------------------


def fraction_bits(oracle: Oracle, e: int) -> int | None:
    """Fraction bits of the values in [2^e, 2^(e+1)); None when 2^e is no value."""
    code = oracle.encode(two(e), rounding="toward_zero")
    value = oracle.decode(code)
    if value != two(e):
        return None
    above = oracle.decode(oracle.next_up(code))
    if not isinstance(above, Fraction) or above <= value:
        return None
    gap = above - value
    return e - (gap.numerator.bit_length() - gap.denominator.bit_length())


_BINADES: dict[object, dict[int, int]] = {}


def binades(oracle: Oracle) -> dict[int, int]:
    """Exponent -> fraction bits: all exponents, or of very wide ranges both ends and the middle."""
    known = _BINADES.get(oracle.row)
    if known is None:
        codec = oracle.codec
        low = log2(oracle.decode(codec.at_index(1)))
        high = log2(oracle.decode(codec.at_index(codec.last_finite)))
        wanted = set(range(low, high + 1))
        if len(wanted) > 1200:
            ends = [*range(low, low + 150), *range(high - 60, high + 1), *range(-150, 150)]
            wanted &= set(ends)
        found = {e: fraction_bits(oracle, e) for e in sorted(wanted)}
        known = _BINADES[oracle.row] = {e: f for e, f in found.items() if f is not None and f >= 0}
    return known


def log2(x: object) -> int:
    assert isinstance(x, Fraction)
    t = abs(x.numerator).bit_length() - x.denominator.bit_length()
    return t if two(t) <= abs(x) else t - 1


def pick_binade(oracle: Oracle, rng: random.Random) -> tuple[int, int]:
    """An exponent and its fraction bits: any width, the greatest often, and both its ends."""
    table = binades(oracle)
    widths = sorted(set(table.values()))
    tapered = oracle.row.family in ("posit", "takum_linear")
    width = rng.choice(widths) if rng.random() < (0.6 if tapered else 0.2) else widths[-1]
    places = [e for e, f in table.items() if f == width]
    e = rng.choice([places[0], places[-1], rng.choice(places), rng.choice(places)])
    return e, width


def signs(codes: Codes, oracle: Oracle, rng: random.Random) -> Codes:
    """Each operand with either sign."""
    if not oracle.row.is_signed:
        return codes
    return tuple(oracle.neg(c) if rng.random() < 0.5 else c for c in codes)


def exactly(oracle: Oracle, value: Fraction) -> int | None:
    code = oracle.encode(value, rounding="toward_zero")
    return code if oracle.decode(code) == value else None


def nearest(oracle: Oracle, value: Fraction) -> int:
    return oracle.encode(value, rounding="nearest_even")


def odd(bits: int, rng: random.Random) -> int:
    """An odd number of exactly that many bits (at least 1)."""
    return (1 << (bits - 1)) | rng.getrandbits(bits) & ((1 << (bits - 1)) - 1) | 1


def codes_of(oracle: Oracle, *values: Fraction) -> Codes | None:
    """The codes of values, None when one is no value of the format."""
    codes = [exactly(oracle, v) for v in values]
    return None if None in codes else tuple(c for c in codes if c is not None)

# SPDX-License-Identifier: BSD-3-Clause
"""How long must a quire be, and what does it hold?  From the definitions, on exact numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Self

from numformats.oracle import exact
from numformats.oracle.values import NO_FLAGS, Special, floor_log2

if TYPE_CHECKING:
    from numformats.oracle import Oracle
    from numformats.oracle.row import Row

__all__ = ["OracleQuire", "quire_layout"]

CARRY = 31


def _oracle(fmt: object) -> Oracle:
    from numformats.oracle import for_format  # noqa: PLC0415 - the package imports this module

    return for_format(fmt)


def _number(o: Oracle, code: int) -> Fraction:
    value = o.decode(code)
    assert isinstance(value, Fraction)
    return value


def _finest(o: Oracle) -> int:
    """Exponent of the lowest bit that any value has."""
    row = o.row
    if row.family == "fixed":
        return -row.frac
    if row.family in {"float", "truncated"}:
        return (1 if row.zero else 0) - (row.bias or 0) - row.man
    return 1 - _number(o, 1).denominator.bit_length()  # code 1 has its last bit set


def quire_layout(fmt: object) -> tuple[int, int]:
    """Bits of a format's quire, and the exponent of the last one.

    Standard posits: 16n bits (Posit Standard 3.2).  b-posits <n, rs=6, es=5>: 1024 bits for all n,
    2**-488 the last.  Others: the last bit of any product; room for 2**31 - 1 of the largest ones
    and a sign.  (Signed fixed point has a bit more: its lowest value is longer than its highest.)

    >>> from numformats.oracle import Row, quire_layout
    >>> quire_layout(Row(family="posit", bits=32))
    (512, -240)
    >>> quire_layout(Row(family="fixed", bits=8, frac=7))
    (47, -14)
    """
    o = _oracle(fmt)
    row: Row = o.row
    if row.family == "posit" and row.rs == row.bits - 1 and row.es == 2:
        return 16 * row.bits, 16 - 8 * row.bits
    if row.family == "posit" and (row.rs, row.es) == (6, 5) and row.rs < row.bits - 1:
        return 1024, -488
    finest, largest = _finest(o), _number(o, o.codec.at_index(o.codec.last_finite))
    power = floor_log2(largest)
    power += largest != Fraction(2) ** power
    if row.family == "fixed" and row.is_signed:
        power = row.bits - 1 - row.frac  # the lowest value is minus that
    lsb = min(finest, 2 * finest)  # of values and of products; no magnitude is above 2**power
    bound = max(power, 2 * power)
    if row.family == "fixed" and row.is_signed:
        bound += 1
    return bound - lsb + CARRY + 1, lsb


class OracleQuire:
    """A quire as a Fraction: `value` is None when it is NaR."""

    def __init__(self, fmt: object, bits: int | None = None) -> None:
        """Make an empty quire; `bits` replaces the width of the layout."""
        self.oracle = _oracle(fmt)
        self.bits, self.lsb = quire_layout(fmt)
        self.bits = self.bits if bits is None else bits
        self.value: Fraction | None = Fraction(0)

    def add(self, x: object, sign: int = 1) -> Self:
        """Add a value (or subtract it: sign -1); what is not finite makes NaR."""
        if self.value is None or not isinstance(x, int | Fraction):
            if x is not Special.NEG_ZERO:
                self.value = None
            return self
        code = (self.value + sign * x) / Fraction(2) ** self.lsb
        if code.denominator != 1:
            msg = f"{x} is finer than 2**{self.lsb}"
            raise ValueError(msg)
        fits = abs(code) < 1 << (self.bits - 1)
        self.value = code * Fraction(2) ** self.lsb if fits else None
        return self

    def fma(self, a: int, b: int, sign: int = 1) -> Self:
        """Add the product of two codes of the format."""
        load = self.oracle.codec.load
        return self.add(exact.mul(load(a), load(b))[0], sign)

    def code(self) -> int:
        """The two's-complement integer of `bits` bits that a quire of hardware holds."""
        if self.value is None:
            return 1 << (self.bits - 1)
        return int(self.value / Fraction(2) ** self.lsb) % (1 << self.bits)

    def round(self) -> int:
        """Code of the value, rounded once."""
        exact_value = Special.NAN if self.value is None else self.value
        return self.oracle._store(exact_value, NO_FLAGS)  # noqa: SLF001 - a result, not a conversion

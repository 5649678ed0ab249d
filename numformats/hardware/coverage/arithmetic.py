# SPDX-License-Identifier: BSD-3-Clause
"""What is the exact result of an operation, and how far was it shifted?  As circuits of words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from numformats.hardware.coverage.bins import CANCELLED
from numformats.hardware.coverage.words import Algebra, Truth, Word, jammed, shifted

if TYPE_CHECKING:
    from numformats.hardware.coverage.decoders import Number

__all__ = ["Result", "exact_result"]

# Bits below the terms of a sum: two for what one cancelled bit may bring up, guard, and sticky.
_BELOW = 4


@dataclass
class Result:
    """An exact result in words: the leading bits of its size, the last of which is sticky.

    `significand` has `bits` bits, a constant, with the leading one on top, or is 0.  Where an
    operand is no number, all of it is meaningless, except that zeros are terms of sums.
    """

    negative: Truth
    exponent: Word
    significand: Word
    bits: int
    difference: Truth | None = None
    alignment: Word | None = None
    normalisation: Word | None = None


def exact_result(algebra: Algebra, name: str, operands: list[Number], bits: int) -> Result:
    """The result of an operation to so many bits, the last of them sticky."""
    a, *rest = operands
    match name:
        case "add" | "sub":
            (b,) = rest
            found = _add(algebra, a, replace(b, negative=~b.negative) if name == "sub" else b)
        case "mul":
            found = _multiply(algebra, a, rest[0])
        case "fma":
            found = _fma(algebra, a, rest[0], rest[1])
        case "div":
            found = _divide(algebra, a, rest[0], bits)
        case "sqrt":
            found = _root(algebra, a, bits)
        case _:
            found = Result(a.negative, a.exponent, a.significand, a.bits)
    return _narrow(algebra, found, bits)


def _normal(algebra: Algebra, x: Word, width: int) -> tuple[Word, Word]:
    """Shift x < 2**width until bit width - 1 is its leading one; x and how far that was."""
    missing = width - algebra.length(x, width)
    return x << missing, missing


def _narrow(algebra: Algebra, x: Result, bits: int) -> Result:
    """So many leading bits of the significand, the last of which is sticky."""
    if bits >= x.bits:
        return replace(x, significand=x.significand << bits - x.bits, bits=bits)
    return replace(x, significand=jammed(algebra, x.significand, x.bits - bits), bits=bits)


def _differ(x: Truth, y: Truth) -> Truth:
    return (x & ~y) | (y & ~x)


def _multiply(algebra: Algebra, a: Number, b: Number) -> Result:
    """The product, all bits of it."""
    width = 2 * a.bits
    product = algebra.multiply(a.significand, b.significand, a.bits)
    product, missing = _normal(algebra, product, width)
    shift = 1 - missing
    exponent = a.exponent + b.exponent + shift
    return Result(_differ(a.negative, b.negative), exponent, product, width, normalisation=shift)


def _add(algebra: Algebra, a: Number, b: Number) -> Result:
    """The sum of two numbers; zeros have the significand 0, and count for nothing."""
    where, width = algebra.where, a.bits + _BELOW + 1
    difference = _differ(a.negative, b.negative)
    alignment = a.exponent - b.exponent
    smaller = (alignment < 0) | ((alignment == 0) & (a.significand < b.significand))
    swap = (b.significand != 0) & ((a.significand == 0) | smaller)
    high, low = where(swap, b.significand, a.significand), where(swap, a.significand, b.significand)
    distance = algebra.least(where(alignment < 0, -alignment, alignment), width)
    low = jammed(algebra, low << _BELOW, distance)
    total = where(difference, (high << _BELOW) - low, (high << _BELOW) + low)
    total, missing = _normal(algebra, total, width)
    exponent = where(swap, b.exponent, a.exponent) + 1 - missing
    negative = (swap & b.negative) | (~swap & a.negative)
    shift = where(total == 0, CANCELLED, 1 - missing)
    return Result(negative, exponent, total, width, difference, alignment, shift)


def _fma(algebra: Algebra, a: Number, b: Number, c: Number) -> Result:
    """The sum of a product and a number, in the product's width."""
    x = _multiply(algebra, a, b)
    first = replace(
        a, negative=x.negative, exponent=x.exponent, significand=x.significand, bits=x.bits
    )
    second = replace(c, significand=c.significand << x.bits - c.bits, bits=x.bits)
    return _add(algebra, first, second)


def _divide(algebra: Algebra, a: Number, b: Number, bits: int) -> Result:
    """The quotient: at least so many bits, then one that says whether something remains."""
    quotient, inexact = algebra.divide(a.significand << bits, b.significand)
    width = bits + 2
    found = (quotient << 1 | algebra.where(inexact, 1, 0)) & ((1 << width) - 1)
    found, missing = _normal(algebra, found, width)
    exponent = a.exponent - b.exponent - missing
    negative = _differ(a.negative, b.negative)
    return Result(negative, exponent, found, width, normalisation=-missing)


def _root(algebra: Algebra, a: Number, bits: int) -> Result:
    """The square root: so many bits, then one that says whether something remains."""
    odd = a.exponent & 1
    # The root of a radicand of 2 * bits - 1 or 2 * bits bits has `bits` bits.
    radicand = shifted(a.significand, 2 * bits - 1 - a.bits) << odd
    root, inexact = algebra.root(radicand)
    found = root << 1 | algebra.where(inexact, 1, 0)
    return Result(a.negative, (a.exponent - odd) >> 1, found, bits + 1)

# SPDX-License-Identifier: BSD-3-Clause
"""Is a code the one that an exact number is rounded to?  In terms, by thresholds.

    ... m-1 ........ lo ........ m ........ hi ........ m+1 ...        lo, hi: codes 2m-1, 2m+1 of
                      '----- to nearest ------'                        the format one bit longer

To nearest, m is right for lo < x < hi; at lo and hi the rule of ties decides.  Directed roundings
have the neighbours m-1 and m+1 as thresholds.  What is beyond the last code becomes what the
oracle makes of a huge number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from numformats.hardware.equivalence.codes import (
    SCALE_BITS,
    is_float,
    magnitude,
    magnitude_bits,
    split,
)
from numformats.hardware.equivalence.problems import EquivalenceError
from numformats.oracle import Oracle, Special
from numformats.oracle.float_layout import FloatLayout

if TYPE_CHECKING:
    from numformats.hardware.equivalence.terms import Term, Terms
    from numformats.oracle import Row

__all__ = ["Real", "is_rounded", "threshold_bits"]


class Real(NamedTuple):
    """A number that is not zero: (-1)**sign * 2**scale * significand, or just above in magnitude.

    `above` says: by less than one unit of the significand's last bit.
    """

    sign: Term
    scale: Term
    significand: Term
    above: Term


def longer(row: Row) -> Row:
    """The format that has the codes of `row` at even places, one between each two, and more."""
    if row.family == "posit":
        return replace(row, bits=row.bits + 1, rs=row.rs + (row.rs == row.bits - 1))
    if row.family == "takum_linear":
        return replace(row, bits=row.bits + 1)
    if row.family == "fixed":
        return replace(row, bits=row.bits + 2, frac=row.frac + 1)
    return replace(row, bits=row.bits + 2, exp=row.exp + 1, man=row.man + 1)


def threshold_bits(terms: Terms, row: Row) -> int:
    """Bits of the significands of thresholds: hidden bit, fraction, and one more."""
    more = longer(row)
    code = terms.word(1, magnitude_bits(more))
    return terms.width(magnitude(terms, more, code).significand)


@dataclass(frozen=True)
class _Ends:
    """Codes at the ends, each (of positive, of negative numbers)."""

    least: int
    """The least magnitude that a number other than zero may become."""
    last: tuple[int, int]
    beyond: tuple[int, int]


def _ends(row: Row) -> _Ends:
    oracle = Oracle(row)
    huge = Fraction(2) ** (1 << 20) if row.family == "fixed" else _above_all(row)
    beyond = (oracle.encode(huge), oracle.encode(-huge))
    if is_float(row):
        last = FloatLayout(row).max_finite
        return _Ends(0, (last, last if row.is_signed else 0), beyond)
    if row.family == "fixed":
        codec = oracle.codec
        low = codec.last if row.overflow == "saturate_symmetric" else -codec.first
        return _Ends(0, (codec.last, low), beyond)
    last = (1 << (row.bits - 1)) - 1
    return _Ends(1, (last, last), beyond)


def _above_all(row: Row) -> Fraction:
    """Twice a number that is above all of a tapered or float format."""
    scale = row.rs << row.es if row.family == "posit" else 1 << max(8, row.exp)
    return Fraction(2) ** (scale + 2)


def refuse(row: Row) -> None:
    """EquivalenceError for formats whose rounding is not told by thresholds."""
    reason = None
    if row.family == "truncated":
        reason = "its encoder is part of each operation, which cuts"
    elif row.rounding == "stochastic":
        reason = "its rounding draws random words"
    elif row.overflow == "wrap":
        reason = "what is beyond its ends wraps"
    elif row.family == "float" and not (row.zero and row.subnormals):
        reason = "it has no subnormal numbers"
    if reason:
        raise EquivalenceError(f"encoders of {row} are not proved: {reason}")


def is_rounded(terms: Terms, row: Row, x: Real, code: Term) -> Term:
    """Is this the code that x is rounded to?"""
    sign, size = split(terms, row, code)
    ends, oracle = _ends(row), Oracle(row)
    cases = []
    for negative in (False, True):
        last = ends.last[negative]
        zero = oracle.encode(Special.NEG_ZERO if negative else Fraction(0))
        inside = _upper(terms, row, x, terms.word(last, terms.width(size)), negative)
        right_sign = terms.choose(
            terms.same(size, 0),
            terms.same(code, zero),
            terms.same(sign, terms.truth(negative)),
        )
        right = terms.all(
            right_sign,
            terms.none(terms.less(size, terms.word(ends.least, terms.width(size)))),
            terms.none(terms.less(terms.word(last, terms.width(size)), size)),
            terms.any(terms.same(size, ends.least), _lower(terms, row, x, size, negative)),
            _upper(terms, row, x, size, negative),
        )
        cases.append(terms.choose(inside, right, terms.same(code, ends.beyond[negative])))
    return terms.choose(x.sign, cases[1], cases[0])


def _mode(rounding: str, negative: bool) -> str:
    """The rounding as one of magnitudes: "down", "up", "odd", or "nearest_" and who gets ties."""
    ties = {"nearest_positive": ("up", "down"), "nearest_negative": ("down", "up")}
    if rounding in ties:
        return "nearest_" + ties[rounding][negative]
    return {
        "toward_zero": "down",
        "to_odd": "odd",
        "toward_positive": "down" if negative else "up",
        "toward_negative": "up" if negative else "down",
        "nearest_away": "nearest_up",
        "nearest_zero": "nearest_down",
    }.get(rounding, "nearest_even")


def _lower(terms: Terms, row: Row, x: Real, size: Term, negative: bool) -> Term:
    """Is x not too small for the magnitude `size`?"""
    mode = _mode(row.rounding, negative)
    even = terms.none(terms.bit(size, 0))
    here = _compared(terms, row, x, size, 0)
    if mode == "down":
        return terms.any(here.above, here.equal)
    below = _compared(terms, row, x, size, -1 if mode.startswith("nearest") else -2)
    if mode == "up":
        return below.above
    if mode == "odd":
        return terms.any(here.equal, here.above, terms.all(terms.none(even), below.above))
    tie = {"even": even, "up": terms.truth(True), "down": terms.truth(False)}[mode[8:]]
    return terms.any(below.above, terms.all(below.equal, tie))


def _upper(terms: Terms, row: Row, x: Real, size: Term, negative: bool) -> Term:
    """Is x not too large for the magnitude `size`?"""
    mode = _mode(row.rounding, negative)
    even = terms.none(terms.bit(size, 0))
    here = _compared(terms, row, x, size, 0)
    if mode == "up":
        return terms.none(here.above)
    above = _compared(terms, row, x, size, 1 if mode.startswith("nearest") else 2)
    below = terms.none(above.above, above.equal)
    if mode == "down":
        return below
    if mode == "odd":
        return terms.any(terms.none(here.above), terms.all(terms.none(even), below))
    tie = {"even": even, "up": terms.truth(False), "down": terms.truth(True)}[mode[8:]]
    return terms.any(below, terms.all(above.equal, tie))


class _Order(NamedTuple):
    """Where is x beside a threshold?"""

    above: Term
    equal: Term


def _compared(terms: Terms, row: Row, x: Real, size: Term, halves: int) -> _Order:
    """Compare the magnitude of x with the code that is `halves` half steps from `size`."""
    more = longer(row)
    free = magnitude_bits(more) - terms.width(size) - 1
    place = terms.concat(terms.zeros(free), size, terms.word(0, 1))
    threshold = magnitude(terms, more, terms.plus(place, halves))
    width = max(terms.width(x.significand), terms.width(threshold.significand))
    given = _key(terms, x.scale, x.significand, width)
    wanted = _key(terms, threshold.scale, threshold.significand, width)
    same = terms.same(given, wanted)
    greater = terms.less(wanted, given, signed=True)
    none_above = terms.none(x.above)
    return _Order(
        terms.any(threshold.zero, greater, terms.all(same, x.above)),
        terms.all(terms.none(threshold.zero), same, none_above),
    )


def _key(terms: Terms, scale: Term, significand: Term, width: int) -> Term:
    """A word that orders magnitudes as they are."""
    assert terms.width(scale) == SCALE_BITS
    return terms.concat(scale, terms.left(significand, width))

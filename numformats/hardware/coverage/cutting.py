# SPDX-License-Identifier: BSD-3-Clause
"""Where is a result cut, and what becomes of it by rounding?  As circuits of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from numformats.hardware.coverage.decoders import posit_regime_length
from numformats.hardware.coverage.scales import last_exponent, precision
from numformats.hardware.coverage.words import Algebra, Truth, Word, jammed
from numformats.oracle import for_format
from numformats.oracle.ieee import FloatCodec

if TYPE_CHECKING:
    from numformats.hardware.coverage.arithmetic import Result
    from numformats.number_format import Format

Tail: TypeAlias = tuple[Truth, Truth, Truth]

__all__ = ["Cut", "bits_before_cut", "cut"]


@dataclass
class Cut:
    """A result's code, cut off; what follows the cut; and what rounding makes of it."""

    near: Truth
    """Does the format write numbers of this exponent, or some half as large?"""
    lsb: Truth
    guard: Truth
    round: Truth
    sticky: Truth
    carry: Word
    end: Word


def bits_before_cut(f: Format) -> int:
    """So many leading bits of a result decide: the longest significand, two more, and sticky."""
    return precision(f) + 3


def cut(algebra: Algebra, f: Format, x: Result) -> Cut:
    """Cut a result that is a number and not zero."""
    if f.family == "float":
        return _cut_float(algebra, f, x)
    return (_cut_posit if f.family == "posit" else _cut_takum)(algebra, f, x)


def _split(word: Word, drop: Word | int) -> tuple[Word, Tail]:
    """A word without its last bits, and of these, at least three, the first, second, any other."""
    rest = word & ((1 << drop - 2) - 1)
    return word >> drop, (_bit(word, drop - 1), _bit(word, drop - 2), rest != 0)


def _bit(word: Word, place: Word | int) -> Truth:
    return ((word >> place) & 1) == 1


def _rounds_up(mode: str, negative: Truth, lsb: Truth, tail: Tail) -> Truth:
    """Does the size go up?"""
    guard, second, sticky = tail
    rest = second | sticky
    return {
        "nearest_even": guard & (rest | lsb),
        "nearest_away": guard,
        "nearest_zero": guard & rest,
        "nearest_positive": guard & (rest | ~negative),
        "nearest_negative": guard & (rest | negative),
        "toward_zero": guard & ~guard,
        "toward_positive": ~negative & (guard | rest),
        "toward_negative": negative & (guard | rest),
        "to_odd": ~lsb & (guard | rest),
    }[mode]


def _carry(algebra: Algebra, up: Truth, binade: Truth, regime: Truth | None = None) -> Word:
    """The quantity `carry`."""
    into = algebra.where(binade, 2, 1)
    if regime is not None:
        into = algebra.where(regime, 3, into)
    return algebra.where(up, into, 0)


def _fraction(x: Result, bits: int) -> Word:
    return x.significand & ((1 << bits) - 1)


def _cut_posit(algebra: Algebra, f: Format, x: Result) -> Cut:
    """Regime, exponent and fraction as one string, of which all but the regime is in the word."""
    where, body = algebra.where, f.bits - 1
    fraction_bits = bits_before_cut(f) - 1
    regime = x.exponent >> f.es
    near = (regime >= -f.rs) & (regime < f.rs)
    inside = where(near, regime, 0)
    kept_bits = body - posit_regime_length(algebra, f, inside)
    low = x.exponent & ((1 << f.es) - 1)
    string = low << fraction_bits | _fraction(x, fraction_bits)
    kept, tail = _split(string, f.es + fraction_bits - kept_bits)
    # The last bit of the regime: the end of its run, except that the longest run has none.
    last = (inside == f.rs - 1) | ((inside < 0) & (inside > -f.rs))
    lsb = ((kept_bits > 0) & _bit(kept, 0)) | ((kept_bits == 0) & last)
    up = _rounds_up(f.rounding, x.negative, lsb, tail)
    ones = kept + 1 == 1 << kept_bits
    after = kept_bits - f.es
    binade = ((kept + 1) & ((1 << where(after < 0, 0, after)) - 1)) == 0
    zero = (inside == -f.rs) & (kept == 0) & ~up
    beyond = (inside == f.rs - 1) & ones & up
    far = where(regime < 0, 3, 5)
    end = where(near, where(zero, 2, where(beyond, 4, 0)), far)
    return Cut(near, lsb, *tail, _carry(algebra, up, binade, ones), end)


def _cut_takum(algebra: Algebra, f: Format, x: Result) -> Cut:
    """Direction, regime, characteristic and fraction as one string."""
    where, e, body = algebra.where, x.exponent, f.bits - 1
    fraction_bits = bits_before_cut(f) - 1
    near = (e >= -255) & (e <= 254)
    e = where(near, e, 0)
    size = where(e < 0, -e, e + 1)
    r = algebra.count(size, [2 << i for i in range(7)])
    head = where(e < 0, 7 - r, r | 8)
    low = where(e < 0, e + (2 << r) - 1, size - (1 << r))
    string = (head << r | low) << fraction_bits | _fraction(x, fraction_bits)
    kept, tail = _split(string, r + (4 + fraction_bits - body))
    lsb = _bit(kept, 0)
    up = _rounds_up(f.rounding, x.negative, lsb, tail)
    ones = ((kept + 1) & ((1 << max(0, body - 4)) - 1)) == 0
    after = max(0, body - 4) - r
    binade = ((kept + 1) & ((1 << where(after < 0, 0, after)) - 1)) == 0
    zero = (kept == 0) & ~up
    beyond = (kept == (1 << body) - 1) & up
    end = where(near, where(zero, 2, where(beyond, 4, 0)), where(x.exponent < 0, 3, 5))
    return Cut(near, lsb, *tail, _carry(algebra, up, binade, ones), end)


def _cut_float(algebra: Algebra, f: Format, x: Result) -> Cut:
    """The significand, moved to the right where the number is subnormal."""
    codec = for_format(f).codec
    assert isinstance(codec, FloatCodec)
    where, bits, first = algebra.where, bits_before_cut(f), 1 - f.bias
    small = x.exponent < first
    more = where(small, algebra.least(first - x.exponent, bits + 1), 0)
    word = jammed(algebra, x.significand, more)
    # Without subnormals all between zero and the first normal number is one gap.
    drop: Any = 3 if f.subnormals else where(small, bits - 1, 3)
    kept, tail = _split(word, drop)
    code = kept + where(small, 0, (x.exponent - first) << f.man)
    lsb = _bit(code, 0)
    up = _rounds_up(f.rounding, x.negative, lsb, tail)
    last = codec.layout.max_finite
    over = (code > last) | ((code == last) & up)
    least = first - (f.man if f.subnormals else 0)
    near = (x.exponent <= last_exponent(f)) & (x.exponent >= least - 1)
    end = where(over, where(near, 4, 5), where(small, 1, 0))
    end = where((code == 0) & ~up, where(near, 2, 3), end)
    return Cut(near, lsb, *tail, _carry(algebra, up, (kept & (kept + 1)) == 0), end)

# SPDX-License-Identifier: BSD-3-Clause
"""Which number does a code say?  Decoders as circuits of words, from the definitions of formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from numformats.hardware.coverage.scales import precision
from numformats.hardware.coverage.words import Algebra, Truth, Word, shifted
from numformats.oracle import for_format
from numformats.oracle.ieee import FloatCodec

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["Number", "decode", "posit_regime_length"]

_TAKUM_WIDTH = 12  # narrower takums are read with zero bits appended


@dataclass
class Number:
    """A number in words: (-1)**negative * significand * 2**(exponent - (bits - 1)).

    The significand has its leading one at bit `bits` - 1, or is 0; `bits` is a constant.
    """

    nan: Truth
    inf: Truth
    negative: Truth
    exponent: Word
    significand: Word
    bits: int
    rank: Word
    """The kind, as an index of `scales.KINDS`; of NaN anything."""

    @property
    def is_number(self) -> Truth:
        """Is it finite and not zero?"""
        return ~(self.nan | self.inf) & (self.significand != 0)


def decode(algebra: Algebra, f: Format, code: Word) -> Number:
    """The number of a code."""
    if f.family == "float":
        return _decode_float(algebra, f, code)
    nar = 1 << f.bits - 1
    negative = code > nar
    size = algebra.where(negative, (1 << f.bits) - code, code)
    cut = _posit_fields if f.family == "posit" else _takum_fields
    exponent, significand = cut(algebra, f, size)
    zero, nan = code == 0, code == nar
    rank = algebra.where(size == nar - 1, 4, 3)
    rank = algebra.where(zero, 0, algebra.where(size == 1, 1, rank))
    no_number = zero | nan
    return Number(
        nan=nan,
        inf=code < 0,
        negative=negative,
        exponent=algebra.where(no_number, 0, exponent),
        significand=algebra.where(no_number, 0, significand),
        bits=precision(f),
        rank=rank,
    )


def posit_regime_length(algebra: Algebra, f: Format, regime: Word) -> Word:
    """Bits of a regime: a run and its end, which the longest run does not need."""
    run = algebra.where(regime < 0, -regime, regime + 1)
    return algebra.least(run + 1, f.rs)


def _posit_fields(algebra: Algebra, f: Format, size: Word) -> tuple[Word, Word]:
    """Exponent and significand of a positive posit."""
    body, bits = f.bits - 1, precision(f)
    # The least code of each regime but the first: 0...01, then 1...10...0.
    starts = [1 << body - 1 - run for run in range(f.rs - 1, 0, -1)]
    starts += [(1 << body) - (1 << body - run) for run in range(1, f.rs + 1)]
    regime = algebra.count(size, starts) - f.rs
    length = posit_regime_length(algebra, f, regime)
    rest = (size << length) & ((1 << body) - 1)
    # Exponent bits beyond the end of the word are zero.
    low = shifted(rest, f.es - body)
    fraction = shifted(rest, max(0, f.es - body)) & ((1 << max(0, body - f.es)) - 1)
    fraction = shifted(fraction, bits - 1 - max(0, body - f.es))
    return (regime << f.es) + low, fraction | 1 << bits - 1


def _takum_fields(algebra: Algebra, f: Format, size: Word) -> tuple[Word, Word]:
    """Exponent and significand of a positive takum."""
    n, bits = max(f.bits, _TAKUM_WIDTH), precision(f)
    word = size << n - f.bits
    upward = ((word >> n - 2) & 1) == 1
    field = (word >> n - 5) & 7
    r = algebra.where(upward, field, 7 - field)
    p = n - 5 - r
    low = (word >> p) & ((1 << r) - 1)
    exponent = low + algebra.where(upward, (1 << r) - 1, 1 - (2 << r))
    fraction = shifted((word & ((1 << p) - 1)) << r, bits - 1 - (n - 5))
    return exponent, fraction | 1 << bits - 1


def _decode_float(algebra: Algebra, f: Format, code: Word) -> Number:
    """The number of a float's code."""
    codec = for_format(f).codec
    assert isinstance(codec, FloatCodec)
    layout, where, top = codec.layout, algebra.where, 1 << f.exp + f.man
    size = code & (top - 1)
    negative = (code >= top) if f.is_signed else (code < 0)
    nan = code < 0
    if f.nan == "negative_zero":
        nan = code == top
    elif f.nan == "all_ones":
        nan = size == top - 1
    inf = size == layout.inf_code if layout.inf_code is not None else code < 0
    if layout.reserved:
        nan = nan | ((size > layout.max_finite) & ~inf)
    field, fraction = size >> f.man, size & ((1 << f.man) - 1)
    small, first = field == 0, 1 - f.bias
    # A subnormal number is shifted until its leading one is in place.
    missing = f.man + 1 - algebra.length(fraction, f.man)
    low = fraction << missing if f.subnormals else 0
    significand = where(small, low, fraction | 1 << f.man)
    exponent = where(small, first - missing, field - f.bias)
    zero = significand == 0
    rank = where(small, 2, where(size == layout.max_finite, 4, 3))
    rank = where(size == (1 if f.subnormals else 1 << f.man), 1, rank)
    rank = where(zero, 0, where(inf, 5, rank))
    no_number = nan | inf | zero
    return Number(
        nan=nan,
        inf=inf,
        negative=negative,
        exponent=where(no_number, 0, exponent),
        significand=where(no_number, 0, significand),
        bits=f.man + 1,
        rank=rank,
    )

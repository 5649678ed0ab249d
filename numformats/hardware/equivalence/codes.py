# SPDX-License-Identifier: BSD-3-Clause
"""Which number is a code, in terms?  A table of cases, made from the oracle's definitions.

A magnitude is 2**scale * significand, with the significand's leading one at the top of its word.
Tapered formats: one case for each power of two, whose leading bits `prefix` gives.  Floats and
fixed point: a normal number, or one case for each place of the leading one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from numformats.oracle.float_layout import FloatLayout
from numformats.oracle.posit import PositCodec
from numformats.oracle.row import Row, described
from numformats.oracle.takum import TakumCodec

if TYPE_CHECKING:
    from numformats.hardware.equivalence.terms import Term, Terms
    from numformats.number_format import Format
    from numformats.oracle.tapered import TaperedCodec

__all__ = [
    "SCALE_BITS",
    "Magnitude",
    "Number",
    "is_float",
    "magnitude",
    "magnitude_bits",
    "number",
    "row_of",
    "split",
]

SCALE_BITS = 40
"""Width of scales in claims: more than any format of 32 bits needs."""
_REACH = 255  # the scales of takums
_TAPERED = ("posit", "takum_linear")


class Magnitude(NamedTuple):
    """A number without its sign; `scale` and `significand` mean nothing where it is zero."""

    zero: Term
    scale: Term
    significand: Term


class Number(NamedTuple):
    """What a code is; `magnitude` means nothing of a NaN or an infinity."""

    sign: Term
    nan: Term
    inf: Term
    magnitude: Magnitude


def row_of(fmt: Format) -> Row:
    """The parameters as the oracle has them."""
    return Row.of(described(fmt))


def magnitude_bits(row: Row) -> int:
    """Bits of a code without its sign; all of them where two's complement is not of that sign."""
    if row.family == "fixed":
        return row.bits  # -2**(bits - 1) has this many
    return row.bits - (1 if row.is_signed or row.family in _TAPERED else 0)


def split(terms: Terms, row: Row, code: Term) -> tuple[Term, Term]:
    """The sign of a code, as a truth, and the code of its magnitude."""
    has_sign = row.is_signed or row.family in _TAPERED
    sign = terms.bit(code, row.bits - 1) if has_sign else terms.truth(False)
    if not is_float(row):
        code = terms.choose(sign, terms.negative(code), code)
    return sign, terms.bits(code, magnitude_bits(row) - 1, 0)


def is_float(row: Row) -> bool:
    """Are codes sign and magnitude?  The others are in two's complement."""
    return row.family in ("float", "truncated")


def number(terms: Terms, row: Row, code: Term) -> Number:
    """The number of a code of the format's width."""
    sign, size = split(terms, row, code)
    nan = inf = terms.truth(False)
    if is_float(row):
        nan, inf = _specials(terms, row, code, size)
    elif row.family in _TAPERED:
        nan = terms.same(code, 1 << (row.bits - 1))
    found = magnitude(terms, row, size)
    zero = terms.all(found.zero, terms.none(nan, inf))
    return Number(sign, nan, inf, found._replace(zero=zero))


def _specials(terms: Terms, row: Row, code: Term, low: Term) -> tuple[Term, Term]:
    """Is a code of a float a NaN, or an infinity?"""
    layout = FloatLayout(row)
    never = terms.truth(False)
    inf = never if layout.inf_code is None else terms.same(low, layout.inf_code)
    cases = [never]
    if row.nan == "negative_zero":
        cases.append(terms.same(code, layout.sign_bit))
    if row.nan == "all_ones":
        cases.append(terms.same(low, layout.nan_code))
    if layout.reserved:
        beyond = terms.less(terms.word(layout.max_finite, terms.width(low)), low)
        cases.append(terms.all(beyond, terms.none(inf)))
    return terms.any(*cases), inf


def magnitude(terms: Terms, row: Row, code: Term) -> Magnitude:
    """The number of a code without its sign, finite."""
    if row.family == "posit":
        return _tapered(terms, PositCodec(row), row.rs << row.es, code)
    if row.family == "takum_linear":
        return _tapered(terms, TakumCodec(row), _REACH, code)
    if row.family == "fixed":
        return _leading_one(terms, code, -row.frac)
    return _float(terms, row, code)


def _tapered(terms: Terms, codec: TaperedCodec, reach: int, code: Term) -> Magnitude:
    """Compare the leading bits with those of each power of two."""
    body = terms.width(code)
    cases: dict[int, list[tuple[Term, int]]] = {}
    for scale in range(-reach, reach + 1):
        prefix = codec.prefix(scale)
        if prefix is None:
            continue
        head, length = prefix
        kept, beyond = min(length, body), max(0, length - body)
        # Where the end of the word cuts ones off, no code has this scale.
        if not head & ((1 << beyond) - 1):
            match = terms.same(terms.bits(code, body - 1, body - kept), head >> beyond)
            cases.setdefault(kept, []).append((match, scale))
    width = 1 + body - min(cases)
    scales = [(match, terms.word(s, SCALE_BITS)) for group in cases.values() for match, s in group]
    significands = [
        (terms.any(*(m for m, _ in group)), _under_one(terms, code, body - kept, width))
        for kept, group in cases.items()
    ]
    return Magnitude(
        terms.same(code, 0),
        terms.first(scales, terms.word(0, SCALE_BITS)),
        terms.first(significands, terms.word(0, width)),
    )


def _under_one(terms: Terms, code: Term, fraction: int, width: int) -> Term:
    """A one, and below it the last bits of a code."""
    low = terms.bits(code, fraction - 1, 0) if fraction else None
    return terms.left(terms.concat(terms.word(1, 1), low), width)


def _leading_one(terms: Terms, code: Term, unit: int, width: int = 0) -> Magnitude:
    """Code * 2**unit."""
    bits = terms.width(code)
    width = width or bits
    scales, significands = [], []
    for place in range(bits - 1, -1, -1):
        head = terms.same(terms.bits(code, bits - 1, place), 1)
        scales.append((head, terms.word(place + unit, SCALE_BITS)))
        significands.append((head, _under_one(terms, code, place, width)))
    return Magnitude(
        terms.same(code, 0),
        terms.first(scales, terms.word(0, SCALE_BITS)),
        terms.first(significands, terms.word(0, width)),
    )


def _float(terms: Terms, row: Row, code: Term) -> Magnitude:
    """Field of the exponent and fraction; a field of zeros is of its own kind."""
    layout, width = FloatLayout(row), row.man + 1
    field = terms.bits(code, terms.width(code) - 1, row.man)
    wide = terms.concat(terms.zeros(SCALE_BITS - row.exp), field)
    scale = terms.plus(wide, layout.min_exponent - (1 if row.zero else 0))
    significand = _under_one(terms, code, row.man, width)
    if not row.zero:
        return Magnitude(terms.truth(False), scale, significand)
    low = terms.same(field, 0)
    if not row.subnormals or not row.man:
        return Magnitude(low, scale, significand)
    fraction = terms.bits(code, row.man - 1, 0)
    small = _leading_one(terms, fraction, layout.min_exponent - row.man, width)
    return Magnitude(
        terms.all(low, small.zero),
        terms.choose(low, small.scale, scale),
        terms.choose(low, small.significand, significand),
    )

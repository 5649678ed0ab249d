# SPDX-License-Identifier: BSD-3-Clause
"""Do the terms that a prover compares with say what the oracle says?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.hardware import operation
from numformats.hardware.equivalence.codes import SCALE_BITS, number, row_of
from numformats.hardware.equivalence.rounded import Real, is_rounded, threshold_bits
from numformats.hardware.equivalence.table import all_results, decision
from numformats.hardware.equivalence.terms import Terms
from numformats.oracle import Special, for_format
from numformats.oracle.values import floor_log2
from numformats.parse import as_format

pytest.importorskip("bitwuzla", reason="bitwuzla is not installed")

DECODED = ["posit8", "posit<6,es=0>", "posit<5,es=4>", "bposit<9,rs=3,es=2>", "takum_linear<9>", "takum_linear<13>", "float8_e4m3fn",
           "float8_e5m2", "float8_e4m3fnuz", "float8_e8m0fnu", "float<exp=3,man=2,subnormals=false>",
           "float<exp=2,man=3,signed=false>", "fixed<8,frac=3>", "fixed<6,frac=9,signed=false>",
           "truncated<exp=3,man=4,compute_man=2>"]  # fmt: skip
MODES = ["nearest_even", "nearest_away", "nearest_zero", "nearest_positive", "nearest_negative",
         "toward_zero", "toward_positive", "toward_negative", "to_odd"]  # fmt: skip
ENCODED = ["posit<6,es=1>", "posit<5,es=3>", "bposit<8,rs=3,es=2>", "takum_linear<9>", "float8_e4m3fn",
           "float<exp=3,man=2,inf=none,nan=none,overflow=saturate>", "fixed<6,frac=3>",
           "fixed<5,frac=2,overflow=saturate_symmetric>", "fixed<5,frac=2,signed=false>",
           *(f"float<exp=3,man=2,rounding={m}>" for m in MODES),
           *(f"fixed<5,frac=1,rounding={m}>" for m in MODES)]  # fmt: skip


class Constants:
    """Terms of which unknowns get values."""

    def __init__(self):
        self.terms = Terms()
        self.solver = self.terms.solver.Bitwuzla(self.terms.manager, self.terms.solver.Options())

    def __call__(self, term, values):
        found = self.solver.simplify_term(self.terms.manager.substitute_term(term, values))
        assert found.is_value()
        return found.value() if found.sort().is_bool() else int(found.value(10))


@pytest.mark.parametrize("text", DECODED)
def test_every_code_is_its_number(text):
    fmt, value_of = as_format(text), Constants()
    terms = value_of.terms
    code = terms.unknown("code", fmt.bits)
    spec = number(terms, row_of(fmt), code)
    width = terms.width(spec.magnitude.significand)
    for bits in _codes(fmt.bits):
        value = for_format(fmt).decode(bits)

        def of(term, code_value=bits):
            return value_of(term, {code: terms.word(code_value, fmt.bits)})

        assert of(spec.nan) == (value is Special.NAN), hex(bits)
        assert of(spec.inf) == (value in (Special.INF, Special.NEG_INF))
        is_zero = value == 0 or value is Special.NEG_ZERO
        assert of(spec.magnitude.zero) == is_zero
        if isinstance(value, Fraction) and value:
            assert of(spec.sign) == (value < 0)
            assert of(spec.magnitude.scale) == floor_log2(value) % (1 << SCALE_BITS)
            assert of(spec.magnitude.significand) == abs(value) * Fraction(2) ** (
                width - 1 - floor_log2(value)
            )


def _codes(bits):
    """All codes, or of wide formats those about 0 and about the ends."""
    if bits <= 9:
        return range(1 << bits)
    half = 1 << (bits - 1)
    return [*range(30), *range(half - 30, half + 30), *range(0, 2 * half, 97), 2 * half - 1]


@pytest.mark.parametrize("text", ENCODED)
def test_only_the_rounded_code_is_right(text):
    fmt, value_of = as_format(text), Constants()
    terms, row, oracle = value_of.terms, row_of(fmt), for_format(fmt)
    width = threshold_bits(terms, row)
    sign, code = terms.unknown("sign", 1), terms.unknown("code", fmt.bits)
    scale, significand = terms.unknown("scale", SCALE_BITS), terms.unknown("significand", width)
    above = terms.unknown("above", 1)
    real = Real(terms.as_truth(sign), scale, significand, terms.as_truth(above))
    spec = is_rounded(terms, row, real, code)
    rng, reach = np.random.default_rng(20), _reach(fmt)
    for _ in range(150):
        s, sticky = rng.integers(0, 2, 2).tolist()
        e = int(rng.integers(-reach, reach + 1))
        # Midpoints: the last bits of the significand are mostly zeros.
        f = 1 << (width - 1) | int(rng.integers(0, 1 << (width - 1))) & -(
            1 << rng.integers(0, width)
        )
        exact = (f + Fraction(sticky, 3)) * Fraction(2) ** (e - width + 1) * (-1) ** s
        right = oracle.encode(exact)
        given = {sign: terms.word(s, 1), scale: terms.word(e, SCALE_BITS), above: terms.word(sticky, 1),
                 significand: terms.word(f, width)}  # fmt: skip
        found = {
            c
            for c in {right, *((right + d) % (1 << fmt.bits) for d in (-1, 1, 1 << (fmt.bits - 1)))}
            if value_of(spec, {**given, code: terms.word(c, fmt.bits)})
        }
        assert found == {right}, (s, e, f, sticky, exact)


def _reach(fmt):
    """Scales a little beyond the format's numbers."""
    oracle = for_format(fmt)
    codec = oracle.codec
    ends = [oracle.decode(codec.at_index(i)) for i in (1, codec.last_finite)]
    return max(abs(floor_log2(x)) for x in ends) + 3


@pytest.mark.parametrize(("text", "op"), [("posit<5,es=1>", "mul"), ("float<exp=2,man=2>", "div")])
def test_a_table_is_a_term(text, op):
    asked, value_of = operation(text, op), Constants()
    terms, bits = value_of.terms, asked.result.bits
    a, b = terms.unknown("a", bits), terms.unknown("b", bits)
    spec = decision(terms, [a, b], all_results(asked), bits)
    for x in range(1 << bits):
        for y in range(0, 1 << bits, 3):
            given = {a: terms.word(x, bits), b: terms.word(y, bits)}
            assert value_of(spec, given) == asked.by_oracle(x, y)[0]


def test_terms_share_what_is_equal():
    terms = Terms()
    a = terms.unknown("a", 8)
    same = decision(terms, [a], np.full(256, 7), 8)
    assert same.is_value()
    assert nf.posit8.format.bits == terms.width(same)

# SPDX-License-Identifier: BSD-3-Clause
"""Are the posit designs right?  Every instance of one decoder and one encoder, and what is over them."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from numformats.hardware import operation
from numformats.oracle import Special, for_format
from numformats.parse import as_format
from rtl_simulation import needs_icarus, simulate

pytestmark = needs_icarus
# All of 8 bits, and small ones: no exponent bits, the shortest regimes.
FORMATS = ["posit8", "bposit8q", "posit<6,es=0>", "bposit<7,rs=3,es=1>", "bposit<6,rs=2,es=0>"]
UNITS = {"add": "posit_adder", "mul": "posit_multiplier"}


def parameters(f):
    return {"N": f.bits, "RS": f.rs, "ES": f.es}


@pytest.mark.parametrize("op", UNITS)
@pytest.mark.parametrize("text", FORMATS)
def test_an_operator_at_all_pairs(tmp_path, text, op):
    asked = operation(text, op)
    f = asked.result
    rows = list(itertools.product(range(1 << f.bits), repeat=2))
    found = simulate(
        tmp_path, UNITS[op], {"a": f.bits, "b": f.bits}, {"result": f.bits}, rows,
        parameters=parameters(f),
    )  # fmt: skip
    assert [r for (r,) in found] == asked.reference(*asked.columns(rows)).tolist()


def value_of(sign, scale, significand, bits):
    """The number that a decoder's ports mean."""
    return (-1) ** sign * Fraction(significand, 1 << (bits - 1)) * Fraction(2) ** scale


def signed(word, bits):
    return word - (word >> (bits - 1) << bits)


DECODED = {"zero": 1, "nar": 1, "sign": 1}


@pytest.mark.parametrize(
    ("text", "top", "widths"),
    [
        ("posit16", "posit16_decoder", (7, 12)),
        ("bposit16", "posit_decoder", (9, 9)),
        ("posit<9,es=0>", "posit_decoder", (4, 7)),
        ("bposit<10,rs=2,es=3>", "posit_decoder", (5, 5)),
    ],
)
def test_the_decoder_at_all_codes(tmp_path, text, top, widths):
    f = as_format(text)
    oracle, (scale_bits, bits) = for_format(f), widths
    outputs = DECODED | {"scale": scale_bits, "significand": bits}
    rows = [(code,) for code in range(1 << f.bits)]
    given = {} if top == "posit16_decoder" else parameters(f)
    found = simulate(tmp_path, top, {"code": f.bits}, outputs, rows, parameters=given)
    for (code,), (zero, nar, sign, scale, significand) in zip(rows, found, strict=True):
        value = oracle.decode(code)
        assert (zero, nar) == (value == 0, value is Special.NAN), code
        if not zero and not nar:
            assert significand >> (bits - 1), code
            assert value_of(sign, signed(scale, scale_bits), significand, bits) == value, code


ENCODED = {"zero": 1, "nar": 1, "sign": 1, "scale": 8, "significand": 13, "sticky": 1}
PATTERNS = [0, 1, 2, 3, 4, 0x555, 0x800, 0x7FF, 0x801, 0xAAA, 0xFFC, 0xFFD, 0xFFE, 0xFFF]


def test_the_encoder_at_every_scale(tmp_path):
    """Each place at which the text of a posit16 can be cut, with what may follow it."""
    patterns = {*PATTERNS, *(1 << i for i in range(12)), *((1 << i) - 1 for i in range(12)),
                *(3 << i for i in range(11))}  # fmt: skip
    rows = [
        (0, 0, sign, scale & 255, 1 << 12 | fraction, sticky)
        for sign in (0, 1) for scale in range(-128, 128) for fraction in sorted(patterns)
        for sticky in (0, 1)
    ]  # fmt: skip
    rows += [(1, 0, s, 5, 0, 0) for s in (0, 1)] + [
        (z, 1, s, 5, 0, 1) for z in (0, 1) for s in (0, 1)
    ]
    found = simulate(tmp_path, "posit16_encoder", ENCODED, {"code": 16}, rows)
    oracle = for_format("posit16")
    for row, (code,) in zip(rows, found, strict=True):
        zero, nar, sign, scale, significand, sticky = row
        # what stands for more, by less than a unit of the last bit
        value = value_of(sign, signed(scale, 8), 4 * significand + sticky, 15)
        expected = 0x8000 if nar else 0 if zero else oracle.encode(value)
        assert code == expected, row

# SPDX-License-Identifier: BSD-3-Clause
"""Do the three answers of an operation agree with one another?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import numformats as nf
from numformats.hardware import OPERATIONS, Cases, Conversion, Elementwise, Operation, operation
from numformats.hardware.arithmetic import ROWS

FORMATS = ["posit8", "posit<2,es=0>", "bposit<7,rs=3,es=1>", "takum_linear<9>", "float8_e4m3fn",
           "float<exp=3,man=2,rounding=toward_negative>", "fixed<6,frac=3>"]  # fmt: skip
NAMES = list(ROWS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", FORMATS)
def test_the_reference_is_the_oracle(text, name):
    op = operation(text, name)
    assert isinstance(op, Elementwise)
    rng = np.random.default_rng(20)
    rows = rng.integers(0, 1 << op.result.bits, (300, len(op.operands))).tolist()
    found = op.reference(*op.columns(rows))
    assert found.tolist() == [op.by_oracle(*row)[0] for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_the_exact_value_rounds_to_the_result(name):
    op = operation("posit<6,es=1>", name)
    oracle = nf.oracle.for_format(op.result)
    codes = range(1 << 6) if len(op.operands) < 3 else range(0, 1 << 6, 5)
    for row in itertools.product(codes, repeat=len(op.operands)):
        assert oracle.encode(op.exact(*row)) == op.by_oracle(*row)[0], row


def test_a_conversion_rounds_once():
    op = operation("binary16", "convert", to="float8_e4m3fn", mode="toward_zero")
    assert isinstance(op, Conversion)
    codes = np.arange(0, 1 << 16, 7, dtype=np.uint16)
    assert op.reference(codes).tolist() == [op.by_oracle(int(c))[0] for c in codes]
    assert op.exact(0x3C00) == 1
    assert op.result.rounding == "toward_zero"


def test_columns_have_the_width_of_their_storage():
    op = operation("posit<20,es=2>", "add")
    assert isinstance(op, Operation)
    assert [c.dtype for c in op.columns([[1, 2]])] == [np.uint32] * 2
    assert [c.size for c in op.columns([])] == [0, 0]
    with pytest.raises(ValueError, match="3 operands in a row; add has 2"):
        op.columns([[1, 2, 3]])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("posit8", "plus"), "unknown operation 'plus'"),
        (("posit8", "convert"), "needs the format of its result"),
        (("posit8", "add", None, "posit16"), "only convert"),
        (
            ("posit8", "add", "toward_zero"),
            "mode='toward_zero' of posit<8,es=2>; allowed: nearest_even",
        ),
        (("posit99", "add"), "unknown format 'posit99'"),
    ],
)
def test_what_does_not_exist_is_refused(arguments, text):
    names = dict(zip(("format", "op", "mode", "to"), arguments, strict=False))
    with pytest.raises(ValueError, match=text):
        operation(**names)


def test_arithmetic_is_first_among_the_names():
    assert OPERATIONS[: len(ROWS) + 1] == (*ROWS, "convert")
    assert len(set(OPERATIONS)) == len(OPERATIONS)


def test_cases_are_columns_of_one_length():
    one = np.zeros(1, np.uint8)
    assert len(Cases((one, one), one)) == 1
    with pytest.raises(ValueError, match=r"columns of lengths \[1, 2\]"):
        Cases((one, one), np.zeros(2, np.uint8))

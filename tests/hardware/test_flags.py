# SPDX-License-Identifier: BSD-3-Clause
"""Are the flags of whole columns those of IEEE 754's definitions, in every mode of small floats?"""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from float_flag_definitions import defined_flags
from numformats.hardware import operation
from numformats.hardware.flags import flags
from numformats.hardware.float_flags import flag_byte, flags_by_rows, flags_of_row
from numformats.hardware.nans import any_signals
from numformats.hardware.thresholds import Thresholds, least_normal, wider
from numformats.number_format import Rounding

MODES = [m for m in get_args(Rounding) if m != "stochastic"]
OPERATIONS = ["add", "sub", "mul", "div", "sqrt", "fma", "ieee_remainder", "rint"]
FORMATS = [
    "float<exp=2,man=1>",
    "float<exp=3,man=2>",
    "float<exp=3,man=2,subnormals=false>",
    "float<exp=1,man=3,inf=none,nan=none>",
    "float<exp=2,man=2,inf=none,nan=all_ones>",
    "float<exp=3,man=2,inf=top,nan=negative_zero>",
    "float<exp=3,man=3,signed=false>",
    "float<exp=3,man=3,signed=false,overflow=saturate>",
    "float<exp=4,man=0,inf=none,nan=none>",
    "float<exp=3,man=2,bias=40>",
    "float<exp=3,man=2,bias=-40,overflow=saturate_finite>",
    "float<exp=4,man=0,signed=false,zero=false,subnormals=false,inf=none,nan=all_ones>",
]
WHOLE = ["float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "float8_e4m3fnuz"]


def compared(asked, columns):
    results = asked.reference(*columns)
    rows = list(zip(*(c.tolist() for c in columns), strict=True))
    for tininess in ("after", "before"):
        right = [
            defined_flags(asked, r, c, tininess)
            for r, c in zip(rows, results.tolist(), strict=True)
        ]
        yield tininess, flags(asked, columns, results, tininess=tininess).tolist(), right


def some(asked, count, seed=5):
    rng = np.random.default_rng(seed)
    return [
        rng.integers(0, 1 << f.bits, count).astype(f"u{f.storage_bytes}") for f in asked.operands
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", FORMATS)
def test_flags_are_the_defined_ones(text, mode):
    for op in OPERATIONS:
        asked = operation(text, op, mode=mode)
        for tininess, found, right in compared(asked, some(asked, 60)):
            assert found == right, (op, tininess)


@pytest.mark.parametrize("text", WHOLE)
@pytest.mark.parametrize("op", ["add", "mul", "div"])
def test_flags_of_8_bits(text, op):
    mode = MODES[WHOLE.index(text) * 2 % len(MODES)]
    asked = operation(text, op, mode=mode)
    for tininess, found, right in compared(asked, some(asked, 1500)):
        assert found == right, tininess


@pytest.mark.parametrize("mode", MODES)
def test_flags_of_conversions(mode):
    for source in ("binary16", "posit8", "fixed<8,frac=9>", "takum_linear8"):
        for to in (
            "float8_e4m3fn",
            "float6_e2m3fn",
            "float<exp=3,man=3,signed=false>",
            "float8_e8m0fnu",
        ):
            asked = operation(source, "convert", to=to, mode=mode)
            for tininess, found, right in compared(asked, some(asked, 100)):
                assert found == right, (source, to, tininess)


@pytest.mark.parametrize("mode", ["nearest_even", "toward_positive", "to_odd"])
@pytest.mark.parametrize(
    "text", ["float<exp=3,man=2>", "float<exp=3,man=3,signed=false>", "float6_e2m3fn"]
)
def test_rows_one_by_one_are_the_same(text, mode):
    """The way of wide formats, taken by small ones."""
    for op in OPERATIONS:
        asked = operation(text, op, mode=mode)
        columns = some(asked, 80)
        results = asked.reference(*columns)
        signal = 16 * any_signals(asked.operands, columns).astype(np.uint8)
        found = flags_by_rows(asked, columns, results, "after") | signal
        assert found.tolist() == flags(asked, columns, results).tolist(), op


@pytest.mark.parametrize("op", ["add", "mul", "div", "sqrt", "fma"])
def test_flags_of_binary64_are_the_defined_ones(op):
    asked = operation("binary64", op)
    assert wider(asked) is None
    rng = np.random.default_rng(3)
    near = [0, 1, 2, (1 << 52) - 1, 1 << 52, (1 << 52) + 1, 0x3FF << 52, 0x3FE << 52, (0x7FF << 52) - 1, 0x7FF << 52,
            (0x7FF << 52) + 1, 0xFFF8 << 48, 1 << 63, (0x3FF << 52) + 1, (0x3FE << 52) - 1]  # fmt: skip
    columns = [rng.choice(np.array(near, np.uint64), 500) for _ in asked.operands]
    for tininess, found, right in compared(asked, columns):
        assert found == right, tininess


def test_numpys_own_flags_of_float32_are_these():
    """The processor raises them, as NumPy tells: tininess after rounding, on x86 as on RISC-V."""
    asked = operation("binary32", "mul")
    columns = some(asked, 4000)
    found = flags(asked, columns, asked.reference(*columns))
    values = [c.view(np.float32) for c in columns]
    for name, bit in (("over", 4), ("invalid", 16)):
        raised = []
        for x, y in zip(*values, strict=True):
            try:
                with np.errstate(all="ignore", **{name: "raise"}):
                    np.multiply(x, y)
                raised.append(False)
            except FloatingPointError:
                raised.append(True)
        assert ((found & bit) > 0).tolist() == raised, name


def test_the_result_of_underflow_depends_on_tininess():
    """2^-14 (1 - 2^-12) is tiny before it is rounded; binary16 rounds it to 2^-14."""
    asked = operation("binary32", "convert", to="binary16")
    codes = np.array([(113 << 23) - (1 << 11)], np.uint32)
    results = asked.reference(codes)
    assert results.tolist() == [0x0400]
    assert flags(asked, [codes], results).tolist() == [1]
    assert flags(asked, [codes], results, tininess="before").tolist() == [3]


def test_formats_without_flags_and_bad_arguments():
    asked = operation("posit8", "div")
    columns = some(asked, 50)
    assert not flags(asked, columns, asked.reference(*columns)).any()
    with pytest.raises(ValueError, match="tininess='never'; allowed: after, before"):
        flags(asked, columns, columns[0], tininess="never")
    random = operation("float<exp=4,man=3,rounding=stochastic>", "add")
    with pytest.raises(ValueError, match="random words"):
        flags(random, columns, columns[0])


def test_a_row_of_flags():
    asked = operation("binary16", "mul")
    assert flag_byte({"overflow"}) == 5
    assert flags_of_row(asked, [0x7BFF, 0x7BFF], 0x7C00, "after") == 5
    assert least_normal(asked.result) == 2**-14
    assert Thresholds(asked.result, wider(asked)).inf > 0

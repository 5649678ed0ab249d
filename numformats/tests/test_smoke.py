# SPDX-License-Identifier: BSD-3-Clause
"""Does what is installed compute, print, save and load?  Seconds, and nothing of the repository."""

from __future__ import annotations

import math
import operator
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import numformats as nf

if TYPE_CHECKING:
    from pathlib import Path

# One of each family and code size.
NAMES = [
    "posit8",
    "posit32",
    "bposit16",
    "takum_linear64",
    "bfloat16",
    "float8_e4m3fn",
    "float4_e2m1fn",
    "binary64",
    "mlu32",
    "q15",
]
OPERATIONS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_arithmetic_is_that_of_the_oracle(name: str, operation: str) -> None:
    """Operands of every exponent, and long enough for the vectors of this CPU."""
    scalar = getattr(nf, name)
    oracle = nf.oracle.for_format(scalar)
    random = np.random.default_rng(20261130)
    codes = random.integers(0, 1 << scalar.format.bits, (2, 300), dtype=np.uint64)
    a, b = (nf.from_bits(row, scalar) for row in codes)
    with np.errstate(all="ignore"):
        got = nf.to_bits(OPERATIONS[operation](a, b))
    compute = getattr(oracle, operation)
    right = [compute(int(x), int(y)) for x, y in zip(*codes, strict=True)]
    assert [int(code) for code in got] == right


@pytest.mark.parametrize("name", NAMES)
def test_text_reads_back(name: str) -> None:
    """Every code of short formats, spread ones of long formats."""
    scalar = getattr(nf, name)
    bits = scalar.format.bits
    codes = np.arange(0, 1 << bits, max(1, (1 << bits) // 256), dtype=np.uint64)
    values = nf.from_bits(codes, scalar)
    values = values[~np.isnan(values)]
    again = np.array([str(x) for x in values], dtype=scalar)
    assert np.array_equal(nf.to_bits(again), nf.to_bits(values))


def test_exact_sums_and_products() -> None:
    """What rounding at each step loses."""
    ones = np.ones(1000, nf.bfloat16)
    assert float(nf.fsum(ones)) == 1000
    assert float(ones @ ones) == 1000
    assert nf.fsum(np.array([2.0**60, 1, -(2.0**60)])) == 1


def test_functions_are_rounded_once() -> None:
    """Known digits of e, and an exact power."""
    assert abs(float(np.exp(nf.posit32(1))) - math.e) < 2.0**-27  # half a unit: 26 bits of fraction
    assert np.exp2(np.array([3], nf.takum_linear16)).astype(float).tolist() == [8]


def test_files(tmp_path: Path) -> None:
    """What is saved is loaded with its format."""
    x = np.array([0.1, -2, 3], nf.posit16)
    nf.save(tmp_path / "x.npy", x)
    y = nf.load(tmp_path / "x.npy")
    assert y.dtype == x.dtype
    assert np.array_equal(nf.to_bits(y), nf.to_bits(x))


def test_levels_give_the_same_bits() -> None:
    """The level of this CPU and plain C, each in a process of its own."""
    program = (
        "import numpy as np, numformats as nf;"
        "x = nf.from_bits(np.arange(1, 30000, 7, dtype=np.uint64), nf.posit16);"
        "print(nf.to_bits(np.sqrt(x * x + x) / np.exp(x[::-1])).tobytes().hex())"
    )
    outputs = {
        subprocess.run(  # noqa: S603 - this Python
            [sys.executable, "-P", "-c", program],
            env=os.environ | level,
            capture_output=True,
            check=True,
        ).stdout
        for level in ({}, {"NUMFORMATS_LEVEL": "portable"})
    }
    assert len(outputs) == 1

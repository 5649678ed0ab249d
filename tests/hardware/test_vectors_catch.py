# SPDX-License-Identifier: BSD-3-Clause
"""Does level 1 catch a device that rounds wrongly in one way only?"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

import numformats as nf
from device_faults import MODELS
from numformats.hardware import operation
from numformats.hardware.vectors.draws import Draws
from numformats.hardware.vectors.levels import rows_of_level
from numformats.oracle import SquareRoot

STICKY = ["no sticky", "sticky lost below 4", "sticky lost below 7"]
BOTH = ["ties away", "ties to zero", "truncates", "no carry", "flushes", *STICKY]
POSIT = [*BOTH, "no rounding without fraction"]
# No root carries into the next binade: sqrt(4 - d) is below the midpoint 2 - d/4.
ROOTS = ["truncates", *STICKY]
CASES = [
    *((f, op, m) for f in ("posit16", "bposit16", "takum_linear16") for op in ("mul", "fma") for m in BOTH),
    *(("posit32", op, m) for op in ("mul", "div", "fma") for m in (*POSIT, "through double")),
    *(("posit16", "add", m) for m in POSIT if m != "flushes"),
    *(("posit16", "div", m) for m in POSIT),
    *((f, "sqrt", m) for f in ("posit16", "posit32", "binary32", "binary16") for m in ROOTS),
    ("posit32", "sqrt", "through double"),
    *(("binary16", op, m) for op in ("mul", "div", "fma") for m in (*BOTH, "overflows late")),
    *(("binary16", "add", m) for m in (*BOTH, "overflows late") if m != "flushes"),
    *(("binary32", op, m) for op in ("add", "mul", "div", "fma") for m in STICKY),
    ("binary32", "fma", "through double"),
    *(("q15", op, m) for op in ("mul", "div") for m in STICKY),
]  # fmt: skip


@cache
def rows_of(asked):
    columns = rows_of_level(asked, 1, Draws(20, f"{asked} level 1"), None)
    return list(zip(*(c.tolist() for c in columns), strict=True))


def caught(asked, model):
    """A row of level 1 where the model's result is another; they are tried far apart."""
    rows, oracle = rows_of(asked), nf.oracle.for_format(asked.result)
    for i in range(len(rows)):
        row = rows[i * 7919 % len(rows)]
        exact = asked.exact(*row)
        finite = isinstance(exact, Fraction | SquareRoot) and exact != 0
        if finite and model(oracle, exact) != asked.by_oracle(*row)[0]:
            return row
    return None


@pytest.mark.parametrize(("text", "op", "fault"), CASES)
def test_level_1_catches(text, op, fault):
    assert caught(operation(text, op), MODELS[fault]) is not None


def test_a_device_without_fault_is_not_caught():
    asked = operation("posit<6,es=1>", "mul")
    assert caught(asked, lambda oracle, exact: oracle.encode(exact)) is None

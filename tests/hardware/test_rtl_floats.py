# SPDX-License-Identifier: BSD-3-Clause
"""Are the truncating adder and the stochastic rounder right?"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from numformats.hardware import operation
from numformats.oracle import for_format
from numformats.oracle.values import floor_log2
from rtl_simulation import needs_icarus, simulate

pytestmark = needs_icarus


def sums(folder, exp, man, compute_man, rows):
    """The design's sums, and those of the format."""
    asked, bits = (
        operation(f"truncated<exp={exp},man={man},compute_man={compute_man}>", "add"),
        1 + exp + man,
    )
    parameters = {"EXP": exp, "MAN": man, "COMPUTE_MAN": compute_man}
    found = simulate(folder, "truncated_adder", {"a": bits, "b": bits}, {"result": bits}, rows,
                     parameters=parameters)  # fmt: skip
    return [r for (r,) in found], asked.reference(*asked.columns(rows)).tolist()


@pytest.mark.parametrize("widths", [(4, 3, 2), (3, 4, 2), (2, 3, 3)])
def test_sums_of_small_truncated_floats_at_all_pairs(tmp_path, widths):
    exp, man, _ = widths
    rows = list(itertools.product(range(2 << exp + man), repeat=2))
    found, expected = sums(tmp_path, *widths, rows)
    assert found == expected


def test_sums_of_mlu32_beside_every_cut(tmp_path):
    """Every distance of exponents with fractions whose last bits decide, and all kinds of numbers."""
    fractions = [0, 1, 7, 8, 0x7FFFF8, 0x7FFFFF, 0x400000, 0x2AAAAA]
    fields = [0, 1, 2, 20, 127, 128, 200, 253, 254, 255]
    rows = [
        (e << 23 | f, s << 31 | max(0, min(255, e - d)) << 23 | g)
        for e, d in itertools.product(fields, [*range(-2, 31), 60, 255])
        for f, g, s in itertools.product(fractions[::2], fractions, (0, 1))
    ]
    rng = np.random.default_rng(6)
    rows = [rows[i] for i in rng.permutation(len(rows))[:8000]]
    found, expected = sums(tmp_path, 8, 23, 20, rows)
    assert found == expected
    one, tiny = 127 << 23, 1 << 31 | (127 - 60) << 23
    found = simulate(tmp_path, "mlu32_adder", {"a": 32, "b": 32}, {"result": 32}, [(one, tiny)])
    assert found == [(0x3F7FFFF8,)]  # 1 - 2^-21


def cut(value):
    """D64 of a number on the grid of float8_e4m3fn, from the definition in the docs."""
    magnitude = abs(value)
    steps = magnitude / Fraction(2) ** (max(floor_log2(magnitude), -6) - 3)
    dropped = (steps - steps.__floor__()) * 2**64
    return dropped.__floor__() | (dropped.denominator != 1)


def test_the_rounder_goes_up_at_exactly_the_right_words(tmp_path):
    """At D64 - 1 and D64, where the answer turns, for all bfloat16 numbers: so for all words."""
    source, target = for_format("bfloat16"), for_format("float8_e4m3fn")
    rows, expected = [], []
    for code in range(1 << 16):
        value = source.decode(code)
        turn = cut(value) if isinstance(value, Fraction) and value else 0
        words = {0, turn, max(turn - 1, 0), 2**64 - 1}
        # far from the fractions' turning points the words are all alike
        for word in sorted(words)[:: 1 if code % 8 == 0 else 3]:
            rows.append((code, word))
            expected.append(target.encode(value, "stochastic", None, word))
    found = simulate(
        tmp_path, "stochastic_rounder", {"code": 16, "random": 64}, {"result": 8}, rows
    )
    assert [r for (r,) in found] == expected

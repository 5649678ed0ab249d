# SPDX-License-Identifier: BSD-3-Clause
"""Are functions right beside an exact value that is thousands of bits away?

Only formats of wide range that round in a direction can tell; random operands rarely come there.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import check, oracle_of

MODES = ("toward_zero", "toward_positive", "toward_negative", "to_odd", "nearest_even")
FAR = (150, 199, 200, 201, 2200, 16000)


def beside_powers_of_two(T, exponents):
    """Codes of both signs: 2^e, and what follows it."""
    oracle = oracle_of(T)
    codes = [oracle.encode(Fraction(2) ** e) + more for e in exponents for more in (0, 1)]
    return np.array([*codes, *map(oracle.neg, codes)], np.uint64)


@pytest.mark.parametrize("mode", MODES)
def test_a_logarithm_beside_far_equal_arguments(mode):
    """x + ln 2, x + 1"""
    T = nf.Float(15, 48, rounding=mode)
    codes = beside_powers_of_two(T, FAR)
    for name in ("logaddexp", "logaddexp2"):
        assert check(T, name, codes, codes) == len(codes)


@pytest.mark.parametrize("mode", MODES)
def test_a_logarithm_beside_one(mode):
    """log2(2^x + 2^y) = 1 + (x + y) / 2 + ..., x and y next to 0"""
    T = nf.Float(15, 48, rounding=mode)
    codes = np.append(beside_powers_of_two(T, (-e for e in FAR)), np.uint64(oracle_of(T).encode(0)))
    x, y = np.repeat(codes, len(codes)), np.tile(codes, len(codes))
    for name in ("logaddexp", "logaddexp2"):
        assert check(T, name, x, y) == len(codes) ** 2


@pytest.mark.parametrize("mode", MODES)
def test_powers_of_one_and_a_far_number(mode):
    """(1 + x)^n = x^n (1 + n/x + ...)"""
    T = nf.Float(15, 48, rounding=mode)
    codes = beside_powers_of_two(T, FAR)
    for n in (-7, -2, -1, 1, 2, 3, 7):
        assert check(T, "compound", codes, np.full(len(codes), n)) == len(codes)

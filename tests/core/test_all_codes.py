# SPDX-License-Identifier: BSD-3-Clause
"""Is every result of the narrow formats, code by code, what the oracle says?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import (
    COMPARISONS,
    UNARY,
    all_codes,
    array,
    check,
    compare,
    named,
    oracle_of,
    pairs,
    raised,
)
from narrow_formats import NARROW, SMALL
from numformats.oracle import Special

MIDDLE = named(16)

by_narrow = pytest.mark.parametrize("T", NARROW.values(), ids=NARROW)
by_middle = pytest.mark.parametrize("T", MIDDLE.values(), ids=MIDDLE)
by_small = pytest.mark.parametrize("T", SMALL, ids=lambda T: T.__name__)


# ---- codes and values --------------------------------------------------------------------------


@pytest.mark.parametrize("T", [*MIDDLE.values(), *SMALL[len(NARROW) :]], ids=lambda T: T.__name__)
def test_every_code_decodes_and_encodes(T):
    """Through Fractions, that is objects: the exact value of each code and back."""
    oracle = oracle_of(T)
    codes = all_codes(T)
    values = array(T, codes)
    symmetric = T.format.overflow == "saturate_symmetric"  # its lowest code comes from bits only
    unused = 1 << (T.format.bits - 1) if symmetric else None
    for code, x in zip(codes.tolist(), values, strict=True):
        value = oracle.decode(code)
        if code == unused:
            assert raised(T, value) == (T.from_bits(code + 1), {"overflow"})
        elif isinstance(value, Fraction):
            assert Fraction(*x.as_integer_ratio()) == value, hex(code)
            assert oracle.encode(value) == T(value).bits, hex(code)
            assert T(value).bits == code or oracle.decode(T(value).bits) == value
        elif value is Special.NEG_ZERO:
            assert float(x) == 0
            assert np.signbit(x)
        elif value is Special.NAN:
            assert np.isnan(x)
            assert np.isnan(float(x))
        else:
            assert float(x) == float(value.value)


# ---- all operands ------------------------------------------------------------------------------


@by_middle
@pytest.mark.parametrize("op", UNARY)
def test_unary(T, op):
    check(T, op, all_codes(T))


@by_middle
def test_steps_up_and_down(T):
    """Nextafter toward the highest and the lowest value, and from each code to itself."""
    oracle = oracle_of(T)
    codes = all_codes(T)
    codec = oracle.codec
    for place in (codec.last, codec.first):
        end = np.full_like(codes, codec.at_index(place))
        check(T, "nextafter", codes, end)
    check(T, "nextafter", codes, codes)


@by_small
@pytest.mark.parametrize("op", UNARY)
def test_unary_of_small_formats(T, op):
    check(T, op, all_codes(T))


@by_narrow
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div"])
def test_all_pairs(T, op):
    check(T, op, *pairs(T))


@by_narrow
def test_all_pairs_in_order(T):
    """The six comparisons, from one comparison of exact values for each pair."""
    oracle = oracle_of(T)
    a, b = pairs(T)
    order = np.array(
        [oracle._compare(x, y) or 0 for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    )
    none = np.array(
        [oracle._compare(x, y) is None for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    )
    want = {
        "equal": ~none & (order == 0),
        "not_equal": none | (order != 0),
        "less": order < 0,
        "less_equal": ~none & (order <= 0),
        "greater": order > 0,
        "greater_equal": ~none & (order >= 0),
    }
    x, y = array(T, a), array(T, b)
    for op in COMPARISONS:
        got, flags = raised(getattr(np, op), x, y)
        compare(T.__name__, op, (a, b), [got], [want[op]])
        assert not flags


BELOW_SEVEN_BITS = [T for T in SMALL if T.format.bits < 7]
OTHER_PAIRS = ("floor_divide", "remainder", "fmod", "ieee_remainder", "divmod", "copysign", "nextafter", "maximum",
               "minimum", "fmax", "fmin", "heaviside", *COMPARISONS)  # fmt: skip


@pytest.mark.parametrize("T", BELOW_SEVEN_BITS, ids=lambda T: T.__name__)
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", *OTHER_PAIRS])
def test_all_pairs_of_tiny_formats(T, op):
    check(T, op, *pairs(T))


@pytest.mark.parametrize("T", SMALL[len(NARROW) :], ids=lambda T: T.__name__)
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "floor_divide", "remainder"])
def test_pairs_of_parametric_formats(T, op):
    """All pairs of up to 6 bits, else 6,000 of them."""
    rng = np.random.default_rng(7)
    a, b = pairs(T) if T.format.bits <= 6 else (rng.choice(all_codes(T), 6000) for _ in "ab")
    check(T, op, a, b)


@by_small
@pytest.mark.parametrize("op", ["powi", "ldexp"])
def test_powers(T, op):
    codes = all_codes(T)[:: max(1, (1 << T.format.bits) // 256)]
    exponents = np.array([-64, -9, -3, -2, -1, 0, 1, 2, 3, 5, 17, 63, 64])
    a, k = (x.ravel() for x in np.meshgrid(codes, exponents))
    check(T, op, a, k)


def test_the_table_of_all_formats_is_covered():
    assert set(MIDDLE) == {n for n, T in nf.formats().items() if T.format.bits <= 16}
    assert {"posit8", "float4_e2m1fn", "q7", "takum_linear8", "float8_e8m0fnu"} <= set(NARROW)

# SPDX-License-Identifier: BSD-3-Clause
"""Is a function exact where its value is short, and on the right side where it is beside such a value?"""

from fractions import Fraction

import pytest

from numformats.oracle import Row, Special, for_format
from numformats.oracle.functions import NAMES_INT
from oracle_rows import BINARY32, two

MODES = ("nearest_even", "toward_zero", "toward_positive", "toward_negative", "to_odd")
HALF = Fraction(1, 2)
POSIT32 = Row(family="posit", bits=32)

EXACT = [
    ("rsqrt", 64, HALF**3),
    ("rsqrt", HALF**10, 32),
    ("cbrt", -27, -3),
    ("cbrt", Fraction(27, 64), Fraction(3, 4)),
    ("exp2", -7, two(-7)),
    ("exp2m1", 7, 127),
    ("exp2m1", -3, Fraction(-7, 8)),
    ("exp10", 3, 1000),
    ("exp10m1", 2, 99),
    ("log", 1, 0),
    ("log2", 1024, 10),
    ("log2", HALF**9, -9),
    ("log2p1", 255, 8),
    ("log2p1", Fraction(-7, 8), -3),
    ("log10", 1000, 3),
    ("log10p1", 99, 2),
    ("sinpi", Fraction(3, 2), -1),
    ("cospi", 3, -1),
    ("tanpi", Fraction(5, 4), 1),
    ("tanpi", Fraction(3, 4), -1),
    ("sinc", 5, 0),
    ("arcsinpi", -1, -HALF),
    ("arccospi", -1, 1),
    ("arccospi", 1, 0),
    ("arctanpi", 1, Fraction(1, 4)),
    ("arccos", 1, 0),
    ("arccosh", 1, 0),
    ("sigmoid", 0, HALF),
    ("gamma", 8, 5040),
    ("lgamma", 1, 0),
    ("lgamma", 2, 0),
    ("erfc", 0, 1),
    ("hypot", 5, -12, 13),
    ("pow", 9, HALF * 5, 243),
    ("pow", 16, Fraction(-3, 4), Fraction(1, 8)),
    ("pow", -3, 5, -243),
    ("pow", HALF, -4, 16),
    ("pow", Fraction(81, 16), Fraction(3, 4), Fraction(27, 8)),
    ("arctan2pi", 3, 3, Fraction(1, 4)),
    ("arctan2pi", -3, -3, Fraction(-3, 4)),
    ("arctan2pi", 2, 0, HALF),
    ("logaddexp2", 3, 3, 4),
    ("logaddexp2", -1, -1, 0),
]


@pytest.mark.parametrize("row", [BINARY32, POSIT32], ids=["binary32", "posit32"])
@pytest.mark.parametrize("case", EXACT, ids=lambda c: " ".join(map(str, c)))
def test_exact_values_in_every_rounding(row, case):
    name, *operands, value = case
    modes = MODES if row.family == "float" else ["nearest_even"]
    for mode in modes:
        changed = Row(**{n: getattr(row, n) for n in Row.__slots__} | {"rounding": mode})
        oracle = for_format(changed)
        got = oracle.decode(getattr(oracle, name)(*map(oracle.encode, operands)))
        assert got == value, mode
        assert not oracle.last_flags


@pytest.mark.parametrize("n", [1, 2, 3, -1, -2, 10])
def test_exact_powers_and_roots(n):
    oracle = for_format(BINARY32)
    for x in (Fraction(3, 2), Fraction(4), Fraction(5, 4), HALF):
        value = x**n
        assert oracle.compound(oracle.encode(x - 1), n) == oracle.encode(value)
        assert oracle.decode(oracle.rootn(oracle.encode(x**10), 10)) == x
    assert oracle.decode(oracle.rootn(oracle.encode(two(-30)), -3)) == 1024
    assert oracle.decode(oracle.rootn(oracle.encode(-27), 3)) == -3
    assert oracle.decode(oracle.compound(oracle.encode(-HALF), 2**40)) == 0
    one = oracle.encode(1)
    assert oracle.decode(oracle.compound(one, 2**70)) is Special.INF
    assert oracle.last_flags == {"overflow"}


TINY = two(-14)  # whose square is lost beside 1
BESIDE = [  # function, operands, the exact number beside, on which side of it the value is
    ("exp", TINY / 4, 1, 1),
    ("exp", -TINY / 4, 1, -1),
    ("expm1", TINY / 4, TINY / 4, 1),
    ("expm1", -20, -1, 1),
    ("exp2m1", -40.5, -1, 1),
    ("exp10m1", -30, -1, 1),
    ("exp2", TINY / 8, 1, 1),
    ("exp10", -TINY / 8, 1, -1),
    ("log1p", TINY / 4, TINY / 4, -1),
    ("sin", TINY / 4, TINY / 4, -1),
    ("cos", TINY / 4, 1, -1),
    ("tan", TINY / 4, TINY / 4, 1),
    ("arcsin", TINY / 4, TINY / 4, 1),
    ("arctan", TINY / 4, TINY / 4, -1),
    ("sinh", -TINY / 4, -TINY / 4, -1),
    ("cosh", TINY / 4, 1, 1),
    ("tanh", 600, 1, -1),
    ("tanh", -30, -1, 1),
    ("arcsinh", TINY / 4, TINY / 4, -1),
    ("arctanh", TINY / 4, TINY / 4, 1),
    ("cospi", TINY / 4, 1, -1),
    ("sinc", TINY / 4, 1, -1),
    ("sigmoid", TINY / 4, HALF, 1),
    ("sigmoid", 1000, 1, -1),
    ("softplus", 700, 700, 1),
    ("softplus", 40, 40, 1),
    ("silu", 700, 700, -1),
    ("silu", TINY / 4, TINY / 8, 1),
    ("gelu", 50, 50, -1),
    ("erf", 30, 1, -1),
    ("erf", -8, -1, 1),
    ("erfc", -20, 2, -1),
    ("erfc", TINY / 8, 1, -1),
    ("hypot", 2048, TINY, 2048, 1),
    ("pow", 1 + two(-10), TINY / 8, 1, 1),
    ("arctan2pi", TINY / 16, -60000, 1, -1),
    ("arctan2pi", 2048, TINY / 16, HALF, -1),
    ("logaddexp", 1024, -1024, 1024, 1),
    ("logaddexp2", TINY / 4, -TINY / 4, 1, 1),
    ("logaddexp2", 40, 0, 40, 1),
    ("gamma", TINY / 64, two(20), -1),
]


FAR = two(1000)
FAR_BESIDE = [
    ("gamma", 1 / FAR, FAR, -1),
    ("gamma", -1 / FAR, -FAR, -1),
    ("log1p", -1 / FAR, -1 / FAR, -1),
    ("expm1", -1 / FAR, -1 / FAR, 1),
    ("log2p1", FAR, 1000, 1),
    ("arccospi", 1 / FAR, HALF, -1),
    ("arccospi", -1 / FAR, HALF, 1),
    ("erfc", 1 / FAR, 1, -1),
    ("erfc", -1 / FAR, 1, 1),
    ("silu", -1 / FAR, -1 / FAR / 2, 1),
    ("gelu", -1 / FAR, -1 / FAR / 2, 1),
    ("hypot", FAR, -1, FAR, 1),
    ("pow", FAR, -1 / FAR, 1, -1),
    ("arctan2", -1 / FAR, FAR, -1 / FAR**2, 1),
    ("arctan2pi", FAR, 1, HALF, -1),
    ("arctan2pi", FAR, -1, HALF, 1),
    ("arctan2pi", -FAR, -1, -HALF, -1),
    ("arctan2pi", -1, -FAR, -1, 1),
    ("logaddexp", FAR, FAR / 2, FAR, 1),
    ("logaddexp", FAR, FAR, FAR, 1),
    ("logaddexp2", -FAR, -2 * FAR, -FAR, 1),
    ("logaddexp2", 1 / FAR, -2 / FAR, 1, -1),
    ("logaddexp2", 2 / FAR, -1 / FAR, 1, 1),
    ("compound", FAR, 2, FAR**2, 1),
    ("compound", FAR, -2, 1 / FAR**2, -1),
    ("compound", -1 / FAR, 7, 1, -1),
    ("compound", -1 / FAR, -7, 1, 1),
    ("rootn", 2, 2**62, 1, 1),
]
KINDS = {
    "as it is": (BESIDE, {"exp": 6, "man": 10}),
    "with longer range": (BESIDE, {"exp": 9, "man": 10}),
    "far": (FAR_BESIDE, {"exp": 16, "man": 16}),
}


@pytest.mark.parametrize(
    ("kind", "case"),
    [(kind, case) for kind, (cases, _) in KINDS.items() for case in cases],
)
def test_directed_and_odd_rounding_beside_exact_values(kind, case):
    name, *operands, beside, side = case
    fields = KINDS[kind][1]
    nearest = for_format(Row(family="float", **fields))
    code = nearest.encode(beside)
    assert nearest.decode(code) == beside
    other = (nearest.next_up if side > 0 else nearest.next_down)(code)
    whole = operands[1:] if name in NAMES_INT else []
    codes = [nearest.encode(Fraction(x)) for x in operands[: len(operands) - len(whole)]] + whole
    assert getattr(nearest, name)(*codes) == code
    shrinks = (side > 0) == (beside < 0)
    for mode, moves in (
        ("toward_positive", side > 0),
        ("toward_negative", side < 0),
        ("toward_zero", shrinks),
        ("to_odd", code % 2 == 0),
    ):
        oracle = for_format(Row(family="float", **fields, rounding=mode))
        assert getattr(oracle, name)(*codes) == (other if moves else code), mode
        assert not oracle.last_flags

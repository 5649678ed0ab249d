# SPDX-License-Identifier: BSD-3-Clause
"""Is a bound of one operation never below its error, by the oracle, and never far above the worst?

Soundness over all pairs of codes of small formats of every family and rounding, with a tightness: in
each binade of exact results, the largest bound is at most twice the largest error.  Large
formats at operands next to midpoints, regime changes, thresholds of flushing and the ends.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from constructed import edges, operands
from helpers import NAMED, array, ids, oracle_of
from measured_errors import METHODS, all_tuples, compare_with_bounds, exact_value
from numformats.analysis import model

ROUNDINGS = ("nearest_even", "nearest_away", "nearest_zero", "nearest_positive", "nearest_negative",
             "toward_zero", "toward_positive", "toward_negative", "to_odd", "stochastic")  # fmt: skip
CUTS = ("result", "operand", "align", "product", "rounded")

SMALL = [
    nf.Posit(2), nf.Posit(4, es=0), nf.Posit(5, es=1), nf.Posit(6, es=2), nf.Posit(6, es=5),
    nf.BPosit(5, rs=2, es=1), nf.BPosit(6, rs=3, es=3), nf.BPosit(6, rs=3, es=0),
    nf.Float(3, 2), nf.Float(2, 3, inf="none", nan="none"), nf.Float(3, 1, subnormals=False),
    nf.Float(3, 2, signed=False), nf.Float(1, 3, inf="none", nan="none"),
    nf.Float(5, 0, signed=False, zero=False, subnormals=False, inf="none", nan="all_ones", rounding="nearest_away"),
    nf.P3109(6, 3), nf.P3109(5, 2, signed=False), nf.P3109(5, 3, extended=False),
    nf.P3109(5, 3, overflow="saturate_finite"),
    nf.Fixed(5, 3), nf.Fixed(5, -2), nf.Fixed(4, 6, signed=False), nf.Fixed(5, 2, overflow="wrap"),
    nf.Fixed(5, 4, overflow="saturate_symmetric"), nf.Fixed(5, 4, overflow="zero", signed=False),
    *(nf.Float(2, 2, rounding=r) for r in ROUNDINGS[1:]),
    *(nf.Float(2, 2, rounding=r, signed=False, inf="none", nan="none") for r in ROUNDINGS[1:]),
    nf.Float(3, 1, rounding="nearest_even", subnormals=False), nf.Float(3, 2, rounding="to_odd", subnormals=False),
    *(nf.Fixed(5, 2, rounding=r) for r in ROUNDINGS[1:]),
    nf.Fixed(4, 3, rounding="toward_negative", signed=False, overflow="wrap"),
    *(nf.TruncatedFloat(3, 2, 1, truncate=c) for c in CUTS),
    *(nf.TruncatedFloat(3, 2, 1, truncate=c, ftz=False, daz=False) for c in CUTS),
    *(nf.TruncatedFloat(2, 3, m, truncate=c, daz=False) for m, c in ((0, "rounded"), (3, "result"))),
]  # fmt: skip
# Eight bits: takums have no fewer, and a regime of a b-posit may end within the word.
EIGHT = [nf.takum_linear8, nf.posit8, nf.bposit8q, nf.BPosit(8, rs=3, es=5), nf.float8_e8m0fnu]
LARGE = [T for T in NAMED.values() if T.format.bits > 8] + [
    nf.Posit(64, es=5), nf.BPosit(20, rs=4, es=3), nf.Float(9, 48), nf.Float(3, 60),
    nf.Float(8, 7, rounding="toward_negative"), nf.Float(11, 52, rounding="to_odd"), nf.Fixed(64, 70),
    nf.Fixed(40, 20, rounding="toward_zero"), nf.Fixed(17, 9, signed=False, overflow="wrap"),
    *(nf.TruncatedFloat(truncate=c) for c in CUTS[1:]), nf.TruncatedFloat(11, 52, 30, truncate="align", ftz=False),
    nf.TruncatedFloat(5, 58, 55, truncate="operand"), nf.TruncatedFloat(9, 48, 40, truncate="rounded", ftz=False),
]  # fmt: skip


def bounds_of(T, op):
    return lambda *xs: model(T).bound(op, *xs)


@pytest.mark.parametrize("T", SMALL, ids=ids)
def test_bounds_at_all_pairs_of_codes(T):
    for op in METHODS:
        arity = {"sqrt": 1, "square": 1, "reciprocal": 1, "fma": 3}.get(op, 2)
        if T.format.bits > (4 if arity == 3 else 5 if op == "subtract" else 7):
            continue
        cases = list(all_tuples(T, arity))
        wrong, lax = compare_with_bounds(T, op, cases, bounds_of(T, op))
        assert not wrong, (op, wrong[:3])
        # An operation of one operand has too few results for the worst error of each binade.
        assert not lax or arity == 1, (op, lax)


@pytest.mark.parametrize("T", EIGHT, ids=ids)
def test_bounds_at_many_pairs_of_eight_bits(T):
    rng = random.Random(1)
    codes = sorted({*range(0, 256, 17), *range(1, 5), *range(124, 133), *range(252, 256)})
    cases = [(a, b) for a in codes for b in range(256)]
    for op in ("add", "multiply", "divide"):
        wrong, _ = compare_with_bounds(T, op, rng.sample(cases, 800), bounds_of(T, op))
        assert not wrong, (op, wrong[:3])


@pytest.mark.parametrize("T", LARGE, ids=ids)
def test_bounds_at_constructed_operands(T):
    oracle = oracle_of(T)
    for op, (method, _) in METHODS.items():
        cases = operands(oracle, method, 10, seed=7)
        wrong, _ = compare_with_bounds(T, op, cases, bounds_of(T, op))
        assert not wrong, (op, wrong[:3])


@pytest.mark.parametrize(
    ("T", "op", "codes"),
    [
        (nf.TruncatedFloat(6, 57, 30, truncate="product"), "add", (9367487224930631680, 9367487224930631678)),
        (nf.TruncatedFloat(6, 57, 30, truncate="align", daz=False), "add", (3891110078048108544, 3891110078048108543)),
        (nf.TruncatedFloat(6, 57, 30, truncate="align", daz=False), "subtract", (18158513697557839872, 18158513697557839871)),
        (nf.TruncatedFloat(6, 57, 30, truncate="rounded", ftz=False), "square", (9367487224930631678,)),
    ],
    ids=str,
)  # fmt: skip
def test_operands_that_float64_rounds_to_another_scale(T, op, codes):
    """Found by more operands than the tests have: 58 bits, just below a power of two."""
    wrong, _ = compare_with_bounds(T, op, [codes], bounds_of(T, op))
    assert not wrong


def neighbourhoods(T):
    """Exact numbers next to values, midpoints and thresholds, the least value and the last one."""
    oracle = oracle_of(T)
    last = 1 << T.format.bits
    codes = [c for c in edges(oracle) if c < last][:: max(1, len(edges(oracle)) // 40)]
    for code in codes:
        here, there = exact_value(oracle, code), exact_value(oracle, oracle.next_up(code))
        if here is None or there is None:
            continue
        middle = (here + there) / 2
        points = {here, middle}
        if here > 0 and there > here:  # geometric means are thresholds of posits
            points |= {here * Fraction(2) ** k for k in (1, 2, 4)}
        for x in points:
            tiny = abs(x) / 2**80
            yield from (x, x + tiny, x - tiny)


@pytest.mark.parametrize("T", [*SMALL, *LARGE], ids=ids)
def test_conversions_of_exact_numbers(T):
    oracle = oracle_of(T)
    numbers = sorted(set(neighbourhoods(T)))
    found = model(T).bound("rounding", np.array(numbers, dtype=object))
    finite = 0
    for x, bound in zip(numbers, found.tolist(), strict=True):
        if bound == np.inf:
            continue
        for word in (0, 2**64 - 1):
            result = exact_value(oracle, oracle.encode(x, random=word))
            assert result is not None, x
            assert abs(result - x) <= Fraction(bound), (x, result, bound)
        finite += 1
    assert finite > len(numbers) // 4


def test_a_saturated_or_flushed_result_is_told_from_one_that_is_rounded():
    cases = [
        (nf.posit16, "multiply", 2.0**50, 2.0**10, np.inf), (nf.posit16, "multiply", 2.0**50, 2.0**6, 0.0),
        (nf.q15, "add", 0.5, 0.5, np.inf), (nf.q15, "add", -0.5, -0.5, 0.0),
        (nf.binary16, "add", 65504, 15, 16.0), (nf.binary16, "add", 65504, 16, np.inf),
        (nf.float8_e4m3fn, "add", 448, 16, 16.0), (nf.float8_e4m3fn, "add", 448, 17, np.inf),
        (nf.mlu32, "multiply", 2.0**-64, 2.0**-63, 2.0**-127 * (1 + 2**-52)), (nf.mlu32, "multiply", 2.0**-63, 2.0**-63, 0.0),
        (nf.posit8, "multiply", 2.0**-20, 2.0**-20, None), (nf.binary16, "divide", 1, 0, np.inf),
        (nf.float8_e8m0fnu, "subtract", 1, 1, np.inf), (nf.binary32, "sqrt", -1, None, np.inf),
    ]  # fmt: skip
    for T, op, x, y, expected in cases:
        found = model(T).bound(op, *(v for v in (x, y) if v is not None))
        if expected is None:
            error = float(Fraction(2) ** -24 - Fraction(2) ** -40)  # up to minpos
            assert error <= found <= error * (1 + 2**-50)
        else:
            assert found == expected, (T, op, x, y)


def test_forms_of_operations_and_operands():
    m = model("posit16")
    x, y = np.array([1.5, 3.0]).astype(nf.posit16), [[2.0], [0.001]]
    expected = m.bound("multiply", x.astype(float), np.array(y))
    assert expected.shape == (2, 2)
    import operator

    for name in (np.multiply, "mul", operator.mul):
        assert np.array_equal(m.bound(name, x, y), expected)
    assert m.bound(np.divide, 1, 3) == m.bound("truediv", nf.posit16(1), Fraction(3)) > 0
    assert m.bound(nf.fma, 1, 2, 3) == 0.0
    assert isinstance(m.bound("add", nf.posit16(1), 2), float)
    assert m.bound("add", 2**70, Fraction(1, 3)) == np.inf
    for T in (nf.posit16, nf.posit16.format, nf.posit16.dtype, x):
        assert model(T) is m
    assert model(np.float32).format is model(np.dtype("f4")).format is model("float32").format
    assert model(np.float32).format == nf.binary32.format
    assert model(float).format == nf.binary64.format
    assert m.bound("add", np.array([], nf.posit16), 1.0).shape == (0,)


def test_bad_questions_get_an_answer():
    m = model(nf.posit16)
    with pytest.raises(ValueError, match="'exp'; there are: add"):
        m.bound(np.exp, 1)
    with pytest.raises(ValueError, match="add takes 2 operands, not 1"):
        m.bound("add", 1)
    with pytest.raises(TypeError):
        m.bound("add", 1j, 1)
    with pytest.raises(TypeError):
        m.bound("add", "one", 1)
    with pytest.raises(TypeError, match="not a number format"):
        model(int)


def test_bounds_of_a_wide_format_know_bits_that_float64_lacks():
    x = nf.from_bits(np.array([2**62 + 1, 2**61 + 3], np.uint64), nf.Fixed(64, 0))
    assert (model(nf.Fixed(64, 0)).bound("add", x, x[::-1]) == [np.inf, np.inf]).all() or (
        model(nf.Fixed(64, 0)).bound("add", x, x[::-1]) == 0
    ).all()
    half = array(nf.Fixed(64, 0), [2**60 + 1])
    assert model(nf.Fixed(64, 0)).bound("add", half, half) == 0  # exact, though float64 rounds it

# SPDX-License-Identifier: BSD-3-Clause
"""Are elements of linspace and arange the exact fractions, each rounded once?"""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf

FORMATS = [
    nf.posit8, nf.posit16, nf.posit64, nf.bposit64, nf.takum_linear64, nf.bfloat16, nf.binary64,
    nf.float8_e8m0fnu, nf.float8_e4m3fn, nf.float4_e2m1fn, nf.Float(8, 0, inf="none", nan="none"),
    nf.Float(2, 1), nf.Float(9, 54, rounding="to_odd"), nf.mlu32, nf.q15, nf.Fixed(16, 8),
    nf.Fixed(64, 60), nf.Fixed(64, 0), nf.Fixed(5, 2, signed=False), nf.Fixed(8, 3, overflow="wrap"),
    nf.Fixed(12, 4, rounding="toward_negative"), nf.Posit(3, es=0), nf.Posit(64, es=5),
]  # fmt: skip
# Both ends, as exact numbers: of either sign, the same, far apart, of no format.
ENDS = [
    (-1, 1), (0, 1), (1, 0), (0.5, 0.5), (-3, Fraction(1, 3)), (Fraction(-1, 7), Decimal("0.1")),
    (0, 0), (1e-30, 1), (2**70, -(3**50)), (1e-300, 1e300), (5e-324, 3), (0, 2**64 + 1),
]  # fmt: skip
NUMBERS = [1, 2, 3, 4, 7, 50, 257]


def wanted(T: Any, exact: list[Fraction]) -> list[int]:
    oracle = nf.oracle.for_format(T)
    return [oracle.encode(x) for x in exact]


def between(a: Any, b: Any, num: int, endpoint: bool) -> list[Fraction]:
    """From the definition: start + i (stop - start) / div."""
    div = num - 1 if endpoint else num
    a, b = Fraction(a), Fraction(b)
    return [a + i * (b - a) / div if div else a for i in range(num)]


@pytest.mark.parametrize("T", FORMATS, ids=str)
@pytest.mark.parametrize("endpoint", [True, False])
def test_linspace_of_outside_numbers(T, endpoint):
    for a, b in ENDS:
        for num in NUMBERS:
            with np.errstate(all="ignore"):
                got = nf.linspace(a, b, num, endpoint, dtype=T)
            assert got.dtype == T
            assert nf.to_bits(got).tolist() == wanted(T, between(a, b, num, endpoint)), (a, b, num)


@pytest.mark.parametrize("T", FORMATS, ids=str)
def test_linspace_between_scalars(T):
    """Also NumPy's own function, which would compute stop - start in the format."""
    rng = np.random.default_rng(T.format.bits)
    codes = rng.integers(0, 2**T.format.bits, (30, 2), dtype=np.uint64)
    pairs = [
        p for p in nf.from_bits(codes.astype(f"u{T.dtype.itemsize}"), T) if np.isfinite(p).all()
    ]
    for a, b in pairs:
        ends = Fraction(*a.as_integer_ratio()), Fraction(*b.as_integer_ratio())
        for function in (nf.linspace, np.linspace):
            got = function(a, b, 9)
            assert got.dtype == T
            assert nf.to_bits(got).tolist() == wanted(T, between(*ends, 9, endpoint=True)), (a, b)
            assert (got[0], got[-1]) == (a, b)


def test_the_examples_of_the_field():
    q, F = nf.q15, nf.Fixed(16, 8)
    assert np.linspace(q(-0.5), q(0.5), 5).astype(float).tolist() == [-0.5, -0.25, 0, 0.25, 0.5]
    exact = np.array([Fraction(-100) + Fraction(200 * i, 399) for i in range(400)], object)
    assert np.array_equal(np.linspace(F(-100), F(100), 400), exact.astype(F))
    assert np.linspace(0, 0.5, 3, dtype=q).astype(float).tolist() == [0, 0.25, 0.5]
    e8m0 = nf.float8_e8m0fnu
    assert np.linspace(e8m0(1), e8m0(4), 4).astype(float).tolist() == [1, 2, 4, 4]  # 3 ties up


@pytest.mark.parametrize("T", [nf.posit16, nf.q15, nf.bfloat16], ids=str)
def test_linspace_beside_a_midpoint(T):
    """The middle of three lies just beside the midpoint of two neighbours: 2^-80 decides."""
    a = T(0.25)
    b = np.nextafter(a, T(0.5))
    exact = Fraction(*a.as_integer_ratio()), Fraction(*b.as_integer_ratio())
    far = Fraction(1, 2**80)
    assert nf.linspace(exact[0], exact[1] - far, 3, dtype=T)[1] == a
    assert nf.linspace(exact[0], exact[1] + far, 3, dtype=T)[1] == b


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_shapes_axes_and_steps_are_numpys(axis):
    start, stop = np.array([[0.0], [1.0]]), np.array([2.0, 4.0, 8.0])
    for num, endpoint in [(5, True), (4, False), (0, True), (1, True), (1, False)]:
        ours, step = nf.linspace(
            start.astype(nf.posit32), stop, num, endpoint, retstep=True, axis=axis, dtype=nf.posit32
        )
        theirs, their_step = np.linspace(start, stop, num, endpoint, retstep=True, axis=axis)
        np.testing.assert_array_equal(ours.astype(float), theirs.astype(nf.posit32).astype(float))
        assert ours.dtype == nf.posit32
        np.testing.assert_array_equal(np.asarray(step, float), their_step)


def test_dtype_of_the_result():
    p, b = nf.posit16, nf.bfloat16
    assert nf.linspace(p(0), 1, 3).dtype == p
    assert nf.linspace(0, p(1), 3).dtype == p
    assert nf.linspace(p(0), b(1), 3).dtype == np.result_type(p, b)
    assert nf.linspace(p(0), np.float64(1), 3).dtype == np.float64
    assert nf.linspace(p(0), np.int64(1), 3).dtype == p
    assert nf.linspace([p(0), p(1)], [2, 3], 3).dtype == p
    assert nf.linspace(0, 1, 3).dtype == np.float64
    assert nf.linspace(0, 1, 3, dtype="f4").dtype == np.float32
    assert nf.arange(3, dtype=np.dtype(">f8")).dtype == np.float64
    for bad in (int, complex, object, "U3"):
        with pytest.raises(TypeError, match="dtype"):
            nf.linspace(0, 1, 3, dtype=bad)


def test_numpys_floats_are_correctly_rounded():
    got = nf.linspace(0, 1, 50)
    assert got.tolist() == [float(Fraction(i, 49)) for i in range(50)]
    assert nf.arange(0, 1, Decimal("0.1")).tolist() == [float(Decimal(i) / 10) for i in range(10)]


def test_infinities_and_nan():
    T = nf.bfloat16
    inf, nan = math.inf, math.nan
    for (a, b), want in {
        (0, inf): [0, inf, inf, inf],
        (-inf, 10**400): [-inf, -inf, -inf, inf],
        (-inf, inf): [-inf, nan, nan, inf],
        (inf, inf): [inf, inf, inf, inf],
        (nan, 1): [nan, nan, nan, 1],
    }.items():
        with np.errstate(over="ignore"):  # 10**400 overflows
            got = nf.linspace(a, b, 4, dtype=T)
        np.testing.assert_array_equal(got.astype(float), want)
    with np.errstate(invalid="ignore"):  # infinity is NaR
        assert np.isnan(nf.linspace(0, inf, 3, dtype=nf.posit8)[1:]).all()


def test_flags_and_stochastic_rounding():
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        nf.linspace(0, 2, 3, dtype=nf.q15)
    T = nf.Float(8, 7, rounding="stochastic")
    nf.seed(3)
    first = nf.linspace(0, 1, 1000, dtype=T)
    nf.seed(3)
    assert np.array_equal(first, nf.linspace(0, 1, 1000, dtype=T))
    assert not np.array_equal(first, nf.linspace(0, 1, 1000, dtype=T))
    nf.seed(3)  # element i takes word i, as in a cast; the exact one is the same integer path
    far = nf.linspace(Fraction(1, 3**100), 1 + Fraction(1, 3**100), 1000, dtype=T)
    assert np.count_nonzero(far != first) < 3


@pytest.mark.parametrize("T", FORMATS, ids=str)
def test_arange(T):
    for start, stop, step in [
        (0, 3, Fraction(1, 2)),
        (0, 1, Fraction(1, 10)),
        (2, -2, Fraction(-1, 3)),
        (-1, 2**65, 2**60 + 1),
        (0, 1, 1e-2),
        (1, 1, 1),
        (0, Fraction(1, 10**30), 1),
    ]:
        exact = []
        while (stop - start) * (1 if step > 0 else -1) > len(exact) * abs(Fraction(step)):
            exact.append(start + len(exact) * Fraction(step))
        with np.errstate(all="ignore"):
            got = nf.arange(start, stop, step, dtype=T)
        assert nf.to_bits(got).tolist() == wanted(T, exact), (start, stop, step)


def test_arange_of_scalars():
    p, q = nf.posit16, nf.q15
    assert nf.arange(p(3)).astype(float).tolist() == [0, 1, 2]
    got = nf.arange(q(-1), q(0.75), q(0.25))
    assert got.dtype == q
    assert got.astype(float).tolist() == [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5]


def test_bad_arguments():
    with pytest.raises(ValueError, match="num=-1: must not be negative"):
        nf.linspace(0, 1, -1)
    with pytest.raises(TypeError, match="start='0': must be a real number"):
        nf.linspace("0", 1, 3)
    with pytest.raises(TypeError, match="complex128"):
        nf.linspace(0, 1j, 3)
    with pytest.raises(TypeError, match="start has dtype complex128"):
        nf.linspace(np.array([1j]), 1, 3)
    with pytest.raises(ValueError, match="device='gpu'"):
        nf.linspace(0, 1, 3, device="gpu")
    with pytest.raises(ZeroDivisionError, match="step=0: must not be 0"):
        nf.arange(0, 1, 0)
    with pytest.raises(ValueError, match="stop=inf: must be finite"):
        nf.arange(0, math.inf)
    with pytest.raises(ValueError, match="too many elements"):
        nf.arange(0, 10**40)
    with pytest.raises(np.exceptions.AxisError):
        nf.linspace(0, 1, 3, axis=2)


def test_numpys_linspace_keeps_what_is_not_ours():
    p = nf.posit16
    assert np.linspace(p(0), p(4), 5, dtype=int).tolist() == [0, 1, 2, 3, 4]
    assert np.linspace(p(0), 1j, 2).dtype == complex
    assert np.linspace(p(0), p(1), 3, retstep=True)[1] == p(0.5)
    assert np.linspace(start=p(0), stop=p(1), num=3, axis=-1).dtype == p
    with pytest.raises(TypeError):
        np.linspace(p(0), "x", 3)


def test_other_functions_do_not_notice_that_scalars_could_override():
    p = nf.posit16
    assert np.concatenate([[p(1)], np.array([p(2)])]).dtype == p
    assert np.sum(p(2)) == 2
    assert np.where(True, p(1), p(2)) == 1
    assert np.full(3, p(1)).dtype == p
    with pytest.raises(TypeError):
        np.sum(p(2), no_such_argument=1)


def test_a_class_that_overrides_functions_comes_first():
    class Own:
        def __array_function__(self, func, types, args, kwargs):
            return func.__name__

    assert np.linspace(nf.posit16(0), Own(), 3) == "linspace"
    assert np.concatenate([nf.posit16(0), Own()]) == "concatenate"


def test_overriding_and_refusing_leak_nothing():
    p = nf.posit16
    x, array = p(1), np.array([1, 2], p)

    class Own:
        def __array_function__(self, func, types, args, kwargs):
            return NotImplemented

    def calls():
        np.linspace(x, x, 3)
        np.concatenate([[x], array])
        with pytest.raises(TypeError):
            np.concatenate([x, Own()])
        with pytest.raises(TypeError):
            np.sum(x, no_such_argument=1)
        for dtype in ("V8", "M8[s]"):
            with pytest.raises(TypeError):
                array.astype(dtype)
        return [
            sys.getrefcount(o) for o in (x, p, p.dtype, np.linspace, NotImplemented, np.ndarray)
        ]

    calls()
    before = calls()
    for _ in range(200):
        after = calls()
    assert all(b - a < 50 for a, b in zip(before, after, strict=True)), (before, after)

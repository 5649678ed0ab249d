# SPDX-License-Identifier: BSD-3-Clause
"""Are strangers compared and chosen as they are: integers, floats, literals, other formats?"""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf
from helpers import array, oracle_of, plain, raised
from numformats.oracle import Special
from strangers import LONG, SHORT, TYPES, integers_beside, some_codes

each_type = pytest.mark.parametrize("T", TYPES.values(), ids=TYPES)
COMPARE = {np.equal: operator.eq, np.not_equal: operator.ne, np.less: operator.lt,
           np.less_equal: operator.le, np.greater: operator.gt, np.greater_equal: operator.ge}  # fmt: skip
INFINITY = Fraction(2) ** 400000  # beyond every format and every integer here


def number(value: Any) -> Fraction | None:
    """A finite stand-in for every value of a format or a float; None: NaN."""
    if isinstance(value, float):
        return None if value != value else Fraction(value) if abs(value) != np.inf \
            else INFINITY * (1 if value > 0 else -1)  # fmt: skip
    if value is Special.NAN:
        return None
    if value is Special.NEG_ZERO:
        return Fraction(0)
    if isinstance(value, Special):
        return INFINITY if value is Special.INF else -INFINITY
    return Fraction(value)


def has_nar(T: Any) -> bool:
    return T.format.family in {"posit", "takum_linear"}


def truth(T: Any, ask: Any, x: Any, y: Any, nar_y: bool = True) -> bool:
    """What a comparison of exact values says; a NaR is below all, another NaN unordered."""
    if x is None and has_nar(T) and nar_y:
        x = -2 * INFINITY
    if y is None and nar_y:
        y = -2 * INFINITY
    if x is None or y is None:
        return ask is operator.ne
    return bool(ask(x, y))


def check_comparisons(T: Any, codes: list[int], stranger: Any, y: Any, nar_y: bool = True) -> None:
    values = [number(oracle_of(T).decode(c)) for c in codes]
    a = array(T, codes)
    for ufunc, ask in COMPARE.items():
        want = [truth(T, ask, x, y, nar_y) for x in values]
        assert ufunc(a, stranger).tolist() == want, (ufunc.__name__, stranger, codes)
        turned = {operator.lt: operator.gt, operator.gt: operator.lt,
                  operator.le: operator.ge, operator.ge: operator.le}  # fmt: skip
        want = [truth(T, turned.get(ask, ask), x, y, nar_y) for x in values]
        assert ufunc(stranger, a).tolist() == want, (ufunc.__name__, stranger, "turned")


@each_type
def test_integers_compare_exactly(T: Any) -> None:
    codes = some_codes(T, 20, np.random.default_rng(1))
    beside = integers_beside(T, codes, 2**300)
    for n in [*SHORT, *LONG, 10**100000, *beside[:: max(1, len(beside) // 12)]]:
        check_comparisons(T, codes, n, Fraction(n))
        if -(2**63) <= n < 2**63:
            check_comparisons(T, codes, np.full(len(codes), n), Fraction(n))
        elif 0 <= n < 2**64:
            check_comparisons(T, codes, np.full(len(codes), n, np.uint64), Fraction(n))


def floats_beside(T: Any, codes: list[int], dtype: Any) -> list[Any]:
    oracle = oracle_of(T)
    found = [np.inf, -np.inf, np.nan, 0.0, -0.0, 0.1, 1e30, -1e30, 1e-30, 5e-324, 1.7e308]
    for code in codes:
        value, above = (number(oracle.decode(c)) for c in (code, oracle.next_up(code)))
        if (
            value is not None
            and above is not None
            and abs(value) < 2**1000
            and abs(above) < 2**1000
        ):
            found += [float(value), float(above), float((value + above) / 2)]
    with np.errstate(all="ignore"):
        return [dtype(v) for v in found] + [np.nextafter(dtype(v), dtype(9)) for v in found]


@each_type
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_numpy_floats_compare_exactly(T: Any, dtype: Any) -> None:
    codes = some_codes(T, 16, np.random.default_rng(2))
    for v in floats_beside(T, codes[:3], dtype):
        y = (
            None
            if np.isnan(v)
            else number(float(v))
            if np.isinf(v)
            else Fraction(*v.as_integer_ratio())
        )
        if dtype in (np.float32, np.longdouble) or v == 0.1:
            check_comparisons(T, codes, v, y, nar_y=False)
        check_comparisons(T, codes, np.full(len(codes), v), y, nar_y=False)


@each_type
def test_a_python_float_is_a_literal(T: Any) -> None:
    """Inside the range the nearest value of the format; outside, and infinities, exactly."""
    oracle = oracle_of(T)
    codes = some_codes(T, 20, np.random.default_rng(3))
    lowest, top = (number(oracle.decode(x.bits)) for x in (nf.finfo(T).lowest, nf.finfo(T).maxpos))
    for v in map(float, floats_beside(T, codes[:6], float)):
        y = number(v)
        if y is not None and abs(y) < INFINITY and lowest <= y <= top:
            mode = "nearest_even" if T.format.rounding == "stochastic" else None
            y = number(oracle.decode(oracle.encode(y, rounding=mode)))
        check_comparisons(T, codes, v, y, nar_y=has_nar(T))


def has_nan(T: Any) -> bool:
    """A NaN that is not NaR."""
    return not has_nar(T) and nf.finfo(T).nan_count > 0


def test_other_formats_compare_exactly() -> None:
    for X, Y in [(nf.posit64, nf.takum_linear64), (nf.posit64, nf.binary64), (nf.q15, nf.posit16),
                 (nf.Fixed(64, 0), nf.Fixed(64, 63)), (nf.bposit64, nf.Float(15, 48)),
                 (nf.float8_e8m0fnu, nf.posit64), (nf.posit8, nf.float8_e4m3fn), (nf.posit16, nf.q7),
                 (nf.takum_linear16, nf.posit16), (nf.posit8, nf.float4_e2m1fn), (nf.Fixed(12, 4, overflow="wrap"), nf.q7)]:  # fmt: skip
        rng = np.random.default_rng(4)
        xs, ys = some_codes(X, 300, rng), some_codes(Y, 300, rng)
        a, b = array(X, xs), array(Y, ys)
        for ufunc, ask in COMPARE.items():
            want = []
            for c, e in zip(xs, ys, strict=True):
                x, y = number(oracle_of(X).decode(c)), number(oracle_of(Y).decode(e))
                if not (has_nan(X) or has_nan(Y)):  # else it is unordered, whichever side has it
                    x = -2 * INFINITY if x is None else x
                    y = -2 * INFINITY if y is None else y
                want.append(ask is operator.ne if x is None or y is None else ask(x, y))
            assert ufunc(a, b).tolist() == want, (X, Y, ufunc)


CHOICES = {
    np.maximum: (False, max),
    np.minimum: (False, min),
    np.fmax: (True, max),
    np.fmin: (True, min),
}


def chosen(T: Any, code: int, n: int, ufunc: Any) -> int:
    oracle = oracle_of(T)
    skips, better = CHOICES[ufunc]
    x = number(oracle.decode(code))
    if x is None:
        return oracle.encode(Fraction(n)) if skips else oracle.codec.nan
    if x == n:
        return code
    return code if better(x, Fraction(n)) == x else oracle.encode(Fraction(n))


def same_value(T: Any, got: int, want: int) -> bool:
    a, b = oracle_of(T).decode(got), oracle_of(T).decode(want)
    return number(a) == number(b)


@each_type
def test_choices_round_only_what_they_choose(T: Any) -> None:
    codes = some_codes(T, 16, np.random.default_rng(5))
    integers = [*SHORT, *integers_beside(T, codes[:3], 2**64)]
    with np.errstate(all="ignore"):
        for n in integers:
            for ufunc in CHOICES:
                want = [chosen(T, c, n, ufunc) for c in codes]
                for got in (ufunc(array(T, codes), n), ufunc(n, array(T, codes))):
                    assert got.dtype == T.dtype
                    assert all(map(lambda g, w: same_value(T, g, w), plain(got).tolist(), want)), (
                        n,
                        ufunc,
                    )
            for m in integers[::7]:
                low, high = min(m, n), max(m, n)
                want = [chosen(T, c, low, np.maximum) for c in codes]
                exact = [number(oracle_of(T).decode(c)) for c in codes]
                for i, x in enumerate(exact):
                    if x is not None and max(x, Fraction(low)) > high:
                        want[i] = oracle_of(T).encode(Fraction(high))
                for got in (np.clip(array(T, codes), low, high),
                            np.clip(array(T, codes), np.full(len(codes), low, object if low < -2**63 or low >= 2**63 else np.int64), high)):  # fmt: skip
                    if got.dtype == T.dtype:
                        assert all(
                            map(lambda g, w: same_value(T, g, w), plain(got).tolist(), want)
                        ), (low, high)


@each_type
def test_literal_bounds(T: Any) -> None:
    """Infinities and bounds beyond the range change nothing that is within."""
    codes = [c for c in some_codes(T, 60, np.random.default_rng(6))
             if number(oracle_of(T).decode(c)) not in (None, INFINITY, -INFINITY)]  # fmt: skip
    x = array(T, codes)
    for low, high in [(-np.inf, np.inf), (-(10**6000), 10**6000), (-np.inf, 10**6000)]:
        got, flags = raised(np.clip, x, low, high)
        assert plain(got).tolist() == codes
        assert not flags
        assert plain(np.minimum(x, high)).tolist() == plain(np.fmax(low, x)).tolist() == codes


@each_type
def test_nextafter_any_direction(T: Any) -> None:
    oracle = oracle_of(T)
    for code in some_codes(T, 16, np.random.default_rng(7)):
        x = number(oracle.decode(code))
        if x is None:
            continue
        for y in (np.inf, -np.inf, 10**6000, -(10**6000), np.float32(np.inf), nf.posit64(-(2**200)),
                  np.longdouble(2) ** 999, 7, np.array([-3])):  # fmt: skip
            exact = (
                number(float(y))
                if abs(y) == np.inf
                else Fraction(int(y))
                if not isinstance(y, np.ndarray)
                else Fraction(-3)
            )
            want = (
                code
                if exact == x
                else oracle.next_up(code)
                if exact > x
                else oracle.next_down(code)
            )
            got = plain(np.nextafter(array(T, [code]), y)).tolist()[0]
            assert same_value(T, got, want), (code, y)


def test_the_cases_of_the_issue() -> None:
    x = np.array([1, 2], nf.posit16)
    assert (x == [1, 2]).tolist() == [True, True]
    assert np.isin(x, [1, 5]).tolist() == [True, False]
    assert np.array_equal(x, [1, 2])
    np.testing.assert_array_equal(x, [1, 2])
    np.testing.assert_allclose(x, [1, 2])
    assert np.isclose(x, [1, 2]).all()
    assert (x < np.inf).all()
    assert not (np.array([np.nan], nf.posit16) == np.inf).any()
    assert (np.array([np.nan], nf.posit16) == np.nan).all()
    assert (np.array(["0.99997"], nf.q15) < 1).all()
    assert (np.array([448], nf.float8_e4m3fn) < 500).all()
    assert (np.array([448], nf.float8_e4m3fn) < 450.0).all()
    assert (np.array([1], nf.float8_e8m0fnu) > 0).all()
    assert "float8_e8m0fnu" in repr(np.array([1, 2], nf.float8_e8m0fnu))
    assert (nf.posit64([1.0]) == np.array([1.0])).all()
    assert (np.array([0.1], nf.posit16) == 0.1).all()
    assert not (np.array([0.1], nf.posit16) == np.float64(0.1)).any()
    assert (np.array([0], nf.Fixed(8, 0, signed=False)) > -0.5).all()
    assert np.clip(x, -np.inf, 1.5).tolist() == [1, 1.5]
    assert np.clip(np.array([448, -3], nf.float8_e4m3fn), -500, 500).tolist() == [448, -3]
    assert np.nextafter(nf.posit16(1), np.inf).bits == nf.posit16(1).bits + 1
    assert np.searchsorted(np.array([1, 2, 1024], nf.posit8), [1025]).tolist() == [3]


def test_a_literal_is_never_rounded_at_random() -> None:
    T = nf.Float(8, 7, rounding="stochastic")
    x = np.full(50, 1 / 3, nf.bfloat16).astype(T)
    nf.seed(1)
    before = nf._dtypes.stream()
    for _ in range(40):
        assert (x == 1 / 3).all()
    assert (np.maximum(x, 0.3334) == np.maximum(x, nf.bfloat16(0.3334).astype(T))).all()
    nf.seed(1)
    assert nf._dtypes.stream() == before

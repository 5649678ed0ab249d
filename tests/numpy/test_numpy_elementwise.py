# SPDX-License-Identifier: BSD-3-Clause
"""Do operators and ufuncs work, stay in the format, or refuse?"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import numformats as nf
from numpy_features import A, B, array, check, each_format, each_real

if TYPE_CHECKING:
    from collections.abc import Callable


BINARY = [operator.add, operator.sub, operator.mul]
COMPARE = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


@pytest.mark.parametrize("op", BINARY, ids=lambda op: op.__name__)
@each_format
def test_operators_with_python_numbers(fmt: Any, op: Callable[..., Any]) -> None:
    a = array(A, fmt)
    reference = np.array(A)
    for number in [2, 0.5, True, np.True_]:
        check(op(a, number), op(reference, number), fmt)
        check(op(number, a), op(number, reference), fmt)
    check(op(a, array(B, fmt)), op(reference, np.array(B)), fmt)
    check(op(a, fmt(2)), op(reference, 2), fmt)
    check(op(fmt(2), a), op(2, reference), fmt)


@pytest.mark.parametrize("op", COMPARE, ids=lambda op: op.__name__)
@each_format
def test_comparisons(fmt: Any, op: Callable[..., Any]) -> None:
    a, b = array(A, fmt), array(A[::-1], fmt)
    np.testing.assert_array_equal(op(a, b), op(np.array(A), np.array(A[::-1])))
    for number in [1, 0.5, True]:
        np.testing.assert_array_equal(op(a, number), op(np.array(A), number))
        np.testing.assert_array_equal(op(number, a), op(number, np.array(A)))
    assert op(a, b).dtype == np.bool


@each_format
def test_comparison_with_text(fmt: Any) -> None:
    a = array(A, fmt)
    for text in ["x", b"x", "1.5"]:
        assert not (a == text).any()
        assert (a != text).all()
    assert not (a == np.array(["3"] * 6)).any()
    with pytest.raises(TypeError):
        a < "x"


@each_format
def test_in_place_and_out(fmt: Any) -> None:
    a = array(A, fmt)
    a += 1
    a *= fmt(2)
    a -= array(B, fmt)
    check(a, (np.array(A) + 1) * 2 - B, fmt)
    out = np.empty(6, fmt)
    assert np.add(array(A, fmt), array(B, fmt), out=out) is out
    check(out, np.add(A, B), fmt)
    wide = np.empty(6, np.float64)
    np.add(array(A, fmt), array(B, fmt), out=wide, casting="unsafe")
    np.testing.assert_array_equal(wide, np.add(A, B))


@each_format
def test_unary_and_other_ufuncs(fmt: Any) -> None:
    a, b = array(A, fmt), array(B, fmt)
    one = [
        np.negative,
        np.positive,
        np.absolute,
        np.fabs,
        np.sign,
        np.square,
        np.rint,
        np.floor,
        np.ceil,
        np.trunc,
        np.conjugate,
    ]
    for ufunc in one:
        check(ufunc(a), ufunc(np.array(A)), fmt)
    for ufunc in [
        np.floor_divide,
        np.remainder,
        np.fmod,
        np.copysign,
        np.maximum,
        np.minimum,
        np.fmax,
        np.fmin,
        np.heaviside,
    ]:
        check(ufunc(a, b), ufunc(np.array(A), np.array(B)), fmt)
        check(ufunc(a, 2), ufunc(np.array(A), 2), fmt)
    for ufunc in [np.isnan, np.isinf, np.isfinite, np.signbit, np.logical_not]:
        np.testing.assert_array_equal(ufunc(a), ufunc(np.array(A)))
    for ufunc in [np.logical_and, np.logical_or, np.logical_xor]:
        np.testing.assert_array_equal(ufunc(a, b), ufunc(np.array(A), np.array(B)))
    check(np.sqrt(array([4, 9, 0.25], fmt)), [2, 3, 0.5], fmt)
    check(np.reciprocal(array([4, 2, -0.5], fmt)), [0.25, 0.5, -2], fmt)
    check(a / 2, np.array(A) / 2, fmt)
    check(a / array([1, 2, -4, 0.5, 0.25, 8], fmt), np.divide(A, [1, 2, -4, 0.5, 0.25, 8]), fmt)
    check(np.clip(a, -1, 2), np.clip(A, -1, 2), fmt)
    check(a.clip(0.5), np.clip(A, 0.5, None), fmt)
    for part, expected in zip(np.modf(a), np.modf(A), strict=True):
        check(part, expected, fmt)
    for part, expected in zip(np.divmod(a, b), np.divmod(A, B), strict=True):
        check(part, expected, fmt)
    check(np.nextafter(a, a), A, fmt)
    check(nf.fma(a, b, 1), np.multiply(A, B) + 1, fmt)
    check(nf.fmm(a, b, 0.5), np.multiply(A, B) * 0.5, fmt)
    check(np.abs(a), np.abs(A), fmt)
    check(np.round(a), np.round(A), fmt)


@each_real
def test_frexp_and_ldexp(real: Any) -> None:
    fraction, exponent = np.frexp(array(A, real))
    check(fraction, np.frexp(A)[0], real)
    assert exponent.dtype == np.intc
    np.testing.assert_array_equal(exponent, np.frexp(A)[1])
    for shift in [
        1,
        np.int8(-1),
        np.array([1, 2, 3, -1, 0, 1]),
        np.uint64(2),
        np.arange(6, dtype="u4"),
    ]:
        check(np.ldexp(array(A, real), shift), np.ldexp(A, np.asarray(shift).astype(int)), real)


@each_format
def test_power(fmt: Any) -> None:
    a = array([1, -2, 0.5, 4], fmt)
    for k in [2, 3, 1, 0, np.int8(2), np.uint64(3), np.array([1, 2, 3, 2]), 2.0, True]:
        check(a**k, np.array([1, -2, 0.5, 4]) ** k, fmt)
    check(a ** fmt(2), [1, 4, 0.25, 16], fmt)
    check(a ** array([1, 2, 3, -2], fmt), [1, 4, 0.125, 0.0625], fmt)
    check(np.power(2, array([1, 2, 3], fmt)), [2, 4, 8], fmt)
    check(array([1, 4, 0.25, 16], fmt) ** 0.5, [1, 2, 0.5, 4], fmt)
    check(array([1, 4, 0.25, 4], fmt) ** fmt(1.5), [1, 8, 0.125, 8], fmt)
    check(array([1, 1, -1, -1], fmt) ** np.array([0, 1000, 65, 99]), [1, 1, -1, -1], fmt)
    with pytest.raises(TypeError, match="up to 2\\*\\*63 - 1, not 9223372036854775809"):
        a ** np.uint64(2**63 + 1)


def test_integer_exponents_are_not_rounded() -> None:
    # 5 is not a float4_e2m1fn: as one it would be 4 or 6.
    a = np.array([1.0, -1.0], dtype=nf.float4_e2m1fn)
    check(a**5, [1, -1], nf.float4_e2m1fn)


# The only function of reals that is refused: it promises float64 or more.
def test_float_power_says_that_it_is_not_there() -> None:
    for T in [nf.posit16, nf.binary64, nf.q15]:
        a = np.array([0.5, 0.25], dtype=T)
        for args in [(a, a), (a, 0.5), (0.5, a), (a, np.ones(2))]:
            with pytest.raises(TypeError, match=f"float_power.*{T.dtype.name}.*astype"):
                np.float_power(*args)


@pytest.mark.parametrize("name", ["hypot", "arctan2", "logaddexp", "logaddexp2", "power"])
def test_functions_of_two_operands_take_python_numbers(name: str) -> None:
    a = np.array([0.5, 0.25], dtype=nf.posit16)
    ufunc = getattr(np, name)
    for args in [(a, 0.5), (0.5, a), (a, nf.posit16(0.5))]:
        assert ufunc(*args).dtype == a.dtype
    assert np.array_equal(ufunc(a, 0.5), ufunc(a, np.full(2, 0.5).astype(nf.posit16)))


def test_every_ufunc_stays_in_the_format_or_refuses() -> None:
    ufuncs = {u for u in vars(np).values() if isinstance(u, np.ufunc)}
    assert len(ufuncs) >= 90
    allowed = {np.dtype(nf.posit16), np.dtype(np.bool), np.dtype(np.intc)}
    done = set()
    for ufunc in ufuncs:
        if ufunc.signature is not None:
            continue
        a = np.array([1, 2], dtype=nf.posit16)
        try:
            with np.errstate(all="ignore"):
                result = ufunc(*[a] * ufunc.nin)
        except TypeError:
            continue
        done.add(ufunc.__name__)
        results = result if isinstance(result, tuple) else (result,)
        assert {r.dtype for r in results} <= allowed, ufunc.__name__
    assert "float_power" not in done
    assert {
        "add",
        "exp",
        "arctan2",
        "divide",
        "sqrt",
        "fmod",
        "nextafter",
        "spacing",
        "isnan",
        "logical_and",
    } <= done


def test_errstate() -> None:
    for T in [nf.posit16, nf.posit8, nf.binary32, nf.bfloat16]:
        one, zero = np.ones(2, T), np.zeros(2, T)
        with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide"):
            one / zero
        with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="invalid"):
            zero / zero
        with np.errstate(invalid="raise"), pytest.raises(FloatingPointError, match="invalid"):
            np.sqrt(-one)
        with np.errstate(all="raise"):
            one / 3 + one * 3 - one  # inexact is no error
            np.isnan(zero)
            one < zero
        with np.errstate(all="ignore"):
            assert np.isnan(zero / zero).all()
    big = np.array([nf.finfo(nf.binary32).maxpos] * 2)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        big * 2
    q = np.array([0.75, 0.75], dtype=nf.q15)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match="overflow"):
        q + q
    with np.errstate(all="raise"):
        np.full(2, nf.finfo(nf.posit16).maxpos) * 2  # posits saturate silently

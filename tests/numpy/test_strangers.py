# SPDX-License-Identifier: BSD-3-Clause
"""Are integers exact operands: the exact result of values and any integers, rounded once?"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import numformats as nf
from helpers import array, canonical_zeros, oracle_of, plain, raised
from numformats.oracle import Special
from numformats.oracle.philox import philox4x64
from strangers import (
    LONG,
    SHORT,
    TYPES,
    integers_beside,
    oracle_with_strangers,
    some_codes,
    ufunc,
)

ARITHMETIC = [
    "add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "divmod", "ieee_remainder",
]  # fmt: skip
FUNCTIONS = ["hypot", "arctan2", "pow"]
each_type = pytest.mark.parametrize("T", TYPES.values(), ids=TYPES)


def oracle_says(T: Any, op: str, *operands: Any, random: int | None = None) -> tuple[Any, Any]:
    oracle = oracle_with_strangers(T)
    oracle.random = random
    result = getattr(oracle, op)(*operands)
    return (result if isinstance(result, tuple) else (result,)), oracle.last_flags


def check_scalars(T: Any, op: str, code: int, n: int) -> None:
    """One element and a Python int, both ways round; codes and flags."""
    x = array(T, [code])
    stranger = Fraction(n)
    for operands, codes in (((x, n), (code, stranger)), ((n, x), (stranger, code))):
        if op == "pow" and operands[0] is x:
            continue  # an integer exponent is powi
        want, flags = oracle_says(T, op, *codes)
        result, got_flags = raised(ufunc(op), *operands)
        for r, w in zip(result if isinstance(result, tuple) else (result,), want, strict=True):
            assert r.dtype == T.dtype
            got = canonical_zeros(T, plain(r))
            assert got.tolist() == canonical_zeros(T, plain(array(T, [w]))).tolist(), (
                op, codes, oracle_of(T).decode(code))  # fmt: skip
        assert got_flags == flags, (op, codes)


def check_integers(T: Any, op: str, usual: list[int], most: int, count: int) -> None:
    """Some codes, each with some of the usual integers and of those beside the codes' values."""
    rng = np.random.default_rng(count)
    codes = some_codes(T, count, rng)
    integers = [*usual, *integers_beside(T, codes, most)]
    for code in codes:
        for i in rng.integers(0, len(integers), count // 2):
            check_scalars(T, op, code, integers[i])


@each_type
@pytest.mark.parametrize("op", ARITHMETIC)
def test_integers_of_64_bits(T: Any, op: str) -> None:
    check_integers(T, op, SHORT, 2**64, 16)


@each_type
@pytest.mark.parametrize("op", ARITHMETIC)
def test_integers_of_any_size(T: Any, op: str) -> None:
    if T.format.family == "truncated":
        pytest.skip("a truncated machine loads what its storage holds")
    check_integers(T, op, LONG, 2**20000, 12)


@each_type
@pytest.mark.parametrize("op", FUNCTIONS)
def test_functions_of_integers(T: Any, op: str) -> None:
    rng = np.random.default_rng(3)
    for code in some_codes(T, 5, rng):
        for i in rng.integers(0, len(SHORT), 2):
            if op == "pow" and isinstance(y := oracle_of(T).decode(code), Fraction) and abs(y) > 99:
                continue  # the oracle takes minutes
            check_scalars(T, op, code, SHORT[i])


@each_type
@pytest.mark.parametrize("op", ["fma", "fmm"])
def test_three_operands(T: Any, op: str) -> None:
    rng = np.random.default_rng(4)
    for code in some_codes(T, 12, rng):
        other = some_codes(T, 2, rng)[0]
        m, n = (SHORT[i] for i in rng.integers(0, len(SHORT), 2))
        long = LONG[rng.integers(len(LONG))]
        x, y = array(T, [code]), array(T, [other])
        for values, codes in [
            ((x, m, y), (code, Fraction(m), other)),
            ((m, x, n), (Fraction(m), code, Fraction(n))),
            ((x, y, n), (code, other, Fraction(n))),
            ((x, n, long), (code, Fraction(n), Fraction(long))),
        ]:
            if T.format.family == "truncated" and long in values:
                continue
            want, flags = oracle_says(T, op, *codes)
            got, got_flags = raised(ufunc(op), *values)
            assert (
                canonical_zeros(T, plain(got)).tolist()
                == canonical_zeros(T, plain(array(T, want))).tolist()
            ), (op, codes)
            assert got_flags == flags, (op, codes)


@each_type
@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint64, np.bool, ">i4", np.longlong])
def test_arrays_of_integers(T: Any, dtype: Any) -> None:
    """Long enough for blocks, with strides, and blocks that the format has as a whole."""
    rng = np.random.default_rng(5)
    n = 320
    codes = some_codes(T, n, rng)
    info = (0, 1) if dtype is np.bool else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    numbers = [
        v for v in [*SHORT, *integers_beside(T, codes[:40], 2**64)] if info[0] <= v <= info[1]
    ]
    integers = np.array([numbers[i] for i in rng.integers(0, len(numbers), n)], dtype)
    integers[:256] = 1
    wide = np.zeros(2 * n, dtype)
    wide[::2] = integers
    x = array(T, codes)
    for op in ("add", "sub", "mul", "div", "floor_divide", "remainder"):
        if T.format.bits > 8 and op not in {"sub", "div"}:
            continue
        want = [
            oracle_says(T, op, c, Fraction(int(v)))[0][0]
            for c, v in zip(codes, integers, strict=True)
        ]
        turned = [
            oracle_says(T, op, Fraction(int(v)), c)[0][0]
            for c, v in zip(codes, integers, strict=True)
        ]
        for stranger in (integers, wide[::2]):
            for got, answer in (
                (raised(ufunc(op), x, stranger)[0], want),
                (raised(ufunc(op), stranger, x)[0], turned),
            ):
                assert got.dtype == T.dtype
                assert (
                    canonical_zeros(T, plain(got)) == canonical_zeros(T, plain(array(T, answer)))
                ).all(), op


@each_type
def test_sign_and_step(T: Any) -> None:
    rng = np.random.default_rng(6)
    with np.errstate(all="ignore"):
        for code in some_codes(T, 20, rng):
            x = array(T, [code])
            for n in SHORT:
                same_sign = np.copysign(x, np.array([n]).astype(object)[0])
                sign = array(T, [nf.finfo(T).lowest.bits if n < 0 else nf.finfo(T).maxpos.bits]) \
                    if T.format.is_signed or n >= 0 else None  # fmt: skip
                if sign is not None:
                    assert plain(same_sign) == plain(np.copysign(x, sign))
                if np.isnan(x).any():
                    continue
                whole = [oracle_of(T).encode(Fraction(n))]
                value = oracle_of(T).decode(code)
                is_zero = value in (0, Special.NEG_ZERO)
                step = np.heaviside(x, n)
                if is_zero and T.format.rounding != "stochastic":
                    assert canonical_zeros(T, plain(step)).tolist() == whole, (code, n)
                elif not is_zero:
                    assert plain(step) == plain(np.heaviside(x, x))


@pytest.mark.parametrize("text", ["float<exp=8,man=7,rounding=stochastic>",
                                  "fixed<16,frac=8,rounding=stochastic>"])  # fmt: skip
def test_random_words_belong_to_elements(text: str) -> None:
    """Element i takes word i of the call's one stream, whether the format has the integer or not."""
    T = nf.parse_format(text)
    x = array(T, [T(v).bits for v in np.random.default_rng(8).uniform(0.5, 9, 60)])
    codes = plain(x).tolist()
    for op, n in (("div", 3), ("mul", 257), ("div", np.full(60, 3)), ("mul", np.arange(60)),
                  ("div", 7), ("div", 10**30 + 1)):  # fmt: skip
        nf.seed(77)
        _, first = nf._dtypes.stream()
        got = plain(raised(ufunc(op), x, n)[0]).tolist()
        _, after = nf._dtypes.stream()
        assert after == first + 2
        numbers = np.broadcast_to(n, 60)
        for i, (code, m) in enumerate(zip(codes, numbers, strict=True)):
            word = philox4x64(77, first + 1, i)
            assert got[i] == oracle_says(T, op, code, Fraction(int(m)), random=word)[0][0], (
                op,
                n,
                i,
            )


@pytest.mark.parametrize("T", [nf.posit16, nf.posit64, nf.binary64, nf.q15, nf.float8_e4m3fn,
                               nf.Fixed(16, 4, overflow="wrap")])  # fmt: skip
def test_matrix_products(T: Any) -> None:
    rng = np.random.default_rng(9)
    oracle = oracle_of(T)
    a = array(T, [oracle.encode(Fraction(v)) for v in rng.normal(size=6)]).reshape(2, 3)
    for b in (rng.integers(-(2**62), 2**62, (3, 2)), rng.integers(0, 2**64, (3, 2), dtype=np.uint64),
              rng.integers(0, 2, (3, 2)).astype(bool), rng.integers(-9, 9, (3, 2), dtype=np.int8)):  # fmt: skip
        exact = [
            [
                sum(oracle.decode(int(c)) * int(v) for c, v in zip(row, column, strict=True))
                for column in b.T
            ]
            for row in plain(a).tolist()
        ]
        want = [[oracle.encode(v) for v in row] for row in exact]
        with np.errstate(all="ignore"):
            assert plain(a @ b).tolist() == want
            assert plain(b.T @ a.T).tolist() == [list(column) for column in zip(*want, strict=True)]
            assert plain(np.matvec(a, b[:, 0])).tolist() == [row[0] for row in want]
            assert plain(np.vecmat(b[:, 1], a.T)).tolist() == [row[1] for row in want]
            assert plain(np.vecdot(a[0], b[:, 0])) == want[0][0]
            assert plain(np.stack([a, a]) @ b[::1]).tolist() == [want, want]


def test_the_cases_of_the_issue() -> None:
    x, q = np.array([1, 2], nf.posit16), nf.q15
    for result, values in [
        (x * [1, 2], [1, 4]),
        (x + np.arange(2), [1, 3]),
        (x * np.array([True, True]).sum(), [2, 4]),
        (x // 3, [0, 0]),
        (np.array([0.5], q) / 2, [0.25]),
        (1 - np.array([0.25], q), [0.75]),
        (3 * np.array([0.25], q), [0.75]),
        (np.array([2.0**200], nf.binary64) - (2**200 + 1), [-1]),
        (np.nextafter(x, [5, 0]), [1 + 2.0**-11, 2 - 2.0**-11]),
    ]:
        assert result.dtype in (nf.posit16.dtype, q.dtype, nf.binary64.dtype)
        assert result.astype(float).tolist() == values
    assert (x @ [1, 2]).dtype == nf.posit16
    np.add.at(x, [0, 0], 1)
    assert x.tolist() == [3, 2]
    assert np.mean(np.zeros(500, nf.float8_e4m3fn)) == 0
    assert np.nanmean(np.full(500, 0.5, nf.float8_e4m3fn)[:3]) == 0.5
    with pytest.raises(TypeError, match=r"hypot of posit16 takes integers of at most 64"):
        np.hypot(x, 2**70 + 1)
    for f in (np.power, np.arctan2, np.logaddexp):
        for operands in ((x, 2**200 + 1), (2**200 + 1, x), (x[0], 2**200 + 1)):
            with pytest.raises(TypeError, match="at most 64 significant bits"):
                f(*operands)
    minus_one = np.array([-1], nf.posit16)
    for k in (2**63, 2**64 - 1, -(2**63), 3 * 2**90):  # 64 significant bits
        for one in ((minus_one**k)[0], minus_one[0] ** k, np.power(minus_one, k)[0]):
            assert one == (-1) ** (k % 2)
    assert nf.binary64(2.0**200) - (2**200 + 1) == -1


def test_nothing_leaks() -> None:
    import tracemalloc

    x, long = np.array([1, 2], nf.posit16), 2**5000 + 1
    calls = [lambda: x + 1, lambda: x + long, lambda: x < long, lambda: np.clip(x, 0, long),
             lambda: x @ [1, 2], lambda: np.sqrt([4], dtype=nf.posit16), lambda: x == 0.3]  # fmt: skip
    for call in calls:
        call()
    import sys

    held = sys.getrefcount(long)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(300):
        for call in calls:
            call()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 20_000
    assert sys.getrefcount(long) <= held + 1


def test_an_exact_operand_cannot_outlive_its_call() -> None:
    hidden = np.add.resolve_dtypes((np.dtype(nf.posit16), int, None))[1]
    kept = np.array([2**200 + 1], hidden)
    with pytest.raises(TypeError, match="inside ufuncs"):
        type(hidden)()
    other = np.add.resolve_dtypes((np.dtype(nf.posit16), int, None))[1]
    copied = np.empty(1, other)
    copied[:] = kept
    del kept, hidden
    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="outlived"):
        np.array([1], nf.posit16) + copied

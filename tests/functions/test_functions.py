# SPDX-License-Identifier: BSD-3-Clause
"""Are elementary functions the exact value rounded once, and their limits those of the standards?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from helpers import (
    FUNCTIONS_1,
    FUNCTIONS_2,
    FUNCTIONS_INT,
    UFUNCS,
    all_codes,
    array,
    check,
    oracle_of,
    plain,
    raised,
    random_codes,
)

FORMATS = [nf.posit8, nf.posit16, nf.posit32, nf.posit64, nf.bposit32, nf.bposit64,
           nf.takum_linear32, nf.takum_linear64, nf.binary16, nf.binary32, nf.binary64,
           nf.bfloat16, nf.float8_e4m3fn, nf.q15, nf.q31,
           nf.parse_format("float<exp=8,man=23,rounding=toward_negative>"),
           nf.parse_format("float<exp=8,man=23,rounding=to_odd>"),
           nf.parse_format("posit<24,es=1>"), nf.parse_format("fixed<32,frac=20>")]  # fmt: skip


def operands(T, count, seed):
    """Codes of all magnitudes, and such as most functions tell apart."""
    rng = np.random.default_rng(seed)
    usual = np.concatenate([rng.standard_normal(count) * 4, rng.standard_normal(count) / 16,
                            rng.integers(-9, 9, 6) / 4])  # fmt: skip
    with np.errstate(all="ignore"):
        return np.concatenate([random_codes(T, count, rng), plain(usual.astype(T))])


@pytest.mark.parametrize("T", FORMATS, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS_1)
def test_one_argument(name, T):
    assert check(T, name, operands(T, 24, 1)) == 78


@pytest.mark.parametrize("T", FORMATS, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS_2)
def test_two_arguments(name, T):
    assert check(T, name, operands(T, 24, 2), operands(T, 24, 3)) == 78


@pytest.mark.parametrize("T", [nf.posit8, nf.float8_e5m2], ids=str)
@pytest.mark.parametrize("name", FUNCTIONS_1)
def test_every_code_of_eight_bits(name, T):
    assert check(T, name, all_codes(T)) == 256


@pytest.mark.parametrize("T", [nf.posit32, nf.binary64, nf.takum_linear16], ids=str)
@pytest.mark.parametrize("name", FUNCTIONS_INT)
def test_an_integer_argument(name, T):
    x = operands(T, 24, 4)
    for n in (-(2**40), -101, -3, -2, -1, 0, 1, 2, 3, 7, 64, 100, 2**40 + 1):
        check(T, name, x, np.full(len(x), n))


INF, NAN = np.inf, np.nan
# name, arguments, result in binary16, result in posit16, flags (IEEE 754-2019, 9.2.1; Posit Standard)
LIMITS = [
    ("rsqrt", (0,), INF, NAN, {"divide"}), ("rsqrt", (-1,), NAN, NAN, {"invalid"}),
    ("rsqrt", (16,), 0.25, 0.25, set()), ("cbrt", (-27,), -3, -3, set()),
    ("exp", (0,), 1, 1, set()), ("exp2", (5,), 32, 32, set()), ("exp10", (2,), 100, 100, set()),
    ("expm1", (0,), 0, 0, set()), ("exp2m1", (3,), 7, 7, set()), ("exp10m1", (1,), 9, 9, set()),
    ("log", (0,), -INF, NAN, {"divide"}), ("log", (-1,), NAN, NAN, {"invalid"}),
    ("log", (1,), 0, 0, set()), ("log2", (0.125,), -3, -3, set()), ("log10", (1000,), 3, 3, set()),
    ("log1p", (-1,), -INF, NAN, {"divide"}), ("log1p", (-2,), NAN, NAN, {"invalid"}),
    ("log2p1", (-0.75,), -2, -2, set()), ("log10p1", (9,), 1, 1, set()),
    ("sinpi", (1.5,), -1, -1, set()), ("sinpi", (2,), 0, 0, set()), ("cospi", (3,), -1, -1, set()),
    ("cospi", (0.5,), 0, 0, set()), ("tanpi", (0.25,), 1, 1, set()),
    ("tanpi", (0.5,), INF, NAN, {"divide"}), ("tanpi", (-0.5,), -INF, NAN, {"divide"}),
    ("arcsin", (2,), NAN, NAN, {"invalid"}), ("arccos", (1,), 0, 0, set()),
    ("arcsinpi", (-1,), -0.5, -0.5, set()), ("arccospi", (-1,), 1, 1, set()),
    ("arctanpi", (-1,), -0.25, -0.25, set()), ("arccosh", (1,), 0, 0, set()),
    ("arccosh", (0.5,), NAN, NAN, {"invalid"}), ("arctanh", (1,), INF, NAN, {"divide"}),
    ("arctanh", (-2,), NAN, NAN, {"invalid"}), ("sigmoid", (0,), 0.5, 0.5, set()),
    ("gamma", (5,), 24, 24, set()), ("gamma", (0,), INF, NAN, {"divide"}),
    ("gamma", (-2,), NAN, NAN, {"invalid"}), ("lgamma", (2,), 0, 0, set()),
    ("lgamma", (-2,), INF, NAN, {"divide"}), ("sinc", (0,), 1, 1, set()), ("sinc", (3,), 0, 0, set()),
    ("erf", (0,), 0, 0, set()), ("erfc", (0,), 1, 1, set()), ("hypot", (3, 4), 5, 5, set()),
    ("arctan2", (0, 0), 0, NAN, {"posit invalid"}), ("arctan2pi", (1, -1), 0.75, 0.75, set()),
    ("pow", (0, 0), 1, NAN, {"posit invalid"}), ("pow", (0, -1), INF, NAN, {"divide"}),
    ("pow", (-2, 3), -8, -8, set()), ("pow", (-2, 0.5), NAN, NAN, {"invalid"}),
    ("pow", (6.25, 1.5), 15.625, 15.625, set()), ("pow", (0.25, -2.5), 32, 32, set()),
    ("logaddexp2", (3, 3), 4, 4, set()), ("logaddexp2", (-1, -1), 0, 0, set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "float_result", "posit_result", "flags"), LIMITS)
def test_limits_and_exact_cases(name, arguments, float_result, posit_result, flags):
    for T, want in ((nf.binary16, float_result), (nf.posit16, posit_result)):
        got, seen = raised(UFUNCS[name], *(np.array([a]).astype(T) for a in arguments))
        assert np.array_equal(got.astype(float), [float(want)], equal_nan=True), (T, got)
        posit_only = {"invalid"} if "posit invalid" in flags and T is nf.posit16 else set()
        assert seen == (flags - {"posit invalid"}) | posit_only


@pytest.mark.parametrize(("name", "plus", "minus"), [
    ("exp", INF, 0), ("expm1", INF, -1), ("log", INF, NAN), ("sin", NAN, NAN), ("tanh", 1, -1),
    ("arctanpi", 0.5, -0.5), ("cosh", INF, INF), ("sigmoid", 1, 0), ("silu", INF, -0.0),
    ("softplus", INF, 0), ("erf", 1, -1), ("erfc", 0, 2), ("gamma", INF, NAN), ("lgamma", INF, INF),
    ("sinc", 0, 0), ("rsqrt", 0, NAN), ("cbrt", INF, -INF)])  # fmt: skip
def test_infinities(name, plus, minus):
    with np.errstate(all="ignore"):
        got = UFUNCS[name](np.array([INF, -INF]).astype(nf.binary32)).astype(float)
    assert np.array_equal(got, np.array([plus, minus], float), equal_nan=True)


@pytest.mark.parametrize(
    "name", ["sin", "tan", "arcsin", "sinpi", "sinh", "tanh", "expm1", "log1p"]
)
def test_zeros_keep_their_sign(name):
    got = UFUNCS[name](np.array([0.0, -0.0]).astype(nf.binary32))
    assert np.signbit(got).tolist() == [False, True]


@pytest.mark.parametrize("name", [*FUNCTIONS_1, *FUNCTIONS_2])
@pytest.mark.parametrize("bias", [-32832, 32832])
def test_far_arguments(name, bias):
    """Biases at the ends: sin(2**65000) needs 65,000 bits of pi, exp(x) never ends."""
    T = nf.Float(15, 16, bias=bias)
    rng = np.random.default_rng(6)
    check(T, name, *(random_codes(T, 12, rng) for _ in range(1 + (name in FUNCTIONS_2))))


@pytest.mark.parametrize("T", [nf.binary64, nf.posit64, nf.Float(15, 48)], ids=str)
def test_values_that_need_many_limbs(T):
    """Next to an exact number by less than three limbs tell, or between series and asymptotes."""
    one = oracle_of(T).encode(1)
    with np.errstate(all="ignore"):
        ends = plain(np.array([-16, -12.5, -11.4375, 8.75, 9.99, 11.4375, 12, 16, 24]).astype(T))
    tiny = np.arange(1, 9, dtype=ends.dtype)
    for name in ("erf", "erfc", "gelu", "tanh", "sigmoid"):
        check(T, name, ends)
    for name in ("lgamma", "gamma", "log1p"):
        check(T, name, np.concatenate([tiny, plain(-array(T, tiny))]))
    for name in ("logaddexp", "logaddexp2", "hypot", "arctan2pi", "pow"):
        check(T, name, np.concatenate([ends, ends]), np.repeat([1, one + 1], len(ends)))


@pytest.mark.parametrize("T", [nf.posit16, nf.binary16, nf.tf32], ids=str)
@pytest.mark.parametrize("name", ["log", "exp", "arcsin", "tanpi"])
def test_long_arrays_give_what_single_elements_give(name, T):
    """Tables of 16 bits, and vectors beyond them: results and flags."""
    codes = np.random.default_rng(8).permutation(all_codes(T))
    one_by_one = [raised(UFUNCS[name], array(T, codes[i : i + 1])) for i in range(3000)]
    long, flags = raised(UFUNCS[name], array(T, np.tile(codes[:3000], 6)))
    assert flags == frozenset().union(*(f for _, f in one_by_one))
    assert np.array_equal(plain(long)[-3000:], [plain(r)[0] for r, _ in one_by_one])
    quiet = [i for i, (_, f) in enumerate(one_by_one) if not f]
    _, flags = raised(UFUNCS[name], array(T, codes[quiet]))
    assert quiet
    assert flags == frozenset()


def test_poles_of_formats_without_a_sign_are_poles_only():
    T = nf.Float(5, 3, signed=False)
    for name in ("log", "log2", "log10", "tanpi"):
        check(T, name, all_codes(T))


@pytest.mark.parametrize("k", [63, 64, 65, -64, -65, 2**40])
def test_whole_powers_wrap_up_to_64(k):
    T = nf.Fixed(16, frac=4, overflow="wrap")
    x = all_codes(T)[::97]
    check(T, "powi", x, np.full(len(x), k))
    if abs(k) < 2**11:
        y = plain(np.asarray(k).astype(T))
        check(T, "pow", x, np.full(len(x), y))


def test_wrapping_formats_saturate_and_whole_powers_wrap():
    T = nf.Fixed(8, frac=0, overflow="wrap")
    with np.errstate(all="ignore"):
        assert np.exp(T(10)) == T(127)
        assert np.power(T(3), T(5)) == T(243 - 256)


def test_refusals():
    with pytest.raises(TypeError):
        nf.rsqrt(np.array([1.0]))
    with pytest.raises(TypeError, match="up to 2\\*\\*63 - 1, not 9223372036854775808"):
        nf.rootn(np.array([2]).astype(nf.posit16), np.array([2**63], dtype=np.uint64))

# SPDX-License-Identifier: BSD-3-Clause
"""Does quantize round anything into any format in any mode, exactly once?"""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numformats as nf
from numformats import _rules

MODES = [mode for mode in _rules.ROUNDINGS if mode != "stochastic"]
TARGETS = [
    nf.posit8, nf.posit64, nf.bposit16, nf.bposit64, nf.Posit(5, es=0), nf.takum_linear8,
    nf.takum_linear64, nf.binary16, nf.bfloat16, nf.float8_e4m3fn, nf.float8_e4m3fnuz,
    nf.float8_e5m2, nf.float8_e8m0fnu, nf.float6_e2m3fn, nf.P3109(8, 3),
    nf.P3109(6, 6, signed=False),
    nf.Float(3, 3, subnormals=False), nf.Float(9, 54), nf.mlu32, nf.q7, nf.Fixed(64, 60),
    nf.Fixed(8, 3, signed=False, overflow="wrap"), nf.Fixed(12, -4),
]  # fmt: skip
EDGES = [0.0, -0.0, math.inf, -math.inf, math.nan, 1.0, -1.0, 5e-324, -1.7e308]


def numbers(T, count=40):
    """Float64 numbers at, next to and half-way between values of the format, and edges."""
    rng = np.random.default_rng(T.format.bits)
    codes = rng.integers(0, 2**T.format.bits, count, dtype=np.uint64)
    values = [float(x) for x in nf.from_bits(codes, T)]
    up = [
        float(x) for x in np.nextafter(nf.from_bits(codes, T), T.from_bits(nf.finfo(T).maxpos.bits))
    ]
    middles = [a / 2 + b / 2 for a, b in zip(values, up, strict=True)]
    near = [math.nextafter(m, end) for m in middles for end in (-math.inf, math.inf)]
    return (
        EDGES
        + values
        + middles
        + near
        + list(rng.normal(size=count) * 2.0 ** rng.integers(-30, 30, count))
    )


def expected(T, x, random=None, **modes):
    return [
        nf.oracle.for_format(T).encode(
            v, random=None if random is None else int(random[i]), **modes
        )
        for i, v in enumerate(x)
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("T", TARGETS, ids=lambda T: str(T.format))
def test_every_mode_from_float64(T, mode):
    x = numbers(T)
    with np.errstate(all="ignore"):
        found = nf.quantize(np.array(x), T, rounding=mode)
    assert found.dtype == T.dtype
    assert nf.to_bits(found).tolist() == expected(T, x, rounding=mode)


@pytest.mark.parametrize("T", TARGETS, ids=lambda T: str(T.format))
def test_every_overflow_and_no_mode(T):
    x = numbers(T)
    for overflow in (None, *_rules.overflow_choices(T.format)):
        with np.errstate(all="ignore"):
            found = nf.quantize(np.array(x), T, overflow=overflow)
        assert nf.to_bits(found).tolist() == expected(T, x, overflow=overflow)


@pytest.mark.parametrize("T", TARGETS, ids=lambda T: str(T.format))
def test_stochastic_draws_the_word_of_the_index(T):
    x = numbers(T)
    seed = 2**63 + 5
    words = np.random.Philox(key=np.array([seed, 0], np.uint64)).random_raw(len(x))
    codes = expected(T, x, rounding="stochastic", random=words)
    with np.errstate(all="ignore"):
        whole = nf.quantize(np.array(x), T, rounding="stochastic", seed=seed)
        objects = nf.quantize(np.array(x, object), T, rounding="stochastic", seed=seed)
        shaped = nf.quantize(
            np.array(x[:60]).reshape(3, 20).T.copy().T, T, "stochastic", None, seed
        )
    assert nf.to_bits(whole).tolist() == codes
    assert nf.to_bits(objects).tolist() == codes
    assert nf.to_bits(shaped).ravel().tolist() == codes[:60]


def test_stochastic_is_a_fair_draw():
    x = np.full(40_000, 1 + 3 / 64)  # 3/8 of the way from 1 to 1.125
    up = nf.quantize(x, nf.float8_e4m3fn, "stochastic", seed=3) > 1
    assert abs(np.mean(up) - 3 / 8) < 0.012  # five standard deviations
    again = nf.quantize(x, nf.float8_e4m3fn, "stochastic", seed=4) > 1
    assert np.any(up != again)


def test_formats_that_are_stochastic_themselves_need_a_seed():
    T = nf.Float(4, 3, rounding="stochastic")
    with pytest.raises(ValueError, match="seed=None"):
        nf.quantize(1.1, T)
    words = np.random.Philox(key=np.array([9, 0], np.uint64)).random_raw(3)
    found = nf.quantize([1.05, 1.06, 1.07], T, seed=9)
    assert nf.to_bits(found).tolist() == expected(T, [1.05, 1.06, 1.07], words)
    assert nf.quantize(1.05, T, "nearest_even") == T(1)


@given(
    st.sampled_from(TARGETS),
    st.sampled_from(MODES),
    st.fractions(min_value=-(10**30), max_value=10**30, max_denominator=10**30),
)
def test_fractions_in_every_mode(T, mode, x):
    with np.errstate(all="ignore"):
        found = nf.quantize(x, T, rounding=mode)
    assert type(found) is T
    assert found.bits == nf.oracle.for_format(T).encode(x, rounding=mode)


def test_shapes():
    assert type(nf.quantize(1.5, nf.posit16)) is nf.posit16
    assert type(nf.quantize(np.array(1.5), nf.posit16)) is nf.posit16
    assert nf.quantize([], nf.posit16).shape == (0,)
    assert nf.quantize(np.zeros((2, 0, 3), object), nf.posit16).shape == (2, 0, 3)
    a = np.arange(24.0).reshape(2, 3, 4)
    for view in (a.T, a[::-1, ::2, 1:], np.asfortranarray(a), np.broadcast_to(a[0], (5, 3, 4))):
        found = nf.quantize(view, nf.posit16)
        assert found.shape == view.shape
        assert np.array_equal(found.astype(float), view)
    unaligned = np.zeros(9, "u1")[1:].view("f8")
    unaligned[0] = 2.5
    assert nf.quantize(unaligned, nf.posit16)[0] == nf.posit16(2.5)


def test_no_rounding_where_it_fits():
    x = nf.from_bits(np.arange(256), nf.posit8)
    for mode in MODES:
        assert np.array_equal(nf.to_bits(nf.quantize(x, nf.posit8, mode)), np.arange(256))


def test_the_posit_never_rounds_to_zero_or_nar():
    for mode in MODES:
        found = nf.quantize([1e-300, -1e-300, 1e300, -1e300], nf.posit16, mode)
        assert [v.bits for v in found] == [1, 0xFFFF, 0x7FFF, 0x8001]


def test_complex_numbers_lose_their_imaginary_part_with_a_warning():
    with pytest.warns(np.exceptions.ComplexWarning):
        found = nf.quantize([1.1 + 2j], nf.posit8, "toward_zero")
    assert found[0] == nf.quantize(1.1, nf.posit8, "toward_zero")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rounding": "up"}, "rounding='up': must be one of nearest_even, nearest_away"),
        ({"rounding": "stochastic"}, "seed=None"),
        ({"seed": 1}, "seed=1"),
        ({"rounding": "stochastic", "seed": -1}, "seed=-1: must be an integer in 0"),
        ({"rounding": "stochastic", "seed": 1.5}, "seed=1.5"),
        ({"rounding": "stochastic", "seed": 2**64}, "must be an integer in 0"),
        ({"overflow": "inf"}, "overflow='inf': must be one of saturate"),
        ({"overflow": "wrap"}, "overflow='wrap': must be one of saturate"),
    ],
)
def test_wrong_modes(options, message):
    with pytest.raises(ValueError, match=r"must be|seed") as caught:
        nf.quantize(1.0, nf.posit16, **options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("T", "overflow", "allowed"),
    [
        (nf.float8_e4m3fn, "inf", "saturate, nan"),
        (nf.binary16, "wrap", "inf, saturate, saturate_finite, nan"),
        (nf.float4_e2m1fn, "nan", "saturate"),
        (nf.q7, "inf", "saturate, saturate_symmetric, zero, wrap"),
    ],
)
def test_overflows_that_a_format_cannot_do(T, overflow, allowed):
    with pytest.raises(ValueError, match=rf"must be one of {allowed}$"):
        nf.quantize(1.0, T, overflow=overflow)


@pytest.mark.parametrize(
    "x", [None, object(), [None], np.array(["2020"], "M8[Y]"), np.zeros(1, [("x", "f4")]), [{}]]
)
def test_what_is_no_number(x):
    with pytest.raises(TypeError, match="cannot quantize"):
        nf.quantize(x, nf.posit16)


def test_flags_go_to_numpy():
    with np.errstate(over="raise"), pytest.raises(FloatingPointError, match=r"overflow.*quantize"):
        nf.quantize(1e6, nf.binary16)
    with (
        np.errstate(invalid="raise"),
        pytest.raises(FloatingPointError, match=r"invalid.*quantize"),
    ):
        nf.quantize(math.nan, nf.q7)
    with (
        np.errstate(invalid="raise"),
        pytest.raises(FloatingPointError, match=r"invalid.*quantize"),
    ):
        nf.quantize([math.inf], nf.posit8)
    with np.errstate(over="warn"), pytest.warns(RuntimeWarning, match="overflow encountered"):
        nf.quantize("1e6", nf.binary16)
    seen = []
    with np.errstate(over="call", call=lambda what, flag: seen.append((what, flag))):
        nf.quantize([1e6, 1e6], nf.binary16)
    assert seen == [("overflow", 2)]
    with np.errstate(all="raise"):
        nf.quantize([1e300, -1e-300], nf.posit16)  # a posit saturates silently


def test_flags_may_be_logged_or_printed(capsys):
    class Log:
        lines = []  # noqa: RUF012

        def write(self, line):
            self.lines.append(line)

    with np.errstate(over="log", call=Log()):
        nf.quantize(1e6, nf.binary16)
    assert Log.lines == ["Warning: overflow encountered in quantize\n"]
    with np.errstate(over="print"):
        nf.quantize(1e6, nf.binary16)
    assert "overflow encountered in quantize" in capsys.readouterr().out


def test_formats_are_not_changed():
    nf.quantize(1.1, nf.binary16, "toward_positive", "saturate")
    assert nf.binary16(1.1) == nf.quantize(1.1, nf.binary16)
    assert nf.binary16.format.rounding == "nearest_even"


def test_seed_starts_the_words_of_ufuncs_anew():
    T = nf.Float(5, 4, rounding="stochastic")
    a = nf.from_bits(np.arange(200, 300), T)
    exact = [Fraction(*x.as_integer_ratio()) ** 2 for x in a]
    nf.seed(11)
    for stream in (0, 1):
        key = np.array([11, stream], np.uint64)
        words = np.random.Philox(key=key).random_raw(len(a))
        assert nf.to_bits(a * a).tolist() == expected(T, exact, words)
    with pytest.raises(ValueError, match="seed"):
        nf.seed(-1)
    with pytest.raises(TypeError):
        nf.seed(1.5)

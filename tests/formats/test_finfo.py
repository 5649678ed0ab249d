# SPDX-License-Identifier: BSD-3-Clause
"""Are the limits of every format those of the published tables, and those of its own codes?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf

NAMED = list(nf.formats().values())
SMALL = [T for T in NAMED if T.format.bits <= 12] + [
    nf.Posit(2, 0), nf.Posit(3), nf.Posit(6, es=1), nf.Posit(9, es=5), nf.Posit(12, es=3),
    nf.BPosit(9), nf.BPosit(12, rs=3, es=2), nf.BPosit(8, rs=4, es=0), nf.BPosit(8, rs=6, es=3),
    nf.TakumLinear(11), nf.TakumLinear(12),
    nf.Float(3, 2, bias=-3), nf.Float(3, 2, bias=9), nf.Float(5, 3, signed=False),
    nf.Float(3, 4, signed=False, subnormals=False), nf.Float(4, 2, inf="top", nan="none"),
    nf.Float(1, 4, inf="none", nan="none"), nf.Float(1, 1, inf="top", nan="negative_zero"),
    nf.P3109(8, 1), nf.P3109(8, 3), nf.P3109(8, 4, signed=False), nf.P3109(4, 2, extended=False),
    nf.TruncatedFloat(5, 4, 2),
    nf.Fixed(8, 0), nf.Fixed(8, 3, signed=False), nf.Fixed(5, -3), nf.Fixed(6, 20),
]  # fmt: skip


def two(exponent):
    return Fraction(2) ** exponent


def exact(x):
    return Fraction(*x.as_integer_ratio())


def finite_values(T):
    """Every finite value once, in order."""
    codes = nf.from_bits(np.arange(2**T.format.bits), T)
    return sorted({exact(x) for x in codes if np.isfinite(x)})


@pytest.mark.parametrize("T", SMALL, ids=lambda T: str(T.format))
def test_limits_are_those_of_the_codes(T):
    info = nf.finfo(T)
    values = finite_values(T)
    positive = [v for v in values if v > 0]
    assert exact(info.minpos) == exact(info.smallest_subnormal) == positive[0]
    assert exact(info.maxpos) == exact(info.max) == positive[-1]
    assert exact(info.lowest) == exact(info.min) == values[0]
    assert two(info.smallest_exponent) <= positive[0] < two(info.smallest_exponent + 1)
    assert two(info.largest_exponent) <= positive[-1] < two(info.maxexp)
    codes = nf.from_bits(np.arange(2**T.format.bits), T)
    assert info.nan_count == np.count_nonzero([np.isnan(x) for x in codes])
    assert info.inf_count == np.count_nonzero([np.isinf(x) for x in codes])


@pytest.mark.parametrize("T", SMALL, ids=lambda T: str(T.format))
def test_contiguous_integers_are_those_of_the_codes(T):
    values = set(finite_values(T))
    n = 0
    while n + 1 in values:
        n += 1
    assert nf.finfo(T).contiguous_integers == n


@pytest.mark.parametrize("T", SMALL, ids=lambda T: str(T.format))
def test_fraction_bits_count_the_codes_of_a_binade(T):
    info = nf.finfo(T)
    values = [v for v in finite_values(T) if v > 0]
    for e in range(info.smallest_exponent, info.largest_exponent + 1):
        inside = [v for v in values if two(e) <= v < two(e + 1)]
        bits = info.fraction_bits(e)
        assert len(inside) <= 2**bits
        full = two(e) in inside and e < info.largest_exponent
        if full and e > info.smallest_exponent:
            assert len(inside) == 2**bits
        assert all((v / two(e - bits)).denominator == 1 for v in inside)
    for e in (info.smallest_exponent - 1, info.largest_exponent + 1):
        with pytest.raises(ValueError, match="exponent="):
            info.fraction_bits(e)


@pytest.mark.parametrize("T", SMALL, ids=lambda T: str(T.format))
def test_steps_at_one(T):
    info = nf.finfo(T)
    values = finite_values(T)
    if 1 in values:
        at = values.index(Fraction(1))
        above = values[at + 1] - 1 if at + 1 < len(values) else None
        below = 1 - values[at - 1] if at and values[at - 1] > 0 else None
        assert info.exact_eps == (above or below or 1)
        assert info.exact_epsneg == (below or above or 1)
    assert two(info.machep) <= info.exact_eps < two(info.machep + 1)
    assert two(info.negep) <= info.exact_epsneg < two(info.negep + 1)
    with np.errstate(all="ignore"):
        assert info.eps == T(info.exact_eps)
        assert info.epsneg == T(info.exact_epsneg)
    assert Fraction(1, 10**info.precision) >= info.exact_eps or info.precision == 0
    assert Fraction(1, 10 ** (info.precision + 1)) < info.exact_eps


@pytest.mark.parametrize("T", SMALL, ids=lambda T: str(T.format))
def test_lossless_means_that_casts_lose_nothing(T):
    info = nf.finfo(T)
    for dtype, lossless in ((np.float32, info.lossless_in_float32), (np.float64, True)):
        values = finite_values(T)
        with np.errstate(over="ignore"):
            kept = all(np.isfinite(dtype(float(v))) and exact(dtype(float(v))) == v for v in values)
        assert kept == lossless
    assert info.lossless_in_float64


BPOSITS = [
    (nf.bposit16, 16, 6, 5, 2**9, True, False),
    (nf.bposit32, 32, 6, 5, 2**25, True, False),
    (nf.bposit64, 64, 6, 5, 2**56, False, False),
    (nf.bposit8q, 8, 2, 2, 2**4, True, True),
    (nf.bposit16q, 16, 8, 4, 2**10, True, True),
    (nf.bposit32q, 32, 14, 4, 2**25, True, False),
    (nf.bposit64q, 64, 20, 4, 2**55, False, False),
    (nf.BPosit(24), 24, 6, 5, 2**17, True, False),
    (nf.BPosit(32, rs=6, es=3), 32, 6, 3, 2**24, True, False),
]


@pytest.mark.parametrize(("T", "n", "rs", "es", "integers", "in64", "in32"), BPOSITS)
def test_closed_forms_of_bposits(T, n, rs, es, integers, in64, in32):
    info = nf.finfo(T)
    t_min, t_max = -rs * 2**es, rs * 2**es - 1
    f_min, f_max = n - 1 - rs - es, n - 3 - es
    assert exact(info.minpos) == (1 + two(-f_min)) * two(t_min)
    assert exact(info.maxpos) == (2 - two(-f_min)) * two(t_max)
    assert exact(info.lowest) == -exact(info.maxpos)
    assert exact(info.eps) == info.exact_eps == two(-f_max)
    assert (info.smallest_exponent, info.largest_exponent) == (t_min, t_max)
    assert info.nmant == info.fraction_bits(0) == info.fraction_bits(2**es - 1) == f_max
    assert info.fraction_bits(-(2**es)) == f_max
    assert info.fraction_bits(t_min) == info.fraction_bits(t_max) == f_min
    assert info.contiguous_integers == integers
    assert (info.lossless_in_float64, info.lossless_in_float32) == (in64, in32)
    assert (info.nan_count, info.inf_count) == (1, 0)


@pytest.mark.parametrize(
    ("T", "n", "largest_integer"),
    [
        (nf.posit8, 8, 2**4),
        (nf.posit16, 16, 2**10),
        (nf.posit32, 32, 2**23),
        (nf.posit64, 64, 2**48),
    ],
)
def test_posit_standard(T, n, largest_integer):
    info = nf.finfo(T)
    assert exact(info.minpos) == two(-4 * n + 8)
    assert exact(info.maxpos) == two(4 * n - 8)
    assert info.contiguous_integers == largest_integer
    assert info.nmant == n - 5
    assert exact(info.eps) == two(5 - n)
    assert info.fraction_bits(info.largest_exponent) == 0


def test_takums():
    assert exact(nf.finfo(nf.takum_linear8).maxpos) == two(239)
    assert exact(nf.finfo(nf.takum_linear8).minpos) == two(-239)
    assert float(nf.finfo(nf.takum_linear16).maxpos) == pytest.approx(5.609e76, rel=1e-3)
    assert float(nf.finfo(nf.takum_linear16).minpos) == pytest.approx(1.835e-77, rel=1e-3)


# formats.md 4: maxpos, smallest normal, minpos, NaNs, infinities
SMALL_FLOATS = {
    nf.binary16: (65504, two(-14), two(-24), 2046, 2),
    nf.bfloat16: (255 * two(120), two(-126), two(-133), 254, 2),
    nf.tf32: ((2 - two(-10)) * two(127), two(-126), two(-136), 2046, 2),
    nf.float8_e4m3fn: (448, two(-6), two(-9), 2, 0),
    nf.float8_e4m3: (240, two(-6), two(-9), 14, 2),
    nf.float8_e4m3fnuz: (240, two(-7), two(-10), 1, 0),
    nf.float8_e4m3b11fnuz: (30, two(-10), two(-13), 1, 0),
    nf.float8_e5m2: (57344, two(-14), two(-16), 6, 2),
    nf.float8_e5m2fnuz: (57344, two(-15), two(-17), 1, 0),
    nf.float8_e3m4: (Fraction(31, 2), two(-2), two(-6), 30, 2),
    nf.float6_e2m3fn: (Fraction(15, 2), 1, two(-3), 0, 0),
    nf.float6_e3m2fn: (28, two(-2), two(-4), 0, 0),
    nf.float4_e2m1fn: (6, 1, two(-1), 0, 0),
    nf.float8_e5m3fnu: (114688, two(-14), two(-17), 1, 0),
    nf.float8_e8m0fnu: (two(127), two(-127), two(-127), 1, 0),
    nf.P3109(8, 3): (49152, two(-15), two(-17), 1, 2),
    nf.P3109(8, 3, extended=False): (57344, two(-15), two(-17), 1, 0),
    nf.P3109(8, 4): (224, two(-7), two(-10), 1, 2),
    nf.P3109(8, 4, extended=False): (240, two(-7), two(-10), 1, 0),
    nf.P3109(8, 5): (15, two(-3), two(-7), 1, 2),
    nf.P3109(8, 1, signed=False, extended=False): (two(126), two(-127), two(-127), 1, 0),
    nf.P3109(6, 3, extended=False): (14, two(-3), two(-5), 1, 0),
    nf.P3109(6, 4, extended=False): (Fraction(15, 4), two(-1), two(-4), 1, 0),
    nf.P3109(4, 2, extended=False): (3, two(-1), two(-2), 1, 0),
    nf.P3109(4, 2): (2, two(-1), two(-2), 1, 2),
}


@pytest.mark.parametrize(("T", "row"), SMALL_FLOATS.items(), ids=lambda x: getattr(x, "name", ""))
def test_table_of_small_floats(T, row):
    info = nf.finfo(T)
    found = exact(info.maxpos), exact(info.smallest_normal), exact(info.minpos)
    assert (*found, info.nan_count, info.inf_count) == row


@pytest.mark.parametrize(
    ("T", "dtype"),
    [(nf.binary16, np.float16), (nf.binary32, np.float32), (nf.binary64, np.float64)],
)
def test_as_numpy_says_it(T, dtype):
    ours, theirs = nf.finfo(T), np.finfo(dtype)
    for name in ("max", "min", "tiny", "smallest_normal", "smallest_subnormal", "eps", "epsneg"):
        assert float(getattr(ours, name)) == float(getattr(theirs, name)), name
    for name in ("bits", "machep", "negep", "minexp", "maxexp", "nexp", "iexp", "nmant"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.precision == theirs.precision
    assert ours.resolution == T(str(theirs.resolution))
    assert ours.dtype == T.dtype


def test_everything_numpy_has():
    theirs = {name for name in dir(np.finfo(np.float32)) if not name.startswith("_")}
    assert theirs <= set(dir(nf.finfo(nf.posit32)))


def test_fixed_point():
    info = nf.finfo(nf.q15)
    assert exact(info.maxpos) == 1 - two(-15)
    assert exact(info.lowest) == -1
    assert exact(info.eps) == exact(info.minpos) == two(-15)
    assert info.contiguous_integers == 0
    assert nf.finfo(nf.Fixed(64, 0)).contiguous_integers == 2**63 - 1
    assert nf.finfo(nf.Fixed(64, 0, signed=False)).contiguous_integers == 2**64 - 1
    assert not nf.finfo(nf.Fixed(64, 0)).lossless_in_float64
    assert nf.finfo(nf.q31).lossless_in_float64
    assert not nf.finfo(nf.q31).lossless_in_float32


def test_what_may_be_given():
    info = nf.finfo(nf.posit16)
    given = [nf.posit16.dtype, nf.posit16(1), nf.posit16.format, "posit16", np.zeros(1, nf.posit16)]
    assert all(nf.finfo(x) is info for x in given)
    with pytest.raises(TypeError, match="not a number format"):
        nf.finfo(np.float64)
    with pytest.raises(AttributeError):
        info.bits = 3


def test_finfo_is_a_format_info():
    assert isinstance(nf.finfo(nf.posit16), nf.FormatInfo)
    assert nf.finfo(nf.posit16) == nf.finfo(nf.posit16.dtype)

# SPDX-License-Identifier: BSD-3-Clause
"""Is every result of the narrow formats, code by code, what the oracle says?"""

from __future__ import annotations

import itertools
from bisect import bisect_left
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
    plain,
    raised,
)
from numformats.oracle import Special, philox4x64

NARROW = named(8)
MIDDLE = named(16)

# Narrow formats without a name: other parameters of the same codecs.
PARAMETRIC = [
    "posit<2,es=2>",
    "posit<3,es=1>",
    "posit<6,es=0>",
    "posit<10,es=1>",
    "posit<7,es=5>",
    "bposit<8,rs=3,es=4>",
    "bposit<12,rs=4,es=2>",
    "takum_linear<10>",
    "takum_linear<12>",
    "float<exp=4,man=5>",
    "float<exp=4,man=3,subnormals=false>",
    "float<exp=4,man=3,signed=false>",
    "float<exp=3,man=2,inf=top,nan=negative_zero>",
    "float<exp=1,man=4,inf=none,nan=none>",
    "float<exp=5,man=3,bias=-20>",
    "float<exp=3,man=3,inf=none,nan=none,signed=false>",
    "truncated<exp=4,man=5,compute_man=3>",
    "truncated<exp=4,man=5,compute_man=2,truncate=align,ftz=false,daz=false>",
    "truncated<exp=3,man=4,compute_man=2,truncate=product,daz=false>",
    "truncated<exp=3,man=4,compute_man=2,truncate=operand,ftz=false>",
    "truncated<exp=3,man=4,compute_man=2,truncate=rounded>",
    "fixed<8,frac=-3>",
    "fixed<7,frac=12,signed=false>",
    "fixed<8,frac=4,overflow=wrap>",
    "fixed<8,frac=4,overflow=saturate_symmetric,rounding=nearest_positive>",
    "fixed<8,frac=3,overflow=zero,rounding=nearest_negative>",
    "fixed<7,frac=6,signed=false,overflow=zero,rounding=nearest_zero>",
    "float<exp=4,man=3,rounding=nearest_zero,overflow=saturate_finite>",
    "float<exp=3,man=2,inf=top,nan=negative_zero,rounding=nearest_negative,overflow=saturate>",
    "float<exp=4,man=3,signed=false,inf=top,nan=all_ones,rounding=toward_negative>",
    "float<exp=3,man=2,signed=false,inf=none,nan=all_ones,overflow=saturate>",
    "fixed<12,frac=5,signed=false,overflow=wrap,rounding=toward_negative>",
]
SMALL = [*NARROW.values(), *map(nf.parse_format, PARAMETRIC)]
MODES = ("nearest_even", "nearest_away", "nearest_zero", "nearest_positive", "nearest_negative", "toward_zero", "toward_positive", "toward_negative",
         "to_odd")  # fmt: skip

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


# ---- rounding ----------------------------------------------------------------------------------


def thresholds(T) -> list[Fraction]:
    """Points where a rounding may change: values, midpoints of neighbours, and beyond the ends.

    For posits and takums the middle of two codes is the value of the code that is one bit longer.
    """
    oracle = oracle_of(T)
    finite = {v for v in map(oracle.decode, range(1 << T.format.bits)) if isinstance(v, Fraction)}
    values = sorted(finite)
    middles = [(x + y) / 2 for x, y in itertools.pairwise(values)]
    top = max(abs(values[0]), values[-1])
    beyond = [top * 2, top * 1024, top + (values[-1] - values[-2]) / 2]
    points = values + middles + beyond + [-x for x in beyond] + longer_codes(T)
    return sorted(set(points))


def longer_codes(T) -> list[Fraction]:
    f = T.format
    if f.family == "posit":
        rs = f.bits if f.rs == f.bits - 1 else f.rs
        longer = nf.oracle.Row(family="posit", bits=f.bits + 1, rs=rs, es=f.es)
    elif f.family == "takum_linear":
        longer = nf.oracle.Row(family="takum_linear", bits=f.bits + 1)
    else:
        return []
    oracle = nf.oracle.for_format(longer)
    codes = range(2 << f.bits)
    return [v for v in map(oracle.decode, codes) if isinstance(v, Fraction)]


def around(T) -> list[Fraction]:
    """Every threshold and both its sides, very near and less near."""
    points = thresholds(T)
    near = []
    for x, y in itertools.pairwise(points):
        gap = (y - x) / 2
        near += [x, x + gap / (1 << 70), x + gap, y - gap / (1 << 70)]
    return [*near, points[-1]]


ROUNDED = [T for T in SMALL if T.format.bits <= 8]


@pytest.mark.parametrize("T", ROUNDED, ids=lambda T: T.__name__)
@pytest.mark.parametrize("mode", MODES)
def test_quantize_at_every_threshold(T, mode):
    oracle = oracle_of(T)
    points = around(T)
    step = max(1, len(points) // 1500)
    for x in [*points[::step], *points[1::step], Fraction(0)]:
        want = oracle.encode(x, rounding=mode)
        got, flags = raised(lambda x=x: nf.quantize(x, T, rounding=mode))
        assert got.bits == want, f"{T.__name__} {mode}: {x} -> {got.bits:#x}, not {want:#x}"
        assert flags == oracle.last_flags, (T.__name__, mode, x)


@pytest.mark.parametrize("T", ROUNDED, ids=lambda T: T.__name__)
def test_neighbours_enclose_what_they_round(T):
    """Rounding by search in the sorted exact values: a definition that no codec has a part in."""
    oracle = oracle_of(T)
    codes = [c for c in range(1 << T.format.bits) if isinstance(oracle.decode(c), Fraction)]
    values = sorted({oracle.decode(c) for c in codes})
    values = values[T.format.overflow == "saturate_symmetric" :]  # no rounding gives the lowest
    tapered = T.format.family in {"posit", "takum_linear"}
    for x in around(T)[:: max(1, len(around(T)) // 800)]:
        if not values[0] <= x <= values[-1]:
            continue
        i = bisect_left(values, x)
        low, high = values[i] if values[i] == x else values[i - 1], values[i]
        for mode in ("toward_zero", "toward_positive", "toward_negative", "nearest_even"):
            got = oracle.decode(nf.quantize(x, T, rounding=mode).bits)
            got = Fraction(0) if got is Special.NEG_ZERO else got
            if tapered and low <= 0 <= high and x:
                assert got == (high if x > 0 else low)  # never to zero
            elif mode == "toward_positive":
                assert got == high
            elif mode == "toward_negative":
                assert got == low
            elif mode == "toward_zero":
                assert got == (low if x > 0 else high)
            elif not tapered and x - low != high - x:
                assert got == (low if x - low < high - x else high)
            else:
                assert got in (low, high)


@pytest.mark.parametrize("overflow", ["inf", "saturate", "nan"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("T", [nf.float8_e4m3, nf.float8_e5m2, nf.Float(3, 2)], ids=str)
def test_quantize_overflow(T, mode, overflow):
    oracle = oracle_of(T)
    top = oracle.decode(oracle.encode(10**30, rounding="toward_zero"))
    for factor in (1, Fraction(33, 32), Fraction(17, 16), Fraction(9, 8), Fraction(5, 4), 2, 1000):
        for x in (top * factor, -top * factor):
            got, flags = raised(lambda x=x: nf.quantize(x, T, rounding=mode, overflow=overflow))
            assert got.bits == oracle.encode(x, rounding=mode, overflow=overflow)
            assert flags == oracle.last_flags


@pytest.mark.parametrize("T", ROUNDED, ids=lambda T: T.__name__)
def test_stochastic_bits(T):
    """Bit equality with the oracle's generator: element i draws word i of stream (seed, 0)."""
    oracle = oracle_of(T)
    points = [x for x in around(T) if x]
    points = points[:: max(1, len(points) // 400)]
    seed = 0xFEDCBA9876543210
    with np.errstate(all="ignore"):
        got = nf.quantize(np.array(points, object), T, rounding="stochastic", seed=seed)
    for i, x in enumerate(points):
        random = philox4x64(seed, 0, i)
        assert plain(got)[i] == oracle.encode(x, rounding="stochastic", random=random), (i, x)


# ---- casts -------------------------------------------------------------------------------------

CASTS = [T for T in SMALL if T.format.bits <= 12]


@pytest.mark.parametrize("source", CASTS, ids=lambda T: T.__name__)
def test_casts_between_all_formats(source):
    codes = all_codes(source)
    x = array(source, codes)
    for target in CASTS:
        if target is source:
            continue  # a copy: even a NaN's payload stays
        oracle = oracle_of(target)
        want, flags = [], set()
        for code in codes.tolist():
            want.append(oracle.cast_from(oracle_of(source), code))
            flags |= oracle.last_flags
        got, seen = raised(x.astype, target.dtype)
        name = f"{source.__name__} -> {target.__name__}"
        compare(name, "cast", [codes], [plain(got)], [want], target)
        assert seen == flags, (source.__name__, target.__name__)


def test_the_table_of_all_formats_is_covered():
    assert set(MIDDLE) == {n for n, T in nf.formats().items() if T.format.bits <= 16}
    assert {"posit8", "float4_e2m1fn", "q7", "takum_linear8", "float8_e8m0fnu"} <= set(NARROW)

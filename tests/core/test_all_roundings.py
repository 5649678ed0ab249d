# SPDX-License-Identifier: BSD-3-Clause
"""Is every rounding and cast to a narrow format, beside every threshold, what the oracle says?"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from helpers import all_codes, array, compare, oracle_of, plain, raised
from narrow_formats import SMALL
from numformats.oracle import Special, philox4x64

MODES = ("nearest_even", "nearest_away", "nearest_zero", "nearest_positive", "nearest_negative", "toward_zero", "toward_positive", "toward_negative",
         "to_odd")  # fmt: skip


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

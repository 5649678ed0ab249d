# SPDX-License-Identifier: BSD-3-Clause
"""Is every function of every code of 16 bits and fewer rounded correctly, and of many of 32 bits?

The result's interval, the real numbers that round to it, must contain MPFR's value: see
rounding_intervals.py and mpfr_functions.py.  Arguments that are infinite, and the sign of an
exact zero, are left to test_functions.py.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import numformats as nf
from function_arguments import apply, wide_arguments
from helpers import all_codes, array, named, oracle_of
from mpfr_functions import NAMES, POLES
from rounding_intervals import approximate, boundaries, boundaries_wide, outside

NARROW = named(16)
WIDE = ("posit32", "bposit32", "takum_linear32", "binary32")
PER_FORMAT = 250_000
BATCH = 50_000
INF, NEG_INF, NAN = nf.oracle.Special.INF, nf.oracle.Special.NEG_INF, nf.oracle.Special.NAN


@cache
def numbers(T):
    """Exact values of all codes as doubles; infinities and NaN as they are."""
    special = {INF: np.inf, NEG_INF: -np.inf, NAN: np.nan, nf.oracle.Special.NEG_ZERO: -0.0}
    decoded = (oracle_of(T).decode(int(c)) for c in all_codes(T))
    return np.array([float(special.get(v, v)) for v in decoded])


def complain(T, name, codes, got, places, text):
    if len(places):
        i = places[0]
        msg = f"{T.__name__} {name}({codes[i]:#x}) = {got[i]:#x}: {text}; {len(places)} wrong"
        raise AssertionError(msg)


def check_without_value(T, name, codes, xs, got, ys):
    """NaN outside of the domain, and at a pole what infinity becomes; which places those were."""
    oracle, outside_domain = oracle_of(T), np.isnan(ys)
    nans = np.array([oracle.decode(int(c)) is NAN for c in np.unique(got)])
    is_nan = np.isin(got, np.unique(got)[nans])
    nan = oracle.encode(NAN)
    right = is_nan if oracle.decode(nan) is NAN else got == nan
    complain(T, name, codes, got, np.flatnonzero(outside_domain & ~right), "not NaN")
    pole = np.zeros(xs.size, bool)
    for i in np.flatnonzero(np.isinf(ys)) if name in POLES else ():
        pole[i] = POLES[name](xs[i])
    # rsqrt(-0) is -inf in IEEE 754 and +inf in MPFR
    told = pole & ~((xs == 0) & np.signbit(xs))
    want = np.where(ys > 0, oracle.encode(INF), oracle.encode(NEG_INF))
    same = (got == want) | (is_nan & (oracle.decode(oracle.encode(INF)) is NAN))
    complain(T, name, codes, got, np.flatnonzero(told & ~same), "not what infinity becomes")
    return outside_domain | pole


def check(T, name, codes, xs, intervals):
    """Fail unless every result's interval contains the value; how many finite values there were.

    `intervals` gives those of result codes with values of about ys.
    """
    got = apply(T, name, codes)
    finite = np.isfinite(xs)
    codes, xs, got = codes[finite], xs[finite], got[finite]
    ys = approximate(name, xs)
    with_value = ~check_without_value(T, name, codes, xs, got, ys)
    codes, xs, got, ys = (a[with_value] for a in (codes, xs, got, ys))
    complain(
        T, name, codes, got, outside(name, xs, ys, intervals(got, ys)), "not correctly rounded"
    )
    return xs.size


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("T", NARROW.values(), ids=NARROW)
def test_every_code(T, name):
    seen = check(T, name, all_codes(T), numbers(T), boundaries(T).of)
    # a fixed format has no number of 1 and more
    assert seen >= {"arccosh": T.format.family != "fixed"}.get(name, 1 << (T.format.bits - 3))


@pytest.mark.parametrize("T", NARROW.values(), ids=NARROW)
def test_intervals(T):
    """Inside of both ends, at the ends, and outside of them, by the oracle's encoder."""
    found, encode = boundaries(T), oracle_of(T).encode
    for code in np.flatnonzero(~np.isnan(found.low)).tolist():
        ends = ((found.low, found.low_in, -1), (found.high, found.high_in, 1))
        for values, inside, outward in ends:
            end = values[code]
            if np.isinf(end):
                assert encode(Fraction(2) ** 2000 * outward) == code
                continue
            x = Fraction(float(end))
            step = abs(x) / 2**60 if x else Fraction(1, 2**600)
            assert (encode(x) == code) == bool(inside[code] and (x or code in (0, encode(x)))), hex(
                code
            )
            assert encode(x + step * outward) != code, hex(code)
            if found.low[code] < found.high[code]:
                assert encode(x - step * outward) == code, hex(code)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("T", [nf.formats()[n] for n in WIDE], ids=WIDE)
def test_many_codes_of_32_bits(T, name):
    codes = wide_arguments(T, name, PER_FORMAT)
    for part in np.split(codes, PER_FORMAT // BATCH):
        xs = array(T, part).astype(float)
        assert check(T, name, part, xs, lambda got, _: boundaries_wide(T, got)) > BATCH // 8


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("T", [nf.posit16, nf.bfloat16, nf.q15, nf.posit32, nf.binary32], ids=str)
def test_a_neighbour_of_one_result_is_noticed(monkeypatch, T, by):
    codes = wide_arguments(T, "log1p", 2000)
    xs, right = array(T, codes).astype(float), apply(T, "log1p", codes)
    place = np.flatnonzero(np.abs(xs - 0.5) < 0.25)[0]
    wrong = right.copy()
    wrong[place : place + 1] += np.array(by).astype(wrong.dtype)
    monkeypatch.setitem(globals(), "apply", lambda *_: wrong)
    intervals = boundaries(T).of if T.format.bits <= 16 else lambda got, _: boundaries_wide(T, got)
    with pytest.raises(AssertionError, match="not correctly rounded; 1 wrong"):
        check(T, "log1p", codes, xs, intervals)

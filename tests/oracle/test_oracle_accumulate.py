# SPDX-License-Identifier: BSD-3-Clause
"""Do the oracle's models of accumulators say what NumPy and a pencil say?"""

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.oracle import Accumulation, for_format

WIDTHS = {np.float16: (nf.binary16, np.uint16), np.float32: (nf.binary32, np.uint32),
          np.float64: (nf.binary64, np.uint64)}  # fmt: skip
by_host = pytest.mark.parametrize("host", WIDTHS, ids=lambda t: t.__name__)


def codes(x):
    return x.view(WIDTHS[x.dtype.type][1]).tolist()


def same(code, host):
    """Is the code the number of the host, zeros by their sign, or are both NaN?"""
    value = np.array(code, WIDTHS[type(host)][1]).view(type(host))[()]
    return bool(np.isnan(value) and np.isnan(host)) or value.tobytes() == host.tobytes()


def of(T, *numbers):
    oracle = for_format(T)
    return [oracle.encode(Fraction(x)) for x in numbers]


def number(T, code):
    return for_format(T).decode(code)


def summed(T, numbers, how, out=None):
    return number(out or T, Accumulation(T, T, out or T).total(of(T, *numbers), how))


def multiplied(T, xs, ys, how):
    return number(T, Accumulation(T, T, T).dot(of(T, *xs), of(T, *ys), how))


def hard(host, n, rng):
    """Values whose sums round, tie, cancel, overflow; and in some lists what is not finite."""
    x = rng.standard_normal(n) * 2.0 ** rng.integers(-8, 8, n)
    x = np.where(rng.random(n) < 0.3, rng.integers(-4, 5, n), x)
    x = np.where(rng.random(n) < 0.15, -0.0, x)
    if rng.random() < 0.3:
        x[rng.integers(n)] = rng.choice([np.inf, -np.inf, np.nan, float(np.finfo(host).max)])
    return x.astype(host)


def chain(x):
    s = x[0]
    for term in x[1:]:
        s = s + term
    return s


def tree(x):
    if len(x) == 1:
        return x[0]
    half = 1
    while 2 * half < len(x):
        half *= 2
    return tree(x[:half]) + tree(x[half:])


# ---- beside NumPy, which knows nothing of the oracle -------------------------------------------------


@by_host
@pytest.mark.parametrize(("how", "by_numpy"), [("sequential", chain), ("pairwise", tree)])
def test_rounding_every_step_is_numpys_own_arithmetic(host, how, by_numpy):
    T, rng = WIDTHS[host][0], np.random.default_rng(1)
    sums = Accumulation(T, T, T)
    for _ in range(150):
        n = int(rng.integers(1, 30))
        x, y = hard(host, n, rng), hard(host, n, rng)
        with np.errstate(all="ignore"):
            assert same(sums.total(codes(x), how), by_numpy(x)), x
            assert same(sums.dot(codes(x), codes(y), how), by_numpy(x * y)), (x, y)


def grid(n, rng):
    """binary16 numbers whose products and sums are exact in float64."""
    return (rng.integers(-2047, 2048, n) * 2.0 ** rng.integers(-8, 1, n)).astype(np.float16)


def fused(x, y, host):
    """float64 is exact here, so that only the conversion to the host's type rounds."""
    s = host(np.float64(x[0]) * np.float64(y[0]))
    for a, b in zip(x[1:], y[1:], strict=True):
        s = host(np.float64(s) + np.float64(a) * np.float64(b))
    return s


def test_a_format_as_accumulator_is_a_fused_multiply_add():
    rng = np.random.default_rng(2)
    sums = Accumulation(nf.binary16, nf.binary16, nf.binary32)
    for _ in range(150):
        x, y = grid(40, rng), grid(40, rng)
        got = sums.dot(codes(x), codes(y), nf.binary32)
        assert same(got, fused(x, y, np.float32))


@pytest.mark.parametrize("size", [1, 3, 8, 40, 100])
def test_blocks_in_half_and_their_sums_in_single(size):
    rng = np.random.default_rng(3)
    sums = Accumulation(nf.binary16, nf.binary16, nf.binary32)
    for _ in range(60):
        x, y = grid(40, rng) / np.float16(64), grid(40, rng) / np.float16(64)
        with np.errstate(over="ignore"):
            parts = [
                fused(x[i : i + size], y[i : i + size], np.float16) for i in range(0, 40, size)
            ]
            want = chain([np.float32(p) for p in parts])
            array = chain(parts)
        got = sums.dot(codes(x), codes(y), ("blocked", nf.binary16, size))
        assert same(got, want)
        got = sums.dot(codes(x), codes(y), ("systolic", nf.binary16, size))
        assert same(got, np.float32(array))


# ---- by hand -----------------------------------------------------------------------------------------


def test_a_sum_in_bfloat16_sticks():
    """At 256 a one is half a step, and the tie goes to even."""
    ones = [1] * 300
    assert summed(nf.bfloat16, ones, "sequential") == 256
    assert summed(nf.bfloat16, ones, nf.bfloat16) == 256
    assert summed(nf.bfloat16, ones, nf.binary32) == 300
    assert summed(nf.bfloat16, ones, "pairwise") == 300
    assert summed(nf.bfloat16, ones, "exact") == 300


def test_a_fused_accumulator_sees_what_rounded_products_have_lost():
    x = 1 + Fraction(1, 8)  # its square has seven bits; float8_e4m3fn has four
    assert multiplied(nf.float8_e4m3fn, [x, -1], [x, 1.25], "sequential") == 0
    assert multiplied(nf.float8_e4m3fn, [x, -1], [x, 1.25], nf.binary32) == Fraction(1, 64)
    # 81/64 rounds to 1.25 in the accumulator, too, when that comes first
    assert multiplied(nf.float8_e4m3fn, [x, -1], [x, 1.25], nf.float8_e4m3fn) == 0
    assert multiplied(nf.float8_e4m3fn, [-1, x], [1.25, x], nf.float8_e4m3fn) == Fraction(1, 64)


def test_promotion_of_blocks_of_fp8():
    """E4M3 has 4 bits: ones add up to 16 and no further; blocks of 16 lose nothing."""
    E4M3 = nf.float8_e4m3fn
    ones = [1] * 64
    for how, want in [
        (E4M3, 16),
        (("blocked", E4M3, 16), 64),
        (("blocked", E4M3, 32), 32),
        (("blocked", E4M3, 16, E4M3), 64),
        (("blocked", E4M3, 10, E4M3), 60),  # 10, 20, 30, 40, 50 -> 48, 58 -> 56, and 4
        (("systolic", E4M3, 32), 32),
        (("systolic", E4M3), 16),
    ]:
        assert summed(E4M3, ones, how, nf.binary32) == want, how
    with_tail = [1] * 20
    assert summed(E4M3, with_tail, ("blocked", E4M3, 16), nf.binary32) == 20


def test_alignment_drops_small_addends():
    T = nf.binary32
    big, small = 2**10, Fraction(3, 4)
    # with 10 bits the last bit of a group led by 1024 is 2: everything below vanishes, from any sign
    assert summed(T, [big, small, small, small, small], ("aligned", 10, 5)) == 1024
    assert summed(T, [big, -small, -small, -small, -small], ("aligned", 10, 5)) == 1024
    assert summed(T, [big, small, small, small, small], ("aligned", 12, 5)) == 1024 + 4 * Fraction(
        1, 2
    )
    assert summed(T, [big, small, small, small, small], ("aligned", 13, 5)) == 1024 + 3
    # small ones that meet first are whole; then their sum, 3, meets the big one and becomes 2
    assert summed(T, [small] * 4 + [big], ("aligned", 10, 4)) == 1026
    # cancellation inside a group leaves exact zero, and what was cut does not come back
    assert summed(T, [big, small, -big], ("aligned", 10, 3)) == 0
    assert summed(T, [big, -big, small], ("aligned", 10, 2)) == small
    # the sum so far leads: 2047 has 11 bits and loses the last one although the group is small
    assert summed(T, [2047, small], ("aligned", 11, 1)) == 2047
    assert summed(T, [2047, small], ("aligned", 10, 1)) == 2046


def test_a_group_has_sixteen_terms_unless_told():
    terms = [2**10, *[Fraction(3, 4)] * 16]
    # fifteen meet 1024 and vanish; the last one meets the sum and vanishes, too
    assert summed(nf.binary32, terms, ("aligned", 10)) == 1024
    terms = [*[Fraction(3, 4)] * 16, 2**10]
    assert summed(nf.binary32, terms, ("aligned", 10)) == 1024 + 12
    assert summed(nf.binary32, terms, ("aligned", 10, 17)) == 1024


def test_the_tree_splits_at_the_largest_power_of_two_below():
    # 6 = 4 + 2: ((256+1)+(1+1)) + (1+1): 256+2 = 258, + 2 = 260; in halves of 3 it would be 256+2+...
    assert summed(nf.bfloat16, [256, 1, 1, 1, 1, 1], "pairwise") == 260
    # 3 = 2 + 1: (256+1)+1 = 256; split as 1 + 2 it would be 258
    assert summed(nf.bfloat16, [256, 1, 1], "pairwise") == 256


# ---- zeros, specials, flags --------------------------------------------------------------------------

MODELS = [
    "sequential",
    "pairwise",
    nf.bfloat16,
    ("blocked", nf.bfloat16, 2),
    ("systolic", nf.bfloat16),
]
ALIGNED = ("aligned", 8)
ONE, ZERO, MINUS_ZERO, INF, MINUS_INF, NAN = 0x3F80, 0, 0x8000, 0x7F80, 0xFF80, 0x7FC0


@pytest.mark.parametrize("how", ["exact", ALIGNED, *MODELS], ids=str)
def test_specials_and_flags(how):
    sums = Accumulation(nf.bfloat16, nf.bfloat16, nf.bfloat16)
    for xs, ys, code, flags in [
        ([], [], ZERO, set()),
        ([ONE, NAN], [ONE, ONE], NAN, set()),
        ([INF, ONE], [ZERO, ONE], NAN, {"invalid"}),
        ([INF, MINUS_INF], [ONE, ONE], NAN, {"invalid"}),
        ([ONE, MINUS_INF], [ONE, ONE], MINUS_INF, set()),
        ([ONE, ONE], [ONE, 0xBF80], ZERO, set()),
    ]:
        assert sums.dot(xs, ys, how) == code, (xs, ys)
        assert sums.last_flags == flags, (xs, ys)


def test_zeros_keep_their_sign_where_something_rounds():
    sums = Accumulation(nf.bfloat16, nf.bfloat16, nf.bfloat16)
    for how in MODELS:
        assert sums.dot([MINUS_ZERO] * 3, [ONE] * 3, how) == MINUS_ZERO, how
        assert sums.dot([MINUS_ZERO, ZERO], [ONE] * 2, how) == ZERO, how
    for how in ("exact", ALIGNED):
        assert sums.dot([MINUS_ZERO] * 3, [ONE] * 3, how) == ZERO, how


def test_overflow_on_the_way_is_seen():
    big = of(nf.binary16, 65504)[0]
    minus = of(nf.binary16, -65504)[0]
    sums = Accumulation(nf.binary16, nf.binary16, nf.binary16)
    terms = [big, big, minus]
    assert sums.total(terms, "exact") == big
    assert sums.last_flags == set()
    assert sums.total(terms, nf.binary32) == big
    assert sums.last_flags == set()
    for how in ("sequential", "pairwise", nf.binary16):
        assert sums.total(terms, how) == 0x7C00, how
        assert sums.last_flags == {"overflow"}


def test_three_formats_meet_exactly():
    a, b = of(nf.q7, Fraction(1, 128), Fraction(1, 2)), of(nf.posit8, Fraction(5, 4), 3)
    got = Accumulation(nf.q7, nf.posit8, nf.binary16).dot(a, b)
    assert number(nf.binary16, got) == Fraction(5, 512) + Fraction(3, 2)


def test_lengths_must_agree():
    sums = Accumulation(nf.posit8, nf.posit8, nf.posit8)
    with pytest.raises(ValueError, match="shorter|longer"):
        sums.dot([0x40], [])

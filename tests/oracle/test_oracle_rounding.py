# SPDX-License-Identifier: BSD-3-Clause
"""Does the oracle round as a second definition, written another way, says?"""

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise

import pytest

from numformats.oracle import Special, SquareRoot, for_format
from oracle_rows import BINARY64, GRIDS, TAPERED, name_of, posit, takum, two


def wider(row):
    """The format with one bit more, whose codes between two codes are the thresholds."""
    bits = row.bits + 1
    if row.family == "posit":
        standard = row.rs == row.bits - 1
        return posit(bits, 0 if standard else row.rs, row.es)
    return takum(bits)


def by_threshold(oracle, below):
    """Round a positive x by the Posit Standard's definition; below(t): is t < x, None if equal."""
    maxpos = (1 << (oracle.row.bits - 1)) - 1
    thresholds = wider(oracle.row)
    low, high = 1, maxpos
    if below(oracle.decode(1)) is False:
        return 1
    while low < high:
        middle = (low + high + 1) // 2
        if below(oracle.decode(middle)) is False:
            high = middle - 1
        else:
            low = middle
    if low == maxpos or below(oracle.decode(low)) is None:
        return low
    side = below(thresholds.decode(2 * low + 1))
    return low + (low & 1 if side is None else side)


def comparison(x):
    return lambda t: None if t == x else t < x


@pytest.mark.parametrize("oracle", TAPERED, ids=name_of)
def test_string_rounding_equals_threshold_rounding(oracle):
    far_wider = posit if oracle.row.family == "posit" else None
    # every code of a format three bits wider, and its surroundings
    bits = oracle.row.bits + 3
    if far_wider is None:
        probe = takum(bits)
    else:
        standard = oracle.row.rs == oracle.row.bits - 1
        probe = posit(bits, 0 if standard else oracle.row.rs, oracle.row.es)
    for code in range(1, 1 << (bits - 1)):
        x = probe.decode(code)
        for y in (x, x * (1 + two(-90)), x * (1 - two(-90))):
            assert oracle.encode(y) == by_threshold(oracle, comparison(y)), (code, y)


@pytest.mark.parametrize(
    "oracle", [posit(8), posit(16, 6, 5), posit(9, 3, 1), takum(12)], ids=name_of
)
def test_square_roots_by_squaring_thresholds(oracle):
    top = 1 << (oracle.row.bits - 1)
    for code in range(1, top, 1 if top < 5000 else 7):
        x = oracle.decode(code)
        expected = by_threshold(oracle, lambda t, x=x: None if t * t == x else t * t < x)
        assert oracle.sqrt(code) == expected, code


def grid(oracle):
    """The finite values of a float or fixed format; those whose opposite is one too."""
    values = {v for c in range(1 << oracle.row.bits) if isinstance(v := oracle.decode(c), Fraction)}
    return sorted(v for v in values if -v in values)


def by_neighbours(values, parity, x, mode):
    """Round x to one of the values, from the words that name the mode."""
    i = bisect_right(values, x) - 1
    low = values[i]
    if low == x:
        return x
    high = values[i + 1]
    odd = low if parity(low) else high
    even = high if parity(low) else low
    nearest = low if x - low < high - x else high
    return {
        "nearest_even": even if x - low == high - x else nearest,
        "nearest_away": max(low, high, key=abs) if x - low == high - x else nearest,
        "toward_zero": min(low, high, key=abs),
        "toward_positive": high,
        "toward_negative": low,
        "to_odd": odd,
    }[mode]


MODES = (
    "nearest_even",
    "nearest_away",
    "toward_zero",
    "toward_positive",
    "toward_negative",
    "to_odd",
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", GRIDS, ids=name_of)
def test_rounding_by_neighbours(row, mode):
    oracle = for_format(row)
    values = grid(oracle)
    epsilon = two(-120)
    for low, high in pairwise(values):
        gap = not row.subnormals and 0 in (low, high)

        def parity(v, gap=gap):
            # across the gap that subnormals leave, 0 is even and what is beyond is odd
            return v != 0 if gap else oracle.encode(abs(v)) & 1 == 1

        middle = (low + high) / 2
        third = low + (high - low) / 3
        for x in (
            low,
            middle,
            third,
            middle + epsilon,
            middle - epsilon,
            low + epsilon,
            high - epsilon,
        ):
            got = oracle.decode(oracle.encode(x, rounding=mode))
            got = Fraction(0) if got is Special.NEG_ZERO else got
            assert got == by_neighbours(values, parity, x, mode), (x, mode)


@pytest.mark.parametrize("row", GRIDS, ids=name_of)
def test_stochastic_rounding_is_a_comparison_with_the_dropped_fraction(row):
    oracle = for_format(row)
    values = [v for v in grid(oracle) if v >= 0]
    for low, high in pairwise(values):
        for part in (Fraction(1, 3), Fraction(1, 2), Fraction(1, 1 << 64), Fraction(1, 1 << 200)):
            x = low + (high - low) * part
            d64 = (part.numerator << 64) // part.denominator
            d64 |= d64 * part.denominator != part.numerator << 64  # sticky
            up, down = oracle.encode(high), oracle.encode(low)
            assert oracle.encode(x, "stochastic", random=0) == up
            assert oracle.encode(x, "stochastic", random=d64 - 1) == up
            assert oracle.encode(x, "stochastic", random=d64) == down
            assert oracle.encode(low, "stochastic", random=0) == down
    with pytest.raises(ValueError, match="64-bit word"):
        oracle.encode((values[0] + values[1]) / 2, "stochastic")


def test_a_root_just_above_a_tie_is_not_a_tie():
    # the excess is far below the bits that are looked at: only the sticky bit knows of it
    oracle = for_format(BINARY64)
    tie, one = 1 + two(-53), oracle.encode(1)
    assert oracle.encode(SquareRoot(tie**2 + two(-1000))) == one + 1
    assert oracle.encode(SquareRoot(tie**2 - two(-1000))) == one
    assert oracle.encode(SquareRoot(tie**2 + two(-1000)), "toward_zero") == one

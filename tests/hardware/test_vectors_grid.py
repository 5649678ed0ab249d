# SPDX-License-Identifier: BSD-3-Clause
"""Are midpoints where rounding changes its mind, and is every number in its binade?"""

from __future__ import annotations

from fractions import Fraction

import pytest

import numformats as nf
from numformats.hardware.vectors.corners import corners
from numformats.hardware.vectors.grid import Grid

FORMATS = ["posit8", "posit<2,es=0>", "posit<3,es=5>", "posit<9,es=0>", "bposit<8,rs=2,es=1>", "bposit<9,rs=8,es=3>",
           "bposit<7,rs=5,es=2>", "takum_linear<8>", "takum_linear<11>", "takum_linear<13>", "binary16", "float8_e4m3fn",
           "float8_e8m0fnu", "float<exp=3,man=2,subnormals=false>", "float<exp=1,man=3,inf=none,nan=none>",
           "float<exp=4,man=0,inf=none,nan=none>", "float<exp=3,man=3,signed=false>", "fixed<6,frac=3>",
           "fixed<5,frac=9,signed=false>", "fixed<4,frac=-7,overflow=wrap>"]  # fmt: skip
WIDE = [
    "posit64",
    "bposit64",
    "takum_linear64",
    "binary64",
    "fixed<64,frac=63>",
    "float<exp=15,man=48>",
]


def changes_at(grid, place, middle):
    """Does rounding to nearest go to this place just below, and to the next just above?"""
    tiny, oracle = middle / (1 << 200), grid.oracle
    below, above = (oracle.encode(middle + d, "nearest_even", "saturate") for d in (-tiny, tiny))
    return grid.codec.index(below) == place and grid.codec.index(above) == place + 1


@pytest.mark.parametrize("text", FORMATS)
def test_rounding_changes_at_every_midpoint(text):
    grid = Grid(nf.parse_format(text).format)
    lowest = 1 if grid.format.is_tapered or not grid.first else 0
    for place in range(lowest, grid.last):
        assert changes_at(grid, place, grid.midpoint(place)), place


@pytest.mark.parametrize("text", WIDE)
def test_wide_formats_at_their_ends_and_around_one(text):
    grid = Grid(nf.parse_format(text).format)
    for place in [
        1,
        2,
        grid.last - 1,
        grid.last // 2,
        grid.place(Fraction(1, 2)),
        grid.last // 2 - 1,
    ]:
        assert changes_at(grid, place, grid.midpoint(place)), place


@pytest.mark.parametrize("text", ["binary16", "float8_e4m3fn", "fixed<6,frac=3>"])
def test_the_last_midpoint_is_where_overflow_begins(text):
    oracle = nf.oracle.for_format(text)
    middle = Grid(nf.parse_format(text).format).midpoint(oracle.codec.last_finite)
    flags = []
    for step in (-1, 1):
        oracle.encode(middle + step * middle / 1000, "nearest_even")
        flags.append("overflow" in oracle.last_flags)
    assert flags == [False, True]


@pytest.mark.parametrize("text", FORMATS + WIDE)
def test_binades_hold_what_they_say(text):
    grid = Grid(nf.parse_format(text).format)
    for b in grid.binades:
        step = Fraction(2) ** (b.exponent - b.fraction)
        first, last = grid.value(b.first), grid.value(b.last)
        assert Fraction(2) ** b.exponent <= first <= last < Fraction(2) ** (b.exponent + 1)
        assert (last - first) / step == b.last - b.first
    if grid.last < 1 << 16:
        assert sum(b.last - b.first + 1 for b in grid.binades) == grid.last - grid.first + 1


@pytest.mark.parametrize("text", FORMATS + WIDE)
def test_corners_are_codes_each_once_and_hold_the_ends(text):
    f = nf.parse_format(text).format
    found = corners(f, 200)
    codec = nf.oracle.for_format(f).codec
    assert len(set(found)) == len(found) <= 200
    assert 0 <= min(found) <= max(found) < 1 << f.bits
    ends = {codec.at_index(i) for i in (codec.first, codec.last, codec.last_finite, 0, 1)}
    assert ends <= set(found)


def test_corners_have_both_sides_of_each_regime():
    found = set(corners(nf.posit16.format, 400))
    regimes = [1 << i for i in range(15)] + [(1 << 15) - (1 << i) for i in range(15)]
    assert {(r + d) & 0xFFFF for r in regimes for d in (-2, -1, 0, 1, 2)} <= found


def test_corners_have_nans_that_signal():
    assert {0x7C00, 0xFC00, 0x7C01, 0x7E00, 0x7FFF, 0xFDFF} <= set(corners(nf.binary16.format, 60))

# SPDX-License-Identifier: BSD-3-Clause
"""Do aimed vectors hit the midpoints of every precision, and pass as close by as can be?"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest

from numformats.hardware import operation
from numformats.hardware.vectors.aim import Aim
from numformats.hardware.vectors.aimed import aimed_rows
from numformats.hardware.vectors.draws import Draws
from numformats.hardware.vectors.extremes import EXTREMES
from numformats.hardware.vectors.grid import Grid
from numformats.oracle import SquareRoot

FORMATS = [
    "posit16",
    "posit32",
    "bposit32",
    "takum_linear16",
    "binary16",
    "float<exp=4,man=9,signed=false>",
    "q15",
]


def sides(grid, exact):
    """Fraction bits of the result's binade, and on which side of its midpoint the result is."""
    x = abs(exact) if isinstance(exact, Fraction) else exact
    place = grid.place(x)
    if not grid.first <= place < grid.last:
        return None
    square, middle = (
        (x.radicand, grid.midpoint(place) ** 2)
        if isinstance(x, SquareRoot)
        else (x, grid.midpoint(place))
    )
    bits = next((b.fraction for b in grid.binades if b.first <= place <= b.last), None)
    if bits is None or grid.value(place) == x:
        return None
    near = abs(square / middle - 1) * 2 ** (bits + 2)
    return bits, (square > middle) - (square < middle), near


@cache
def found(text, op, count=4000):
    """Precision -> side -> the least distance, in steps."""
    asked = operation(text, op)
    grid, best = Grid(asked.result), {}
    for row in aimed_rows(asked, count, Draws(20, f"{text} {op}")):
        exact = asked.exact(*row)
        at = sides(grid, exact) if isinstance(exact, SquareRoot | Fraction) and exact != 0 else None
        if at is not None:
            bits, side, near = at
            of = best.setdefault(bits, {})
            of[side] = min(of.get(side, 9), near)
    return best


def precisions(text):
    return {b.fraction for b in Grid(operation(text, "add").result).binades}


@pytest.mark.parametrize("op", ["mul", "fma"])
@pytest.mark.parametrize("text", FORMATS)
def test_products_are_midpoints_in_every_precision(text, op):
    ties = {bits for bits, at in found(text, op).items() if 0 in at}
    assert ties >= precisions(text)


@pytest.mark.parametrize("text", ["posit16", "posit32", "bposit32", "takum_linear16"])
def test_sums_and_quotients_are_midpoints_where_they_can_be(text):
    most = max(precisions(text))
    assert {bits for bits, at in found(text, "add").items() if 0 in at} >= precisions(text) - {
        0,
        most,
    }
    ties = {bits for bits, at in found(text, "div").items() if 0 in at}
    assert precisions(text) - {0, most} <= ties
    assert most not in ties  # M * B is longer than any significand


@pytest.mark.parametrize("text", ["binary16", "posit16", "takum_linear16", "bposit32"])
def test_no_root_is_a_midpoint_and_no_normal_quotient(text):
    assert not [bits for bits, at in found(text, "sqrt").items() if 0 in at]
    assert 0 not in found("binary16", "div")[10]
    assert 0 in found("binary16", "div")[5]  # below the least normal number there are


@pytest.mark.parametrize("op", ["add", "mul", "div", "sqrt", "fma"])
@pytest.mark.parametrize("text", ["posit16", "posit32", "bposit32", "takum_linear16", "binary16"])
def test_results_pass_close_by_on_both_sides(text, op):
    """The best precision: as near as the operands' last places allow, a sixteenth of a step or less."""
    at = found(text, op)[max(precisions(text))]
    if op == "add" and text == "binary16":
        assert min(at.values()) == 0
    assert at[1] <= Fraction(1, 16)
    assert at[-1] <= Fraction(1, 16)


def test_the_nearest_quotient_and_root_are_found():
    """All of 2^5 by 2^5 significands: no quotient is nearer to a midpoint than the best aimed one."""
    text = "float<exp=6,man=5>"
    grid = Grid(operation(text, "div").result)
    div, sqrt = found(text, "div")[5], found(text, "sqrt")[5]
    quotients = [sides(grid, Fraction(a, b)) for a in range(32, 64) for b in range(32, 64)]
    roots = [
        sides(grid, SquareRoot(Fraction(a, 32))) for a in range(33, 128) if a < 64 or a % 2 == 0
    ]
    for side in (-1, 1):
        best = min(s[2] for s in quotients if s is not None and s[1] == side)
        assert div[side] <= best
        assert sqrt[side] <= min(s[2] for s in roots if s is not None and s[1] == side)


def test_extremes_of_binary64_are_one_unit_away():
    """|d| = 1 of A - M * B / 2^s: nothing lies nearer, for quotients of 53 bits."""
    asked = operation("binary64", "div")
    aim, nearest = Aim(asked, Draws(3, "extremes")), 0
    for _ in range(300):
        row = EXTREMES["div"](aim)
        exact = asked.exact(*row) if row else 0
        if not exact or not 2**-1000 < exact < 2**1000:
            continue
        middle = aim.result.midpoint(aim.result.place(exact))
        divisor = asked.exact(row[1], asked.columns([[0, 0x3FF0 << 48]])[1][0].item())
        distance = abs(exact - middle) / middle
        nearest += distance * divisor.numerator * (2 * middle).numerator <= 4
    assert nearest >= 10  # of some 70 quotients; others lie beside numbers

# SPDX-License-Identifier: BSD-3-Clause
"""Is the worst relative error of a format on an interval exactly that, in every kind of format?"""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import CompareError, WorstError, minimax_format, worst_relative_error
from numformats.analysis.candidate import as_candidate
from numformats.analysis.number_line import line_of

TINY = Fraction(1, 2**400)
FLOAT = {"inf": "none", "nan": "none"}
SMALL = [
    nf.Posit(7), nf.Posit(5, es=0), nf.Posit(6, es=3), nf.BPosit(7, rs=3, es=2), nf.TakumLinear(9),
    nf.Float(4, 2), nf.Float(4, 2, bias=4, inf="none", nan="negative_zero"), nf.Float(3, 2, inf="none", nan="all_ones"), nf.float8_e8m0fnu, nf.float4_e2m1fn,
    nf.Float(3, 2, subnormals=False), nf.Float(2, 2, signed=False), nf.Float(4, 0, **FLOAT),
    *(nf.Float(3, 2, **FLOAT, rounding=r) for r in ("toward_zero", "toward_positive", "toward_negative", "to_odd", "stochastic")),
    nf.Float(3, 2, **FLOAT, subnormals=False, rounding="to_odd"), nf.TruncatedFloat(3, 3, 1),
    nf.Fixed(7, 6), nf.Fixed(6, -3), nf.Fixed(6, 9, signed=False), nf.Fixed(5, 2, rounding="to_odd"),
    *(nf.Fixed(6, 3, overflow=o) for o in ("wrap", "saturate_symmetric", "zero")),
    nf.Fixed(6, 3, signed=False, overflow="wrap", rounding="toward_positive"),
]  # fmt: skip
by_format = pytest.mark.parametrize("T", SMALL, ids=lambda T: str(T.format))


def answers(oracle, x):
    """What x may become."""
    if oracle.row.rounding != "stochastic":
        return [oracle.decode(oracle.encode(x))]
    return [oracle.decode(oracle.encode(x, random=word)) for word in (0, 2**64 - 1)]


def error(oracle, x):
    """The relative error of x, from the oracle's conversion alone."""
    found = []
    for value in answers(oracle, x):
        y = Fraction(0) if value is nf.oracle.Special.NEG_ZERO else value
        if not isinstance(y, Fraction):
            return math.inf
        found.append(abs(x - y) / abs(x) if x else (0 if y == 0 else math.inf))
    return max(found)


def probes(T, low, high):
    """Numbers of the interval beside every value and every middle, arithmetic and geometric."""
    line = line_of(as_candidate(T))
    values = [line.value(place) for place in range(line.first, line.last + 1)]
    points = {low, high, Fraction(0), *values}
    for u, v in itertools.pairwise(values):
        points |= {(u + v) / 2, u + (v - u) / 3}
        if u * v > 0:
            points.add(Fraction(math.sqrt(u * v)) * (1 if u > 0 else -1))
    points |= {
        2 * line.largest,
        2 * line.lowest,
        line.largest + line.value(1),
        2 * values[-1] - values[-2],
    }
    around = {p + d for p in points for d in (-TINY, 0, TINY)}
    return [p for p in around if low <= p <= high]


@by_format
def test_no_number_is_worse_and_one_is_as_bad(T):
    rng, oracle = random.Random(1), nf.oracle.for_format(T)
    line = line_of(as_candidate(T))
    ends = [
        line.lowest * 2,
        line.largest * 3,
        line.value(min(1, line.last)),
        line.largest,
        Fraction(0),
    ]
    for _ in range(6):
        low, high = sorted(
            rng.choice(
                [
                    *ends,
                    line.value(rng.randint(line.first, line.last)),
                    line.value(rng.randint(line.first, line.last))
                    * Fraction(rng.randint(90, 110), 100),
                ]
            )
            for _ in range(2)
        )
        worst = worst_relative_error(T, low, high)
        for x in probes(T, low, high):
            assert error(oracle, x) <= worst.error, (low, high, x, worst)
        near = [x for x in (worst.at, worst.at - TINY, worst.at + TINY) if low <= x <= high]
        most = max(error(oracle, x) for x in near)
        goal = min(worst.error, Fraction(10**30))  # beside 0 it grows without end
        assert most >= goal * (1 - Fraction(1, 10**9)), (low, high, worst)
        assert worst.attained == (error(oracle, worst.at) == worst.error)


def test_known_errors():
    """u / (1 + u) of a float; 100 % and 300 % where a posit's exponent is cut."""
    for T, u in ((nf.binary16, 2**11), (nf.bfloat16, 2**8), ("float64", 2**53)):
        assert worst_relative_error(T, 1, 2).error == Fraction(1, u + 1)
    assert worst_relative_error(nf.posit16, 2**49, 2**53).error == 1
    assert worst_relative_error(nf.posit16, 2**54, 2**56).error == 3
    for low in (2**-190, 1, 2.0**100):  # the same at every scale: u / (1 + u) with u = 2^-21
        assert worst_relative_error(nf.bposit32, low, 2.0**180).error == Fraction(1, 2**21 + 1)
    truncated = nf.Float(5, 10, rounding="toward_zero")
    assert worst_relative_error(truncated, 1, 2).error == Fraction(1, 2**10 + 1)


def test_ends_may_lie_anywhere():
    assert worst_relative_error(nf.binary16, 1, 1) == WorstError("binary16", 1, 1, 0, 1, 1, True)
    assert worst_relative_error(nf.binary16, 0.1, 0.1).error == abs(
        1 - Fraction(float(np.float16(0.1))) / Fraction(0.1)
    )
    assert worst_relative_error(nf.binary16, 1, 65520).error == math.inf
    assert worst_relative_error(nf.q15, 1, 4).error == Fraction(4 * 2**15 - (2**15 - 1), 4 * 2**15)
    assert (
        worst_relative_error(nf.posit8, -1, 1).error == math.inf
    )  # numbers beside 0 become minpos
    assert worst_relative_error(nf.binary16, -1, 1).error == 1
    assert worst_relative_error(nf.Fixed(8, 0, signed=False), -2, -1).error == 1
    assert worst_relative_error(nf.float8_e8m0fnu, 0, 1).error == math.inf


def test_where_a_wrapping_format_turns_back():
    """The tie above 31/8 goes to 32/8, which is -4; farther on the error is less."""
    T = nf.Fixed(6, 3, overflow="wrap")
    worst = worst_relative_error(T, 3, 9)
    assert (worst.error, worst.at, worst.rounded) == (Fraction(127, 63), Fraction(63, 16), -4)
    below = worst_relative_error(T, -9, -3)  # the tie below -4 stays; -33/8 is the first to turn
    assert below.error > Fraction(63, 33)
    unsigned = nf.Fixed(6, 3, signed=False, overflow="wrap")
    assert worst_relative_error(unsigned, 7, 30).error == 1


@by_format
def test_place_is_that_of_the_largest_value_not_above(T):
    line = line_of(as_candidate(T))
    for place in range(line.first, line.last):
        u, v = line.value(place), line.value(place + 1)
        assert (line.place(u), line.place((u + 99 * v) / 100), line.place(v)) == (
            place,
            place,
            place + 1,
        )


@pytest.mark.parametrize("ends", [(2, 1), (math.nan, 1), (1, math.inf), ("a", 1), (None, 1)])
def test_what_is_no_interval_is_refused(ends):
    with pytest.raises(CompareError, match="is no interval"):
        worst_relative_error(nf.posit8, *ends)


def test_the_least_wrong_format():
    found = minimax_format(0.9, 1.1, bits=8)
    assert [w.error for w in found] == sorted(w.error for w in found)
    assert (
        found[0].format == "q7"
        or found[0].error <= worst_relative_error(nf.float8_e3m4, 0.9, 1.1).error
    )
    assert minimax_format(2**20, 2**21, ["posit16", "bfloat16", "binary16"])[0].format == "bfloat16"
    assert minimax_format(1, 2, [nf.posit16, np.float32])[0].format == "float32"
    with pytest.raises(CompareError, match="no candidate has at most 3 bits"):
        minimax_format(1, 2, bits=3)


def test_whole_range_of_wide_formats():
    assert worst_relative_error("float64", 2.0**-1022, 2.0**1023).error == Fraction(1, 2**53 + 1)
    assert worst_relative_error(nf.posit64, 2.0**-3, 2.0**3).error == Fraction(1, 2**60 + 1)

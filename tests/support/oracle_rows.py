# SPDX-License-Identifier: BSD-3-Clause
"""Which formats do the tests of the oracle share, and what are they called?"""

import json
from fractions import Fraction
from pathlib import Path

from numformats.oracle import Row, for_format

VECTORS = Path(__file__).parent / "vectors"

BPOSIT = json.loads((VECTORS / "bposit.json").read_text())

FLOATS = json.loads((VECTORS / "floats.json").read_text())["floats"]


def posit(bits, rs=0, es=2):
    return for_format(Row(family="posit", bits=bits, rs=rs, es=es))


def takum(bits):
    return for_format(Row(family="takum_linear", bits=bits))


def float_of(entry):
    return for_format(Row(family="float", **entry["row"]))


def name_of(x):
    """The family and what is not usual about it, short enough for the name of a test."""
    if isinstance(x, str):
        return x
    row = getattr(x, "row", x)
    usual = Row(row.family, bits=row.bits, exp=row.exp, man=row.man)
    told = {n: getattr(row, n) for n in Row.__slots__ if getattr(row, n) != getattr(usual, n)}
    return f"{row.family}{row.bits}e{row.exp}" + "".join(f",{n}={v}" for n, v in told.items())


def two(exponent):
    return Fraction(2) ** exponent


BINARY16 = Row(family="float", exp=5, man=10)

BINARY32 = Row(family="float", exp=8, man=23)

BINARY64 = Row(family="float", exp=11, man=52)

TAPERED = [posit(n, 0, es) for n in range(2, 9) for es in range(6)]
TAPERED += [posit(n, rs, es) for n in (8, 9) for rs in range(2, n - 1) for es in (0, 2, 5)]
TAPERED += [takum(n) for n in (8, 9, 11)]

GRIDS = [
    Row(family="float", exp=3, man=2),
    Row(family="float", exp=4, man=3, inf="none", nan="all_ones", overflow="nan"),
    Row(family="float", exp=2, man=3, inf="none", nan="none"),
    Row(family="float", exp=3, man=3, subnormals=False),
    Row(family="float", exp=4, man=0, inf="top", nan="negative_zero", signed_zero=False),
    Row(family="float", exp=5, man=2, bias=40),
    Row(family="fixed", bits=7, frac=3),
    Row(family="fixed", bits=6, frac=-2),
    Row(family="fixed", bits=6, frac=9),
]

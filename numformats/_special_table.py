# SPDX-License-Identifier: BSD-3-Clause
"""What must an elementary function be at its special arguments?  Stated from the standards.

``[source]`` heads the lines that it has the rule for: the standard's clause; ``exact`` for a value
known in closed form, which is then rounded as every result is; ``limit`` for what no standard has.
A line is ``functions: arguments = result flags; ...``; beside the flags, ``zero`` says that the
sign of the infinity is that of a zero, which some formats do not have.  After ``|`` comes what
posits, b-posits and takums give, where their standard has another rule; elsewhere it follows, NaR
being their NaN and their infinity.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CASES", "CLAUSES", "INTEGER_SECOND", "NAMES", "TableRow"]


class TableRow(NamedTuple):
    """One special case; numbers as words of the table."""

    name: str
    arguments: tuple[str, ...]
    result: str
    flags: frozenset[str]
    tapered_result: str
    tapered_flags: frozenset[str]
    source: str


# In the order of nf_functions.def: of one argument, of two, of one and an integer.
_ONE = """sqrt rsqrt cbrt exp expm1 exp2 exp2m1 exp10 exp10m1 log log1p log2 log2p1 log10 log10p1
sin cos tan arcsin arccos arctan sinpi cospi tanpi arcsinpi arccospi arctanpi sinh cosh tanh arcsinh
arccosh arctanh sigmoid softplus silu gelu erf erfc gamma lgamma sinc deg2rad rad2deg"""
_TWO = "hypot pow arctan2 arctan2pi logaddexp logaddexp2"
INTEGER_SECOND = ("compound", "rootn")
NAMES = (*_ONE.split(), *_TWO.split(), *INTEGER_SECOND)

# Clauses of the Posit Standard (2022); where it has not the function, 5.1 tells when it is NaR.
_ADDED = """cbrt sigmoid softplus silu gelu erf erfc gamma lgamma sinc deg2rad rad2deg
logaddexp logaddexp2"""
CLAUSES = (
    dict.fromkeys(_ONE.split(), "5.5")
    | dict.fromkeys(_TWO.split(), "5.6")
    | dict.fromkeys(INTEGER_SECOND, "5.8")
    | dict.fromkeys(_ADDED.split(), "5.1")
)

_TABLE = f"""
[IEEE 754-2019, 6.2]
{", ".join(_ONE.split())}: nan = nan
{", ".join(_TWO.split())}: nan 2 = nan; 2 nan = nan; nan nan = nan
compound, rootn: nan 3 = nan
arctan2, arctan2pi: nan inf = nan; 0 nan = nan

[IEEE 754-2019, 5.4.1]
sqrt: 0 = 0; -0 = -0; inf = inf; -1 = nan invalid; -inf = nan invalid

[IEEE 754-2019, 9.2.1]
rsqrt: 0 = inf divide zero; -0 = -inf divide zero; -1 = nan invalid; inf = 0; -inf = nan invalid
exp, exp2, exp10: inf = inf; -inf = 0
expm1, exp2m1, exp10m1: 0 = 0; -0 = -0; inf = inf; -inf = -1
log, log2, log10: 0 = -inf divide; -0 = -inf divide; 1 = 0; -1 = nan invalid; inf = inf;
    -inf = nan invalid
log1p, log2p1, log10p1: 0 = 0; -0 = -0; -1 = -inf divide; -2 = nan invalid; inf = inf;
    -inf = nan invalid
sin, tan, arcsin, arcsinpi: 0 = 0; -0 = -0; inf = nan invalid; -inf = nan invalid
arcsin, arcsinpi, arccos, arccospi: 2 = nan invalid; -2 = nan invalid
arccos, arccospi: 1 = 0; inf = nan invalid; -inf = nan invalid
cos, cospi: inf = nan invalid; -inf = nan invalid
sinpi, tanpi: 0 = 0; -0 = -0; 2 = 0; -2 = -0; inf = nan invalid; -inf = nan invalid
sinpi: 1 = 0; -1 = -0
cospi: 1/2 = 0; -1/2 = 0; 3/2 = 0; -3/2 = 0
tanpi: 1 = -0; -1 = 0; 1/2 = inf divide zero; -1/2 = -inf divide zero; 3/2 = -inf divide zero;
    -3/2 = inf divide zero
arctan: 0 = 0; -0 = -0; inf = pi/2; -inf = -pi/2
arctanpi: 0 = 0; -0 = -0; inf = 1/2; -inf = -1/2
sinh, arcsinh: 0 = 0; -0 = -0; inf = inf; -inf = -inf
cosh: inf = inf; -inf = inf
tanh: 0 = 0; -0 = -0; inf = 1; -inf = -1
arccosh: 1 = 0; 1/2 = nan invalid; 0 = nan invalid; -1 = nan invalid; inf = inf;
    -inf = nan invalid
arctanh: 0 = 0; -0 = -0; 1 = inf divide; -1 = -inf divide; 2 = nan invalid; -2 = nan invalid;
    inf = nan invalid; -inf = nan invalid
hypot: 0 0 = 0; -0 -0 = 0; -0 3 = 3; inf 3 = inf; 3 -inf = inf; inf nan = inf; nan -inf = inf
pow: 3 0 = 1; -3 -0 = 1; 0 0 = 1 | nan invalid; 0 -0 = 1; -0 0 = 1; inf 0 = 1; nan 0 = 1 | nan;
    1 nan = 1 | nan; 1 inf = 1; 1 -inf = 1; -1 inf = 1; -1 -inf = 1; 1 3 = 1;
    0 -1 = inf divide zero; -0 -1 = -inf divide zero; 0 -2 = inf divide; -0 -2 = inf divide;
    0 -1/2 = inf divide; -0 -1/2 = inf divide; 0 3 = 0; -0 3 = -0; 0 2 = 0; -0 2 = 0; -0 1/2 = 0;
    0 inf = 0; -0 inf = 0;
    0 -inf = inf; -0 -inf = inf; 1/2 inf = 0; -1/2 inf = 0; 2 inf = inf; -2 inf = inf;
    1/2 -inf = inf; -1/2 -inf = inf; 2 -inf = 0; -2 -inf = 0; inf 3 = inf; inf 1/2 = inf;
    inf -2 = 0; inf inf = inf; inf -inf = 0; -inf 3 = -inf; -inf 2 = inf; -inf 1/2 = inf;
    -inf -3 = -0; -inf -2 = 0; -inf -1/2 = 0; -inf inf = inf; -inf -inf = 0; -2 1/2 = nan invalid;
    -2 -3/2 = nan invalid
arctan2: 0 0 = 0 | nan invalid; -0 0 = -0; 0 -0 = pi; -0 -0 = -pi; 0 3 = 0; -0 3 = -0; 0 -3 = pi;
    -0 -3 = -pi; 3 0 = pi/2; 3 -0 = pi/2; -3 0 = -pi/2; -3 -0 = -pi/2; 3 inf = 0; -3 inf = -0;
    3 -inf = pi; -3 -inf = -pi; inf 3 = pi/2; -inf 3 = -pi/2; inf inf = pi/4; -inf inf = -pi/4;
    inf -inf = 3pi/4; -inf -inf = -3pi/4
arctan2pi: 0 0 = 0 | nan invalid; -0 0 = -0; 0 -0 = 1; -0 -0 = -1; 0 3 = 0; -0 3 = -0; 0 -3 = 1;
    -0 -3 = -1; 3 0 = 1/2; 3 -0 = 1/2; -3 0 = -1/2; -3 -0 = -1/2; 3 inf = 0; -3 inf = -0;
    3 -inf = 1; -3 -inf = -1; inf 3 = 1/2; -inf 3 = -1/2; inf inf = 1/4; -inf inf = -1/4;
    inf -inf = 3/4; -inf -inf = -3/4
compound: 2 0 = 1; -1 0 = 1; inf 0 = 1; nan 0 = 1 | nan; 0 3 = 1; -0 3 = 1; -1 3 = 0;
    -1 -3 = inf divide; -1 -2 = inf divide; inf 3 = inf; inf -3 = 0; -2 3 = nan invalid;
    -2 0 = nan invalid; -inf 0 = nan invalid; -inf 2 = nan invalid
rootn: 2 0 = nan invalid; 0 0 = nan invalid; inf 0 = nan invalid; 0 3 = 0; -0 3 = -0; 0 2 = 0;
    -0 2 = 0; 0 -3 = inf divide zero; -0 -3 = -inf divide zero; 0 -2 = inf divide;
    -0 -2 = inf divide;
    inf 2 = inf; inf -2 = 0; -inf 3 = -inf; -inf -3 = -0; -inf 2 = nan invalid;
    -inf -2 = nan invalid; -4 2 = nan invalid; -4 -2 = nan invalid

[C23, F.10.4]
cbrt: 0 = 0; -0 = -0; inf = inf; -inf = -inf

[C23, F.10.5]
erf: 0 = 0; -0 = -0; inf = 1; -inf = -1
erfc: inf = 0; -inf = 2
gamma: 0 = inf divide zero; -0 = -inf divide zero; -1 = nan invalid; -2 = nan invalid; inf = inf;
    -inf = nan invalid
lgamma: 0 = inf divide; -0 = inf divide; -1 = inf divide; -2 = inf divide; 1 = 0; 2 = 0; inf = inf;
    -inf = inf

[limit]
sigmoid: inf = 1; -inf = 0
softplus: inf = inf; -inf = 0
silu, gelu: 0 = 0; -0 = -0; inf = inf; -inf = -0
sinc: 0 = 1; -0 = 1; inf = 0; -inf = 0
deg2rad, rad2deg: 0 = 0; -0 = -0; inf = inf; -inf = -inf
logaddexp, logaddexp2: inf inf = inf; inf -inf = inf; -inf inf = inf; -inf -inf = -inf; 3 inf = inf;
    -inf 3 = 3; 3 -inf = 3; inf nan = nan; -inf nan = nan

[exact]
sqrt: 4 = 2; 9/4 = 3/2
rsqrt: 4 = 1/2; 1/16 = 4
cbrt: 8 = 2; -27 = -3; 1/8 = 1/2
exp, exp2, exp10, cos, cospi, cosh, erfc: 0 = 1; -0 = 1
exp2: 5 = 32; -3 = 1/8
exp10: 2 = 100; 3 = 1000
exp2m1: 3 = 7; -1 = -1/2
exp10m1: 1 = 9; 2 = 99
log2: 8 = 3; 1/4 = -2
log10: 100 = 2; 1000 = 3
log2p1: 7 = 3; -3/4 = -2
log10p1: 9 = 1; 99 = 2
sinpi: 1/2 = 1; -1/2 = -1; 3/2 = -1; -3/2 = 1
cospi: 1 = -1; -1 = -1; 2 = 1
tanpi: 1/4 = 1; -1/4 = -1; 3/4 = -1
arcsin: 1 = pi/2; -1 = -pi/2
arccos: 0 = pi/2; -0 = pi/2; -1 = pi
arctan: 1 = pi/4; -1 = -pi/4
arcsinpi: 1 = 1/2; -1 = -1/2
arccospi: 0 = 1/2; -0 = 1/2; -1 = 1
arctanpi: 1 = 1/4; -1 = -1/4
sigmoid: 0 = 1/2; -0 = 1/2
softplus: 0 = log2; -0 = log2
gamma: 1 = 1; 5 = 24
sinc: 1 = 0; -1 = 0; 3 = 0
deg2rad: 180 = pi; -90 = -pi/2
hypot: 3 4 = 5; -5 12 = 13
pow: 2 10 = 1024; 2 -2 = 1/4; -2 3 = -8; -2 2 = 4; -1 3 = -1; 9/4 3/2 = 27/8; 4 -1/2 = 1/2
arctan2: 1 1 = pi/4; -1 1 = -pi/4; 1 -1 = 3pi/4; -1 -1 = -3pi/4
arctan2pi: 1 1 = 1/4; -1 1 = -1/4; 1 -1 = 3/4; -1 -1 = -3/4
logaddexp: 0 0 = log2; 0 -0 = log2
logaddexp2: 0 0 = 1; 3 3 = 4; -1 -1 = 0
compound: 1 3 = 8; 1/2 2 = 9/4; 1 -2 = 1/4
rootn: -8 3 = -2; 16 4 = 2; 16 -4 = 1/2; -8 -3 = -1/2
"""


def _result(words: str) -> tuple[str, frozenset[str]]:
    """The result's word and its flags."""
    result, *flags = words.split()
    return result, frozenset(flags)


def _parsed(text: str) -> dict[str, list[TableRow]]:
    """All rows, by function."""
    rows: dict[str, list[TableRow]] = {name: [] for name in NAMES}
    source = ""
    for line in text.replace("\n    ", " ").split("\n"):
        if line.startswith("["):
            source = line.strip("[]")
        elif line:
            names, told = line.split(": ")
            for case in told.split("; "):
                arguments, results = case.split(" = ")
                plain, _, tapered = results.partition(" | ")
                outcomes = (*_result(plain), *_result(tapered or plain))
                for name in names.split(", "):
                    rows[name].append(TableRow(name, tuple(arguments.split()), *outcomes, source))
    return rows


CASES = _parsed(_TABLE)

# SPDX-License-Identifier: BSD-3-Clause
"""What is each function of one argument in MPFR's operations, and when is its value exact?

A step errs by less than 2**(1 - p) of its result at precision p.  Composed functions add no more
than a few such errors, times the condition of their last step: at most 2**12, because arguments
of sin and cos are reduced exactly to a quarter, no step subtracts nearly equal numbers, and exp,
erfc see arguments below 2**10, or else leave the range.  So LOST_BITS cover them with room.

Roundings go away from zero and exponents end at +-1000, far outside of every format: a value too
large is inf, one too small is the least number and keeps its sign; neither becomes 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import gmpy2 as g

LOST_BITS = 40
LIMIT = 1000
LEAST = g.mpfr(2) ** -900


def context(bits):
    """What every value is computed in."""
    return g.context(precision=bits, round=g.RoundAwayZero, emin=-LIMIT, emax=LIMIT)


@cache
def _constants(bits):
    with g.context(precision=bits):
        return g.const_pi(), g.log(g.mpfr(2)), g.log(g.mpfr(10)), g.sqrt(g.mpfr(0.5))


def _quarters(x):
    """x = q/2 + r with |r| <= 1/4; q modulo 4 and r.  Both are exact: r has no more bits than x."""
    if abs(x) >= 2**60:  # arguments have fewer bits: even whole numbers
        return 0, g.mpfr(0)
    q = int(g.rint_round(2 * x))  # round() would follow the direction of the context
    return q % 4, x - g.mpfr(q) / 2


def _sin_of(q, t):
    s = g.cos(t) if q % 2 else g.sin(t)
    return -s if q >= 2 else s


@cache
def table(bits):
    """name -> function, for contexts of that many bits."""
    pi, ln2, ln10, half_root = _constants(bits)
    exp, expm1, log1p, erfc = g.exp, g.expm1, g.log1p, g.erfc
    degree = pi / 180

    def sinpi(x):
        q, r = _quarters(x)
        return _sin_of(q, pi * r)

    def cospi(x):
        q, r = _quarters(x)
        return _sin_of((q + 1) % 4, pi * r)

    def tanpi(x):
        q, r = _quarters(x)
        if q % 2:
            return -1 / g.tan(pi * r) if r else g.inf(2 - q)
        return g.tan(pi * r)

    def sigmoid(x):
        if x > 0:
            return 1 / (1 + exp(-x))
        t = exp(x)
        return t / (1 + t)

    def softplus(x):
        return x + log1p(exp(-x)) if x > 0 else log1p(exp(x))

    def gamma(x):
        if x > 300:  # above 300! > 2**1000
            return g.inf()
        if x < -300:  # |Gamma(x)| = pi / |sin(pi x)| Gamma(1 - x) < 2**-900: the sine is > 2**-32
            if x == g.floor(x):
                return g.nan()
            return LEAST if g.floor(x) % 2 == 0 else -LEAST
        return g.gamma(x)

    def sinc(x):
        return sinpi(x) / (pi * x) if x else g.mpfr(1)

    return {
        "rsqrt": g.rec_sqrt, "cbrt": g.cbrt,
        "exp": exp, "expm1": expm1, "exp2": g.exp2, "exp10": g.exp10,
        "exp2m1": lambda x: expm1(x * ln2), "exp10m1": lambda x: expm1(x * ln10),
        "log": g.log, "log1p": log1p, "log2": g.log2, "log10": g.log10,
        "log2p1": lambda x: log1p(x) / ln2, "log10p1": lambda x: log1p(x) / ln10,
        "sin": g.sin, "cos": g.cos, "tan": g.tan,
        "arcsin": g.asin, "arccos": g.acos, "arctan": g.atan,
        "sinpi": sinpi, "cospi": cospi, "tanpi": tanpi,
        "arcsinpi": lambda x: g.asin(x) / pi, "arccospi": lambda x: g.acos(x) / pi,
        "arctanpi": lambda x: g.atan(x) / pi,
        "sinh": g.sinh, "cosh": g.cosh, "tanh": g.tanh,
        "arcsinh": g.asinh, "arccosh": g.acosh, "arctanh": g.atanh,
        "sigmoid": sigmoid, "softplus": softplus, "silu": lambda x: x * sigmoid(x),
        "gelu": lambda x: x * erfc(-x * half_root) / 2,
        "erf": g.erf, "erfc": erfc, "gamma": gamma, "lgamma": lambda x: g.lgamma(x)[0],
        "sinc": sinc, "deg2rad": lambda x: x * degree, "rad2deg": lambda x: x / degree,
    }  # fmt: skip


NAMES = tuple(table(64))


def values(name, arguments, bits):
    """The values at doubles as doubles: off by less than 2**-51 of themselves from 64 bits on."""
    f, mpfr = table(bits)[name], g.mpfr
    with context(bits):
        return [float(f(mpfr(x))) for x in arguments]


def value(name, argument, bits):
    """The value at a double as a number of that many bits."""
    with context(bits):
        return table(bits)[name](g.mpfr(argument))


# Where the function has an infinite limit; elsewhere inf is a number that is too large.
POLES = {
    "rsqrt": lambda x: x == 0, "gamma": lambda x: x == 0, "arctanh": lambda x: abs(x) == 1,
    "lgamma": lambda x: x <= 0 and x % 1 == 0, "tanpi": lambda x: abs(x) % 1 == 0.5,
    **dict.fromkeys(("log", "log2", "log10"), lambda x: x == 0),
    **dict.fromkeys(("log1p", "log2p1", "log10p1"), lambda x: x == -1),
}  # fmt: skip


def _power(base, minus):
    return lambda x, y: (
        x.denominator == 1 and abs(x) < LIMIT and y == Fraction(base) ** int(x) - minus
    )


def _logarithm(base, plus):
    return lambda x, y: (
        y.denominator == 1 and abs(y) < LIMIT and x + plus == Fraction(base) ** int(y)
    )


# The only rational values at rational arguments, but for those that MPFR gives exactly.
_EXACT = {
    "cbrt": lambda x, y: y**3 == x,
    "rsqrt": lambda x, y: y > 0 and x * y * y == 1,
    "gamma": lambda x, y: x.denominator == 1 and 0 < x < LIMIT and y == g.fac(int(x) - 1),
    "exp2": _power(2, 0), "exp2m1": _power(2, 1), "exp10": _power(10, 0), "exp10m1": _power(10, 1),
    "log2": _logarithm(2, 0), "log2p1": _logarithm(2, 1),
    "log10": _logarithm(10, 0), "log10p1": _logarithm(10, 1),
    "arcsinpi": lambda x, y: abs(x) == 1 and y == x / 2,
    "arccospi": lambda x, y: x in (-1, 0, 1) and y == (1 - x) / 2,
    "arctanpi": lambda x, y: abs(x) == 1 and y == x / 4,
    "sinpi": lambda x, y: 2 * x % 2 == 1 and y == 2 - 2 * x % 4,
    "cospi": lambda x, y: x.denominator == 1 and y == 1 - 2 * (x % 2),
    "tanpi": lambda x, y: 4 * x % 2 == 1 and y == 2 - 4 * x % 4,
    "sigmoid": lambda x, y: x == 0 and y == Fraction(1, 2),
}  # fmt: skip


def is_exactly(name, x, y):
    """Is y, a Fraction, the value at x itself?"""
    return name in _EXACT and _EXACT[name](Fraction(x), y)

# SPDX-License-Identifier: BSD-3-Clause
"""What are the functions of pairs of doubles?  One table, from ufunc to formula.

The elementary functions err by less than 2**-102 of their value, as tests/analysis/
test_double_double.py measures: by series of reduced arguments, or by one step of Newton from
NumPy's value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

import numformats as nf
from numformats.analysis.number_formulas import exact_ratio
from numformats.analysis.numbers_mpmath import MpmathNumbers
from numformats.analysis.pairs import (
    Array,
    Pair,
    absolute,
    add,
    add_double,
    ceil,
    choose,
    copysign,
    divide,
    floor,
    fma,
    full,
    maximum,
    minimum,
    multiply,
    multiply_double,
    negative,
    reciprocal,
    sqrt,
    square,
    subtract,
    trunc,
    zeros,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EXACT", "FUNCTIONS", "PI", "pair_of"]

_HALVINGS = 8  # exp(r) by its series at r / 2**8, then squared 8 times


def pair_of(value: Fraction) -> tuple[float, float]:
    """The pair next to a number.

    >>> pair_of(Fraction(1, 3))
    (0.3333333333333333, 1.850371707708594e-17)
    """
    high = float(value)
    return high, float(value - Fraction(high))


_NUMBERS = MpmathNumbers(100)
_LN2 = exact_ratio(_NUMBERS.ln2)
_LN2_PAIR, _LN10_PAIR = pair_of(_LN2), pair_of(exact_ratio(_NUMBERS.ln10))
PI = pair_of(exact_ratio(_NUMBERS.pi))
# ln 2 = first + a pair: first times a whole number of 11 bits is exact.
_LN2_FIRST = float(Fraction(round(_LN2 * 2**41), 2**41))
_LN2_REST = pair_of(_LN2 - Fraction(_LN2_FIRST))


def _inverse_factorials(last: int) -> list[tuple[float, float]]:
    """1/2!, 1/3!, ... as pairs."""
    found, factorial = [], 1
    for k in range(2, last + 1):
        factorial *= k
        found.append(pair_of(Fraction(1, factorial)))
    return found


_SERIES = _inverse_factorials(11)  # of expm1 at |r| <= ln 2 / 512: the next term is below 2**-140


def _times_constant(x: Pair, c: tuple[float, float]) -> Pair:
    return multiply(x, full(x[0], c))


def _reduced_expm1(r: Pair) -> Pair:
    """exp(r) - 1 for |r| <= ln 2 / 2, of small relative error."""
    small = r[0] / 2**_HALVINGS, r[1] / 2**_HALVINGS
    total = full(r[0], _SERIES[-1])
    for c in _SERIES[-2::-1]:
        total = add(multiply(total, small), full(r[0], c))
    total = add(multiply(square(small), total), small)
    for _ in range(_HALVINGS):  # (1 + t)**2 - 1
        total = add((2 * total[0], 2 * total[1]), square(total))
    return total


def _parts_of_exp(x: Pair) -> tuple[Array, Pair]:
    """The k and exp(r) - 1 of x = k ln 2 + r."""
    k = np.rint(np.clip(x[0], -800.0, 800.0) / _LN2_PAIR[0])
    r = subtract(add(x, (-k * _LN2_FIRST, zeros(k))), multiply_double(full(k, _LN2_REST), k))
    return k, _reduced_expm1(r)


def _scale(x: Pair, k: Array) -> Pair:
    """Times 2**k, where the power alone may overflow."""
    half = np.ldexp(1.0, (k // 2).astype(np.int64))
    other = np.ldexp(1.0, (k - k // 2).astype(np.int64))
    return x[0] * half * other, x[1] * half * other


def exp(x: Pair) -> Pair:
    """Taylor's series of a reduced argument."""
    k, m = _parts_of_exp(x)
    return _scale(add_double(m, 1.0), k)


def expm1(x: Pair) -> Pair:
    """exp(x) - 1 without cancellation."""
    k, m = _parts_of_exp(x)
    moved = add_double(_scale(add_double(m, 1.0), k), -1.0)
    return choose(k == 0, m, moved)


def exp2(x: Pair) -> Pair:
    """2**x: whole exponents leave the argument exactly."""
    k = np.rint(np.clip(x[0], -1100.0, 1100.0))
    m = _reduced_expm1(_times_constant(add(x, (-k, zeros(k))), _LN2_PAIR))
    return _scale(add_double(m, 1.0), k)


def exp2m1(x: Pair) -> Pair:
    """2**x - 1: without cancellation where x is small, exact exponents where it is large."""
    small = np.abs(x[0]) < 1
    return choose(small, expm1(_times_constant(x, _LN2_PAIR)), add_double(exp2(x), -1.0))


def _log1p_near(x: Pair) -> Pair:
    """As y + log1p((x - m) / (1 + m)), where y is NumPy's value and m = exp(y) - 1."""
    y = np.log1p(x[0])
    m = expm1((y, zeros(y)))
    e = divide(subtract(x, m), add_double(m, 1.0))
    return add((y, zeros(y)), add(e, (-0.5 * e[0] * e[0], zeros(y))))


def log(x: Pair) -> Pair:
    """Through log1p of x / 2**k - 1, which is exact, with x / 2**k next to 1."""
    _, k = np.frexp(x[0] * (2.0**0.5))
    k = (k - 1).astype(np.float64)
    near = _log1p_near(add_double(_scale(x, -k), -1.0))
    whole = add((k * _LN2_FIRST, zeros(k)), multiply_double(full(k, _LN2_REST), k))
    return choose(k == 0, near, add(whole, near))


def log1p(x: Pair) -> Pair:
    """By log next to -1, where the low part says how near."""
    return choose(x[0] < -0.5, log(add_double(x, 1.0)), _log1p_near(x))


def tanh(x: Pair) -> Pair:
    """As m / (m + 2), where m = exp(2 x) - 1."""
    m = expm1((np.clip(2 * x[0], -200.0, 200.0), np.where(np.abs(x[0]) < 100, 2 * x[1], 0.0)))
    return divide(m, add_double(m, 2.0))


def sinh(x: Pair) -> Pair:
    """Of the sign of x, (m + m / (m + 1)) / 2, where m = exp(abs(x)) - 1."""
    m = expm1(absolute(x))
    s = add(m, divide(m, add_double(m, 1.0)))
    return copysign((s[0] / 2, s[1] / 2), x)


def cosh(x: Pair) -> Pair:
    """(e + 1 / e) / 2, where e = exp(x)."""
    e = exp(x)
    s = add(e, reciprocal(e))
    return s[0] / 2, s[1] / 2


def sigmoid(x: Pair) -> Pair:
    """1 / (1 + exp(-x))."""
    return reciprocal(add_double(exp(negative(x)), 1.0))


def softplus(x: Pair) -> Pair:
    """max(x, 0) + log1p(exp(-abs(x)))."""
    zero = full(x[0], (0.0, 0.0))
    return add(maximum(x, zero), log1p(exp(negative(absolute(x)))))


def logaddexp(x: Pair, y: Pair) -> Pair:
    """The larger, and log1p of exp of minus the distance."""
    return add(maximum(x, y), log1p(exp(negative(absolute(subtract(x, y))))))


def _by(c: tuple[float, float], function: Callable[[Pair], Pair]) -> Callable[[Pair], Pair]:
    """A function divided by a constant."""
    return lambda x: divide(function(x), full(x[0], c))


# The ufuncs that have a formula in pairs.  Of the others algebra_double.py takes the value in
# decimal digits.  Operands and results are pairs of arrays of one shape.
FUNCTIONS: dict[np.ufunc, Callable[..., Pair]] = {
    np.add: add, np.subtract: subtract, np.multiply: multiply, np.divide: divide,
    np.negative: negative, np.absolute: absolute, np.fabs: absolute, np.positive: lambda x: x,
    np.conjugate: lambda x: x, np.copysign: copysign, np.maximum: maximum, np.minimum: minimum,
    np.sqrt: sqrt, np.square: square, np.reciprocal: reciprocal, np.floor: floor, np.ceil: ceil,
    np.trunc: trunc, np.exp: exp, np.expm1: expm1, np.exp2: exp2, np.log: log, np.log1p: log1p,
    np.log2: _by(_LN2_PAIR, log), np.log10: _by(_LN10_PAIR, log),
    np.tanh: tanh, np.sinh: sinh, np.cosh: cosh, np.logaddexp: logaddexp,
    nf.fma: fma, nf.sigmoid: sigmoid, nf.softplus: softplus,
    nf.rsqrt: lambda x: reciprocal(sqrt(x)), nf.fmm: lambda x, y, z: multiply(multiply(x, y), z),
    nf.log2p1: _by(_LN2_PAIR, log1p), nf.log10p1: _by(_LN10_PAIR, log1p),
    nf.exp2m1: exp2m1,
    nf.silu: lambda x: multiply(x, sigmoid(x)),
}  # fmt: skip

# Their formulas hold for numbers of any size.
EXACT = frozenset(
    {np.negative, np.absolute, np.fabs, np.positive, np.conjugate, np.copysign, np.maximum,
     np.minimum, np.floor, np.ceil, np.trunc}
)  # fmt: skip

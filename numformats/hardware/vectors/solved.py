# SPDX-License-Identifier: BSD-3-Clause
"""Which operands make a result hit a target exactly, or miss it by as little as they can?

All operands but one are chosen, the last is what the target asks for: exactly where that is a
number, else its two neighbours; and one step beside.  Simple operands make exact hits likely.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from numformats.hardware.vectors.grid import power
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numformats.hardware.vectors.aim import Aim, Row

__all__ = ["SOLVERS"]


def _low_bit(t: Fraction) -> int:
    """The exponent of the last bit of a number with finitely many."""
    n = t.numerator
    return (n & -n).bit_length() - t.denominator.bit_length()


def _part(aim: Aim, t: Fraction) -> Fraction:
    """A number that ends with the last bit of t: what is left of t ends one bit earlier."""
    low = _low_bit(t)
    most = max(1, floor_log2(t) - low + 2)
    part = aim.draws.odd(1 + aim.draws.below(most)) * power(low)
    return -part if aim.draws.one_in(3) else part


def _beside(aim: Aim, operand: int, value: Fraction) -> list[int]:
    return aim.operands[operand].around(value)


def _sum(aim: Aim, t: Fraction, sign: int) -> Iterator[Row]:
    """T = x + sign * y: y has the last bit of t, so that x may fit; or y is far below."""
    for _ in range(4):
        y = _part(aim, t)
        if aim.codes(t - y, sign * y) is not None:
            break
    yield from product(_beside(aim, 0, t - y)[:1], _beside(aim, 1, sign * y))
    yield from product(_beside(aim, 0, t - y)[1:], _beside(aim, 1, sign * y)[:1])
    tiny = aim.simple(1)
    if tiny < t:
        for s in (tiny, -tiny):
            yield from product(_beside(aim, 0, t)[:2], _beside(aim, 1, s)[:1])


def add(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X + y = t."""
    return _sum(aim, t, 1)


def sub(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X - y = t."""
    return _sum(aim, t, -1)


def mul(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X * y = t."""
    y = aim.some(1)
    yield from product(_beside(aim, 0, t / y), _beside(aim, 1, y)[:1])


def div(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X / y = t, solved for x or for y."""
    if aim.draws.one_in(2):
        y = aim.some(1)
        yield from product(_beside(aim, 0, t * y), _beside(aim, 1, y)[:1])
    else:
        x = aim.some(0)
        yield from product(_beside(aim, 0, x)[:1], _beside(aim, 1, x / t))


def sqrt(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X = t^2."""
    yield from ((c,) for c in _beside(aim, 0, t * t))


def fma(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X * y + z = t: a product that ends with the last bit of t, or is t with z far below."""
    x = aim.simple(0)
    y = _part(aim, t) / x if aim.draws.one_in(2) else aim.some(1)
    last = min(2, len(aim.operands) - 1)
    code = aim.operands[1].code(y)
    first = _beside(aim, 0, x)[0]
    if code is not None:
        yield from ((first, code, z) for z in _beside(aim, last, t - x * y))
    z = aim.simple(last)
    for factor in _beside(aim, 1, t / x):
        value = aim.operands[1].codec.decode(factor)
        if not isinstance(value, Fraction):
            continue
        small = _beside(aim, last, z if z < t else t * power(-aim.draws.below(200)))[0]
        rest = _beside(aim, last, -x * value)  # the product's own error, or its tie
        yield from ((first, factor, c) for c in (small, *rest[:1]))


def convert(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X = t."""
    yield from ((c,) for c in _beside(aim, 0, t))


def rint(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X is half an integer, of few bits or next to t."""
    whole = aim.draws.bits(aim.draws.below(12)) if aim.draws.one_in(2) else int(t)
    yield from ((c,) for c in _beside(aim, 0, whole + Fraction(1, 2)))


def ieee_remainder(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X is y times half an odd integer, or times an integer and t beside."""
    y = aim.some(1)
    n = aim.draws.bits(1 + aim.draws.below(12))
    x = y * (n + Fraction(1, 2)) if aim.draws.one_in(2) else y * n + t
    yield from product(_beside(aim, 0, x), _beside(aim, 1, y)[:1])


def pairs(aim: Aim, t: Fraction) -> Iterator[Row]:
    """X = t, and y is the same, a neighbour, or one of opposite sign."""
    xs = _beside(aim, 0, t)
    yield from product(xs[:1], _beside(aim, 1, t) + _beside(aim, 1, -t)[:1])


def dot(aim: Aim, t: Fraction) -> Iterator[Row]:
    """Products that add up to t, others that cancel, one far below; in any order."""
    one, spare = aim.operands[0].code(Fraction(1)), len(aim.operands) // 2 - 2
    for x, y, z in fma(aim, t):
        parts = [(x, y), (z, one)] if spare >= 0 and one is not None else [(x, y)]
        if spare >= 2:
            big, other = aim.full(0), _beside(aim, 1, aim.full(1))[0]
            parts += [(a, other) for v in (big, -big) for a in _beside(aim, 0, v)[:1]]
        if spare in {1, 3}:
            parts.append((_beside(aim, 0, aim.simple(0))[0], _beside(aim, 1, aim.simple(1))[0]))
        parts += [(0, 0)] * (len(aim.operands) // 2 - len(parts))
        for i in range(len(parts) - 1, 0, -1):
            j = aim.draws.below(i + 1)
            parts[i], parts[j] = parts[j], parts[i]
        yield tuple(c for part in parts for c in part)


def vcomp(aim: Aim, t: Fraction) -> Iterator[Row]:
    """Z + x * y = t."""
    yield from ((z, x, y) for x, y, z in fma(aim, t))


SOLVERS: dict[str, Callable[[Aim, Fraction], Iterator[Row]]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "sqrt": sqrt,
    "fma": fma,
    "ieee_remainder": ieee_remainder,
    "rint": rint,
    "convert": convert,
    "compare": pairs,
    "dot": dot,
    "vcomp": vcomp,
}
"""Name of an operation -> rows whose results are a target, or beside it."""

# SPDX-License-Identifier: BSD-3-Clause
"""Which polynomials are the double kernels made of, and how far are they from their functions?

    python polynomials.py > polynomials.h

Each is f(y) ~ 1 + y q(y), the 1 exact, on an interval [a, b] that holds 0 or begins there.  q
interpolates (f(y) - 1) / y at the Chebyshev nodes, its coefficients are rounded to doubles, or
the first `pairs` of them to sums of two, and what that gives is compared with f itself, in
fractions: with f's power series, cut where the rest is below 2^-130, the difference is a
polynomial, and the sum of its magnitudes in the Chebyshev basis bounds it everywhere on [a, b].
Called by the build, which stops where a bound is missed.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import zip_longest
from math import cos, factorial, pi
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = Fraction(1)
REST = Fraction(1, 2**130)
BOUND = 50  # no polynomial is further than 2^-50 of its function
DOUBLE_BOUND = 106  # nor 2^-106 where it is one of double-doubles


def cube_roots(k: int) -> Fraction:
    """Coefficients of (1 + y)^(-1/3)."""
    c = ONE
    for i in range(k):
        c *= (Fraction(-1, 3) - i) / (i + 1)
    return c


class Kernel(NamedTuple):
    """f by its power series, whose terms fall by `ratio` at least; bits: of the bound."""

    series: Callable[[int], Fraction]
    least: Fraction
    most: Fraction
    degree: int
    bits: int = BOUND
    pairs: int = 0


def kernels() -> dict[str, Kernel]:
    """The table: what each is of, on which interval, in which degree; for double-double: dd_..."""
    half_ln2, eighth_turn = Fraction("0.34658"), Fraction("0.618")  # above ln 2 / 2, (pi/4)^2

    def exp(k: int) -> Fraction:
        return Fraction(1, factorial(k + 1))  # e^y - 1 over y

    def atanh(k: int) -> Fraction:
        return Fraction(1, 2 * k + 1)  # atanh(s) / s of y = s^2

    def sin(k: int) -> Fraction:
        return Fraction((-1) ** k, factorial(2 * k + 1))  # sin(r) / r of y = r^2

    def cos(k: int) -> Fraction:
        return Fraction((-1) ** k, factorial(2 * k))  # cos r of y = r^2

    def atan(k: int) -> Fraction:
        return Fraction((-1) ** k, 2 * k + 1)  # atan(t) / t of y = t^2

    of_exp, of_circle = (-half_ln2, half_ln2), (0 * ONE, eighth_turn)
    of_atanh = (0 * ONE, Fraction("0.029438"))  # s = (m - 1) / (m + 1), m from sqrt 1/2 to sqrt 2
    of_atan = (0 * ONE, Fraction("0.17158"))  # t below tan(pi/8)
    return {
        "exp": Kernel(exp, *of_exp, 10),
        "atanh": Kernel(atanh, *of_atanh, 6),
        "sin": Kernel(sin, *of_circle, 6),
        "cos": Kernel(cos, *of_circle, 6),
        "atan": Kernel(atan, *of_atan, 10),
        # (1 + y)^(-1/3), a start for the cube root; 1 + y from sqrt 1/2 to sqrt 2
        "cbrt": Kernel(cube_roots, Fraction("-0.29290"), Fraction("0.41422"), 4, 13),
        # what is below 2^-53 of the sum needs no more than doubles: they lose 2^-106
        "dd_exp": Kernel(exp, *of_exp, 18, DOUBLE_BOUND, 13),
        "dd_atanh": Kernel(atanh, *of_atanh, 14, DOUBLE_BOUND, 10),
        "dd_sin": Kernel(sin, *of_circle, 11, DOUBLE_BOUND, 9),
        "dd_cos": Kernel(cos, *of_circle, 11, DOUBLE_BOUND, 9),
        "dd_atan": Kernel(atan, *of_atan, 22, DOUBLE_BOUND, 19),
    }


def taylor(kernel: Kernel) -> list[Fraction]:
    """The power series, so far that the rest is below REST: from there terms at least halve."""
    reach, terms = max(abs(kernel.least), abs(kernel.most)), []
    while True:
        term = kernel.series(len(terms))
        if abs(term) * reach ** len(terms) < REST / 2 and len(terms) > kernel.degree:
            return terms
        terms.append(term)


def value(coefficients: list[Fraction], y: Fraction) -> Fraction:
    """By Horner's rule."""
    total = 0 * ONE
    for c in reversed(coefficients):
        total = total * y + c
    return total


def interpolated(kernel: Kernel) -> list[Fraction]:
    """1 + y q(y): Newton's divided differences at the Chebyshev nodes, then powers of y."""
    f, n = taylor(kernel)[1:], kernel.degree
    middle, radius = (kernel.least + kernel.most) / 2, (kernel.most - kernel.least) / 2
    nodes = [middle + radius * Fraction(round(cos(pi * (i + 0.5) / n) * 2**30), 2**30)
             for i in range(n)]  # fmt: skip
    table = [value(f, y) for y in nodes]
    for j in range(1, n):
        for i in range(n - 1, j - 1, -1):
            table[i] = (table[i] - table[i - 1]) / (nodes[i] - nodes[i - j])
    q = [table[-1]]
    for i in range(n - 2, -1, -1):  # q (y - node) + difference
        q = [a - nodes[i] * b for a, b in zip([0 * ONE, *q], [*q, 0 * ONE], strict=True)]
        q[0] += table[i]
    return [ONE, *q]


def in_chebyshev(p: list[Fraction], least: Fraction, most: Fraction) -> list[Fraction]:
    """Coefficients of T_k(u), u on [-1, 1], y = middle + radius u.

    By Horner's rule; u T_k = (T_(k-1) + T_(k+1)) / 2.
    """
    middle, radius = (least + most) / 2, (most - least) / 2
    out = [0 * ONE]
    for c in reversed(p):
        times_y = [middle * t for t in out] + [0 * ONE]
        for k, t in enumerate(out):
            times_y[abs(k - 1)] += radius * t / 2
            times_y[k + 1] += radius * t / 2
        out = times_y
        out[0] += c
    return out


def distance(p: list[Fraction], kernel: Kernel) -> Fraction:
    """Above |p - f| everywhere on the interval."""
    difference = [a - b for a, b in zip_longest(p, taylor(kernel), fillvalue=0 * ONE)]
    return sum(map(abs, in_chebyshev(difference, kernel.least, kernel.most)), REST)


def in_doubles(c: Fraction, parts: int) -> list[float]:
    """Round to a double, or to a sum of two."""
    high = float(c)
    return [high, float(c - Fraction(high))][:parts]


def polynomial(name: str) -> tuple[list[list[float]], Fraction]:
    """Coefficients in doubles, the constant first, and how far the polynomial is from f.

    ValueError if that is more than it may be.
    """
    kernel = kernels()[name]
    coefficients = [
        in_doubles(c, 2 if k < kernel.pairs else 1) for k, c in enumerate(interpolated(kernel))
    ]
    bound = distance([sum(map(Fraction, c)) for c in coefficients], kernel)
    if bound > Fraction(1, 2**kernel.bits):
        msg = f"polynomial {name}: {float(bound):.3g} from its function, more than 2^-{kernel.bits}"
        raise ValueError(msg)
    return coefficients, bound


def main() -> None:
    """Write the header: lists of coefficients, the leading one apart."""
    print("/* Written by polynomials.py: X(c) or X(high, low), for all but the leading one. */")
    for name, kernel in kernels().items():
        coefficients, bound = polynomial(name)
        pairs, others = coefficients[: kernel.pairs], coefficients[kernel.pairs :]
        *others, (leading,) = others
        print(f"/* {float(bound):.2g} from its function at most */")
        print(f"#define NF_LEADING_{name} {leading.hex()}")
        for list_name, items in (("OTHERS", others), ("PAIRS", pairs)):
            each = " ".join(f"X({', '.join(c.hex() for c in item)})" for item in items[::-1])
            print(f"#define NF_{list_name}_{name}(X) {each}")


if __name__ == "__main__":
    sys.exit(main())

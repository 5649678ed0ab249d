# SPDX-License-Identifier: BSD-3-Clause
"""Where do numbers of 32 bits lie on the circle, however large, and how near to its quarters?

    python two_over_pi.py > two_over_pi.h

X 2^e = k pi/2 + r: with 2^e 2/pi mod 4, in 2 + 126 bits, the product with X has k and r.  The
least r of all X below 2^32, and with it the relative error of r, is that of a convergent of the
continued fraction of 2^e 2/pi (the best approximation of the first kind).  Called by the build,
which stops where an r would be below 2^-LEAST quarters, or 2^-LEAST_LONG for X below 2^64.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT, LONG = 1 << 32, 1 << 64  # X is below
NEAR = range(-31, -12)  # e of numbers of 1 to 2^19, X from 2^31: doubles reduce them
FAR = range(-12, 225)  # to 2^256
NEAR_LONG = range(-63, -44)  # X from 2^63: double-doubles do
LEAST, LEAST_LONG = 40, 68
BITS = 640


def arccot(n: int) -> int:
    """arccot(n) 2^(BITS + 32), by its series, down to less than 1000."""
    power = (1 << (BITS + 32)) // n
    total, k = power, 1
    while power:
        power //= n * n
        k += 2
        total += power // k if k % 4 == 1 else -(power // k)
    return total


def two_over_pi() -> Fraction:
    """2/pi, off by less than 2^(8 - BITS): Machin's formula."""
    pi = (16 * arccot(5) - 4 * arccot(239)) >> 32
    return Fraction((2 << (2 * BITS)) // pi, 1 << BITS)


def convergents(t: Fraction) -> Iterator[tuple[int, int]]:
    """Those of the continued fraction, as p and q."""
    n, d = t.numerator, t.denominator
    before, now = (0, 1), (1, 0)
    while d:
        a, (n, d) = n // d, (d, n % d)
        before, now = now, (a * now[0] + before[0], a * now[1] + before[1])
        yield now


def nearest(t: Fraction, most: int, least_p: int) -> Fraction:
    """The least |X t - p| of whole X from 1 to most and p from least_p."""
    return min(abs(q * t - p) for p, q in convergents(t) if q < most and p >= least_p)


def check(found: dict[int, Fraction], least: int) -> None:
    """ValueError if an X 2^e is nearer to a multiple of pi/2 than 2^-least quarters."""
    e, r = min(found.items(), key=lambda item: item[1])
    if r < Fraction(1, 2**least):
        msg = f"two_over_pi: X 2^{e} is within {float(r):.3g} quarters of k pi/2, not 2^-{least}"
        raise ValueError(msg)


def words() -> list[tuple[int, int]]:
    """2^e 2/pi mod 4 as two words of 64 bits, 126 of them after the point, for e in FAR."""
    t = two_over_pi()
    far = {e: t * Fraction(2) ** e % 4 for e in FAR}
    # near 0 itself (p = 0) nothing cancels
    check({e: nearest(t * Fraction(2) ** e, SHORT, 1) for e in NEAR}, LEAST)
    check({e: nearest(turn % 1, SHORT, 0) for e, turn in far.items()}, LEAST)
    check({e: nearest(t * Fraction(2) ** e, LONG, 1) for e in NEAR_LONG}, LEAST_LONG)
    return [divmod(int(turn * 2**126), 2**64) for turn in far.values()]


def main() -> None:
    """Write the header: the words, and what they are of."""
    print("/* Written by two_over_pi.py: 2^e 2/pi mod 4, 126 bits after the point. */")
    print(f"enum {{ NF_LEAST_TURN = {FAR.start}, NF_MOST_TURN = {FAR.stop - 1} }};")
    rows = ",\n".join(f"    {{{high:#018x}, {low:#018x}}}" for high, low in words())
    print(f"static const uint64_t nf_turns[][2] = {{\n{rows}}};")


if __name__ == "__main__":
    sys.exit(main())

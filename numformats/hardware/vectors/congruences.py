# SPDX-License-Identifier: BSD-3-Clause
"""For which integers is a multiple, or a square, next to a given residue?  Number theory only."""

from __future__ import annotations

__all__ = ["first_multiple", "nearest_multiple", "two_adic_root"]


def first_multiple(a: int, m: int, low: int, high: int) -> int | None:
    """Least x >= 0 with low <= a * x mod m <= high; 0 <= low <= high < m.

    As Euclid's algorithm: where no multiple of a itself lies in the interval, the question is how
    often m must be added before one does, which is the same question for a smaller modulus.
    """
    if low == 0:
        return 0
    a %= m
    if a == 0:
        return None
    x = -(-low // a)
    if a * x <= high:
        return x
    wraps = first_multiple(m, a, -high % a, -low % a)
    return None if wraps is None else -(-(low + m * wraps) // a)


def nearest_multiple(  # noqa: PLR0913 - the numbers of one congruence
    a: int, m: int, target: int, start: int, stop: int, above: bool
) -> int | None:
    """An x in [start, stop) with a * x mod m next to target, above or below it, not on it.

    The interval beside the target is doubled until the least x of it is before `stop`.
    """
    width = 1
    while width < m // 4:
        shift = target - a * start
        low, high = (shift + 1, shift + width) if above else (shift - width, shift - 1)
        low %= m
        high %= m
        if low <= high:
            x = first_multiple(a, m, low, high)
            if x is not None and start + x < stop:
                return start + x
        width *= 2
    return None


def two_adic_root(d: int, j: int) -> int:
    """An odd r with r * r = d (mod 2^j), for d = 1 (mod 8): one bit more in each step."""
    r = 1
    for i in range(3, j):
        if (r * r - d) >> i & 1:
            r += 1 << (i - 1)
    return r

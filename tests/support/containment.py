# SPDX-License-Identifier: BSD-3-Clause
"""Which formats hold every value of another?

Decided by exact values: every binade's finest value, both ends, the specials.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from constructed import edges, log2, two
from numformats.oracle import Special


@cache
def probes(oracle) -> list[object]:
    """Values of a format such that whatever holds them holds all of it."""
    codec = oracle.codec
    values = {codec.decode(code) for code in edges(oracle)}
    finite = [v for v in values if isinstance(v, Fraction) and v]
    low = min(log2(v) for v in finite)
    high = max(log2(v) for v in finite)
    places = range(low, high + 1) if high - low < 800 else [*range(low, low + 400), high]
    for e in places:  # the last value below 2^(e+1): all fraction bits set
        values.add(
            codec.decode(oracle.encode(two(e + 1) * (1 - two(-200)), rounding="toward_zero"))
        )
    if oracle.row.bits <= 10:
        values |= {codec.decode(code) for code in range(1 << oracle.row.bits)}
    return sorted(values, key=str)


@cache
def holds(to, source) -> bool:
    for value in probes(source):
        wanted = Fraction(0) if value is Special.NEG_ZERO else value
        back = to.decode(to.encode(value, rounding="toward_zero"))
        if (Fraction(0) if back is Special.NEG_ZERO else back) != wanted:
            return False
    return True

# SPDX-License-Identifier: BSD-3-Clause
"""Which codes of a format are corners: specials, ends, both sides where fields change?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numformats as nf
from numformats.oracle import Special

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.number_format import Format
    from numformats.oracle import Oracle

__all__ = ["corners"]


def corners(f: Format, most: int) -> list[int]:
    """At most `most` codes, those that matter most first; each once.

    >>> [hex(c) for c in corners(nf.posit8.format, 8)]
    ['0x0', '0x80', '0x1', '0xff', '0x7f', '0x81', '0x40', '0xc0']
    """
    oracle = nf.oracle.for_format(f)
    found: dict[int, None] = {}
    for code in _codes(f, oracle):
        found[code & ((1 << f.bits) - 1)] = None
        if len(found) == most:
            break
    return list(found)


def _codes(f: Format, oracle: Oracle) -> Iterator[int]:
    """All corners, the first ones first; some twice."""
    yield from _specials(f, oracle)
    yield from _ends(oracle)
    for exponent in (1, -1):
        yield from _both_signs(f, oracle.encode(Fraction(2) ** exponent, "toward_zero"))
    sizes = f.bits - (f.family != "fixed" and f.is_signed)
    for near in (0, -1, 1, -2, 2):
        for i in range(sizes + 1):
            yield from _both_signs(f, (1 << i) + near)  # one bit, or all ones below it
            yield from _both_signs(f, (1 << sizes) - (1 << i) + near)  # leading ones
    yield from _exponents(f)
    yield from _leading_bits(f)


def _specials(f: Format, oracle: Oracle) -> Iterator[int]:
    codec = oracle.codec
    yield 0
    yield 1 << (f.bits - 1)  # NaR, -0, the lowest integer
    for place in (1, codec.last_finite):
        yield from _both_signs(f, codec.at_index(place))
    yield from _both_signs(f, oracle.encode(1, "toward_zero"))
    if f.family in {"float", "truncated"}:
        for special in (Special.INF, Special.NEG_INF, Special.NAN):
            yield oracle.encode(special, "nearest_even")
    if f.nan == "ieee":
        reserved = ((1 << f.exp) - 1) << f.man
        for fraction in (1, 1 << f.man >> 1, (1 << f.man) - 1, (1 << f.man >> 1) - 1):
            yield from _both_signs(f, reserved | fraction)  # quiet and signalling, with payloads


def _ends(oracle: Oracle) -> Iterator[int]:
    """Beside zero, the least and the largest numbers of both signs."""
    codec = oracle.codec
    for near in (0, -1, 1):
        for end in (codec.first, codec.last, codec.last_finite, -codec.last_finite, 0):
            yield codec.at_index(min(max(end + near, codec.first), codec.last))


def _both_signs(f: Format, code: int) -> Iterator[int]:
    yield code
    if f.is_tapered or f.family == "fixed":
        yield -code
    elif f.is_signed:
        yield code ^ 1 << (f.bits - 1)


def _exponents(f: Format) -> Iterator[int]:
    """Exponents of a float, its ends first, with fractions of all zeros, all ones, one bit."""
    if f.family not in {"float", "truncated"}:
        return
    fields = 1 << f.exp
    first = [0, 1, 2, fields - 1, fields - 2, fields - 3, f.bias, f.bias - 1, f.bias + 1]
    spread = range(0, fields, max(1, fields // 24))
    for field in [e for e in first if 0 <= e < fields] + list(spread):
        for fraction in (0, (1 << f.man) - 1, 1, 1 << f.man >> 1, (1 << f.man) - 2):
            yield from _both_signs(f, field << f.man | max(fraction, 0))


def _leading_bits(f: Format) -> Iterator[int]:
    """Where any of the leading five bits changes: regimes and exponents of takums and posits."""
    shift = max(f.bits - 5, 0)
    for near in (0, -1, 1, -2, 2):
        for i in range(1 << min(f.bits, 5)):
            yield (i << shift) + near

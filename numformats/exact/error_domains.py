# SPDX-License-Identifier: BSD-3-Clause
"""For which operands has a format always the error of their sum, or of their product?

Sums.  Let the format be, between 2^least and its largest number, Flocq's generic_format: its unit
in the last place ulp(x) never grows toward 0.  Let |a| >= |b|.  The error e of the nearest sum is a
multiple of ulp(b) and at most |b|, for a itself is that near; so ulp(e) <= ulp(b), and e is a
number of the format, unless it is below 2^least.  Of multiples of 2^least it is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["always_exact", "sum_domain"]

_TAKUM_WHOLE = 12  # bits of the shortest takum that writes its exponents whole
_TAKUM_LEAST = -255  # exponent of the binade that begins at code 0


def sum_domain(f: Format) -> tuple[int, int | None] | None:
    """(least, most): two_sum is exact for multiples of 2^least with |a + b| <= 2^most.

    `most` None: for sums of any size.  None: nothing is promised.

    >>> import numformats as nf
    >>> sum_domain(nf.posit16.format), sum_domain(nf.bposit16.format)
    ((-48, 48), (-191, None))
    """
    if f.family == "posit":
        return _posit(f)
    if f.family == "takum_linear":
        if f.bits >= _TAKUM_WHOLE:
            return _TAKUM_LEAST + 1, None
        whole = (1 << (f.bits - 4)) - 1  # exponents of at most bits - 5 bits
        return (-whole, whole) if f.bits > 4 else None
    return None


def _posit(f: Format) -> tuple[int, int | None] | None:
    if f.rs + f.es < f.bits:  # regime and exponent are whole in every code; code 0 is no power
        return 1 - (f.rs << f.es), None
    longest = f.bits - 2 - f.es  # the longest run of a regime after which the exponent has room
    return (-(longest << f.es), longest << f.es) if longest > 0 else None


def always_exact(f: Format, sign: str) -> str:
    """What is allowed, in words: for the message of an error."""
    name = f.name or str(f)
    pairs = f"pairs whose {'sum' if sign == '+' else 'product'} has an error that {name} has"
    domain = sum_domain(f)
    if sign == "*" or domain is None:
        return pairs
    least, most = domain
    ends = "" if most is None else f" with |a + b| <= 2^{most}"
    return f"{pairs}, such as multiples of 2^{least}{ends}"

# SPDX-License-Identifier: BSD-3-Clause
"""How many bits do products and sums of fixed point need, so that none of them is rounded?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats import _rules
from numformats.errors import FormatError
from numformats.number_format import Format
from numformats.parse import as_format

if TYPE_CHECKING:
    from typing import SupportsIndex

    from numformats._dtypes import Scalar
    from numformats.parse import FormatLike

__all__ = ["exact_dot", "exact_product", "exact_sum"]

_MOST = 2**63 - 1


def exact_product(a: FormatLike, b: FormatLike) -> type[Scalar]:
    """The narrowest fixed-point format with every product of a value of `a` and one of `b`.

    Of w and v bits it has w + v, least times least included: two signed formats need the last bit
    for that product alone, and do without it where both saturate symmetrically.

    Raises TypeError where a or b is not fixed point, FormatError where no format of at most 64
    bits, or of -64..128 fraction bits, has them all.

    >>> import numformats as nf
    >>> nf.exact_product(nf.q15, nf.q15).format
    Fixed(32, frac=30)
    >>> nf.exact_product(nf.q7, nf.Fixed(4, 0, signed=False)).format
    Fixed(12, frac=7)
    >>> low = nf.finfo(nf.q15).lowest
    >>> nf.exact_product(nf.q15, nf.q15)(float(low) ** 2) == 1
    np.True_
    """
    return exact_dot(a, b, 1)


def exact_dot(a: FormatLike, b: FormatLike, n: SupportsIndex) -> type[Scalar]:
    """The narrowest fixed-point format with every sum of n products of values of `a` and `b`.

    The accumulator of a dot product of length n, 1..2**63 - 1, in which no order of additions
    overflows.  Errors as for `nf.exact_product`.

    >>> import numformats as nf
    >>> nf.exact_dot(nf.q7, nf.q7, 1024).format
    Fixed(26, frac=14)
    """
    x, y = _fixed("a", a), _fixed("b", b)
    count = _rules.integer("n", n, 1, _MOST)
    corners = [p * q for p in _ends(x) for q in _ends(y)]
    return _narrowest(count * min(*corners, 0), count * max(corners), x.frac + y.frac)


def exact_sum(*formats: FormatLike, n: SupportsIndex = 1) -> type[Scalar]:
    """The narrowest fixed-point format with every sum of n values of each of the formats.

    Raises TypeError without a format; other errors as for `nf.exact_product`.

    >>> import numformats as nf
    >>> nf.exact_sum(nf.q15, nf.q7).format, nf.exact_sum(nf.q15, n=1000).format
    (Fixed(17, frac=15), Fixed(26, frac=15))
    """
    if not formats:
        msg = "exact_sum() needs a format"
        raise TypeError(msg)
    parts = [_fixed("a format", f) for f in formats]
    count = _rules.integer("n", n, 1, _MOST)
    frac = max(f.frac for f in parts)
    low, high = (sum(_ends(f)[side] << (frac - f.frac) for f in parts) * count for side in (0, 1))
    return _narrowest(low, high, frac)


def _fixed(name: str, given: FormatLike) -> Format:
    f = as_format(given)
    if f.family != "fixed":
        msg = f"{name} is {f!r}: must be fixed point"
        raise TypeError(msg)
    return f


def _ends(f: Format) -> tuple[int, int]:
    """The lowest and the highest code that results have, as integers."""
    high = (1 << (f.bits - f.is_signed)) - 1
    return -f.is_signed * (high + (f.overflow != "saturate_symmetric")), high


def _narrowest(low: int, high: int, frac: int) -> type[Scalar]:
    """The format of the codes low..high, low <= 0 <= high, with one step of 2**-frac."""
    signed = low < 0
    bits = max(2, signed + max(high.bit_length(), (-low - 1).bit_length() if signed else 0))
    if bits > _rules.MAX_BITS or not -64 <= frac <= 128:
        msg = f"no format is exact: bits={bits}, frac={frac}; allowed: 64 bits, frac -64..128"
        raise FormatError(msg)
    return Format("fixed", bits, frac=frac, is_signed=signed).type

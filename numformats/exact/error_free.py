# SPDX-License-Identifier: BSD-3-Clause
"""What does rounding one sum or one product lose?  The rounded result and its exact error.

The result is the format's own sum or product.  Its error is the exact difference, which one more
rounding into the format must leave as it is: else the pair is refused, and nothing is returned that
does not add up.  Where doubles hold the values of the format they hold the difference of nearly all
pairs (`nf_error_terms`); what they leave open is summed exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from numformats._array_formats import as_formats, format_of
from numformats._native import NAMED, address, ffi, lib
from numformats._overridable import overridable
from numformats.exact.error_domains import always_exact
from numformats.exact.expressions import common_operands
from numformats.exact.products import vecdot
from numformats.exact.quire_array import QuireArray
from numformats.exact.sums import fsum
from numformats.format_info import finfo

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["fast_two_sum", "two_prod", "two_sum"]

Array = np.ndarray[Any, Any]

_AT_ONCE = 1 << 12  # so that all arrays of a piece stay in the L2 cache
_TAPERED = ("posit", "takum_linear")
_NEVER_TO_ZERO = NAMED["posit8"]


def _transform(name: str, sign: str, a: Any, b: Any) -> tuple[Any, Any]:
    """Both results in the dtype of the operands; ValueError names the first pair refused."""
    a, b = common_operands(a, b)
    f = format_of(a.dtype, "an operand")
    x, y = (np.ascontiguousarray(as_formats("an operand", v)).reshape(-1) for v in (a, b))
    if f.name == "binary64":  # NumPy's loops give the same bits
        x, y = x.view(np.float64), y.view(np.float64)
    if name == "fast_two_sum":
        _check_order(f, a, b, x, y)
    results, errors = np.empty_like(x), np.empty_like(x)
    scratch = Doubles(min(len(x), _AT_ONCE)) if np.can_cast(f.dtype, np.float64, "safe") else None
    for first in range(0, len(x), _AT_ONCE):
        piece = [v[first : first + _AT_ONCE] for v in (x, y, results, errors)]
        refused = _fill(sign, piece, scratch)
        if refused is not None:
            _refuse(name, sign, f, a, b, first + refused)
    s, e = (v.view(a.dtype).reshape(a.shape)[()] for v in (results, errors))
    return s, e


def _as_read(x: Array) -> Array:
    """What arithmetic takes x for: a truncated float's subnormals are 0, though casts keep them."""
    f = format_of(x.dtype, "an operand")
    if f.family != "truncated" or not f.daz:
        return x
    return np.where(np.abs(x) < finfo(f).smallest_normal, np.zeros((), x.dtype), x)


class Doubles:
    """Room for the doubles of a piece: both operands, the results, and the exact errors."""

    def __init__(self, length: int) -> None:
        self._arrays = [np.empty(length) for _ in range(4)]
        self._pointers = [ffi.cast("double *", address(v)) for v in self._arrays]

    def errors(self, sign: str, x: Array, y: Array, s: Array) -> Array:
        """The exact errors, NaN where they are no doubles, or not known to be."""
        for room, v in zip(self._arrays, (x, y, s), strict=False):
            room[: len(x)] = v
        lib.nf_error_terms(sign == "*", len(x), *self._pointers)
        return self._arrays[-1][: len(x)]


def _fill(sign: str, piece: list[Array], scratch: Doubles | None) -> int | None:
    """Fill the results and errors; the first place without an error term, or None."""
    x, y, s, e = piece
    open_places: Any = slice(None)
    with np.errstate(all="ignore"):  # an overflow is refused, or exact all the same
        (np.add if sign == "+" else np.multiply)(x, y, out=s)
        x, y = _as_read(x), _as_read(y)
        if scratch is not None:
            exact = scratch.errors(sign, x, y, s)
            e[...] = exact
            e[...] = _as_read(e)
            differs = e.astype(np.float64, copy=False) != exact  # NaN, too
            if not differs.any():
                return None
            open_places = np.flatnonzero(differs)
        x, y, s = (v[open_places] for v in (x, y, s))
        found = _difference(sign, x, y, [s], x.dtype)
        e[open_places] = found
        wrong = np.arange(len(e))[open_places][
            _difference(sign, x, y, [s, found], _NEVER_TO_ZERO) != 0
        ]
    return int(wrong[0]) if len(wrong) else None


def _difference(sign: str, x: Array, y: Array, taken: list[Array], into: Any) -> Array:
    """The exact x + y or x * y without what is taken, rounded once into a format."""
    if format_of(x.dtype, "an operand").family not in _TAPERED:
        quires = QuireArray(x.dtype, x.shape)
        quires = quires.add(x).add(y) if sign == "+" else quires.fma(x, y)
        for v in taken:
            quires.subtract(v)
        return np.asarray(quires.round(into))
    # These have the opposite of every number, and round nothing but 0 to 0.
    if sign == "+":
        return np.asarray(fsum(np.stack([x, y, *(-v for v in taken)], -1), -1))
    minus = [np.full(x.shape, -1, x.dtype)] * len(taken)
    return np.asarray(vecdot(np.stack([x, *taken], -1), np.stack([y, *minus], -1)))


def _check_order(f: Format, a: Array, b: Array, x: Array, y: Array) -> None:
    """Raise ValueError unless |a| >= |b|; NaN is left to what follows."""
    if f.family == "fixed" and f.is_signed:  # the least number has no opposite
        with np.errstate(all="ignore"):
            wrong = np.where(x > 0, -x, x) > np.where(y > 0, -y, y)
    else:
        wrong = np.abs(x) < np.abs(y)
    if wrong.any():
        at, left, right = _operands(a, b, int(np.argmax(wrong)))
        raise ValueError(
            f"fast_two_sum: a{at} is {left} and b{at} is {right}, of {f.name or f}; "
            "allowed: |a| >= |b| (two_sum takes any order)"
        )


def _operands(a: Array, b: Array, place: int) -> tuple[str, Any, Any]:
    """The index of a place as text, and both operands there."""
    index = tuple(int(i) for i in np.unravel_index(place, a.shape))
    at = f"[{', '.join(map(str, index))}]" if index else ""
    return at, a[index], b[index]


def _refuse(name: str, sign: str, f: Format, a: Array, b: Array, place: int) -> NoReturn:  # noqa: PLR0913 - all of it is told
    at, left, right = _operands(a, b, place)
    found, known = f"{name}: a{at} is {left} and b{at} is {right}", f.name or str(f)
    if not (np.isfinite(left) and np.isfinite(right)):
        raise ValueError(f"{found}; allowed: finite numbers of {known}")
    raise ValueError(
        f"{found}: {known} has no number for the error of a {sign} b; "
        f"allowed: {always_exact(f, sign)}"
    )


@overridable
def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """The rounded sum s = a + b and its error e, elementwise: s + e = a + b exactly.

    Parameters
    ----------
    a, b : array_like of a number format, float16, float32 or float64
        They broadcast; their formats may differ if one of them holds the values of both.

    Returns
    -------
    s, e : arrays or scalars of the operands' format

    Raises
    ------
    ValueError
        The format has no number for the error of a pair, or an operand is not finite: the message
        names the first such pair.  Never, of:

        * floats that round to nearest and have subnormals, where the sum does not become infinite;
        * b-posits <n, rs, es> with rs + es < n, where a and b are multiples of 2^(1 - rs 2^es);
          takums of 12 bits and more, where they are multiples of 2^-254;
        * other posits, where a and b are multiples of 2^-m, that is 0 or of that size and more, and
          |a + b| is at most 2^m, with m = (n - 2 - es) 2^es: of posit16 2^48, of posit32 2^112;
        * signed fixed point that saturates.

        Outside, and of directed rounding and truncated floats (whose operands are what the machine
        reads: subnormals as 0), those pairs are taken that have an error term, and no other.
    TypeError
        The dtypes are no formats, or have no common one.

    >>> import numformats as nf
    >>> nf.two_sum(nf.posit16(1), nf.posit16(2.0**-14))
    (posit16(1.0), posit16(6.1e-05))
    >>> nf.two_sum(nf.posit16(2.0**50), nf.posit16(2.0**50))
    Traceback (most recent call last):
    ...
    ValueError: two_sum: a is ...

    Sources: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B, whose six operations give
    the same numbers; `numformats/exact/error_domains.py` proves the domains, and
    `proofs/exhaustion` tries all pairs of 16 bits.
    """
    return _transform("two_sum", "+", a, b)


@overridable
def fast_two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """`nf.two_sum` of operands with |a| >= |b|, or ValueError.

    What the three operations of Dekker's algorithm give in floats that round to nearest.  In posits
    and takums they can miss, for the sum may have fewer bits than a; here e is right there, too.

    >>> import numformats as nf
    >>> nf.fast_two_sum(nf.bfloat16(256), nf.bfloat16(3.25))
    (bfloat16(260.0), bfloat16(-0.75))
    >>> a = nf.posit16(16 - 2.0**-8)
    >>> s = a + a
    >>> nf.fast_two_sum(a, a), a - (s - a)
    ((posit16(32.0), posit16(-0.007812)), posit16(-0.003906))

    Source: Dekker, "A floating-point technique for extending the available precision" (1971).
    """
    return _transform("fast_two_sum", "+", a, b)


@overridable
def two_prod(a: Any, b: Any) -> tuple[Any, Any]:
    """The rounded product p = a * b and its error e, elementwise: p + e = a * b exactly.

    Operands and errors as for `nf.two_sum`.  It never refuses a pair of floats that round to
    nearest where the product does not become infinite and the product of the last bits set in a
    and in b is at least the least number above 0.  Posits and takums have fewer bits for the error
    than for the product where that is about 1: they have an error term of all pairs with few bits
    set, not of all pairs.  Fixed point has that of exact products, and of saturated ones.

    >>> import numformats as nf
    >>> nf.two_prod(nf.binary32(1 + 2.0**-20), nf.binary32(1 + 2.0**-20))
    (binary32(1.0000019), binary32(9.094947e-13))

    It is fma(a, b, -p).
    """
    return _transform("two_prod", "*", a, b)

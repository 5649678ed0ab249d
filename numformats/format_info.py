# SPDX-License-Identifier: BSD-3-Clause
"""What are the limits of a number format?  numpy.finfo for every format, and more."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _limits, _native
from numformats._frozen import Frozen
from numformats._native import lib
from numformats.parse import as_format
from numformats.quantizing import quantize

if TYPE_CHECKING:
    from numformats._dtypes import Scalar
    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["FormatInfo", "finfo"]


@dataclass(frozen=True)
class FormatInfo(Frozen):
    """The limits of one format; values are scalars of it.  Made by `nf.finfo`."""

    format: Format
    dtype: np.dtype[Any]
    bits: int
    """Width of a code (without the unused bits of its storage)."""
    minpos: Scalar
    """The smallest positive value."""
    maxpos: Scalar
    """The largest finite value."""
    lowest: Scalar
    """The most negative finite value; in an unsigned format the least value."""
    smallest_normal: Scalar
    """The smallest positive value of full precision; minpos where there are no subnormals."""
    exact_eps: Fraction
    """Distance from 1 to the next larger value (to the next smaller one where 1 is the largest);
    one step of a fixed-point format; 2**-man of a float that has no 1."""
    exact_epsneg: Fraction
    """Distance from 1 to the next smaller value; as exact_eps where there is no 1."""
    smallest_exponent: int
    """floor(log2(minpos))."""
    largest_exponent: int
    """floor(log2(maxpos))."""
    nmant: int
    """Fraction bits of the values in [1, 2)."""
    contiguous_integers: int
    """The largest N such that 1..N, and their negatives if it has any, are all values."""
    lossless_in_float32: bool
    """Is every value (and NaN, and infinity) also one of NumPy's float32?"""
    lossless_in_float64: bool
    nan_count: int
    """Number of codes that are NaN (or NaR)."""
    inf_count: int
    """Number of codes that are infinite."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the format alone, which has only one FormatInfo."""
        return finfo, (self.format,)

    def fraction_bits(self, exponent: int) -> int:
        """Number of fraction bits of the values in [2**exponent, 2**(exponent+1)).

        0 where exponent bits are cut off (ends of a posit): there not every power of two is a
        value.  Raises ValueError outside smallest_exponent..largest_exponent.

        >>> import numformats as nf
        >>> [nf.finfo(nf.posit16).fraction_bits(e) for e in (0, 4, 52)]
        [11, 10, 0]
        """
        low, high = self.smallest_exponent, self.largest_exponent
        if not low <= exponent <= high:
            msg = f"exponent={exponent!r}: must be in {low}..{high}"
            raise ValueError(msg)
        return _limits.fraction_bits(self.format, exponent)

    @property
    def max(self) -> Scalar:
        """NumPy's name for maxpos."""
        return self.maxpos

    @property
    def min(self) -> Scalar:
        """NumPy's name for lowest."""
        return self.lowest

    @property
    def tiny(self) -> Scalar:
        """NumPy's other name for smallest_normal."""
        return self.smallest_normal

    @property
    def smallest_subnormal(self) -> Scalar:
        """NumPy's name for minpos."""
        return self.minpos

    @property
    def eps(self) -> Scalar:
        """exact_eps, rounded into the format (exact but in a few tiny posits and odd floats)."""
        return _rounded(self.format, self.exact_eps)

    @property
    def epsneg(self) -> Scalar:
        """exact_epsneg, rounded into the format."""
        return _rounded(self.format, self.exact_epsneg)

    @property
    def machep(self) -> int:
        """floor(log2(eps))."""
        return _limits.floor_log2(self.exact_eps)

    def _repr_html_(self) -> str:
        """The limits as a table, for notebooks."""
        from numformats import _html  # noqa: PLC0415 - only notebooks ask

        return _html.info(self)

    @property
    def negep(self) -> int:
        """floor(log2(epsneg))."""
        return _limits.floor_log2(self.exact_epsneg)

    @property
    def minexp(self) -> int:
        """floor(log2(smallest_normal))."""
        return _limits.floor_log2(Fraction(*self.smallest_normal.as_integer_ratio()))

    @property
    def maxexp(self) -> int:
        """The least power of two above maxpos has this exponent."""
        return self.largest_exponent + 1

    @property
    def nexp(self) -> int:
        """Exponent bits of a float; of a tapered format, the bits that number its exponents."""
        if self.format.exp or self.format.family == "fixed":
            return self.format.exp
        return (self.largest_exponent - self.smallest_exponent).bit_length()

    @property
    def iexp(self) -> int:
        """As nexp."""
        return self.nexp

    @property
    def precision(self) -> int:
        """Decimal digits to which numbers near 1 are kept: floor(-log10(eps)), at least 0."""
        eps, digits = self.exact_eps, 0
        while eps * 10 ** (digits + 1) <= 1:
            digits += 1
        return digits

    @property
    def resolution(self) -> Scalar:
        """10**-precision, rounded into the format."""
        return _rounded(self.format, Fraction(1, 10**self.precision))


def finfo(T: FormatLike) -> FormatInfo:  # noqa: N803 - T is a type
    """The limits of a format, given as scalar class, scalar, dtype, array, Format or text.

    Has every attribute of numpy.finfo under NumPy's name.  Raises TypeError for what is not a
    format of this package (use numpy.finfo), FormatError for a bad text.

    >>> import numformats as nf
    >>> info = nf.finfo(nf.bposit16)
    >>> info.maxpos, info.contiguous_integers, info.lossless_in_float32
    (bposit16(6e+57), 512, False)
    """
    return _finfo(as_format(T))


@functools.cache
def _finfo(f: Format) -> FormatInfo:
    row = _native.row(f)
    limits = lib.nf_limits_of(row)
    scalar = f.type
    maxpos, minpos = _limits.value_of(row, limits.maxpos), _limits.value_of(row, limits.minpos)
    eps, epsneg = _limits.steps_at_one(f, row, limits)
    return FormatInfo(
        format=f,
        dtype=f.dtype,
        bits=f.bits,
        minpos=scalar.from_bits(limits.minpos),
        maxpos=scalar.from_bits(limits.maxpos),
        lowest=scalar.from_bits(limits.lowest),
        smallest_normal=_rounded(f, _limits.smallest_normal(f, minpos, maxpos)),
        exact_eps=eps,
        exact_epsneg=epsneg,
        smallest_exponent=_limits.floor_log2(minpos),
        largest_exponent=_limits.floor_log2(maxpos),
        nmant=_limits.fraction_bits(f, 0) if minpos <= 1 <= maxpos else f.man,
        contiguous_integers=_limits.contiguous_integers(row, maxpos),
        lossless_in_float32=lib.nf_contains(_native.row(_native.NAMED["binary32"].format), row),
        lossless_in_float64=lib.nf_contains(_native.row(_native.NAMED["binary64"].format), row),
        nan_count=_limits.nan_count(f),
        inf_count=(1 + f.is_signed) * f.has_inf,
    )


def _rounded(f: Format, x: Fraction) -> Scalar:
    """The value of the format nearest to x: to ask about a format takes no random word."""
    with np.errstate(all="ignore"):
        if f.rounding == "stochastic":
            nearest: Scalar = quantize(x, f.dtype, rounding="nearest_even")
            return nearest
        return f.type(x)

# SPDX-License-Identifier: BSD-3-Clause
"""What is a quire?  One exact sum of values and products, rounded only when asked."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

import numpy as np

from numformats.exact import quire_state, quire_values
from numformats.exact.quire_array import QuireArray

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats._dtypes import Scalar
    from numformats.number_format import Format

__all__ = ["Quire"]

_S = TypeVar("_S", bound=np.generic)

Array = np.ndarray[Any, Any]


class Quire(QuireArray):
    """An exact accumulator of a format: a fixed-point number that no product falls out of.

    Parameters
    ----------
    fmt : format, float16, float32 or float64
        Its layout follows: standard posits 16n bits, 2**(16-8n) the last (Posit Standard, 3.2);
        b-posits <n, rs=6, es=5> 1024 bits, 2**-488 the last, for every n; others as many bits as
        their products need, with 31 for carries and a sign.
    bits : int, optional
        Another width.

    `q += x` and `q -= x` take values of the format, Python numbers (converted to it first), values
    of formats whose last bit the quire has, and quires of the same layout.  NaN, NaR, infinities
    and a sum that needs more bits make it NaR, which it stays until `clear`.

    >>> import numformats as nf
    >>> q = nf.Quire(nf.posit16)
    >>> q += nf.posit16.from_bits(1)  # 2**-56
    >>> q.fma(nf.posit16(3), nf.posit16(5)).value - 15
    Fraction(1, 72057594037927936)
    >>> q.round(), q.layout
    (posit16(15.0), Layout(bits=256, lsb=-112))

    Source: Posit Standard (2022), 3.2 and 5.11.
    """

    def __init__(self, fmt: Any, *, bits: int | None = None) -> None:
        super().__init__(fmt, (), bits=bits)

    # Sums over arrays.

    def add_products(self, x: Any, y: Any) -> Self:
        """Add the sum of x * y over all elements (they broadcast), in one exact step; returns self.

        >>> import numpy as np, numformats as nf
        >>> nf.Quire(np.float64).add_products(np.array([1e200, 1]), np.array([1e-200, 2])).round()
        binary64(3.0)
        """
        return self._sum_products(x, y, subtract=False)

    def sub_products(self, x: Any, y: Any) -> Self:
        """Subtract the sum of x * y over all elements, in one exact step; returns self."""
        return self._sum_products(x, y, subtract=True)

    def _sum_products(self, x: Any, y: Any, *, subtract: bool) -> Self:
        a, b = np.broadcast_arrays(self._operand(x), self._operand(y))
        return self._change(a.reshape(-1), b.reshape(-1), subtract=subtract)

    def add(self, x: Any) -> Self:
        """Add all elements of x, in one exact step; returns self."""
        return self._change(self._operand(x).reshape(-1), None, subtract=False)

    def subtract(self, x: Any) -> Self:
        """Subtract all elements of x, in one exact step; returns self."""
        return self._change(self._operand(x).reshape(-1), None, subtract=True)

    # The value, as a number, as text and in comparisons.

    @overload
    def round(self, fmt: None = None) -> Scalar: ...
    @overload
    def round(self, fmt: type[_S] | np.dtype[_S]) -> _S: ...
    @overload
    def round(self, fmt: Format | str) -> Scalar: ...
    def round(self, fmt: Any = None) -> Any:
        """Round once, into the format of the quire or another one: a scalar."""
        return super().round(fmt)

    @property
    def code(self) -> int:
        """The signed integer whose multiple of 2**lsb the quire is; the lowest one is NaR."""
        return quire_state.codes_of(self._words)[0]

    @property
    def is_nar(self) -> bool:
        """Is it NaR?"""
        return self.code == self._layout.nar

    @property
    def value(self) -> Fraction:
        """The exact value; ValueError for NaR."""
        if self.is_nar:
            msg = "the quire is NaR"
            raise ValueError(msg)
        return self.code * Fraction(2) ** self._layout.lsb

    def __bool__(self) -> bool:
        """Is it anything but zero?"""
        return self.code != 0

    def _repr_html_(self) -> str:
        """The sum and its layout, for notebooks."""
        from numformats._html import table  # noqa: PLC0415 - only notebooks ask
        from numformats._show import decimal_form  # noqa: PLC0415

        value = "NaR" if self.is_nar else decimal_form(self.value)
        bits, lsb = self._layout.bits, self._layout.lsb
        rows = [("value", value), ("bits", str(bits)), ("last bit", f"2^{lsb}")]
        return table(f"quire of {self._format!r}", ("", ""), rows)

    def __repr__(self) -> str:
        text = "NaR" if self.is_nar else quire_values.value_text(self.value)
        return f"<quire of {self._format!r}: {text}>"

    # A quire is mutable and equal by value, so that it can be no key of a dict.
    __hash__ = None  # type: ignore[assignment]

    def _compare(self, other: Any, holds: Callable[[Any, Any], bool]) -> Any:
        """Compare exact values; NaR and NaN are equal, and below every number."""
        if isinstance(other, np.ndarray):
            truths = [bool(holds(self, x)) for x in other.flat]
            return np.array(truths, bool).reshape(other.shape)
        theirs = _key_of(other) if isinstance(other, Quire) else quire_values.order_key(other)
        return NotImplemented if theirs is None else bool(holds(_key_of(self), theirs))

    def __eq__(self, other: object) -> Any:
        """Compare with a quire, a real number of any type or, element by element, an array."""
        return self._compare(other, operator.eq)

    def __ne__(self, other: object) -> Any:
        return self._compare(other, operator.ne)

    def __lt__(self, other: object) -> Any:
        return self._compare(other, operator.lt)

    def __le__(self, other: object) -> Any:
        return self._compare(other, operator.le)

    def __gt__(self, other: object) -> Any:
        return self._compare(other, operator.gt)

    def __ge__(self, other: object) -> Any:
        return self._compare(other, operator.ge)

    # Bytes.

    @classmethod
    def from_bytes(cls, fmt: Any, data: bytes, *, bits: int | None = None) -> Self:
        """The quire that `to_bytes` wrote; ValueError when the length is another one.

        >>> import numformats as nf
        >>> data = nf.Quire(nf.posit8).fma(1, 1).to_bytes()
        >>> len(data), data[6], nf.Quire.from_bytes(nf.posit8, data).value
        (16, 1, Fraction(1, 1))
        """
        return cls(fmt, bits=bits).load_bytes(data)

    def export_800(self) -> bytes:
        """The 800-bit code of the literature, LSB 2**-384: LOSSY, for b-posits <n, rs=6, es=5>.

        100 bytes, the lowest first: 1 sign, 31 carry, 384 integer and 384 fraction bits.  The bits
        below 2**-384 are cut off (toward minus infinity); products of b-posits can have some.  A
        value beyond 800 bits, like NaR, gives NaR.  TypeError for other formats.

        >>> import numformats as nf
        >>> tiny = nf.bposit16.from_bits(1)
        >>> q = nf.Quire(nf.bposit16).fma(tiny, tiny)  # 17*17 * 2**-392
        >>> int.from_bytes(q.export_800(), "little"), q.value * 2**384
        (1, Fraction(289, 256))

        Source: Gustafson, Jonnalagadda and Thotli, arXiv 2603.01615 (800 bits); the layout is
        inferred from that of posits.
        """
        f = self._format
        if f.family != "posit" or (f.rs, f.es) != (6, 5):
            msg = f"export_800 is for b-posits <n, rs=6, es=5>, not {f!r}"
            raise TypeError(msg)
        short = quire_state.Layout(800, -384)
        code = self.code >> (short.lsb - self._layout.lsb)
        if self.is_nar or not short.holds(code):
            code = short.nar
        return code.to_bytes(100, "little", signed=True)


def _key_of(q: Quire) -> tuple[bool, Any]:
    return quire_values.NAR_KEY if q.is_nar else (True, q.value)

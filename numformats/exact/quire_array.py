# SPDX-License-Identifier: BSD-3-Clause
"""How are many exact sums carried along at once?  An array of quires, one for each element."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from numformats import _rules
from numformats._array_formats import as_formats
from numformats.exact import quire_state, quire_sums
from numformats.exact.quire_operators import QuireOperators

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.number_format import Format

__all__ = ["QuireArray"]

Array = np.ndarray[Any, Any]
_AT_ONCE = 1 << 16


class QuireArray(QuireOperators):
    """An array of quires of one format: exact sums that are rounded only when asked.

    Parameters
    ----------
    fmt : format, float16, float32 or float64
    shape : int or tuple of ints
    bits : int, optional
        Width of each quire, from 2 bits on; by default the layout of the format (see `Quire`).

    Operations broadcast their operands to the shape and change the array; a NaN, NaR, infinity
    or an overflow makes an element NaR until `clear`.  Adding quires is exact, so that sums may
    be split and merged in any order.

    >>> import numpy as np, numformats as nf
    >>> a, b = np.ones((2, 3), nf.posit16), np.full((3, 2), 0.1, nf.posit16)
    >>> sums = nf.QuireArray(nf.posit16, (2, 2))
    >>> for batch in range(4):
    ...     _ = sums.add_matmul(a, b)
    >>> sums.round()[0].tolist(), (a @ b * 4)[0].tolist()
    ([posit16(1.2), posit16(1.2)], [posit16(1.2), posit16(1.2)])

    Source: Posit Standard (2022), 3.2 and 5.11.
    """

    def __init__(
        self, fmt: Any, shape: int | tuple[int, ...] = (), *, bits: int | None = None
    ) -> None:
        self._format = quire_state.quire_format(fmt)
        layout = quire_state.layout_of(self._format)
        if bits is not None:
            bits = operator.index(bits)
            if not 2 <= bits <= quire_state.MOST_BITS:
                msg = f"bits is {bits}; allowed: 2..{quire_state.MOST_BITS}"
                raise ValueError(msg)
            layout = quire_state.Layout(bits, layout.lsb)
        self._layout = layout
        shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
        self._words = np.zeros((*shape, layout.words), np.uint64)

    # What the array is.

    @property
    def format(self) -> Format:
        """The Format that it is a quire of."""
        return self._format

    @property
    def layout(self) -> quire_state.Layout:
        """Bits, and exponent of the last one."""
        return self._layout

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self._words.shape[:-1]

    @property
    def is_nar(self) -> Any:
        """True where an element is NaR: a bool array."""
        codes = quire_state.codes_of(self._words)
        return np.array([c == self._layout.nar for c in codes], bool).reshape(self.shape)[()]

    @property
    def value(self) -> Any:
        """The exact values: an object array of Fractions, None where NaR."""
        unit = Fraction(2) ** self._layout.lsb
        values = np.empty(math.prod(self.shape), object)
        for i, c in enumerate(quire_state.codes_of(self._words)):
            values[i] = None if c == self._layout.nar else c * unit
        return values.reshape(self.shape)[()]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._format!r}, {self.shape})"

    def __len__(self) -> int:
        if not self.shape:
            msg = "a quire without dimensions has no length"
            raise TypeError(msg)
        return self.shape[0]

    def __getitem__(self, index: Any) -> Self:
        """Quires that share memory with this array's where NumPy's indexing gives a view."""
        return self._of(self._words[quire_state.word_index(index)])

    def __setitem__(self, index: Any, quires: QuireArray) -> None:
        """Copy quires of the same layout; what `a[index] += x` needs."""
        self._same_layout(quires)
        self._words[quire_state.word_index(index)] = quires._words

    def reshape(self, *shape: int) -> Self:
        """The same quires in another shape."""
        return self._of(self._words.reshape(*shape, self._layout.words))

    def copy(self) -> Self:
        """Quires of their own."""
        return self._of(self._words.copy())

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> Self:
        return self.copy()

    def _of(self, words: Array) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _words=words)
        return other

    # Sums.

    def _change(self, x: Array, y: Array | None, *, subtract: bool) -> Self:
        """Add x[..., k] * y[..., k] over k: leading dimensions broadcast to the shape."""
        count = math.prod(self.shape)

        def rows(a: Array) -> Array:
            return np.broadcast_to(a, (*self.shape, a.shape[-1])).reshape(count, a.shape[-1])

        if y is not None and x.shape[-1] != y.shape[-1]:
            msg = f"{x.shape[-1]} terms against {y.shape[-1]}"
            raise ValueError(msg)
        words = np.ascontiguousarray(self._words).reshape(count, self._layout.words)
        quire_state.add(
            words, self._layout, rows(x), None if y is None else rows(y), subtract=subtract
        )
        self._words[...] = words.reshape(self._words.shape)
        return self

    def _operand(self, x: Any) -> Array:
        """An array of a format: Python's numbers take on the format of the quire."""
        a = np.asarray(x)
        is_numpys = a.dtype.kind in {"f", "O"} and a.dtype.isbuiltin == 1
        weak = is_numpys and not isinstance(x, (np.ndarray, np.generic))
        if weak or a.dtype.kind in "iu":
            return np.asarray(a, self._format.dtype)
        return as_formats("an operand", a)

    def add(self, x: Any) -> Self:
        """Add values, each to its element; returns self."""
        return self._change(self._operand(x)[..., np.newaxis], None, subtract=False)

    def subtract(self, x: Any) -> Self:
        """Subtract values, each from its element; returns self."""
        return self._change(self._operand(x)[..., np.newaxis], None, subtract=True)

    def fma(self, a: Any, b: Any) -> Self:
        """Add the exact products a * b, each to its element; returns self."""
        return self._multiply(a, b, subtract=False)

    def fms(self, a: Any, b: Any) -> Self:
        """Subtract the exact products a * b, each from its element; returns self."""
        return self._multiply(a, b, subtract=True)

    def _multiply(self, a: Any, b: Any, *, subtract: bool) -> Self:
        x, y = (self._operand(v)[..., np.newaxis] for v in (a, b))
        return self._change(x, y, subtract=subtract)

    def add_matmul(self, a: Any, b: Any) -> Self:
        """Add the exact matrix product of a (..., m, k) and b (..., k, n); returns self.

        >>> import numpy as np, numformats as nf
        >>> q = nf.QuireArray(nf.bfloat16, (1, 1))
        >>> q.add_matmul([[3]], [[5]]).value
        array([[Fraction(15, 1)]], dtype=object)
        """
        x, y = self._operand(a), self._operand(b)
        if x.ndim < 2 or y.ndim < 2:
            msg = f"add_matmul takes matrices, not shapes {x.shape} and {y.shape}"
            raise ValueError(msg)
        size = (x.shape[-2], y.shape[-1])
        if self.shape[-2:] != size:
            msg = f"the product has shape {size}, the quires {self.shape}"
            raise ValueError(msg)
        columns = np.swapaxes(y, -1, -2)[..., np.newaxis, :, :]
        # Operands are copied for each product: so many rows at a time that copies are no larger.
        step = max(1, _AT_ONCE // max(1, math.prod(self.shape[:-2]) * size[1] * x.shape[-1]))
        for i in range(0, size[0], step):
            rows = self[..., i : i + step, :]
            terms = x[..., i : i + step, np.newaxis, :]
            rows._change(terms, columns, subtract=False)  # noqa: SLF001 - a view
        return self

    # Quires with quires.

    def _same_layout(self, other: QuireArray) -> None:
        if other._layout != self._layout:
            msg = f"quires of {self._layout} and {other._layout} do not merge"
            raise TypeError(msg)

    def _map(self, function: Callable[..., int], *others: QuireArray) -> Self:
        """A new array of function(code, ...) for each element; NaR stays NaR."""
        nar = self._layout.nar
        arrays = np.broadcast_arrays(self._words, *(o._words for o in others))  # noqa: SLF001 - of its own class
        lists = [quire_state.codes_of(a) for a in arrays]
        codes = [nar if nar in c else function(*c) for c in zip(*lists, strict=True)]
        return self._of(quire_state.words_of(codes, self._layout).reshape(arrays[0].shape))

    def merged(self, other: QuireArray) -> Self:
        """The sum of two arrays of quires, exactly."""
        self._same_layout(other)
        mine, theirs = np.broadcast_arrays(self._words, other._words)
        return self._of(quire_sums.added(mine, theirs, self._layout))

    def sum(self, axis: int = 0) -> Self:
        """Merge the quires along an axis, in one exact step."""
        axis = np.lib.array_utils.normalize_axis_index(axis, len(self.shape))
        parts = np.moveaxis(self._words, axis, 0)
        codes = np.array([None, *quire_state.codes_of(parts)], object)[1:].reshape(parts.shape[:-1])
        nar = self._layout.nar
        columns = codes.reshape(len(parts), math.prod(parts.shape[1:-1])).T
        sums = [nar if nar in column else sum(column.tolist()) for column in columns]
        return self._of(quire_state.words_of(sums, self._layout).reshape(parts.shape[1:]))

    def clear(self) -> Self:
        """Set every element to 0, NaR too; returns self."""
        self._words[...] = 0
        return self

    # Rounded results, bytes and pickles.

    def round(self, fmt: Any = None) -> Any:
        """Round once, into the format of the quire or another one: an array of its dtype."""
        f = self._format if fmt is None else quire_state.quire_format(fmt)
        words = np.ascontiguousarray(self._words).reshape(-1, self._layout.words)
        return quire_state.round_into(words, self._layout, f).reshape(self.shape)[()]

    def to_bytes(self) -> bytes:
        """The codes one after another: ceil(bits/8) bytes each, the lowest first, two's complement.

        Only the top bit of `bits` (and its copies above) set: NaR.
        """
        return quire_state.bytes_of(self._words, self._layout)

    def __reduce__(self) -> tuple[Any, ...]:
        bits = self._layout.bits
        usual = quire_state.layout_of(self._format).bits
        made_of = (self._format, self.shape, None if bits == usual else bits, self.to_bytes())
        return restore, (type(self), *made_of)

    def __setstate__(self, state: object) -> None:
        """Refuse a state, which only a pickle made by hand has."""
        msg = f"a pickle sets the state of a {type(self).__name__}; it is made from its bytes"
        raise TypeError(msg)

    def load_bytes(self, data: bytes) -> Self:
        """Set the codes from what `to_bytes` gave; ValueError when the length is another one."""
        codes = quire_state.codes_of_bytes(data, self._layout, math.prod(self.shape))
        self._words[...] = quire_state.words_of(codes, self._layout).reshape(self._words.shape)
        return self


def restore(
    cls: type[QuireArray], fmt: Any, shape: tuple[int, ...], bits: int | None, data: bytes
) -> QuireArray:
    """The quires that a pickle holds; ValueError or TypeError where its parts do not agree.

    Sizes are compared before anything of that size is made.
    """
    if not (isinstance(cls, type) and issubclass(cls, QuireArray)):
        msg = f"not a class of quires: {cls!r}"
        raise TypeError(msg)
    if not isinstance(data, bytes):
        msg = f"the bytes of quires must be bytes, not {type(data).__name__}"
        raise TypeError(msg)
    lengths = tuple(_rules.integer("a length of the shape", n, 0, 2**40) for n in shape)
    quires = cls.__new__(cls)
    QuireArray.__init__(quires, fmt, (), bits=bits)
    quire_state.check_bytes(data, quires.layout, math.prod(lengths))
    quires._words = np.zeros((*lengths, quires.layout.words), np.uint64)  # noqa: SLF001 - of its own class
    return quires.load_bytes(data)

# SPDX-License-Identifier: BSD-3-Clause
"""What is an array of blocks?  Codes, scales and the axis along which blocks lie; immutable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from numformats import exact
from numformats.arrays import from_bits, to_bits
from numformats.blocks import layout, values
from numformats.blocks.kinds import as_kind
from numformats.blocks.parts import checked_codes, checked_tensor_scale, dtype_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.blocks.kind import Kind


__all__ = ["BlockArray"]

Array = np.ndarray[Any, Any]


class BlockArray:
    """Numbers in blocks that share scales; `quantize` makes them, and this from their parts.

    Parameters
    ----------
    codes : array_like of integers, or of the kind's element format
        One or more dimensions.
    scales : array of the kind's scale format, or array_like of integers, its codes
        Of the codes' shape, but with one element for each block along the axis.
    kind : str or Kind
    axis : int
    tensor_scale : float, optional
        Of kinds that have one, and only of these: a positive number of the kind's tensor format.

    Raises ValueError for a shape or a code that does not fit, TypeError for another format.

    `a[...]` slices on block borders; `a == b` is True when kind, axis, shape and all codes agree;
    `a @ b` is `nf.blocks.matmul`; `np.asarray(a)` is `a.dequantize()`.  Other arithmetic is that of
    the arrays that `dequantize` gives.

    >>> import numformats as nf
    >>> a = nf.blocks.BlockArray([[0x38, 0xB0]], [[128]], "mxfp8_e4m3")
    >>> a
    BlockArray([[ 2., -1.]], kind=mxfp8_e4m3, axis=1)
    >>> a.shape, a.scales.shape, a.kind.block
    ((1, 2), (1, 1), 32)
    """

    _axis: int
    _codes: Array
    _kind: Kind
    _scales: Array
    _tensor_scale: float | None
    __slots__ = ("_axis", "_codes", "_kind", "_scales", "_tensor_scale")
    # NumPy's operators leave it to ours, and its functions do not take it element by element.
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment] # equality is by content

    def __init__(
        self,
        codes: ArrayLike,
        scales: ArrayLike,
        kind: Kind | str,
        axis: int = -1,
        tensor_scale: float | None = None,
    ) -> None:
        kind = as_kind(kind)
        self._kind = kind
        self._codes = checked_codes("codes", codes, kind.element)
        if self._codes.ndim == 0:
            raise ValueError("codes are 0-d: blocks need an axis")
        self._axis = np.lib.array_utils.normalize_axis_index(axis, self._codes.ndim)
        self._scales = from_bits(checked_codes("scales", scales, kind.scale), kind.scale)
        expected = list(self._codes.shape)
        expected[self._axis] = layout.block_count(expected[self._axis], kind.block)
        if list(self._scales.shape) != expected:
            raise ValueError(
                f"scales have shape {self._scales.shape}; codes of shape {self._codes.shape} in"
                f" blocks of {kind.block} along axis {self._axis} need {tuple(expected)}"
            )
        self._tensor_scale = checked_tensor_scale(tensor_scale, kind)
        self._scales.flags.writeable = self._codes.flags.writeable = False

    @classmethod
    def made(
        cls, codes: Array, scales: Array, kind: Kind, axis: int, tensor_scale: float | None
    ) -> Self:
        """One of parts that fit and that nobody else writes to: neither checked nor copied."""
        self = cls.__new__(cls)
        self._kind, self._axis, self._tensor_scale = kind, axis, tensor_scale
        self._codes, self._scales = codes.view(), scales.view()
        self._scales.flags.writeable = self._codes.flags.writeable = False
        return self

    @property
    def codes(self) -> Array:
        """The codes of the elements: unsigned integers, read-only."""
        return self._codes

    @property
    def scales(self) -> Array:
        """The scale of each block, in the kind's scale format; read-only."""
        return self._scales

    @property
    def kind(self) -> Kind:
        """The block format."""
        return self._kind

    @property
    def axis(self) -> int:
        """The axis along which blocks lie, 0 to ndim - 1."""
        return self._axis

    @property
    def tensor_scale(self) -> float | None:
        """The scale of the whole array, None for a kind without."""
        return self._tensor_scale

    @property
    def elements(self) -> Array:
        """The elements without their scales, in the kind's element format; read-only."""
        elements: Array = from_bits(self._codes, self._kind.element)
        elements.flags.writeable = False
        return elements

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the codes."""
        shape: tuple[int, ...] = self._codes.shape
        return shape

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self._codes.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._codes.size

    @property
    def nbytes(self) -> int:
        """Bytes in memory, where a code has whole bytes; `kind.bits` is what hardware stores."""
        return self._codes.nbytes + self._scales.nbytes

    def __len__(self) -> int:
        return len(self._codes)

    def __repr__(self) -> str:
        head = "BlockArray("
        text = np.array2string(self.dequantize(), separator=", ", prefix=head)
        return f"{head}{text}, kind={self._kind}, axis={self._axis})"

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, BlockArray):
            return NotImplemented
        return (
            self._kind == other._kind
            and self._axis == other._axis
            and self._tensor_scale == other._tensor_scale
            and np.array_equal(self._codes, other._codes)
            and np.array_equal(to_bits(self._scales), to_bits(other._scales))
        )

    def __reduce__(self) -> tuple[Any, ...]:
        parts = self._codes, self._scales, self._kind, self._axis, self._tensor_scale
        return type(self), parts

    # ---- values ----

    def products(self) -> Array:
        """Every element times its block's scale, exactly, in the format `kind.product`.

        >>> import numformats as nf
        >>> nf.blocks.quantize([3.0, 1e-30], "mxfp4").products()
        array([3., 0.], dtype=float<exp=9,man=1>)
        """
        return values.products(self)

    def dequantize(self, dtype: Any = np.float32) -> Array:
        """The numbers: elements times scales, exact, rounded once into `dtype`, any format.

        >>> import numformats as nf
        >>> nf.blocks.quantize([1, 2, 3.3], "nvfp4").dequantize("float64")
        array([1.10000004, 2.20000008, 3.30000012])
        """
        return values.values(self, dtype_of(dtype))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if copy is False:
            raise ValueError("a BlockArray has no array of its numbers: they are computed")
        return self.dequantize(np.float32 if dtype is None else dtype)

    def __numformats_function__(
        self, function: Any, _types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Functions of numformats: `nf.matmul` is ours, others take exact numbers as doubles."""
        if function is exact.matmul and "accumulate" not in kwargs:
            return _matmul(*args, **kwargs)
        given = [_doubles(x) for x in args]
        return function(*given, **{name: _doubles(x) for name, x in kwargs.items()})

    def __matmul__(self, other: Any) -> Any:
        return _matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _matmul(other, self)

    # ---- views ----

    def _like(self, codes: Array, scales: Array, axis: int) -> Self:
        return self.made(codes, scales, self._kind, axis, self._tensor_scale)

    def __getitem__(self, index: Any) -> Self:
        """A part of it, a view: slices of the blocks' axis from border to border.

        Integers and slices on the other axes.  Raises IndexError.
        """
        parts = layout.parts_of(index, self.shape, self._axis, self._kind.block)
        return self._like(self._codes[parts[0]], self._scales[parts[1]], parts[2])

    def transpose(self, *axes: Any) -> Self:
        """The same with its axes in another order, as `np.transpose`; a view.

        >>> import numpy as np, numformats as nf
        >>> nf.blocks.quantize(np.ones((2, 64)), "mxfp8_e4m3").T.axis
        0
        """
        given = axes[0] if len(axes) == 1 else axes
        backwards = given is None or not axes
        order = range(self.ndim)[::-1] if backwards else given
        order = np.lib.array_utils.normalize_axis_tuple(order, self.ndim)
        axis = order.index(self._axis)
        return self._like(self._codes.transpose(order), self._scales.transpose(order), axis)

    @property
    def T(self) -> Self:  # noqa: N802 - NumPy's name
        """Its transpose."""
        return self.transpose()

    def reshape(self, *shape: Any) -> Self:
        """The same numbers in another shape in which every block stays whole.

        The blocks' axis keeps its length or, where that is whole blocks, has more or fewer of them;
        the others may be regrouped.
        Raises ValueError.

        >>> import numpy as np, numformats as nf
        >>> nf.blocks.quantize(np.ones((2, 64)), "mxfp8_e4m3").reshape(4, 32).scales.shape
        (4, 1)
        """
        new = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        codes, scales, axis = layout.regrouped(self.shape, new, self._axis, self._kind.block)
        return self._like(self._codes.reshape(codes), self._scales.reshape(scales), axis)


def _matmul(*args: Any, **kwargs: Any) -> Any:
    from numformats.blocks.products import matmul  # noqa: PLC0415 - it needs this module

    return matmul(*args, **kwargs)


def _doubles(x: Any) -> Any:
    return x.dequantize(np.float64) if isinstance(x, BlockArray) else x

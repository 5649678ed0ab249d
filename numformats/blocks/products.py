# SPDX-License-Identifier: BSD-3-Clause
"""What is the matrix product of blocks?  Exact sums of elements times scales, rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from numformats import exact
from numformats._array_formats import as_formats, format_of
from numformats.arrays import code_dtype
from numformats.blocks import core_calls
from numformats.blocks.container import BlockArray
from numformats.blocks.parts import dtype_of
from numformats.exact.outputs import deliver, target_of
from numformats.number_format import Format

__all__ = ["matmul"]

Array = np.ndarray[Any, Any]


def matmul(a: Any, b: Any, *, dtype: Any = None, out: Array | None = None) -> Any:
    """Multiply matrices of which one or both are blocks: exact sums, each rounded once.

    Parameters
    ----------
    a, b : BlockArray or array_like
        Shapes as in `np.matmul`.  Arrays of number formats, NumPy's floats or integers.  Blocks may
        lie along any axis; hardware wants them along the one that is summed over.
    dtype : format or dtype, optional
        What results are rounded into: by default out's dtype, or float32.
    out : array, optional

    A block whose scale is NaN makes every sum that it enters NaN.  Raises as `nf.matmul`.

    >>> import numformats as nf
    >>> a = nf.blocks.quantize([[2.0**40, 1, -(2.0**40)]], nf.blocks.BFP(32, 1))
    >>> a @ [[1], [1], [1]]
    array([[1.]], dtype=float32)
    """
    wanted = None if dtype is None else dtype_of(dtype)
    target = target_of(out, np.float32 if wanted is None and out is None else wanted)
    x, y = _operand("a", a), _operand("b", b)
    if x.factor == y.factor == 1:
        return exact.matmul(x.numbers, y.numbers, dtype=target, out=out)
    if x.lowest is not None and y.lowest is not None and _takes_doubles(target):
        sums = np.asarray(exact.matmul(x.numbers, y.numbers, dtype=np.float64))
        if _are_exact(sums, x.lowest + y.lowest):
            return deliver(_scaled(sums, x.factor * y.factor, target), out)
    return exact.matmul(x.scaled(), y.scaled(), dtype=target, out=out)


@dataclass(frozen=True)
class _Operand:
    """Numbers in a format, times one factor; each a multiple of 2**lowest if that is not None."""

    numbers: Array
    factor: float = 1.0
    lowest: int | None = None

    def scaled(self) -> Array:
        """The numbers times the factor, which are doubles where there is one."""
        return self.numbers if self.factor == 1 else self.numbers.astype(np.float64) * self.factor


def _operand(name: str, given: Any) -> _Operand:
    if isinstance(given, BlockArray):
        # Two factors of 24 bits have an exact product; longer ones go into the numbers.
        if given.kind.tensor is None or given.kind.tensor.bits <= 32:
            return _Operand(given.products(), given.tensor_scale or 1.0, given.kind.lowest)
        return _Operand(given.dequantize(np.float64))
    array = np.asarray(given)
    if array.dtype.kind in "ui":
        whole = Format("fixed", 8 * array.dtype.itemsize, is_signed=array.dtype.kind == "i")
        array = (
            array.astype(array.dtype.newbyteorder("=")).view(code_dtype(whole)).view(whole.dtype)
        )
    return _Operand(as_formats(name, array))


def _takes_doubles(target: np.dtype[Any]) -> bool:
    """Does a double decide the rounding: its own, or, rounded to odd, that of a shorter format?"""
    if target == np.float64:
        return True
    f = format_of(target, "dtype")
    tapered = f.is_tapered and f.bits <= 48
    return f.rounding != "stochastic" and (tapered or (f.family == "float" and f.man <= 50))


def _are_exact(sums: Array, lowest: int) -> bool:
    """Were these sums of multiples of 2**lowest doubles before they were rounded to doubles?

    If one was none, it was beyond 2**53 such units, and so is what it was rounded to.
    """
    most = np.nanmax(np.abs(sums), initial=0.0)
    return bool(most < np.ldexp(1.0, 53 + lowest))


def _scaled(sums: Array, factor: float, target: np.dtype[Any]) -> Array:
    """Exact sums times an exact factor, rounded once."""
    if target == np.float64:
        return sums * factor
    return core_calls.scaled_to_odd(sums, factor).astype(target)

# SPDX-License-Identifier: BSD-3-Clause
"""What are the transposes of sums and of matrix products?  The rules that are not elementwise.

Forward, a linear function acts on tangents as on values; backward, the maps of this table.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.exact import fsum, matmul

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = tuple[int, ...]

__all__ = ["BILINEAR", "LINEAR", "Product", "exactly"]


class Product(NamedTuple):
    """A cotangent that is a matrix product not yet computed: left @ right in that shape.

    Who receives it rounds it, or adds its terms to a sum that is exact so far.
    """

    left: Any
    right: Any
    shape: Shape

    def rounded(self, dtype: Any, *, exact: bool) -> Any:
        """The product, each element rounded once to that dtype if exact, else as NumPy has it."""
        if not exact:
            return np.reshape(np.matmul(self.left, self.right), self.shape)
        mixed = dtype is not None and {self.left.dtype, self.right.dtype} != {dtype}
        keywords = {"dtype": dtype} if mixed else {}
        return np.reshape(matmul(self.left, self.right, **keywords), self.shape)


def exactly(f: Any) -> Any:
    """The function that gives what f gives with one rounding; f itself where there is none."""
    return _EXACT.get(f, f)


_EXACT: dict[Any, Any] = {np.sum: fsum, np.matmul: matmul}


def _sum_back(g: Any, shape: Shape, axis: Any = None, *, keepdims: bool = False) -> Any:
    """Each element of a sum gets what arrives at the sum."""
    if axis is not None and not keepdims:
        places = axis if isinstance(axis, tuple) else (axis,)
        g = np.expand_dims(g, tuple(a % len(shape) for a in places))
    return np.broadcast_to(g, shape)


def _cumsum_back(g: Any, shape: Shape, axis: Any = None) -> Any:
    """Element i is in all partial sums from i on."""
    if axis is None:
        return np.flip(np.cumsum(np.flip(g))).reshape(shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


def _as_matrices(g: Any, x: Any, y: Any) -> tuple[Any, Any, Any]:
    """The operands of a product as matrices, and what arrives at it with their axes."""
    if y.ndim == 1:
        g, y = np.expand_dims(g, -1), y[:, None]
    if x.ndim == 1:
        g, x = np.expand_dims(g, -2), x[None, :]
    return g, x, y


def _left_back(g: Any, x: Any, y: Any) -> Product:
    """The cotangent of x in x @ y."""
    rows, matrix, other = _as_matrices(g, x, y)
    return _summed(rows, np.swapaxes(other, -1, -2), matrix.shape[:-2], x.shape)


def _right_back(g: Any, x: Any, y: Any) -> Product:
    """The cotangent of y in x @ y."""
    rows, other, matrix = _as_matrices(g, x, y)
    return _summed(np.swapaxes(other, -1, -2), rows, matrix.shape[:-2], y.shape)


def _summed(left: Any, right: Any, lead: Shape, shape: Shape) -> Product:
    """The product left @ right, summed over the stacked matrices that `lead` has only one for.

    The sum over them is part of the product, so that it has one rounding.
    """
    whole = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    lead = (1,) * (len(whole) - len(lead)) + lead
    dropped = [i for i, (n, m) in enumerate(zip(lead, whole, strict=True)) if n != m]
    if not dropped:
        return Product(left, right, shape)
    kept = [i for i in range(len(whole)) if i not in dropped]
    stacks, many = [whole[i] for i in kept], math.prod(whole[i] for i in dropped)
    (m, k), n, size = left.shape[-2:], right.shape[-1], len(whole)
    left = np.transpose(np.broadcast_to(left, (*whole, m, k)), [*kept, size, *dropped, size + 1])
    right = np.transpose(np.broadcast_to(right, (*whole, k, n)), [*kept, *dropped, size, size + 1])
    return Product(
        np.reshape(left, (*stacks, m, many * k)), np.reshape(right, (*stacks, many * k, n)), shape
    )


LINEAR: dict[Any, Callable[..., Any]] = {
    np.sum: _sum_back,
    fsum: _sum_back,
    np.cumsum: _cumsum_back,
}
BILINEAR: dict[Any, tuple[Callable[..., Product], Callable[..., Product]]] = {
    np.matmul: (_left_back, _right_back),
    matmul: (_left_back, _right_back),
}

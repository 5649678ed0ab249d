# SPDX-License-Identifier: BSD-3-Clause
"""What are the transposes of sums and of matrix products?  The rules that are not elementwise.

Forward, a linear function acts on tangents as on values; backward, the maps of this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.exact import fsum

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = tuple[int, ...]

__all__ = ["BILINEAR", "LINEAR"]


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


def _left_back(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of x in x @ y."""
    if y.ndim == 1:
        return g[..., None] * y if x.ndim > 1 else g * y
    if x.ndim == 1:
        return (y @ g[..., None])[..., 0]
    return g @ np.swapaxes(y, -1, -2)


def _right_back(g: Any, x: Any, y: Any) -> Any:
    """The cotangent of y in x @ y."""
    if x.ndim == 1:
        return g * x if y.ndim == 1 else x[:, None] * g[..., None, :]
    if y.ndim == 1:
        return (np.swapaxes(x, -1, -2) @ g[..., None])[..., 0]
    return np.swapaxes(x, -1, -2) @ g


LINEAR: dict[Any, Callable[..., Any]] = {
    np.sum: _sum_back,
    fsum: _sum_back,
    np.cumsum: _cumsum_back,
}
BILINEAR: dict[Any, tuple[Callable[..., Any], Callable[..., Any]]] = {
    np.matmul: (_left_back, _right_back),
}

# SPDX-License-Identifier: BSD-3-Clause
"""Which windows of images does a layer look at?  Their sizes, steps and the zeros around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.dtypes import has_value

if TYPE_CHECKING:
    from numformats.training.layer import Layer, Pass

__all__ = ["pair", "windows"]


def pair(given: Any, name: str, least: int) -> tuple[int, int]:
    """Height and width from one integer, or from two; raises ValueError for others.

    >>> pair(3, "size", 1), pair((2, 1), "stride", 1)
    ((3, 3), (2, 1))
    """
    both = (given, given) if isinstance(given, int | np.integer) else tuple(given)
    if len(both) != 2 or any(int(n) != n or n < least for n in both):
        raise ValueError(f"{name}={given!r}; allowed: an integer of {least} or more, or two")
    return int(both[0]), int(both[1])


def windows(  # noqa: PLR0913 - what describes a window
    layer: Layer,
    run: Pass,
    x: Any,
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
) -> Any:
    """All windows of images (samples, height, width, channels), as views.

    They have the shape (samples, rows, columns, channels, height, width).  Raises ValueError,
    which names the layer, for other shapes and where an image is smaller than a window.
    """
    if x.ndim != 4:
        wanted = "(samples, height, width, channels)"
        layer.refuse(run, f"input has shape {x.shape}; allowed: {wanted}")
    if any(padding):
        if not has_value(x.dtype, 0):
            layer.refuse(run, f"{x.dtype} has no zero to put around images")
        (top, left), none = padding, (0, 0)
        x = np.pad(x, (none, (top, top), (left, left), none))
    height, width = x.shape[1:3]
    if height < size[0] or width < size[1]:
        layer.refuse(run, f"images are {height} x {width}, windows {size[0]} x {size[1]}")
    every = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return every[:, :: stride[0], :: stride[1]]

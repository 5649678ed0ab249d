# SPDX-License-Identifier: BSD-3-Clause
"""Which layers take the largest, or the mean, of every window of an image?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.dtypes import wide
from numformats.training.layer import Layer
from numformats.training.windows import pair, windows

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["AvgPool2d", "MaxPool2d"]


class MaxPool2d(Layer):
    """The largest of each window of images (samples, height, width, channels): nothing is rounded.

    size: height and width of windows, one integer or two; stride: steps, by default the size.  Of
    equal numbers the first one gets the derivative.  What no whole window covers is left out.
    Raises ValueError, which names the layer, where the input does not fit.

    >>> import numpy as np
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    def __init__(self, size: Any, stride: Any = None) -> None:
        super().__init__()
        self.size = pair(size, "size", 1)
        self.stride = self.size if stride is None else pair(stride, "stride", 1)

    def describe(self) -> str:
        """The size of a window."""
        return f"{type(self).__name__} {self.size[0]} x {self.size[1]}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """One number for each window and channel."""
        self.check(run, x, (None, None, None), "(height, width, channels)")
        if x.ndim != 4:
            self.refuse(
                run, f"input has shape {x.shape}; allowed: (samples, height, width, channels)"
            )
        found = windows(self, run, x, self.size, self.stride)
        return self.reduced(np.reshape(found, (*found.shape[:4], -1)))

    def reduced(self, found: Any) -> Any:
        """One number from the last axis."""
        return np.max(found, axis=-1)


class AvgPool2d(MaxPool2d):
    """The mean of each window: the exact sum, divided, rounded once; otherwise as `MaxPool2d`.

    >>> import numpy as np
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 4, 4, 1))[0, :, :, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    def reduced(self, found: Any) -> Any:
        """The mean over the last axis, in the widest format."""
        return (nf.fsum(wide(found), axis=-1) / found.shape[-1]).astype(found.dtype)

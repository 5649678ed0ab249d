# SPDX-License-Identifier: BSD-3-Clause
"""Which layer multiplies every window of an image by one matrix?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype
from numformats.training.initial import drawing
from numformats.training.layer import Layer
from numformats.training.products import affine
from numformats.training.windows import pair, windows

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["Conv2d"]


class Conv2d(Layer):
    """Sums of products over windows of images (samples, height, width, channels).

    Parameters
    ----------
    inputs, outputs : int
        Channels of images and of results; the weight has shape (height, width, inputs, outputs).
    size : int or two
        Height and width of a window.
    stride, padding : int or two
        Steps from window to window; zeros put around images.  padding="same" keeps height and width
        at stride 1, for windows of odd size.
    dtype, bias, seed, initial, accumulate :
        As for `Linear`.

    Each result is the sum over height, width and channels, with the bias as one more term: exact,
    rounded once.  So is the derivative of each weight, over all windows of the batch (im2col: the
    windows are rows of one matrix).  As in other libraries the window is not turned round.
    Raises ValueError and TypeError where the input does not fit, which name the layer.

    >>> import numpy as np
    >>> layer = Conv2d(1, 4, 3, padding="same", dtype="posit16")
    >>> layer, layer(np.zeros((2, 8, 8, 1))).shape
    (Conv2d 1 -> 4, 3 x 3, 40 parameters in posit16, (2, 8, 8, 4))
    """

    def __init__(  # noqa: PLR0913 - what a convolution has
        self,
        inputs: int,
        outputs: int,
        size: Any,
        *,
        stride: Any = 1,
        padding: Any = 0,
        dtype: Any = np.float32,
        bias: bool = True,
        seed: int | None = None,
        initial: Any = "kaiming_uniform",
        accumulate: Any = "exact",
    ) -> None:
        super().__init__()
        self.inputs = inputs = checked_count(inputs, "inputs")
        self.outputs = outputs = checked_count(outputs, "outputs")
        self.accumulate = accumulate
        self.size, self.stride = pair(size, "size", 1), pair(stride, "stride", 1)
        if padding == "same":
            if not all(n % 2 for n in self.size):
                raise ValueError(f"padding='same' needs windows of odd size, not {self.size}")
            padding = tuple(n // 2 for n in self.size)
        self.padding = pair(padding, "padding", 0)
        found = parameter_dtype(dtype)
        self.draw("weight", drawing(initial, (*self.size, inputs, outputs)), found, seed)
        if bias:
            self.own["bias"] = np.zeros(outputs, found)

    def describe(self) -> str:
        """Channels and the size of the window, and the step if it is not 1."""
        text = f"Conv2d {self.inputs} -> {self.outputs}, {self.size[0]} x {self.size[1]}"
        return text if self.stride == (1, 1) else f"{text}, stride {self.stride}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The products of all windows."""
        self.check(run, x, (None, None, self.inputs), "(height, width, channels)")
        if x.ndim != 4:
            self.refuse(
                run, f"input has shape {x.shape}; allowed: (samples, height, width, channels)"
            )
        found = windows(self, run, x, self.size, self.stride, self.padding)
        shape = found.shape[:3]
        rows = np.reshape(np.moveaxis(found, 3, -1), (np.prod(shape), -1))
        matrix = np.reshape(parameters["weight"], (-1, self.outputs))
        y = affine(rows, matrix, parameters.get("bias"), self.accumulate)
        return np.reshape(y, (*shape, self.outputs))

# SPDX-License-Identifier: BSD-3-Clause
"""Which layer multiplies by a matrix?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype
from numformats.training.initial import drawing
from numformats.training.layer import Layer
from numformats.training.products import affine

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["Linear"]


class Linear(Layer):
    """x @ weight + bias; weight has shape (inputs, outputs), the sum is exact and rounded once.

    Parameters
    ----------
    inputs, outputs : int
        Lengths of the last axis of x and of the result.
    dtype : format, or float16, float32, float64
        Of the parameters, as a class, dtype or name.
    bias : bool
    seed : int, optional
        Of the initial weights; without it Sequential takes the layer's place.
    initial : name or callable
        A function of `numformats.training.initial`; biases start at 0.
    accumulate : optional
        "exact", or a model of an accumulator (see `nf.matmul`), for the products of the
        derivatives, too.  The bias is the last term of the sum.

    In a format without the value 1 (fixed point below 1) the bias is added to the rounded product.
    Raises ValueError and TypeError where the input does not fit, which name the layer.

    >>> import numformats as nf
    >>> layer = Linear(2, 3, dtype=nf.posit16)
    >>> layer
    Linear 2 -> 3, 9 parameters in posit16
    >>> layer([[1, 2], [0, 0]]).shape
    (2, 3)
    """

    def __init__(  # noqa: PLR0913 - what a matrix layer has
        self,
        inputs: int,
        outputs: int,
        *,
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
        found = parameter_dtype(dtype)
        self.draw("weight", drawing(initial, (inputs, outputs)), found, seed)
        if bias:
            self.own["bias"] = np.zeros(outputs, found)

    def describe(self) -> str:
        """Inputs and outputs."""
        return f"Linear {self.inputs} -> {self.outputs}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The product of each sample, plus the bias."""
        self.check(run, x, (self.inputs,), "features")
        rows = np.reshape(x, (-1, self.inputs))
        y = self.product(rows, parameters["weight"], parameters.get("bias"))
        return np.reshape(y, (*x.shape[:-1], self.outputs))

    def product(self, rows: Any, weight: Any, bias: Any) -> Any:
        """What samples, as the rows of a matrix, give; bias: None without one."""
        return affine(rows, weight, bias, self.accumulate)

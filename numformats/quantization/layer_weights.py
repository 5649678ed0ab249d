# SPDX-License-Identifier: BSD-3-Clause
"""What is a quantised weight matrix, and how far are its layer's outputs from the true ones?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.quantization.reals import as_reals

if TYPE_CHECKING:
    from numformats.quantization.affine import Affine

__all__ = ["QuantizedWeight", "output_errors", "round_to_nearest"]


class QuantizedWeight(NamedTuple):
    """A weight of shape (inputs, outputs) as codes of a fitted affine.

    input_scale: None, or per input what the weight was multiplied by; inputs are divided by it.
    error: of each output the sum of squares of X (W - W') over the calibration inputs X.
    """

    codes: Any
    affine: Affine
    input_scale: Any
    error: Any

    def dequantize(self, dtype: Any = np.float64) -> Any:
        """The weight that takes the inputs as they are: with input_scale divided out again."""
        weight = self.affine.dequantize(self.codes)
        if self.input_scale is not None:
            weight = weight / self.input_scale[:, None]
        return weight.astype(dtype)


def output_errors(weight: Any, other: Any, inputs: Any) -> Any:
    """Per output the sum of squares, over the rows of `inputs`, of inputs @ (weight - other)."""
    difference = inputs @ (weight - other)
    return np.sum(difference * difference, axis=0)


def round_to_nearest(weight: Any, inputs: Any, affine: Affine) -> QuantizedWeight:
    """Each weight by itself to its nearest code: what other methods are compared with.

    weight: (inputs, outputs); inputs: (samples, inputs); affine: not fitted, or with given scales.
    Raises TypeError and ValueError.

    >>> import numpy as np
    >>> from numformats.quantization import Affine
    >>> x, w = np.eye(2), np.array([[0.9, -7.0], [0.4, 3.2]])
    >>> round_to_nearest(w, x, Affine(4)).codes
    array([[ 1, -7],
           [ 0,  3]], dtype=int8)
    """
    w, x = matrices(weight, inputs)
    fitted = affine.fresh().fit(w)
    codes = fitted.quantize(w)
    return QuantizedWeight(codes, fitted, None, output_errors(w, fitted.dequantize(codes), x))


def matrices(weight: Any, inputs: Any) -> tuple[Any, Any]:
    """Weight and calibration inputs as finite float64 matrices that match."""
    w, x = as_reals(weight, "weight").high, as_reals(inputs, "inputs").high
    if w.ndim != 2 or x.ndim != 2 or x.shape[1] != w.shape[0]:
        allowed = "(inputs, outputs) and (samples, inputs)"
        raise ValueError(f"weight has shape {w.shape}, inputs {x.shape}; allowed: {allowed}")
    return w, x

# SPDX-License-Identifier: BSD-3-Clause
"""Which layer multiplies by a matrix?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["Linear"]


class Linear(Layer):
    """x @ weight + bias; weight has shape (inputs, outputs), the product is exact and rounded once.

    dtype: of the parameters, a format or float32/64; seed: of the initial weights, which are
    uniform with variance 1/(3 inputs).
    """

    def __init__(
        self, inputs: int, outputs: int, *, dtype: Any = np.float32, bias: bool = True, seed: int = 0
    ) -> None:
        super().__init__()
        rng = np.random.default_rng(seed)
        bound = inputs**-0.5
        self.own["weight"] = rng.uniform(-bound, bound, (inputs, outputs)).astype(dtype)
        if bias:
            self.own["bias"] = np.zeros(outputs).astype(dtype)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The product of each sample, plus the bias."""
        y = x @ parameters["weight"]
        return y + parameters["bias"] if "bias" in parameters else y

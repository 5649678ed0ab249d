# SPDX-License-Identifier: BSD-3-Clause
"""Which layers change the shape or the format of what passes, and nothing else?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.dtypes import parameter_dtype
from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["Cast", "Flatten", "Reshape"]


class Flatten(Layer):
    """Each sample as one row.

    >>> import numpy as np
    >>> Flatten()(np.zeros((2, 3, 4))).shape
    (2, 12)
    """

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The samples as rows of a matrix."""
        self.check(run, x, (), "numbers")
        return np.reshape(x, (len(x), math.prod(x.shape[1:])))


class Reshape(Layer):
    """Each sample in another shape, such as rows of 64 numbers as images of (8, 8, 1).

    >>> import numpy as np
    >>> Reshape(8, 8, 1)(np.zeros((2, 64))).shape
    (2, 8, 8, 1)
    """

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def describe(self) -> str:
        """The shape of a sample."""
        return f"Reshape {' x '.join(map(str, self.shape))}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The samples in the shape."""
        self.check(run, x, (), "numbers")
        if math.prod(self.shape) != math.prod(x.shape[1:]):
            self.refuse(run, f"a sample has shape {x.shape[1:]}")
        return np.reshape(x, (len(x), *self.shape))


class Cast(Layer):
    """Every number rounded once into another format: between layers of different dtypes.

    The derivative is rounded into the format of the input on its way back.

    >>> import numpy as np
    >>> Cast("posit8")(np.array([1.01, 300.0])).astype(float)
    array([  1., 256.])
    """

    def __init__(self, dtype: Any) -> None:
        super().__init__()
        self.target = parameter_dtype(dtype)

    def describe(self) -> str:
        """The dtype of what it gives."""
        return f"Cast {self.target}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The input in the other dtype."""
        self.check(run, x, (), "numbers")
        return x.astype(self.target)

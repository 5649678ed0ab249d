# SPDX-License-Identifier: BSD-3-Clause
"""Which layers look up rows of a table: by number, or by place in a sequence?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype
from numformats.training.initial import drawing
from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["Embedding", "Positions"]


class Embedding(Layer):
    """The row of a table for each number: shape (samples, ...) becomes (samples, ..., features).

    count, features: shape of the table; dtype, seed, initial: as for `Linear`.  The derivative of
    a row is the sum over all that looked it up, exact and rounded once.  Raises TypeError for
    inputs that are no integers, ValueError for numbers outside of 0..count - 1.

    >>> import numformats as nf
    >>> layer = Embedding(27, 8, dtype=nf.posit16)
    >>> layer, layer([[0, 1, 26]]).shape
    (Embedding 27 x 8, 216 parameters in posit16, (1, 3, 8))
    """

    def __init__(
        self,
        count: int,
        features: int,
        *,
        dtype: Any = np.float32,
        seed: int | None = None,
        initial: Any = "standard_normal",
    ) -> None:
        super().__init__()
        self.count = count = checked_count(count, "count")
        self.features = features = checked_count(features, "features")
        self.draw("weight", drawing(initial, (count, features)), parameter_dtype(dtype), seed)

    def describe(self) -> str:
        """The shape of the table."""
        return f"Embedding {self.count} x {self.features}"

    def enter(self, x: Any) -> Any:
        """The numbers as they are."""
        return np.asarray(x)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The rows of the numbers."""
        if x.dtype.kind not in "iu":
            raise TypeError(f"{self.place(run)}: input is {x.dtype}; allowed: integers")
        if not x.size:
            self.refuse(run, f"the batch is empty: its shape is {x.shape}")
        if int(x.min()) < 0 or int(x.max()) >= self.count:
            bad = x[(x < 0) | (x >= self.count)].flat[0]
            self.refuse(run, f"input has the number {bad}; allowed: 0 to {self.count - 1}")
        return parameters["weight"][x]


class Positions(Layer):
    """x + table: a row for each place of a sequence (samples, length, features).

    Shorter sequences take the first rows.  Raises ValueError for longer ones.

    >>> import numpy as np
    >>> Positions(16, 8)(np.zeros((2, 5, 8))).shape
    (2, 5, 8)
    """

    def __init__(
        self,
        length: int,
        features: int,
        *,
        dtype: Any = np.float32,
        seed: int | None = None,
        initial: Any = "xavier_normal",
    ) -> None:
        super().__init__()
        self.length = length = checked_count(length, "length")
        self.features = features = checked_count(features, "features")
        self.draw("weight", drawing(initial, (length, features)), parameter_dtype(dtype), seed)

    def describe(self) -> str:
        """The shape of the table."""
        return f"Positions {self.length} x {self.features}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The input plus the row of each place."""
        self.check(run, x, (None, self.features), "(length, features)")
        if x.shape[-2] > self.length:
            self.refuse(run, f"input has sequences of {x.shape[-2]}")
        return x + parameters["weight"][: x.shape[-2]]

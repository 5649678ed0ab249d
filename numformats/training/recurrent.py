# SPDX-License-Identifier: BSD-3-Clause
"""Which layer goes through a sequence with a memory?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype, wide
from numformats.training.initial import drawing
from numformats.training.layer import Layer
from numformats.training.products import affine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numformats.training.layer import Arrays, Pass

__all__ = ["LSTM"]


class LSTM(Layer):
    """Long short-term memory over sequences (samples, length, inputs).

    For each place in turn, from h = c = 0:

        i, f, g, o = quarters of [x, h] @ weight + bias      one exact sum, rounded once
        c = sigmoid(f) c + sigmoid(i) tanh(g)                in `dtypes.widest`, rounded once
        h = sigmoid(o) tanh(c)                               the same

    inputs, hidden: lengths of x and of h; weight has shape (inputs + hidden, 4 hidden); the forget
    gate's bias starts at 1.  sequences=True gives h of every place (samples, length, hidden), False
    that of the last (samples, hidden).  Other arguments and errors as for `Linear`.

    >>> import numpy as np
    >>> layer = LSTM(3, 5, dtype="posit16")
    >>> layer, layer(np.ones((2, 7, 3))).shape
    (LSTM 3 -> 5, 180 parameters in posit16, (2, 7, 5))

    Source: Hochreiter and Schmidhuber (1997); forget gate: Gers, Schmidhuber and Cummins (2000).
    """

    def __init__(  # noqa: PLR0913 - what a recurrent layer has
        self,
        inputs: int,
        hidden: int,
        *,
        sequences: bool = True,
        dtype: Any = np.float32,
        seed: int | None = None,
        initial: Any = "xavier_uniform",
        accumulate: Any = "exact",
    ) -> None:
        super().__init__()
        self.inputs = inputs = checked_count(inputs, "inputs")
        self.hidden = hidden = checked_count(hidden, "hidden")
        self.sequences, self.accumulate = sequences, accumulate
        found = parameter_dtype(dtype)
        self.draw("weight", drawing(initial, (inputs + hidden, 4 * hidden)), found, seed)
        bias: NDArray[Any] = np.zeros(4 * hidden)
        bias[hidden : 2 * hidden] = 1
        with np.errstate(over="ignore"):  # fixed point below 1 takes the nearest it has
            self.own["bias"] = bias.astype(found)

    def describe(self) -> str:
        """Inputs and hidden numbers."""
        return f"LSTM {self.inputs} -> {self.hidden}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The hidden numbers of each place, or of the last."""
        self.check(run, x, (None, self.inputs), "(length, inputs)")
        if x.ndim != 3:
            self.refuse(run, f"input has shape {x.shape}; allowed: (samples, length, inputs)")
        h = c = np.zeros((len(x), self.hidden), x.dtype)
        found = []
        for place in range(x.shape[1]):
            h, c = self.cell(parameters, x[:, place], h, c)
            found.append(h)
        return np.stack(found, axis=1) if self.sequences else h

    def cell(self, parameters: Arrays, x: Any, h: Any, c: Any) -> tuple[Any, Any]:
        """The next h and c."""
        rows = np.concatenate([x, h], axis=1)
        z = wide(affine(rows, parameters["weight"], parameters["bias"], self.accumulate))
        i, f, g, o = (z[:, n * self.hidden : (n + 1) * self.hidden] for n in range(4))
        c = (nf.sigmoid(f) * wide(c) + nf.sigmoid(i) * np.tanh(g)).astype(x.dtype)
        h = (nf.sigmoid(o) * np.tanh(wide(c))).astype(x.dtype)
        return h, c

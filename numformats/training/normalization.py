# SPDX-License-Identifier: BSD-3-Clause
"""Which layers give each sample mean 0 and variance 1, or mean square 1?

All of it is computed in `dtypes.widest` with exact sums, and rounded once: neither the order of
features nor that of samples shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype, wide
from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["LayerNorm", "RMSNorm"]


class RMSNorm(Layer):
    """x / sqrt(mean square + epsilon) * gain over the last axis; gain starts at 1.

    features: length of that axis.  Raises ValueError for others, TypeError for another dtype.

    >>> import numpy as np
    >>> RMSNorm(2, epsilon=0.0, dtype=np.float64)([[3.0, 4.0]]).round(4).tolist()
    [[0.8485, 1.1314]]

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019).
    """

    def __init__(self, features: int, *, epsilon: float = 1e-5, dtype: Any = np.float32) -> None:
        super().__init__()
        if not epsilon >= 0:
            raise ValueError(f"epsilon={epsilon!r}; allowed: 0 or more")
        self.features = features = checked_count(features, "features")
        self.epsilon = epsilon
        with np.errstate(over="ignore"):  # fixed point below 1 takes the nearest it has
            self.own["gain"] = np.ones(features).astype(parameter_dtype(dtype))

    def describe(self) -> str:
        """The number of features."""
        return f"{type(self).__name__} {self.features}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The samples divided by their root mean square, times the gain."""
        self.check(run, x, (self.features,), "features")
        return (self.scaled(wide(x)) * wide(parameters["gain"])).astype(x.dtype)

    def scaled(self, w: Any) -> Any:
        """Rows divided by the root of their mean square plus epsilon."""
        square = nf.vecdot(w, w) / self.features + self.epsilon
        return w / np.sqrt(square)[..., None]


class LayerNorm(RMSNorm):
    """(x - mean) / sqrt(variance + epsilon) * gain + bias over the last axis.

    The variance is that of the population (divided by the number of features); gain starts at 1,
    bias at 0.  Arguments and errors as for `RMSNorm`.

    >>> import numpy as np
    >>> LayerNorm(2, dtype="posit16")([[1, 5], [2, 2]])
    array([[-1.,  1.],
           [ 0.,  0.]], dtype=posit16)

    Source: Ba, Kiros and Hinton, "Layer normalization" (2016).
    """

    def __init__(self, features: int, *, epsilon: float = 1e-5, dtype: Any = np.float32) -> None:
        super().__init__(features, epsilon=epsilon, dtype=dtype)
        self.own["bias"] = np.zeros(features, self.own["gain"].dtype)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """The samples, normalised, times the gain plus the bias."""
        self.check(run, x, (self.features,), "features")
        w = wide(x)
        y = self.scaled(w - nf.fsum(w, axis=-1, keepdims=True) / self.features)
        return (y * wide(parameters["gain"]) + wide(parameters["bias"])).astype(x.dtype)

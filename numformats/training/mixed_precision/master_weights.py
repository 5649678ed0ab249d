# SPDX-License-Identifier: BSD-3-Clause
"""How do updates add up that a parameter's own format cannot hold?  In a wide copy that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.mixed_precision.wrapped import Wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["MasterWeights"]


class MasterWeights(Wrapped):
    """Weights are kept in `dtype`, by default float32; the parameters are their roundings.

    optimizer: any, whose steps change the masters.  A parameter that somebody else has changed is
    taken anew.  Raises ValueError where dtype does not hold the parameters' values.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import SGD
    >>> w = {"w": np.array([1.0], nf.bfloat16)}  # neighbours: 1 - 1/256, 1 + 1/128
    >>> optimizer, g = MasterWeights(SGD(2.0**-10)), {"w": np.array([-1.0], nf.bfloat16)}
    >>> for _ in range(8):
    ...     optimizer.step(w, g)
    >>> w["w"]
    array([1.01], dtype=bfloat16)

    Source: Micikevicius et al., "Mixed precision training" (2018), section 3.1.
    """

    wide = nf.binary32
    slots = ("master",)

    def kept(self, name: str, weight: Array) -> list[Array]:
        """The master, which begins as the parameter."""
        taken = weight.astype(self.dtype)
        if name in self.arrays:
            master = self.arrays[name]["master"]
            with np.errstate(all="ignore"):
                same = master.astype(weight.dtype) == weight
            taken = np.where(same, master, taken)
        return [taken]

    def close(self, name: str, weight: Array, wide: Array) -> None:
        """The master, and its rounding."""
        self.arrays[name] = {"master": wide}
        weight[...] = wide.astype(weight.dtype)

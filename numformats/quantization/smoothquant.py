# SPDX-License-Identifier: BSD-3-Clause
"""How do outliers of activations move into the weights, and the product stay what it is?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from numformats.quantization.reals import as_reals

__all__ = ["Smoothed", "smoothquant"]


class Smoothed(NamedTuple):
    """factors: one per input; weights: multiplied by them, one or a list as they were given."""

    factors: Any
    weights: Any

    def smooth(self, x: Any) -> Any:
        """Activations divided by the factors, rounded once into their dtype."""
        x = np.asarray(x)
        return (as_reals(x).high / self.factors).astype(x.dtype if x.dtype.kind != "i" else float)


def smoothquant(
    weights: Any, activations: Any, alpha: float = 0.5, *, scale: str = "power_of_two"
) -> Smoothed:
    """Divide input j by s_j = max|X_j|^alpha / max|W_j|^(1 - alpha), multiply its weights by it.

    Parameters
    ----------
    weights : (inputs, outputs), or a list of such matrices that take the same inputs
    activations : (samples, inputs), or their largest magnitudes, (inputs,)
    alpha : float
        From 0 to 1: how much of the difficulty the weights take.
    scale : "power_of_two" or "free"
        power_of_two: s is rounded to one, so that every product of an input and a weight, and
        with it every sum in whatever order, is what it was, bit by bit (floats, where nothing
        leaves the range).  free: inputs and weights are rounded once more, and a sum moves by at
        most 3 u sum|x w| and what its own additions round differently.

    An input, or its weights, that are all 0 have s = 1.  Raises TypeError and ValueError.

    >>> import numpy as np
    >>> x, w = np.array([[64.0, 1.0]]), np.array([[1.0], [1.0]])
    >>> s = smoothquant(w, x)
    >>> s.factors, s.smooth(x) @ s.weights
    (array([8., 1.]), array([[65.]]))

    Source: Xiao et al., "SmoothQuant: accurate and efficient post-training quantization for large
    language models" (2023).
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha={alpha!r}; allowed: 0 to 1")
    if scale not in {"power_of_two", "free"}:
        raise ValueError(f"scale={scale!r}; allowed: power_of_two, free")
    several = isinstance(weights, list | tuple) and np.ndim(weights[0]) == 2
    given = [np.asarray(w) for w in (weights if several else [weights])]
    values = [as_reals(w, "weight").high for w in given]
    x = np.abs(np.atleast_2d(as_reals(activations, "activations").high))
    for w in values:
        if w.ndim != 2 or x.ndim != 2 or w.shape[0] != x.shape[1]:
            allowed = "(inputs, outputs) and (samples, inputs)"
            raise ValueError(
                f"weight has shape {w.shape}, activations {x.shape}; allowed: {allowed}"
            )
    of_inputs = np.max(x, axis=0, initial=0.0)
    of_weights = np.max([np.max(np.abs(w), axis=1, initial=0.0) for w in values], axis=0)
    some = (of_inputs > 0) & (of_weights > 0)
    factors = np.ones(len(of_inputs))
    factors[some] = of_inputs[some] ** alpha / of_weights[some] ** (1 - alpha)
    if scale == "power_of_two":
        factors = np.ldexp(1.0, np.rint(np.log2(factors)).astype(int))
    moved = [
        (v * factors[:, None]).astype(w.dtype if w.dtype.kind != "i" else float)
        for v, w in zip(values, given, strict=True)
    ]
    return Smoothed(factors, moved if several else moved[0])

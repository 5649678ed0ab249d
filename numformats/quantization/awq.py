# SPDX-License-Identifier: BSD-3-Clause
"""Which inputs' weights deserve finer steps?  Those of large inputs: a search over powers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization.layer_weights import QuantizedWeight, matrices, output_errors

if TYPE_CHECKING:
    from numformats.quantization.affine import Affine

__all__ = ["awq"]


def awq(weight: Any, inputs: Any, affine: Affine, *, grid: int = 20) -> QuantizedWeight:
    """Multiply weights of input j by s_j = mean|X_j|^alpha before rounding; divide inputs by it.

    weight: (inputs, outputs); inputs: (samples, inputs); affine: settings.  alpha is the one of
    0, 1/grid, ..., 1 with the least sum of squared output errors on `inputs`.  alpha = 0 is
    round-to-nearest and wins ties: so that no layer is worse than it, measured on them.  The
    s are brought to sqrt(max s * min s) = 1.  Raises TypeError and ValueError.

    >>> import numpy as np
    >>> from numformats.quantization import Affine, round_to_nearest
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((64, 8)) * [20, 1, 1, 1, 1, 1, 1, 1]
    >>> w, q = rng.standard_normal((8, 4)), Affine(3, axis=1)
    >>> float(awq(w, x, q).error.sum() / round_to_nearest(w, x, q).error.sum()) < 0.5
    True

    Source: Lin et al., "AWQ: activation-aware weight quantization" (2024).
    """
    if not grid >= 1:
        raise ValueError(f"grid={grid!r}; allowed: 1 or more")
    w, x = matrices(weight, inputs)
    size = np.mean(np.abs(x), axis=0)
    # An input that is always 0 has no say; the smallest that is not stands for it.
    size = np.where(size > 0, size, np.min(size[size > 0], initial=np.inf))
    size = np.where(np.isfinite(size), size, 1.0)
    best: QuantizedWeight | None = None
    for step in range(grid + 1):
        scale = _centred(size ** (step / grid))
        fitted = affine.fresh().fit(w * scale[:, None])
        codes = fitted.quantize(w * scale[:, None])
        found = QuantizedWeight(codes, fitted, scale if step else None, None)
        found = found._replace(error=output_errors(w, found.dequantize(), x))
        if best is None or found.error.sum() < best.error.sum():
            best = found
    assert best is not None
    return best


def _centred(scale: Any) -> Any:
    return (
        scale / (np.sqrt(scale.max(initial=0.0)) * np.sqrt(scale.min(initial=np.inf)))
        if scale.size
        else scale
    )

# SPDX-License-Identifier: BSD-3-Clause
"""Which codes of a weight matrix leave its outputs nearest?  Errors move to later weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.quantization.layer_weights import (
    QuantizedWeight,
    matrices,
    output_errors,
    round_to_nearest,
)

if TYPE_CHECKING:
    from numformats.quantization.affine import Affine

__all__ = ["gptq"]


def gptq(  # noqa: PLR0913 - the method's own settings
    weight: Any,
    inputs: Any,
    affine: Affine,
    *,
    damping: float = 0.01,
    by_activity: bool = True,
    block: int = 128,
) -> QuantizedWeight:
    """Round weights one input after the other; what each loses, the inputs to come make good.

    Parameters
    ----------
    weight : (inputs, outputs)
    inputs : (samples, inputs)
        Calibration data, of which H = 2 X^T X is made.
    affine : Affine
        Settings; scales are those of round-to-nearest, found before the sweep ("static groups").
    damping : float
        Share of H's mean diagonal that is added to the diagonal.
    by_activity : bool
        Inputs with large diagonals first.
    block : int
        Updates of later inputs are put together for so many.

    Every output keeps the codes of round-to-nearest where these have the smaller error on
    `inputs`: so that no output, and no layer, is worse than it, measured on them.  Raises TypeError
    and ValueError.

    >>> import numpy as np
    >>> from numformats.quantization import Affine, round_to_nearest
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((64, 8)) @ rng.standard_normal((8, 8))
    >>> w, q = rng.standard_normal((8, 4)), Affine(3, axis=1)
    >>> bool((gptq(w, x, q).error <= round_to_nearest(w, x, q).error).all())
    True

    Source: Frantar et al., "GPTQ: accurate post-training quantization for generative pre-trained
    transformers" (2023).
    """
    if not damping > 0:
        raise ValueError(f"damping={damping!r}; allowed: positive numbers")
    w, x = matrices(weight, inputs)
    nearest = round_to_nearest(w, x, affine)
    fitted = nearest.affine
    scale, zero = (
        np.broadcast_to(fitted.spread(v, w), w.shape) for v in (fitted.scale, fitted.zero_point)
    )
    curvature = 2 * x.T @ x
    order = np.argsort(-np.diag(curvature), kind="stable") if by_activity else np.arange(len(w))
    swept = np.empty(w.shape, np.int64)
    swept[order] = _sweep(
        w[order],
        _inverse_factor(curvature[np.ix_(order, order)], damping),
        (scale[order], zero[order], fitted.qmin, fitted.qmax),
        block,
    )
    error = output_errors(w, fitted.dequantize(swept), x)
    better = error < nearest.error
    codes = np.where(better, swept, nearest.codes).astype(fitted.dtype)
    return QuantizedWeight(codes, fitted, None, np.where(better, error, nearest.error))


def _inverse_factor(curvature: Any, damping: float) -> Any:
    """The upper triangle U with U^T U = H^-1, of the damped H; inputs that are always 0 count 1."""
    h = np.array(curvature)
    diagonal = np.einsum("ii->i", h)
    diagonal[diagonal == 0] = 1
    diagonal += damping * diagonal.mean()
    # With both orders reversed the lower factor L of H gives U = (L^-1), reversed.
    lower = np.linalg.cholesky(h[::-1, ::-1])
    return np.linalg.solve(lower, np.eye(len(h)))[::-1, ::-1]


def _sweep(w: Any, factor: Any, grid: Any, block: int) -> Any:
    """The codes, row by row; the error of row i over U[i, i] moves rows j by -U[i, j] of it."""
    scale, zero, low, high = grid
    w, codes = np.array(w), np.empty(w.shape, np.int64)
    for first in range(0, len(w), block):
        last = min(first + block, len(w))
        errors = np.empty((last - first, w.shape[1]))
        for i in range(first, last):
            # A float64 quotient will do: the target has moved by a rounded amount already.
            codes[i] = np.clip(np.rint(w[i] / scale[i]) + zero[i], low, high)
            error = (w[i] - (codes[i] - zero[i]) * scale[i]) / factor[i, i]
            w[i + 1 : last] -= np.outer(factor[i, i + 1 : last], error)
            errors[i - first] = error
        w[last:] -= factor[first:last, last:].T @ errors
    return codes

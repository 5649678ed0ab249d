# SPDX-License-Identifier: BSD-3-Clause
"""How does training see codes?  Values are rounded to them, and derivatives go straight through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff import primitive

if TYPE_CHECKING:
    from numformats.quantization import Affine

__all__ = ["fake_quantize", "learned_step"]


def _through(g: Any, _r: Any, x: Any, *, affine: Affine) -> Any:
    return np.where(_fitted(affine, x).inside(x), g, np.zeros_like(g))


@primitive(_through)
def fake_quantize(x: Any, *, affine: Affine) -> Any:
    """The values of the codes of x, in x's dtype; the derivative is 1, and 0 where one is clipped.

    x: an array or a traced one.  affine: fitted, or settings, which are then fitted to x in each
    call (the weights of a step); scale and zero point count as constants ("straight through").
    Raises TypeError and ValueError as `Affine.quantize`.

    >>> import numpy as np, numformats as nf
    >>> q = nf.quantization.Affine(3, scale=1.0)
    >>> fake_quantize(np.array([0.4, 1.6, 9.0]), affine=q)
    array([0., 2., 3.])
    >>> nf.autodiff.grad(lambda x: fake_quantize(x, affine=q).sum())(np.array([0.4, 1.6, 9.0]))
    array([1., 1., 0.])

    Source: Bengio, Leonard and Courville, "Estimating or propagating gradients through stochastic
    neurons for conditional computation" (2013); Jacob et al. (2018).
    """
    fitted = _fitted(affine, x)
    return fitted.dequantize(fitted.quantize(x), x.dtype)


def _fitted(affine: Affine, x: Any) -> Affine:
    return affine if affine.fitted else affine.fresh().fit(x)


def _step_to_x(g: Any, _r: Any, x: Any, step: Any, *, affine: Affine, **_count: Any) -> Any:
    return np.where(_of_step(affine, step).inside(x), g, np.zeros_like(g))


def _step_to_step(
    g: Any, _r: Any, x: Any, step: Any, *, affine: Affine, count: int | None = None
) -> Any:
    q = _of_step(affine, step)
    scale, zero = q.spread(q.scale, x), q.spread(q.zero_point, x)
    codes = q.quantize(x).astype(np.int64) - zero
    # d(scale * code)/d(scale): the code, less x / scale where the code follows x.
    slope = codes - np.where(q.inside(x), x.astype(np.float64) / scale, 0.0)
    total = q.layout.reduce(np.add, g.astype(np.float64) * slope)
    shared = x.size // max(step.size, 1) if count is None else count
    steps = np.maximum(q.qmax - q.zero_point, q.zero_point - q.qmin)
    factor = np.sign(step.astype(np.float64)) / np.sqrt(max(shared, 1) * steps)
    return np.reshape(total * factor, step.shape).astype(step.dtype)


@primitive(backward=(_step_to_x, _step_to_step))
def learned_step(
    x: Any,
    step: Any,
    *,
    affine: Affine,
    count: int | None = None,  # noqa: ARG001 - of the derivative
) -> Any:
    """The values of the codes of x with scale |step|, in x's dtype; the scale has a derivative.

    x, step: arrays, or traced; step has the shape of the affine's scales.  affine: fitted, of which
    the zero point is kept.  count: how many elements share a scale (default: of x).

    The derivative by x is 1 where no code is clipped, else 0.  The one by the scale is, of each
    element, rne(v) - v where no code is clipped (v = x / scale), else the code at the end, without
    zero point; their sum with the cotangents, taken in float64, is divided by sqrt(count * steps),
    steps from 0 to the farther end, so that scales and weights have updates of like size.  (The
    paper's clipping begins half a step earlier, where v is at the end.)  Raises FloatingPointError
    where a step became 0 or is not finite.

    >>> import numpy as np, numformats as nf
    >>> q = nf.quantization.Affine(3, scale=1.0)
    >>> by_step = nf.autodiff.grad(lambda s: learned_step(np.array([0.4, 9.0]), s, affine=q).sum())
    >>> round(float(by_step(np.array(1.0))) * (2 * 3) ** 0.5, 12)  # (0 - 0.4) + 3
    2.6

    Source: Esser et al., "Learned step size quantization" (2020), equations 1 to 3.
    """
    q = _of_step(affine, step)
    return q.dequantize(q.quantize(x), x.dtype)


def _of_step(affine: Affine, step: Any) -> Affine:
    size = np.abs(np.asarray(step).astype(np.float64))
    if not ((size > 0) & np.isfinite(size)).all():
        raise FloatingPointError(f"a learned step is {step!s}; a smaller learning rate may help")
    return affine.with_parameters(size, affine.zero_point)

# SPDX-License-Identifier: BSD-3-Clause
"""Which layer multiplies in a coarse format and gives back what that dropped, in the same step?

With dx = x - Q(x) and dW = W - Q(W)

    x W = Q(x) Q(W) + dx Q(W) + Q(x) dW + dx dW:

the layer leaves out the last term alone, the product of two roundings.  Adding an earlier batch's
dx Q(W) to this one's output, as is seen, adds an error of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.autodiff.contractions import Product
from numformats.training.compensation.quantisers import ByFormat, quantiser
from numformats.training.dtypes import has_value, parameter_dtype
from numformats.training.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Callable

    Split = Callable[[Any], tuple[Any, Any]]

__all__ = ["CompensatedLinear", "compensated_matmul"]


def _split(x: Any, coarse: Any, rest: Any) -> tuple[Any, Any]:
    """Q(x), and what it leaves of x, rounded once into x's dtype, which holds Q(x)."""
    values = np.asarray(x).astype(np.float64)
    y = np.asarray(coarse.write([np.atleast_1d(values)], None, values.shape))
    high = y.astype(np.float64).reshape(values.shape)
    low = values - high
    if rest is not None:
        low = np.asarray(rest.write([np.atleast_1d(low)], None, low.shape)).reshape(low.shape)
    return high.astype(x.dtype), low.astype(x.dtype)


def _splitter(T: Any, residual: Any, dtype: np.dtype[Any]) -> tuple[Split, str]:  # noqa: N803
    """How operands of that dtype are taken apart, and T in words."""
    coarse = quantiser(T)
    if isinstance(coarse, ByFormat) and not np.can_cast(coarse.grid_dtype, dtype, "safe"):
        raise TypeError(f"T={coarse.text}: {dtype} does not hold its values; give a wider dtype")
    rest = None if residual is None else quantiser(residual)
    return partial(_split, coarse=coarse, rest=rest), coarse.text


def _product(rows: Any, weight: Any, bias: Any, split: Split | None, accumulate: Any) -> Any:
    """The three products and the bias as one sum, rounded once; split None: the exact product."""
    if split is None:
        left, right = [rows], [weight]
    else:
        (x, dx), (w, dw) = split(rows), split(weight)
        left, right = [x, dx, x], [w, w, dw]
    if bias is not None:
        left.append(np.ones((len(rows), 1), rows.dtype))
        right.append(np.reshape(bias, (1, -1)))
    return nf.matmul(np.concatenate(left, axis=1), np.concatenate(right), accumulate=accumulate)


def compensated_matmul(  # noqa: PLR0913 - three operands and how
    x: Any,
    w: Any,
    T: Any,  # noqa: N803 - T is a type
    *,
    residual: Any = None,
    compensate: bool = True,
    accumulate: Any = "exact",
) -> Any:
    """Q(x) Q(w) + (x - Q(x)) Q(w) + Q(x) (w - Q(w)), one sum; Q rounds into T.

    x, w: matrices of one dtype, of which the result is; residual: a format (or step) that the
    differences are rounded into, None: they stay; compensate=False: the first product alone.
    Raises ValueError for shapes that do not fit, TypeError for two dtypes, and for one that lacks
    values of T.

    >>> import numpy as np, numformats as nf
    >>> x, w = np.array([[0.3]]), np.array([[0.7]])
    >>> coarse = nf.Fixed(8, 4)
    >>> [abs(float(compensated_matmul(x, w, coarse, compensate=c)[0, 0]) - 0.21) for c in (0, 1)]
    [0.004..., 0.000...]
    """
    x, w = np.asarray(x), np.asarray(w)
    if x.ndim != 2 or w.ndim != 2 or x.shape[1] != w.shape[0]:
        raise ValueError(f"x has shape {x.shape}, w {w.shape}; allowed: matrices that fit")
    if x.dtype != w.dtype:
        raise TypeError(f"x has dtype {x.dtype}, w {w.dtype}; allowed: one dtype")
    split, _ = _splitter(T, residual, x.dtype)
    if compensate:
        return _product(x, w, None, split, accumulate)
    return nf.matmul(split(x)[0], split(w)[0], accumulate=accumulate)


# Rounding counts as the identity (straight through).  Then d Q(x) + d(x - Q(x)) is dx, and the
# derivative of the three products is that of x @ weight, with x and weight as they are.
def _to_rows(g: Any, _r: Any, rows: Any, weight: Any, *_bias: Any, **_how: Any) -> Any:
    return Product(g, np.transpose(weight), rows.shape)


def _to_weight(g: Any, _r: Any, rows: Any, weight: Any, *_bias: Any, **_how: Any) -> Any:
    return Product(np.transpose(rows), g, weight.shape)


def _to_bias(g: Any, _r: Any, _rows: Any, _weight: Any, bias: Any, **_how: Any) -> Any:
    return Product(np.ones((1, len(g)), bias.dtype), g, bias.shape)


def _from_rows(v: Any, _r: Any, _rows: Any, weight: Any, *_bias: Any, **_how: Any) -> Any:
    return nf.matmul(v, weight)


def _from_weight(v: Any, _r: Any, rows: Any, _weight: Any, *_bias: Any, **_how: Any) -> Any:
    return nf.matmul(rows, v)


def _from_bias(v: Any, r: Any, *_operands: Any, **_how: Any) -> Any:
    return np.broadcast_to(v, r.shape)


@primitive(forward=(_from_rows, _from_weight), backward=(_to_rows, _to_weight))
def _without_bias(rows: Any, weight: Any, *, split: Split, accumulate: Any) -> Any:
    return _product(rows, weight, None, split, accumulate)


@primitive(
    forward=(_from_rows, _from_weight, _from_bias), backward=(_to_rows, _to_weight, _to_bias)
)
def _with_bias(rows: Any, weight: Any, bias: Any, *, split: Split, accumulate: Any) -> Any:
    return _product(rows, weight, bias, split, accumulate)


class CompensatedLinear(Linear):
    """x @ weight + bias of x and weight rounded into T, plus the terms of first order it drops.

    Parameters
    ----------
    inputs, outputs : int
    T : format, number or function
        What x and weight are rounded to, as `ErrorFeedback` takes it; by default nf.Fixed(16, 12).
    dtype : format, or float16, float32, float64
        Of the parameters and of the result; it must hold the values of T.
    residual : format or number, optional
        What x - Q(x) and weight - Q(weight) are rounded to; None: they are exact, up to one
        rounding into dtype.
    bias, seed, initial, accumulate
        As `Linear` has them.

    The three products and the bias are one sum, rounded once.  Nothing is kept from one call to
    the next: a call gives the same bits again, in training and in use.  The derivative is that of
    x @ weight + bias: roundings count as the identity.

    >>> import numformats as nf
    >>> layer = CompensatedLinear(2, 3, nf.Fixed(8, 4))
    >>> layer
    CompensatedLinear 2 -> 3 by fixed<8,frac=4>, 9 parameters in float32
    >>> layer([[1, 2], [0, 0]]).shape
    (2, 3)
    """

    def __init__(  # noqa: PLR0913 - what a matrix layer has
        self,
        inputs: int,
        outputs: int,
        T: Any = None,  # noqa: N803 - T is a type
        *,
        dtype: Any = np.float32,
        residual: Any = None,
        bias: bool = True,
        seed: int | None = None,
        initial: Any = "kaiming_uniform",
        accumulate: Any = "exact",
    ) -> None:
        super().__init__(
            inputs,
            outputs,
            dtype=dtype,
            bias=bias,
            seed=seed,
            initial=initial,
            accumulate=accumulate,
        )
        coarse = nf.Fixed(16, 12) if T is None else T
        self.split, self.text = _splitter(coarse, residual, parameter_dtype(dtype))

    def describe(self) -> str:
        """Inputs, outputs and the coarse format."""
        return f"CompensatedLinear {self.inputs} -> {self.outputs} by {self.text}"

    def product(self, rows: Any, weight: Any, bias: Any) -> Any:
        """The three products, plus the bias."""
        how = {"split": self.split, "accumulate": self.accumulate}
        if bias is None or not has_value(rows.dtype, 1):
            y = _without_bias(rows, weight, **how)
            return y if bias is None else y + bias
        return _with_bias(rows, weight, bias, **how)

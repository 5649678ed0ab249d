# SPDX-License-Identifier: BSD-3-Clause
"""Which layers apply a function to every element, or to every row?

`tanh`, `sigmoid` and `softplus` are the core's, rounded correctly.  Their derivatives, and the
values and derivatives of `silu`, `gelu` and `softmax`, are computed in `dtypes.widest` and rounded
once: in formats that binary64 holds they are wrong by hardly more than half a unit in the last
place, but what is below 5e-324 is 0, where a posit would have its least number.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.training.dtypes import own_format, wide
from numformats.training.layer import Layer

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = [
    "GELU",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "gelu",
    "leaky_relu",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]


def relu(x: Any) -> Any:
    """The larger of x and 0; NaN stays, and at 0 the derivative is 0.

    >>> import numpy as np
    >>> relu(np.array([-1.0, 0.0, 2.0, np.nan])).tolist()
    [0.0, 0.0, 2.0, nan]
    """
    return np.maximum(0, x)


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """The input where it is not negative, else slope * x.

    >>> import numpy as np
    >>> leaky_relu(np.array([-1.0, 2.0]), 0.25).tolist()
    [-0.25, 2.0]
    """
    return np.where(x < 0, x * slope, x)


@primitive(lambda g, _r, x: _times(g, 1 / np.square(np.cosh(wide(x)))))
def tanh(x: Any) -> Any:
    """The hyperbolic tangent, rounded once."""
    return np.tanh(x.astype(own_format(x.dtype))).astype(x.dtype)


@primitive(lambda g, _r, x: _times(g, nf.sigmoid(wide(x)) * nf.sigmoid(-wide(x))))
def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), rounded once."""
    return nf.sigmoid(x.astype(own_format(x.dtype))).astype(x.dtype)


@primitive(lambda g, _r, x: _times(g, nf.sigmoid(wide(x))))
def softplus(x: Any) -> Any:
    """The function log(1 + exp(x)), rounded once.

    >>> import numpy as np
    >>> softplus(np.array([-800.0, 0.0, 800.0])).tolist()
    [0.0, 0.6931471805599453, 800.0]
    """
    return nf.softplus(x.astype(own_format(x.dtype))).astype(x.dtype)


def _times(g: Any, slope: Any) -> Any:
    """The cotangent or tangent g times a derivative in the widest format, rounded once."""
    return (wide(g) * slope).astype(g.dtype)


def silu(x: Any) -> Any:
    """X * sigmoid(x); Elfwing, Uchibe and Doya (2018).

    >>> import numpy as np
    >>> silu(np.array([0.0, 1.0])).round(6).tolist()
    [0.0, 0.731059]
    """
    w = wide(x)
    return (w * nf.sigmoid(w)).astype(x.dtype)


def gelu(x: Any, *, approximate: bool = False) -> Any:
    """The product of x and the normal distribution function of x.

    approximate=True is the form with tanh, x * sigmoid(1.5957691216 (x + 0.044715 x^3)): off by up
    to 5e-4, but some 50 times as fast, for erfc has no kernel of its own.

    >>> import numpy as np
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(6).tolist()
    [-0.158655, 0.0, 0.841345]

    Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016).
    """
    w = wide(x)
    if approximate:
        slope = math.sqrt(8 / math.pi)
        return (w * nf.sigmoid(w * (slope + 0.044715 * slope * np.square(w)))).astype(x.dtype)
    # erfc keeps its digits on the negative side, where 1 + erf would cancel.
    return (w * (nf.erfc(w * -math.sqrt(0.5)) / 2)).astype(x.dtype)


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / sum of exp(x) along an axis; the sum is exact.

    >>> import numpy as np
    >>> softmax(np.array([1000.0, 1000.0])).tolist()
    [0.5, 0.5]
    """
    rows = weights_of(np.moveaxis(wide(x), axis, -1), None)
    return np.moveaxis(rows, -1, axis).astype(x.dtype)


def weights_of(w: Any, seen: Any) -> Any:
    """The softmax of the last axis over the places that are seen (None: all); others get 0."""
    if seen is None:
        e = np.exp(w - flat_maximum(w, -1))
    else:
        # In the place of what is not seen stands the least, so that the shift is of what is.
        w = np.where(seen, w, np.floor(np.min(w, axis=-1, keepdims=True)))
        e = np.where(seen, np.exp(w - flat_maximum(w, -1)), 0)
    return e / nf.fsum(e, axis=-1, keepdims=True)


def flat_maximum(x: Any, axis: int) -> Any:
    """The largest along an axis, rounded down to an integer: a shift without a derivative."""
    return np.floor(np.max(x, axis=axis, keepdims=True))


class _Elementwise(Layer):
    """A layer that is a function of its input alone."""

    function: Any

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The function of the input."""
        self.check(run, x, (), "numbers")
        return type(self).function(x)


class ReLU(_Elementwise):
    """The layer of `relu`."""

    function = staticmethod(relu)


class Tanh(_Elementwise):
    """The layer of `tanh`."""

    function = staticmethod(tanh)


class Sigmoid(_Elementwise):
    """The layer of `sigmoid`."""

    function = staticmethod(sigmoid)


class SiLU(_Elementwise):
    """The layer of `silu`."""

    function = staticmethod(silu)


class Softplus(_Elementwise):
    """The layer of `softplus`."""

    function = staticmethod(softplus)


class GELU(Layer):
    """The layer of `gelu`."""

    def __init__(self, *, approximate: bool = False) -> None:
        super().__init__()
        self.approximate = approximate

    def describe(self) -> str:
        """Whether it is the form with tanh."""
        return "GELU with tanh" if self.approximate else "GELU"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The function of the input."""
        self.check(run, x, (), "numbers")
        return gelu(x, approximate=self.approximate)


class LeakyReLU(Layer):
    """The layer of `leaky_relu`."""

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = slope

    def describe(self) -> str:
        """The slope of the negative side."""
        return f"LeakyReLU {self.slope:g}"

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The function of the input."""
        self.check(run, x, (), "numbers")
        return leaky_relu(x, self.slope)


class Softmax(Layer):
    """The layer of `softmax`; for training leave it out, and use `softmax_cross_entropy`."""

    def __init__(self, axis: int = -1) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:  # noqa: ARG002
        """The function of the input."""
        self.check(run, x, (), "numbers")
        return softmax(x, self.axis)

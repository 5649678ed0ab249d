# SPDX-License-Identifier: BSD-3-Clause
"""How does a layer compute with rounded operands, and give back what they drop?

A layer f that is linear in its input and in its weights, each by itself (Linear, Conv2d), has the
corrected form of `CompensatedLinear`:

    f(Q(x), Q(W), bias) + f(x - Q(x), Q(W), 0) + f(Q(x), W - Q(W), 0).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff import primitive
from numformats.training.compensation.quantisers import ByFormat, Quantiser, quantiser
from numformats.training.convolution import Conv2d
from numformats.training.layer import Layer
from numformats.training.linear import Linear

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["RoundedLayer", "straight_through"]


def _same(v: Any, *_arrays: Any, **_how: Any) -> Any:
    return v


@primitive(forward=(_same,), backward=(_same,))
def _rounded(x: Any, *, by: Quantiser) -> Any:
    values = np.asarray(x).astype(np.float64)
    y = by.write([np.atleast_1d(values)], None, values.shape)
    return np.asarray(y).reshape(values.shape).astype(np.float64).astype(x.dtype)


def straight_through(x: Any, T: Any) -> Any:  # noqa: N803 - T is a type
    """X rounded into T, in x's dtype; its derivative is 1 (Bengio et al. 2013, straight through).

    >>> import numpy as np, numformats as nf
    >>> nf.autodiff.jvp(lambda x: straight_through(x, nf.Fixed(8, 1)), (1.3,), (1.0,))
    (np.float64(1.5), np.float64(1.0))
    """
    return _rounded(np.asarray(x) if isinstance(x, int | float) else x, by=quantiser(T))


def is_linear(layer: Layer) -> bool:
    """Is it linear in input and weights?  A class derived from these may compute something else."""
    return type(layer) in {Linear, Conv2d}


class RoundedLayer(Layer):
    """A layer whose input and weights are rounded into T when it computes; parameters stay theirs.

    layer: any; its arrays are shared, not copied, and keep their names.  compensate: give back what
    the roundings drop, for a Linear or Conv2d; ValueError for others.  accumulate: that of the copy
    that computes, None: the layer's own; ValueError where the layer has none.  Roundings count as
    the identity in derivatives.  Nothing is kept between calls.

    >>> import numformats as nf
    >>> from numformats.training import Linear
    >>> RoundedLayer(Linear(2, 3), nf.Fixed(8, 4), compensate=True)
    Linear 2 -> 3 in fixed<8,frac=4> compensated, 9 parameters in float32
    """

    def __init__(
        self,
        layer: Layer,
        T: Any = None,  # noqa: N803 - T is a type
        *,
        compensate: bool = False,
        accumulate: Any = None,
    ) -> None:
        super().__init__()
        if compensate and not is_linear(layer):
            raise ValueError(
                f"{layer.describe()}: only Linear and Conv2d are linear in input and weights, and "
                "can be compensated; allowed: compensate=False"
            )
        self.inner = copy.copy(layer)
        if accumulate is not None:
            if not hasattr(layer, "accumulate"):
                raise ValueError(f"accumulate={accumulate!r}: {layer.describe()} has no products")
            self.inner.accumulate = accumulate  # type: ignore[attr-defined] # it has one
        self.own, self.parts, self.drawn = layer.own, layer.parts, layer.drawn
        self.by = None if T is None else quantiser(T)
        self.compensate = compensate
        if isinstance(self.by, ByFormat):
            for name, array in layer.parameters().items():
                if not np.can_cast(self.by.grid_dtype, array.dtype, "safe"):
                    raise TypeError(
                        f"{name} is {array.dtype}, which lacks values of {self.by.text}"
                    )

    def describe(self) -> str:
        """The layer, and what it is rounded to."""
        more = "" if self.by is None else f" in {self.by.text}" + " compensated" * self.compensate
        return self.inner.describe() + more

    def enter(self, x: Any) -> Any:
        """As the layer takes it."""
        return self.inner.enter(x)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """What the layer gives for rounded operands, and what they dropped."""
        if self.by is None:
            return self.inner.forward(parameters, x, run)
        # The bias is an addend of the accumulator, not an operand of a product.
        coarse = {k: v if _is_bias(k) else _rounded(v, by=self.by) for k, v in parameters.items()}
        q = _rounded(x, by=self.by) if x.dtype.kind not in "iu" else x
        y = self.inner.forward(coarse, q, run)
        if not self.compensate:
            return y
        zero = {k: np.zeros_like(v) for k, v in parameters.items() if _is_bias(k)}
        weights = {k: v for k, v in coarse.items() if not _is_bias(k)} | zero
        rests = {k: parameters[k] - v for k, v in coarse.items() if not _is_bias(k)} | zero
        y = y + self.inner.forward(weights, x - q, run)
        return y + self.inner.forward(rests, q, run)


def _is_bias(name: str) -> bool:
    return name.rpartition(".")[2] == "bias"

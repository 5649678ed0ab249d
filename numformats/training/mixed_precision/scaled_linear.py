# SPDX-License-Identifier: BSD-3-Clause
"""Which layer multiplies in FP8, forward and in both derivatives, with a scale for each tile?

With X of shape (samples, inputs), W (inputs, outputs) and the cotangent G (samples, outputs):

    Y  = Q(X) Q(W)       X in tiles of 1 x 128,  W in blocks of 128 x 128
    dX = Q(G) Q(W)^T     G in tiles of 1 x 128,  the same codes of W
    dW = Q(X)^T Q(G)     X and G in tiles of 128 x 1: the sum runs over the samples

The rounding Q has the derivative 1 ("straight through").  A truth, or any other run that a product
is followed by, sees the exact product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from numformats.autodiff import primitive
from numformats.parse import as_format
from numformats.tracing import Traced
from numformats.training.counts import checked_count
from numformats.training.dtypes import own_format
from numformats.training.linear import Linear
from numformats.training.mixed_precision.promotion import TENSOR_CORE, promoted_matmul
from numformats.training.mixed_precision.tiles import Tiled, quantize_tiles

__all__ = ["ScaledLinear"]

Kind = Literal["activation", "weight", "gradient"]
Kinds = tuple[Kind, Kind]


@dataclass(frozen=True)
class Recipe:
    """How operands are rounded and products accumulated."""

    forward: Any
    backward: Any
    tile: int
    accumulate: Any
    promote: int | None
    power_of_two: bool

    def rounded(self, x: Any, kind: Kind, *, along: int) -> Tiled:
        """An operand in tiles; along: the axis that the sum runs over."""
        if kind == "weight":
            tile = (self.tile, self.tile)
        else:
            tile = (1, self.tile) if along == 1 else (self.tile, 1)
        dtype = self.backward if kind == "gradient" else self.forward
        return quantize_tiles(x, dtype, tile, power_of_two=self.power_of_two)


def _to_left(g: Any, _r: Any, _a: Any, b: Any, *, recipe: Recipe, kinds: Kinds) -> Any:
    return _product(g, np.transpose(b), recipe=recipe, kinds=("gradient", kinds[1]))


def _to_right(g: Any, _r: Any, a: Any, _b: Any, *, recipe: Recipe, kinds: Kinds) -> Any:
    return _product(np.transpose(a), g, recipe=recipe, kinds=(kinds[0], "gradient"))


def _from_left(v: Any, _r: Any, _a: Any, b: Any, *, recipe: Recipe, kinds: Kinds) -> Any:
    return _product(v, b, recipe=recipe, kinds=kinds)


def _from_right(v: Any, _r: Any, a: Any, _b: Any, *, recipe: Recipe, kinds: Kinds) -> Any:
    return _product(a, v, recipe=recipe, kinds=kinds)


@primitive(forward=(_from_left, _from_right), backward=(_to_left, _to_right))
def _product(a: Any, b: Any, *, recipe: Recipe, kinds: Kinds) -> Any:
    """The product of two matrices after the rounding of both."""
    if isinstance(a, Traced) or isinstance(b, Traced):
        return np.matmul(a, b)
    left = recipe.rounded(a, kinds[0], along=1)
    right = recipe.rounded(b, kinds[1], along=0)
    found = promoted_matmul(left, right, accumulate=recipe.accumulate, promote=recipe.promote)
    return found.astype(own_format(a.dtype)).astype(a.dtype)


class ScaledLinear(Linear):
    """x @ weight + bias with products of FP8 in tiles of one scale each, and its derivatives.

    Parameters
    ----------
    inputs, outputs, dtype, bias, seed, initial : as of `Linear`; dtype is that of the parameters,
        inputs and results, float32 by default
    forward, backward : formats of weights and activations, and of cotangents
    tile : how many numbers along a sum have one scale; weights have tile x tile
    accumulate, promote : of the products; see `promoted_matmul`
    power_of_two : of the scales; see `quantize_tiles`

    The bias is added in dtype.  The derivative of the weights has a scale for so many samples: it
    depends on how a batch is split.  Raises what `Linear` raises, and ValueError for a promote
    that does not divide the tile.

    >>> import numpy as np
    >>> layer = ScaledLinear(256, 4, seed=0)
    >>> layer
    ScaledLinear 256 -> 4 in float8_e4m3fn and float8_e5m2, 1028 parameters in float32
    >>> x = np.ones((2, 256), np.float32)
    >>> bool(np.allclose(layer(x), x @ layer.own["weight"], atol=0.2))
    True

    Source: DeepSeek-AI, "DeepSeek-V3 technical report", arXiv 2412.19437, 3.3.
    """

    def __init__(  # noqa: PLR0913 - a layer, and how it multiplies
        self,
        inputs: int,
        outputs: int,
        *,
        dtype: Any = np.float32,
        bias: bool = True,
        seed: int | None = None,
        initial: Any = "kaiming_uniform",
        forward: Any = "float8_e4m3fn",
        backward: Any = "float8_e5m2",
        tile: int = 128,
        accumulate: Any = TENSOR_CORE,
        promote: int | None = 128,
        power_of_two: bool = True,
    ) -> None:
        super().__init__(inputs, outputs, dtype=dtype, bias=bias, seed=seed, initial=initial)
        self.recipe = Recipe(
            np.dtype(as_format(forward).dtype),
            np.dtype(as_format(backward).dtype),
            checked_count(tile, "tile"),
            accumulate,
            promote,
            power_of_two,
        )
        if promote is not None and tile % checked_count(promote, "promote"):
            raise ValueError(f"promote={promote} does not divide tile={tile}")

    def describe(self) -> str:
        """Inputs and outputs, and the two formats."""
        formats = f"{self.recipe.forward} and {self.recipe.backward}"
        return f"ScaledLinear {self.inputs} -> {self.outputs} in {formats}"

    def product(self, rows: Any, weight: Any, bias: Any) -> Any:
        """The product in tiles, plus the bias."""
        y = _product(rows, weight, recipe=self.recipe, kinds=("activation", "weight"))
        return y if bias is None else y + bias

# SPDX-License-Identifier: BSD-3-Clause
"""Which layers let every place of a sequence look at the others?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.activations import GELU, weights_of
from numformats.training.counts import checked_count
from numformats.training.drawn import spread
from numformats.training.dropout import Dropout
from numformats.training.dtypes import wide
from numformats.training.layer import Layer, below
from numformats.training.linear import Linear
from numformats.training.normalization import LayerNorm
from numformats.training.sequential import Residual, Sequential

if TYPE_CHECKING:
    from numformats.training.layer import Arrays, Pass

__all__ = ["MultiHeadAttention", "TransformerBlock"]


class MultiHeadAttention(Layer):
    """Attention within sequences (samples, length, features), by several heads.

    Parameters
    ----------
    features, heads : int
        features must be a multiple of heads.
    causal : bool
        A place sees itself and what is before it.
    dtype, seed, accumulate :
        As for `Linear`, of which it has four: query, key, value and output.

    Scores are exact sums in `dtypes.widest`, their softmax is computed there and rounded once into
    the layer's dtype; the sum of values by these weights is exact and rounded once.  Raises
    ValueError and TypeError as `Linear` does.

    >>> import numpy as np
    >>> layer = MultiHeadAttention(8, 2, causal=True, dtype="posit16")
    >>> layer(np.ones((2, 5, 8))).shape
    (2, 5, 8)

    Source: Vaswani et al., "Attention is all you need" (2017).
    """

    def __init__(  # noqa: PLR0913 - what attention has
        self,
        features: int,
        heads: int,
        *,
        causal: bool = False,
        dtype: Any = np.float32,
        seed: int | None = None,
        accumulate: Any = "exact",
    ) -> None:
        super().__init__()
        features, heads = checked_count(features, "features"), checked_count(heads, "heads")
        if features % heads:
            raise ValueError(f"heads={heads!r}; allowed: a divisor of features={features}")
        self.features, self.heads, self.causal = features, heads, causal
        for number, name in enumerate(("query", "key", "value", "output")):
            self.parts[name] = Linear(
                features,
                features,
                dtype=dtype,
                seed=None if seed is None else seed + number,
                initial="xavier_uniform",
                accumulate=accumulate,
            )
        spread(self)

    def describe(self) -> str:
        """Features and heads."""
        text = f"MultiHeadAttention {self.features}, heads {self.heads}"
        return f"{text}, causal" if self.causal else text

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """What each place takes from the places that it sees."""
        self.check(run, x, (None, self.features), "(length, features)")
        if x.ndim != 3:
            self.refuse(run, f"input has shape {x.shape}; allowed: (samples, length, features)")
        q, k, v = (self._heads(parameters, name, x, run) for name in ("query", "key", "value"))
        mixed = nf.matmul(self.weights(q, k), v)
        flat = np.reshape(np.swapaxes(mixed, 1, 2), x.shape)
        output = self.parts["output"]
        return output.forward(below(parameters, "output"), flat, run.below("output"))

    def weights(self, q: Any, k: Any) -> Any:
        """How much each place takes of each: rows that add up to 1, up to their rounding."""
        scores = nf.matmul(wide(q), np.swapaxes(wide(k), -1, -2)) / math.sqrt(q.shape[-1])
        length = q.shape[-2]
        seen = np.tri(length, dtype=bool) if self.causal else None
        return weights_of(scores, seen).astype(q.dtype)

    def _heads(self, parameters: Arrays, name: str, x: Any, run: Pass) -> Any:
        """A projection of the input, as (samples, heads, length, features of a head)."""
        y = self.parts[name].forward(below(parameters, name), x, run.below(name))
        return np.swapaxes(np.reshape(y, (*x.shape[:2], self.heads, -1)), 1, 2)


class TransformerBlock(Sequential):
    """x + attention(norm(x)), then x + mlp(norm(x)): a block with norms before its layers.

    hidden: width of the mlp, by default 4 features; its activation is GELU in the form with tanh.
    dropout: the probability after each of the two.  Other arguments as for `MultiHeadAttention`.

    >>> import numpy as np
    >>> block = TransformerBlock(8, 2, dropout=0.1, dtype="posit16")
    >>> block(np.ones((2, 5, 8))).shape
    (2, 5, 8)

    Source: Xiong et al., "On layer normalization in the transformer architecture" (2020).
    """

    def __init__(  # noqa: PLR0913 - what a block has
        self,
        features: int,
        heads: int,
        *,
        hidden: int | None = None,
        dropout: float = 0.0,
        causal: bool = False,
        dtype: Any = np.float32,
        accumulate: Any = "exact",
    ) -> None:
        inner = 4 * checked_count(features, "features") if hidden is None else hidden
        both: dict[str, Any] = {"dtype": dtype, "accumulate": accumulate}
        super().__init__(
            Residual(
                LayerNorm(features, dtype=dtype),
                MultiHeadAttention(features, heads, causal=causal, **both),
                Dropout(dropout),
            ),
            Residual(
                LayerNorm(features, dtype=dtype),
                Linear(features, inner, **both),
                GELU(approximate=True),
                Linear(inner, features, **both),
                Dropout(dropout),
            ),
        )
        self.features, self.heads = features, heads

    def describe(self) -> str:
        """Features and heads."""
        return f"TransformerBlock {self.features}, heads {self.heads}"

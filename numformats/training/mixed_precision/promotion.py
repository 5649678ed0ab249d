# SPDX-License-Identifier: BSD-3-Clause
"""What is a product whose narrow accumulator is emptied into a wide one every so many terms?

Of each stretch of k terms the accumulator of a tensor core gives a partial sum; multiplied by the
scales of its tiles it is added to a sum in binary32, with one rounding (a fused multiply-add):

    t = rnd(p_0 s_0),  then  t = rnd(t + p_j s_j),  s_j = rnd(scale of a * scale of b)

What the narrow accumulator loses then does not grow with the number of terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.counts import checked_count
from numformats.training.mixed_precision.tiles import Tiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TENSOR_CORE", "promoted_matmul"]

Array = np.ndarray[Any, Any]

# 14 bits, the 32 products of one instruction aligned to the largest of them and the sum so far.
TENSOR_CORE = ("aligned", 14, 32)


def promoted_matmul(
    a: Any, b: Any, *, accumulate: Any = TENSOR_CORE, promote: int | None = 128
) -> NDArray[np.float32]:
    """The product of two matrices, in float32, as tensor cores with promotion give it.

    Parameters
    ----------
    a, b : `Tiled`, or matrices of a format, which have the scale 1
    accumulate : of the partial sums, a model of `nf.matmul`; by default 14 bits, truncated
    promote : after how many terms a partial sum is added in binary32; None: only at the end

    A stretch must have one scale in each row of a and column of b: promote must divide the length
    of tiles along the sum, or, with None, these must reach over the whole sum.  Raises ValueError
    where it does not, and for shapes that do not match.

    >>> import numpy as np, numformats as nf
    >>> ones = np.ones((1, 2**15), nf.float8_e4m3fn)
    >>> a, b = np.full((1, 2**15), 1.125, nf.float8_e4m3fn), np.ones((2**15, 1), nf.float8_e4m3fn)
    >>> promoted_matmul(a, b).tolist(), promoted_matmul(a, b, promote=None).tolist()
    ([[36864.0]], [[16388.0]])

    Source: DeepSeek-AI, "DeepSeek-V3 technical report", arXiv 2412.19437, 3.3.2 and figure 7.
    """
    left, right = _tiled(a, "a"), _tiled(b, "b")
    terms = left.shape[1]
    if terms != right.shape[0]:
        raise ValueError(f"a has shape {left.shape}, b {right.shape}: the terms do not match")
    step = max(terms, 1) if promote is None else checked_count(promote, "promote")
    for name, length in (("a", left.tile[1]), ("b", right.tile[0])):
        if length % step and length < terms:
            raise ValueError(
                f"promote={promote} does not divide the {length} terms of a tile of {name}: a "
                "stretch would have several scales"
            )
    total = np.zeros((left.shape[0], right.shape[1]), nf.binary32)
    for first in range(0, terms, step):
        part = slice(first, first + step)
        partial = nf.matmul(
            left.codes[:, part], right.codes[part], accumulate=accumulate, dtype=nf.binary32
        )
        scale = _scales(left, right, first)
        total = partial * scale if first == 0 else nf.fma(partial, scale, total)
    return total.astype(np.float32)


def _tiled(x: Any, name: str) -> Tiled:
    if isinstance(x, Tiled):
        return x
    x = np.asarray(x)
    if x.ndim != 2:
        raise ValueError(f"{name} has shape {x.shape}; allowed: a matrix")
    whole = (max(x.shape[0], 1), max(x.shape[1], 1))
    return Tiled(x, np.ones((1, 1), np.float32), whole)


def _scales(left: Tiled, right: Tiled, term: int) -> Array:
    """The scale of each element of the product, in the stretch that begins at this term."""
    rows = np.repeat(left.scales[:, term // left.tile[1]], left.tile[0])[: left.shape[0]]
    columns = np.repeat(right.scales[term // right.tile[0]], right.tile[1])[: right.shape[1]]
    return rows[:, np.newaxis].astype(nf.binary32) * columns.astype(nf.binary32)

# SPDX-License-Identifier: BSD-3-Clause
"""How are matrices multiplied in a layer, and in its derivatives: exactly, or as hardware does?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.training.dtypes import has_value

__all__ = ["affine"]


@primitive(
    forward=(
        lambda v, _r, _a, b, accumulate: _modelled(v, b, accumulate=accumulate),
        lambda v, _r, a, _b, accumulate: _modelled(a, v, accumulate=accumulate),
    ),
    backward=(
        lambda g, _r, _a, b, accumulate: _modelled(g, np.transpose(b), accumulate=accumulate),
        lambda g, _r, a, _b, accumulate: _modelled(np.transpose(a), g, accumulate=accumulate),
    ),
)
def _modelled(a: Any, b: Any, *, accumulate: Any) -> Any:
    """The product of two matrices by way of an accumulator, which its derivatives use, too."""
    return nf.matmul(a, b, accumulate=accumulate)


def product(a: Any, b: Any, accumulate: Any) -> Any:
    """A @ b of matrices: the exact sums, rounded once, or by way of an accumulator."""
    if isinstance(accumulate, str) and accumulate == "exact":
        return nf.matmul(a, b)
    return _modelled(a, b, accumulate=accumulate)


def affine(rows: Any, weight: Any, bias: Any = None, accumulate: Any = "exact") -> Any:
    """Rows @ weight + bias of matrices; the bias is one more term of each sum, times 1.

    All rows are of one product, so that the derivative of the weight is one sum, rounded once.
    """
    if bias is None:
        return product(rows, weight, accumulate)
    if not has_value(rows.dtype, 1):
        return product(rows, weight, accumulate) + bias
    rows = np.concatenate([rows, np.ones((len(rows), 1), rows.dtype)], axis=1)
    return product(rows, np.concatenate([weight, bias[None]]), accumulate)

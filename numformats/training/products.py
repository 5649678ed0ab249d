# SPDX-License-Identifier: BSD-3-Clause
"""How are matrices multiplied in a layer, and in its derivatives: exactly, or as hardware does?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.autodiff.contractions import Product
from numformats.training.dtypes import has_value

__all__ = ["affine"]


def _is_exact(accumulate: Any) -> bool:
    return isinstance(accumulate, str) and accumulate == "exact"


def _back(left: Any, right: Any, shape: tuple[int, ...], accumulate: Any) -> Any:
    """A cotangent that is a product: exact ones are left to whoever adds them up."""
    if _is_exact(accumulate):
        return Product(left, right, shape)
    return np.reshape(_product(left, right, accumulate=accumulate), shape)


def _to_rows(g: Any, _r: Any, rows: Any, weight: Any, *_bias: Any, accumulate: Any) -> Any:
    return _back(g, np.transpose(weight), rows.shape, accumulate)


def _to_weight(g: Any, _r: Any, rows: Any, weight: Any, *_bias: Any, accumulate: Any) -> Any:
    return _back(np.transpose(rows), g, weight.shape, accumulate)


def _to_bias(g: Any, _r: Any, _rows: Any, _weight: Any, bias: Any, *, accumulate: Any) -> Any:
    return _back(np.ones((1, len(g)), bias.dtype), g, bias.shape, accumulate)


def _from_rows(v: Any, _r: Any, _rows: Any, weight: Any, *_bias: Any, accumulate: Any) -> Any:
    return _product(v, weight, accumulate=accumulate)


def _from_weight(v: Any, _r: Any, rows: Any, _weight: Any, *_bias: Any, accumulate: Any) -> Any:
    return _product(rows, v, accumulate=accumulate)


def _from_bias(v: Any, r: Any, *_operands: Any, accumulate: Any) -> Any:  # noqa: ARG001
    return np.broadcast_to(v, r.shape)


@primitive(forward=(_from_rows, _from_weight), backward=(_to_rows, _to_weight))
def _product(rows: Any, weight: Any, *, accumulate: Any) -> Any:
    """The product of two matrices; its derivatives go by way of the same accumulator."""
    return nf.matmul(rows, weight, accumulate=accumulate)


@primitive(
    forward=(_from_rows, _from_weight, _from_bias), backward=(_to_rows, _to_weight, _to_bias)
)
def _product_with_bias(rows: Any, weight: Any, bias: Any, *, accumulate: Any) -> Any:
    """The product with one more term in each sum, the bias times 1."""
    rows = np.concatenate([rows, np.ones((len(rows), 1), rows.dtype)], axis=1)
    whole = np.concatenate([weight, np.reshape(bias, (1, -1))])
    return nf.matmul(rows, whole, accumulate=accumulate)


def affine(rows: Any, weight: Any, bias: Any = None, accumulate: Any = "exact") -> Any:
    """The sums rows @ weight + bias of matrices, each rounded once.

    All rows are of one product, so that the derivative of the weight is one sum, rounded once.
    """
    if bias is None:
        return _product(rows, weight, accumulate=accumulate)
    if not has_value(rows.dtype, 1):
        return _product(rows, weight, accumulate=accumulate) + bias
    return _product_with_bias(rows, weight, bias, accumulate=accumulate)

# SPDX-License-Identifier: BSD-3-Clause
"""What do a sum and a product of float64 lose, and what is the exact product of two scales?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import numformats as nf
from numformats.quantization.reals import F64

__all__ = ["Scale", "product_of_scales", "two_product", "two_sum"]


class Scale(NamedTuple):
    """(high + low) * 2^exponent, exactly; high is from 1/4 to 1, so that no product underflows."""

    high: Any
    low: Any
    exponent: Any


def two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """A * b rounded, and its error; exact where neither end of the range is near."""
    a, b = np.broadcast_arrays(np.asarray(a, F64), np.asarray(b, F64))
    product = np.asarray(a * b)
    views = [np.ascontiguousarray(v).view(nf.binary64) for v in (a, b, -product)]
    return product, np.reshape(np.asarray(nf.fma(*views)).view(F64), product.shape)


def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """A + b rounded, and its error."""
    with np.errstate(invalid="ignore", over="ignore"):  # an infinity is left to the exact sum
        total = np.asarray(a + b)
        part = total - a
        return total, (a - (total - part)) + (b - part)


def product_of_scales(a: Any, b: Any = 1.0) -> Scale:
    """The product of two arrays of positive float64.

    >>> product_of_scales(3.0, 0.5)
    Scale(high=array(0.375), low=array(0.), exponent=array(2))
    """
    (m, e), (n, f) = np.frexp(np.asarray(a, F64)), np.frexp(np.asarray(b, F64))
    high, low = two_product(m, n)
    return Scale(high, low, np.asarray(np.add(e, f, dtype=np.int64)))

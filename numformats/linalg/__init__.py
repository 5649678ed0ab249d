# SPDX-License-Identifier: BSD-3-Clause
"""How are linear systems solved in any format?  Every inner product is exact, with one rounding.

Names, shapes and errors are those of numpy.linalg (`lu` and `qr` those of scipy.linalg).  Leading
dimensions are stacks.  float16, float32 and float64 are formats here, too.

Products and convolutions with fewer multiplications are here for their errors' sake: they round at
every step.

Read in this order: operands, factor, solving, measures; fast_products, fast_product_bounds,
fast_convolution.
"""

from __future__ import annotations

from numformats.linalg.factor import cholesky, lu, qr
from numformats.linalg.fast_convolution import (
    convolution_error_bound,
    direct_convolution,
    winograd_convolution,
)
from numformats.linalg.fast_product_bounds import product_error_bound, published_error_constant
from numformats.linalg.fast_products import strassen
from numformats.linalg.measures import cond, norm
from numformats.linalg.solving import Refined, det, inv, lstsq, solve

__all__ = [
    "Refined",
    "cholesky",
    "cond",
    "convolution_error_bound",
    "det",
    "direct_convolution",
    "inv",
    "lstsq",
    "lu",
    "norm",
    "product_error_bound",
    "published_error_constant",
    "qr",
    "solve",
    "strassen",
    "winograd_convolution",
]

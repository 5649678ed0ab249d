# SPDX-License-Identifier: BSD-3-Clause
"""Where do the random words of stochastic rounding start?"""

from __future__ import annotations

from typing import SupportsIndex

from numformats import _dtypes

__all__ = ["seed"]


def seed(n: SupportsIndex) -> None:
    """Start the random words of stochastic rounding in ufuncs anew; n is 0..2**64 - 1.

    Formats with rounding="stochastic" draw from it: every inner loop of a ufunc takes the next
    stream of key (n, stream), every element the word of its index.  Without a call n is 0.

    >>> import numpy as np, numformats as nf
    >>> a = np.full(4, 1.1, nf.Float(4, 3, rounding="stochastic"))
    >>> def draw():
    ...     nf.seed(7)
    ...     return nf.to_bits(a * a).tolist()
    >>> draw() == draw()
    True
    """
    _dtypes.seed(n)

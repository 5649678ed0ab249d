# SPDX-License-Identifier: BSD-3-Clause
"""How does a test compute a layer's sums in fractions, and round them by the oracle?"""

from fractions import Fraction

import numpy as np

from numformats.oracle import Special, for_format
from numformats.parse import as_format


def fractions_of(array):
    """Nested lists of exact values."""
    if array.ndim:
        return [fractions_of(part) for part in array]
    return Fraction(*array[()].as_integer_ratio())


def rounded(exact, T):
    """An exact number rounded once into a format by the oracle, as a scalar."""
    oracle = for_format(as_format(T))
    code = oracle.encode(Fraction(exact))
    return np.asarray(T.from_bits(code))[()]


def is_nan(code, T):
    """Whether a code is a NaN or NaR."""
    return for_format(as_format(T)).decode(code) is Special.NAN

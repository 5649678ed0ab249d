# SPDX-License-Identifier: BSD-3-Clause
"""What does a rotor do, how far is it from being one, and how is it made one again?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing import Traced
from numformats.training.dtypes import own_format, widest
from numformats.training.geometric.multivector import Multivector, product

__all__ = ["norm_error", "normalise", "sandwich"]


def sandwich(rotor: Multivector, x: Multivector) -> Multivector:
    """R x ~R, of the grades of x: the others are not computed.

    R x is an exact sum rounded once into `dtypes.widest` (float64 for most formats), the second
    product an exact sum of that, rounded once into the dtype of x.  Raises as `product`.

    >>> from numformats.training.geometric import Algebra, exp
    >>> space = Algebra(3)
    >>> turn = exp(space.bivector([-0.5, 0, 0], "posit16"))
    >>> x = space.vector([[1, 0, 0], [0, 0, 1]], "posit16")
    >>> sandwich(turn, x).values.astype(float).round(3)
    array([[0.541, 0.842, 0.   ],
           [0.   , 0.   , 1.   ]])
    """
    into = np.result_type(rotor.dtype, x.dtype)
    half = product(rotor, x, dtype=widest(own_format(into)))
    return product(half, ~rotor, grades=x.grades, dtype=into)


def norm_error(rotor: Multivector) -> Any:
    """R ~R - 1 as float64, its number and no other part: one exact sum, rounded once.

    Divide by `nf.finfo(dtype).eps` for units in the last place of 1.

    >>> from numformats.training.geometric import Algebra
    >>> float(norm_error(Algebra(3).multivector([1.0, 2.0**-40, 0, 0], (0, 2)))) == 2.0**-80
    True
    """
    values, back = rotor.values, (~rotor).values
    signs = [
        rotor.algebra.multiply(blade, blade)[1] for blade in rotor.algebra.blades(rotor.grades)
    ]
    one = np.ones((*values.shape[:-1], 1), values.dtype)
    back = np.stack([back[..., k] * sign for k, sign in enumerate(signs)], axis=-1)
    left = np.concatenate([values, one], axis=-1)
    return nf.vecdot(left, np.concatenate([back, -one], axis=-1), dtype=np.float64)


def normalise(rotor: Multivector) -> Multivector:
    """R / sqrt(R ~R), computed in `dtypes.widest` and rounded once.

    With four basis vectors R ~R = s + t I, and R (1 - t I / 2 s) / sqrt(s) takes the second part
    away, too (three times, for what I I leaves).  With five and more only the number is mended.
    Raises ValueError where R ~R is not above 0.

    >>> from numformats.training.geometric import Algebra
    >>> normalise(Algebra(3).multivector([3, 4, 0, 0], (0, 2), "posit16"))
    0.60009765625 + 0.800048828125 e12 + 0.0 e13 + 0.0 e23 in posit16
    """
    wide = rotor.astype(widest(own_format(rotor.dtype)))
    four = rotor.algebra.vectors == 4
    for _ in range(3 if four else 1):
        square = product(wide, ~wide, grades=(0, 4) if four else 0).values
        s = square[..., 0]
        if not isinstance(s, Traced) and not bool(np.all(s > 0)):
            raise ValueError(
                f"no rotor: R ~R is {float(np.min(s.astype(float)))!r}; allowed: above 0"
            )
        if four:
            both = np.stack([np.ones_like(s), -square[..., 1] / (2 * s)], axis=-1)
            wide = product(wide, rotor.algebra.multivector(both, (0, 4)), grades=wide.grades)
        wide = wide / np.sqrt(s)
    return wide.astype(rotor.dtype)

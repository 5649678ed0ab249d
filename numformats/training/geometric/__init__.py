# SPDX-License-Identifier: BSD-3-Clause
"""How does an update keep to the grades of a geometric algebra?  Others are not stored at all.

Read in this order: algebra, tables, multivector, exponential, rotors, descent.
"""

from numformats.training.geometric.algebra import Algebra
from numformats.training.geometric.descent import RotorDescent, bivector_gradient, tangent
from numformats.training.geometric.exponential import exp
from numformats.training.geometric.multivector import Multivector, product
from numformats.training.geometric.rotors import norm_error, normalise, sandwich

__all__ = [
    "Algebra",
    "Multivector",
    "RotorDescent",
    "bivector_gradient",
    "exp",
    "norm_error",
    "normalise",
    "product",
    "sandwich",
    "tangent",
]

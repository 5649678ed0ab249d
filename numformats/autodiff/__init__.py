# SPDX-License-Identifier: BSD-3-Clause
"""What is the derivative of a function of NumPy code?  One table of rules, read in both ways.

Read in this order: constants, contractions, own_rules, linear_systems, rules; forward; scatter,
arrivals, tape, writes, reverse; held_terms, held, formats, trees, transforms, gradients, jacobians,
estimates.
"""

from numformats.autodiff.estimates import forward_grad
from numformats.autodiff.gradients import grad, value_and_grad
from numformats.autodiff.held import Held
from numformats.autodiff.jacobians import hvp, jacobian, linearize
from numformats.autodiff.own_rules import primitive, rule
from numformats.autodiff.transforms import Pullback, jvp, vjp

__all__ = [
    "Held",
    "Pullback",
    "forward_grad",
    "grad",
    "hvp",
    "jacobian",
    "jvp",
    "linearize",
    "primitive",
    "rule",
    "value_and_grad",
    "vjp",
]

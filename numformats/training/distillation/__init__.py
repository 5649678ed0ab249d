# SPDX-License-Identifier: BSD-3-Clause
"""How does a general model become a prior for a domain of which few labels are known?

Read in this order: fisher, prior, estimate, select.
"""

from numformats.training.distillation.estimate import Probes, map_estimate, soft_cross_entropy
from numformats.training.distillation.fisher import Fisher, fisher
from numformats.training.distillation.prior import Prior, isotropic, laplace
from numformats.training.distillation.select import Candidate, Distilled, candidates_of, distill

__all__ = [
    "Candidate",
    "Distilled",
    "Fisher",
    "Prior",
    "Probes",
    "candidates_of",
    "distill",
    "fisher",
    "isotropic",
    "laplace",
    "map_estimate",
    "soft_cross_entropy",
]

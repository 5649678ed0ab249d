# SPDX-License-Identifier: BSD-3-Clause
"""How is a step of training planned before it runs?  A model becomes a table and an arena.

Read in this order: modes, builder, terms, nodes, norms, residual, images, attention, model_nodes,
job, compilers, perturbed, unit_tangents, place, judge, certificate, training_plan, adam_rule,
compiling.
"""

from numformats.training.plans.builder import Builder, Matrix
from numformats.training.plans.compiling import compile  # noqa: A004
from numformats.training.plans.modes import forward, inference, reverse
from numformats.training.plans.nodes import Affine, Elementwise, Node, affine
from numformats.training.plans.training_plan import TrainingPlan

__all__ = [
    "Affine",
    "Builder",
    "Elementwise",
    "Matrix",
    "Node",
    "TrainingPlan",
    "affine",
    "compile",
    "forward",
    "inference",
    "reverse",
]

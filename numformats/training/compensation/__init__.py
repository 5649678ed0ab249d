# SPDX-License-Identifier: BSD-3-Clause
"""How is what a rounding drops given back?  Error feedback, and sums and layers that use it.

Read in this order: expansions, operands, quantisers, feedback_step, error_feedback; consumers,
running_sum, linear; rounded_layer, policies; residual_store, unit.
"""

from __future__ import annotations

from numformats.training.compensation.consumers import weighted_bound
from numformats.training.compensation.error_feedback import ErrorFeedback
from numformats.training.compensation.linear import CompensatedLinear, compensated_matmul
from numformats.training.compensation.policies import Effect, Policy, Rule
from numformats.training.compensation.residual_store import ResidualStore
from numformats.training.compensation.rounded_layer import RoundedLayer, straight_through
from numformats.training.compensation.running_sum import CompensatedSum
from numformats.training.compensation.unit import CompensationUnit

__all__ = [
    "CompensatedLinear",
    "CompensatedSum",
    "CompensationUnit",
    "Effect",
    "ErrorFeedback",
    "Policy",
    "ResidualStore",
    "RoundedLayer",
    "Rule",
    "compensated_matmul",
    "straight_through",
    "weighted_bound",
]

# SPDX-License-Identifier: BSD-3-Clause
"""How is what a rounding drops given back?  Error feedback, and sums and layers that use it.

Read in this order: expansions, operands, quantisers, feedback_step, error_feedback; consumers,
running_sum, linear.
"""

from __future__ import annotations

from numformats.training.compensation.consumers import weighted_bound
from numformats.training.compensation.error_feedback import ErrorFeedback
from numformats.training.compensation.linear import CompensatedLinear, compensated_matmul
from numformats.training.compensation.running_sum import CompensatedSum

__all__ = [
    "CompensatedLinear",
    "CompensatedSum",
    "ErrorFeedback",
    "compensated_matmul",
    "weighted_bound",
]

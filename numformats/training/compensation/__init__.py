# SPDX-License-Identifier: BSD-3-Clause
"""How is what a rounding drops given back?  Error feedback.

Read in this order: expansions, operands, quantisers, feedback_step, error_feedback.
"""

from __future__ import annotations

from numformats.training.compensation.error_feedback import ErrorFeedback

__all__ = ["ErrorFeedback"]

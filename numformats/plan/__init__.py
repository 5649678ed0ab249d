# SPDX-License-Identifier: BSD-3-Clause
"""How does a step run that was planned before: an arena, a table of operations, one call of C?

Read in this order: arena, table, run.
"""

from numformats.plan.arena import Arena, Mark, stats
from numformats.plan.run import Program, StepError

__all__ = ["Arena", "Mark", "Program", "StepError", "stats"]

# SPDX-License-Identifier: BSD-3-Clause
"""Is it right everywhere?  Large sweeps on all cores or a cluster, with checkpoints."""

from numformats.sweep.pairs import pairs
from numformats.sweep.problems import SweepError
from numformats.sweep.result import Result
from numformats.sweep.run import run
from numformats.sweep.study import study
from numformats.sweep.unary import unary

__all__ = ["Result", "SweepError", "pairs", "run", "study", "unary"]

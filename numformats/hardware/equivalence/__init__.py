# SPDX-License-Identifier: BSD-3-Clause
"""Is a design equal to the format, for all inputs?

Yosys reads its Verilog, the formats' definitions say what is right, and a solver compares them.

Read in this order: problems, terms, codes, rounded, table, ports, claims, design, asking, triage,
proof, report.
"""

from __future__ import annotations

from numformats.hardware.equivalence.problems import EquivalenceError
from numformats.hardware.equivalence.proof import Counterexample, Proof, claim, prove

__all__ = ["Counterexample", "EquivalenceError", "Proof", "claim", "prove"]

# SPDX-License-Identifier: BSD-3-Clause
"""What is in the described accelerator's registers after each clock edge?  Cycle-level models.

The machine is that of an article, not of a vendor: see `numformats.accelerator`.  Each model
computes with registers of the widths that a netlist would have, and counts cycles, operations,
conflicts and bits.  The oracle and the compiled arithmetic say whether its results are right.

Read in this order: bits, pipeline; datapath, float_units; integer_units, issue; systolic; banks,
residuals.
"""

from __future__ import annotations

from numformats.hardware.accelerator.banks import BankedMemory, grants, stride_traffic
from numformats.hardware.accelerator.float_units import adder, multiplier, vcomp
from numformats.hardware.accelerator.integer_units import Vacc, vscale
from numformats.hardware.accelerator.issue import InOrder, Instruction
from numformats.hardware.accelerator.pipeline import Activity, Pipeline, RegisterError, Stage
from numformats.hardware.accelerator.residuals import ErrorTiles
from numformats.hardware.accelerator.systolic import ArrayActivity, SystolicArray

__all__ = [
    "Activity",
    "ArrayActivity",
    "BankedMemory",
    "ErrorTiles",
    "InOrder",
    "Instruction",
    "Pipeline",
    "RegisterError",
    "Stage",
    "SystolicArray",
    "Vacc",
    "adder",
    "grants",
    "multiplier",
    "stride_traffic",
    "vcomp",
    "vscale",
]

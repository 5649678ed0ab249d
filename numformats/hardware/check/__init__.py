# SPDX-License-Identifier: BSD-3-Clause
"""Are a device's answers right, and if not, what is wrong with it?

Compiled arithmetic compares every row; the oracle confirms and takes apart what differs.  A fault
is a model of a device that has it: the models that explain most wrong answers, and contradict no
right one, are the diagnosis.

Read in this order: kinds, evidence, regions, mismatch, strata, samples, exponents, flag_faults,
checker; fault, rounding_faults, sticky_faults, range_faults, operand_faults, decoding_faults,
faults, inference; heat_map, page, report, source, run.
"""

from __future__ import annotations

from numformats.hardware.check.checker import Checker
from numformats.hardware.check.kinds import KINDS
from numformats.hardware.check.mismatch import Mismatch
from numformats.hardware.check.report import Diagnosis, Report
from numformats.hardware.check.run import check, diagnose

__all__ = ["KINDS", "Checker", "Diagnosis", "Mismatch", "Report", "check", "diagnose"]

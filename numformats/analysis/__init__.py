# SPDX-License-Identifier: BSD-3-Clause
"""How far is a computation from the truth?  The comparison engine behind ``numformats compare``."""

from numformats.analysis.candidate import Candidate, find_candidate, split_formats
from numformats.analysis.compare import Comparison, Result, compare
from numformats.analysis.metrics import Metrics, measure
from numformats.analysis.problems import CompareError
from numformats.analysis.reference import REFERENCE_DIGITS, to_reference
from numformats.analysis.workload import Workload, load_workload, read_input

__all__ = [
    "REFERENCE_DIGITS",
    "Candidate",
    "CompareError",
    "Comparison",
    "Metrics",
    "Result",
    "Workload",
    "compare",
    "find_candidate",
    "load_workload",
    "measure",
    "read_input",
    "split_formats",
    "to_reference",
]

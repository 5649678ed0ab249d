# SPDX-License-Identifier: BSD-3-Clause
"""How far is a computation from the truth?  The comparison engine behind ``numformats compare``."""

from numformats.analysis.algebra import (
    truth,
)
from numformats.analysis.candidate import (
    Candidate,
    find_candidate,
    split_formats,
)
from numformats.analysis.compare import (
    compare,
)
from numformats.analysis.comparison import (
    Comparison,
    Result,
    Worst,
)
from numformats.analysis.errors import (
    ErrorModel,
    model,
    u_of_range,
)
from numformats.analysis.metrics import (
    Metrics,
    measure,
)
from numformats.analysis.problems import (
    CompareError,
    NoBoundError,
)
from numformats.analysis.reference_numbers import (
    REFERENCE_DIGITS,
    to_reference,
)
from numformats.analysis.workload import (
    Workload,
    load_workload,
    read_input,
)

__all__ = [
    "REFERENCE_DIGITS",
    "Candidate",
    "CompareError",
    "Comparison",
    "ErrorModel",
    "Metrics",
    "NoBoundError",
    "Result",
    "Workload",
    "Worst",
    "compare",
    "find_candidate",
    "load_workload",
    "measure",
    "model",
    "read_input",
    "split_formats",
    "to_reference",
    "truth",
    "u_of_range",
]

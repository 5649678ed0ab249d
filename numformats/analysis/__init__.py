# SPDX-License-Identifier: BSD-3-Clause
"""How far is a computation from the truth?  The comparison engine behind ``numformats compare``."""

from numformats.analysis.a_priori import (
    dot_bound,
    horner_bound,
    matmul_bound,
    sum_bound,
)
from numformats.analysis.algebra import (
    truth,
)
from numformats.analysis.bias import (
    Bias,
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
from numformats.analysis.drift import (
    Drift,
    drift,
)
from numformats.analysis.errors import (
    ErrorModel,
    model,
    u_of_range,
)
from numformats.analysis.growth_of_errors import (
    AprioriBound,
)
from numformats.analysis.metrics import (
    Metrics,
    measure,
)
from numformats.analysis.one_rounding import (
    feedback_bound,
    quire_bound,
    quire_width,
)
from numformats.analysis.problems import (
    CompareError,
    NoBoundError,
)
from numformats.analysis.recurrences import (
    exponential_model,
    linear_recurrence_bound,
    lipschitz_recurrence_bound,
)
from numformats.analysis.reference_numbers import (
    REFERENCE_DIGITS,
    to_reference,
)
from numformats.analysis.running import (
    Running,
    running_dot,
    running_horner,
    running_sum,
)
from numformats.analysis.solves import (
    solve_bound,
)
from numformats.analysis.workload import (
    Workload,
    load_workload,
    read_input,
)

__all__ = [
    "REFERENCE_DIGITS",
    "AprioriBound",
    "Bias",
    "Candidate",
    "CompareError",
    "Comparison",
    "Drift",
    "ErrorModel",
    "Metrics",
    "NoBoundError",
    "Result",
    "Running",
    "Workload",
    "Worst",
    "compare",
    "dot_bound",
    "drift",
    "exponential_model",
    "feedback_bound",
    "find_candidate",
    "horner_bound",
    "linear_recurrence_bound",
    "lipschitz_recurrence_bound",
    "load_workload",
    "matmul_bound",
    "measure",
    "model",
    "quire_bound",
    "quire_width",
    "read_input",
    "running_dot",
    "running_horner",
    "running_sum",
    "solve_bound",
    "split_formats",
    "sum_bound",
    "to_reference",
    "truth",
    "u_of_range",
]

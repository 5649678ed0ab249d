# SPDX-License-Identifier: BSD-3-Clause
"""How far is a computation from the truth?  The comparison engine behind ``numformats compare``."""

from numformats.analysis import plots
from numformats.analysis.a_priori import dot_bound, horner_bound, matmul_bound, sum_bound
from numformats.analysis.algebra import truth
from numformats.analysis.bias import Bias
from numformats.analysis.bound import bound
from numformats.analysis.bounds.certificate import BoundLine, StaticBound
from numformats.analysis.candidate import Candidate, find_candidate, split_formats
from numformats.analysis.compare import compare
from numformats.analysis.comparison import Comparison, Result, Worst
from numformats.analysis.drift import Drift, drift
from numformats.analysis.dynamic_range import DynamicRange, dynamic_range
from numformats.analysis.errors import ErrorModel, model, u_of_range
from numformats.analysis.growth_of_errors import AprioriBound
from numformats.analysis.metrics import Metrics, measure
from numformats.analysis.one_rounding import feedback_bound, quire_bound, quire_width
from numformats.analysis.problems import CompareError, NoBoundError
from numformats.analysis.recommend import recommend
from numformats.analysis.recommendation import Choice, Recommendation
from numformats.analysis.recurrences import (
    exponential_model,
    linear_recurrence_bound,
    lipschitz_recurrence_bound,
)
from numformats.analysis.reference_numbers import REFERENCE_DIGITS, to_reference
from numformats.analysis.running import Running, running_dot, running_horner, running_sum
from numformats.analysis.shadow_run import shadow, trace
from numformats.analysis.solves import solve_bound
from numformats.analysis.transfer import TransferError, lossless, transfer_error
from numformats.analysis.workload import Workload, load_workload, read_input
from numformats.analysis.worst_error import WorstError, minimax_format, worst_relative_error

__all__ = [
    "REFERENCE_DIGITS",
    "AprioriBound",
    "Bias",
    "BoundLine",
    "Candidate",
    "Choice",
    "CompareError",
    "Comparison",
    "Drift",
    "DynamicRange",
    "ErrorModel",
    "Metrics",
    "NoBoundError",
    "Recommendation",
    "Result",
    "Running",
    "StaticBound",
    "TransferError",
    "Workload",
    "Worst",
    "WorstError",
    "bound",
    "compare",
    "dot_bound",
    "drift",
    "dynamic_range",
    "exponential_model",
    "feedback_bound",
    "find_candidate",
    "horner_bound",
    "linear_recurrence_bound",
    "lipschitz_recurrence_bound",
    "load_workload",
    "lossless",
    "matmul_bound",
    "measure",
    "minimax_format",
    "model",
    "plots",
    "quire_bound",
    "quire_width",
    "read_input",
    "recommend",
    "running_dot",
    "running_horner",
    "running_sum",
    "shadow",
    "solve_bound",
    "split_formats",
    "sum_bound",
    "to_reference",
    "trace",
    "transfer_error",
    "truth",
    "u_of_range",
    "worst_relative_error",
]

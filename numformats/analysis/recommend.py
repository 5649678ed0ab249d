# SPDX-License-Identifier: BSD-3-Clause
"""Which is the cheapest format that is good enough for a function on some inputs?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from numformats.analysis.call import Call
from numformats.analysis.default_candidates import chosen
from numformats.analysis.hardware_cost import cost_of
from numformats.analysis.problems import CompareError
from numformats.analysis.recommendation import Choice, Recommendation
from numformats.analysis.reference_errors import KINDS, find_truth
from numformats.analysis.trial import outside, try_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numformats.analysis.candidate import Candidate
    from numformats.analysis.reference_errors import ErrorKind, Truth

__all__ = ["recommend"]


def recommend(  # noqa: PLR0913 - each is a choice of the user's
    fn: Callable[..., object],
    inputs: object,
    tolerance: float,
    candidates: Iterable[object] | None = None,
    *,
    error: ErrorKind = "elementwise",
    reference: str | int = "double",
    per_variable: bool = False,
    on_step: Callable[[str], None] = lambda _: None,
) -> Recommendation:
    """The candidates in which `fn` stays within the tolerance on these inputs, cheapest first.

    The function runs once in the reference and once in each format, with floating-point inputs
    rounded to the format (so the error includes that of the inputs); integers, truth values and
    strings are passed as they are, unless no input is floating.  Cheapest: fewest bits, then the
    cost proxy of `numformats.analysis.hardware_cost`.

    * inputs: a tuple of arguments, a dict by name, or one array or number
    * tolerance: the largest relative error allowed, >= 0
    * candidates: classes, dtypes or names; None: the named formats, float16, float32, float64
    * error: "elementwise", abs(y - r) / abs(r) of the worst element (the default, and the stricter
      one), or "normwise", max abs(y - r) / max abs(r) of the worst output
    * reference: "double" (double-double, about 31 digits), a number of digits, or "exact"
    * per_variable: also find which inputs and variables may be stored in cheaper formats still,
      for the first choice (`.storage`)
    * on_step: hears the name of what is about to run

    Returns a `Recommendation`, a list of `Choice`; formats that raised, gave NaN, left the format
    or missed the tolerance are in `.rejected` with the reason.  What holds on these inputs need
    not hold on others: `bound` says what holds on all.  Raises CompareError when the arguments are
    wrong or the reference run fails.

    >>> import numpy as np
    >>> import numformats as nf
    >>> x = np.linspace(0.1, 1, 64)
    >>> formats = ["posit8", "bfloat16", "posit16"]
    >>> best = nf.analysis.recommend(lambda x: x * x / 3, x, 1e-3, formats)
    >>> best
    <lambda>: largest elementwise relative error at most 1.00e-03 (against double-double)
    format   bits  cost     error
    posit16    16   602  7.15e-04
    rejected: posit8: error 0.151 at output[6]: 0.00977 for 0.0115
    rejected: bfloat16: error 0.01 at output[44]: 0.179 for 0.177
    >>> best[0].format, best[0].error < 1e-3
    (<class 'numformats.posit16'>, True)
    """
    if error not in KINDS:
        raise CompareError(f"error={error!r}: must be one of {', '.join(KINDS)}")
    limit = _tolerance(tolerance)
    call, tried = Call.of(fn, inputs), chosen(candidates)
    on_step("reference")
    truth = find_truth(call, reference)
    choices = []
    for candidate in tried:
        on_step(candidate.name)
        choices.append(_choice(call, truth, candidate, limit, error))
    name = getattr(fn, "__name__", type(fn).__name__)
    found = Recommendation(choices, name, limit, error, truth.reference)
    if per_variable and found:
        from numformats.analysis.storage import plan_storage  # noqa: PLC0415 - it tries formats with what is here

        found[0] = plan_storage(call, truth, found[0], tried, (limit, error), on_step)
    return found


def _tolerance(given: float) -> float:
    try:
        limit = float(given)
    except (TypeError, ValueError):
        limit = math.nan
    if not 0 <= limit < math.inf:
        raise CompareError(f"tolerance={given!r}: must be a finite number >= 0")
    return limit


def _choice(
    call: Call, truth: Truth, candidate: Candidate, limit: float, kind: ErrorKind
) -> Choice:
    worst, reason = try_format(call, truth, candidate, limit, kind)
    return Choice(
        format=candidate.dtype.type, name=candidate.name, bits=candidate.bits,
        cost=cost_of(candidate).total, error=math.inf if worst is None else worst.error,
        worst=worst, reason=reason,
        outside=sum(outside(call.inputs[name], candidate) for name in call.converted),
    )  # fmt: skip

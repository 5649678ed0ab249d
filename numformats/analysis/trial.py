# SPDX-License-Identifier: BSD-3-Clause
"""How does a function fare in one format, and why will that not do?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.call import Call, Failed
from numformats.analysis.figures import short

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate
    from numformats.analysis.reference_errors import ErrorKind, Truth, WorstElement

__all__ = ["judge", "outside", "try_format"]


def try_format(
    call: Call, truth: Truth, candidate: Candidate, limit: float, kind: ErrorKind
) -> tuple[WorstElement | None, str]:
    """One run in a format: its worst error, and why it will not do ("" if it does)."""
    return judge(
        call, truth, candidate.dtype, limit, kind, lambda _, x: x.astype(candidate.dtype)[()]
    )


def judge(  # noqa: PLR0913
    call: Call, truth: Truth, dtype: np.dtype[Any], limit: float, kind: ErrorKind,
    convert: Callable[[str, NDArray[Any]], Any], function: Callable[..., object] | None = None,
) -> tuple[WorstElement | None, str]:  # fmt: skip
    """The worst error of a run with inputs converted like this, and why it will not do."""
    try:
        outputs = call.run(convert, function)
        other = [
            f"{name}: its dtype is {y.dtype}" for name, y in outputs.items() if y.dtype != dtype
        ]
        if other:
            return None, f"leaves the format at {other[0]}"
        worst = truth.worst(outputs, kind)
    except Failed as failed:
        return None, str(failed)
    if worst.error <= limit:
        return worst, ""
    place = worst.output + (f"[{', '.join(map(str, worst.index))}]" if worst.index else "")
    if not math.isfinite(worst.got):
        return worst, f"gives {worst.got} at {place} for {worst.truth:.3g}"
    return worst, f"error {short(worst.error)} at {place}: {worst.got:.3g} for {worst.truth:.3g}"


def outside(value: object, candidate: Candidate) -> int:
    """How many numbers of an input lie beyond the ends of the format."""
    array = np.asarray(value, np.float64)
    return int(((array > _above(candidate.largest)) | (-array > _above(-candidate.lowest))).sum())


def _above(end: Any) -> float:
    """The largest double that is not above the end: a double beyond the end is beyond it."""
    near = float(end) if abs(end) < 2**1023 else math.copysign(math.inf, end)
    return float(np.nextafter(near, -math.inf)) if math.isfinite(near) and near > end else near

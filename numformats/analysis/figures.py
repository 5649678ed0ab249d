# SPDX-License-Identifier: BSD-3-Clause
"""Which figures of a comparison does a table show, and how are they written?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numformats.analysis.compare import Comparison, Result

__all__ = ["HEADINGS", "cells", "short", "title"]

HEADINGS = ("format", "bits", "max rel", "median rel", "max ulps", "median ulps", "digits", "worst",
            "NaN", "inf", "sat", "seconds")  # fmt: skip


def title(comparison: Comparison) -> str:
    """What was compared."""
    seconds = short(comparison.reference_seconds)
    return f"{comparison.function} against 50-digit arithmetic (which took {seconds} s)"


def cells(result: Result) -> list[str]:
    """The errors of one format, in the order of HEADINGS."""
    m = result.metrics
    errors = (m.max_relative, m.median_relative, m.max_ulps, m.median_ulps)
    return [
        result.candidate.name,
        str(result.candidate.bits),
        *(short(error) for error in errors),
        _digits(m.median_digits),
        _digits(m.worst_digits),
        *(str(count) if count else "" for count in (m.nan, m.inf, m.saturated)),
        short(result.seconds),
    ]


def short(value: float, places: int = 3) -> str:
    """A number for a table cell.

    >>> short(0.000123456), short(math.inf), short(math.nan), short(0.0)
    ('1.23e-04', '∞', '-', '0')
    """
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    if 0.01 <= abs(value) < 10000:
        return f"{value:.{places}g}" if abs(value) < 1000 else f"{value:.0f}"
    return f"{value:.{places - 1}e}"


def _digits(number: float) -> str:
    return "exact" if number == math.inf else "-" if math.isnan(number) else f"{number:.1f}"

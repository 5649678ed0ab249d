# SPDX-License-Identifier: BSD-3-Clause
"""What does a comparison look like as JSON?  The schema ``numformats.compare/1``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numformats as nf

if TYPE_CHECKING:
    from numformats.analysis.comparison import Comparison, Result

SCHEMA = "numformats.compare/1"


def to_document(comparison: Comparison) -> dict[str, Any]:
    """A comparison as a dict for json.dump (docs/how-to/compare.md explains every field).

    JSON has no infinity: an error without bound is null, and so are the digits of an exact
    result; the counts tell which it is.
    """
    return {
        "schema": SCHEMA,
        "numformats": nf.__version__,
        "function": comparison.function,
        "inputs": comparison.inputs,
        "outputs": [
            {"name": name, "shape": list(shape)} for name, shape in comparison.outputs.items()
        ],
        "reference": {
            "name": comparison.reference,
            "digits": comparison.reference_digits,
            "seconds": comparison.reference_seconds,
            "report": _figures(comparison.reference_report),
        },
        "results": [_result(result) for result in comparison.results],
        "worst": [_worst(result) for result in comparison.results],
        "left": None if comparison.departure is None else vars(comparison.departure),
        "unsearched": comparison.unsearched,
    }


def _result(result: Result) -> dict[str, Any]:
    m = result.metrics
    return {
        "format": result.candidate.name,
        "canonical": result.candidate.canonical,
        "family": result.candidate.family,
        "bits": result.candidate.bits,
        "seconds": result.seconds,
        "relative_error": {"max": finite(m.max_relative), "median": finite(m.median_relative)},
        "ulps": {"max": finite(m.max_ulps), "median": finite(m.median_ulps)},
        "digits": {"median": finite(m.median_digits), "worst": finite(m.worst_digits)},
        "normwise_error": finite(m.normwise),
        "counts": {
            "outputs": m.outputs,
            "nan": m.nan,
            "inf": m.inf,
            "saturated": m.saturated,
            "nonzero_for_zero": m.nonzero_for_zero,
            "undefined": m.undefined,
            "inputs_outside_range": result.saturated_inputs,
        },
        "flags": {kind: result.flags.get(kind, 0) for kind in ("invalid", "divide", "overflow")},
        "report": _figures(result.report),
    }


def _worst(result: Result) -> dict[str, Any] | None:
    worst = result.worst
    if worst is None:
        return None
    return {
        "format": result.candidate.name,
        "output": worst.output,
        "index": list(worst.index),
        "result": finite(worst.value),
        "truth": finite(worst.truth),
        "relative_error": finite(worst.relative),
        "ulps": finite(worst.ulps),
    }


def finite(value: float) -> float | None:
    """The value, or None when it is not finite."""
    return value if math.isfinite(value) else None


def _figures(report: dict[str, float]) -> dict[str, float | None]:
    return {name: finite(value) for name, value in report.items()}

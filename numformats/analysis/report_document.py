# SPDX-License-Identifier: BSD-3-Clause
"""What does a report of a shadow run look like as JSON?  The schema ``numformats.analyze/1``."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.analysis.ruler import BINS, bin_label

if TYPE_CHECKING:
    from numformats.analysis.report import Report
    from numformats.analysis.shadow_lines import Place

__all__ = ["SCHEMA", "to_document"]

SCHEMA = "numformats.analyze/1"


def to_document(report: Report) -> dict[str, Any]:
    """A report as a dict for json.dump (docs/reference/analyze.md explains every field).

    JSON has no infinity and no NaN: both are null, and the counts tell which it is.
    """
    worst = report.worst
    return {
        "schema": SCHEMA,
        "numformats": nf.__version__,
        "function": report.function,
        "format": report.format,
        "reference": report.reference,
        "seconds": report.seconds,
        "blame": {
            name: _plain(getattr(report.blame, name)) for name in ("net", "gross", "measured")
        },
        "worst": None if worst is None else {"file": worst.file, "line": worst.line},
        "first_nan": _place(report.first_nan),
        "first_saturation": _place(report.first_saturation),
        "notes": report.notes,
        "bins": [bin_label(i) for i in range(BINS)],
        "lines": [_plain(dataclasses.asdict(line)) for line in report.lines],
    }


def _place(at: tuple[Place, str] | None) -> dict[str, Any] | None:
    return None if at is None else {"file": at[0].file, "line": at[0].line, "operation": at[1]}


def _plain(value: Any) -> Any:
    """The value with None for what JSON has no number for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value

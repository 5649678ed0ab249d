# SPDX-License-Identifier: BSD-3-Clause
"""What is known after a comparison?  The figures of each format, and its worst element."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numformats._html import table
from numformats.analysis.figures import HEADINGS, cells, rows_of_text, short, title

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from numformats.analysis.candidate import Candidate
    from numformats.analysis.departure import Departure
    from numformats.analysis.element_errors import ElementErrors
    from numformats.analysis.metrics import Metrics

    Report = dict[str, float]
    Outputs = dict[str, NDArray[Any]]

__all__ = ["Comparison", "Result", "Worst"]


@dataclass(frozen=True)
class Worst:
    """The result of the largest error: where it stands, what it is and what it should be."""

    output: str
    index: tuple[int, ...]
    value: float
    truth: float
    relative: float
    ulps: float

    @property
    def place(self) -> str:
        """As "output 0[2, 3]"."""
        inner = ", ".join(map(str, self.index))
        return f"{self.output}[{inner}]" if self.index else self.output

    def __str__(self) -> str:
        """In one line."""
        return (
            f"{self.place}: {self.value:.5g} for {self.truth:.5g}, "
            f"relative error {short(self.relative)}"
        )


@dataclass(frozen=True)
class Result:
    """What one format did: errors, events and time."""

    candidate: Candidate
    metrics: Metrics
    seconds: float
    saturated_inputs: int
    flags: dict[str, int]
    report: Report
    errors: ElementErrors = field(repr=False, compare=False)
    worst: Worst | None


@dataclass(frozen=True, repr=False)
class Comparison:
    """The results of all formats beside the reference run.

    ``abscissa`` is what errors of single elements are drawn against: a name, and the value of each
    element in the order of ``Result.errors``.
    """

    function: str
    inputs: list[dict[str, Any]]
    outputs: dict[str, tuple[int, ...]]
    reference: str
    reference_digits: int | None
    reference_seconds: float
    reference_report: Report
    results: list[Result]
    departure: Departure | None
    unsearched: str  # what stopped the search for a departure
    abscissa: tuple[str, NDArray[np.float64]] = field(compare=False)

    def __repr__(self) -> str:
        """The table of errors as text, the worst element of each format, and what left it."""
        rows = [cells(result) for result in self.results]
        lines = [title(self), *rows_of_text(HEADINGS, rows)]
        lines += [f"worst of {r.candidate.name}: {r.worst}" for r in self.results if r.worst]
        if self.departure is not None:
            lines.append(f"left {self.departure.format} first at {self.departure}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The table of errors, for notebooks."""
        rows = [cells(result) for result in self.results]
        return table(title(self), HEADINGS, rows)

    def to_dataframe(self) -> Any:
        """A pandas DataFrame, one row for each format; ImportError names the extra.

        Columns: format, bits, family, the figures of Metrics, seconds, saturated_inputs, the worst
        element, and the figures of the workload's own report.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise ImportError(f"{error}; pip install 'numformats[pandas]'") from None
        return pd.DataFrame([_record(result) for result in self.results])


def _record(result: Result) -> dict[str, Any]:
    worst = result.worst
    return {
        "format": result.candidate.name,
        "bits": result.candidate.bits,
        "family": result.candidate.family,
        **vars(result.metrics),
        "seconds": result.seconds,
        "saturated_inputs": result.saturated_inputs,
        "worst": worst.place if worst else None,
        "worst_value": worst.value if worst else None,
        "worst_truth": worst.truth if worst else None,
        **result.report,
    }

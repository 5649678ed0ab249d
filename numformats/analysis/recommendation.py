# SPDX-License-Identifier: BSD-3-Clause
"""What does a recommendation say, and how does it look?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from numformats._html import table
from numformats.analysis.figures import short

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.analysis.reference_errors import WorstElement
    from numformats.analysis.storage import StoragePlan

__all__ = ["Choice", "Recommendation"]

_HEADINGS = ("format", "bits", "cost", "error", "why")


@dataclass(frozen=True)
class Choice:
    """One candidate and the evidence for it or against it.

    `format` is the scalar class (NumPy's own for float16, float32, float64), `error` its largest
    error (math.inf where it failed), `cost` the cells of `HardwareCost`.  `worst` is where that
    error is and both values there; `outside` counts input numbers beyond the format's range.
    `reason` is empty if the format holds the tolerance; else it says why not.  `storage`: of the
    first choice, if asked for.
    """

    format: type
    name: str
    bits: int
    cost: int
    error: float
    worst: WorstElement | None
    outside: int
    reason: str
    storage: StoragePlan | None = field(default=None)

    def __repr__(self) -> str:
        """One line."""
        said = self.reason or f"error {short(self.error)}"
        return f"<{self.name}: {self.bits} bits, cost {self.cost}, {said}>"

    def row(self) -> list[str]:
        """The cells of a table."""
        return [self.name, str(self.bits), str(self.cost), short(self.error), self.reason]


class Recommendation(list[Choice]):
    """The formats that hold the tolerance, cheapest first; `rejected` has the others with reasons.

    A list of `Choice`.  `function`, `tolerance`, `kind` and `reference` say what was asked.
    """

    def __init__(
        self, choices: Iterable[Choice], function: str, tolerance: float, kind: str, reference: str
    ) -> None:
        """Share out the choices and sort them: by bits, then by the cost proxy."""
        ordered = sorted(choices, key=lambda c: (c.bits, c.cost))
        super().__init__(c for c in ordered if not c.reason)
        self.rejected = [c for c in ordered if c.reason]
        self.function, self.tolerance = function, tolerance
        self.kind, self.reference = kind, reference

    def title(self) -> str:
        """What was asked."""
        return (
            f"{self.function}: largest {self.kind} relative error at most "
            f"{short(self.tolerance)} (against {self.reference})"
        )

    def __repr__(self) -> str:
        """A table of the choices, then the plan of storage, then the rejected ones with reasons."""
        rows = [_HEADINGS[:4], *(c.row()[:4] for c in self)]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = [
            "  ".join(c.rjust(w) if i else c.ljust(w) for i, (c, w) in enumerate(cells))
            for cells in (list(zip(row, widths, strict=True)) for row in rows)
        ]
        said = lines if self else ["no candidate holds it"]
        plans = [repr(c.storage) for c in self if c.storage is not None]
        rest = [f"rejected: {c.name}: {c.reason}" for c in self.rejected]
        return "\n".join([self.title(), *said, *plans, *rest])

    def _repr_html_(self) -> str:
        """The table, for notebooks."""
        return table(self.title(), _HEADINGS, [c.row() for c in (*self, *self.rejected)])

# SPDX-License-Identifier: BSD-3-Clause
"""What is known of a line of the user's program after a shadow run?"""

from __future__ import annotations

import linecache
import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.ruler import histogram_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.analysis.shadow_lines import Lines, Place, Tally

__all__ = ["Figures", "Line", "Operation", "lines_of"]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The errors of all results of a line, or of one kind of operation in it."""

    introduced: float
    """Largest relative error introduced: this operation's own rounding."""
    inherited: float
    """Largest relative error inherited: what the operands brought, magnified or damped."""
    max_ulps: float
    """Largest whole error, in spacings of the format at the true result."""
    mean_ulps: float
    """Mean of the same; NaN where no result has a relative error."""
    blame: float
    """Share in the error of the result, signed; NaN without blame."""
    gross: float
    """Sum of the sizes of what `blame` adds up."""
    through: float
    """How much of the result's error came in through catastrophic cancellations here."""
    cancellations: int
    """Results that cancelled catastrophically."""
    cancelled_bits: float
    """Most leading bits lost by one of them."""
    diverged: int
    """Decisions (comparisons, argmax, sorting) that truth takes otherwise."""
    decisions: int
    """Decisions taken."""
    saturations: int
    """Results held at the ends of the format, or overflowed to an infinity."""
    underflows: int
    """Results smaller than the smallest number of the format, exact zeros aside."""
    nans: int
    """Results that are NaN or NaR although no operand was."""
    nonzero_for_zero: int
    """Results, exact or not, that are not 0 where truth is, and the other way round."""
    calls: int
    elements: int
    measured: int
    """Elements that were looked at; fewer than `elements` where arrays were sampled."""
    histogram: tuple[int, ...]
    """How many results have how many ulps (`numformats.analysis.ruler.bin_label`)."""

    @property
    def weight(self) -> float:
        """The size of its share in the error; 0 without blame."""
        return 0.0 if math.isnan(self.blame) else abs(self.blame)


@dataclass(frozen=True, kw_only=True)
class Operation(Figures):
    """One kind of operation in a line."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Line(Figures):
    """A line of the user's program."""

    file: str
    line: int
    code: str
    operations: tuple[Operation, ...]

    def __repr__(self) -> str:
        return (
            f"<line {self.line} {self.code!r}: introduced {self.introduced:.2g}, inherited "
            f"{self.inherited:.2g}, {self.max_ulps:.3g} ulps, blame {self.blame:.2g}>"
        )


def lines_of(lines: Lines, *, blamed: bool) -> list[Line]:
    """The lines of a run, in the order of files and numbers."""
    by_place: dict[Place, dict[str, Tally]] = {}
    for (place, name), tally in lines.tallies.items():
        by_place.setdefault(place, {})[name] = tally
    return [
        Line(
            file=place.file,
            line=place.line,
            code=linecache.getline(place.file, place.line).strip() or "?",
            operations=tuple(
                Operation(name=name, **_figures([tally], blamed=blamed))
                for name, tally in sorted(by_place[place].items())
            ),
            **_figures(by_place[place].values(), blamed=blamed),
        )
        for place in sorted(by_place)
    ]


def _figures(tallies: Iterable[Tally], *, blamed: bool) -> dict[str, Any]:
    tallies = list(tallies)
    errors = [t.errors for t in tallies]
    known = sum(e.elements for e in errors)
    blame, gross, through = (
        sum(getattr(t, name) for t in tallies) if blamed else math.nan
        for name in ("blame", "gross", "through")
    )
    found = {
        "introduced": max(e.introduced for e in errors),
        "inherited": max(e.inherited for e in errors),
        "max_ulps": max(e.ulps for e in errors),
        "mean_ulps": sum(e.sum_of_ulps for e in errors) / known if known else math.nan,
        "blame": blame,
        "gross": gross,
        "through": through,
        "cancelled_bits": max(t.cancelled_bits for t in tallies),
        "saturations": sum(e.saturated for e in errors),
        "underflows": sum(e.underflowed for e in errors),
        "nonzero_for_zero": sum(e.nonzero_for_zero for e in errors),
        "histogram": tuple(np.sum([histogram_of(e) for e in errors], axis=0).tolist()),
    }
    counts = {f.name for f in fields(Figures)} - found.keys()
    return found | {name: sum(getattr(t, name) for t in tallies) for name in counts}

# SPDX-License-Identifier: BSD-3-Clause
"""What was found in a device's answers, as an object, a table of text, JSON and a page?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.durable_file import write_durably
from numformats.hardware.check.page import page

if TYPE_CHECKING:
    import os

    from numformats.hardware.check.exponents import Grid
    from numformats.hardware.check.mismatch import Mismatch
    from numformats.hardware.operations import Operation

__all__ = ["Diagnosis", "Report"]

SCHEMA = "numformats.check/1"


@dataclass(frozen=True)
class Diagnosis:
    """One fault that explains some of the wrong answers."""

    kind: str
    """One of KINDS."""
    sentence: str
    count: int
    """How many wrong answers it explains; see Report.taken_apart."""
    examples: list[Mismatch] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As a dict for JSON."""
        return {
            "kind": self.kind,
            "count": self.count,
            "sentence": self.sentence,
            "examples": [example.document() for example in self.examples],
        }


@dataclass(frozen=True)
class Report:
    """What `check` found.

    `mismatches` of `checked` rows are wrong.  `taken_apart` of these were examined by the oracle;
    if that is not all of them, the counts of diagnoses are exact for each group of symptoms (NaN
    missing, zero got, sign, one step off, ...) and shared out within a group as in its sample.
    """

    operation: Operation
    checked: int
    mismatches: int
    diagnoses: list[Diagnosis]
    taken_apart: int
    grid: Grid

    @property
    def passed(self) -> bool:
        """Is every answer right, and was there at least one?"""
        return self.checked > 0 and self.mismatches == 0

    @property
    def title(self) -> str:
        """The operation and its formats."""
        formats = dict.fromkeys(map(str, (*self.operation.operands, self.operation.result)))
        return f"{self.operation.name} in {' -> '.join(formats)}"

    @property
    def summary(self) -> str:
        """How many answers are right, in one sentence."""
        if not self.checked:
            return f"{self.title}: nothing was checked"
        if self.passed:
            return f"{self.title}: all {self.checked:,} answers are right"
        share = 100 * self.mismatches / self.checked
        counts = f"{self.mismatches:,} of {self.checked:,} answers are wrong"
        return f"{self.title}: {counts} ({share:.3g} %)"

    @property
    def notes(self) -> list[str]:
        """What must be known to read the counts."""
        notes = []
        if self.taken_apart < self.mismatches:
            notes.append(
                f"{self.taken_apart:,} wrong answers were taken apart; counts are in proportion"
            )
        if any(d.kind == "reference" for d in self.diagnoses):
            notes.append("THE REFERENCE IS WRONG in some rows: please report it to numformats")
        return notes

    def table(self) -> str:
        """The diagnoses, most frequent first, each with its first example, as lines of text."""
        lines = [self.summary, *self.notes]
        for d in self.diagnoses:
            lines += ["", f"{d.kind:10} {d.count:>12,}  {d.sentence}"]
            if d.examples:
                lines += [f"    {line}" for line in str(d.examples[0]).splitlines()]
        return "\n".join(lines)

    def document(self) -> dict[str, Any]:
        """As a dict for JSON."""
        return {
            "schema": SCHEMA,
            "numformats": nf.__version__,
            "operation": self.operation.name,
            "operands": [str(f) for f in self.operation.operands],
            "result": str(self.operation.result),
            "passed": self.passed,
            "checked": self.checked,
            "mismatches": self.mismatches,
            "taken_apart": self.taken_apart,
            "diagnoses": [d.document() for d in self.diagnoses],
        }

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The report as JSON; with a path, it is written there as well, whole or not at all."""
        text = json.dumps(self.document(), indent=2) + "\n"
        if path is not None:
            write_durably(path, text.encode())
        return text

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The report as one page that needs no other file; with a path, it is written there too."""
        text = page(self)
        if path is not None:
            write_durably(path, text.encode())
        return text

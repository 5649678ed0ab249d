# SPDX-License-Identifier: BSD-3-Clause
"""What is a fault?  A model: what a device that has it answers, told from the exact operands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from numformats.hardware.arithmetic import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numformats.hardware.check.evidence import Evidence
    from numformats.hardware.operations import Operation
    from numformats.oracle.values import Exact, Value

__all__ = ["SUMS", "Fault", "exact_result", "knows_values"]


@dataclass(frozen=True)
class Fault:
    """A way to be wrong, of a kind, said in one sentence.

    `answer` gives the code of a device with this fault and no other, or None where it is right.
    """

    kind: str
    sentence: str
    answer: Callable[[Evidence], int | None]


SUMS = ("add", "sub", "fma")
"""Operations whose last step is a sum of two terms."""


def knows_values(operation: Operation) -> bool:
    """Can models change the operands' values, rather than only their codes?"""
    row = ROWS.get(operation.name)
    return operation.name == "convert" if row is None else len(operation.operands) == row.operands


def exact_result(operation: Operation, values: Sequence[Value]) -> Exact:
    """The exact result for other values than codes have; the operation is one of knows_values."""
    return values[0] if operation.name == "convert" else ROWS[operation.name].exact(*values)

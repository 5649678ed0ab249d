# SPDX-License-Identifier: BSD-3-Clause
"""What is a fault?  A model: what a device that has it answers, told from the exact operands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from numformats.oracle import exact
from numformats.oracle.values import negate

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


def _plain_sum(x: Value, y: Value) -> Exact:
    return exact.add(x, y, lambda a, b: (a, b))[0]


_EXACT: dict[str, Callable[..., Exact]] = {
    "add": _plain_sum,
    "sub": lambda x, y: _plain_sum(x, negate(y)),
    "mul": lambda x, y: exact.mul(x, y)[0],
    "div": lambda x, y: exact.div(x, y)[0],
    "sqrt": lambda x: exact.sqrt(x)[0],
    "fma": lambda x, y, z: _plain_sum(exact.mul(x, y)[0], z),
    "rint": lambda x: exact.to_integer(x, round),
    "convert": lambda x: x,
}


def knows_values(operation: Operation) -> bool:
    """Can models change the operands' values, rather than only their codes?"""
    return operation.name in _EXACT and len(operation.operands) <= 3


def exact_result(operation: Operation, values: Sequence[Value]) -> Exact:
    """The exact result for other values than codes have; the operation is one of knows_values."""
    return _EXACT[operation.name](*values)

# SPDX-License-Identifier: BSD-3-Clause
"""What must the results be?  Those of the compiled arithmetic, some of them asked of the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.hardware.cases import Cases
from numformats.hardware.flags import flags

if TYPE_CHECKING:
    from numformats.hardware.operations import Operation
    from numformats.hardware.vectors.draws import Draws

__all__ = ["ReferenceFaultError", "confirm", "filled"]


class ReferenceFaultError(RuntimeError):
    """The compiled arithmetic and the oracle differ: numformats is wrong, not the device."""


def confirm(operation: Operation, cases: Cases, rows: np.ndarray[Any, Any]) -> None:
    """Ask the oracle for some rows; ReferenceFaultError names the first that differs."""
    assert cases.results is not None
    for row in rows.tolist():
        codes = [int(c[row]) for c in cases.operands]
        found, (right, _) = int(cases.results[row]), operation.by_oracle(*codes)
        if found != right:
            operands = ", ".join(f"{c:#x}" for c in codes)
            raise ReferenceFaultError(
                f"{operation.name} of {operands} ({', '.join(map(str, operation.operands))}): the "
                f"compiled arithmetic gives {found:#x}, the oracle {right:#x}; one of them is "
                "wrong, so please report it"
            )


def filled(
    operation: Operation,
    columns: tuple[np.ndarray[Any, Any], ...],
    draws: Draws,
    *,
    confirmed: int,
    tininess: str = "after",
) -> Cases:
    """The cases with results and flags; `confirmed` of the rows are asked of the oracle too."""
    results = operation.reference(*columns)
    cases = Cases(columns, results, flags(operation, columns, results, tininess=tininess))
    if len(cases):
        chosen = draws.words(confirmed) % np.uint64(len(cases))
        confirm(operation, cases, np.unique(chosen))
    return cases

# SPDX-License-Identifier: BSD-3-Clause
"""What is in the registers of a design of the accelerator after each edge?  Icarus tells."""

from __future__ import annotations

import rtl_simulation
from rtl_simulation import needs_icarus, simulate

__all__ = ["CUT_NUMBERS", "DESIGNS", "OVERFLOW_NUMBERS", "compare", "needs_icarus", "trace"]

DESIGNS = rtl_simulation.DESIGNS / "accelerator"
CUT_NUMBERS = {"result": 0, "operand": 1, "align": 2, "product": 3, "rounded": 4}
OVERFLOW_NUMBERS = {"wrap": 0, "saturate": 1, "trap": 2}


def trace(folder, top, inputs, watched, rows, *, parameters=None, defines=()):
    """A dictionary of what is watched for each edge; None for a register with unknown bits.

    `inputs` gives the width of each input port, in the order of the rows; the clock is not among
    them.  `watched` are names below the design.
    """
    values = {name: int(value) for name, value in (parameters or {}).items()}
    found = simulate(
        folder, top, inputs, {}, rows,
        parameters=values, clocked=True, designs=DESIGNS, watched=watched, defines=defines,
    )  # fmt: skip
    return [dict(zip(watched, row, strict=True)) for row in found]


def compare(edges, expected):
    """The first edge at which a register differs, and how: "" if none does.

    `expected` has for each edge the registers that mean something.
    """
    for edge, (found, wanted) in enumerate(zip(edges, expected, strict=True), 1):
        wrong = {n: (found[n], v) for n, v in wanted.items() if found[n] != v}
        if wrong:
            return f"edge {edge}: {wrong}"
    return ""

# SPDX-License-Identifier: BSD-3-Clause
"""What does a table of operations look like, and what does each kind read and write?

The columns are those of nf_plan_op (cbits/include/nf_plan.h), whose comments say what kinds do.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from numformats._native import ffi, lib
from numformats.factories import Fixed

__all__ = [
    "FLAGS", "GIVES_TRUTH", "KINDS", "NO_PLACE", "OP", "OPERANDS", "OPERATIONS", "READS", "TRUTH",
    "WRITES_AT",
]  # fmt: skip

# In the order of nf_plan_kind.
KINDS: Final = (
    "LOAD", "KNOB", "COPY", "ELEMENT", "SELECT", "PRODUCT", "SUM_ROWS", "PERTURB", "UNIT", "LOSS",
    "DIRECTION", "COMBINE", "GRAM", "SOLVE", "CALL", "LOOP", "RETURN", "FOREIGN",
)  # fmt: skip
OPERANDS: Final = ("a", "b", "addend", "out")
# What a kind reads, of the operands that it has; all but CALL, LOOP and RETURN write out.
READS: Final = {kind: OPERANDS[:3] for kind in KINDS if kind not in {"CALL", "LOOP", "RETURN"}}
# DIRECTION with this flag writes from row `counter` on, as many rows as b has tangents.
WRITES_AT: Final = 1
FLAGS: Final = {"SUBTRACT": 1, "NATIVE": 2, "BY_SAMPLE": 1, "AT_COUNTER": WRITES_AT}

_PLACE = np.dtype([
    ("at", np.int64),
    *((name, np.int32) for name in ("rows", "columns", "row", "column")),
])  # fmt: skip
OP: Final = np.dtype([
    ("kind", np.uint8), ("formats", np.uint8, 4), ("unused", np.uint8, 3), ("flag", np.int32),
    ("stream", np.int32), ("first", np.int32), ("last", np.int32),
    ("a", _PLACE), ("b", _PLACE), ("addend", _PLACE), ("out", _PLACE),
])  # fmt: skip
NO_PLACE: Final = (-1, 0, 0, 0, 0)

# The core's elementwise operations by name, with their numbers.
OPERATIONS: Final[dict[str, int]] = {
    ffi.string(lib.nf_op_name(i)).decode(): i for i in range(lib.NF_OP_COUNT)
}

# Those that give a truth: one byte an element, TRUTH in the table.
GIVES_TRUTH: Final = {
    name
    for name, i in OPERATIONS.items()
    if lib.nf_op_kind(i) in {lib.NF_KIND_T_B, lib.NF_KIND_TT_B}
}
TRUTH: Final = np.dtype(Fixed(8, 0, signed=False))

if ffi.sizeof("nf_plan_op") != OP.itemsize or len(KINDS) != lib.NF_PLAN_KINDS:
    msg = "the table of this module is not that of the core"
    raise ImportError(msg)

# SPDX-License-Identifier: BSD-3-Clause
"""What does a table of operations look like, and what does each kind read and write?

The columns are those of nf_plan_op (cbits/include/nf_plan.h), whose comments say what kinds do.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from numformats._native import ffi, lib
from numformats.factories import Fixed

__all__ = [
    "FLAGS", "GIVES_TRUTH", "KINDS", "NO_PLACE", "OP", "OPERANDS", "OPERATIONS", "OUT_OF_PLACE",
    "READS", "TRUTH", "WINDOWS", "WRITES_AT", "windows",
]  # fmt: skip

# In the order of nf_plan_kind.
KINDS: Final = (
    "LOAD", "KNOB", "COPY", "ELEMENT", "SELECT", "PRODUCT", "SUM_ROWS", "PERTURB", "UNIT", "LOSS",
    "DIRECTION", "COMBINE", "GRAM", "SOLVE", "CONVOLVE", "CONVOLVE_BACK", "CONVOLVE_WEIGHT",
    "MAXIMUM", "MAXIMUM_BACK", "WINDOW_SUM", "WINDOW_SUM_BACK", "ATTEND", "ATTEND_BACK",
    "CALL", "LOOP", "RETURN", "FOREIGN",
)  # fmt: skip
OPERANDS: Final = ("a", "b", "addend", "out")
# What a kind reads, of the operands that it has; all but CALL, LOOP and RETURN write out.
READS: Final = {kind: OPERANDS[:3] for kind in KINDS if kind not in {"CALL", "LOOP", "RETURN"}}
# Of these only the addend may be where the result is.
OUT_OF_PLACE: Final = {
    "PRODUCT", "CONVOLVE", "CONVOLVE_BACK", "CONVOLVE_WEIGHT", "MAXIMUM", "MAXIMUM_BACK",
    "WINDOW_SUM", "WINDOW_SUM_BACK", "ATTEND", "ATTEND_BACK",
}  # fmt: skip
# DIRECTION with this flag writes from row `counter` on, as many rows as b has tangents.
WRITES_AT: Final = 1
FLAGS: Final = {"SUBTRACT": 1, "NATIVE": 2, "BY_SAMPLE": 1, "AT_COUNTER": WRITES_AT, "CAUSAL": 1}

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
# The windows of images, as nf_plan_windows has them.
WINDOWS: Final = np.dtype([
    *((name, np.int32) for name in ("height", "width", "channels")),
    *((name, np.int32, 2) for name in ("size", "stride", "padding", "count")),
])  # fmt: skip


def windows(
    image: tuple[int, int, int],
    size: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int] = (0, 0),
) -> tuple[Any, ...]:
    """A record of WINDOWS: its last field is how many windows there are along rows and columns.

    ValueError: an image (height, width, channels) is smaller than a window.

    >>> windows((28, 28, 1), (5, 5), (1, 1), (2, 2))[-1]
    (28, 28)
    """
    count = tuple(
        (n + 2 * around - k) // step + 1
        for n, k, step, around in zip(image[:2], size, stride, padding, strict=True)
    )
    if min(count) < 1:
        height, width = (n + 2 * around for n, around in zip(image[:2], padding, strict=True))
        msg = f"images are {height} x {width}, windows {size[0]} x {size[1]}"
        raise ValueError(msg)
    return (*image, size, stride, padding, count)


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

if (ffi.sizeof("nf_plan_op"), ffi.sizeof("nf_plan_windows")) != (
    OP.itemsize,
    WINDOWS.itemsize,
) or len(KINDS) != lib.NF_PLAN_KINDS:
    msg = "the table of this module is not that of the core"
    raise ImportError(msg)

# SPDX-License-Identifier: BSD-3-Clause
"""Which kind is each function of NumPy and of this package?  Every one stands in one table."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.ranges import arange
from numformats.tracing import ufunc_methods as ufunc_methods  # noqa: PLC0414 - fills its table
from numformats.tracing.arithmetic import ARITHMETIC
from numformats.tracing.asking import FORMATS, PREDICATES, SHAPES, TYPES
from numformats.tracing.constructing import CONSTRUCT, CREATE, GATHER
from numformats.tracing.lowering import LOWERED
from numformats.tracing.not_traced import NOT_TRACED
from numformats.tracing.rearranging import FILL, REARRANGE
from numformats.tracing.selecting import SELECT, UNIQUE
from numformats.tracing.writing import WRITE

# Kind: what it means, and its functions.
KINDS: dict[str, tuple[str, Any]] = {
    "arithmetic": ("the interpreter's own; nothing else is", ARITHMETIC),
    "composite": ("made of the others, in NumPy text", {*LOWERED, np.linspace, arange}),
    "rearrangement": ("does to every part what it does to the first", {*REARRANGE, *FILL}),
    "selection": ("takes the places that the face gives", {*SELECT, *UNIQUE, np.partition}),
    "construction": ("makes traced arrays", {*CREATE, *CONSTRUCT, *GATHER, np.astype}),
    "assignment": ("writes into a traced array", set(WRITE)),
    "question": ("gets a plain answer from the face", {*PREDICATES, *TYPES, *SHAPES}),
    "format": ("asks the format; a reference has no answer", FORMATS),
    "not traced": ("raises TraceError with its reason", set(NOT_TRACED)),
}

# SPDX-License-Identifier: BSD-3-Clause
"""How does unmodified NumPy code run under another arithmetic?  One value, many interpreters.

Read in this order: messages, registry, methods, value, dispatch; the kinds of functions in
rearranging, selecting, constructing, writing, asking, not_traced; then calls, texts, lowering and
its parts, arithmetic, ufunc_methods; functions, which has all tables, and lens.
"""

from numformats.tracing import functions as functions
from numformats.tracing.lens import make, through
from numformats.tracing.lowering import LOWERED
from numformats.tracing.messages import TraceError, TraceWarning, user_line
from numformats.tracing.value import Interpreter, Traced, as_traced, find_run

__all__ = [
    "LOWERED",
    "Interpreter",
    "TraceError",
    "TraceWarning",
    "Traced",
    "as_traced",
    "find_run",
    "make",
    "through",
    "user_line",
]

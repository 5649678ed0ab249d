# SPDX-License-Identifier: BSD-3-Clause
"""How does unmodified NumPy code run under another arithmetic?  One value, many interpreters.

Read in this order: messages, registry, methods, value, dispatch; the kinds of functions in
rearranging, selecting, constructing, writing, asking, not_traced; then calls, texts, lowering and
its parts, arithmetic, ufunc_methods; functions, which has all tables, own, and lens.
"""

from numformats.tracing import functions as functions
from numformats.tracing.lens import make, through
from numformats.tracing.lowering import LOWERED
from numformats.tracing.messages import TraceError, TraceWarning, user_line
from numformats.tracing.own import is_traced, register
from numformats.tracing.value import Interpreter, Traced, as_traced, find_run, mapped

__all__ = [
    "LOWERED",
    "Interpreter",
    "TraceError",
    "TraceWarning",
    "Traced",
    "as_traced",
    "find_run",
    "is_traced",
    "make",
    "mapped",
    "register",
    "through",
    "user_line",
]

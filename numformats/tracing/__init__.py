# SPDX-License-Identifier: BSD-3-Clause
"""How does unmodified NumPy code run under another arithmetic?  One traced value, many interpreters."""

from numformats.tracing import functions  # noqa: F401 - fills the table of handlers
from numformats.tracing.lens import make, through
from numformats.tracing.lowering import LOWERED
from numformats.tracing.value import (
    Interpreter,
    Traced,
    TraceError,
    TraceWarning,
    as_traced,
    find_run,
    user_line,
)

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

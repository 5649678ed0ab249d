# SPDX-License-Identifier: BSD-3-Clause
"""Where in the user's program does the trace stand, and how does it say that it cannot go on?"""

from __future__ import annotations

import sys
from typing import NoReturn

# Frames of these packages carry the call on; the line that the user wrote is further out.
_CARRIERS = {"numpy", "numformats", "contextlib", "functools"}


class TraceError(TypeError):
    """NumPy code that cannot be traced; the message names the user's line and the remedy."""


class TraceAttributeError(TraceError, AttributeError):
    """An attribute that arrays have and traced values have not."""


class TraceWarning(UserWarning):
    """A place where the trace ends although the program goes on."""


def user_line() -> tuple[str, int]:
    """(file, line) of the innermost frame that is neither NumPy's nor ours; ("?", 0) if none is.

    Code of exec, of notebooks, lambdas and tests has a file such as ``<string>`` and counts.

    >>> user_line()[1]
    1
    """
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to the caller's line at this price
    while frame is not None:
        room = str(frame.f_globals.get("__name__") or "").partition(".")[0]
        name = frame.f_code.co_filename
        # Doctests of ours run under our modules' names.
        if room not in _CARRIERS or name.startswith("<doctest"):
            return name, frame.f_lineno
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "?", 0


def fail(text: str) -> NoReturn:
    """Raise a TraceError that begins with the user's file and line."""
    raise TraceError(located(text))


def located(text: str) -> str:
    """`text` after the user's file and line."""
    name, line = user_line()
    return f"{name.replace(chr(92), '/').rsplit('/', 1)[-1]}:{line}: {text}"

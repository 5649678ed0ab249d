# SPDX-License-Identifier: BSD-3-Clause
"""What can go wrong in an analysis, in one line for the user, and on which line of the script?"""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING

from numformats.tracing.value import TraceError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["CompareError", "at_line", "one_line"]

_NOT_THE_USERS = {"numpy", "numformats", "contextlib", "mpmath", "gmpy2"}


class CompareError(ValueError):
    """A comparison that cannot be made; the message is one line and says why.

    >>> str(CompareError("no such file: data.npy"))
    'no such file: data.npy'
    """


class NoBoundError(ValueError):
    """No error bound holds for this format, range or rounding; the message says why.

    >>> issubclass(NoBoundError, ValueError)
    True
    """


def one_line(error: BaseException) -> str:
    r"""The kind and text of an exception on one line.

    >>> one_line(ValueError("first\n   second"))
    'ValueError: first second'
    """
    text = " ".join(str(error).split())
    kind = type(error).__name__
    return f"{kind}: {text}" if text else kind


def at_line(error: BaseException) -> str:
    """The same with file and line of the user's code; a TraceError names them itself."""
    text = one_line(error)
    place = None if isinstance(error, TraceError) else _place(error.__traceback__)
    return f"{text} ({place})" if place else text


def _place(trace: TracebackType | None) -> str | None:
    """The innermost file and line that are neither ours nor NumPy's."""
    found = None
    for frame, line in traceback.walk_tb(trace):
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        file = frame.f_code.co_filename
        if package not in _NOT_THE_USERS and not file.startswith("<frozen"):
            found = f"{PurePath(file).name}:{line}"
    return found

# SPDX-License-Identifier: BSD-3-Clause
"""How many threads work on a large call?  Results do not depend on the number."""

from __future__ import annotations

import contextvars
import operator
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, SupportsIndex

from numformats import _dtypes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["get_num_threads", "run", "set_num_threads"]

_VARIABLE = "NUMFORMATS_NUM_THREADS"
_MOST = 1024


def _checked(n: int, what: str) -> int:
    if not 1 <= n <= _MOST:
        msg = f"{what} is {n}; allowed: 1..{_MOST}"
        raise ValueError(msg)
    return n


def _initial() -> int:
    text = os.environ.get(_VARIABLE, "")
    if not text:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    try:
        return _checked(int(text), _VARIABLE)
    except ValueError:
        msg = f"{_VARIABLE} is {text!r}; allowed: 1..{_MOST}"
        raise ValueError(msg) from None


_number = _initial()
if os.environ.get(_VARIABLE):
    _dtypes.set_threads(_number)


def set_num_threads(n: SupportsIndex) -> None:
    """Let large calls use n threads, without changing a bit; ValueError outside 1..1024.

    Products (`nf.matmul`) use as many as there are CPUs at first; elementwise operations and casts,
    of 65,536 elements and more, one, as NumPy does.  This sets both, and so does the environment
    variable NUMFORMATS_NUM_THREADS, read at import.  NumPy's BLAS has threads of its own
    (OPENBLAS_NUM_THREADS).

    >>> import numformats as nf
    >>> nf.set_num_threads(1)
    >>> nf.get_num_threads()
    1
    """
    global _number  # noqa: PLW0603 - one setting for the process, as NumPy's BLAS has it
    _number = _checked(operator.index(n), "the number of threads")
    _dtypes.set_threads(_number)


def get_num_threads() -> int:
    """Return how many threads large products use, and elementwise calls once the number was set.

    >>> import numformats as nf
    >>> nf.get_num_threads() >= 1
    True
    """
    return _number


def run(task: Callable[[Any], None], arguments: Sequence[Any]) -> None:
    """Call task(x) for each argument, each in a thread and in the caller's context."""
    if len(arguments) == 1:
        task(arguments[0])
        return
    with ThreadPoolExecutor(len(arguments)) as pool:
        jobs = [pool.submit(contextvars.copy_context().run, task, x) for x in arguments]
        for job in jobs:
            job.result()

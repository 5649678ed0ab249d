# SPDX-License-Identifier: BSD-3-Clause
"""How many threads work on a large product?  Results do not depend on the number."""

from __future__ import annotations

import contextvars
import operator
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, SupportsIndex

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


def set_num_threads(n: SupportsIndex) -> None:
    """Let large products of `nf.matmul` use n threads; ValueError outside 1..1024.

    At first it is the number of CPUs, or the environment variable NUMFORMATS_NUM_THREADS.  NumPy's
    BLAS has threads of its own (OPENBLAS_NUM_THREADS).

    >>> import numformats as nf
    >>> nf.set_num_threads(1)
    >>> nf.get_num_threads()
    1
    """
    global _number  # noqa: PLW0603 - one setting for the process, as NumPy's BLAS has it
    _number = _checked(operator.index(n), "the number of threads")


def get_num_threads() -> int:
    """Return how many threads large products use.

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

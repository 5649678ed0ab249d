# SPDX-License-Identifier: BSD-3-Clause
"""How many threads work on a large call?  Results do not depend on the number."""

from __future__ import annotations

import contextvars
import operator
import os
import threading
from collections import deque
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


def _look_for_signals_here() -> None:
    _dtypes.set_main_thread(threading.main_thread().ident)


_look_for_signals_here()
if hasattr(os, "register_at_fork"):  # the thread that forks is the child's main thread
    os.register_at_fork(after_in_child=_look_for_signals_here)

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
    """Call task(x) for each argument, in this thread and as many helpers as the system gives.

    Helpers work in copies of the caller's context.  When one call raises, those that run stop as
    soon as they look, the others do not begin, and the error is raised here.
    """
    left, stop, errors = deque(arguments), bytearray(1), list[BaseException]()

    def work() -> None:
        while not stop[0]:
            try:
                x = left.popleft()
            except IndexError:
                return
            task(x)

    def help_out() -> None:
        try:
            _dtypes.call_until(stop, work)
        except BaseException as error:  # noqa: BLE001 - raised again by the caller
            errors.append(error)
            stop[0] = 1

    helpers: list[threading.Thread] = []
    try:
        _start_helpers(helpers, len(arguments) - 1, help_out)
        work()
        for thread in helpers:
            thread.join()
    except BaseException:
        stop[0] = 1
        for thread in helpers:
            thread.join()
        raise
    if errors:
        raise errors[0]


def _start_helpers(
    helpers: list[threading.Thread], count: int, function: Callable[[], None]
) -> None:
    """Add up to `count` running threads; fewer where the system has no more."""
    for _ in range(count):
        thread = threading.Thread(target=contextvars.copy_context().run, args=(function,))
        try:
            thread.start()
        except RuntimeError:
            return
        helpers.append(thread)

# SPDX-License-Identifier: BSD-3-Clause
"""Which operation of a program left the format first?  A run in the format that looks at dtypes."""

from __future__ import annotations

import linecache
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.runs import traced
from numformats.tracing.value import Interpreter, Traced, user_line

if TYPE_CHECKING:
    from numformats.analysis.candidate import Candidate
    from numformats.analysis.workload import Workload

__all__ = ["Departure", "find_departure"]


@dataclass(frozen=True)
class Departure:
    """The first operation whose result was no number of the format."""

    format: str
    file: str
    line: int
    code: str
    operation: str
    dtype: str

    def __str__(self) -> str:
        """As "work.py:7: np.multiply gives float64"."""
        return f"{PurePath(self.file).name}:{self.line}: {self.operation} gives {self.dtype}"


class _Watch(Interpreter):
    """The program itself, in its format: one part, computed by the calls that the user made."""

    count, ends_silently = 1, True

    def __init__(self, candidate: Candidate) -> None:
        super().__init__()
        self.candidate = candidate
        self.first: Departure | None = None

    def start(self, numbers: Any) -> Traced:
        """The numbers of an input in the format."""
        return self.of(numbers.astype(self.candidate.dtype))

    def lift(self, plain: Any) -> Traced:
        return self.of(np.array(plain))

    def cast(self, x: Traced, dtype: Any) -> Any:
        return self._look("astype", x.parts[0].astype(dtype))

    def number(self, f: Any, args: Any, kwargs: Any) -> Any:
        result = f(*_plain(args), **_plain(kwargs))
        if isinstance(result, tuple):
            return tuple(self._look(_name(f), r) for r in result)
        return self._look(_name(f), result)

    def _look(self, operation: str, result: Any) -> Any:
        dtype = np.asarray(result).dtype
        if dtype.kind in "biu":
            return result
        if self.first is None and dtype != self.candidate.dtype:
            file, line = user_line()
            code = linecache.getline(file, line).strip()
            self.first = Departure(self.candidate.name, file, line, code, operation, str(dtype))
        return self.of(result)


def _plain(item: Any) -> Any:
    if isinstance(item, Traced):
        return item.parts[0]
    if isinstance(item, list | tuple):
        return type(item)(_plain(i) for i in item)
    return {k: _plain(v) for k, v in item.items()} if isinstance(item, dict) else item


def _name(f: Any) -> str:
    module = "np" if getattr(np, f.__name__, None) is f else "nf"
    return f"{module}.{f.__name__}"


def find_departure(workload: Workload, candidate: Candidate) -> tuple[Departure | None, str]:
    """The first operation that left the format (None: none did), and what stopped the search.

    The run in the format itself succeeded or says what is wrong; a search that stops, because a
    trace cannot follow the program, says so only here.
    """
    watch = _Watch(candidate)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the trace: the user's own run warns
            function, arguments = traced(workload, watch, candidate.dtype, watch.start)
            function(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever the program raises
        return watch.first, "" if watch.first else f"{type(error).__name__}: {error}"
    return watch.first, ""

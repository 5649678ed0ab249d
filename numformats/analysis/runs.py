# SPDX-License-Identifier: BSD-3-Clause
"""How does a workload run in a format, and how in truth?  On fresh inputs, outputs by name."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.analysis.algebra import Reference
from numformats.analysis.plain_arrays import keep_plain, plain
from numformats.analysis.problems import CompareError, at_line
from numformats.tracing.lens import make, through
from numformats.tracing.value import Traced, user_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numformats.analysis.algebra import Algebra
    from numformats.analysis.workload import Workload
    from numformats.tracing.value import Interpreter

__all__ = ["Run", "in_format", "in_truth", "left_text", "traced"]

_FLAGS = {"divide by zero": "divide", "overflow": "overflow", "invalid value": "invalid"}

_OF_NUMPY = (np.ufunc, type(np.sum))  # written in C: they see no names

# A reference stands for binary64: a format of ours, so that what asks for its limits finds them.
# What is computed in it outside of the trace comes out otherwise in the format that rounds up.
STANDS_FOR = nf.binary64.dtype
ROUNDS_UP = nf.Float(11, 52, rounding="toward_positive").dtype


@dataclass(frozen=True)
class Run:
    """What a function returned, by name; how long it took; which flags array operations raised."""

    outputs: dict[str, Any]
    seconds: float
    flags: dict[str, int]


class _Watched(Reference):
    """A reference that remembers where long numbers of its dtype came in from outside."""

    def __init__(self, algebra: Algebra, dtype: np.dtype[Any]) -> None:
        super().__init__(algebra, dtype)
        self.places: list[str] = []

    def lift(self, plain: Any) -> Traced:
        array = np.asarray(plain)
        if array.dtype == self._dtype:
            with np.errstate(all="ignore"):
                numbers = array.astype(np.float64)
                short = numbers.astype(np.float32) == numbers
            if not (short | ~np.isfinite(numbers)).all():
                file, line = user_line()
                self.places.append(f"{file.rsplit('/', 1)[-1]}:{line}")
        return super().lift(plain)


def in_format(workload: Workload, name: str, dtype: np.dtype[Any]) -> Run:
    """The workload in a format, as its author would run it; outputs are arrays."""
    with np.errstate(all="ignore"):
        arguments = [_convert(item, lambda a: a.astype(dtype)) for item in workload.inputs]
    run = _call(workload, workload.function, arguments, name)
    return Run({k: np.asarray(v) for k, v in run.outputs.items()}, run.seconds, run.flags)


def in_truth(workload: Workload, algebra: Algebra) -> Run:
    """The workload in an algebra; outputs are traced values.

    CompareError where it cannot be traced, where an output is none of the algebra, and where part
    of it was computed in x.dtype, outside of the trace.
    """
    where = f"the {reference_name(algebra)}"
    reference = _Watched(algebra, STANDS_FOR)
    run = _in_trace(workload, reference, STANDS_FOR, where)
    for name, output in run.outputs.items():
        if not isinstance(output, Traced):
            dtype = np.asarray(output).dtype
            raise CompareError(left_text(workload.name, name, where, dtype))
    if reference.places:
        again = _in_trace(workload, _Watched(algebra, ROUNDS_UP), ROUNDS_UP, where)
        for name, output in run.outputs.items():
            other = again.outputs[name]
            if not all(_same(p, q) for p, q in zip(output.parts, other.parts, strict=True)):
                raise CompareError(_sneaked_text(workload.name, name, where, reference.places[0]))
    return run


def reference_name(algebra: Algebra) -> str:
    """As it stands in tables and messages: "50-digit reference"."""
    names = {"double": "double-double"}
    return f"{names.get(algebra.name, algebra.name.replace(' digits', '-digit'))} reference"


def traced(
    workload: Workload,
    run: Interpreter,
    dtype: np.dtype[Any],
    convert: Callable[[NDArray[Any]], Any],
) -> tuple[Callable[..., Any], list[Any]]:
    """The function as an interpreter sees it, whose arrays are of this dtype, and its arguments."""
    with np.errstate(all="ignore"):
        converted = [_convert(item, convert) for item in workload.inputs]
    arguments = [plain(a, dtype, convert) if type(a) is np.ndarray else a for a in converted]
    if isinstance(workload.function, _OF_NUMPY):
        return workload.function, arguments
    lens = make(run, {dtype})
    keep_plain(lens, dtype, convert)
    return through(workload.function, lens), arguments


def _in_trace(workload: Workload, run: Interpreter, dtype: np.dtype[Any], where: str) -> Run:
    return _call(workload, *traced(workload, run, dtype, run.lift), where)


def _call(
    workload: Workload, function: Callable[..., Any], arguments: list[Any], where: str
) -> Run:
    raised: Counter[str] = Counter()

    def hear(kind: str, _flag: int) -> None:
        raised[_FLAGS.get(kind, kind)] += 1

    with np.errstate(all="call", under="ignore", call=hear):
        start = time.perf_counter()
        try:
            returned = function(*arguments)
        except (Exception, SystemExit) as error:
            shapes = ", ".join(str(np.asarray(item).shape) for item in workload.inputs)
            raise CompareError(
                f"{workload.name} failed in {where} on inputs of shape {shapes}: {at_line(error)}"
            ) from error
        seconds = time.perf_counter() - start
    return Run(_name_outputs(returned, workload.name, where), seconds, dict(raised))


def _convert(item: object, convert: Callable[[NDArray[Any]], Any]) -> Any:
    """Floats into the format; integers and truth values (counts, indices, masks) as they are."""
    if isinstance(item, float) or (
        isinstance(item, np.ndarray | np.generic) and item.dtype.kind == "f"
    ):
        return convert(np.asarray(item))[()]
    return item.copy() if isinstance(item, np.ndarray) else item


def _name_outputs(returned: object, function: str, where: str) -> dict[str, Any]:
    if isinstance(returned, dict):
        named = {str(key): value for key, value in returned.items()}
    elif isinstance(returned, tuple | list):
        named = {f"output {i}": value for i, value in enumerate(returned)}
    else:
        named = {"output 0": returned}
    for name, value in named.items():
        if value is None or isinstance(value, str | bytes | dict | tuple | list):
            raise CompareError(
                f"{function} gives no array at {name} in {where}: {type(value).__name__}"
            )
    if sum(np.size(value) for value in named.values()) == 0:
        raise CompareError(f"{function} gives nothing to measure in {where}")
    return named


def left_text(function: str, output: str, where: str, dtype: np.dtype[Any], place: str = "") -> str:
    """An output that is not of the format, and what its author can do."""
    return (
        f"{function} leaves the format at {output} in {where}: its dtype is {dtype} ({place}"
        "make new arrays with dtype=x.dtype, and convert nothing)"
    )


def _sneaked_text(function: str, output: str, where: str, place: str) -> str:
    return (
        f"{function}: part of {output} in {where} was computed in float64, outside of the trace "
        f"(numbers of it came in at {place}: compute with arrays made by np.ones_like(x), "
        "np.full(n, c, dtype=x.dtype) or from x, not with numbers of x.dtype.type)"
    )


def _same(p: NDArray[Any], q: NDArray[Any]) -> bool:
    """Equal numbers, or both NaN."""
    return bool(np.all((p == q) | ((p != p) & (q != q))))  # noqa: PLR0124

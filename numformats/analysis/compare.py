# SPDX-License-Identifier: BSD-3-Clause
"""What does each format do to a computation?  The function runs once per format, once in truth."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._html import table
from numformats.analysis.candidate import Candidate, find_candidate
from numformats.analysis.figures import HEADINGS, cells, title
from numformats.analysis.metrics import Metrics, measure
from numformats.analysis.problems import CompareError, one_line
from numformats.analysis.reference import CONTEXT, to_float64, to_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from numformats.analysis.workload import Workload

    Report = dict[str, float]
    Outputs = dict[str, NDArray[Any]]

_FLAGS = {"divide by zero": "divide", "overflow": "overflow", "invalid value": "invalid"}


@dataclass(frozen=True)
class Result:
    """What one format did: errors, events and time."""

    candidate: Candidate
    metrics: Metrics
    seconds: float
    saturated_inputs: int
    flags: dict[str, int]
    report: Report = field(default_factory=dict)


@dataclass(frozen=True)
class Comparison:
    """The results of all formats beside the reference run."""

    function: str
    inputs: list[dict[str, Any]]
    outputs: dict[str, tuple[int, ...]]
    reference_seconds: float
    reference_report: Report
    results: list[Result]

    def _repr_html_(self) -> str:
        """The table of errors, for notebooks."""
        rows = [cells(result) for result in self.results]
        return table(title(self), HEADINGS, rows)


def compare(
    workload: Workload,
    formats: Iterable[str | Candidate],
    on_step: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Runs a workload in each format and once in 50-digit arithmetic, and measures the errors.

    `on_step` hears the name of what is about to run.  Raises CompareError when a format is
    unknown, when the function fails, or when an output has left the format.
    """
    candidates = [f if isinstance(f, Candidate) else find_candidate(f) for f in formats]
    if not candidates:
        raise CompareError("no format to compare")
    on_step("reference")
    exact, seconds, _ = _run(workload, "the 50-digit reference", to_reference)
    truth = {name: _check_reference(workload.name, name, out) for name, out in exact.items()}
    near_truth = {name: to_float64(output) for name, output in truth.items()}
    results = []
    for candidate in candidates:
        on_step(candidate.name)
        results.append(_try(workload, candidate, truth, near_truth))
    return Comparison(
        function=workload.name,
        inputs=[_describe(item) for item in workload.inputs],
        outputs={name: output.shape for name, output in truth.items()},
        reference_seconds=seconds,
        reference_report=_report(workload, near_truth, near_truth, "the 50-digit reference"),
        results=results,
    )


def _try(workload: Workload, candidate: Candidate, truth: Outputs, near_truth: Outputs) -> Result:
    where = candidate.name
    outputs, seconds, flags = _run(workload, where, lambda a: a.astype(candidate.dtype))
    if list(outputs) != list(truth):
        raise CompareError(
            f"{workload.name} gives {len(outputs)} outputs in {where}, {len(truth)} in truth"
        )
    for name, output in outputs.items():
        if output.dtype != candidate.dtype:
            raise CompareError(_left(workload.name, name, where, output.dtype))
        if output.shape != truth[name].shape:
            raise CompareError(
                f"{workload.name}: {name} has shape {output.shape} in {where}, "
                f"{truth[name].shape} in truth"
            )
    metrics = measure(_join(outputs.values()), _join(truth.values()), candidate)
    with np.errstate(all="ignore"):
        plain = {name: output.astype(np.float64) for name, output in outputs.items()}
    return Result(
        candidate=candidate,
        metrics=metrics,
        seconds=seconds,
        saturated_inputs=_count_outside(workload.inputs, candidate),
        flags=flags,
        report=_report(workload, plain, near_truth, where),
    )


def _run(
    workload: Workload, where: str, convert: Callable[[NDArray[Any]], NDArray[Any]]
) -> tuple[Outputs, float, dict[str, int]]:
    """The outputs of one run on freshly converted inputs, its time and its error flags."""
    raised: Counter[str] = Counter()

    def hear(kind: str, _flag: int) -> None:
        raised[_FLAGS.get(kind, kind)] += 1

    with np.errstate(all="ignore"):
        arguments = [_convert(item, convert) for item in workload.inputs]
    with np.errstate(all="call", under="ignore", call=hear):
        start = time.perf_counter()
        try:
            returned = workload.function(*arguments)
        except (Exception, SystemExit) as error:
            shapes = ", ".join(str(np.asarray(item).shape) for item in workload.inputs)
            raise CompareError(
                f"{workload.name} failed in {where} on inputs of shape {shapes}: {one_line(error)}"
            ) from error
        seconds = time.perf_counter() - start
    return _name_outputs(returned, workload.name, where), seconds, dict(raised)


def _convert(item: object, convert: Callable[[NDArray[Any]], NDArray[Any]]) -> object:
    """Floats into the format; integers and truth values (counts, indices, masks) as they are."""
    if isinstance(item, float):
        return convert(np.asarray(item))[()]
    if isinstance(item, np.ndarray | np.generic) and item.dtype.kind == "f":
        return convert(np.asarray(item))[()]
    return item.copy() if isinstance(item, np.ndarray) else item


def _name_outputs(returned: object, function: str, where: str) -> Outputs:
    if isinstance(returned, dict):
        named = {str(key): value for key, value in returned.items()}
    elif isinstance(returned, tuple | list):
        named = {f"output {i}": value for i, value in enumerate(returned)}
    else:
        named = {"output 0": returned}
    outputs = {}
    for name, value in named.items():
        if value is None or isinstance(value, str | bytes | dict | tuple | list):
            raise CompareError(
                f"{function} gives no array at {name} in {where}: {type(value).__name__}"
            )
        outputs[name] = np.asarray(value)
    if sum(output.size for output in outputs.values()) == 0:
        raise CompareError(f"{function} gives nothing to measure in {where}")
    return outputs


def _left(function: str, output: str, where: str, dtype: np.dtype[Any]) -> str:
    return (
        f"{function} leaves the format at {output} in {where}: its dtype is {dtype} "
        "(make new arrays with dtype=x.dtype, and convert nothing)"
    )


def _check_reference(function: str, name: str, output: NDArray[Any]) -> NDArray[np.object_]:
    """The output as reference numbers; CompareError when it was not computed with them."""
    if output.dtype != np.dtype(object):
        raise CompareError(_left(function, name, "the 50-digit reference", output.dtype))
    kinds = {type(item) for item in output.flat}
    if float in kinds and CONTEXT.mpf not in kinds:
        raise CompareError(
            f"{function} leaves 50-digit arithmetic at {name} in the reference run: "
            "its numbers have become Python floats (convert nothing)"
        )
    try:
        return to_reference(output)
    except TypeError as error:
        raise CompareError(
            f"{function}: {name} has no real numbers in the reference run: {one_line(error)}"
        ) from error


def _join(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([array.ravel() for array in arrays])


def _describe(item: object) -> dict[str, Any]:
    array = np.asarray(item)
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "converted": array.dtype.kind == "f",
    }


def _count_outside(inputs: Sequence[object], candidate: Candidate) -> int:
    """How many input values lie outside the finite range of the format."""
    low, high = candidate.lowest, candidate.largest
    count = 0
    for item in inputs:
        array = np.asarray(item)
        if array.dtype.kind == "f" and array.size:
            ends = Fraction(float(array.min())), Fraction(float(array.max()))
            if ends[0] < low or ends[1] > high:
                exact = [Fraction(float(value)) for value in array.ravel()]
                count += sum(value < low or value > high for value in exact)
    return count


def _report(
    workload: Workload, outputs: Outputs, reference: Outputs, where: str
) -> dict[str, float]:
    """The workload's own figures, from outputs rounded to float64."""
    if workload.report is None:
        return {}
    ours, truth = tuple(outputs.values()), tuple(reference.values())
    one = len(ours) == 1
    try:
        found = workload.report(ours[0] if one else ours, truth[0] if one else truth)
        return {str(key): float(value) for key, value in found.items()}
    except Exception as error:
        raise CompareError(
            f"the report of {workload.name} failed in {where}: {one_line(error)}"
        ) from error

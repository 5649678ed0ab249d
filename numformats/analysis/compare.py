# SPDX-License-Identifier: BSD-3-Clause
"""What does each format do to a computation?  The function runs once per format, once in truth."""

from __future__ import annotations

from collections import abc
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra import DoubleDouble, truth
from numformats.analysis.algebra_double import is_in_range
from numformats.analysis.candidate import Candidate, find_candidate
from numformats.analysis.comparison import Comparison, Result, Worst
from numformats.analysis.departure import find_departure
from numformats.analysis.element_errors import element_errors
from numformats.analysis.metrics import summarise
from numformats.analysis.problems import CompareError, one_line
from numformats.analysis.reference_numbers import REFERENCE_DIGITS, from_parts
from numformats.analysis.runs import in_format, in_truth, left_text, reference_name
from numformats.analysis.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from numformats.analysis.algebra import Algebra, Truth
    from numformats.analysis.comparison import Outputs
    from numformats.analysis.departure import Departure
    from numformats.analysis.element_errors import ElementErrors

__all__ = ["compare"]


def compare(
    workload: Workload | Callable[..., object],
    formats: Iterable[Any] | Any,
    on_step: Callable[[str], None] = lambda _: None,
    *,
    inputs: Sequence[Any] | None = None,
    reference: Truth = REFERENCE_DIGITS,
) -> Comparison:
    """Runs a workload in each format and once in true arithmetic, and measures the errors.

    workload: a Workload, or a function of NumPy code with its `inputs` (arrays, lists, scalars).
    formats: names, dtypes, scalar classes or Candidates, one or several.  `on_step` hears the name
    of what is about to run.  reference: a number of digits, "double" (pairs of float64), "float64"
    or "exact".  The result knows the worst elements and prints as a table.

    Raises CompareError when a format or reference is unknown, when the function fails or cannot be
    traced (with file and line), or when an output has left the format.

    >>> print(compare(lambda x: x / 3, "posit16", inputs=[[0.5, 0.1]]).results[0].worst)
    output 0[1]: 0.033325 for 0.033333, relative error 2.44e-04
    """
    if not isinstance(workload, Workload):
        workload = make_workload(workload, inputs)
    candidates = find_candidates(formats)
    algebra = find_algebra(reference, candidates)
    on_step("reference")
    exact = in_truth(workload, algebra)
    true = {name: from_parts(output.parts) for name, output in exact.outputs.items()}
    near = {name: algebra.f64(output.parts) for name, output in exact.outputs.items()}
    departure, unsearched = find_departure(workload, _first_of_ours(candidates))
    results = []
    for candidate in candidates:
        on_step(candidate.name)
        results.append(_try(workload, candidate, true, near, departure))
    return Comparison(
        function=workload.name,
        inputs=[_describe(item) for item in workload.inputs],
        outputs={name: output.shape for name, output in true.items()},
        reference=reference_name(algebra),
        reference_digits=algebra.digits,
        reference_seconds=exact.seconds,
        reference_report=_report(workload, near, near, f"the {reference_name(algebra)}"),
        results=results,
        departure=departure,
        unsearched=unsearched,
        abscissa=_abscissa(workload, true),
    )


def make_workload(function: Callable[..., object], inputs: Sequence[Any] | None) -> Workload:
    """A function and its inputs; lists become arrays, other than floats arrays stay as they are."""
    if not callable(function):
        raise CompareError(f"{function!r} is no function")
    if inputs is None:
        raise CompareError("a function needs inputs=[...]: what it is called with")
    given = inputs if isinstance(inputs, tuple | list) else (inputs,)
    name = getattr(function, "__name__", type(function).__name__)
    arrays = (np.asarray(item) if isinstance(item, list | tuple) else item for item in given)
    return Workload(name, function, tuple(arrays))


def find_candidates(formats: Iterable[Any] | Any) -> list[Candidate]:
    """The formats under test, from names, dtypes or classes; CompareError if there is none."""
    several = isinstance(formats, abc.Iterable) and not isinstance(formats, str | type | np.dtype)
    wanted = list(formats) if several else [formats]
    found = [f if isinstance(f, Candidate) else find_candidate(_text_of(f)) for f in wanted]
    if not found:
        raise CompareError("no format to compare")
    return found


def _text_of(form: Any) -> str:
    """The name of a format that came as a class or dtype."""
    if isinstance(form, str):
        return form
    try:
        return str(np.dtype(form))
    except TypeError:
        return str(form)


def find_algebra(reference: Truth, candidates: Sequence[Candidate]) -> Algebra:
    """The truth of that name; of pairs only where all formats are in their range."""
    try:
        algebra = truth(reference)
    except ValueError as error:
        raise CompareError(str(error)) from None
    far = [c.dtype for c in candidates if not is_in_range(c.dtype)]
    return truth("double", far[0]) if far and isinstance(algebra, DoubleDouble) else algebra


def _first_of_ours(candidates: Sequence[Candidate]) -> Candidate:
    """A format that differs from the float64 into which programs leave."""
    return next((c for c in candidates if c.dtype.kind == "V"), candidates[0])


def _try(
    workload: Workload,
    candidate: Candidate,
    true: Outputs,
    near: Outputs,
    departure: Departure | None,
) -> Result:
    where = candidate.name
    run = in_format(workload, where, candidate.dtype)
    if list(run.outputs) != list(true):
        raise CompareError(
            f"{workload.name} gives {len(run.outputs)} outputs in {where}, {len(true)} in truth"
        )
    for name, output in run.outputs.items():
        if output.dtype != candidate.dtype:
            place = f"{departure}; " if departure else ""
            raise CompareError(left_text(workload.name, name, where, output.dtype, place))
        if output.shape != true[name].shape:
            raise CompareError(
                f"{workload.name}: {name} has shape {output.shape} in {where}, "
                f"{true[name].shape} in truth"
            )
    errors = element_errors(_join(run.outputs.values()), _join(true.values()), candidate)
    with np.errstate(all="ignore"):
        plain = {name: output.astype(np.float64) for name, output in run.outputs.items()}
    return Result(
        candidate=candidate,
        metrics=summarise(errors),
        seconds=run.seconds,
        saturated_inputs=_count_outside(workload.inputs, candidate),
        flags=run.flags,
        report=_report(workload, plain, near, where),
        errors=errors,
        worst=_find_worst(errors, plain, near),
    )


def _find_worst(errors: ElementErrors, plain: Outputs, near: Outputs) -> Worst | None:
    """The element of the largest relative error, and of the largest ulps among equal ones."""
    known = np.flatnonzero(~np.isnan(errors.relative))
    if not known.size:
        return None
    order = np.lexsort((errors.ulps[known], errors.relative[known]))
    place = int(known[order[-1]])
    relative, ulps = float(errors.relative[place]), float(errors.ulps[place])
    for name, output in plain.items():
        if place < output.size:
            index = tuple(int(i) for i in np.unravel_index(place, output.shape))
            return Worst(
                name, index, float(output[index]), float(near[name][index]), relative, ulps
            )
        place -= output.size
    return None


def _join(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([array.ravel() for array in arrays])


def _describe(item: object) -> dict[str, Any]:
    array = np.asarray(item)
    return {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "converted": array.dtype.kind == "f",
    }


def _abscissa(workload: Workload, true: Outputs) -> tuple[str, NDArray[np.float64]]:
    """What errors are drawn against: the input of the outputs' shape, or the element's place."""
    shapes = {output.shape for output in true.values()}
    for place, item in enumerate(workload.inputs):
        array = np.asarray(item)
        if array.dtype.kind == "f" and array.ndim and shapes == {array.shape}:
            values = np.tile(array.ravel().astype(np.float64), len(true))
            return f"input {place}", values
    return "element", np.arange(sum(output.size for output in true.values()), dtype=np.float64)


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
    ours, exact = tuple(outputs.values()), tuple(reference.values())
    one = len(ours) == 1
    try:
        found = workload.report(ours[0] if one else ours, exact[0] if one else exact)
        return {str(key): float(value) for key, value in found.items()}
    except Exception as error:
        raise CompareError(
            f"the report of {workload.name} failed in {where}: {one_line(error)}"
        ) from error

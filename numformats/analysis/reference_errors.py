# SPDX-License-Identifier: BSD-3-Clause
"""How far are outputs from those of the reference run?  The worst element decides."""

from __future__ import annotations

import functools
import math
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from numformats.analysis.algebra import DoubleDouble, Reference, fraction_algebra, mp_algebra
from numformats.analysis.call import Call, Failed
from numformats.analysis.problems import CompareError
from numformats.tracing import Traced, make, through

if TYPE_CHECKING:
    from numpy.typing import NDArray

    ErrorKind = Literal["elementwise", "normwise"]

__all__ = ["KINDS", "Truth", "WorstElement", "find_truth"]

KINDS = ("elementwise", "normwise")
FALLBACK_DIGITS = 50
# Magnitudes of inputs, and of outputs, at which two doubles lose no bits in products on the way.
SAFE_INPUTS, SAFE_OUTPUTS = 1e100, 1e270


@dataclass(frozen=True)
class WorstElement:
    """The largest error, the output and the index where it is, and both values there."""

    error: float
    output: str
    index: tuple[int, ...]
    got: float
    truth: float


@dataclass(frozen=True)
class Truth:
    """The outputs of the reference run, in the arithmetic `reference` says."""

    algebra: Any
    outputs: dict[str, Any]
    reference: str

    def worst(self, outputs: dict[str, NDArray[Any]], kind: ErrorKind) -> WorstElement:
        """The largest relative error of these outputs; Failed when they cannot be measured.

        elementwise: abs(y - r) / abs(r) of each element; normwise: max abs(y - r) / max abs(r) of
        each output.  0 where y = r; infinite where only y is not finite, or only r is 0.  Elements
        whose reference is not finite are left out.
        """
        if list(outputs) != list(self.outputs):
            raise Failed(f"gives {list(outputs)}, the reference {list(self.outputs)}")
        found = [self._of(name, outputs[name], kind) for name in outputs if outputs[name].size]
        found = [worst for worst in found if not math.isnan(worst.error)]
        if not found:
            raise Failed("nothing can be measured: the reference is nowhere finite")
        return max(found, key=lambda worst: worst.error)

    def _of(self, name: str, output: NDArray[Any], kind: ErrorKind) -> WorstElement:
        truth, algebra = self.outputs[name], self.algebra
        if output.shape != truth[0].shape:
            raise Failed(f"{name} has shape {output.shape}, {truth[0].shape} in the reference")
        with np.errstate(all="ignore"):
            near = algebra.f64(truth)
            kept = np.where(_finite(output), output, output.dtype.type(0))
            apart = algebra.ufunc(
                np.absolute, algebra.ufunc(np.subtract, algebra.lift(kept), truth)
            )
            size = algebra.ufunc(np.absolute, truth)
            if kind == "normwise":
                size = tuple(
                    np.broadcast_to(part, output.shape) for part in _largest(algebra, size)
                )
            exact = np.asarray(algebra.f64(apart) == 0)
            error = np.where(exact, 0.0, algebra.f64(algebra.ufunc(np.divide, apart, size)))
            error = np.where(np.isnan(error), np.inf, error)
        error = np.where(_finite(output), error, np.inf)
        error = np.where(np.isfinite(near), error, -np.inf)  # of no account
        place = np.unravel_index(int(np.argmax(error)), error.shape) if error.ndim else ()
        worst = float(error[place])
        return WorstElement(
            error=math.nan if worst < 0 else worst, output=name, index=tuple(int(i) for i in place),
            got=float(output[place]), truth=float(near[place]),
        )  # fmt: skip


def _finite(output: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(output), bool)


def _largest(algebra: Any, size: tuple[Any, ...]) -> tuple[Any, ...]:
    """The largest of the finite ones, with all its parts."""
    near = np.where(np.isfinite(algebra.f64(size)), algebra.f64(size), -1.0)
    place = int(np.argmax(near))
    return tuple(np.ravel(part)[place : place + 1].reshape(()) for part in size)


def find_truth(call: Call, reference: str | int) -> Truth:
    """Runs the function once in "double" (two doubles), in so many digits, or "exact"ly.

    Two doubles keep 31 digits within float64's range; where an input or output is near its ends,
    the reference takes 50 digits.  Raises CompareError when the function cannot be run there.
    """
    if reference == "double":
        truth = (
            None
            if _extreme(SAFE_INPUTS, *_floats(call))
            else _run(call, DoubleDouble(), "double-double")
        )
        if truth is not None and not _extreme(
            SAFE_OUTPUTS, *(truth.algebra.f64(p) for p in truth.outputs.values())
        ):
            return truth
        return _run(call, mp_algebra(FALLBACK_DIGITS), f"{FALLBACK_DIGITS} digits")
    if reference == "exact":
        return _run(call, fraction_algebra(), "exact fractions")
    if isinstance(reference, int) and not isinstance(reference, bool) and reference >= 20:
        return _run(call, mp_algebra(reference), f"{reference} digits")
    raise CompareError(f"reference={reference!r}: must be 'double', 'exact' or at least 20 digits")


def _floats(call: Call) -> list[Any]:
    return [call.inputs[name] for name in call.converted]


def _extreme(safe: float, *arrays: Any) -> bool:
    """Is any magnitude above `safe` or below 1 / safe?  Infinities are, 0 and NaN are not."""
    sizes = [np.abs(np.asarray(a, np.float64)).ravel() for a in arrays]
    return any(bool(((s > safe) | ((s < 1 / safe) & (s > 0))).any()) for s in sizes)


def _run(call: Call, algebra: Any, name: str) -> Truth:
    run = Reference(algebra, np.dtype(np.float64))
    function = _through(call.function, make(run, {np.float64}))
    try:
        outputs = call.run(lambda _, values: run.lift(values), function)
    except Failed as failed:
        raise CompareError(f"the reference run failed: {failed}") from failed.__cause__
    for output, value in outputs.items():
        if not isinstance(value, Traced):
            kind = getattr(value, "dtype", type(value).__name__)
            raise CompareError(
                f"the reference run left its arithmetic at {output}: {kind} "
                "(convert nothing, make arrays with np.zeros_like(x))"
            )
    return Truth(algebra, {output: value.parts for output, value in outputs.items()}, name)


def _through(function: Any, lens: Any) -> Any:
    """The function as it sees NumPy through the lens, also where it is a method or a partial."""
    if isinstance(function, functools.partial):
        return functools.partial(_through(function.func, lens), *function.args, **function.keywords)
    if isinstance(function, types.MethodType):
        return types.MethodType(_through(function.__func__, lens), function.__self__)
    return through(function, lens) if isinstance(function, types.FunctionType) else function

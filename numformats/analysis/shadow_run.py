# SPDX-License-Identifier: BSD-3-Clause
"""How is a function, or a block of code, run in the shadow of the truth?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from numformats.analysis.problems import CompareError
from numformats.analysis.report import Report
from numformats.analysis.shadow_inputs import (
    algebra_of,
    convert,
    format_of_run,
    seen_through,
    unwrapped,
)
from numformats.analysis.shadow_lines import Lines
from numformats.analysis.shadow_sample import SAMPLE
from numformats.analysis.shadow_values import Shadow
from numformats.tracing import Traced, as_traced

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Shadowing", "shadow", "trace"]


def trace(
    fn: Callable[..., Any],
    *args: Any,
    dtype: Any = None,
    reference: str | int = "double",
    blame: bool = True,
    **keywords: Any,
) -> Report:
    """Run a function of NumPy code in a format and beside it in truth; tell every line's errors.

    * fn: any function of arrays, called once; tracing changes no bit of its result
    * args, keywords: arrays, numbers, lists of numbers, and tuples and dicts of these.  Floats and
      lists are rounded to the format first (truth starts from the rounded data); integer arrays,
      ints, masks and strings are passed as they are, unless nothing else is there to convert
    * dtype: the format: class, dtype or name; without it that of the first array with one
    * reference: the arithmetic of truth: "double" (double-double, about 31 digits), "float64"
      (fast; for formats of 45 significant bits or fewer), "exact" (fractions: only + - * /), or
      a number of digits
    * blame: follow every element to the result to share out its error (needs memory)

    Raises TypeError or ValueError for a format, reference or argument that is none,
    numformats.tracing.TraceError for code that cannot be traced, and what fn raises.

    >>> import numformats as nf
    >>> def naive(x):
    ...     return np.mean(x * x) - np.mean(x) ** 2
    >>> report = nf.analysis.trace(naive, [100.0, 101.0, 102.0], dtype=nf.posit16)
    >>> report.worst.cancellations, report.result
    (1, posit16(0.0))
    """
    run = Shadowing(dtype, reference=reference, blame=blame, name=_name(fn))
    run.begin((*args, *keywords.values()))
    given, named = run.convert((args, keywords))
    result = run.call(seen_through(fn, run.values, run.dtype), given, named)
    return run.finish(result)


def _name(fn: Any) -> str:
    return str(getattr(fn, "__qualname__", getattr(fn, "__name__", type(fn).__name__)))


class Shadowing:
    """A block of code in the shadow of the truth; see `shadow`."""

    def __init__(
        self, dtype: Any = None, *, reference: str | int = "double", blame: bool = True, name: str
    ) -> None:
        self._asked, self._reference, self._blame, self._name = dtype, reference, blame, name
        self._report: Report | None = None
        self._outputs: list[Any] = []
        self._ready = False
        algebra_of(reference, None)
        if dtype is not None:
            self.begin(())

    def begin(self, items: tuple[Any, ...]) -> None:
        """Settle the format, by what is given if it was not named."""
        if not self._ready:
            self.dtype = format_of_run(self._asked, items)
            self.values = Shadow(
                algebra_of(self._reference, self.dtype),
                blame=self._blame,
                lines=Lines(Shadowing.call.__code__),
            )
            self._start, self._ready = time.perf_counter(), True

    def convert(self, items: Any) -> Any:
        """Arguments in the format and in the shadow."""
        return convert(items, self.values, self.dtype)

    def call(self, fn: Callable[..., Any], args: Any, keywords: Any) -> Any:
        """The call itself: frames from here outwards are not the program's."""
        return fn(*args, **keywords)

    def __call__(self, x: Any) -> Any:
        """An array or number in the format and in the shadow; NumPy code runs on it as always."""
        self.begin((x,))
        return self.convert((x,))[0]

    def output(self, result: Any) -> Any:
        """A result that blame is to be shared out for; gives it as a plain array, as it is."""
        self._outputs.append(result)
        return unwrapped(result, self.values)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if kind is None and self._ready:
            one = len(self._outputs) == 1
            self._report = self.finish(self._outputs[0] if one else tuple(self._outputs))

    @property
    def report(self) -> Report:
        """What was found; there when the block has ended."""
        if self._report is None:
            raise CompareError(
                "the report of a shadow is there when its block has ended, on arrays"
            )
        return self._report

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in {"dtype", "values"}:
            raise AttributeError(name)
        return getattr(self.report, name)

    def finish(self, result: Any) -> Report:
        """The report of a run with this result."""
        seconds = time.perf_counter() - self._start
        run = self.values
        outputs = [as_traced(run, leaf) for leaf in _leaves(result) if isinstance(leaf, Traced)]
        with np.errstate(all="ignore"):
            errors = [
                run.f64(run.algebra.ufunc(np.subtract, x.parts[run.images], x.parts[run.truths]))
                for x in outputs
            ]
        blame = run.settle([(x.parts[-1], e) for x, e in zip(outputs, errors, strict=True)])
        notes = list(blame.notes)
        if not outputs:
            notes.append("no result is in the shadow: there is no error to share out")
        if run.sampled:
            notes.append(
                f"{run.sampled} operations had more than {SAMPLE} elements: "
                f"of each, {SAMPLE} spread evenly were measured"
            )
        return Report(
            function=self._name,
            format=str(self.dtype),
            reference=str(self._reference),
            result=unwrapped(result, run),
            blame=blame,
            first_nan=run.lines.first_nan,
            first_saturation=run.lines.first_saturation,
            seconds=seconds,
            notes=notes,
            _run=run.lines,
        )


def _leaves(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return _leaves(list(item.values()))
    if isinstance(item, list | tuple):
        return [leaf for i in item for leaf in _leaves(i)]
    return [item]


def shadow(dtype: Any = None, *, reference: str | int = "double", blame: bool = True) -> Shadowing:
    """A block of code in the shadow of the truth; arguments and errors as of `trace`.

    The block puts arrays into the shadow by calling it, and names its results by `output`; when it
    has ended the shadow has everything that a report has.  What is made without dispatch, such as
    np.zeros(3), is a plain array: np.zeros_like(x) stays in the shadow.

    >>> import numformats as nf
    >>> with nf.analysis.shadow(nf.posit16) as s:
    ...     x = s([1.0, 2.0, 3.0])
    ...     y = s.output(np.sum(x / 3))
    >>> y, round(s.worst.max_ulps, 2)
    (posit16(2.0), 0.33)
    """
    return Shadowing(dtype, reference=reference, blame=blame, name="block")

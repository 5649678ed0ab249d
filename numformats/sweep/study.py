# SPDX-License-Identifier: BSD-3-Clause
"""What does a user's function give at many parameters?  One row each, whoever computes it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from numformats.analysis.problems import one_line
from numformats.sweep.plan import Kept, Plan, canonical, digest
from numformats.sweep.problems import SweepError
from numformats.sweep.sending import received, sent, source_of
from numformats.sweep.values import outputs, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["StudyPlan", "study"]

MOST_CHUNKS = 1024
ERROR = "error"  # the column of what a function raised


@dataclass(frozen=True)
class StudyPlan(Plan):
    """A function at points, each a dict of its arguments; an item is a point."""

    name: str
    code: bytes
    source: str
    folder: str
    points: tuple[dict[str, Any], ...]
    per_chunk: int
    kind = "study"

    @property
    def title(self) -> str:  # type: ignore[override]
        """In words."""
        return f"{self.name} at {len(self.points)} points"

    @property
    def items(self) -> int:  # type: ignore[override]
        """Points."""
        return len(self.points)

    @property
    def chunks(self) -> int:  # type: ignore[override]
        """Enough that little is lost, few enough that little is sent."""
        return -(-len(self.points) // self.per_chunk)

    def settings(self) -> Mapping[str, Any]:
        """The function's text and a digest of the points."""
        cells = [{name: plain(value) for name, value in p.items()} for p in self.points]
        return {"function": self.name, "source": self.source, "points": digest(canonical(cells))}

    def task(self, number: int) -> Callable[[], Kept]:
        """Call the function at some points."""
        first = number * self.per_chunk
        some = self.points[first : first + self.per_chunk]
        return functools.partial(rows_at, self.code, self.folder, some)

    def summary(self, done: Mapping[int, Kept]) -> dict[str, Any]:
        """How many rows there are, how many failed, and a digest of them all."""
        rows = self.rows(done)
        return {
            "items": len(rows),
            "failed": sum(row[ERROR] is not None for row in rows),
            "digest": digest(canonical(rows)),
        }

    def rows(self, done: Mapping[int, Kept]) -> list[dict[str, Any]]:
        """The rows of these chunks, in the order of the points: parameters, results, error."""
        return [row for number in sorted(done) for row in done[number]["rows"]]


def rows_at(code: bytes, folder: str, points: tuple[dict[str, Any], ...]) -> Kept:
    """What a worker does: one row a point; what the function raises is in the row."""
    function = received(code, folder)
    rows = []
    for point in points:
        row: dict[str, Any] = {name: plain(value) for name, value in point.items()}
        try:
            found, error = outputs(function(**point)), None
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - whatever it is, the others go on
            found, error = {}, one_line(raised)
        rows.append({**row, **found, ERROR: error})
    return {"rows": rows}


def study(
    function: Callable[..., object],
    parameters: Mapping[str, Iterable[object]] | Iterable[Mapping[str, object]],
    *,
    per_chunk: int | None = None,
) -> StudyPlan:
    """The plan that calls a function at all points of a grid, or at a list of points.

    `parameters` maps each argument's name to its values (a grid: all combinations, the last
    argument fastest), or is a list of dicts.  Values are numbers, texts, bools, None or formats.
    The function returns a number, a tuple, or a dict of them; what it raises is a row's error.
    `per_chunk` points are done at a time, 1 of up to 1024 points.  A checkpoint takes two functions
    for the same when the files that they stand in are.

    Raises SweepError for a point that the function does not take.

    >>> plan = study(lambda a, b: a + b, {"a": [1, 2], "b": [0.5, 0.25, 0.125]})
    >>> plan.title, plan.chunks
    ('<lambda> at 6 points', 6)
    """
    points = _points(parameters)
    if per_chunk is None:
        per_chunk = -(-len(points) // MOST_CHUNKS)
    if per_chunk < 1:
        raise SweepError(f"per_chunk {per_chunk}: must be at least 1")
    _check(function, points)
    name = getattr(function, "__qualname__", type(function).__name__)
    code, folder = sent(function)
    return StudyPlan(name, code, source_of(function, code), folder, points, per_chunk)


def _points(given: Mapping[str, Iterable[object]] | Iterable[Mapping[str, object]]) -> Any:
    if isinstance(given, Mapping):
        columns = {str(name): _values(name, values) for name, values in given.items()}
        points = tuple(dict(zip(columns, row, strict=True)) for row in product(*columns.values()))
    else:
        points = tuple({str(k): v for k, v in dict(point).items()} for point in given)
    if not points or not points[0]:
        raise SweepError("a study needs parameters: no point is given")
    for point in points:
        for name, value in point.items():
            try:
                plain(value)
            except TypeError as error:
                raise SweepError(f"parameter {name} is {error}") from None
            if name == ERROR:
                raise SweepError(f"a parameter cannot be called {ERROR!r}: a column has this name")
    return points


def _values(name: str, values: object) -> list[object]:
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise SweepError(f"parameter {name} is {values!r}: must be a list of values")
    return list(values)


def _check(function: Callable[..., object], points: tuple[dict[str, Any], ...]) -> None:
    if not callable(function):
        raise SweepError(f"{function!r} cannot be called")
    try:
        signature = inspect.signature(function)
    except ValueError:  # a ufunc: it will say itself
        return
    for point in points:
        try:
            signature.bind(**point)
        except TypeError as error:
            name = getattr(function, "__name__", "the function")
            raise SweepError(f"{name}{signature} cannot be called so: {error}") from None

# SPDX-License-Identifier: BSD-3-Clause
"""Over which inputs does a bound hold?  Ranges of a function's parameters, by name, as a box.

A range is (low, high) of numbers or arrays, (low, high, shape) for an array of numbers that share
a range, a list of pairs, or a number or array that is given as it is.  Integers, and what is no
number, are passed on.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bounds.rounding_tables import outward
from numformats.analysis.problems import CompareError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Box", "Parameter", "box_of", "positional_only"]


@dataclass(frozen=True, eq=False)
class Parameter:
    """One parameter: its range, or (plain) what is passed on."""

    name: str
    low: Floats
    high: Floats
    plain: Any = None
    is_range: bool = True


@dataclass(frozen=True, eq=False)
class Box:
    """The parameters of a function; `low` and `high` are the ends of all that have a range."""

    parameters: tuple[Parameter, ...]

    @property
    def low(self) -> Floats:
        """The lower ends of all numbers."""
        return np.concatenate(
            [np.zeros(0), *(p.low.ravel() for p in self.parameters if p.is_range)]
        )

    @property
    def high(self) -> Floats:
        """The upper ends of all numbers."""
        return np.concatenate(
            [np.zeros(0), *(p.high.ravel() for p in self.parameters if p.is_range)]
        )

    def named(self, values: Floats) -> dict[str, Any]:
        """One number for each, by the names of the parameters."""
        found, place = {}, 0
        for p in self.parameters:
            if p.is_range:
                part = values[place : place + p.low.size].reshape(p.low.shape)
                found[p.name] = float(part) if part.ndim == 0 else part
                place += p.low.size
        return found


def positional_only(fn: Callable[..., Any]) -> list[str]:
    """The parameters that a function does not take by name."""
    try:
        parameters = inspect.signature(fn).parameters.values()
    except ValueError:
        return []
    return [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY]


def box_of(fn: Callable[..., Any], ranges: Mapping[str, Any]) -> Box:
    """The box of a function's parameters; CompareError where they do not fit each other."""
    if not hasattr(ranges, "items"):
        msg = f'ranges={ranges!r}: must be a dict of parameters, such as {{"x": (0, 1)}}'
        raise CompareError(msg)
    name = getattr(fn, "__name__", repr(fn))
    try:
        signature = inspect.signature(fn)
    except ValueError:
        signature = None
    if signature is not None:
        _check_names(name, signature, ranges)
    return Box(tuple(_parameter(name, value) for name, value in ranges.items()))


def _check_names(name: str, signature: inspect.Signature, ranges: Mapping[str, Any]) -> None:
    parameters = signature.parameters
    open_names = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for given in ranges:
        if given not in parameters and not open_names:
            raise CompareError(f"{name}{signature} has no parameter {given!r}")
    for p in parameters.values():
        needed = p.default is p.empty and p.kind not in {p.VAR_KEYWORD, p.VAR_POSITIONAL}
        if needed and p.name not in ranges:
            raise CompareError(f"{name}{signature} needs a range for {p.name!r}")


def _parameter(name: str, value: Any) -> Parameter:
    nothing = np.zeros(0)
    if value is None or isinstance(value, str | bool | int):
        return Parameter(name, nothing, nothing, value, is_range=False)
    value = _as_ends(value)
    if isinstance(value, tuple) and len(value) in {2, 3}:
        low, high = _ends(name, value[0], -1), _ends(name, value[1], 1)
        shape = np.broadcast_shapes(low.shape, high.shape) if len(value) == 2 else value[2]
        try:
            low, high = np.broadcast_to(low, shape), np.broadcast_to(high, shape)
        except (ValueError, TypeError):
            raise CompareError(
                f"{name}={value!r}: {shape!r} is not the shape of these ends"
            ) from None
    else:
        low, high = _ends(name, value, -1), _ends(name, value, 1)
        if np.asarray(value).dtype.kind in "biu":
            return Parameter(name, nothing, nothing, np.asarray(value), is_range=False)
    for a, b in zip(low.ravel(), high.ravel(), strict=True):
        if not (np.isfinite(a) and np.isfinite(b)):
            raise CompareError(f"{name}: the range [{a}, {b}] must have finite ends")
        if a > b:
            raise CompareError(f"{name}: the range [{a}, {b}] is empty: low must not be above high")
    return Parameter(name, low, high)


def _as_ends(value: Any) -> Any:
    """[low, high] and lists of pairs as (low, high); other lists are numbers."""
    if not isinstance(value, list) or not value:
        return value
    if len(value) == 2 and all(np.ndim(v) == 0 for v in value):
        return tuple(value)
    if all(isinstance(v, tuple) and len(v) == 2 for v in value):
        return [v[0] for v in value], [v[1] for v in value]
    return value


def _ends(name: str, value: Any, direction: int) -> Floats:
    """The ends of a range in float64, moved outwards where they are not float64."""
    try:
        array = np.asarray(value, object)
        ends = [_end(v, direction) for v in array.ravel()]
        return np.array(ends, np.float64).reshape(array.shape)
    except (TypeError, ValueError, AttributeError):
        msg = f"{name}={value!r}: must be (low, high), (low, high, shape) or numbers"
        raise CompareError(msg) from None


def _end(value: Any, direction: int) -> float:
    if isinstance(value, str):
        value = Fraction(value)
    if isinstance(value, float | np.floating) and not np.isfinite(value):
        return float(value)
    return outward(Fraction(*value.as_integer_ratio()), direction)

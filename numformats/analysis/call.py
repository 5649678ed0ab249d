# SPDX-License-Identifier: BSD-3-Clause
"""How is a user's function called with its inputs in a format, and what does it give back?"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.problems import CompareError, one_line
from numformats.analysis.workload import check_numbers
from numformats.tracing import Traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Convert = Callable[[str, NDArray[Any]], Any]

__all__ = ["Call", "Failed"]


class Failed(Exception):  # noqa: N818 - no error of the program: a format may fail
    """The function cannot be run in this format; the text says why."""


@dataclass(frozen=True)
class Call:
    """A function and the inputs that it is tried on, each under its name."""

    function: Callable[..., object]
    inputs: dict[str, object]
    by_name: bool

    @classmethod
    def of(cls, function: Callable[..., object], inputs: object) -> Call:
        """The call that the user means: a dict is by name, a tuple by place, all else one input.

        A list is a tuple where the function takes so many inputs, else one array.
        """
        if not callable(function):
            raise CompareError(f"{function!r} is no function")
        by_name = isinstance(inputs, dict)
        if isinstance(inputs, dict):
            named = {str(name): value for name, value in inputs.items()}
        else:
            values = inputs if isinstance(inputs, tuple) else _listed(function, inputs)
            named = dict(zip(_names(function, len(values)), values, strict=True))
        if not named:
            raise CompareError("there is no input: nothing can be converted")
        _check_signature(function, named, by_name=by_name)
        call = cls(function, {name: _plain(name, v) for name, v in named.items()}, by_name)
        return call if call.converted else call._all_converted()

    @property
    def converted(self) -> list[str]:
        """The names of the inputs that take the format: those of floating numbers."""
        return [name for name, value in self.inputs.items() if _is_float(value)]

    def _all_converted(self) -> Call:
        """Where no input is floating, integers are numbers, no counts and no places."""
        numbers = {
            name: np.asarray(v, float)[()] if _is_integer(v) else v
            for name, v in self.inputs.items()
        }
        call = Call(self.function, numbers, self.by_name)
        if not call.converted:
            raise CompareError("no input holds numbers: nothing can be converted")
        return call

    def run(
        self, convert: Convert, function: Callable[..., object] | None = None
    ) -> dict[str, Any]:
        """The outputs by name, with fresh inputs; Failed when the function raises."""
        with np.errstate(all="ignore"):
            arguments = {
                name: convert(name, np.asarray(value)) if _is_float(value) else _copied(value)
                for name, value in self.inputs.items()
            }
            call = self.function if function is None else function
            try:
                if self.by_name:
                    return _named(call(**arguments))
                return _named(call(*arguments.values()))
            except (Exception, SystemExit) as error:
                raise Failed(one_line(error)) from error


def _listed(function: Callable[..., object], inputs: object) -> tuple[object, ...]:
    """One input, unless it is a list of as many as the function takes."""
    if not isinstance(inputs, list) or not inputs:
        return (inputs,)
    scalars = all(np.ndim(item) == 0 for item in inputs)
    if _binds(function, inputs) and not (scalars and _binds(function, [inputs])):
        return tuple(inputs)
    return (inputs,)


def _binds(function: Callable[..., object], arguments: list[object]) -> bool:
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError:
        return False
    except ValueError:  # no signature to ask, as of a ufunc
        return getattr(function, "nin", len(arguments)) == len(arguments)
    return True


def _names(function: Callable[..., object], count: int) -> list[str]:
    """The parameters' own names, where they can be asked for."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    names = [p.name for p in parameters if p.kind in kinds][:count]
    return [*names, *(f"input {place}" for place in range(len(names), count))]


def _check_signature(
    function: Callable[..., object], named: dict[str, object], *, by_name: bool
) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        if by_name:
            signature.bind(**named)
        else:
            signature.bind(*named.values())
    except TypeError as error:
        name = getattr(function, "__name__", "the function")
        raise CompareError(f"{name}{signature} does not take these inputs: {error}") from None


def _plain(name: str, value: object) -> object:
    """Lists of numbers become arrays; what is no real, finite number is refused."""
    if value is None or isinstance(value, str | int):
        return value
    if not isinstance(value, np.ndarray | np.generic):
        value = np.asarray(value)[()]
    array = np.asarray(value)
    if array.dtype.kind == "V" or not array.dtype.isbuiltin:  # a format's: its values, exactly
        value = array = _exact_floats(name, array)
    check_numbers(value, f"input {name}")
    return value


def _exact_floats(name: str, array: NDArray[Any]) -> Any:
    with np.errstate(all="ignore"):
        plain = array.astype(np.float64)
        if not (plain.astype(array.dtype) == array).all():
            raise CompareError(f"input {name} has {array.dtype} numbers that float64 cannot hold")
    return plain[()]


def _is_float(value: object) -> bool:
    return (
        isinstance(value, float | np.ndarray | np.generic) and np.asarray(value).dtype.kind == "f"
    )


def _is_integer(value: object) -> bool:
    return not isinstance(value, bool | str) and np.asarray(value).dtype.kind in "iu"


def _copied(value: object) -> object:
    return value.copy() if isinstance(value, np.ndarray) else value


def _named(returned: object) -> dict[str, Any]:
    """One output, or those of a tuple, list or dict, each under a name."""
    if isinstance(returned, dict):
        outputs = {str(key): value for key, value in returned.items()}
    elif isinstance(returned, tuple | list):
        outputs = {f"output {place}": value for place, value in enumerate(returned)}
    else:
        outputs = {"output": returned}
    for name, value in outputs.items():
        if value is None or isinstance(value, str | bytes | dict):
            raise Failed(f"{name} is no array: {type(value).__name__}")
    return {name: v if isinstance(v, Traced) else np.asarray(v) for name, v in outputs.items()}

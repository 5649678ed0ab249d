# SPDX-License-Identifier: BSD-3-Clause
"""How does a function see another NumPy than its module, when nothing global changes?

By a copy of the function whose global names are looked up in a dict of ours.  What it finds there
is looked at once more: NumPy becomes the lens, functions of the user become such copies, modules of
the user give both.  Methods of classes, other packages and C are left alone.
"""

from __future__ import annotations

import builtins
import functools
import sys
import types
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.messages import TraceError
from numformats.tracing.registry import HANDLERS

if TYPE_CHECKING:
    from collections.abc import Callable

_OTHERS = {"numpy", "numformats", *sys.stdlib_module_names} - {"__main__"}


def is_users(names: dict[str, Any], package: str = "") -> bool:
    """Whether a module is of that package, or the user's own: no library, not NumPy, not we."""
    room = str(names.get("__name__") or "").partition(".")[0]
    file = str(names.get("__file__") or "").replace("\\", "/")
    installed = "/site-packages/" in file or "/dist-packages/" in file
    return room not in _OTHERS and (not installed or room == package)


_PYTHONS = ("__name__", "__file__", "__package__", "__spec__")


class Names(dict[str, Any]):
    """A module's global names as a copied function sees them; it holds what the copy assigned."""

    def __init__(self, names: dict[str, Any], sight: Sight) -> None:
        # Python reads these by ways that do not ask __missing__.
        super().__init__({k: names[k] for k in _PYTHONS if k in names})
        self["__builtins__"] = sight.builtins
        self.names, self.sight, self.made = names, sight, sight.made

    def __missing__(self, key: str) -> Any:
        value = self.names[key]
        known = self.made.get(id(value))
        return self.sight.see(value) if known is None else known[1]

    def settle(self) -> None:
        """Hand what was assigned on to the module."""
        for key in [k for k in self if not k.startswith("__")]:
            self.names[key] = self.pop(key)


class Sight:
    """What one call of a traced function sees."""

    def __init__(self, lens: Any) -> None:
        self.lens = lens
        self.package = ""  # of the outermost function
        self.builtins = {**vars(builtins), "__import__": self._import}
        self.names: dict[int, Names] = {}
        # By the identity of what was copied, which is held so that the identity stays its own.
        self.made: dict[int, tuple[Any, Any]] = {}

    def _import(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self.see(builtins.__import__(name, *args, **kwargs))

    def see(self, value: Any) -> Any:
        """`value`, or what stands in its place."""
        if isinstance(value, types.FunctionType):
            return self._once(
                value, self.copy if is_users(value.__globals__, self.package) else _itself
            )
        if isinstance(value, types.ModuleType):
            return self._once(value, self._module)
        return self._function_of_numpy(value) if callable(value) else value

    def _function_of_numpy(self, value: Any) -> Any:
        """From numpy import zeros."""
        if isinstance(value, functools.partial):
            lens = getattr(value.func, "__self__", None)
            if isinstance(lens, type(self.lens)):
                return getattr(self.lens.over(lens), value.__name__)  # type: ignore[attr-defined]
        elif getattr(value, "__module__", None) == "numpy":
            name = getattr(value, "__name__", "")
            if getattr(np, name, None) is value:
                return getattr(self.lens, name)
        return value

    def _once(self, value: Any, make: Callable[[Any], Any]) -> Any:
        if id(value) not in self.made:
            self.made[id(value)] = (value, make(value))
        return self.made[id(value)][1]

    def _module(self, module: types.ModuleType) -> Any:
        if module is np or isinstance(module, type(self.lens)):
            return self.lens.over(module)
        return _Module(module, self) if is_users(vars(module), self.package) else module

    def copy(self, function: types.FunctionType) -> types.FunctionType:
        """The function with other global names, and other functions in its closure."""
        module = function.__globals__
        if id(module) not in self.names:
            self.names[id(module)] = Names(module, self)
        old = function.__closure__ or ()
        # Cells that hold numbers stay, for functions that share them may assign them.
        cells = tuple(types.CellType() if _is_seen(cell) else cell for cell in old)
        made = types.FunctionType(
            function.__code__,
            self.names[id(module)],
            function.__name__,
            function.__defaults__,
            cells,
        )
        made.__kwdefaults__ = function.__kwdefaults__
        functools.update_wrapper(made, function)
        self.made[id(function)] = (function, made)  # a function may be in its own closure
        for cell, new in zip(old, cells, strict=True):
            if new is not cell:
                new.cell_contents = self.see(cell.cell_contents)
        return made

    def callable(self, function: Any) -> Any:
        """What can be called, as a function that sees the lens."""
        if isinstance(function, types.FunctionType):
            return self._once(function, self.copy)
        if isinstance(function, types.MethodType):
            return types.MethodType(self.callable(function.__func__), function.__self__)
        if isinstance(function, functools.partial):
            inner = self.callable(function.func)
            return functools.partial(inner, *function.args, **function.keywords)
        method = getattr(type(function), "__call__", None)  # noqa: B004 - its function is asked for
        if isinstance(method, types.FunctionType):
            return types.MethodType(self.callable(method), function)
        return function

    def outermost(self, function: Any) -> Callable[..., Any]:
        """The copy, which hands on what was assigned and shows errors that NumPy hides.

        What is handed to the interpreter as a whole is known by itself, and no copy of it is.
        """
        if isinstance(function, Hashable) and function in HANDLERS:
            return function  # type: ignore[return-value]
        unwrapped = function.func if isinstance(function, functools.partial) else function
        self.package = str(getattr(unwrapped, "__module__", None) or "").partition(".")[0]
        inner = self.callable(function)

        def traced(*args: Any, **kwargs: Any) -> Any:
            try:
                return inner(*args, **kwargs)
            except ValueError as error:  # plain[i] = traced: NumPy says something else
                if isinstance(error.__cause__, TraceError):
                    raise error.__cause__ from None
                raise
            finally:
                for names in self.names.values():
                    names.settle()

        if isinstance(function, functools.partial):
            return traced
        return functools.update_wrapper(traced, function)


def _itself(value: Any) -> Any:
    return value


def _is_seen(cell: types.CellType) -> bool:
    try:
        value = cell.cell_contents
    except ValueError:  # not assigned yet
        return False
    return isinstance(value, types.FunctionType | types.ModuleType | functools.partial) or (
        getattr(value, "__module__", None) == "numpy"
    )


class _Module(types.ModuleType):
    """A module of the user, whose functions are copied when they are asked for."""

    def __init__(self, module: types.ModuleType, sight: Sight) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(_module=module, _sight=sight)

    def __getattr__(self, name: str) -> Any:
        return self._sight.see(getattr(self._module, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._module, name, value)

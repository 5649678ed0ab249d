# SPDX-License-Identifier: BSD-3-Clause
"""Which function runs on which data?  Scripts, their `inputs` and `report`, and data files.

Beside the function NAME a script may define

* ``NAME_inputs()`` or ``inputs()``: returns the tuple of inputs (floats are converted to each
  format; integer and boolean arrays, ints and strings are passed as they are);
* ``NAME_report(output, reference)`` or ``report(...)``: returns a dict of figures for the table,
  from the outputs of a format and of the reference, both rounded to float64 (tuples of arrays
  when the function has several outputs).
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.problems import CompareError, one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Workload:
    """A function, the inputs it runs on, and what it wants reported."""

    name: str
    function: Callable[..., object]
    inputs: tuple[object, ...]
    report: Callable[..., dict[str, float]] | None = None

    def __post_init__(self) -> None:
        if not self.inputs:
            raise CompareError(f"{self.name} has no input: there is nothing to convert")
        for place, item in enumerate(self.inputs):
            check_numbers(item, f"input {place}")


def check_numbers(item: object, what: str) -> None:
    """Raises CompareError unless `item` is real and finite (or an int, a string, None)."""
    if item is None or isinstance(item, str | int):
        return
    array = np.asarray(item)
    if array.dtype.kind not in "biuf":
        raise CompareError(f"{what} has dtype {array.dtype}: it must hold real NumPy numbers")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        kind = "NaN" if np.isnan(array[place]) else "an infinity"
        raise CompareError(f"{what} has {kind} at index {place}: inputs must be finite numbers")


def load_workload(target: str, data: str | None = None) -> Workload:
    """The workload SCRIPT.py:function, its first input replaced by the file `data` if given.

    Runs the script.  Raises CompareError with one line when anything is missing or wrong.
    """
    script, name, module, function = _find(target)
    inputs = _inputs(module, name, function, data)
    report = getattr(module, f"{name}_report", None) or getattr(module, "report", None)
    return Workload(f"{Path(script).name}:{name}", function, inputs, report)


def find_function(target: str) -> Callable[..., object]:
    """The function SCRIPT.py:function; runs the script.

    Raises CompareError with one line when anything is missing or wrong.
    """
    return _find(target)[-1]


def _find(target: str) -> tuple[str, str, ModuleType, Callable[..., object]]:
    """Script, name, module and function of a SCRIPT.py:function."""
    script, colon, name = target.rpartition(":")
    if not colon:
        script, name = target, ""
    module = _run_script(Path(script))
    functions = _functions(module)
    there = f"it has {', '.join(functions)}" if functions else "it defines none"
    if not name:
        raise CompareError(f"which function of {script}? {there} (write {script}:NAME)")
    function = getattr(module, name, None)
    if not callable(function):
        raise CompareError(f"no function {name!r} in {script}: {there}")
    return script, name, module, function


def _run_script(path: Path) -> ModuleType:
    if not path.is_file():
        raise CompareError(f"no such file: {path}")
    spec = importlib.util.spec_from_file_location(f"numformats_workload_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise CompareError(f"not a Python script: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # so that its dataclasses and pickles find themselves
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # so that it finds the modules beside it
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise CompareError(f"{path} cannot be run: {one_line(error)}") from error
    finally:
        sys.path.remove(folder)
    return module


def _functions(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and not name.endswith(("_inputs", "_report"))
        and name not in {"inputs", "report"}
    ]


def _inputs(
    module: ModuleType, name: str, function: Callable[..., object], data: str | None
) -> tuple[object, ...]:
    source = getattr(module, f"{name}_inputs", None) or getattr(module, "inputs", None)
    given: tuple[object, ...] = ()
    first = (read_input(Path(data)),) if data is not None else ()
    if source is not None and not (first and _takes(function, 1)):
        try:
            made = source()
        except (Exception, SystemExit) as error:
            raise CompareError(f"{name}: its inputs failed: {one_line(error)}") from error
        given = made if isinstance(made, tuple) else (made,)
    inputs = first + given[len(first) :]
    if not inputs and not _takes(function, 0):
        raise CompareError(f"{name} needs inputs: give --input FILE or define {name}_inputs()")
    if not _takes(function, len(inputs)):
        raise CompareError(
            f"{name}{inspect.signature(function)} does not take {len(inputs)} inputs"
        )
    return inputs


def _takes(function: Callable[..., object], count: int) -> bool:
    """Can the function be called with that many positional arguments?"""
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # a ufunc: no signature to ask
        return getattr(function, "nin", count) == count
    return True


def read_input(path: Path) -> NDArray[Any]:
    """The array of finite real numbers in a .npy or .csv file (a CSV may have one header line).

    A CSV of one row or one column gives a vector.  Integers become float64 (exactly, or
    CompareError).  Raises CompareError with one line when the file is not that.
    """
    if not path.is_file():
        raise CompareError(f"no such file: {path}")
    readers: dict[str, Callable[[Path], NDArray[Any]]] = {".npy": _read_npy, ".csv": _read_csv}
    if path.suffix.lower() not in readers:
        raise CompareError(f"{path}: the input must be a .npy or .csv file")
    array = readers[path.suffix.lower()](path)
    if array.size == 0:
        raise CompareError(f"{path} holds no numbers")
    check_numbers(array, str(path))
    if array.dtype.kind != "f":
        whole = array.astype(np.float64)
        if not (whole.astype(object) == array.astype(object)).all():
            raise CompareError(f"{path} has integers that float64 cannot hold")
        return whole
    return array


def _read_npy(path: Path) -> NDArray[Any]:
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise CompareError(f"{path} cannot be read: {one_line(error)}") from error
    if not isinstance(array, np.ndarray):
        raise CompareError(f"{path} is an archive of arrays, not one array")
    return array


def _read_csv(path: Path) -> NDArray[np.float64]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CompareError(f"{path} cannot be read: {one_line(error)}") from error
    rows = [(i, line.split(",")) for i, line in enumerate(lines, 1) if line.strip()]
    if rows and not any(_is_number(cell) for cell in rows[0][1]):
        rows = rows[1:]
    numbers = []
    for i, cells in rows:
        if len(cells) != len(rows[0][1]):
            raise CompareError(
                f"{path} line {i} has {len(cells)} columns, line {rows[0][0]} has {len(rows[0][1])}"
            )
        bad = next((cell for cell in cells if not _is_number(cell)), None)
        if bad is not None:
            raise CompareError(f"{path} line {i}: {bad.strip()!r} is not a number")
        numbers.append([float(cell) for cell in cells])
    table = np.array(numbers, dtype=np.float64)
    return table.ravel() if 1 in table.shape else table


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

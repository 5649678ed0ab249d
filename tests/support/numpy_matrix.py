# SPDX-License-Identifier: BSD-3-Clause
"""Which features of NumPy work with a format?  Runs numpy_matrix.txt; prints what does not, as JSON.

`python numpy_matrix.py` lists every feature that fails, with the reason; with the name of a group
it runs that group only.  Each group is meant for a process of its own: a crash is then one too.
"""

from __future__ import annotations

import copy
import io
import json
import operator
import pickle
import sys
import tempfile
import threading
import warnings
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Callable

NUMPY_2_5 = tuple(int(part) for part in np.__version__.split(".")[:2]) >= (2, 5)
TABLE = Path(__file__).with_suffix(".txt")


class NotInstalled(Exception):  # noqa: N818 - not an error of what is checked
    """The other package of a check is not there."""


def checks() -> dict[str, dict[str, str]]:
    """Expressions by group and feature."""
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    for line in TABLE.read_text().splitlines():
        if line.startswith("["):
            group = groups.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            feature, _, expression = line.partition(" | ")
            assert feature not in group, feature
            group[feature] = expression
    return groups


def is_(got: Any, want: Any, T: Any = nf.posit16) -> bool:
    """Is `got` of the format, and has it these values, in this shape?"""
    got, want = np.asarray(got), np.asarray(want, float)
    assert got.dtype == np.dtype(T), f"dtype {got.dtype}"
    assert got.shape == want.shape, f"shape {got.shape}, not {want.shape}"
    values = got.astype(float)
    assert np.array_equal(values, want, equal_nan=True), f"{values.tolist()}, not {want.tolist()}"
    return True


def f64(got: Any, want: Any) -> bool:
    return is_(got, want, np.float64)


def raises(kind: type[Exception], call: Callable[[], Any]) -> bool:
    try:
        call()
    except kind:
        return True
    return False


def after(x: np.ndarray[Any, Any], change: Callable[[Any], Any]) -> np.ndarray[Any, Any]:
    """A copy of x after a change in place."""
    y = x.copy()
    change(y)
    return y


def through_file(
    write: Callable[[Any], Any], read: Callable[[Any], Any], suffix: str = ".npy"
) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        write(path)
        return read(path)


def divide_by_zero(how: Any) -> Any:
    with np.errstate(all=how):
        return nf.posit16(1) / np.zeros(1, nf.posit16)


def in_threads(call: Callable[[], Any]) -> list[Any]:
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(call())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def pandas() -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise NotInstalled from None
    return pd


def dask(x: Any) -> Any:
    try:
        from dask import array
    except ImportError:
        raise NotInstalled from None
    return array.from_array(x, chunks=2)


def names() -> dict[str, Any]:
    """What an expression may speak of: posit16, small arrays of it and the same values as lists."""
    F = nf.posit16
    A, B = [3.0, 1.5, -2.0, 4.0, 0.5, -1.0], [2.0, -4.0, 0.5, 1.0, -0.5, 8.0]
    M = np.array(A).reshape(2, 3)
    return {
        **globals(),
        "F": F,
        "A": A,
        "B": B,
        "M": M,
        "a": np.array(A, F),
        "b": np.array(B, F),
        "m": M.astype(F),
        "n": np.array([1, np.nan, 3], F),
        "masked": np.ma.array(np.array([3, 2, 1], F), mask=[0, 1, 0]),
        "copy": copy,
        "Decimal": Decimal,
        "Fraction": Fraction,
        "io": io,
        "operator": operator,
        "pickle": pickle,
    }


def run_checks(group: dict[str, str]) -> dict[str, str]:
    """What fails: "wrong", the error, or "not installed", by feature."""
    failed = {}
    for feature, expression in group.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                right = eval(expression, names())  # noqa: S307 - our own table
            if not right:
                failed[feature] = "wrong"
        except NotInstalled:
            failed[feature] = "not installed"
        except AssertionError as error:
            failed[feature] = f"wrong: {error}"
        except Exception as error:  # noqa: BLE001 - any error is a failed feature
            failed[feature] = f"{type(error).__name__}: {error}"
    return failed


if __name__ == "__main__":
    for chosen in sys.argv[1:] or checks():
        print(json.dumps({chosen: run_checks(checks()[chosen])}, indent=1))

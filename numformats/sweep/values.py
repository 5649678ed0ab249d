# SPDX-License-Identifier: BSD-3-Clause
"""How do parameters and results of a study stand in a table: as numbers, words or nothing?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.number_format import Format
from numformats.parse import as_format

if TYPE_CHECKING:
    Cell = bool | int | float | str | None

__all__ = ["outputs", "plain"]


def plain(value: object) -> Cell:
    """The number, text or None that a table and JSON hold for a value.

    A number of a format is a float where that is exact, else its text; a format is its text.
    Raises TypeError for anything else.

    >>> import numformats as nf
    >>> plain(nf.posit16(1.5)), plain(np.float32(0.5)), plain(nf.posit16)
    (1.5, 0.5, 'posit16')
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.generic):
        return _scalar(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, type | np.dtype | Format):
        try:
            f = as_format(value)
        except TypeError:
            return _refuse(value)
        return f.name or str(f)
    return _refuse(value)


def _scalar(value: np.generic) -> Cell:
    """Of NumPy's scalars, ours among them."""
    try:
        as_format(value.dtype)
    except TypeError:
        return plain(value.item()) if value.dtype.kind in "biufU" else _refuse(value)
    return _number(value)


def _number(value: Any) -> Cell:
    wide = float(value)
    if not np.isfinite(wide) or Fraction(*value.as_integer_ratio()) == Fraction(wide):
        return wide
    return str(value)


def _refuse(value: object) -> Cell:
    shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
    raise TypeError(f"a {type(value).__name__}{shape}: must be a number, a text, a bool or None")


def outputs(returned: object) -> dict[str, Cell]:
    """The cells of what a function returned: a dict names them, a tuple numbers them.

    >>> outputs({"mean": 0.5}), outputs((1, 2)), outputs(3.0)
    ({'mean': 0.5}, {'result0': 1, 'result1': 2}, {'result': 3.0})
    """
    if isinstance(returned, dict):
        return {str(name): plain(value) for name, value in returned.items()}
    if isinstance(returned, tuple | list):
        return {f"result{i}": plain(value) for i, value in enumerate(returned)}
    return {"result": plain(returned)}

# SPDX-License-Identifier: BSD-3-Clause
"""In which format are derivatives computed, and can it hold them?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.parse import as_dtype
from numformats.tracing import Traced

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["asked_dtype", "check_dtypes", "check_one", "in_dtype", "is_real", "widened"]


def is_real(dtype: np.dtype[Any]) -> bool:
    """Is it float16/32/64 or a number format?"""
    return dtype.kind == "f" or (hasattr(dtype.type, "format") and dtype.kind not in "SU")


def asked_dtype(keyword: str, asked: Any) -> np.dtype[Any] | None:
    """The dtype of a class, dtype or name; TypeError or ValueError, with the keyword, else."""
    if asked is None:
        return None
    try:
        numpys = isinstance(asked, np.dtype | type) or asked in {"float16", "float32", "float64"}
        dtype = np.dtype(asked) if numpys else as_dtype(asked)
        known = is_real(dtype)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{keyword}={asked!r} is no number format: {error}") from None
    if not known:
        raise TypeError(f"{keyword}={asked!r} is no floating-point dtype and no number format")
    _check(dtype, keyword)
    return dtype


def check_dtypes(keyword: str, dtypes: Iterable[Any]) -> None:
    """TypeError for formats that hold no derivatives, since they lack 0 or negative numbers."""
    for dtype in dtypes:
        if is_real(dtype):
            _check(dtype, keyword)


@functools.cache
def _lack(dtype: np.dtype[Any]) -> str:
    """What the format has not; nothing is rounded into it, which might take a random word."""
    if np.zeros((), dtype).astype(np.float64) != 0:
        return "zero"
    return "" if dtype.kind == "f" or nf.finfo(dtype).min < 0 else "negative numbers"


def _check(dtype: np.dtype[Any], keyword: str) -> None:
    if lack := _lack(dtype):
        raise TypeError(
            f"{dtype} has no {lack}, which derivatives need: give another format for them, "
            f"{keyword}="
        )


def check_one(dtype: np.dtype[Any], keyword: str) -> None:
    """ValueError where the number 1, a scalar result's cotangent, is no value of the format."""
    with np.errstate(all="ignore"):
        one = np.array(1.0).astype(dtype).astype(np.float64)
    if one != 1:
        raise ValueError(
            f"a gradient starts from the cotangent 1, which {dtype} rounds to {one}: "
            f"give another format, {keyword}="
        )


def widened(x: Any, dtype: np.dtype[Any]) -> Any:
    """An operand of a rule in the format of derivatives; masks, places and numbers stay."""
    if not isinstance(x, np.ndarray | Traced):
        return x
    return x.astype(dtype) if is_real(x.dtype) and x.dtype != dtype else x


def in_dtype(g: Any, dtype: np.dtype[Any], shape: tuple[int, ...], what: str) -> Any:
    """A tangent or cotangent of that shape, rounded to that dtype; its own array.

    Raises ValueError for another shape, TypeError for what is no array of real numbers.
    """
    if not isinstance(g, Traced):
        g = np.array(g)
        if not (is_real(g.dtype) or g.dtype.kind in "iub"):
            raise TypeError(f"{what} has dtype {g.dtype}; numbers are needed")
    if g.shape != shape:
        raise ValueError(f"{what} has shape {g.shape}; it must have that of its value, {shape}")
    return g if g.dtype == dtype else g.astype(dtype)

# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays reach the core's exact sums?  Formats of arrays, and one call for each shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes
from numformats._native import NAMED, address, class_format, environment, ffi, lib, raise_flags, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.number_format import Format

__all__ = [
    "PATHS",
    "as_formats",
    "format_of",
    "multiply",
    "native",
    "normal_axes",
    "result_dtype",
    "total",
]

Array = np.ndarray[Any, Any]
DType = np.dtype[Any]
# In the order of C's nf_path.
PATHS = ("auto", "loop", "extract", "slices")

# NumPy's own floats are formats of the table: the same codes under another name.
_NUMPY_FLOATS = {np.float16: "binary16", np.float32: "binary32", np.float64: "binary64"}


def as_formats(what: str, obj: Any) -> Array:
    """Return an array whose dtype is a format: NumPy's and ml_dtypes' floats as views.

    TypeError for others.
    """
    a = np.asarray(obj)
    return a.astype(native(a.dtype), copy=False).view(format_of(a.dtype, what).dtype)


def format_of(dtype: DType, what: str) -> Format:
    """Return the Format of a dtype, NumPy's and ml_dtypes' floats, too; TypeError for others."""
    if dtype.type in _NUMPY_FLOATS:
        return class_format(NAMED[_NUMPY_FLOATS[dtype.type]])
    try:
        return class_format(dtype)
    except TypeError:
        msg = (
            f"{what} has dtype {dtype}; allowed: number formats, float16, float32 and float64"
            " (astype makes one of them)"
        )
        raise TypeError(msg) from None


def native(dtype: DType) -> DType:
    """Return NumPy's floats in this machine's byte order, as results are; others as they are."""
    return np.dtype(dtype.type) if dtype.type in _NUMPY_FLOATS else dtype


def result_dtype(*dtypes: DType) -> DType:
    """Return the dtype that holds every value of these; TypeError where promotion has none."""
    if all(t == dtypes[0] for t in dtypes):
        return native(dtypes[0])
    return native(np.result_type(*dtypes))


def normal_axes(axis: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """Return axes as a tuple of 0..ndim-1; None: all."""
    if axis is None:
        return tuple(range(ndim))
    return np.lib.array_utils.normalize_axis_tuple(axis, ndim)


def _fill(matrix: Any, a: Array, what: str) -> None:
    """Describe the two-dimensional array `a` to C."""
    matrix.format = row(format_of(a.dtype, what))[0]
    matrix.data = address(a)
    matrix.row, matrix.column = a.strides


def _check(outcome: int, path: str) -> None:
    if outcome == lib.NF_NO_MEMORY:
        msg = "no memory for an exact product"
        raise MemoryError(msg)
    if outcome == lib.NF_STOPPED:
        _dtypes.raise_stop()
    if outcome == lib.NF_NO_PATH:
        msg = f"path {path!r} does not serve these formats or this call"
        raise ValueError(msg)
    if outcome != lib.NF_DONE:  # the exception of NumPy's BLAS is on its way in another form
        msg = "NumPy's matrix product of the slices failed"
        raise RuntimeError(msg)


def _number(path: str) -> int:
    if path not in PATHS:
        msg = f"path {path!r} is none of {', '.join(PATHS)}"
        raise ValueError(msg)
    return PATHS.index(path)


def multiply(  # noqa: PLR0913 - what a product has
    a: Array,
    b: Array,
    out: Array,
    *,
    addend: Array | None = None,
    subtract: bool = False,
    path: str = "auto",
) -> Array:
    """Fill out[..., m, n] with (addend +/-) a[..., m, k] @ b[..., k, n], exact and rounded once.

    Leading dimensions broadcast to those of `out`.  Formats may all differ.
    """
    p = ffi.new("nf_product *")
    p.m, p.k = a.shape[-2:]
    p.n, p.path, p.subtract = b.shape[-1], _number(path), subtract
    p.gemm = ffi.cast("nf_gemm *", _dtypes.gemm())
    outer = out.shape[:-2]
    parts = [(x, np.broadcast_to(x, outer + x.shape[-2:])) for x in (a, b)]
    if addend is not None:
        c, of_c = np.broadcast_to(addend, out.shape), ffi.new("nf_matrix *")
        p.addend = of_c
    env = environment(format_of(out.dtype, "out"))
    for index in np.ndindex(outer):
        _fill(p.a, parts[0][1][index], "a")
        _fill(p.b, parts[1][1][index], "b")
        _fill(p.out, out[index], "out")
        if addend is not None:
            _fill(of_c, c[index], "the addend")
        _check(lib.nf_multiply(p, env), path)
    raise_flags(env.flags, "an exact product")
    return out


def total(a: Array, out: Array, *, path: str = "auto") -> Array:
    """Fill out[i] with the exact sum of a[i, :], rounded once."""
    rows, of_out = ffi.new("nf_matrix *"), ffi.new("nf_matrix *")
    env = environment(format_of(out.dtype, "out"))
    _fill(rows, a, "a")
    _fill(of_out, out.reshape(-1, 1), "out")
    _check(lib.nf_sum_rows(rows, of_out, *a.shape, _number(path), env), path)
    raise_flags(env.flags, "an exact sum")
    return out

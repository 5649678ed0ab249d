# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays reach the exact sums of the core?  One function for each of its two calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats import _dtypes
from numformats._array_formats import format_of
from numformats._native import address, environment, ffi, lib, raise_flags, row

__all__ = ["PATHS", "multiply", "total"]

Array = np.ndarray[Any, Any]
# The names stand in the order of C's nf_path.
PATHS = ("auto", "loop", "extract", "slices")


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
    if outcome != lib.NF_DONE:  # NumPy's BLAS has set an exception, which is told here in our words
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

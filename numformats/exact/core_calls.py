# SPDX-License-Identifier: BSD-3-Clause
"""How do arrays reach the sums and products of the core, exact or in an accumulator model?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes
from numformats._array_formats import format_of
from numformats._native import address, environment, ffi, lib, raise_flags, row
from numformats.exact.models import native_model

if TYPE_CHECKING:
    from numformats.oracle.accumulators import Accumulate

__all__ = ["PATHS", "multiply", "total"]

Array = np.ndarray[Any, Any]
# The names stand in the order of C's nf_path.
PATHS = ("auto", "loop", "extract", "slices", "doubles")


def _fill(matrix: Any, a: Array, what: str) -> None:
    """Describe the two-dimensional array `a` to C."""
    matrix.format = row(format_of(a.dtype, what))[0]
    matrix.data = address(a)
    matrix.row, matrix.column = a.strides


def _check(outcome: int, path: str) -> None:
    if outcome == lib.NF_NO_MEMORY:
        msg = "no memory for a sum or a product"
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
    model: Accumulate | None = None,
    addend: Array | None = None,
    subtract: bool = False,
    path: str = "auto",
) -> Array:
    """Fill out[..., m, n] with (addend +/-) a[..., m, k] @ b[..., k, n].

    Exact and rounded once, or as the model adds, which takes no addend.  Leading dimensions
    broadcast to those of `out`.  Formats may all differ.  `path` forces one of the ways to the same
    bits: ValueError where there is none.
    """
    p, _kept = _product(out, model, path)
    p.m, p.k = a.shape[-2:]
    p.n, p.subtract = b.shape[-1], subtract
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
    raise_flags(env.flags, "an exact product" if model is None else "matmul")
    return out


def total(a: Array, out: Array, *, model: Accumulate | None = None, path: str = "auto") -> Array:
    """Fill out[i] with the sum of a[i, :], as `multiply` adds."""
    p, _kept = _product(out, model, path)
    (p.m, p.k), p.n = a.shape, 1
    _fill(p.a, a, "a")
    _fill(p.out, out.reshape(-1, 1), "out")
    env = environment(format_of(out.dtype, "out"))
    _check(lib.nf_multiply(p, env), path)
    raise_flags(env.flags, "an exact sum" if model is None else "sum")
    return out


def _product(out: Array, model: Accumulate | None, path: str) -> tuple[Any, Any]:
    """Make an nf_product with its model and path, and the model, which must outlive it."""
    p = ffi.new("nf_product *")
    p.path = _number(path)
    if model is None:
        return p, None
    p.model = kept = native_model(model, format_of(out.dtype, "out"))
    return p, kept

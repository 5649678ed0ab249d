# SPDX-License-Identifier: BSD-3-Clause
"""What are the sum, the dot product and the matrix product of arrays, exact and rounded once?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from numformats import threads
from numformats._accumulate_spec import parse_accumulate
from numformats.exact import core_calls, models

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from numpy.typing import ArrayLike, NDArray

__all__ = ["fdot", "fsum", "matmul", "vecdot"]

Array = np.ndarray[Any, Any]
_S = TypeVar("_S", bound=np.generic)
_A = TypeVar("_A", bound=Array)
EXACT = "exact"
# Products of at least this many multiply-adds are worth a thread.
_LARGE = 1 << 24


def _target(out: Array | None, dtype: Any, *operands: Array) -> np.dtype[Any]:
    """Return the dtype that results are rounded into."""
    if out is not None and not isinstance(out, np.ndarray):
        msg = f"out must be an array, not {type(out).__name__}"
        raise TypeError(msg)
    if dtype is not None:
        return core_calls.native(np.dtype(dtype))
    if out is not None:
        return core_calls.native(out.dtype)
    return core_calls.result_dtype(*(x.dtype for x in operands))


def _room(out: Array | None, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return the array for results: `out` if it fits, else a new one."""
    if out is None:
        return np.empty(shape, dtype)
    if out.shape != shape:
        msg = f"out has shape {out.shape}; the result has {shape}"
        raise ValueError(msg)
    if not out.flags.writeable:
        msg = "out is read-only"
        raise ValueError(msg)
    return out if out.dtype == dtype else np.empty(shape, dtype)


def _deliver(result: Array, out: Array | None) -> Any:
    """Return scalars as scalars; fill `out` if it is not the result itself."""
    if out is None:
        return result[()]
    if out is not result:
        np.copyto(out, result, casting="same_kind")
    return out


def _separate(room: Array, *operands: Array) -> Array:
    """Return an array to compute in: not `room` if an operand lies in the same memory."""
    shared = any(np.may_share_memory(room, x) for x in operands)
    return np.empty(room.shape, room.dtype) if shared else room


# ---- sums ----------------------------------------------------------------------------------------


@overload
def fsum(
    a: NDArray[_S] | _S,
    axis: None = None,
    *,
    dtype: None = None,
    out: None = None,
    keepdims: Literal[False] = False,
    accumulate: Any = EXACT,
) -> _S: ...
@overload
def fsum(
    a: ArrayLike,
    axis: None = None,
    *,
    dtype: type[_S] | np.dtype[_S],
    out: None = None,
    keepdims: Literal[False] = False,
    accumulate: Any = EXACT,
) -> _S: ...
@overload
def fsum(
    a: Any,
    axis: int | Sequence[int] | None = None,
    *,
    dtype: Any = None,
    out: _A,
    keepdims: bool = False,
    accumulate: Any = EXACT,
) -> _A: ...
@overload
def fsum(
    a: NDArray[_S],
    axis: int | Sequence[int] | None = None,
    *,
    dtype: None = None,
    out: None = None,
    keepdims: bool = False,
    accumulate: Any = EXACT,
) -> NDArray[_S] | Any: ...
@overload
def fsum(
    a: Any,
    axis: int | Sequence[int] | None = None,
    *,
    dtype: Any = None,
    out: Array | None = None,
    keepdims: bool = False,
    accumulate: Any = EXACT,
) -> Any: ...
def fsum(  # noqa: PLR0913 - NumPy's arguments of sum
    a: Any,
    axis: int | Sequence[int] | None = None,
    *,
    dtype: Any = None,
    out: Array | None = None,
    keepdims: bool = False,
    accumulate: Any = EXACT,
) -> Any:
    """Sum over axes, exactly, with one rounding: the correctly rounded sum, whatever the order.

    Parameters
    ----------
    a : array_like of a number format, float16, float32 or float64
    axis : int, tuple of ints or None
        Axes that are summed over; None: all.
    dtype : format or dtype, optional
        What the sum is rounded into: by default out's dtype, or a's.
    out : array, optional
    keepdims : bool
    accumulate : optional
        "exact", or a model of an accumulator: see `nf.matmul`.

    Raises
    ------
    TypeError
        The dtype is none of these.
    numpy.exceptions.AxisError, ValueError
        An axis is not there, or out has the wrong shape.

    An empty sum is 0.  NaN and NaR propagate; infinities of both signs make a NaN, flag invalid.

    >>> import numpy as np, numformats as nf
    >>> x = np.array([2.0**60, 1, -(2.0**60)])
    >>> x.sum(), nf.fsum(x)
    (np.float64(0.0), np.float64(1.0))
    >>> nf.fsum(x.astype(nf.posit16)), nf.fsum(np.full(1000, 0.1, nf.bfloat16))
    (posit16(1.0), bfloat16(100.0))

    Source: Posit Standard (2022), 3.2 and 5.11 (quire); Rump, Ogita and Oishi, "Accurate
    floating-point summation" (2008).
    """
    a = np.asarray(a)
    axes = core_calls.normal_axes(axis, a.ndim)
    target = _target(out, dtype, a)
    kept = [i for i in range(a.ndim) if i not in axes]
    shape = tuple(a.shape[i] for i in kept)
    count = math.prod(a.shape[i] for i in axes)
    rows = core_calls.as_formats("a", a).transpose(*kept, *axes).reshape(math.prod(shape), count)
    final = tuple(1 if i in axes else n for i, n in enumerate(a.shape)) if keepdims else shape
    room = _room(out, final, target)
    sums = np.empty(len(rows), target)
    if accumulate == EXACT:
        core_calls.total(rows, sums)
    else:
        spec = parse_accumulate(accumulate)
        sums = models.total(rows, spec, core_calls.format_of(target, "dtype")).view(target)
    room[...] = sums.reshape(final)
    return _deliver(room, out)


# ---- products ------------------------------------------------------------------------------------


def _product(a: Array, b: Array, room: Array, accumulate: Any) -> None:
    """room[..., m, n] = a[..., m, k] @ b[..., k, n] for arrays of formats."""
    x, y = core_calls.as_formats("a", a), core_calls.as_formats("b", b)
    if accumulate != EXACT:
        target = core_calls.format_of(room.dtype, "dtype")
        spec = parse_accumulate(accumulate)
        room[...] = models.multiply(x, y, spec, target).view(room.dtype)
    elif x.dtype == y.dtype and core_calls.format_of(room.dtype, "dtype").dtype == x.dtype:
        np.matmul(x, y, out=room.view(x.dtype))
    else:
        core_calls.multiply(x, y, room)


def _check_inner(a: Array, b: Array, k: int, other: int) -> None:
    if k != other:
        msg = f"shapes {a.shape} and {b.shape} do not match: {k} terms against {other}"
        raise ValueError(msg)


def _parts(rows: int, work: int) -> list[slice]:
    """Rows for each thread."""
    count = max(1, min(threads.get_num_threads(), rows, work // _LARGE))
    ends = [rows * i // count for i in range(count + 1)]
    return [slice(i, j) for i, j in pairwise(ends)]


@overload
def matmul(
    a: NDArray[_S], b: NDArray[_S], *, accumulate: Any = EXACT, dtype: None = None, out: None = None
) -> NDArray[_S] | _S: ...
@overload
def matmul(
    a: Any, b: Any, *, accumulate: Any = EXACT, dtype: Any = None, out: Array | None = None
) -> Any: ...
def matmul(
    a: Any, b: Any, *, accumulate: Any = EXACT, dtype: Any = None, out: Array | None = None
) -> Any:
    """Multiply matrices: every output is the exact sum of exact products, rounded once.

    Parameters
    ----------
    a, b : array_like of number formats, float16, float32 or float64
        Shapes as in `np.matmul`; the two formats may differ.
    accumulate : optional
        "exact", or a model of what hardware does: "sequential", "pairwise", a format, ("blocked",
        format, k), ("aligned", width), ("systolic", format).  Each is defined in
        docs/reference/accumulate.md and by `nf.oracle`.
    dtype : format or dtype, optional
        What results are rounded into: by default out's dtype, or the one that holds a's and b's.
    out : array, optional

    Raises
    ------
    TypeError
        A dtype is none of these, or no format holds the values of both and dtype is not given.
    ValueError
        Shapes that do not match, or an unknown accumulator.

    Large products use `nf.get_num_threads()` threads; the result does not depend on it.

    >>> import numpy as np, numformats as nf
    >>> a = np.array([256, 1, -256], nf.bfloat16)
    >>> b = np.full(3, 257, nf.bfloat16)
    >>> float(nf.matmul(a, b)), float(nf.matmul(a, b, accumulate="sequential"))
    (256.0, 0.0)

    Source: as `nf.fsum`; slices: Ozaki, Ogita, Oishi and Rump, "Error-free transformations of
    matrix multiplication by using fast routines of matrix multiplication" (2012).
    """
    a, b = np.asarray(a), np.asarray(b)
    if not a.ndim or not b.ndim:
        msg = f"matmul takes arrays of one dimension or more, not shapes {a.shape} and {b.shape}"
        raise ValueError(msg)
    x = a[np.newaxis] if a.ndim == 1 else a
    y = b[:, np.newaxis] if b.ndim == 1 else b
    _check_inner(a, b, x.shape[-1], y.shape[-2])
    outer = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    shape = (*outer, x.shape[-2], y.shape[-1])
    final = shape[:-2] + shape[-2:-1] * (a.ndim > 1) + shape[-1:] * (b.ndim > 1)
    room = _room(out, final, _target(out, dtype, a, b))
    work = _separate(room.reshape(shape), a, b)
    rows = _parts(x.shape[-2], math.prod(shape) * x.shape[-1])
    threads.run(
        lambda part: _product(x[..., part, :], y, work[..., part, :], accumulate),
        rows,
    )
    if not np.may_share_memory(work, room):
        room[...] = work.reshape(final)
    return _deliver(room, out)


def vecdot(  # noqa: PLR0913 - NumPy's arguments of vecdot
    a: Any,
    b: Any,
    *,
    axis: int = -1,
    accumulate: Any = EXACT,
    dtype: Any = None,
    out: Array | None = None,
) -> Any:
    """Dot products along an axis, broadcasting the others: exact, rounded once.

    Arguments, errors and models of accumulators as for `nf.matmul`; shapes as in `np.vecdot`.

    >>> import numpy as np, numformats as nf
    >>> x = np.array([[1, 2], [3, 4]], nf.posit16)
    >>> nf.vecdot(x, x).tolist(), nf.vecdot(x, x, axis=0).tolist()
    ([posit16(5.0), posit16(25.0)], [posit16(10.0), posit16(20.0)])
    """
    a, b = np.asarray(a), np.asarray(b)
    x, y = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    _check_inner(a, b, x.shape[-1], y.shape[-1])
    shape = np.broadcast_shapes(x.shape[:-1], y.shape[:-1])
    room = _room(out, shape, _target(out, dtype, a, b))
    work = _separate(room, a, b)[..., np.newaxis, np.newaxis]
    _product(x[..., np.newaxis, :], y[..., np.newaxis], work, accumulate)
    if not np.may_share_memory(work, room):
        room[...] = work[..., 0, 0]
    return _deliver(room, out)


@overload
def fdot(a: NDArray[_S], b: NDArray[_S], *, dtype: None = None) -> NDArray[_S] | _S: ...
@overload
def fdot(a: Any, b: Any, *, dtype: Any = None) -> Any: ...
def fdot(a: Any, b: Any, *, dtype: Any = None) -> Any:
    """Dot product as `np.dot` shapes it: exact, rounded once; of doubles, too.

    >>> import numpy as np, numformats as nf
    >>> x = np.array([1e16, 1, 1e16])
    >>> y = np.array([1, 1, -1.0])
    >>> np.dot(x, y), nf.fdot(x, y)
    (np.float64(0.0), np.float64(1.0))

    Raises and sources as `nf.matmul`.
    """
    a, b = np.asarray(a), np.asarray(b)
    if not a.ndim or not b.ndim:
        return matmul(a.reshape(-1, 1), b.reshape(1, -1), dtype=dtype).reshape(a.shape + b.shape)[
            ()
        ]
    if b.ndim == 1:
        return matmul(a, b, dtype=dtype)
    x, y = a.reshape(-1, a.shape[-1]), np.moveaxis(b, -2, 0)
    _check_inner(a, b, x.shape[-1], len(y))
    flat = matmul(x, y.reshape(len(y), -1), dtype=dtype)
    return flat.reshape(a.shape[:-1] + y.shape[1:])[()]

# SPDX-License-Identifier: BSD-3-Clause
"""What are the dot product and the matrix product of arrays, exact and rounded once?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from numformats import threads
from numformats._array_formats import as_formats, format_of
from numformats._overridable import overridable
from numformats.exact import core_calls, models
from numformats.exact.outputs import deliver, room_for, separate, target_of
from numformats.exact.sums import EXACT

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fdot", "matmul", "vecdot"]

Array = np.ndarray[Any, Any]
_S = TypeVar("_S", bound=np.generic)
# Products of at least this many multiply-adds are worth a thread.
_LARGE = 1 << 24


def _product(a: Array, b: Array, room: Array, accumulate: Any) -> None:
    """room[..., m, n] = a[..., m, k] @ b[..., k, n] for arrays of formats."""
    x, y = as_formats("a", a), as_formats("b", b)
    if accumulate != EXACT:
        core_calls.multiply(x, y, room, model=models.parse_accumulate(accumulate))
    elif x.dtype == y.dtype and format_of(room.dtype, "dtype").dtype == x.dtype:
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
@overridable
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
    room = room_for(out, final, target_of(out, dtype, a, b))
    work = separate(room.reshape(shape), a, b)
    rows = _parts(x.shape[-2], math.prod(shape) * x.shape[-1])
    threads.run(
        lambda part: _product(x[..., part, :], y, work[..., part, :], accumulate),
        rows,
    )
    if not np.may_share_memory(work, room):
        room[...] = work.reshape(final)
    return deliver(room, out)


@overridable
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
    room = room_for(out, shape, target_of(out, dtype, a, b))
    work = separate(room, a, b)[..., np.newaxis, np.newaxis]
    _product(x[..., np.newaxis, :], y[..., np.newaxis], work, accumulate)
    if not np.may_share_memory(work, room):
        room[...] = work[..., 0, 0]
    return deliver(room, out)


@overload
def fdot(a: NDArray[_S], b: NDArray[_S], *, dtype: None = None) -> NDArray[_S] | _S: ...
@overload
def fdot(a: Any, b: Any, *, dtype: Any = None) -> Any: ...
@overridable
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

# SPDX-License-Identifier: BSD-3-Clause
"""What is the sum of an array over axes, exact and rounded once?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from numformats._array_formats import as_formats
from numformats._overridable import overridable
from numformats.exact import core_calls, models
from numformats.exact.axes import rows_over
from numformats.exact.outputs import deliver, room_for, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from numpy.typing import ArrayLike, NDArray

__all__ = ["fsum"]

Array = np.ndarray[Any, Any]
_S = TypeVar("_S", bound=np.generic)
_A = TypeVar("_A", bound=Array)
EXACT = "exact"


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
@overridable
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
    target = target_of(out, dtype, a)
    rows, shape = rows_over(as_formats("a", a), axis, keepdims=keepdims)
    room = room_for(out, shape, target)
    sums = np.empty(len(rows), target)
    model = None if accumulate == EXACT else models.parse_accumulate(accumulate)
    core_calls.total(rows, sums, model=model)
    room[...] = sums.reshape(shape)
    return deliver(room, out)

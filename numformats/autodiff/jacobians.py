# SPDX-License-Identifier: BSD-3-Clause
"""What are a function's Jacobian, its linear part at a point, and its second derivative along one?

Each is made of jvp and vjp.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.formats import asked_dtype, check_one
from numformats.autodiff.gradients import of_some, value_and_grad
from numformats.autodiff.transforms import directional, jvp, vjp
from numformats.autodiff.trees import flatten

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["hvp", "jacobian", "linearize"]

# So many columns of a Jacobian are carried along at once.
_COLUMNS = 16


def jacobian(
    function: Callable[..., Any],
    argnums: int = 0,
    *,
    mode: str = "auto",
    exact: bool = True,
    dtype: Any = None,
) -> Callable[..., Any]:
    """The derivative of each output by each input, as a function of the same arguments.

    Parameters
    ----------
    function : NumPy code that gives an array; keywords are handed on to it
    argnums : the place of the argument, an array or number, that derivatives are by
    mode : "forward" (an input at a time), "reverse" (an output at a time), or "auto": reverse where
        there are no more outputs than inputs
    exact : as for `vjp`
    dtype : another format for derivatives, as cotangent_dtype and tangent_dtype

    The result has the shape of the output, then that of the input.  Raises as `vjp` does, and
    ValueError for another mode and for formats without the number 1.

    >>> import numpy as np, numformats as nf
    >>> nf.autodiff.jacobian(lambda x: x[0] * x)([2.0, 3.0]).tolist()
    [[4.0, 0.0], [3.0, 2.0]]
    """
    if mode not in {"auto", "forward", "reverse"}:
        raise ValueError(f"mode={mode!r}; allowed: 'auto', 'forward', 'reverse'")
    asked = asked_dtype("dtype", dtype)

    @functools.wraps(function)
    def matrix(*args: Any, **kwargs: Any) -> Any:
        if not isinstance(argnums, int | np.integer):
            raise TypeError(f"argnums={argnums!r}: the place of one argument")
        partial, (x,) = of_some(function, argnums, args, kwargs)
        (x,), _ = flatten(x)
        value, pull = vjp(partial, x, exact=exact, cotangent_dtype=asked)
        if isinstance(value, tuple | list | dict) or value is None:
            raise TypeError(
                f"a Jacobian is of one array; the function gives a {type(value).__name__}"
            )
        check_one(pull.dtypes[0], "dtype")
        rows, columns = np.shape(value), np.shape(x)
        if mode == "forward" or (mode == "auto" and np.size(value) > np.size(x)):
            return _by_columns(partial, x, rows + columns, exact=exact, dtype=asked)
        units = _units(np.size(value), rows)
        return np.reshape(np.stack([pull(unit)[0] for unit in units]), rows + columns)

    return matrix


def _units(count: int, shape: tuple[int, ...]) -> list[Any]:
    """The arrays of a shape that are 1 at one place."""
    return [np.reshape(row, shape) for row in np.eye(count)]


def _by_columns(
    function: Callable[..., Any], x: Any, shape: tuple[int, ...], *, exact: bool, dtype: Any
) -> Any:
    units = _units(np.size(x), np.shape(x))
    columns: list[Any] = []
    for start in range(0, len(units), _COLUMNS):
        moves = [(unit,) for unit in units[start : start + _COLUMNS]]
        columns += directional(function, (x,), moves, exact=exact, tangent_dtype=dtype)[1]
    return np.reshape(np.stack(columns, axis=-1), shape)


def linearize(
    function: Callable[..., Any], *primals: Any, exact: bool = True
) -> tuple[Any, Callable[..., Any]]:
    """The value of a function of arrays, and its linear part there: the map of tangents by `jvp`.

    primals, exact: as for `vjp`.  The function is run once; the map, which takes a tangent for each
    argument, runs only the rules.  It is the transpose of the pullback, whose own code is traced
    for it, so that what it gives and what jvp gives may differ by roundings.  Raises as `vjp` does.

    >>> import numpy as np, numformats as nf
    >>> value, push = nf.autodiff.linearize(lambda x, y: x * y, 3.0, 4.0)
    >>> float(value), float(push(1, 0)), float(push(0, 1))
    (12.0, 4.0, 3.0)
    """
    value, pull = vjp(function, *primals, exact=exact)
    _, push = vjp(pull, pull.zeros(), exact=exact)

    def linear(*tangents: Any) -> Any:
        """The derivative of the result along the tangents, one for each argument."""
        if len(tangents) != len(primals):
            raise ValueError(f"{len(primals)} arguments have {len(tangents)} tangents")
        return push(tangents)[0]

    return value, linear


def hvp(
    function: Callable[..., Any],
    primals: Any,
    tangents: Any,
    *,
    exact: bool = True,
    dtype: Any = None,
) -> Any:
    """The Hessian of a scalar function times a vector, forward over reverse.

    Parameters
    ----------
    function : NumPy code that gives a number
    primals, tangents : tuples as for `jvp`, or one array each
    exact : as for `vjp`
    dtype : another format for derivatives, as cotangent_dtype and tangent_dtype

    Gives the derivative of the gradient along the tangents: an array for one argument, else a tuple
    with one for each.  Raises as `jvp` and `grad` do.

    >>> import numpy as np, numformats as nf
    >>> nf.autodiff.hvp(lambda x: np.sum(x**3), ([1.0, 2.0],), ([1.0, 1.0],)).tolist()
    [6.0, 12.0]

    Source: Pearlmutter, "Fast exact multiplication by the Hessian" (1994).
    """
    if not isinstance(primals, tuple):
        primals, tangents = (primals,), (tangents,)
    both = value_and_grad(function, tuple(range(len(primals))), exact=exact, cotangent_dtype=dtype)
    slopes = jvp(lambda *x: both(*x)[1], primals, tangents, exact=exact, tangent_dtype=dtype)[1]
    return slopes[0] if len(primals) == 1 else slopes

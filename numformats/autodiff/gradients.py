# SPDX-License-Identifier: BSD-3-Clause
"""What is the gradient of a scalar function?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.formats import check_one
from numformats.autodiff.transforms import vjp

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["grad", "of_some", "value_and_grad"]


def of_some(
    function: Callable[..., Any], argnums: int | tuple[int, ...], args: Any, kwargs: dict[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The function of the arguments at these places alone, and these arguments.

    Raises TypeError or ValueError for places where there is no argument.
    """
    if not callable(function):
        raise TypeError(f"{function!r} is no function")
    asked = argnums if isinstance(argnums, tuple | list) else (argnums,)
    if not asked or not all(isinstance(a, int | np.integer) for a in asked):
        raise TypeError(f"argnums={argnums!r}: the place of an argument, or a tuple of places")
    if not all(-len(args) <= a < len(args) for a in asked):
        raise ValueError(f"argnums={argnums!r}: there are {len(args)} positional arguments")
    places = [a % len(args) for a in asked]
    if len(set(places)) < len(places):
        raise ValueError(f"argnums={argnums!r}: each place once")

    def partial(*some: Any) -> Any:
        whole = list(args)
        for place, arg in zip(places, some, strict=True):
            whole[place] = arg
        return function(*whole, **kwargs)

    return partial, tuple(args[place] for place in places)


def value_and_grad(
    function: Callable[..., Any],
    argnums: int | tuple[int, ...] = 0,
    *,
    exact: bool = True,
    cotangent_dtype: Any = None,
) -> Callable[..., tuple[Any, Any]]:
    """The function that gives the value of a scalar function, and its gradient; see `grad`.

    >>> import numpy as np, numformats as nf
    >>> value, slope = nf.autodiff.value_and_grad(lambda x: np.sum(x * x))([1.0, 2.0])
    >>> float(value), slope.tolist()
    (5.0, [2.0, 4.0])
    """

    @functools.wraps(function)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        partial, some = of_some(function, argnums, args, kwargs)
        value, pull = vjp(partial, *some, exact=exact, cotangent_dtype=cotangent_dtype)
        if isinstance(value, tuple | list | dict) or np.ndim(value):
            shape = getattr(value, "shape", type(value).__name__)
            raise ValueError(
                f"a gradient is of a scalar; the function gives shape {shape}: "
                "sum it, or take jacobian"
            )
        check_one(pull.dtypes[0], "cotangent_dtype")
        slopes = pull(1)
        return value, slopes if isinstance(argnums, tuple | list) else slopes[0]

    return both


def grad(
    function: Callable[..., Any],
    argnums: int | tuple[int, ...] = 0,
    *,
    exact: bool = True,
    cotangent_dtype: Any = None,
) -> Callable[..., Any]:
    """The gradient of a scalar function, as a function of the same arguments.

    Parameters
    ----------
    function : NumPy code that gives a number (shape ()); keywords are handed on to it
    argnums : the place of the argument that the gradient is by, or a tuple of places, which gives
        a tuple; the argument may be an array, number, list of numbers, or a container of these
    exact, cotangent_dtype : as for `vjp`

    Raises as `vjp` does, ValueError when the result is no scalar, or when its format does not have
    the number 1, which a gradient starts from.

    >>> import numpy as np, numformats as nf
    >>> nf.autodiff.grad(lambda x: np.sum(x**3))(np.array([1, 2], nf.posit16)).tolist()
    [posit16(3.0), posit16(12.0)]
    """
    both = value_and_grad(function, argnums, exact=exact, cotangent_dtype=cotangent_dtype)

    @functools.wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient

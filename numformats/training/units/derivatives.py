# SPDX-License-Identifier: BSD-3-Clause
"""Which unit has a gradient?  That of the value by that of the argument."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import autodiff
from numformats.autodiff.trees import flatten, leaves_like
from numformats.training.units.answers import prepare
from numformats.training.units.registries import is_quantity

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["grad", "value_and_grad"]


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, **options: Any
) -> Callable[..., tuple[Any, Any]]:
    """The function that gives the value of a scalar function and its gradient, both with units.

    Parameters
    ----------
    function : NumPy code on quantities and arrays; tuples, lists and dicts of them are arguments,
        too
    argnums, options : as for `numformats.autodiff.value_and_grad`

    The gradient by a quantity of unit p of a value of unit v has the unit v / p.  Units are checked
    operation by operation, each before it computes: pint.DimensionalityError comes before any
    derivative.  Raises as `numformats.autodiff.grad` does.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import units
    >>> u = units.registry()
    >>> def energy(v, m):
    ...     return np.sum(m * v**2) / 2
    >>> v = u.Quantity(np.array([1, 2], nf.posit16), "m/s")
    >>> m = u.Quantity(np.array([3, 4], nf.posit16), "kg")
    >>> value, slope = units.value_and_grad(energy)(v, m)
    >>> print(value, "and", slope)
    9.5 kilogram * meter ** 2 / second ** 2 and [3.0 8.0] kilogram * meter / second
    """

    @functools.wraps(function)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        given = [_Argument(arg) for arg in args]
        seen: list[Any] = []

        def plain(*inner: Any, **more: Any) -> Any:
            dressed = (arg.dressed(bare) for arg, bare in zip(given, inner, strict=True))
            result = function(*dressed, **more)
            seen[:] = [type(result), result.units] if is_quantity(result) else [None, None]
            return result.magnitude if is_quantity(result) else result

        bare = (arg.bare for arg in given)
        value, slopes = autodiff.value_and_grad(plain, argnums, **options)(*bare, **kwargs)
        kind, unit = seen
        several = isinstance(argnums, tuple | list)
        places = argnums if isinstance(argnums, tuple | list) else [argnums]
        found = [
            given[place].gradient(slope, kind, unit)
            for slope, place in zip(slopes if several else [slopes], places, strict=True)
        ]
        value = value if kind is None else kind(value, unit)
        return value, tuple(found) if several else found[0]

    return both


def grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, **options: Any
) -> Callable[..., Any]:
    """The gradient of a scalar function with units, as a function of the same arguments.

    See `value_and_grad`.

    >>> import numpy as np
    >>> from numformats.training import units
    >>> u = units.registry()
    >>> print(units.grad(lambda x: np.sum(x**3))(u.Quantity(np.array([1.0, 2.0]), "cm")))
    [3.0 12.0] centimeter ** 2
    """
    both = value_and_grad(function, argnums, **options)

    @functools.wraps(function)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


class _Argument:
    """An argument with its units, and the same without them."""

    def __init__(self, arg: Any) -> None:
        self.arg = arg
        leaves, self.build = flatten(arg)
        self.kinds = [type(leaf) if is_quantity(leaf) else None for leaf in leaves]
        self.units: list[Any] = [leaf.units if is_quantity(leaf) else None for leaf in leaves]
        for leaf in leaves:
            if is_quantity(leaf):
                prepare(leaf._REGISTRY)  # noqa: SLF001 - where pint keeps it
        # A list of scalars would be taken for one array: each of these is an array of its own.
        self.bare = self.build(
            [np.asarray(leaf.magnitude) if is_quantity(leaf) else leaf for leaf in leaves]
        )

    def dressed(self, bare: Any) -> Any:
        """The argument with its units again, around traced values."""
        leaves = leaves_like(self.arg, bare, "the argument")
        pairs = zip(leaves, self.kinds, self.units, strict=True)
        return self.build([leaf if kind is None else kind(leaf, u) for leaf, kind, u in pairs])

    def gradient(self, slope: Any, kind: Any, unit: Any) -> Any:
        """The gradient by it of a value of this unit (kind None: of a bare number), with units."""
        dressed: list[Any] = []
        leaves = leaves_like(self.arg, slope, "the gradient")
        for leaf, its, by in zip(leaves, self.kinds, self.units, strict=True):
            if its is not None:
                dressed.append(its(leaf, by**-1 if kind is None else unit / by))
            else:
                dressed.append(leaf if kind is None else kind(leaf, unit))
        return self.build(dressed)

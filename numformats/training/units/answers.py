# SPDX-License-Identifier: BSD-3-Clause
"""Which unit has the result of a function of numformats?

NumPy asks pint.  Ours ask the argument (`__numformats_function__`), and a registry that was
prepared has the answer: without it the numbers would be taken and their unit lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numformats as nf
from numformats.training.units.registries import is_quantity, pint

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["prepare", "registry"]

Rule = "Callable[[list[Any], Any], Any]"


def registry(*args: Any, **kwargs: Any) -> Any:
    """A pint.UnitRegistry whose quantities answer functions of numformats; arguments are pint's.

    Raises ImportError without pint, which names the extra.

    >>> import numpy as np, numformats as nf
    >>> u = registry()
    >>> q = u.Quantity(np.array([1, 2], nf.posit16), "m")
    >>> nf.matmul(q, q), nf.fsum(q)
    (<Quantity(5.0, 'meter ** 2')>, <Quantity(3.0, 'meter')>)
    """
    return prepare(pint().UnitRegistry(*args, **kwargs))


def prepare(units: Any) -> Any:
    """Teach the quantities of a registry, and of no other, to answer functions of numformats.

    Gives the registry.  `value_and_grad` does it for the registry of its arguments.
    """
    if not hasattr(units.Quantity, "__numformats_function__"):
        units.Quantity.__numformats_function__ = _answer
        units.Unit.__numformats_function__ = _answer  # traced values leave products to it
    return units


def _answer(self: Any, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """The function of the magnitudes, with the unit that its rule says."""
    del self, types
    rule = _RULES.get(function)
    if rule is None:
        raise TypeError(
            f"{function.__name__} takes no quantities with units: give it their magnitudes"
        )
    first = next(a for a in (*args, *kwargs.values()) if is_quantity(a))
    units = first._REGISTRY  # noqa: SLF001
    if any(is_quantity(a) for a in kwargs.values()):
        raise TypeError(f"{function.__name__}: quantities are positional arguments")
    own = [a.units if is_quantity(a) else units.dimensionless for a in args]
    bare = [a.magnitude if is_quantity(a) else a for a in args]
    unit = rule(own, bare)
    return units.Quantity(function(*bare, **kwargs), unit)


def _same(own: list[Any], _: Any) -> Any:
    return own[0]


def _product(own: list[Any], _: Any) -> Any:
    return own[0] * own[1]


_RULES: dict[Any, Callable[[list[Any], Any], Any]] = {
    nf.matmul: _product,
    nf.vecdot: _product,
    nf.fdot: _product,
    nf.linalg.strassen: _product,
    nf.fsum: _same,
    nf.fmean: _same,
    nf.fstd: _same,
    nf.norm2: _same,
    nf.linalg.norm: _same,
    nf.quantize: _same,
    nf.fvar: lambda own, _: own[0] ** 2,
    nf.linalg.inv: lambda own, _: own[0] ** -1,
    nf.linalg.solve: lambda own, _: own[1] / own[0],
    nf.linalg.lstsq: lambda own, _: own[1] / own[0],
    nf.linalg.det: lambda own, bare: own[0] ** bare[0].shape[-1],
}

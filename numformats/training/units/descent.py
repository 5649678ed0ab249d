# SPDX-License-Identifier: BSD-3-Clause
"""How is a step of gradient descent made with units?  The rate has the unit p^2 / loss."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.units.conversion import conversion_factor, rounded
from numformats.training.units.registries import is_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["descend"]


def descend(
    parameters: Mapping[str, Any], gradients: Mapping[str, Any], rates: Any
) -> dict[str, Any]:
    """One step p - rate * gradient for each parameter, as new quantities in the parameters' units.

    Parameters
    ----------
    parameters, gradients : quantities by the same names
    rates : a quantity for all, or one for each name.  Its unit times the gradient's must be one of
        the parameter: p^2 / loss

    The rate is converted exactly and rounded once into the parameter's format; rate * gradient is
    subtracted with one rounding (`nf.fma`).  All units are checked before anything is computed:
    raises pint.DimensionalityError, which then leaves all as it was, ValueError for other names,
    TypeError for what is no quantity.

    >>> import numpy as np, numformats as nf
    >>> from numformats.training import units
    >>> u = units.registry()
    >>> x = {"x": u.Quantity(np.array([1, 2], nf.posit16), "m")}
    >>> slope = {"x": u.Quantity(np.array([4, 4], nf.posit16), "J/m")}
    >>> descend(x, slope, u.Quantity(25, "cm**2/J"))["x"]
    <Quantity([0.99 1.99], 'meter')>
    """
    if parameters.keys() != gradients.keys():
        raise ValueError(
            f"parameters are {sorted(parameters)} and gradients {sorted(gradients)}; the names "
            "must be the same"
        )
    by_name = rates if isinstance(rates, dict) else dict.fromkeys(parameters, rates)
    if missing := sorted(parameters.keys() - by_name.keys()):
        raise ValueError(f"rates has none for {', '.join(missing)}")
    steps = {name: _rate(name, p, gradients[name], by_name[name]) for name, p in parameters.items()}
    moved = {}
    for name, p in parameters.items():
        by = np.asarray(gradients[name].magnitude).astype(np.asarray(p.magnitude).dtype)
        moved[name] = type(p)(nf.fma(-steps[name], by, p.magnitude), p.units)
    return moved


def _rate(name: str, p: Any, gradient: Any, rate: Any) -> Any:
    """The rate in the unit of the parameter by that of the gradient, in the parameter's format."""
    for what, x in (("parameter", p), ("gradient", gradient), ("rate", rate)):
        if not is_quantity(x):
            raise TypeError(f"the {what} {name} is {x!r}; allowed: a quantity of pint")
    factor = conversion_factor(rate.units, p.units / gradient.units)
    if np.ndim(rate.magnitude):
        raise TypeError(
            f"the rate {name} has shape {np.shape(rate.magnitude)}; it must be a number"
        )
    exact = Fraction(*rate.magnitude.as_integer_ratio()) * factor
    return rounded(exact, np.asarray(p.magnitude).dtype)

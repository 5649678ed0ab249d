# SPDX-License-Identifier: BSD-3-Clause
"""What does a general model say of the parameters of a domain's model?  A Gaussian with a diagonal.

    theta ~ N(theta_0, diag(precision)^-1)        penalty = 1/2 sum of precision (theta - theta_0)^2

Laplace's method puts theta_0 at the model and precision = kappa F + floor with its Fisher
information F.  The posterior after a domain is the prior of the next: its precision is the sum.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from numformats.training.distillation.fisher import Fisher
    from numformats.training.layer import Layer

    Arrays = Mapping[str, Any]

__all__ = ["Prior", "isotropic", "laplace"]


class Prior(NamedTuple):
    """Means and precisions by name of parameter, in float64.

    >>> import numpy as np
    >>> prior = Prior({"w": np.array([1.0, 2.0])}, {"w": np.array([4.0, 0.0])})
    >>> prior.penalty({"w": np.array([2.0, 9.0])}), prior.slope({"w": np.array([2.0, 9.0])})
    (2.0, {'w': array([4., 0.])})
    """

    mean: dict[str, NDArray[np.float64]]
    precision: dict[str, NDArray[np.float64]]

    def penalty(self, parameters: Arrays) -> float:
        """Half the sum of precision (theta - mean)^2: the sum is exact, rounded once."""
        parts = [
            (self.precision[name] * (w - self.mean[name]), w - self.mean[name])
            for name, w in self._wide(parameters).items()
        ]
        left, right = (np.concatenate([p[side].ravel() for p in parts]) for side in (0, 1))
        return float(nf.fdot(left, right)) / 2

    def slope(self, parameters: Arrays) -> dict[str, NDArray[np.float64]]:
        """The derivative of the penalty."""
        return {
            name: self.precision[name] * (w - self.mean[name])
            for name, w in self._wide(parameters).items()
        }

    def _wide(self, parameters: Arrays) -> dict[str, NDArray[np.float64]]:
        if parameters.keys() != self.mean.keys():
            raise ValueError(f"the prior is of {sorted(self.mean)}, not of {sorted(parameters)}")
        return {name: np.asarray(w).astype(np.float64) for name, w in parameters.items()}

    def after(self, model: Layer, information: Fisher, kappa: float = 1.0) -> Prior:
        """The posterior as the next prior: the model's parameters, precision + kappa F.

        Each new precision is one exact sum of the product and the old one, rounded once.

        >>> import numpy as np
        >>> from numformats.training import Linear
        >>> from numformats.training.distillation import fisher
        >>> model = Linear(1, 2, bias=False, dtype=np.float64)
        >>> model.own["weight"][:] = 0
        >>> domain = isotropic(model, 3.0).after(model, fisher(model, [[2.0]]))
        >>> domain.precision["weight"].tolist()
        [[4.0, 4.0]]
        """
        _positive(kappa, "kappa")
        sums = information.rounded()
        if sums.keys() != self.precision.keys():
            there = f"the prior is of {sorted(self.mean)}"
            raise ValueError(f"{there}, the information of {sorted(sums)}")
        factor = np.asarray(float(kappa)).astype(nf.binary64)
        precision = {
            name: nf.fma(factor, sums[name].astype(nf.binary64), own.astype(nf.binary64))
            for name, own in self.precision.items()
        }
        return Prior(_means(model), {name: p.astype(np.float64) for name, p in precision.items()})


def isotropic(model: Layer, precision: float) -> Prior:
    """The prior around a model with the same precision for all parameters.

    Raises ValueError for a precision below 0 or not finite.

    >>> import numpy as np
    >>> from numformats.training import Linear
    >>> isotropic(Linear(1, 1, bias=False, dtype=np.float32), 2.5).precision
    {'weight': array([[2.5]])}
    """
    _positive(precision, "precision")
    means = _means(model)
    return Prior(means, {name: np.full(m.shape, float(precision)) for name, m in means.items()})


def laplace(model: Layer, information: Fisher, kappa: float = 1.0, floor: float = 0.0) -> Prior:
    """Laplace's approximation around a model: precision kappa F + floor, rounded once.

    information: as `fisher` gives it for the data that the model knows; kappa: how much of it
    counts in the domain, floor: the precision where it is silent.  Raises ValueError for numbers
    below 0.

    >>> import numpy as np
    >>> from numformats.training import Linear
    >>> from numformats.training.distillation import fisher
    >>> model = Linear(1, 2, bias=False, dtype=np.float64)
    >>> model.own["weight"][:] = 0
    >>> laplace(model, fisher(model, [[2.0]]), kappa=0.5, floor=0.25).precision["weight"].tolist()
    [[0.75, 0.75]]

    Source: MacKay, "A practical Bayesian framework for backpropagation networks" (1992).
    """
    return isotropic(model, floor).after(model, information, kappa)


def _means(model: Layer) -> dict[str, NDArray[np.float64]]:
    return {name: array.astype(np.float64) for name, array in model.parameters().items()}


def _positive(value: float, name: str) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name}={value!r}; allowed: a number, 0 or more")

# SPDX-License-Identifier: BSD-3-Clause
"""How sharply do a model's own predictions fix each of its parameters?

The diagonal of the Fisher information, over samples x and the model's own labels y:

    F_i = sum over x of sum over y of p(y | x) (d log p(y | x) / d theta_i)^2

A sum of squares, kept in quires: it depends neither on the order of the samples nor on which of
them were added where, and two data sets' sums merge exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.autodiff import vjp
from numformats.training.layer import Pass

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from numformats.training.layer import Layer

__all__ = ["Fisher", "fisher"]


class Fisher:
    """Sums of products for each parameter, by name: exact, each rounded once by `rounded`.

    samples: how many were added.  Raises ValueError where two of other parameters are merged.

    >>> import numpy as np
    >>> some = Fisher({"weight": (2,)})
    >>> for slopes in [[3.0, 2.0**-30], [4.0, 1.0]]:
    ...     _ = some.add(*[{"weight": np.array(slopes)}] * 2)
    >>> some
    Fisher information of 2 parameters, 2 samples
    >>> some.rounded()["weight"].tolist() == [25.0, 1 + 2.0**-60]
    True
    """

    def __init__(self, shapes: dict[str, tuple[int, ...]]) -> None:
        self.sums = {name: nf.QuireArray(nf.binary32, shape) for name, shape in shapes.items()}
        self.samples = 0

    def add(
        self, left: dict[str, NDArray[Any]], right: dict[str, NDArray[Any]], samples: int = 1
    ) -> Fisher:
        """Add left times right, for each parameter; both are rounded into float32 first."""
        for name, sums in self.sums.items():
            sums.fma(left[name].astype(nf.binary32), right[name].astype(nf.binary32))
        self.samples += samples
        return self

    def merged(self, other: Fisher) -> Fisher:
        """The information of both sets of samples, exactly."""
        shapes = [{name: s.shape for name, s in f.sums.items()} for f in (self, other)]
        if shapes[0] != shapes[1]:
            raise ValueError(f"parameters {shapes[0]} and {shapes[1]} are not those of one model")
        both = Fisher(shapes[0])
        both.sums = {name: s.merged(other.sums[name]) for name, s in self.sums.items()}
        both.samples = self.samples + other.samples
        return both

    def rounded(self) -> dict[str, NDArray[np.float64]]:
        """The sums as float64, each rounded once."""
        return {
            name: np.asarray(sums.round(nf.binary64)).astype(np.float64)
            for name, sums in self.sums.items()
        }

    def __repr__(self) -> str:
        count = sum(int(np.prod(sums.shape)) for sums in self.sums.values())
        return f"Fisher information of {count} parameters, {self.samples} samples"


def fisher(model: Layer, x: ArrayLike) -> Fisher:
    """The diagonal Fisher information of a classifier at its parameters, over these samples.

    model: a layer whose outputs are logits (samples, classes).  One reverse pass per sample and
    class, in the model's own dtype; p times the derivative and the derivative are rounded to
    float32, and their product is added exactly.  Raises ValueError for an input without samples
    and for other outputs.

    >>> import numpy as np
    >>> from numformats.training import Linear
    >>> model = Linear(1, 2, bias=False, dtype=np.float64)
    >>> model.own["weight"][:] = 0  # p = 1/2: the variance of the label is 1/4
    >>> fisher(model, [[2.0], [4.0]]).rounded()["weight"].tolist()
    [[5.0, 5.0]]

    Source: Amari, "Natural gradient works efficiently in learning" (1998); as a prior: Kirkpatrick
    et al., "Overcoming catastrophic forgetting in neural networks" (2017).
    """
    rows = model.enter(x)
    if rows.ndim < 1 or not len(rows):
        raise ValueError(f"x has shape {rows.shape}; allowed: one sample or more")
    parameters = model.parameters()
    found = Fisher({name: array.shape for name, array in parameters.items()})
    for k in range(len(rows)):
        one = rows[k : k + 1]
        logits, pull = vjp(lambda p, one=one: model.forward(p, one, Pass()), parameters)
        if np.ndim(logits) != 2:
            raise ValueError(f"outputs have shape {np.shape(logits)}; allowed: (samples, classes)")
        z = np.asarray(logits)[0].astype(float)
        p = np.exp(z - z.max())
        p /= p.sum()
        unit = np.eye(len(p)).astype(logits.dtype)
        rows_of = [pull(unit[c : c + 1])[0] for c in range(len(p))]
        _add(found, {name: np.stack([r[name] for r in rows_of]) for name in parameters}, p)
    return found


def _add(found: Fisher, jacobian: dict[str, NDArray[Any]], p: NDArray[Any]) -> None:
    """One sample's terms; jacobian: of the logits, by parameter, classes first."""
    wide = {name: rows.astype(float) for name, rows in jacobian.items()}
    means = {name: np.tensordot(p, rows, 1) for name, rows in wide.items()}
    for c, share in enumerate(p):
        slopes = {name: rows[c] - means[name] for name, rows in wide.items()}  # d log p(c)
        found.add({name: share * slope for name, slope in slopes.items()}, slopes, samples=0)
    found.samples += 1

# SPDX-License-Identifier: BSD-3-Clause
"""Which parameters are the most probable, given a domain's labels and what the prior says?

    theta = argmin  sum of -log p(y | x, theta) + penalty(theta) + strength KL(teacher || student)

The last term, a prior over functions, is the mean over probes: inputs of which no label is known.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype, wide, widest
from numformats.training.gradients import gradients
from numformats.training.lbfgs import LBFGS
from numformats.training.losses import softmax_cross_entropy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from numformats.training.distillation.prior import Prior
    from numformats.training.layer import Layer

__all__ = ["Probes", "map_estimate", "soft_cross_entropy"]


class Probes(NamedTuple):
    """Inputs without labels, the teacher's probabilities there, and how much they count."""

    x: Any
    probabilities: Any
    strength: float

    @classmethod
    def of(cls, teacher: Layer, x: ArrayLike, strength: float) -> Probes:
        """The probes x with the teacher's softmax, in float64.

        >>> import numpy as np
        >>> from numformats.training import Linear
        >>> Probes.of(Linear(2, 2, dtype=np.float64), np.zeros((1, 2)), 1.0).probabilities
        array([[0.5, 0.5]])
        """
        if not strength > 0:
            raise ValueError(f"strength={strength!r}; allowed: a number above 0")
        z = np.asarray(teacher(x)).astype(np.float64)
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return cls(np.asarray(x), e / e.sum(axis=-1, keepdims=True), float(strength))


def soft_cross_entropy(logits: Any, probabilities: Any, reduction: str = "mean") -> Any:
    """-sum of target probability times log softmax(logits): of each sample, the mean, or the sum.

    It is KL(target || softmax) plus the target's entropy, which no parameter moves.  logits,
    probabilities: (samples, classes); computed in `dtypes.widest`, sums exact.  Raises ValueError
    for other shapes or reductions.

    >>> import numpy as np
    >>> float(soft_cross_entropy(np.zeros((1, 2)), [[0.25, 0.75]])) == float(np.log(2))
    True

    Source: Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network" (2015).
    """
    logits = logits if hasattr(logits, "astype") else np.asarray(logits, float)
    target = np.asarray(probabilities, float)
    if logits.ndim != 2 or target.shape != logits.shape:
        raise ValueError(f"logits have shape {logits.shape}, probabilities {target.shape}")
    if reduction not in {"mean", "sum", "none"}:
        raise ValueError(f"reduction={reduction!r}; allowed: 'mean', 'sum', 'none'")
    loss = _soft(logits, target)
    if reduction == "none":
        return loss
    return nf.fmean(loss) if reduction == "mean" else nf.fsum(loss)


def _logarithms(logits: Any) -> Any:
    """The logarithms of softmax(logits), in `dtypes.widest`."""
    z = wide(logits)
    ahead = z - np.max(z, axis=-1, keepdims=True)
    return ahead - np.log(nf.fsum(np.exp(ahead), axis=-1))[..., np.newaxis]


def _to_logits(g: Any, _r: Any, logits: Any, target: Any) -> Any:
    """Give g (softmax - target), for a target that adds up to 1."""
    slope = np.exp(_logarithms(logits)) - target.astype(widest(logits.dtype))
    return (g[..., np.newaxis].astype(slope.dtype) * slope).astype(logits.dtype)


@primitive(backward=(_to_logits, None))
def _soft(logits: Any, target: Any) -> Any:
    z = _logarithms(logits)
    return -np.asarray(nf.vecdot(z, target.astype(z.dtype))).astype(np.float64)


def map_estimate(  # noqa: PLR0913 - what the posterior is made of
    model: Layer,
    x: ArrayLike,
    y: ArrayLike,
    prior: Prior,
    *,
    probes: Probes | None = None,
    dtype: Any = None,
    steps: int = 30,
    tolerance: float = 1e-3,
) -> Layer:
    """A copy of the model with the most probable parameters; the model stays as it is.

    model: where the search starts, logits (samples, classes) in float64; L-BFGS takes up to so
    many steps, fewer when the loss falls by less than tolerance times itself.  dtype: what the
    copy's parameters are rounded into at the end, once; by default they stay float64.
    Raises ValueError for a model in another dtype, and as `gradients` does.

    >>> import numpy as np
    >>> from numformats.training import Linear
    >>> from numformats.training.distillation import isotropic
    >>> teacher = Linear(1, 2, bias=False, dtype=np.float64, seed=0)
    >>> x, y = [[1.0], [-1.0]], [0, 1]
    >>> student = map_estimate(teacher, x, y, isotropic(teacher, 1e-3))
    >>> int(student([[1.0]]).argmax()), bool((student([[1.0]]) != teacher([[1.0]])).all())
    (0, True)
    """
    if model.dtype != np.float64:
        raise ValueError(f"the search starts from a model in {model.dtype}; allowed: float64")
    student, count = copy.deepcopy(model), len(np.asarray(y))
    rows, targets = _targets(student, np.asarray(x), np.asarray(y), probes)

    def objective(parameters: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        mean, slopes = gradients(student, _weighted, rows, targets, batch_total=count)
        pulls = prior.slope(parameters)
        found = {name: slope + pulls[name] / count for name, slope in slopes.items()}
        return (float(mean) * len(rows) + prior.penalty(parameters)) / count, found

    optimizer, last = LBFGS(), np.inf
    for _ in range(checked_count(steps, "steps")):
        loss = optimizer.step(student.parameters(), objective)
        if last - loss <= tolerance * abs(loss):
            break
        last = loss
    return student if dtype is None else rounded(student, dtype)


def _targets(model: Layer, x: Any, y: Any, probes: Probes | None) -> tuple[Any, Any]:
    """Inputs of labels and probes; target probabilities, and in a last column their weights."""
    outputs = np.asarray(model(x[:1]))
    softmax_cross_entropy(np.broadcast_to(outputs, (len(y), *outputs.shape[1:])), y)  # it checks y
    hard = np.eye(outputs.shape[-1])[y]
    labels = np.column_stack([hard, np.ones(len(y))])
    if probes is None:
        return x, labels
    weights = np.full(len(probes.x), probes.strength / len(probes.x))
    soft = np.column_stack([probes.probabilities, weights])
    return np.concatenate([x, probes.x]), np.concatenate([labels, soft])


def _weighted(logits: Any, targets: Any, reduction: str = "none") -> Any:
    return soft_cross_entropy(logits, targets[:, :-1], reduction) * targets[:, -1]


def rounded(model: Layer, dtype: Any) -> Layer:
    """A copy of the model whose parameters are rounded once into another dtype."""
    found = copy.deepcopy(model)
    _round(found, parameter_dtype(dtype))
    return found


def _round(layer: Layer, dtype: np.dtype[Any]) -> None:
    with np.errstate(over="ignore"):
        layer.own = {name: array.astype(dtype) for name, array in layer.own.items()}
    for part in layer.parts.values():
        _round(part, dtype)

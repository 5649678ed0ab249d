# SPDX-License-Identifier: BSD-3-Clause
"""How far are the outputs from what they should be?

A loss is computed in `dtypes.widest` of the outputs, its sums exact, and comes back as a float64
(formats that float64 does not hold keep their own).  Its derivative is computed there, too, and
rounded once into the outputs' dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.training.activations import flat_maximum
from numformats.training.dtypes import native, wide

__all__ = ["binary_cross_entropy", "mean_squared_error", "softmax_cross_entropy"]


def softmax_cross_entropy(
    logits: Any, labels: Any, reduction: str = "mean", *, label_smoothing: float = 0.0
) -> Any:
    """-log softmax(logits)[label] of each sample, their mean, or their sum.

    Parameters
    ----------
    logits : array of shape (samples, classes)
        Also with more axes before the last, such as (samples, time, classes).
    labels : integers of shape (samples,)
        0 to classes - 1; of the shape of logits without the last axis.
    reduction : "mean", "sum" or "none"
        "none" gives one loss per sample (the mean over further axes).
    label_smoothing : float
        The share of the target that is spread over all classes.

    The derivative is softmax - target; at the label it is minus the sum of the other probabilities,
    so that nothing cancels when the label is nearly certain.
    Raises ValueError for shapes, labels and reductions that do not fit, TypeError for labels that
    are no integers.

    >>> import numpy as np
    >>> loss = softmax_cross_entropy(np.array([[0.0, 0.0], [100.0, 0.0]]), [0, 0], "none")
    >>> loss.tolist()
    [0.6931471805599453, 3.720075976020836e-44]

    Source: Bridle, "Probabilistic interpretation of feedforward classification network outputs"
    (1990); smoothing: Szegedy et al., "Rethinking the inception architecture" (2016).
    """
    z = wide(_array(logits, 2, "logits", "(samples, classes)"))
    where = _labels(labels, z.shape)
    if z.shape[-1] == 1:
        return _reduced(z[..., 0] * 0, reduction)
    # The loss is softplus of the logarithm of the sum of exp(other logit - label's logit).
    ahead = _others(z, where) - np.take_along_axis(z, where[..., None], -1)
    shift = flat_maximum(ahead, -1)
    total = nf.fsum(np.exp(ahead - shift), axis=-1)
    loss = nf.softplus(np.log(total) + shift[..., 0])
    if label_smoothing:
        # Spread evenly: the mean of all classes' losses, each ahead of the label's by z_l - z_k.
        loss = loss - label_smoothing * (nf.fsum(ahead, axis=-1) / z.shape[-1])
    return _reduced(loss, reduction)


def mean_squared_error(outputs: Any, targets: Any, reduction: str = "mean") -> Any:
    """The mean of the squares of outputs - targets of each sample, their mean, or their sum.

    outputs, targets: arrays of one shape, first axis: samples.  Raises ValueError where the shapes
    differ or the reduction is none of "mean", "sum", "none".

    >>> import numpy as np
    >>> mean_squared_error(np.array([[1.0, 2.0], [3.0, 4.0]]), [[1, 1], [3, 2]], "none").tolist()
    [0.5, 2.0]
    """
    y = wide(_array(outputs, 1, "outputs", "samples first"))
    t = np.asarray(targets).astype(y.dtype)
    if t.shape != y.shape:
        raise ValueError(f"targets have shape {t.shape}, the outputs {y.shape}")
    return _reduced(np.square(y - t), reduction)


def binary_cross_entropy(logits: Any, targets: Any, reduction: str = "mean") -> Any:
    """-log of the probability of the target, of each sample, their mean, or their sum.

    logits: any shape, samples first; sigmoid(logit) is the probability of 1.  targets: of that
    shape, from 0 to 1.  Raises ValueError for other shapes, targets or reductions.

    >>> import numpy as np
    >>> binary_cross_entropy(np.array([0.0, 50.0]), [1, 1], "none").tolist()
    [0.6931471805599453, 1.9287498479639178e-22]
    """
    z = wide(_array(logits, 1, "logits", "samples first"))
    t = np.asarray(targets).astype(z.dtype)
    if t.shape != z.shape:
        raise ValueError(f"targets have shape {t.shape}, the logits {z.shape}")
    outside = ~((t >= 0) & (t <= 1))
    if outside.any():
        at = tuple(int(i) for i in np.argwhere(outside)[0])
        raise ValueError(f"targets{list(at)} is {t[at]!r}; allowed: 0 to 1")
    # Each side has its own softplus, so that none cancels.
    return _reduced(t * nf.softplus(-z) + (1 - t) * nf.softplus(z), reduction)


def _array(x: Any, least: int, name: str, shape: str) -> Any:
    """The outputs of a model: an array, traced or plain, or lists."""
    x = x if hasattr(x, "astype") else np.asarray(x, float)
    x = x if x.dtype.kind not in "iub" else x.astype(float)
    if x.ndim < least or 0 in x.shape:
        what = "the batch is empty" if 0 in x.shape else f"allowed: {shape}"
        raise ValueError(f"{name} have shape {x.shape}; {what}")
    return x


def _labels(labels: Any, shape: tuple[int, ...]) -> Any:
    where = np.asarray(labels)
    if where.dtype.kind not in "iu":
        raise TypeError(f"labels are {where.dtype}; allowed: integers, the numbers of the classes")
    if where.shape != shape[:-1]:
        raise ValueError(f"labels have shape {where.shape}; the logits {shape} need {shape[:-1]}")
    outside = (where < 0) | (where >= shape[-1])
    if outside.any():
        at = ", ".join(str(i) for i in np.argwhere(outside)[0])
        value = int(where[outside][0])
        raise ValueError(f"labels[{at}] is {value}; allowed: 0 to {shape[-1] - 1}")
    return where.astype(np.int64)


def _others(z: Any, where: Any) -> Any:
    """All logits but that of the label."""
    places = np.arange(z.shape[-1] - 1)
    return np.take_along_axis(z, places + (places >= where[..., None]), -1)


def _reduced(loss: Any, reduction: str) -> Any:
    """One loss per sample, the mean over what it has; then the mean or the sum of samples."""
    if reduction not in {"mean", "sum", "none"}:
        raise ValueError(f"reduction={reduction!r}; allowed: 'mean', 'sum', 'none'")
    if reduction == "mean":
        loss = nf.fmean(loss)
    else:
        if loss.ndim > 1:
            loss = nf.fmean(loss, axis=tuple(range(1, loss.ndim)))
        loss = nf.fsum(loss) if reduction == "sum" else loss
    return loss.astype(native(loss.dtype))

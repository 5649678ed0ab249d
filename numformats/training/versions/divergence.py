# SPDX-License-Identifier: BSD-3-Clause
"""Has a model changed enough that a new version is due?  By the divergence of its answers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["KLTrigger", "kl_divergence"]

_SERIES = 0.04  # below it 8 terms of the series are exact to the last bit


def kl_divergence(new: Any, old: Any) -> NDArray[np.float64]:
    """KL(softmax(new) || softmax(old)) in nats of each row of outputs, before any softmax.

    new, old: arrays (..., classes) of one shape, of any real dtype.  An output of -inf has
    probability 0; the result is inf where new gives a probability to what old excludes.

    Each row is a sum of terms p (d + exp(-d) - 1), d = log p - log q, that are never negative, and
    for small d a series, so that nearly equal models have a divergence of full precision and equal
    ones 0: the sum of p d, which is the same number, is rounding errors there.

    Raises ValueError for other shapes, no class, NaN, +inf, or rows of -inf alone.

    >>> kl_divergence([[0.0, 0.0]], [[0.0, np.log(3)]]).round(6).tolist()
    [0.143841]
    >>> float(kl_divergence([1e-9, 0.0], [0.0, 0.0])) == 1.25e-19
    True

    Source: Kullback and Leibler, "On information and sufficiency" (1951).
    """
    a, b = _outputs("new", new), _outputs("old", old)
    if a.shape != b.shape:
        raise ValueError(f"new has shape {a.shape} and old {b.shape}; they must be equal")
    p, q = _log_softmax(a), _log_softmax(b)
    some = np.isfinite(p) & np.isfinite(q)
    d = _log_ratio(a, b, p, q, some)
    # Far below 0, exp(-d) overflows where p does not yet vanish: p exp(-d) is q.
    far = np.exp(q) + np.exp(p) * (d - 1)
    terms = np.where(some, np.where(d < -1, far, np.exp(p) * _excess(np.maximum(d, -1))), 0.0)
    # Where only one of the two is 0, the term is the other's limit: q, or infinite.
    terms = np.where(np.isneginf(p) & ~np.isneginf(q), np.exp(q), terms)
    terms = np.where(~np.isneginf(p) & np.isneginf(q), np.inf, terms)
    rows = terms.reshape(-1, terms.shape[-1])
    sums = [math.inf if np.isinf(row).any() else math.fsum(row) for row in rows]
    return np.array(sums, np.float64).reshape(terms.shape[:-1])[()]


def _outputs(name: str, outputs: Any) -> NDArray[np.float64]:
    a = np.asarray(outputs).astype(np.float64)
    if not a.ndim or not a.shape[-1]:
        raise ValueError(f"{name} has shape {a.shape}; the last axis is that of the classes")
    if np.isnan(a).any() or np.isposinf(a).any():
        raise ValueError(f"{name} has NaN or +inf; allowed: finite numbers and -inf")
    if np.isneginf(a).all(axis=-1).any():
        raise ValueError(f"{name} has a row that is -inf everywhere: it has no probabilities")
    return a


def _log_softmax(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms of the probabilities, without overflow: the largest output is taken off first."""
    with np.errstate(over="ignore"):  # a probability of 0
        shifted = a - a.max(axis=-1, keepdims=True)
    result: NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def _log_ratio(a: Any, b: Any, p: Any, q: Any, some: Any) -> NDArray[np.float64]:
    """The logarithm of p / q where both are numbers.

    From the differences of the outputs, where these are small: log p - log q = c - log E[exp(c)]
    with c = a - b and the mean by q, and log1p and expm1 lose nothing.
    """
    far = np.where(some, p, 0.0) - np.where(some, q, 0.0)
    c = np.where(some, a, 0.0) - np.where(some, b, 0.0)
    c = c - np.where(some, c, 0.0).mean(axis=-1, keepdims=True)
    near = (np.abs(c).max(axis=-1, keepdims=True) < 0.5) & (np.isneginf(p) == np.isneginf(q)).all(
        axis=-1, keepdims=True
    )
    c = np.where(near & some, c, 0.0)
    mean = (np.exp(q) * np.expm1(c)).sum(axis=-1, keepdims=True)
    return np.where(near, c - np.log1p(mean), far)


def _excess(d: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value of d + exp(-d) - 1, which is d^2/2 - d^3/6 + ..."""
    small = np.abs(d) < _SERIES
    s = np.where(small, d, 0.0)
    total = np.zeros_like(s)
    for k in range(9, 1, -1):
        total = (1 - s * total) / k if k > 2 else s * s * (1 - s * total) / 2
    return np.where(small, total, d + np.expm1(-d))


class KLTrigger:
    """Is a new version due?  When KL(new || old), the mean over the probes, is above tau.

    Parameters
    ----------
    probes : a batch of inputs
    tau : nats; 0 is for every change.  ValueError below 0 and for NaN

    Call it with the new model and the old one (layers, served models, or functions that give
    outputs before softmax); `last` is the divergence that it found.

    >>> from numformats.training import Linear
    >>> due = KLTrigger([[1.0, 2.0]], tau=0.01)
    >>> due(Linear(2, 3, seed=1), Linear(2, 3, seed=2)), due.last > 0.01
    (True, True)
    """

    def __init__(self, probes: Any, tau: float) -> None:
        self.probes = np.asarray(probes)
        self.tau = float(tau)
        if not self.tau >= 0:
            raise ValueError(f"tau={tau!r}; allowed: 0 or more")
        if not self.probes.ndim or not len(self.probes):
            raise ValueError(f"probes has shape {self.probes.shape}; it must be a batch of inputs")
        self.last: float | None = None

    def __call__(self, new: Callable[[Any], Any], old: Callable[[Any], Any]) -> bool:
        """Whether the new model's answers are that far from the old one's."""
        rows = np.ravel(kl_divergence(new(self.probes), old(self.probes)))
        self.last = math.fsum(rows) / len(rows) if np.isfinite(rows).all() else math.inf
        return self.last > self.tau

    def __repr__(self) -> str:
        return f"KLTrigger({len(self.probes)} probes, tau {self.tau:g}, last {self.last})"

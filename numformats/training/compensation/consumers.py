# SPDX-License-Identifier: BSD-3-Clause
"""How far can what reads the y of an error feedback be off, when it weighs them?

With d_t = y_t - x_t and D_t = d_1 + ... + d_t, of which every one is at most `step`, summation by
parts (Abel) gives

    sum w_t d_t = w_T D_T + sum over t < T of (w_t - w_(t+1)) D_t:

the error is step times |w_T| and the variation of the weights, and not step times T.  Weights that
alternate have a variation like T: there error feedback is no help, for it moves errors to high
frequencies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf

__all__ = ["weighted_bound"]


def weighted_bound(weights: Any, step: Any) -> Any:
    """What |sum w_t (y_t - x_t)| cannot exceed: step (|w_T| + sum |w_t - w_(t+1)|).

    weights: one a step of time (first axis), more axes for several consumers; step: the `bound` of
    the feedback, the largest |y_1 + ... + y_t - x_1 - ... - x_t|.  A float64, or an array of them,
    rounded up; proved in proofs/coq/Feedback.v.  Raises ValueError for no weights, NaN, and a step
    that is negative or NaN.

    >>> weighted_bound([1, 1, 1, 1], 0.25), weighted_bound([1, -1, 1, -1], 0.25)
    (np.float64(0.25), np.float64(1.75))
    """
    w = np.asarray(weights).astype(np.float64)
    if not w.ndim or not len(w):
        raise ValueError(f"weights have shape {w.shape}; allowed: one or more along the first axis")
    if np.isnan(w).any() or not np.all(np.asarray(step) >= 0):
        raise ValueError(f"weights hold NaN, or step={step!r} is negative or NaN")
    # |a - b| is the larger minus the smaller, so that the sum is exact and rounded once.
    terms = [np.maximum(w[:-1], w[1:]), -np.minimum(w[:-1], w[1:]), np.abs(w[-1:])]
    up = nf.Float(11, 52, rounding="toward_positive")
    total = np.asarray(nf.fsum(np.concatenate(terms), axis=0, dtype=up))
    return (total * np.asarray(step, np.float64).astype(up)).astype(np.float64)[()]

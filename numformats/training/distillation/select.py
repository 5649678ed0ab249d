# SPDX-License-Identifier: BSD-3-Clause
"""Which prior is believed, how strongly, or is the teacher better left alone?

Every candidate is judged on labels that it has not seen (cross-validation); among them are the
teacher as it is and a model from scratch.  Of N candidates the teacher has prior odds of 20 (N - 1)
against each other one, and stays unless the labels turn them: unless the logarithm of the
probability of all labels, each given by a student that has not seen it, is greater by
log(20 (N - 1)).  So with few labels it stays, if it is any good.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.distillation.estimate import Probes, map_estimate, rounded
from numformats.training.distillation.prior import Prior, isotropic, laplace
from numformats.training.losses import softmax_cross_entropy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from numformats.training.distillation.fisher import Fisher
    from numformats.training.layer import Layer

__all__ = ["Candidate", "Distilled", "candidates_of", "distill"]


class Candidate(NamedTuple):
    """A way to make a student: from which model, with which prior (None: as it is) and probes."""

    name: str
    start: Layer
    prior: Prior | None = None
    probes: Probes | None = None

    def fit(self, x: ArrayLike, y: ArrayLike, dtype: Any = None) -> Layer:
        """The student of these labels, rounded into dtype."""
        if self.prior is None:
            return self.start if dtype is None else rounded(self.start, dtype)
        return map_estimate(self.start, x, y, self.prior, probes=self.probes, dtype=dtype)


class Distilled(NamedTuple):
    """The student, the name of the candidate that made it, and the judgement of each by name.

    scores: mean loss and share of errors on labels that the candidate had not seen.
    """

    model: Layer
    chosen: str
    scores: dict[str, tuple[float, float]]


def candidates_of(  # noqa: PLR0913 - the teacher and all that may be known of its data
    teacher: Layer,
    scratch: Layer,
    information: Fisher | None = None,
    probes: ArrayLike | None = None,
    *,
    strengths: Sequence[float] = (3.0, 30.0),
    kappas: Sequence[float] = (0.3,),
    probe_strengths: Sequence[float] = (30.0,),
    weak: float = 0.03,
) -> list[Candidate]:
    """The teacher, a model from scratch, and students under isotropic, Fisher and function priors.

    scratch: a model of the same parameters, as it was before it was trained; its prior has
    mean 0 and the precision `weak`.  information: the teacher's, for Fisher priors (with
    the floor `weak`); probes: inputs without labels, for function priors.  The teacher is first.

    >>> import numpy as np
    >>> from numformats.training import Linear
    >>> models = [Linear(2, 2, dtype=np.float64, seed=seed) for seed in (0, 1)]
    >>> [c.name for c in candidates_of(*models, strengths=[1.0])]
    ['teacher', 'scratch', 'isotropic 1']
    """
    none = {name: np.zeros(array.shape) for name, array in scratch.parameters().items()}
    alone = Prior(none, {name: np.full(m.shape, float(weak)) for name, m in none.items()})
    found = [Candidate("teacher", teacher), Candidate("scratch", scratch, alone)]
    found += [Candidate(f"isotropic {s:g}", teacher, isotropic(teacher, s)) for s in strengths]
    if information is not None:
        found += [
            Candidate(f"Fisher {k:g}", teacher, laplace(teacher, information, k, weak))
            for k in kappas
        ]
    if probes is not None:
        least = isotropic(teacher, weak)
        found += [
            Candidate(f"function {s:g}", teacher, least, Probes.of(teacher, probes, s))
            for s in probe_strengths
        ]
    return found


def distill(  # noqa: PLR0913 - the candidates, the labels, and how they are judged
    candidates: Sequence[Candidate],
    x: ArrayLike,
    y: ArrayLike,
    *,
    folds: int = 4,
    seed: int = 0,
    odds: float = 20.0,
    dtype: Any = None,
) -> Distilled:
    """The best student that a domain's labels can vouch for.

    candidates: the first is the teacher, what stands without evidence to the contrary.  Each is
    fitted to all folds but one and judged on that one, on its loss and on its errors.  One
    replaces the teacher if it multiplies the probability of the labels by more than `odds` times
    the number of others, and makes fewer errors; of several the one with the fewest, then the
    least loss.  It is fitted to all labels then.
    dtype: of the students, judged as they are after rounding.

    Raises ValueError for fewer labels than two, or fewer candidates than one.

    >>> import numpy as np
    >>> from numformats.training import Linear
    >>> models = [Linear(2, 2, dtype=np.float64, seed=seed) for seed in (0, 1)]
    >>> x, y = np.eye(2), np.array([0, 1])
    >>> distill(candidates_of(*models, strengths=[100.0]), x, y, folds=2).chosen
    'teacher'
    """
    x, y = np.asarray(x), np.asarray(y)
    if len(y) < 2 or len(x) != len(y):
        raise ValueError(f"x has {len(x)} samples and y {len(y)}; allowed: two or more of each")
    if not odds >= 1:
        raise ValueError(f"odds={odds!r}; allowed: 1 or more")
    if not candidates:
        raise ValueError("there is no candidate: the first is the teacher")
    folds = min(checked_count(folds, "folds", least=2), len(y))
    fold = np.random.default_rng(seed).permutation(np.arange(len(y)) % folds)
    judged = [_judged(candidate, x, y, fold, dtype) for candidate in candidates]
    best = _chosen(judged, odds)
    scores = {
        candidate.name: (float(loss.mean()), float(wrong.mean()))
        for candidate, (loss, wrong) in zip(candidates, judged, strict=True)
    }
    return Distilled(candidates[best].fit(x, y, dtype), candidates[best].name, scores)


def _judged(
    candidate: Candidate, x: NDArray[Any], y: NDArray[Any], fold: NDArray[Any], dtype: Any
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The loss of each sample, and whether it is wrong, by a student that has not seen it."""
    loss, wrong = np.empty(len(y)), np.empty(len(y), bool)
    for k in range(int(fold.max()) + 1):
        out = fold == k
        z = np.asarray(candidate.fit(x[~out], y[~out], dtype)(x[out])).astype(float)
        loss[out] = softmax_cross_entropy(z, y[out], "none")
        wrong[out] = z.argmax(axis=-1) != y[out]
    return loss, wrong


def _chosen(judged: list[tuple[NDArray[Any], NDArray[Any]]], odds: float) -> int:
    """The place of the one with the fewest errors of those that beat the first; 0: none does."""
    needed = math.log(odds * max(1, len(judged) - 1))
    losses = [float(loss.sum()) for loss, _ in judged]
    errors = [int(wrong.sum()) for _, wrong in judged]
    better = [
        k for k in range(1, len(judged)) if losses[0] - losses[k] > needed and errors[k] < errors[0]
    ]
    return min(better, key=lambda k: (errors[k], losses[k]), default=0)

# SPDX-License-Identifier: BSD-3-Clause
"""Can the gain of error feedback be learned?  A unit whose output stays on the grid.

    y_t = Q(x_t + alpha e_(t-1)),   e_t = x_t + alpha e_(t-1) - y_t

The published unit, out = Q(x) + alpha e_(t-1) + beta e_t, leaves the grid: with beta = 1 and
alpha = 0 its output is x.  Learning minimises the squared drift, the mean of
(sum of y - sum of x)^2, by forward mode: one tangent for the one parameter.  With roundings as the
identity the drift's derivative is the sum of the residuals, so that descent goes towards alpha = 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff import jvp
from numformats.training.compensation.error_feedback import ErrorFeedback
from numformats.training.compensation.operands import taken
from numformats.training.compensation.rounded_layer import straight_through

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CompensationUnit"]


class CompensationUnit:
    """Error feedback with a gain that is learned.

    T: what outputs are rounded to, as `ErrorFeedback` takes it; alpha: the first gain, 0 to 1.

    >>> import numpy as np, numformats as nf
    >>> drift = np.random.default_rng(1).uniform(0, 0.1, (50, 8))
    >>> unit = CompensationUnit(nf.Fixed(16, 4, rounding="toward_negative"), alpha=0.2)
    >>> losses = unit.learn(drift, steps=40)
    >>> round(unit.alpha, 2), bool(losses[-1] < losses[0] / 100)
    (1.0, True)
    """

    def __init__(self, T: Any, alpha: float = 0.5) -> None:  # noqa: N803 - T is a type
        ErrorFeedback(T, alpha=alpha)  # raises for what is none
        self.T, self.alpha = T, float(alpha)

    def __call__(self, x: Any) -> Any:
        """The outputs for a sequence (first axis: time), each in T; no state is kept."""
        feedback = ErrorFeedback(self.T, alpha=self.alpha)
        return np.array([feedback(row) for row in np.asarray(x)])

    def drift(self, x: Any) -> Any:
        """By how much the sum of outputs differs from that of inputs, for each stream."""
        rows = np.asarray(x)
        return self(rows).astype(np.float64).sum(axis=0) - rows.astype(np.float64).sum(axis=0)

    def learn(self, x: Any, steps: int = 50, lr: float = 1.0) -> NDArray[np.float64]:
        """Descend in alpha, in (0, 1), for so many steps; the losses before each of them.

        x: sequences along the first axis, at least two numbers; lr: times what would take alpha to
        the minimum if the drift were linear in it (Newton's step of the squared drift).  Raises
        ValueError for shorter x, NaN and infinities.
        """
        _, parts, _ = taken(x)
        if parts is None or parts[0].ndim < 1 or len(parts[0]) < 2:
            raise ValueError(f"x has shape {np.shape(x)}; allowed: two steps of time or more")
        rows, losses = parts[0], []
        for _ in range(steps):
            before = self._residuals_before(rows)
            drift, slope = jvp(
                lambda alpha, e=before: np.sum(
                    straight_through(rows + alpha * e, self.T) - rows, axis=0
                ),
                (np.float64(self.alpha),),
                (np.float64(1),),
            )
            losses.append(float(np.mean(drift**2)))
            curvature = float(np.mean(slope**2))
            if curvature == 0:
                break
            moved = self.alpha - lr * float(np.mean(drift * slope)) / curvature
            self.alpha = min(max(moved, 0.0), 1.0)
        return np.array(losses)

    def _residuals_before(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The residual that each row meets; constants of the derivative, as roundings are."""
        feedback, found = ErrorFeedback(self.T, alpha=self.alpha), np.zeros(rows.shape)
        for t, row in enumerate(rows[:-1]):
            feedback(row)
            found[t + 1] = feedback.residual
        return found

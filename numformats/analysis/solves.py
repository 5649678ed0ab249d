# SPDX-License-Identifier: BSD-3-Clause
"""How far from zero may the residual of a linear system be, solved by LU factors in a format?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.analysis.bound_parts import enclosed_magnitudes
from numformats.analysis.growth_of_errors import AprioriBound, gamma, inflated
from numformats.analysis.problems import NoBoundError
from numformats.analysis.steps import steps_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.parse import FormatLike

__all__ = ["solve_bound"]


def solve_bound(  # noqa: PLR0913
    T: FormatLike,  # noqa: N803
    solution: ArrayLike,
    *,
    factors: tuple[ArrayLike, ArrayLike] | None = None,
    matrix: ArrayLike | None = None,
    growth_factor: float | None = None,
    lo: Any = None,
    hi: Any = None,
) -> AprioriBound:
    """Bound the residual b - A x of a computed solution x by Gaussian elimination in T.

    The computed x solves (A + D) x = b exactly, |D| <= gamma_3n |L| |U| with the computed factors
    of the permuted A.  Give `factors=(L, U)`: `.value` is the vector gamma_3n |L| |U| |x|.  Or give
    `matrix` and `growth_factor`, the largest element of all stages of the elimination over that of
    A, as measured: then it is the number n^2 gamma_3n growth |A|_inf |x|_inf, for partial pivoting.

    Every operation is rounded into T (substitutions too); none underflows.  Raises NoBoundError for
    fixed point, for posits without lo and hi, and where 3 n u >= 1.

    >>> import numpy as np
    >>> import numformats as nf
    >>> L, U = np.array([[1, 0], [0.5, 1]]), np.array([[4, 2], [0, 1]])
    >>> bound = nf.analysis.solve_bound(nf.binary16, [1, 1], factors=(L, U))
    >>> bound.value / (6 * 2.0**-11)
    array([6.017..., 4.011...])
    """
    steps = steps_of(T, lo, hi)
    if not steps.u:
        msg = f"no bound of a solution in {steps.format}: products there have absolute errors"
        raise NoBoundError(msg)
    x = enclosed_magnitudes(solution)
    n = x.shape[0] if x.ndim else 0
    if x.ndim != 1:
        msg = f"the solution has shape {x.shape}: must be a vector"
        raise ValueError(msg)
    factor = gamma(3 * n, steps.u)
    hypotheses = (*steps.hypotheses, "no operation underflows", "x is by substitution with L and U")
    if factors is not None:
        lower, upper = (enclosed_magnitudes(m) for m in factors)
        if lower.shape != (n, n) or upper.shape != (n, n):
            msg = f"the factors have shapes {lower.shape} and {upper.shape}: must be ({n}, {n})"
            raise ValueError(msg)
        value = inflated(factor * (lower @ (upper @ x)), 4 * n)
        text, source = "gamma_3n |L| |U| |x|", "Higham 2002, Theorem 9.4"
        return AprioriBound(value, text, hypotheses, source, -value, value)
    if matrix is None or growth_factor is None:
        msg = "give factors=(L, U), or matrix and growth_factor"
        raise TypeError(msg)
    norm = inflated(enclosed_magnitudes(matrix).sum(axis=1).max(initial=0.0), n)
    size = x.max(initial=0.0)
    value = float(inflated(n * n * factor * growth_factor * norm * size, 8))
    text = f"n^2 gamma_3n r |A| |x|, growth factor r = {growth_factor:.6g}"
    hypotheses = (*hypotheses, "partial pivoting: no multiplier is above 1")
    return AprioriBound(value, text, hypotheses, "Higham 2002, Theorem 9.5", -value, value)

# SPDX-License-Identifier: BSD-3-Clause
"""How far does a sum drift whose roundings all go the same way?  An estimate, not a bound.

With significands that are log-uniform, each truncation of a partial sum s loses u |s| / (4 ln 2) on
average, so that the mean error of a sum of n terms is the bias times the sum of its partial sums:
it grows like n, where errors of mean 0 grow like the square root of n.  That it is at
most n u times the sum is proved in proofs/coq/Truncated.v, that it comes near in Drift.v.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.bias import bias_of
from numformats.analysis.enclosures import enclose
from numformats.analysis.errors import analysed_format
from numformats.analysis.problems import NoBoundError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.parse import FormatLike

__all__ = ["Drift", "drift"]


@dataclass(frozen=True)
class Drift:
    """The expected error of a long sum."""

    mean: float
    """Expected computed - exact."""
    formula: str
    hypotheses: tuple[str, ...]
    source: str = "mean of a truncation over log-uniform significands; Hamming, BSTJ 49 (1970)"


def drift(T: FormatLike, x: ArrayLike) -> Drift:  # noqa: N803
    """Estimate the mean error of the sequential sum of the vector x, each addition rounded into T.

    0 for a rounding that does not lean.  Raises NoBoundError where operands, not results, are cut,
    and for fixed point, whose sums are exact.

    >>> import numpy as np
    >>> import numformats as nf
    >>> from numformats.analysis import drift
    >>> x = np.random.default_rng(1).uniform(0, 1, 20_000).astype(np.float32)
    >>> exact = x.astype(float).sum()
    >>> measured = float(np.cumsum(x.astype(nf.mlu32))[-1]) - exact
    >>> bool(0.9 < drift(nf.mlu32, x).mean / measured < 1.1)
    True
    """
    f = analysed_format(T)
    bias = bias_of(f)
    if f.family == "fixed" or bias.direction.startswith(("operands", "smaller")):
        msg = (
            f"no estimate of the drift of sums in {f}: results of additions are not what is rounded"
        )
        raise NoBoundError(msg)
    values = enclose(x)[0].low
    if values.ndim != 1:
        msg = f"x has shape {values.shape}: must be a vector"
        raise ValueError(msg)
    partial = np.cumsum(values)[1:]
    weight = np.abs(partial) if "zero" not in bias.direction else partial
    mean = (
        0.0 if bias.direction == "none" or f.cut == "product" else bias.mean * float(weight.sum())
    )
    return Drift(
        mean,
        f"{bias.mean:.6g} sum of partial sums {float(weight.sum()):.6g}",
        ("significands of partial sums are log-uniform", "additions are not exact"),
    )

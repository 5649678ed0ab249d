# SPDX-License-Identifier: BSD-3-Clause
"""What are the parts of a bound of many operations: magnitudes, growth, underflow, hypotheses?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.enclosures import enclose
from numformats.analysis.growth_of_errors import AprioriBound, growth, inflated

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from numformats.analysis.steps import Steps

    Floats = NDArray[np.float64]

__all__ = [
    "absolute_of_products",
    "depth",
    "enclosed_magnitudes",
    "factor_text",
    "flushed_in_horner",
    "flushed_products",
    "growth_of_products",
    "magnitudes",
    "put_together",
    "upper_sum",
    "worst_growth",
]

_ORDERS = ("sequential", "pairwise")
_SOURCES = {
    "product": "elementary; Higham, Accuracy and Stability of Numerical Algorithms, 2002, 3.1",
    "gamma": "Higham, Accuracy and Stability of Numerical Algorithms, 2002, Lemma 3.1 and (4.4)",
    "linear": "Rump, BIT 52 (2012); Jeannerod and Rump, SIAM J. Matrix Anal. Appl. 34 (2013)",
    "probabilistic": "Higham and Mary, SIAM J. Sci. Comput. 41 (2019), Theorem 3.1",
}
_FACTORS = {
    "product": "((1 + u)^{k} - 1)",
    "gamma": "{k} u / (1 - {k} u)",
    "linear": "{k} u",
    "probabilistic": "(exp((l sqrt({k}) u + {k} u^2) / (1 - u)) - 1)",
}
_MEAN_ZERO = "rounding errors have mean 0 and are independent (nearest) or drawn (stochastic)"


def enclosed_magnitudes(x: ArrayLike) -> Floats:
    """The magnitudes of numbers of any real type, rounded upward; ValueError unless finite."""
    found = enclose(x)[0]
    size: Floats = np.maximum(np.abs(found.low), np.abs(found.high))
    if not np.isfinite(size).all():
        msg = "an operand is NaN or infinite: there is no bound"
        raise ValueError(msg)
    return size


def magnitudes(name: str, x: ArrayLike, dimensions: int) -> Floats:
    """The same of an array that must have so many dimensions."""
    size = enclosed_magnitudes(x)
    if size.ndim != dimensions:
        msg = f"{name} has shape {size.shape}: must have {dimensions} dimension(s)"
        raise ValueError(msg)
    return size


def upper_sum(x: Floats) -> float:
    """The sum of positive numbers, rounded upward."""
    return float(inflated(math.fsum(x.tolist())))


def depth(n: int, accumulate: str) -> int:
    """The additions that a term passes."""
    if accumulate not in _ORDERS:
        msg = f"accumulate={accumulate!r}: must be one of {', '.join(_ORDERS)}"
        raise ValueError(msg)
    return max(n - 1, 0) if accumulate == "sequential" else max(n - 1, 0).bit_length()


def factor_text(form: str, k: int) -> str:
    """The factor of a form as text."""
    return _FACTORS.get(form, "").format(k=k)


def worst_growth(steps: Steps, k: int) -> float:
    """(1 + u)**k - 1: what k further roundings do to an absolute error."""
    return growth("product", k, steps.u, 1, 0.5)


def growth_of_products(  # noqa: PLR0913
    steps: Steps,
    form: str,
    k: int,
    n: int,
    confidence: float,
    terms: int | None = None,
    products: int = 1,
) -> tuple[float, str]:
    """The factor of sums of products, and its text: k additions and some products on each way."""
    steps.check(form)
    count = n if terms is None else terms
    if form == "product":
        a = growth(form, k, steps.u_add, n, confidence)
        b = growth(form, products, steps.u_mul, n, confidence)
        return float(inflated(a + b + a * b)), factor_text(form, k + products)
    return growth(form, k + products, steps.u, count, confidence), factor_text(form, k + products)


def absolute_of_products(  # noqa: PLR0913
    steps: Steps, k: int, n: int, form: str, confidence: float, results: int = 1
) -> float:
    """What n products and their sums add absolutely: underflow, flushing, the grid."""
    f = steps.format
    if form == "probabilistic" and f.family == "fixed":
        # Hoeffding 1963: errors of mean 0 in intervals one step wide.
        spread = math.log(2 * results / (1 - confidence))
        return float(inflated(2.0**-f.frac * math.sqrt(n * spread / 2)))
    each = n * steps.eta_mul + max(n - 1, 0) * steps.eta_add
    return float(inflated(each * (1 + growth("product", k, steps.u_add, n, 0.5))))


def flushed_products(steps: Steps, a: Floats, b: Floats) -> float:
    """Products with an operand that counts as zero."""
    if not steps.format.daz:
        return 0.0
    normal = 2.0 ** (1 - steps.format.bias)
    return upper_sum(inflated(a * b)[(a < normal) | (b < normal)])


def flushed_in_horner(steps: Steps, a: Floats, size: Floats, powers: Floats) -> Floats:
    """What is lost where x counts as zero (all but the constant), or an intermediate result."""
    normal = 2.0 ** (1 - steps.format.bias)
    lost: Floats = np.where((size < normal) & (size > 0), inflated(a.sum() * size, a.size), 0.0)
    inside: Floats = inflated(normal * size * powers * (1 + worst_growth(steps, 2 * a.size)))
    return lost + inside


def put_together(  # noqa: PLR0913
    steps: Steps,
    form: str,
    confidence: float,
    relative: Any,
    absolute: Any,
    text: str,
    one_sign: int,
    *,
    one_way: bool = True,
) -> AprioriBound:
    """Put a bound together; one_sign: 1 where all terms are positive, -1 negative."""
    value = inflated(relative + absolute)
    value = float(value) if np.ndim(value) == 0 else value
    if np.any(np.asarray(absolute) > 0):
        text += f", and {np.max(absolute):.6g} of underflow" if steps.u else ""
    if not steps.u:
        text = f"the error of a product, {steps.eta_mul:.6g}, on each way of it; sums are exact"
    side = steps.sign * one_way or (-one_sign if steps.cuts else 0)
    hypotheses = steps.hypotheses
    if form == "probabilistic":
        hypotheses = (*hypotheses, _MEAN_ZERO)
    return AprioriBound(
        value,
        text,
        hypotheses,
        _SOURCES[form],
        0.0 * value if side > 0 else -value,
        0.0 * value if side < 0 else value,
        confidence if form == "probabilistic" else None,
    )

# SPDX-License-Identifier: BSD-3-Clause
"""How much do n roundings of relative error u amount to, and what is a bound made of?

Forms "product" and "gamma" are proved: `product_bound` and `gamma_bound` in proofs/coq/Growth.v.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np

from numformats.analysis.problems import NoBoundError

__all__ = ["FORMS", "AprioriBound", "gamma", "growth", "inflated", "probabilistic", "product"]

FORMS = ("product", "gamma", "linear", "probabilistic")
# What a few dozen operations of float64 may lose, and the functions of the C library.
_SAFE = 1 + 2.0**-40


@dataclass(frozen=True, repr=False)
class AprioriBound:
    """A bound of |computed - exact| with what it rests on.  Prints as text, converts to float."""

    value: Any
    """float, or an array for several results; rounded upward."""
    formula: str
    hypotheses: tuple[str, ...]
    source: str
    low: Any
    """computed - exact is not below this: -value, or 0 where all errors go up."""
    high: Any
    """computed - exact is not above this: value, or 0 where all errors go down."""
    confidence: float | None = None
    """Of a bound that holds with a probability; None: it always holds."""

    def __float__(self) -> float:
        """The value of a bound of one result."""
        return float(self.value)

    def __repr__(self) -> str:
        """Value, formula, hypotheses and source, on some lines."""
        size = np.shape(self.value)
        value = f"{self.value:.6g}" if not size else f"up to {np.max(self.value):.6g}, shape {size}"
        chance = "" if self.confidence is None else f" with probability {self.confidence:g}"
        lines = [f"|computed - exact| <= {value}{chance}", f"  formula: {self.formula}"]
        lines += [f"  if {h}" for h in self.hypotheses]
        source = textwrap.wrap(f"source: {self.source}", 96)
        return "\n".join([*lines, *(f"  {line}" for line in source)])


def inflated(x: Any, operations: int = 1) -> Any:
    """The value x of so many operations of float64 on positive numbers, as an upper bound.

    >>> bool(inflated(1.0) > 1)
    True
    """
    return x * (_SAFE + operations * 2.0**-52) + (np.asarray(x) > 0) * 2.0**-1074


def product(n: int, u: float) -> float:
    """(1 + u)**n - 1: the most that n factors 1 + d, |d| <= u, change a number by, relatively.

    >>> 3e-3 < product(3, 1e-3) < 3.01e-3
    True
    """
    return float(inflated(math.expm1(min(n * math.log1p(u), 700.0)))) if n * u < 600 else math.inf


def gamma(n: int, u: float) -> float:
    """Return n u / (1 - n u), for products and quotients of n factors; NoBoundError unless n u < 1.

    Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., Lemma 3.1.
    """
    if not n * u < 1:
        msg = f"gamma_n needs n u < 1: n={n}, u={u:.6g}"
        raise NoBoundError(msg)
    return float(inflated(n * u / (1 - n * u)))


def probabilistic(n: int, u: float, terms: int, confidence: float) -> float:
    """exp((l sqrt(n) u + n u**2) / (1 - u)) - 1 with the l that `confidence` needs for all terms.

    Each of `terms` products of n factors fails with probability 2 exp(-(l (1 - u))**2 / 2) at most.
    Source: Higham and Mary, SIAM J. Sci. Comput. 41 (2019) A2815, Theorems 2.4 and 3.1; Connolly,
    Higham and Mary, ibid. 43 (2021) A566, for stochastic rounding; the larger of their constants.
    """
    if not 0 < confidence < 1:
        msg = f"confidence={confidence!r}: must be between 0 and 1"
        raise ValueError(msg)
    spread = math.sqrt(2 * math.log(2 * max(terms, 1) / (1 - confidence))) / (1 - u)
    exponent = (spread * math.sqrt(n) * u + n * u * u) / (1 - u)
    return float(inflated(math.expm1(exponent))) if exponent < 700 else math.inf


def growth(form: str, n: int, u: float, terms: int, confidence: float) -> float:
    """The factor of a form for n roundings: what it multiplies is the sum of magnitudes."""
    if form == "product":
        return product(n, u)
    if form == "gamma":
        return gamma(n, u)
    if form == "probabilistic":
        return probabilistic(n, u, terms, confidence)
    if form == "linear":
        return float(inflated(n * u))
    msg = f"form={form!r}: must be one of {', '.join(FORMS)}"
    raise ValueError(msg)

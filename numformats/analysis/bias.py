# SPDX-License-Identifier: BSD-3-Clause
"""Which way does a rounding lean, and how far on average?

An error uniform over a gap, rounded down up to the part t of it, has the mean (1/2 - t) gap: 0 to
nearest, half a gap toward zero.  Over significands that are log-uniform in [1, 2), gap / x has
the mean gap / (2 ln 2): a truncation to u = 2**-man loses u / (4 ln 2) = 0.361 u on average.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numformats.analysis.magnitudes import result_line

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["Bias", "bias_of"]

_CUTS = {"operand": "operands toward zero", "align": "smaller terms toward zero"}


@dataclass(frozen=True)
class Bias:
    """The systematic part of rounding errors.

    >>> import numformats as nf
    >>> nf.analysis.model(nf.mlu32).bias
    Bias(direction='toward zero', mean=-3.4...e-07, is_relative=True, is_unbiased=False)
    """

    direction: str
    """"none", "toward zero", "away from zero", "upward" or "downward"; of truncated floats also
    "operands toward zero", "smaller terms toward zero"."""
    mean: float
    """Mean error of a positive result: relative, for log-uniform significands; of fixed point the
    absolute one.  That of a cut operand or product where these are cut."""
    is_relative: bool
    is_unbiased: bool
    """May errors be taken to have mean 0?  Only to nearest with ties to even, and stochastically:
    where ties go one way, sums of few bits, half of which are ties, lean that way."""


def bias_of(f: Format) -> Bias:
    """The bias of results of operations."""
    if f.family == "truncated" and f.cut in {"operand", "align", "product"}:
        mean = -(2.0**-f.compute_man) / (4 * math.log(2)) if f.compute_man < f.man else 0.0
        direction = _CUTS.get(f.cut, "toward zero")
        return Bias(direction if mean else "none", mean, True, not mean)
    above, below = result_line(f).turn, result_line(f, negative=True).turn
    lean = 0.0 if above is None else 0.5 - float(above)
    other = 0.0 if below is None else 0.5 - float(below)
    unbiased = f.rounding in {"nearest_even", "stochastic"} and not lean
    if f.family == "fixed":
        return Bias(_direction(lean, other), lean * 2.0**-f.frac, False, unbiased)
    man = f.compute_man if f.family == "truncated" else f.man
    return Bias(_direction(lean, other), lean * 2.0**-man / (2 * math.log(2)), True, unbiased)


def _direction(lean: float, other: float) -> str:
    """From the mean errors of magnitudes above and below 0."""
    if not lean:
        return "none"
    if lean == other:
        return "toward zero" if lean < 0 else "away from zero"
    return "upward" if lean > 0 else "downward"

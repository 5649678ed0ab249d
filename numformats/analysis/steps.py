# SPDX-License-Identifier: BSD-3-Clause
"""What does one addition or multiplication of a format contribute to a bound of many?

fl(z) = z (1 + d) + e, |d| <= u, |e| <= eta.  Cuts of operands are counted in u: the operand is a
number of the computation, which may be changed by as much; in a sum the cut of the smaller term is
less than the same part of the larger one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats.analysis.bias import bias_of
from numformats.analysis.errors import ErrorModel, analysed_format, model
from numformats.analysis.problems import NoBoundError
from numformats.analysis.rounding_errors import at_least
from numformats.analysis.units import floor_of_precision, unit_roundoff

if TYPE_CHECKING:
    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["Steps", "steps_of"]


@dataclass(frozen=True)
class Steps:
    """The constants of one addition and one multiplication, and what they rest on."""

    model: ErrorModel
    u_add: float
    u_mul: float
    eta_add: float
    eta_mul: float
    hypotheses: tuple[str, ...]
    is_nearest: bool
    """Is the result of a sum of two values the nearest value (in the range)?"""
    is_unbiased: bool

    @property
    def format(self) -> Format:
        """The format."""
        return self.model.format

    @property
    def u(self) -> float:
        """The larger of both units."""
        return max(self.u_add, self.u_mul)

    @property
    def sign(self) -> int:
        """-1 where no operation gives more than the exact result, +1: less; 0 where neither."""
        direction = self.model.bias.direction
        return {"downward": -1, "upward": 1}.get(direction, 0)

    @property
    def cuts(self) -> bool:
        """Is the magnitude of each result rounded down?"""
        return self.model.bias.direction == "toward zero" and self.model.results.above.cuts

    def check(self, form: str) -> None:
        """NoBoundError where a form does not hold for the format."""
        f = self.format
        if form == "probabilistic" and not self.is_unbiased:
            why = self.model.bias.direction
            lean = why if why != "none" else "one way in ties or between powers of two"
            msg = (
                f"no probabilistic bound for {f}: it needs errors of mean 0, and these lean {lean}"
                ", so that they grow like n and not like sqrt(n); use form='product', and drift() "
                "for the mean"
            )
            raise NoBoundError(msg)
        if form == "linear" and not (self.is_nearest and self.eta_add == 0):
            msg = f"no linear bound for {f}: each sum must be the nearest value, without underflow"
            raise NoBoundError(msg)


def steps_of(T: FormatLike, lo: Any = None, hi: Any = None) -> Steps:  # noqa: N803
    """The constants of a format, or of its results with magnitudes in [lo, hi].

    Raises NoBoundError for a posit without a range, and as `u_of_range` does for a range.
    """
    f = analysed_format(T)
    if f.family == "fixed":
        return _fixed(f)
    if f.family == "truncated" and f.cut not in {"result", "rounded"}:
        return _cutting(f)
    u = at_least(unit_roundoff(f, lo, hi))
    m = model(f)
    plain = f.rounding.startswith("nearest") and f.family != "truncated"
    unbiased = bias_of(f).is_unbiased
    # Operands that count as zero are lost, whatever the results are.
    flushed = 2 * 2.0 ** (1 - f.bias) if f.daz else 0.0
    if lo is not None:
        hypotheses = (f"each exact result is 0 or of magnitude {float(lo):.6g} to {float(hi):.6g}",)
        # Where exponent bits are cut, thresholds are geometric means: neither nearest nor centred.
        centred = not f.is_tapered or u <= 0.5
        nearest = plain and centred
        return Steps(m, u, u, flushed, 0.0, hypotheses, nearest, unbiased and centred)
    if f.is_tapered:
        assert floor_of_precision(f) is not None
        hypotheses = ("no result saturates",)
        return Steps(m, u, u, m.absolute, m.absolute, hypotheses, False, unbiased)
    exact_sums = f.subnormals and not f.ftz and f.cut != "rounded"
    eta = m.absolute
    return Steps(
        m,
        u,
        u,
        flushed + (0.0 if exact_sums else eta),
        eta,
        ("no result overflows",),
        plain,
        unbiased,
    )


def _fixed(f: Format) -> Steps:
    """Sums are exact; a product is rounded to the grid, whatever its size."""
    m = model(f)
    return Steps(m, 0.0, 0.0, 0.0, m.absolute, ("no result overflows",), True, m.bias.is_unbiased)


def _cutting(f: Format) -> Steps:
    """A truncated float that cuts operands, products or terms, and rounds results to nearest."""
    m = model(f)
    store, cut = 2.0 ** -(f.man + 1), 2.0**-f.compute_man if f.compute_man < f.man else 0.0
    both = at_least((1 + Fraction(cut)) * (1 + Fraction(store)) - 1)
    twice = at_least((1 + Fraction(cut)) ** 2 * (1 + Fraction(store)) - 1)
    u_add = store if f.cut == "product" else both
    u_mul = {"product": both, "operand": twice, "align": store}[f.cut]
    flushed = 2 * 2.0 ** (1 - f.bias) if f.daz else 0.0
    eta = m.absolute
    hypotheses = ("no result overflows",)
    return Steps(
        m,
        u_add,
        u_mul,
        flushed + (eta if f.ftz else 0.0),
        eta,
        hypotheses,
        False,
        m.bias.is_unbiased,
    )

# SPDX-License-Identifier: BSD-3-Clause
"""What bound has a sum that is exact until its one rounding: a quire's, or that of error feedback?

A quire holds every product of two values and every sum of them, so that the result of any number of
products is rounded once: |error| <= u |result|, whatever n and the condition number.  That holds as
long as it is wide enough: its last bit must be that of the finest product, and its first one above
the largest sum.  With error feedback, y_t = Q(x_t + e_t), e_{t+1} = x_t + e_t - y_t, the errors
telescope: the sum of all y_t differs from that of all x_t by e_0 - e_T.  Both are proved:
proofs/coq/Quire.v and proofs/coq/Feedback.v.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._limits import floor_log2
from numformats.analysis.errors import analysed_format, model
from numformats.analysis.growth_of_errors import AprioriBound, inflated
from numformats.analysis.magnitudes import conversion_line, result_line
from numformats.analysis.problems import NoBoundError
from numformats.format_info import finfo
from numformats.oracle.values import exact_value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["feedback_bound", "quire_bound", "quire_width"]

_TERMS = 2**31 - 1


def quire_width(T: FormatLike, terms: int = _TERMS) -> int:  # noqa: N803
    """Bits of the narrowest quire in which no sum of so many products of two values is rounded.

    From the last bit of the finest value to the largest product, room for the sum, and a sign.

    >>> import numformats as nf
    >>> from numformats.analysis import quire_width
    >>> quire_width(nf.posit32), quire_width(nf.bposit32), quire_width(nf.binary64)
    (512, 840, 4228)
    """
    f = analysed_format(T)
    if terms < 1:
        msg = f"terms={terms!r}: must be at least 1"
        raise ValueError(msg)
    info = finfo(f)
    least, most, lowest = (
        Fraction(*v.as_integer_ratio()) for v in (info.minpos, info.maxpos, info.lowest)
    )
    largest = max(most, abs(lowest)) ** 2 * terms
    finest = min(_last_bit(f, least), floor_log2(conversion_line(f).segments[0].gap))
    # A sum of magnitude S fits into a two's complement word from 2**(2 finest) on.
    codes = largest / Fraction(2) ** (2 * finest)
    return int(codes).bit_length() + 1


def _last_bit(f: Format, least: Fraction) -> int:
    return -f.frac if f.family == "fixed" else 1 - least.denominator.bit_length()


def quire_bound(
    T: FormatLike,  # noqa: N803
    x: ArrayLike,
    y: ArrayLike,
    *,
    bits: int | None = None,
) -> AprioriBound:
    """Bound the error of a dot product in a quire: that of one rounding of the exact result.

    x and y are vectors of values of T; `bits` is the width of the quire, the standard's or a
    sufficient one if it is None.  Raises NoBoundError where the quire is too narrow for products of
    T, so that it may round or overflow on the way, or where the result saturates.

    >>> import numpy as np
    >>> import numformats as nf
    >>> from numformats.analysis import quire_bound
    >>> x = np.array([1e6, 1, -1e6]).astype(nf.posit32)
    >>> float(quire_bound(nf.posit32, x, np.ones(3)))
    0.0
    >>> quire_bound(nf.bposit32, x, np.ones(3), bits=800)
    Traceback (most recent call last):
    ...
    numformats.analysis.problems.NoBoundError: a quire of 800 bits is not exact for ...
    """
    f = analysed_format(T)
    a, b = np.asarray(x), np.asarray(y)
    if a.ndim != 1 or a.shape != b.shape:
        msg = f"x has shape {a.shape} and y {b.shape}: must be vectors of the same length"
        raise ValueError(msg)
    needed = quire_width(f, max(1, a.size))
    if bits is not None and bits < needed:
        msg = (
            f"a quire of {bits} bits is not exact for {a.size} products of {f}: they need {needed}"
        )
        raise NoBoundError(msg)
    exact = sum((_value(p) * _value(q) for p, q in zip(a, b, strict=True)), Fraction(0))
    value = model(f).results.bound_of(exact)
    if value == np.inf:
        msg = f"the exact result {float(exact):.6g} saturates or overflows in {f}"
        raise NoBoundError(msg)
    return AprioriBound(
        value,
        "the error of one rounding of the exact result, for any number of terms",
        (f"operands are values of {f}", f"the quire has {needed} bits or more"),
        "Posit Standard (2022), 3.2; Kulisch, Computer Arithmetic and Validity, 2013",
        -value,
        value,
    )


def _value(x: Any) -> Fraction:
    found = exact_value(x)
    if isinstance(found, Fraction):
        return found
    if float(x) == 0:
        return Fraction(0)
    msg = f"an operand is {x!r}: must be a finite number"
    raise ValueError(msg)


def feedback_bound(
    T: FormatLike,  # noqa: N803
    largest: float,
    *,
    weights: ArrayLike | None = None,
) -> AprioriBound:
    """Bound the accumulated error of rounding a sequence of any length into T with error feedback.

    `largest` is the magnitude of the largest x_t + e_t: the quantum is that of its binade.  With
    weights w_t of a consumer, the error of sum w_t y_t is at most the quantum times |w_T| + sum
    |w_t - w_{t-1}| (summation by parts).  Conversions of T round, but those of truncated floats
    here cut as results do. Raises NoBoundError beyond the limits of T.

    >>> import numformats as nf
    >>> from numformats.analysis import feedback_bound
    >>> float(feedback_bound(nf.mlu32, 1.5)) == 2.0**-20
    True
    """
    f = analysed_format(T)
    top = _value(largest)
    lines = [result_line(f)] + [result_line(f, negative=True)] * f.is_signed
    if top < 0 or any(top >= s.limit for s in lines):
        msg = f"largest={largest!r}: must be a magnitude within the limits of {f}"
        raise NoBoundError(msg)
    value = model(f).results.worst_up_to(float(top))
    hypotheses = (
        "the error e_t is computed and kept exactly, and x_t + e_t is exact",
        f"all |x_t + e_t| <= {float(top):.6g}; nothing saturates",
    )
    factor = 1.0
    if weights is not None:
        w = np.asarray(weights, dtype=np.float64)
        factor = (
            float(inflated(np.abs(w[-1]) + np.abs(np.diff(w)).sum(), w.size)) if w.size else 0.0
        )
    value = float(inflated(value * factor)) if weights is not None else value
    text = "the error of one rounding at the largest magnitude: sum y_t - sum x_t = e_0 - e_T"
    if weights is not None:
        text += f", times |w_T| + TV(w) = {factor:.6g}"
    source = "telescoping; summation by parts (sigma-delta modulation: Schreier and Temes, 2005)"
    return AprioriBound(value, text, hypotheses, source, -value, value)

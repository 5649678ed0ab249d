# SPDX-License-Identifier: BSD-3-Clause
"""How far can a sum, a dot product, a polynomial or a matrix product be from the exact one?

Bounds from the operands alone, before anything is computed in the format.  Forms: with k roundings
on the way of each term and S the sum of the terms' magnitudes,

* "product": ((1 + u)**k - 1) S, for any rounding and any k
* "gamma": k u / (1 - k u) S, k u < 1 (Higham 2002, Lemma 3.1)
* "linear": k u S, for sums (Rump 2012) and dot products (Jeannerod and Rump 2013) where each result
  is the nearest value: of floats, and of tapered formats, too (proofs/coq/Additions.v)
* "probabilistic": about l sqrt(k) u S with a stated confidence (Higham and Mary 2019), refused
  where errors lean one way

The first three are theorems of proofs/coq (Growth.v, Additions.v, Dots.v, Horner.v).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.bound_parts import (
    absolute_of_products,
    depth,
    enclosed_magnitudes,
    factor_text,
    flushed_in_horner,
    flushed_products,
    growth_of_products,
    magnitudes,
    put_together,
    upper_sum,
    worst_growth,
)
from numformats.analysis.enclosures import enclose
from numformats.analysis.growth_of_errors import AprioriBound, growth, inflated
from numformats.analysis.problems import NoBoundError
from numformats.analysis.steps import steps_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from numformats.parse import FormatLike

__all__ = ["dot_bound", "horner_bound", "matmul_bound", "sum_bound"]


def sum_bound(  # noqa: PLR0913 - each has a default
    T: FormatLike,  # noqa: N803
    x: ArrayLike,
    *,
    form: str = "product",
    accumulate: str = "sequential",
    lo: Any = None,
    hi: Any = None,
    confidence: float = 0.99,
) -> AprioriBound:
    """Bound the error of the sum of the vector x, each addition rounded into T.

    * accumulate: "sequential", or "pairwise" as `nf.fsum` understands it
    * lo, hi: the magnitudes of all partial sums that are not 0, where known; needed for posits

    Of positive terms and a rounding toward zero, the error is between `.low` and 0.
    Raises NoBoundError where a form or a format has no bound, ValueError for other words.

    >>> import numpy as np
    >>> import numformats as nf
    >>> from numformats.analysis import sum_bound
    >>> print(sum_bound(nf.bfloat16, np.ones(100), form="linear"))
    |computed - exact| <= 38.6719
      formula: 99 u S, u = 0.00390625, S = sum |x_i| = 100
      if no result overflows
      source: Rump, BIT 52 (2012); Jeannerod and Rump, SIAM J. Matrix Anal. Appl. 34 (2013)
    """
    steps, size = steps_of(T, lo, hi), magnitudes("x", x, 1)
    n = size.shape[0]
    k = depth(n, accumulate)
    if form == "linear":
        k = max(n - 1, 0)  # the theorem is one for any order
    total = upper_sum(size)
    steps.check(form)
    relative = growth(form, k, steps.u_add, n, confidence) * total
    absolute = max(n - 1, 0) * steps.eta_add * (1 + growth("product", k, steps.u_add, n, 0.5))
    text = f"{factor_text(form, k)} S, u = {steps.u_add:.6g}, S = sum |x_i| = {total:.6g}"
    signs = enclose(x)[0]
    one_sign = bool((signs.low >= 0).all()) - bool((signs.high <= 0).all())
    return put_together(steps, form, confidence, relative, absolute, text, one_sign)


def dot_bound(  # noqa: PLR0913
    T: FormatLike,  # noqa: N803
    x: ArrayLike,
    y: ArrayLike,
    *,
    form: str = "product",
    accumulate: str = "sequential",
    lo: Any = None,
    hi: Any = None,
    confidence: float = 0.99,
) -> AprioriBound:
    """Bound the error of the dot product of two vectors, products and sums rounded into T.

    Arguments and errors as for `sum_bound`.  For dot products that are exact until one rounding, as
    `np.dot` of formats is, see `quire_bound`.

    >>> import numpy as np
    >>> import numformats as nf
    >>> from numformats.analysis import dot_bound
    >>> x = np.arange(1, 9) / 8
    >>> bool(dot_bound(nf.q15, x, x).value == 8 * 2.0**-16)  # products to the grid, sums exact
    False
    >>> 8 * 2.0**-16 <= float(dot_bound(nf.q15, x, x)) <= 8.0001 * 2.0**-16
    True
    """
    steps = steps_of(T, lo, hi)
    a, b = magnitudes("x", x, 1), magnitudes("y", y, 1)
    if a.shape != b.shape:
        msg = f"x has {a.size} elements and y {b.size}: must be the same number"
        raise ValueError(msg)
    k, n = depth(a.size, accumulate), a.size
    if form == "linear":
        k = max(n - 1, 0)
    total = upper_sum(inflated(a * b))
    relative, text = growth_of_products(steps, form, k, n, confidence)
    absolute = absolute_of_products(steps, k, n, form, confidence)
    absolute += flushed_products(steps, a, b)
    if form == "linear":  # products that underflow are terms of their own (see docs)
        absolute = absolute + relative * n * steps.eta_mul
    ends, others = enclose(x)[0], enclose(y)[0]
    low, high = ends.low * others.low, ends.high * others.high
    one_sign = bool((low >= 0).all()) - bool((high <= 0).all())
    text = f"{text} S, u = {steps.u:.6g}, S = sum |x_i y_i| = {total:.6g}"
    return put_together(steps, form, confidence, relative * total, absolute, text, one_sign)


def matmul_bound(  # noqa: PLR0913
    T: FormatLike,  # noqa: N803
    a: ArrayLike,
    b: ArrayLike,
    *,
    form: str = "product",
    accumulate: str = "sequential",
    lo: Any = None,
    hi: Any = None,
    confidence: float = 0.99,
) -> AprioriBound:
    """Bound the error of each element of the matrix product a @ b, as `dot_bound` does.

    a has shape (m, n), b (n, p); `.value` has shape (m, p): the factor times |a| @ |b|.

    >>> import numpy as np
    >>> import numformats as nf
    >>> nf.analysis.matmul_bound(nf.binary16, np.eye(2), np.ones((2, 3))).value.shape
    (2, 3)
    """
    steps = steps_of(T, lo, hi)
    left, right = magnitudes("a", a, 2), magnitudes("b", b, 2)
    if left.shape[1] != right.shape[0]:
        msg = f"a has shape {left.shape} and b {right.shape}: these cannot be multiplied"
        raise ValueError(msg)
    n = left.shape[1]
    k = max(n - 1, 0) if form == "linear" else depth(n, accumulate)
    total = inflated(left @ right, n)
    terms = n * left.shape[0] * right.shape[1]
    relative, text = growth_of_products(steps, form, k, n, confidence, terms)
    absolute = absolute_of_products(steps, k, n, form, confidence, terms // max(n, 1))
    if form == "linear":
        absolute = absolute + relative * n * steps.eta_mul
    if steps.format.daz:
        normal = 2.0 ** (1 - steps.format.bias)
        tiny, small = np.where(left < normal, left, 0.0), np.where(right < normal, right, 0.0)
        absolute = absolute + inflated(tiny @ right + left @ small, n)
    return put_together(
        steps,
        form,
        confidence,
        relative * total,
        absolute,
        f"{text} |a| @ |b|, u = {steps.u:.6g}",
        0,
    )


def horner_bound(  # noqa: PLR0913
    T: FormatLike,  # noqa: N803
    coefficients: ArrayLike,
    x: ArrayLike,
    *,
    form: str = "product",
    lo: Any = None,
    hi: Any = None,
    confidence: float = 0.99,
) -> AprioriBound:
    """Bound the error of a polynomial by Horner's rule, s = s * x + a, both operations rounded.

    Coefficients highest power first, as for numpy.polyval; x of any shape, which `.value` has.  In
    fixed point the bound is the error of a product times sum |x|^i.

    >>> import numformats as nf
    >>> bound = nf.analysis.horner_bound(nf.q15, [0.5, 0.25, 0.125], 0.5)
    >>> 1.5 * 2.0**-16 <= float(bound) <= 1.5001 * 2.0**-16
    True
    """
    steps = steps_of(T, lo, hi)
    if form == "linear":
        msg = "no linear bound of Horner's rule: use form='product', 'gamma' or 'probabilistic'"
        raise NoBoundError(msg)
    a, size = magnitudes("coefficients", coefficients, 1), np.asarray(enclosed_magnitudes(x))
    n = max(a.size - 1, 0)
    values, powers = np.zeros_like(size), np.zeros_like(size)
    for i, c in enumerate(a):
        values = values * size + c
        powers = powers * size + (i > 0)
    values, powers = inflated(values, 2 * n), inflated(powers, 2 * n)
    relative, _ = growth_of_products(steps, form, n, a.size, confidence, products=n)
    absolute = powers * (steps.eta_mul + steps.eta_add) * (1 + worst_growth(steps, 2 * n))
    if steps.format.daz:
        absolute = absolute + flushed_in_horner(steps, a, size, powers)
    text = f"{factor_text(form, 2 * n)} sum |a_i| |x|^i, u = {steps.u:.6g}"
    signs = enclose(x)[0]
    one_way = bool((signs.low >= 0).all())  # a negative x turns errors round
    return put_together(
        steps, form, confidence, relative * values, absolute, text, 0, one_way=one_way
    )

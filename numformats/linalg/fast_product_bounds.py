# SPDX-License-Identifier: BSD-3-Clause
"""How large can the error of a product by Strassen's or Winograd's scheme be?

For formats with a unit roundoff u, away from their ends; the factor is exact, as a Fraction.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from numformats._rules import integer
from numformats.linalg.fast_products import MOST_DEPTH, Scheme, Variant, scheme_of

__all__ = ["product_error_bound", "published_error_constant"]


def product_error_bound(n: int, depth: int, u: Any, *, variant: Variant = "strassen") -> Fraction:
    """The factor c with max |C' - C| <= c max |A| max |B| for the C' of `strassen`, proved.

    Parameters
    ----------
    n : the number of terms of an element, the columns of A; with zeros, a multiple of 2**depth
    depth : as for `strassen`; 0 gives the bound of the product by rows and columns, n^2 u + ...
    u : unit roundoff, as a Fraction, float or int: |fl(x) - x| <= u |x| for every operation
    variant : as for `strassen`

    Exact, with all orders of u.  It holds for accumulate="sequential" while nothing overflows,
    saturates or underflows.  Raises ValueError for n < 1 or u < 0.

    >>> c = product_error_bound(64, 1, 2**-24)
    >>> float(c / Fraction(2) ** -24) < published_error_constant(64, 1)
    True

    Source: the recursion of Higham, section 23.2, without his simplifications.
    """
    n, depth = integer("n", n, 1, 2**40), integer("depth", depth, 0, MOST_DEPTH)
    u = Fraction(u)
    if u < 0:
        msg = f"u={u}; allowed: 0 or more"
        raise ValueError(msg)
    scheme, terms = scheme_of(variant), -(-n // 2**depth)
    error = Fraction(terms * ((1 + u) ** terms - 1))
    for level in range(depth):
        error = _one_level(scheme, u, terms * 2**level, error)
    return error


class _Block(NamedTuple):
    """A computed block: the largest exact element and the largest error, both for max = 1."""

    size: Fraction
    error: Fraction


def _one_level(scheme: Scheme, u: Fraction, terms: int, error: Fraction) -> Fraction:
    """The factor of a product with 2 * terms terms, if those with `terms` have the factor error."""
    start = _Block(Fraction(1), Fraction(0))
    v = {name + place: start for name in "AB" for place in ("11", "12", "21", "22")}

    def add(left: str, right: str) -> _Block:
        p, q = v[left], v[right]
        size, before = p.size + q.size, p.error + q.error
        return _Block(size, before + u * (size + before))

    for name, left, _, right in scheme.sums:
        v[name] = add(left, right)
    for name, left, right in scheme.products:
        p, q = v[left], v[right]
        inherited = terms * (p.size * q.error + p.error * q.size + p.error * q.error)
        own = error * (p.size + p.error) * (q.size + q.error)
        v[name] = _Block(terms * p.size * q.size, inherited + own)
    for name, left, _, right in scheme.results:
        v[name] = add(left, right)
    return max(v[name].error for name in scheme.blocks)


def published_error_constant(n: int, depth: int, *, variant: Variant = "strassen") -> float:
    """Higham's f with max |C' - C| <= f u max |A| max |B| + O(u^2), for n = n0 2**depth.

    * strassen: (n/n0)^log2(12) (n0^2 + 5 n0) - 5 n
    * winograd: (n/n0)^log2(18) (n0^2 + 6 n0) - 6 n
    * depth 0, both: n^2

    >>> published_error_constant(64, 0), published_error_constant(64, 1)
    (4096.0, 13888.0)

    Source: Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, theorems 23.2
    and 23.3, (23.15) for the second.
    """
    n, depth = integer("n", n, 1, 2**40), integer("depth", depth, 0, MOST_DEPTH)
    scheme_of(variant)
    growth, k = (12, 5) if variant == "strassen" else (18, 6)
    n0 = -(-n // 2**depth)
    return float(growth**depth * (n0 * n0 + k * n0) - k * n0 * 2**depth)

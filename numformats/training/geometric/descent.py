# SPDX-License-Identifier: BSD-3-Clause
"""How is a rotor trained?  By R <- exp(b) R with a bivector b, which leaves no other grades.

At R, exp(b) R moves x' = R x ~R by the commutator dx' = b x' - x' b, of the grade of x' again.  So
the gradient of a loss by b at b = 0 has as many components as there are basis bivectors (three in
space), and each is one exact sum over all samples: no tape is needed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.dtypes import number
from numformats.training.geometric.exponential import exp
from numformats.training.geometric.multivector import Multivector
from numformats.training.geometric.rotors import normalise
from numformats.training.geometric.tables import Table, multiply, table_of

if TYPE_CHECKING:
    from numformats.training.geometric.algebra import Algebra

__all__ = ["RotorDescent", "bivector_gradient", "tangent"]


@lru_cache(maxsize=64)
def _commutators(algebra: Algebra, grades: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """(bivector, component of x, component of the result, sign): e x - x e has each term twice."""
    blades = algebra.blades(grades)
    place = {blade: k for k, blade in enumerate(blades)}
    found = []
    for i, bivector in enumerate(algebra.blades(2)):
        for j, blade in enumerate(blades):
            result, sign = algebra.multiply(bivector, blade)
            back = algebra.multiply(blade, bivector)[1]
            terms = [sign, -back] if sign != back else []
            found += [(i, j, place[result], one) for one in terms if one]
    return found


def _table(
    terms: list[tuple[int, int, int, int]], out: int, left: int, right: int, count: int
) -> Table:
    """Those terms by the component `out`, as products of the components `left` and `right`."""
    return table_of(
        [[(t[left], t[right], t[3]) for t in terms if t[out] == k] for k in range(count)]
    )


def tangent(bivector: Multivector, x: Multivector) -> Multivector:
    """The commutator b x - x b, of the grades of x: how x = R y ~R moves with R -> exp(b) R.

    Every component is one exact sum, rounded once.

    >>> from numformats.training.geometric import Algebra
    >>> space = Algebra(3)
    >>> tangent(space.bivector([-0.5, 0, 0]), space.vector([1, 0, 0]))
    0.0 e1 + 1.0 e2 + 0.0 e3 in float64
    """
    terms = _commutators(x.algebra, x.grades)
    table = _table(terms, 2, 0, 1, x.values.shape[-1])
    into = np.result_type(bivector.dtype, x.dtype)
    return Multivector(x.algebra, multiply(table, bivector.values, x.values, into), x.grades)


def bivector_gradient(cotangent: Multivector, x: Multivector) -> Multivector:
    """The derivative by b, at b = 0, of a loss of x = exp(b) R y ~(exp(b) R) with that cotangent.

    cotangent: the derivative of the loss by each component of x.  All axes but the last are
    samples, and the sum over them is exact: it is rounded once with the products.

    >>> from numformats.training.geometric import Algebra
    >>> space = Algebra(3)
    >>> x = space.vector([[1, 0, 0], [0, 1, 0]], "posit16")
    >>> bivector_gradient(space.vector([[0, 1, 0], [0, 0, 0]], "posit16"), x)
    -2.0 e12 + 0.0 e13 + 0.0 e23 in posit16
    """
    if cotangent.grades != x.grades:
        raise ValueError(f"the cotangent has grades {cotangent.grades}, x has {x.grades}")
    terms = _commutators(x.algebra, x.grades)
    table = _table(terms, 0, 2, 1, len(x.algebra.blades(2)))
    into = np.result_type(cotangent.dtype, x.dtype)
    values = multiply(table, cotangent.values, x.values, into, over_samples=True)
    return Multivector(x.algebra, values, 2)


class RotorDescent:
    """Gradient descent on rotors: b = -lr gradient, R <- exp(b) R, and every so often R / |R|.

    rotor: where it starts, of even grades; an array of rotors has a gradient for each.
    renormalise: after so many steps, 0 never.  Raises ValueError for odd grades or a step size
    that has no value near it in the rotor's format.

    `rotor` is the present one, `steps` counts.  The grades that a rotor lacks stay absent, not
    nearly 0.

    >>> from numformats.training.geometric import Algebra
    >>> space = Algebra(3)
    >>> descent = RotorDescent(space.multivector([1, 0, 0, 0], (0, 2), "posit16"), lr=0.5)
    >>> descent.step(space.bivector([1, 0, 0], "posit16"))
    0.877685546875 + -0.4793701171875 e12 + 0.0 e13 + 0.0 e23 in posit16

    Source of the update: the exponential map of a Lie group, as in Bonnabel, "Stochastic gradient
    descent on Riemannian manifolds" (2013).
    """

    def __init__(self, rotor: Multivector, lr: float, *, renormalise: int = 1) -> None:
        odd = [grade for grade in rotor.grades if grade % 2]
        if odd:
            raise ValueError(f"a rotor has even grades only; this has {list(rotor.grades)}")
        if not lr > 0:
            raise ValueError(f"lr={lr!r}; allowed: a number above 0")
        self.rotor, self.lr = rotor.grade(*range(0, rotor.algebra.vectors + 1, 2)), lr
        self.renormalise = checked_count(renormalise, "renormalise", least=0)
        self._factor: Any = number(-lr, rotor.dtype, "-lr")
        self.steps = 0

    def step(self, gradient: Multivector) -> Multivector:
        """Go one step against the gradient, a bivector, and give the new rotor."""
        moved = exp(gradient.astype(self.rotor.dtype) * self._factor) * self.rotor
        self.steps += 1
        if self.renormalise and self.steps % self.renormalise == 0:
            moved = normalise(moved)
        self.rotor = moved
        return moved

# SPDX-License-Identifier: BSD-3-Clause
"""What is a multivector?  Components of some grades, and of no others."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing import Traced
from numformats.training.dtypes import native, parameter_dtype
from numformats.training.geometric.tables import (
    RULES,
    multiply,
    negated,
    product_table,
    result_grades,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.training.geometric.algebra import Algebra

__all__ = ["Multivector", "product"]


class Multivector:
    """Components of these grades along the last axis of `values`, in the order of `algebra.blades`.

    `a * b` is the geometric product, `a ^ b` the outer product, `a | b` the left contraction; `~a`
    the reverse; `+` and `-` take other multivectors, `*` and `/` numbers, too.  The other axes
    broadcast.  A product has the grades that it can have: what cannot arise is not stored.  Every
    component is an exact sum of products, rounded once.

    Raises ValueError where the last axis does not fit the grades, or two algebras meet; TypeError
    for dtypes without zero or negative numbers.

    >>> from numformats.training.geometric import Algebra
    >>> space = Algebra(3)
    >>> a, b = space.vector([1, 2, 0], "posit16"), space.vector([0, 1, 1], "posit16")
    >>> a * b
    2.0 + 1.0 e12 + 1.0 e13 + 2.0 e23 in posit16
    >>> (a * b).grades, (a ^ b).grades, (a * b * a).grades
    ((0, 2), (2,), (1, 3))
    """

    __array_ufunc__ = None  # so that NumPy's numbers leave `number * multivector` to this class

    def __init__(self, algebra: Algebra, values: Any, grades: Iterable[int] | int) -> None:
        values = values if hasattr(values, "astype") else np.asarray(values, float)
        self.algebra, self.grades = algebra, algebra.grades(grades)
        _checked(values.dtype)
        count = len(algebra.blades(self.grades))
        if not values.ndim or values.shape[-1] != count:
            raise ValueError(
                f"values have shape {values.shape}; grades {list(self.grades)} of {algebra} need "
                f"{count} along the last axis"
            )
        self.values = values

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the components."""
        found: np.dtype[Any] = self.values.dtype
        return found

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array of multivectors: that of `values` without the last axis."""
        return tuple(self.values.shape[:-1])

    def astype(self, dtype: Any) -> Multivector:
        """The same with each component rounded once into dtype."""
        return Multivector(self.algebra, self.values.astype(dtype), self.grades)

    def grade(self, *grades: int) -> Multivector:
        """The parts of these grades; components that were not stored are 0."""
        wanted = self.algebra.grades(grades)
        have = {blade: k for k, blade in enumerate(self.algebra.blades(self.grades))}
        places = [have.get(blade, -1) for blade in self.algebra.blades(wanted)]
        if wanted == self.grades:
            return self
        values = self.values[..., [max(place, 0) for place in places]]
        lacking = np.array([place < 0 for place in places])
        if lacking.any():
            values = np.where(lacking, np.zeros((), self.dtype), values)
        return Multivector(self.algebra, values, wanted)

    def dense(self) -> Any:
        """All 2^n components, that of the basis element with bits b at place b of the last axis."""
        every = tuple(range(self.algebra.vectors + 1))
        order = np.argsort(self.algebra.blades(every))
        return self.grade(*every).values[..., order]

    def component(self, name: str) -> Any:
        """The component of a basis element such as "e12"; 0 where it is not stored."""
        blade = self.algebra.blade(name)
        place = self.algebra.blades(blade.bit_count()).index(blade)
        return self.grade(blade.bit_count()).values[..., place]

    def __invert__(self) -> Multivector:
        counts = [blade.bit_count() for blade in self.algebra.blades(self.grades)]
        turned = np.array([count * (count - 1) // 2 % 2 == 1 for count in counts], bool)
        if not turned.any():
            return self
        minus = negated(self.values)
        values = np.where(turned, minus, self.values.astype(minus.dtype))
        return Multivector(self.algebra, values.astype(self.dtype), self.grades)

    def __neg__(self) -> Multivector:
        return Multivector(self.algebra, -self.values, self.grades)

    def __add__(self, other: Any) -> Multivector:
        if not isinstance(other, Multivector):
            return NotImplemented
        _check(self, other)
        both = tuple(sorted({*self.grades, *other.grades}))
        a, b = self.grade(*both), other.grade(*both)
        return Multivector(self.algebra, a.values + b.values, both)

    def __sub__(self, other: Any) -> Multivector:
        if not isinstance(other, Multivector):
            return NotImplemented
        _check(self, other)
        both = tuple(sorted({*self.grades, *other.grades}))
        a, b = self.grade(*both), other.grade(*both)
        return Multivector(self.algebra, a.values - b.values, both)

    def __mul__(self, other: Any) -> Multivector:
        if isinstance(other, Multivector):
            return product(self, other)
        return Multivector(self.algebra, self.values * _number(other), self.grades)

    def __rmul__(self, other: Any) -> Multivector:
        return Multivector(self.algebra, _number(other) * self.values, self.grades)

    def __truediv__(self, other: Any) -> Multivector:
        return Multivector(self.algebra, self.values / _number(other), self.grades)

    def __xor__(self, other: Multivector) -> Multivector:
        return product(self, other, "outer")

    def __or__(self, other: Multivector) -> Multivector:
        return product(self, other, "left contraction")

    def __repr__(self) -> str:
        if self.shape or isinstance(self.values, Traced):
            kind = f"{self.algebra}, grades {list(self.grades)}, {native(self.dtype)}"
            return f"{self.shape} multivectors of {kind}"
        names = [self.algebra.name(blade) for blade in self.algebra.blades(self.grades)]
        parts = [
            f"{float(value)!r}{'' if name == '1' else ' ' + name}"
            for name, value in zip(names, self.values, strict=True)
        ]
        return f"{' + '.join(parts)} in {native(self.dtype)}"


_checked = lru_cache(maxsize=256)(parameter_dtype)


def product(
    a: Multivector,
    b: Multivector,
    rule: str = "geometric",
    *,
    grades: Iterable[int] | int | None = None,
    dtype: Any = None,
) -> Multivector:
    """A product of multivectors, as far as it is of these grades (None: of all that it can have).

    rule: "geometric", "outer" or "left contraction".  dtype: what the exact sums are rounded into,
    by default the dtype of both.  Raises ValueError for another rule, two algebras, or shapes that
    do not broadcast; TypeError for dtypes of which none holds the other, unless dtype is given.

    >>> from numformats.training.geometric import Algebra
    >>> a, b = Algebra(2).vector([3, 4]), Algebra(2).vector([1, 2])
    >>> product(a, b, grades=0), product(a, b, "outer")
    (11.0 in float64, 2.0 e12 in float64)
    """
    if rule not in RULES:
        raise ValueError(f"rule={rule!r}; allowed: {', '.join(RULES)}")
    _check(a, b)
    possible = result_grades(a.algebra, a.grades, b.grades, rule)
    wanted = possible if grades is None else a.algebra.grades(grades)
    table = product_table(a.algebra, a.grades, b.grades, wanted, rule)
    into = np.result_type(a.dtype, b.dtype) if dtype is None else dtype
    return Multivector(a.algebra, multiply(table, a.values, b.values, into), wanted)


def _check(a: Multivector, b: Any) -> None:
    if not isinstance(b, Multivector):
        raise TypeError(f"{type(b).__name__} is no multivector: give algebra.scalar(number)")
    if a.algebra != b.algebra:
        raise ValueError(f"a multivector of {a.algebra} meets one of {b.algebra}")


def _number(x: Any) -> Any:
    """A number, or an array of numbers with one for each multivector."""
    if isinstance(x, Multivector):
        raise TypeError("multivectors do not divide: multiply by a reverse")
    return x[..., np.newaxis] if getattr(x, "ndim", 0) else x

# SPDX-License-Identifier: BSD-3-Clause
"""Which basis has a geometric algebra, and what is the product of two of its elements?

A basis element (a blade) is a set of basis vectors, written as the bits of an integer: bit i stands
for e(i+1).  The product of two is the symmetric difference of the sets, times a sign or 0.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.training.counts import checked_count
from numformats.training.dtypes import parameter_dtype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.training.geometric.multivector import Multivector

__all__ = ["Algebra"]

MOST = 10  # basis vectors: a table of products of all 2^n elements has 4^n entries


class Algebra:
    """The geometric (Clifford) algebra Cl(p, q, r) over p + q + r basis vectors.

    The squares of the first p basis vectors are 1, of the next q -1, of the last r 0.  So in the
    projective algebra Cl(3, 0, 1) the null vector, elsewhere e0, is e4 here.
    Algebras of the same (p, q, r) are equal.  Raises ValueError for more than 10 vectors.

    >>> space = Algebra(3)
    >>> space, [space.name(blade) for blade in space.blades((2,))]
    (Cl(3, 0, 0), ['e12', 'e13', 'e23'])
    >>> space.multiply(0b001, 0b010), space.multiply(0b010, 0b001), space.multiply(0b011, 0b011)
    ((3, 1), (3, -1), (0, -1))

    Source: Dorst, Fontijne and Mann, "Geometric Algebra for Computer Science" (2007), chapter 19.
    """

    def __init__(self, p: int, q: int = 0, r: int = 0) -> None:
        self.p, self.q, self.r = (
            checked_count(n, name, least=0) for n, name in ((p, "p"), (q, "q"), (r, "r"))
        )
        self.vectors = self.p + self.q + self.r
        if not 1 <= self.vectors <= MOST:
            raise ValueError(f"{self} has {self.vectors} basis vectors; allowed: 1 to {MOST}")

    def __repr__(self) -> str:
        return f"Cl({self.p}, {self.q}, {self.r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Algebra) and self._signature == other._signature

    def __hash__(self) -> int:
        return hash(self._signature)

    @property
    def _signature(self) -> tuple[int, int, int]:
        return self.p, self.q, self.r

    @cached_property
    def squares(self) -> tuple[int, ...]:
        """The square of each basis vector."""
        return (1,) * self.p + (-1,) * self.q + (0,) * self.r

    def multiply(self, a: int, b: int) -> tuple[int, int]:
        """The product of two basis elements: (element, sign); the sign is 0, 1 or -1."""
        sign, above = 1, a >> 1
        while above:  # each vector of b passes those of a that have a higher number
            sign ^= -2 * ((above & b).bit_count() & 1)
            above >>= 1
        for i, square in enumerate(self.squares):
            if a & b & (1 << i):
                sign *= square
        return a ^ b, sign

    def grades(self, chosen: Iterable[int] | int) -> tuple[int, ...]:
        """Grades in order, each once; raises ValueError for those that the algebra lacks."""
        found = {chosen} if isinstance(chosen, int | np.integer) else {*chosen}
        outside = sorted(found - set(range(self.vectors + 1)))
        if outside:
            raise ValueError(f"{self} has no grade {outside[0]}; allowed: 0 to {self.vectors}")
        return tuple(sorted(int(grade) for grade in found))

    def blades(self, grades: Iterable[int] | int) -> tuple[int, ...]:
        """The basis elements of these grades, by grade and then in order of their vectors."""
        return _blades(self.vectors, self.grades(grades))

    def name(self, blade: int) -> str:
        """Such as "e13"; "1" for the scalar; "e1_10" where a number has two digits."""
        numbers = vectors_of(blade)
        return "e" + ("_" if self.vectors > 9 else "").join(map(str, numbers)) if numbers else "1"

    def blade(self, name: str) -> int:
        """The basis element of a name; raises ValueError for one that is not there."""
        found = {self.name(blade): blade for blade in range(1 << self.vectors)}
        if name not in found:
            raise ValueError(f"{self} has no {name!r}; allowed: {', '.join([*found][:4])}, ...")
        return found[name]

    def multivector(
        self, values: Any, grades: Iterable[int] | int, dtype: Any = None
    ) -> Multivector:
        """Components of these grades along the last axis of values, in the order of `blades`.

        dtype: what they are rounded into, once; by default the dtype that they have (of lists of
        numbers float64).

        >>> Algebra(3).multivector([1, 2, 3], 1, "posit16")
        1.0 e1 + 2.0 e2 + 3.0 e3 in posit16
        """
        from numformats.training.geometric.multivector import Multivector  # noqa: PLC0415 - above

        values = values if hasattr(values, "astype") else np.asarray(values, float)
        if dtype is not None:
            values = values.astype(parameter_dtype(dtype))
        elif values.dtype.kind in "iub":
            values = values.astype(float)
        return Multivector(self, values, grades)

    def vector(self, values: Any, dtype: Any = None) -> Multivector:
        """The same of grade 1."""
        return self.multivector(values, 1, dtype)

    def bivector(self, values: Any, dtype: Any = None) -> Multivector:
        """The same of grade 2."""
        return self.multivector(values, 2, dtype)

    def scalar(self, values: Any = 1.0, dtype: Any = None) -> Multivector:
        """A number as a multivector of grade 0."""
        values = values if hasattr(values, "astype") else np.asarray(values, float)
        return self.multivector(values[..., np.newaxis], 0, dtype)


@lru_cache(maxsize=1024)
def _blades(vectors: int, grades: tuple[int, ...]) -> tuple[int, ...]:
    found = [blade for blade in range(1 << vectors) if blade.bit_count() in grades]
    return tuple(sorted(found, key=lambda blade: (blade.bit_count(), vectors_of(blade))))


def vectors_of(blade: int) -> tuple[int, ...]:
    """The numbers of the basis vectors of a basis element, from 1."""
    return tuple(i + 1 for i in range(blade.bit_length()) if blade >> i & 1)

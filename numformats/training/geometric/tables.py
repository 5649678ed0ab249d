# SPDX-License-Identifier: BSD-3-Clause
"""Which products of components make up each component of a bilinear product?

A table is made once for (grades in, grades in -> grades out) and names nothing else: what it does
not name is not computed, and what is not stored cannot drift away from 0.  Each component is one
exact sum of products, rounded once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import numformats as nf
from numformats.tracing import Traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from numformats.training.geometric.algebra import Algebra

    Grades = tuple[int, ...]
    Term = tuple[int, int, int]

__all__ = ["RULES", "Table", "multiply", "negated", "product_table", "result_grades", "table_of"]

# Which products of a basis element of grade a and one of grade b, of grade k, belong to a product.
RULES: dict[str, Callable[[int, int, int], bool]] = {
    "geometric": lambda a, b, k: True,  # noqa: ARG005
    "outer": lambda a, b, k: k == a + b,
    "left contraction": lambda a, b, k: k == b - a,
}


class Table(NamedTuple):
    """Of component k the terms m: left[k, m] times right[k, m], negative or not, or absent."""

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    negative: NDArray[np.bool_]
    absent: NDArray[np.bool_]


def table_of(terms: Iterable[Iterable[Term]]) -> Table:
    """The table of terms (place on the left, on the right, sign), a list for each component."""
    lists = [list(one) for one in terms]
    shape = (len(lists), max([1, *map(len, lists)]))
    places, absent = np.zeros((2, *shape), np.intp), np.ones(shape, bool)
    table = Table(places[0], places[1], np.zeros(shape, bool), absent)
    for k, one in enumerate(lists):
        for m, (i, j, sign) in enumerate(one):
            table.left[k, m], table.right[k, m] = i, j
            table.negative[k, m], table.absent[k, m] = sign < 0, False
    return table


@lru_cache(maxsize=256)
def product_table(algebra: Algebra, a: Grades, b: Grades, out: Grades, rule: str) -> Table:
    """The table of a product of multivectors of grades a and b, as far as it is of grades out."""
    keep = RULES[rule]
    place = {blade: k for k, blade in enumerate(algebra.blades(out))}
    terms: list[list[Term]] = [[] for _ in place]
    for i, left in enumerate(algebra.blades(a)):
        for j, right in enumerate(algebra.blades(b)):
            blade, sign = algebra.multiply(left, right)
            counts = left.bit_count(), right.bit_count(), blade.bit_count()
            if sign and blade in place and keep(*counts):
                terms[place[blade]].append((i, j, sign))
    return table_of(terms)


@lru_cache(maxsize=256)
def result_grades(algebra: Algebra, a: Grades, b: Grades, rule: str) -> Grades:
    """The grades that a product of these grades can have: of even ones, even ones only."""
    every = tuple(range(algebra.vectors + 1))
    table = product_table(algebra, a, b, every, rule)
    there: list[bool] = (~np.all(table.absent, axis=1)).tolist()
    found = {
        blade.bit_count()
        for blade, is_there in zip(algebra.blades(every), there, strict=True)
        if is_there
    }
    return tuple(sorted(found)) or (0,)


def negated(x: Any) -> Any:
    """-x, exactly: fixed point gets one more bit first, for its lowest value has no negative."""
    form = getattr(x.dtype.type, "format", None)
    if form is None or form.family != "fixed":
        return -x
    if form.bits == 64:
        raise TypeError(f"{x.dtype}: allowed here is fixed point of up to 63 bits")
    return -x.astype(nf.Fixed(form.bits + 1, form.frac))


def multiply(table: Table, a: Any, b: Any, dtype: Any, *, over_samples: bool = False) -> Any:
    """The components of a bilinear product on the last axis: exact sums, each rounded once.

    over_samples: each sum runs over all other axes, too.
    """
    x, y = a[..., table.left], b[..., table.right]
    if table.absent.any():  # 0 on both sides: 0 times an infinity would be NaN
        x = np.where(table.absent, np.zeros((), a.dtype), x)
        y = np.where(table.absent, np.zeros((), b.dtype), y)
    if table.negative.any():
        minus = negated(x)
        x = np.where(table.negative, minus, x.astype(minus.dtype))
    if over_samples:
        x, y = (_samples_last(one, table.left.shape) for one in np.broadcast_arrays(x, y))
    if isinstance(x, Traced) or isinstance(y, Traced):
        return nf.vecdot(x, y, dtype=dtype)
    return np.asarray(nf.vecdot(x, y, dtype=dtype))


def _samples_last(terms: Any, shape: tuple[int, ...]) -> Any:
    """Terms of shape (samples, components, m) as (components, samples times m)."""
    return np.moveaxis(terms.reshape(-1, *shape), 0, 1).reshape(shape[0], -1)

# SPDX-License-Identifier: BSD-3-Clause
"""What are the terms that a held cotangent is the sum of, in quires, and rounded at once?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.contractions import Product
from numformats.autodiff.scatter import grouped, total
from numformats.exact import QuireArray, matmul

if TYPE_CHECKING:
    from numformats.autodiff.arrivals import Arrival, Numbers

__all__ = [
    "add_term",
    "bytes_of",
    "check",
    "narrowed",
    "placed",
    "quire_dtype",
    "round_at_once",
    "special_of",
]


def narrowed(at: Numbers | None, g: Any, size: int) -> Arrival:
    """A contribution to so many elements, of a product the rows and columns that have a place."""
    if at is None or not isinstance(g, Product) or g.left.ndim > 2 or g.right.ndim > 2:
        return at, g
    places = at.reshape(len(g.left), g.right.shape[1])
    inside = places >= 0
    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    places = places[np.ix_(rows, columns)]
    left, right = g.left[rows], g.right[:, columns]
    if np.array_equal(places.reshape(-1), np.arange(size)):
        return None, Product(left, right, places.shape)
    if np.array_equal(places.T.reshape(-1), np.arange(size)):  # of a transposed array
        return None, Product(right.T, left.T, places.shape[::-1])
    return places.reshape(-1), Product(left, right, places.shape)


def bytes_of(term: Any) -> int:
    """Bytes of an array, of the factors of a product, or of None."""
    if isinstance(term, Product):
        return int(term.left.nbytes + term.right.nbytes)
    return 0 if term is None else int(term.nbytes)


def quire_dtype(dtype: Any, terms: list[Arrival]) -> Any:
    """The format of quires for these terms: the cotangent's, else one of theirs, else float64."""
    pairs = _factor_dtypes(terms)
    for candidate in (dtype, *dict.fromkeys(d for pair in pairs for d in pair), np.float64):
        if all(_holds(QuireArray(candidate, (0,)), *pair) for pair in pairs):
            return candidate
    raise TypeError(
        f"no quire holds the products of {sorted(map(str, pairs))}: give cotangent_dtype="
    )


def _factor_dtypes(terms: list[Arrival]) -> set[tuple[Any, Any]]:
    """Of each product the dtypes of its factors, of each array its own twice (once times 1)."""
    return {
        (g.left.dtype, g.right.dtype) if isinstance(g, Product) else (g.dtype, g.dtype)
        for _, g in terms
    }


def _holds(quires: QuireArray, x: Any, y: Any) -> bool:
    try:
        quires.fma(np.zeros(0, x), np.zeros(0, y))
    except TypeError:
        return False
    return True


def check(quires: QuireArray, terms: list[Arrival]) -> None:
    """TypeError, before anything is added, where the quires do not hold the terms."""
    for x, y in _factor_dtypes(terms):
        if not _holds(quires[:0], x, y):
            raise TypeError(f"quires of {quires.format} do not hold products of {x} and {y}")


def special_of(g: Any) -> Any:
    """What the infinities and NaNs of a term make of the sum, which quires cannot; None: nothing.

    For that all finite factors count as their signs: their products cannot overflow.
    """
    factors = (g.left, g.right) if isinstance(g, Product) else (g,)
    if all(np.isfinite(x).all() for x in factors):
        return None
    signs = [np.where(np.isfinite(v := x.astype(np.float64)), np.sign(v), v) for x in factors]
    with np.errstate(invalid="ignore"):
        return np.matmul(*signs) if isinstance(g, Product) else signs[0]


def placed(at: Numbers | None, special: Any, size: int) -> Any:
    """What infinities and NaNs make of the elements that they are sent to."""
    if at is None:
        return special.reshape(-1)
    out = np.zeros(size)
    here = at >= 0
    with np.errstate(invalid="ignore"):
        np.add.at(out, at[here], special.reshape(-1)[here])
    return out


def add_term(quires: QuireArray, at: Numbers | None, g: Any) -> None:
    """Add a contribution to quires in one row."""
    if isinstance(g, Product):
        lead = np.broadcast_shapes(g.left.shape[:-2], g.right.shape[:-2])
        shape = (*lead, g.left.shape[-2], g.right.shape[-1])
        if at is None:
            quires.reshape(*shape).add_matmul(g.left, g.right)
            return
        made = QuireArray(quires.format, shape).add_matmul(g.left, g.right)
        _merge_at(quires, at, made.reshape(-1))
    elif at is None:
        quires.add(g.reshape(-1))
    else:
        padded = np.concatenate([g, np.zeros_like(g[:1])])
        for cells, places in grouped(at, len(quires)):
            ones = np.ones((places.shape[1], 1), g.dtype)
            some = quires[cells].reshape(-1, 1, 1).add_matmul(padded[places][:, None, :], ones)
            quires[cells] = some.reshape(-1)


def _merge_at(quires: QuireArray, at: Numbers, others: QuireArray) -> None:
    """Add the other quires at their places, which may repeat; place -1: not at all."""
    here = np.flatnonzero(at >= 0)
    for cells, places in grouped(at[here], len(quires)):
        for column in places.T:
            some = np.flatnonzero(column < len(here))
            into = cells[some]
            quires[into] = quires[into].merged(others[here[column[some]]])


def round_at_once(terms: list[Arrival], shape: tuple[int, ...], dtype: Any) -> Any:
    """The sum of terms that are one product in pieces, or all arrays; else None."""
    if not terms:
        return np.zeros(shape, dtype)
    if all(isinstance(g, Product) for _, g in terms):
        return _one_product(terms, shape, dtype)
    arrays = not any(isinstance(g, Product) for _, g in terms)
    if arrays and len({g.dtype for _, g in terms}) == 1:
        return total(terms, shape, dtype, exact=True)
    return None


def _one_product(terms: list[Arrival], shape: tuple[int, ...], dtype: Any) -> Any:
    """Products with the same places are one product of what stands side by side."""
    place = terms[0][0]
    kinds = {(g.left.shape[:-1], g.left.dtype, g.right.dtype, g.right.shape[-1:]) for _, g in terms}
    if len(kinds) > 1 or not all(_same_places(place, at) for at, _ in terms):
        return None
    if place is not None:
        inside = place[place >= 0]
        if len(np.unique(inside)) < len(inside):
            return None
    product = matmul(
        np.concatenate([g.left for _, g in terms], axis=-1),
        np.concatenate([g.right for _, g in terms], axis=-2),
        dtype=dtype,
    )
    if place is None:
        return np.reshape(product, shape)
    out = np.zeros(math.prod(shape), dtype)
    out[place[place >= 0]] = np.reshape(product, -1)[place >= 0]
    return out.reshape(shape)


def _same_places(a: Numbers | None, b: Numbers | None) -> bool:
    return a is b is None or (a is not None and b is not None and np.array_equal(a, b))
